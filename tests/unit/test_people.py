"""Person ids over the nights: kept, split, merged, gone; and what the linkage must deliver."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.people import resolve_people
from flows.publish import build, describe_run, make_current
from schemas.errors import PadanError
from tests.spec.world import AS_OF, NO_PAIRS, people, resolved, searched

FIRST = """
    person | source         | nik              | nik_status | card
    ani    | province       | 3601010101800001 | valid      |
    ani    | regency        | 3601010101800001 | valid      |
    ani    | bpjs_kesehatan | 3601010101800001 | valid      | 0000000000001
    budi   | province       | 3601010101800002 | valid      |
    budi   | bpjs_kesehatan | 3601010101800002 | valid      | 0000000000002
    cici   | regency        | 3601010101800003 | valid      |
"""


def night(tmp_path: Path, text: str, run_id: str, previous: Path | None) -> tuple[Path, duckdb.DuckDBPyConnection]:
    """Publish a night of these rows; gives the published file and the work database."""
    con = searched(text, run_id=run_id, previous=previous)
    now = datetime(2026, 11, 20, tzinfo=UTC)
    describe_run(con, run_id, AS_OF, now, now, "hash")
    folder = tmp_path / ".work" / run_id
    folder.mkdir(parents=True)
    return make_current(build(con, folder, tmp_path, run_id), None, tmp_path, AS_OF, 5), con


def ids(con: duckdb.DuckDBPyConnection) -> dict[str, object]:
    return people(con, "person.person_id")


def events(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str | None]]:
    return con.execute("SELECT event, person_id, other_person_id FROM person_event ORDER BY ALL").fetchall()


def test_the_first_night_makes_ids_of_the_content_alone() -> None:
    con = resolved(FIRST)
    first = ids(con)
    assert all(len(str(one)) == 14 and str(one).startswith("P") for one in first.values())
    assert events(con) == []
    # A row more in front moves every record_id and changes no id.
    assert first.items() <= ids(resolved(FIRST + "    dodi | province | 3601010101800009 | valid | \n")).items()


def test_the_same_rows_keep_their_ids_and_nothing_is_noted(tmp_path: Path) -> None:
    published, first = night(tmp_path, FIRST, "run-1", None)
    again = resolved(FIRST, run_id="run-2", previous=published)
    assert ids(again) == ids(first)
    assert events(again) == []


def test_a_corrected_row_keeps_the_person(tmp_path: Path) -> None:
    published, first = night(tmp_path, FIRST, "run-1", None)
    corrected = FIRST.replace(
        "budi   | province       | 3601010101800002", "budi   | province       | 3601010101800012"
    )
    again = resolved(corrected, run_id="run-2", previous=published)
    assert ids(again)["budi"] == ids(first)["budi"]


def test_a_person_of_one_row_is_known_by_the_nik_when_the_name_is_corrected(tmp_path: Path) -> None:
    published, first = night(tmp_path, FIRST, "run-1", None)
    renamed = resolved(FIRST.replace("cici ", "cece "), run_id="run-2", previous=published)
    assert ids(renamed)["cece"] == ids(first)["cici"]
    assert events(renamed) == []


def test_a_split_keeps_the_id_with_most_records(tmp_path: Path) -> None:
    published, first = night(tmp_path, FIRST, "run-1", None)
    text = FIRST.replace("ani    | bpjs_kesehatan", "eko    | bpjs_kesehatan")
    again = resolved(text, run_id="run-2", previous=published)
    after = ids(again)
    assert after["ani"] == ids(first)["ani"]
    assert events(again) == [("split", after["eko"], after["ani"])]


def test_a_merge_keeps_the_id_with_most_records(tmp_path: Path) -> None:
    published, first = night(tmp_path, FIRST, "run-1", None)
    before = ids(first)
    again = resolved(FIRST.replace("cici ", "ani  "), run_id="run-2", previous=published)
    assert ids(again)["ani"] == before["ani"]
    assert events(again) == [("merge", before["ani"], before["cici"])]


def test_new_and_gone(tmp_path: Path) -> None:
    published, first = night(tmp_path, FIRST, "run-1", None)
    text = "\n".join(line for line in FIRST.splitlines() if not line.strip().startswith("cici"))
    again = resolved(text + "\n    dodi | province | 3601010101800009 | valid | ", run_id="run-2", previous=published)
    assert events(again) == [("gone", ids(first)["cici"], None), ("new", ids(again)["dodi"], None)]


def test_people_who_swap_records_never_share_an_id(tmp_path: Path) -> None:
    published, first = night(tmp_path, FIRST, "run-1", None)
    text = FIRST.replace("ani    | regency", "cici   | regency").replace("budi   | province", "ani    | province")
    after = ids(resolved(text, run_id="run-2", previous=published))
    assert len(set(after.values())) == len(after)
    assert after["budi"] == ids(first)["budi"]


def test_rows_of_the_same_content_are_different_people_when_the_linkage_says_so(tmp_path: Path) -> None:
    text = """
        person | source   | name | name_std
        a      | province | SAMA | SAMA
        b      | province | SAMA | SAMA
        c      | province | SAMA | SAMA
    """
    published, first = night(tmp_path, text, "run-1", None)
    assert len(set(ids(first).values())) == 3
    assert ids(resolved(text, run_id="run-2", previous=published)) == ids(first)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=2, max_size=8), st.lists(st.integers(0, 4), min_size=8, max_size=8))
def test_however_the_linkage_changes_ids_are_unique_and_every_old_one_is_accounted_for(
    tmp_path_factory: pytest.TempPathFactory, before: list[int], after: list[int]
) -> None:
    def text(groups: list[int]) -> str:
        lines = [f"g{group} | province | 36010101018{n:05d} | valid" for n, group in enumerate(groups)]
        return "\n".join(["person | source | nik | nik_status", *lines])

    first = resolved(text(before))
    published = (
        tmp_path_factory.mktemp("night") / "links.duckdb"
    )  # of a database published before, only its links are asked
    first.execute(f"ATTACH '{published}' AS kept; CREATE TABLE kept.link AS FROM link; DETACH kept")
    again = resolved(text(after[: len(before)]), run_id="run-2", previous=published)
    now = set(ids(again).values())
    assert len(now) == len(set(after[: len(before)]))
    noted = {
        other if event == "merge" else person for event, person, other in events(again) if event in {"merge", "gone"}
    }
    assert set(ids(first).values()) - now == noted
    new = {person for event, person, _ in events(again) if event in {"new", "split"}}
    assert now - set(ids(first).values()) == new


@pytest.mark.parametrize(
    "links",
    [
        {"record_id": [1], "entity": [1]},
        {"record_id": [1, 1], "entity": [1, 1]},
        {"record_id": [1, 3], "entity": [1, 1]},
        {"record_id": [1, 2, 3], "entity": [1, 1, 1]},
        {"record_id": [1, 2], "entity": [1, None]},
    ],
)
def test_a_linkage_that_does_not_cover_the_records_is_refused(links: dict[str, list[int | None]]) -> None:
    con = resolved("""
        person | source
        a      | province
        b      | province
    """)
    frame = pl.DataFrame(links, schema={"record_id": pl.Int64, "entity": pl.Int64}).with_columns(
        probability=pl.lit(1.0), match_weight=pl.lit(1.0), basis=pl.lit("test")
    )
    with pytest.raises(PadanError, match="exactly one entity"):
        resolve_people(con, frame, NO_PAIRS, as_of=AS_OF, run_id="run-1", previous=None)


def test_pairs_keep_the_columns_of_the_comparisons() -> None:
    con = resolved("""
        person | source
        a      | province
        a      | regency
    """)
    pairs = NO_PAIRS.clear().with_columns(level_name=pl.lit("", pl.String), weight_name=pl.lit(0.0), other=pl.lit(1))
    pairs = pl.concat(
        [pairs, pl.DataFrame([(1, 2, 0.9, 3.0, "link", "exact", 3.0, 1)], schema=pairs.schema, orient="row")]
    )
    links = pl.DataFrame({"record_id": [1, 2], "entity": [7, 7]}).with_columns(
        probability=pl.lit(1.0), match_weight=pl.lit(1.0), basis=pl.lit("test")
    )
    resolve_people(con, links, pairs, as_of=AS_OF, run_id="run-1", previous=None)
    assert con.sql("SELECT * FROM pair").pl().to_dicts() == [
        {
            "left_record_id": 1,
            "right_record_id": 2,
            "probability": 0.9,
            "match_weight": 3.0,
            "outcome": "link",
            "prior_weight": None,  # this linkage does not tell it
            "rival_weight": None,
            "level_name": "exact",
            "weight_name": 3.0,
        }
    ]
