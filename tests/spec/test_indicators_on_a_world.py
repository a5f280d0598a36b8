"""Whatever the registers hold: each figure is that of the plain reference, and parts add up to their whole."""

from __future__ import annotations

from collections import Counter, defaultdict
from random import Random
from typing import Any

import duckdb
import pytest

from schemas.declared import missing_kinds
from schemas.indicators import DIMENSIONS, load_indicator_types
from schemas.layouts import PERSON_KINDS
from tests.spec.reference_indicators import Key, of_people, of_workers
from tests.spec.world import searched

VILLAGES = [None, "3601012001", "3601012002", "3601022001", "3602012001", "3602012009"]
REGENCIES = ["3601", "3602", "-"]
FIELDS: dict[str, dict[str, list[str | None]]] = {
    "province": {"decile": [None, "0", "1", "1", "3", "5", "6", "10"], "excluded": ["true", "false"],
                 "job": [None, "farmer", "driver", "pupil"], "sex": [None, "L", "P"], "village_code": VILLAGES},
    "regency": {"status": ["HIDUP", "HIDUP", "MENINGGAL", "PINDAH"], "owner_code": ["3601", "3602"],
                "sex": ["L", "P"], "village_code": VILLAGES},
    "decree": {"owner_code": ["3601", "3602", "36"], "start_date": [None, "2026-01-01", "2026-11-30", "2026-12-01"]},
    "bpjs_kesehatan": {"segment": [None, "PBI", "PBI", "PDA", "PPU", "MDR"], "card": [None, "1", "2", "3"],
                       "status": ["AKTIF", "AKTIF", "NONAKTIF", "MENINGGAL", "PENANGGUHAN"],
                       "relation": [None, "head", "child"], "village_code": VILLAGES},
    "bpjs_kesehatan_bill": {"payer_code": ["3601", "3602", "36"], "period": ["2026-10-01", "2026-11-01"]},
    "bpjs_ketenagakerjaan": {"status": ["AKTIF", "AKTIF", "NONAKTIF"], "segment": ["PU", "BPU", "JAKON", "PMI", None],
                             "funding": [None, "MANDIRI", "APBD", "CSR", "DBHCHT", "PERUSAHAAN"],
                             "programs": [None, "JKK+JKM", "JKK+JKM+JHT", "JKK+JKM+JHT+JP"],
                             "wage": [None, "3000000", "14000000"]},
    "civil_deaths": {},
}  # fmt: skip
OFTEN = (6, 3, 2, 6, 2, 4, 1)
BIRTH_DATES = ["1980-01-01", "2024-01-01", "2008-11-20", "2008-11-21", "1966-11-20", "1967-11-20", "1940-01-01"]
# Those that need employers, a roster or projects are in test_employers_and_projects.py.
OF_THIS_WORLD = {
    name
    for name, one in load_indicator_types().items()
    if not name.startswith("LINK") and not missing_kinds(one.needs, frozenset({*FIELDS, "workforce"}))
}
COLUMNS = ["person", "source", "birth_date", "regency_code", *sorted({n for f in FIELDS.values() for n in f})]
GOALS = {"3601": (700, 300), "3602": (500, 200)}
WORKFORCE = "regency_code | year | workers_target | vulnerable_target\n" + "\n".join(
    f"{code} | 2026 | {workers} | {vulnerable}" for code, (workers, vulnerable) in GOALS.items()
)


def world(seed: int, people: int = 700) -> str:
    """A text table of that many people, each with one to five rows of any kinds, by a seed."""
    random = Random(seed)
    lines = [" | ".join(COLUMNS)]
    for number in range(people):
        born = random.choice(BIRTH_DATES)
        for source in random.choices(list(FIELDS), OFTEN, k=random.randint(1, 5)):
            row = {name: random.choice(values) or "-" for name, values in FIELDS[source].items()}
            row |= {"person": f"p{number}", "source": source, "birth_date": born}
            row["regency_code"] = (row.get("village_code", "-")[:4] + "-")[
                : 4 if "36" in row.get("village_code", "") else 1
            ]
            if row["regency_code"] == "-":
                row["regency_code"] = random.choice(REGENCIES)
            lines.append(" | ".join(row.get(name, "") for name in COLUMNS))
    return "\n".join(lines)


