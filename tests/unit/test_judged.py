"""Which decisions stand, and what they do to findings and labels the next night."""

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.decisions import SCHEMA, add_decisions, decisions_lock, read_decisions
from flows.find import find
from flows.judged import findings_asked, standing_of, take_decisions
from flows.parameter import fresh_table
from flows.publish import build, current, describe_run, make_current
from schemas.verdicts import BY_CODE
from tests.spec.world import ALL_KINDS, resolved
from tests.unit.test_publish import MOMENT

pytestmark = pytest.mark.long

# A person paid by PBI though of decile 8 (EL01), with a card of the same; one with a double card (ID10).
WORLD = """
    person | source         | decile | status | segment | card          | name_std | nik              | birth_date
    a      | province       | 8      |        |         |               | UDIN | 3602010101900001 | 1990-01-01
    a      | bpjs_kesehatan |        | AKTIF  | PBI     | 0000000000001 | UDIN | 3602010101900001 | 1990-01-01
    b      | bpjs_kesehatan |        | AKTIF  | MDR     | 0000000000002 | ASEP | 3602010101900002 | 1990-01-01
    b      | bpjs_kesehatan |        | AKTIF  | MDR     | 0000000000003 | ASEP | 3602010101900002 | 1990-01-01
"""


class Office:
    """Nights of a tiny world with decisions between them."""

    def __init__(self, folder: Path) -> None:
        self.output, self.decisions = folder / "out", folder / "decisions"
        self.number = 0

    def night(self, text: str, day: int, sha: str = "one") -> duckdb.DuckDBPyConnection:
        """Publish a night in November 2026 whose files have a checksum; gives its work database."""
        as_of, run_id = date(2026, 11, day), f"run-{day}"
        con = resolved(text, as_of=as_of, run_id=run_id, previous=current(self.output))
        fresh_table(con, "source_file")
        con.execute(
            "INSERT INTO source_file BY NAME SELECT DISTINCT $run AS run_id, source, owner_code, file, "
            "$sha || file AS sha256 FROM record",
            {"run": run_id, "sha": sha},
        )
        self.labels = take_decisions(con, self.decisions, as_of)
        find(con, as_of, ALL_KINDS, current(self.output))
        describe_run(con, run_id, as_of, MOMENT, MOMENT, "hash")
        (self.output / ".work").mkdir(parents=True, exist_ok=True)
        make_current(build(con, self.output / ".work", self.output, run_id), None, self.output, as_of, 9)
        return con

    def decide(self, finding: str, verdict: str, author: str = "Ani", **more: Any) -> None:
        """Decide on a finding of the published database as reading back does."""
        database = current(self.output)
        assert database is not None
        with duckdb.connect(str(database), read_only=True) as con:
            known = findings_asked(con, pl.DataFrame({"finding_id": [finding]}))[finding]
        self.number += 1
        known.pop("state")
        row = dict.fromkeys(SCHEMA) | known | {"decision_id": f"D{self.number}", "verdict": verdict, "author": author}
        row |= {"decided_on": "2026-11-02", "overrules": False} | more
        with decisions_lock(self.decisions):
            add_decisions(self.decisions, [row])


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def of(con: duckdb.DuckDBPyConnection, code: str) -> list[tuple[Any, ...]]:
    """State, verdict, whether its money counts, of the findings of a class."""
    return con.execute("SELECT state, verdict, is_primary FROM finding WHERE code = $1", [code]).fetchall()


def id_of(con: duckdb.DuckDBPyConnection, code: str) -> str:
    ((found,),) = con.execute("SELECT finding_id FROM finding WHERE code = $1", [code]).fetchall()
    return str(found)


@pytest.mark.parametrize("verdict", ["wrong", "justified"])
def test_what_was_judged_wrong_stays_away_while_its_values_are_the_same(office: Office, verdict: str) -> None:
    finding = id_of(office.night(WORLD, 1), "EL01")
    office.decide(finding, verdict)
    con = office.night(WORLD, 2, sha="two")
    assert of(con, "EL01") == [("settled", verdict, False)]
    assert con.execute("SELECT count(*) FROM finding WHERE is_primary AND person_id = (SELECT person_id FROM finding "
                       "WHERE code = 'EL01')").fetchall() in ([(0,)], [(1,)])  # fmt: skip
    assert of(office.night(WORLD, 3), "EL01") == [("settled", verdict, False)]
    changed = office.night(WORLD.replace("| 8 ", "| 9 "), 4)
    assert of(changed, "EL01") == [("open", None, True)]
    assert changed.execute("SELECT state FROM decision").fetchall() == [("lapsed",)]
    right = office.night(WORLD.replace("| 8 ", "| 2 "), 5)
    assert of(right, "EL01") == [("closed", None, False)]
    assert of(office.night(WORLD, 6), "EL01") == [("settled", verdict, False)]


def test_an_exception_ends_on_its_day(office: Office) -> None:
    office.decide(id_of(office.night(WORLD, 1), "EL01"), "justified", valid_until="2026-11-03")
    assert [of(office.night(WORLD, day), "EL01")[0][0] for day in (2, 3, 4)] == ["settled", "settled", "open"]


