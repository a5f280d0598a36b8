"""Whatever the registers hold: the SQL finds what CONTRACT §4 says in plain Python, and the result can be published."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from flows.publish import build
from schemas.layouts import PERSON_KINDS
from tests.spec.reference import codes, of, period_of
from tests.spec.world import DEFAULTS, searched

FIELDS: dict[str, dict[str, list[str | None]]] = {
    "province": {"decile": [None, "0", "1", "3", "5", "6", "10"], "excluded": [None, "true", "false"],
                 "job": [None, "farmer", "pupil", "other"]},
    "regency": {"decile": [None, "0", "1", "3", "6"], "status": [None, "HIDUP", "MENINGGAL", "PINDAH"],
                "owner_code": ["3601", "3602"], "job": [None, "driver", "retired"]},
    "decree": {"owner_code": ["3601", "3602"], "start_date": [None, "2026-01-01", "2026-11-30", "2026-12-01"]},
    "bpjs_kesehatan": {"segment": [None, "PBI", "PBI", "PDA", "PPU", "MDR", "MDR"], "card": [None, "1", "2", "3"],
                       "status": [None, "AKTIF", "AKTIF", "NONAKTIF", "MENINGGAL", "PENANGGUHAN", "PENANGGUHAN"],
                       "status_date": [None, "2026-05-19", "2026-05-20", "2026-11-01"],
                       "relation": [None, "head", "child"]},
    "bpjs_kesehatan_bill": {"payer_code": ["3601", "3602"], "owner_code": ["3601"], "card": [None],
                            "segment": [None, "PDA", "PBI", "MDR", "PPU"], "amount": [None, "37800", "42000", "1"],
                            "period": [None, "2026-10-01", "2026-11-01"],
                            "covered_month": [None, "2019-01-01", "2026-11-01"]},
    "bpjs_ketenagakerjaan": {"status": [None, "AKTIF", "AKTIF", "NONAKTIF"], "segment": [None, "PU", "BPU"],
                             "funding": [None, "MANDIRI", "APBD", "CSR"], "kpj": [None, "1", "2"],
                             "paid_until": [None, "2026-09-01", "2026-10-01", "2026-11-01"],
                             "start_date": [None, "2020-01-01", "2026-06-01"], "programs": [None, "JHT", "JKK+JKM"],
                             "employer_no": [None, "L", "S"], "wage": [None, "3000000", "4000000"],
                             "nik": [None, "3601014101800001"], "nik_status": ["valid"]},
    "civil_deaths": {"status_date": [None, "2026-01-01"]},
    "letters": {"status_date": [None, "2026-05-19", "2026-11-01"]},
    "roster": {"owner_code": ["36", "3601"]},
}  # fmt: skip
COLUMNS = ["person", "source", "birth_date", *sorted({name for fields in FIELDS.values() for name in fields})]
# Those of CONTRACT §4 but FN03, which is of a card.
CONTRACT = {
    *("ST01", "EL01", "EL02", "EL04", "EL05", "EL06", "EL08", "EL10", "FN01", "FN02", "FN04", "FN05", "FN06"),
    *("ID06", "ID10", "TK01"),
}
# Those of docs/findings_money.md but FN07, which is of a card, and FN08 and TK11, which are of no person.
MONEY = {
    *("EL03", "EL07", "EL09", "EL11", "TK02", "TK03", "TK04", "TK05", "TK06", "TK07", "TK08", "TK09", "TK10"),
}
CODES = CONTRACT | MONEY
OFTEN = (6, 3, 2, 6, 2, 4, 1, 2, 1)
BIRTH_DATES = ["1980-01-01", "2008-11-20", "2008-11-21", "1966-11-20", "1966-11-21", "1967-11-20", "1950-01-01"]
MORE = {
    "employers": "employer_no | regency_code | size_class\nL | 3601 | BESAR\nS | 3601 | KECIL",
    "claims": "kpj | programs | claim_date\n9 | JKM | 2026-01-01",
}


def world(seed: int, people: int = 3000) -> list[dict[str, str | None]]:
    """Rows of that many people, each with one birth date and one to five rows of any kinds, by a seed."""
    random = Random(seed)
    rows = []
    for number in range(people):
        born = random.choice(BIRTH_DATES)
        for source in random.choices(PERSON_KINDS, OFTEN, k=random.randint(1, 5)):
            row = {name: random.choice(values) for name, values in FIELDS[source].items()}
            rows.append({**dict.fromkeys(COLUMNS), **row, "person": f"p{number}", "source": source, "birth_date": born})
    return sorted(rows, key=lambda row: PERSON_KINDS.index(str(row["source"])))


def as_text(rows: list[dict[str, str | None]]) -> str:
    """The rows as a text table; a null is written out, so that no default takes its place."""
    return "\n".join([" | ".join(COLUMNS), *(" | ".join(_cell(row, name) for name in COLUMNS) for row in rows)])


def _cell(row: dict[str, str | None], name: str) -> str:
    own = name in FIELDS[str(row["source"])] or name in COLUMNS[:3]
    return str(row[name] or "-") if own else ""


@pytest.mark.parametrize("seed", range(3))
def test_the_sql_finds_what_the_contract_says(tmp_path: Path, seed: int) -> None:
    rows = world(seed)
    con = searched(as_text(rows), more=MORE)
    period = period_of(rows)
    decrees = {str(row["owner_code"]) for row in of(rows, "decree")}
    own: dict[str, list[dict[str, str | None]]] = {}
    for row in rows:
        full = {**row, "owner_code": row["owner_code"] or DEFAULTS[str(row["source"])]["owner_code"]}
        own.setdefault(str(row["person"]), []).append(full)
    expected = {
        (person, code): number
        for person, theirs in own.items()
        for code, number in codes(theirs, period, decrees, theirs[0]).items()
    }
    answer = con.execute("SELECT label, code, count(*) FROM finding JOIN label USING (person_id) GROUP BY ALL")
    counted = {(label, code): number for label, code, number in answer.fetchall() if code in CODES}
    assert counted == expected
    assert {code for _, code in expected} == CODES
    odd = con.execute(
        "SELECT count(*) FROM finding WHERE detail IS NULL OR rupiah_per_month IS NULL OR rupiah_per_month < 0 "
        "OR regency_code IS NULL OR owner_code IS NULL OR severity IS NULL OR actor IS NULL OR action IS NULL"
    )
    assert odd.fetchall() == [(0,)]
    build(con, tmp_path, tmp_path, "run-1")