def table(con: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    return [dict(row) for row in con.sql(query).pl().iter_rows(named=True)]


def counted(con: duckdb.DuckDBPyConnection) -> dict[Key, tuple[int, int]]:
    rows = con.execute(
        "SELECT indicator, regency_code, 'area', 'ALL', numerator, denominator FROM indicator "
        "UNION ALL "
        "SELECT indicator, regency_code, dimension, dimension_value, numerator, denominator FROM indicator_part"
    )
    return {row[:4]: row[4:] for row in rows.fetchall()}


@pytest.mark.parametrize("seed", range(3))
def test_every_figure_is_that_of_the_plain_reference(seed: int) -> None:
    con = searched(world(seed), more={"workforce": WORKFORCE})
    people = table(con, "FROM person")
    own: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in table(con, "FROM record JOIN link USING (record_id)"):
        own[row["person_id"]].append(row)
    expected = of_people(people, own) | of_workers(people, own, GOALS)
    assert counted(con) == expected
    assert {name for name, *_ in expected} == OF_THIS_WORLD


def test_parts_add_up_to_their_whole() -> None:
    figures = counted(searched(world(7), more={"workforce": WORKFORCE}))
    top: Counter[tuple[str, str, str]] = Counter()
    below: Counter[tuple[str, str, str]] = Counter()
    for (name, area, dimension, _), (numerator, denominator) in figures.items():
        top[name, area, dimension] += numerator
        below[name, area, dimension] += denominator
    for (name, area, dimension), number in top.items():
        whole = figures[name, area, "area", "ALL"]
        if dimension in DIMENSIONS:
            assert (number, below[name, area, dimension]) == whole, (name, area, dimension)
        elif dimension == "segment" or name.endswith("RUPIAH"):
            assert number == whole[0], (name, area, dimension)
    for name in OF_THIS_WORLD:
        if load_indicator_types()[name].by_person:
            regencies = [figures[name, area, "area", "ALL"] for area in GOALS if (name, area, "area", "ALL") in figures]
            assert tuple(map(sum, zip(*regencies, strict=True))) == figures[name, "36", "area", "ALL"]


def test_a_kind_that_did_not_come_leaves_no_figure_and_is_named() -> None:
    kinds = frozenset(PERSON_KINDS) - {"bpjs_ketenagakerjaan"}
    text = "\n".join(line for line in world(1, 200).splitlines() if "bpjs_ketenagakerjaan" not in line)
    con = searched(text, kinds=kinds)
    untold = dict(
        con.execute(
            "SELECT indicator, not_testable_reason FROM indicator_type "
            "WHERE NOT testable AND list_contains($1, indicator)",
            [list(OF_THIS_WORLD)],
        ).fetchall()
    )
    reason = "tidak dapat dihitung: peserta BPJS Ketenagakerjaan tidak ada"
    assert untold == {
        "UCJ": "tidak dapat dihitung: peserta BPJS Ketenagakerjaan, sasaran pekerja tidak ada",
        "UCJ_RENTAN": "tidak dapat dihitung: peserta BPJS Ketenagakerjaan, sasaran pekerja tidak ada",
        **dict.fromkeys(
            [
                "POOR_WORKER_UNCOVERED",
                "POOR_WORKER_COST",
                "TK_PAYER",
                "TK_PAYER_RUPIAH",
                "TK_UNPRICED",
                "TK_MULTI_PAYER",
            ],
            reason,
        ),
    }
    assert not {key[0] for key in counted(con)} & set(untold)
    assert con.execute("SELECT scenario FROM scenario WHERE NOT testable ORDER BY 1").fetchall() == [
        ("POOR_WORKERS_APBD",),
        ("POOR_WORKERS_MANDIRI",),
    ]


def test_a_regency_without_workers_to_be_covered_is_named() -> None:
    con = searched(world(1, 200), more={"workforce": "\n".join(WORKFORCE.splitlines()[:2])})
    reasons = con.execute("SELECT DISTINCT not_testable_reason FROM indicator_type WHERE indicator LIKE 'UCJ%'")
    assert reasons.fetchall() == [("tidak dapat dihitung untuk 3602: tidak ada di sumber penyebutnya",)]
    assert ("UCJ", "3602", "area", "ALL") not in counted(con)


def test_the_target_is_the_path_of_the_year_and_the_goal_its_end() -> None:
    con = searched(world(1, 200), more={"workforce": WORKFORCE})
    aims = con.execute("SELECT DISTINCT indicator, target, goal FROM indicator WHERE target IS NOT NULL ORDER BY 1")
    assert aims.fetchall() == [
        ("UCJ", 0.3499, 0.995),
        ("UCJ_RENTAN", 0.3499, 0.995),
        ("UHC_ACTIVE", 0.8, None),
        ("UHC_REGISTERED", 0.98, None),
    ]