def test_what_is_said_to_be_corrected_is_marked_until_files_come(office: Office) -> None:
    office.decide(id_of(office.night(WORLD, 1), "EL01"), "corrected")
    assert of(office.night(WORLD, 2), "EL01") == [("open", "corrected", True)]
    assert of(office.night(WORLD, 3, sha="new"), "EL01") == [("open", "still_there", True)]
    assert of(office.night(WORLD.replace("| 8 ", "| 2 "), 4, sha="newer"), "EL01") == [("closed", None, False)]


def test_officers_who_contradict_each_other_have_no_effect(office: Office) -> None:
    finding = id_of(office.night(WORLD, 1), "EL01")
    office.decide(finding, "wrong")
    office.decide(finding, "confirmed", "Budi")
    con = office.night(WORLD, 2)
    assert of(con, "EL01") == [("open", "conflict", True)]
    assert con.execute("SELECT state, count(*) FROM decision GROUP BY state").fetchall() == [("conflict", 2)]
    office.decide(finding, "wrong", "Kepala", overrules=True)
    con = office.night(WORLD, 3)
    assert of(con, "EL01") == [("settled", "wrong", False)]
    assert con.execute("SELECT decision_id, state, superseded_by FROM decision ORDER BY 1").fetchall() == [
        ("D1", "superseded", "D3"),
        ("D2", "superseded", "D3"),
        ("D3", "stands", None),
    ]


@pytest.mark.parametrize(("verdict", "same"), [("same_person", True), ("different_people", False)])
def test_a_verdict_about_people_becomes_a_label(office: Office, verdict: str, same: bool) -> None:
    con = office.night(WORLD, 1)
    office.decide(id_of(con, "ID10"), verdict)
    moved = office.night(WORLD, 2)
    assert office.labels is not None
    ((left, right, said),) = office.labels.rows()
    cards = dict(moved.execute("SELECT record_id, card FROM record").fetchall())
    assert {cards[left], cards[right]} == {"0000000000002", "0000000000003"} and said is same
    assert moved.execute("SELECT left_record_ids, right_record_ids FROM decision").fetchall() == [([left], [right])]


def test_a_label_goes_where_the_row_went_and_ends_with_it(office: Office) -> None:
    office.decide(id_of(office.night(WORLD, 1), "ID10"), "different_people")
    renamed = WORLD.replace("0000000000003 | ASEP", "0000000000003 | ASEP SUNANDAR")
    con = office.night(renamed, 2)
    assert office.labels is not None and office.labels.height == 1
    somebody_else = WORLD.replace(
        "0000000000003 | ASEP | 3602010101900002 | 1990-01-01", "0000000000003 | SITI | 3602014101800009 | 1980-01-01"
    )
    assert con.execute("SELECT count(*) FROM decision").fetchall() == [(1,)]
    office.night(somebody_else, 3)
    assert office.labels is None
    office.night("\n".join(WORLD.splitlines()[:-2]), 4)
    assert office.labels is None


# --- which of several stand, against the rule written out ------------------------------------------------------------


def stand_slowly(rows: list[dict[str, Any]], today: str) -> dict[str, str]:
    """The state of each decision, one after the other."""
    states: dict[str, str] = {}
    for finding in {row["finding_id"] for row in rows}:
        mine = [row for row in rows if row["finding_id"] == finding]
        last_word = max((place for place, row in enumerate(mine) if row["overrules"]), default=-1)
        left = []
        for place, row in enumerate(mine):
            later_own = any(other["author"] == row["author"] for other in mine[place + 1 :])
            if place < last_word or later_own:
                states[row["decision_id"]] = "superseded"
            elif row["valid_until"] is not None and row["valid_until"] < today:
                states[row["decision_id"]] = "lapsed"
            else:
                left.append(row)
        for row in left:
            verdict = BY_CODE[row["verdict"]]
            question = (verdict.same is None, row["values_digest"] if verdict.same is None else None)
            stances = {
                BY_CODE[other["verdict"]].stance
                for other in left
                if (BY_CODE[other["verdict"]].same is None) == question[0]
                and (question[1] is None or other["values_digest"] == question[1])
            } - {None}
            states[row["decision_id"]] = "conflict" if len(stances) > 1 and verdict.stance else "stands"
    return states


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "finding_id": st.sampled_from(["F1", "F2"]),
            "verdict": st.sampled_from(sorted(BY_CODE)),
            "author": st.sampled_from(["Ani", "Budi", "Cici"]),
            "values_digest": st.sampled_from(["x", "y"]),
            "valid_until": st.sampled_from([None, "2026-11-01", "2026-11-30"]),
            "overrules": st.sampled_from([False, False, False, True]),
        }
    ),
    max_size=9,
)


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_which_decisions_stand_is_the_rule_written_out(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]]
) -> None:
    folder = tmp_path_factory.mktemp("d")
    whole = [
        dict.fromkeys(SCHEMA) | row | {"decision_id": f"D{number}", "decided_on": "2026-11-02"}
        for number, row in enumerate(rows)
    ]
    with decisions_lock(folder):
        add_decisions(folder, whole)
    found = standing_of(read_decisions(folder), date(2026, 11, 20))
    assert dict(found.select("decision_id", "state").iter_rows()) == stand_slowly(whole, "2026-11-20")
