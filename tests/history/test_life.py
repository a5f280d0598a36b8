"""What the history tells of single cases: causes, moves, values at the time, what is kept, mass changes, balances."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from flows.config_history import MassChange
from flows.publish import current
from flows.rule_changes import rules_of
from reports.changes import changes
from schemas.findings import load_finding_types
from schemas.rules import load_rules
from tests.history.reference import Row
from tests.history.world import Nights, human
from tests.spec.world import ALL_KINDS

pytestmark = pytest.mark.long

CARD: Row = {}
EVENTS = (
    "SELECT event, cause FROM finding_event WHERE code = '{code}' "
    "AND run_id = (SELECT max_by(run_id, finished_at) FROM run) ORDER BY ALL"
)


def day(number: int) -> date:
    return date(2026, 11, number)


def told(runs: Nights, code: str) -> list[tuple[str, str]]:
    return [(event, cause) for event, cause in runs.asked(EVENTS.format(code=code))]


def wrong(decile: int = 8) -> list[Row]:
    return human(1, province={"decile": decile}, bpjs_kesehatan=CARD)


BYSTANDER = human(2, province={"decile": 2}, bpjs_kesehatan=CARD, civil_deaths={}, regency={"decile": 2})


def test_the_cause_tells_why_a_finding_closed(tmp_path: Path) -> None:
    runs = Nights(tmp_path)
    runs.run(day(1), wrong() + BYSTANDER)
    assert told(runs, "EL01") == [("opened", "source")]
    runs.run(day(2), wrong(2) + BYSTANDER)
    assert told(runs, "EL01") == [("closed", "source")]
    runs.run(day(3), wrong() + BYSTANDER)
    assert told(runs, "EL01") == [("reopened", "source")]
    runs.run(day(4), BYSTANDER)
    assert told(runs, "EL01") == [("closed", "person_left")]


def test_a_rule_that_changes_is_the_cause_and_the_values_change_with_it(tmp_path: Path) -> None:
    frame = load_rules()
    mine = (pl.col("rule") == "eligible_decile_max") & pl.col("berlaku_sampai").is_null()
    later = frame.filter(mine).with_columns(value=pl.lit(7.0), berlaku_mulai=pl.lit(day(2)))
    last = frame.filter(mine).with_columns(berlaku_sampai=pl.lit(day(1)))
    rules = pl.concat([frame.filter(~mine), last, later]).sort("rule", "item", "berlaku_mulai")
    runs = Nights(tmp_path)
    rows = wrong(7) + human(3, province={"decile": 9}, bpjs_kesehatan=CARD) + BYSTANDER
    runs.run(day(1), rows, rules=rules)
    runs.run(day(2), rows, rules=rules)
    assert told(runs, "EL01") == [("changed", "rule_changed"), ("closed", "rule_changed")]
    details = "SELECT detail FROM finding_event WHERE code = 'EL01' AND as_of = '{}' ORDER BY detail DESC"
    assert [row[0][-16:] for row in runs.asked(details.format(day(1)))] == ["(batas layak 5)."] * 2
    assert runs.asked("SELECT detail FROM finding WHERE code = 'EL01' AND state = 'open'")[0][0].endswith("layak 7).")


def test_every_class_knows_the_rules_it_reads() -> None:
    names = set(load_rules()["rule"])
    read = {code: rules_of(one.query) & names for code, one in load_finding_types().items()}
    assert read["EL01"] == {"eligible_decile_max", "jkn_tariff"}
    assert "reactivation_months" in read["EL05"] & read["EL06"]
    assert {"name_similarity_min"} <= read["DM01"]
    assert {"worker_age_min", "not_informal_job"} <= read["TK01"]


def test_values_and_money_change_without_closing(tmp_path: Path) -> None:
    runs = Nights(tmp_path)
    runs.run(day(1), wrong(8) + BYSTANDER)
    runs.run(day(2), wrong(9) + BYSTANDER)
    assert told(runs, "EL01") == [("changed", "source")]
    told_then = runs.asked("SELECT detail, rupiah_per_month FROM finding_event WHERE code = 'EL01' ORDER BY as_of")
    assert "desil DTSEN 8" in told_then[0][0]
    assert "desil DTSEN 9" in told_then[1][0]


def test_a_finding_of_two_persons_follows_them(tmp_path: Path) -> None:
    """Both have the finding; when they turn out to be one, one of the two stands and the other is told as merged."""
    one = human(1, province={"decile": 8}, bpjs_kesehatan=CARD, regency={"decile": 8})
    two = human(3, bpjs_kesehatan=CARD, province={"decile": 9})
    runs = Nights(tmp_path)
    runs.run(day(1), [*one, *two, *BYSTANDER])
    assert len(runs.asked("FROM finding WHERE code = 'EL01' AND state = 'open'")) == 2
    runs.run(day(2), [*one, *({**row, "person": "p1"} for row in two), *BYSTANDER])
    assert told(runs, "EL01") == [("closed", "person_merged")]
    stands = runs.asked("SELECT state, first_seen, times_reopened FROM finding WHERE code = 'EL01' ORDER BY state")
    assert stands == [("closed", day(1), 0), ("open", day(1), 0)]
    runs.run(day(3), [*one, *two, *BYSTANDER])
    assert told(runs, "EL01") == [("reopened", "person_split")]


def test_what_closed_long_ago_lives_on_in_the_events(tmp_path: Path) -> None:
    runs = Nights(tmp_path, closed_days=3)
    runs.run(day(1), wrong() + BYSTANDER)
    ((finding,),) = runs.asked("SELECT finding_id FROM finding WHERE code = 'EL01'")
    runs.run(day(2), wrong(2) + BYSTANDER)
    here = f"FROM finding WHERE finding_id = '{finding}'"
    for number, stays in ((5, 1), (6, 0)):
        runs.run(day(number), wrong(2) + BYSTANDER)
        assert len(runs.asked(here)) == stays
    assert runs.asked(f"SELECT state, closed_on FROM findings_as_of('2026-11-30') WHERE finding_id = '{finding}'") == [
        ("closed", day(2))
    ]
    runs.run(day(7), wrong() + BYSTANDER)
    assert runs.asked(f"SELECT state, first_seen, open_since, times_reopened {here}") == [("open", day(1), day(7), 1)]


def test_a_run_that_fails_leaves_the_history_as_it_was(tmp_path: Path) -> None:
    runs = Nights(tmp_path)
    runs.run(day(1), wrong() + BYSTANDER)
    before = runs.asked("FROM finding_event ORDER BY ALL")
    runs.run(day(2), wrong(2) + BYSTANDER, fails=True)
    assert runs.asked("FROM finding_event ORDER BY ALL") == before
    runs.run(day(3), wrong(2) + BYSTANDER)
    assert runs.asked("SELECT closed_on FROM finding WHERE code = 'EL01'") == [(day(3),)]


# --- mass changes -----------------------------------------------------------------------------------------------------

LOW = MassChange(records=10, share=0.1)


def crowd(people: int = 60, **more: Row) -> list[Row]:
    return [row for number in range(100, 100 + people) for row in human(number, province={"decile": 2}, **more)]


def mass(runs: Nights) -> list[tuple[object, ...]]:
    return runs.asked(
        "SELECT source, owner_code, kind, column_name, from_value, to_value, records, people, round(share, 2), "
        "findings_opened, findings_closed FROM mass_change "
        "WHERE run_id = (SELECT max_by(run_id, finished_at) FROM run) ORDER BY ALL"
    )


def test_a_column_that_flips_is_one_event(tmp_path: Path) -> None:
    runs = Nights(tmp_path, mass=LOW)
    rows = crowd(bpjs_kesehatan=CARD)
    runs.run(day(1), rows)
    assert mass(runs) == []
    flipped = [{**row, "decile": 7} if row["source"] == "province" and row["human"] < 130 else row for row in rows]
    runs.run(day(2), flipped)
    event = ("province", "36", "changed", "decile", "2", "7", 30, 30, 0.5, 30, 0)
    assert mass(runs) == [event]
    linked = (
        "SELECT count(*), count(DISTINCT mass_change_id) FROM finding_event "
        "WHERE code = 'EL01' AND as_of = '2026-11-02' AND mass_change_id IN (SELECT mass_change_id FROM mass_change)"
    )
    assert runs.asked(linked) == [(30, 1)]
    with duckdb.connect(str(current(runs.output)), read_only=True) as con:
        told_in_summary = changes(con)
    ((since, people, opened, severity, codes),) = [
        (one["since"], one["people"], one["findings_opened"], one["severity"], one["codes"])
        for one in told_in_summary["mass_changes"]
    ]
    assert (since, people, opened, severity, codes) == ("2026-11-01", 30, 30, 2, ["EL01"])
    assert told_in_summary["since"]["month"] is None
    night = told_in_summary["since"]["night"]
    assert (night["as_of"], night["open_before"], night["opened"], night["open_now"]) == ("2026-11-01", 0, 30, 30)
    runs.run(day(2), flipped)
    assert mass(runs) == [event], "the same day again"
    runs.run(day(3), flipped)
    assert mass(runs) == []


def test_a_decree_that_drops_people_is_one_event_and_an_absent_one_is_none(tmp_path: Path) -> None:
    runs = Nights(tmp_path, mass=LOW)
    card = {"segment": "PDA"}
    rows = crowd(bpjs_kesehatan=card, decree={}, bpjs_kesehatan_bill={"segment": None})
    runs.run(day(1), rows)
    runs.run(day(2), [row for row in rows if row["source"] != "decree"], ALL_KINDS - {"decree"})
    assert mass(runs) == []
    kept = [row for row in rows if row["source"] != "decree" or row["human"] < 120]
    runs.run(day(3), kept)
    assert mass(runs) == [("decree", "3601", "gone", None, None, None, 40, 40, 0.67, 80, 0)], "FN04 and ST03"
    assert set(told(runs, "FN04")) == {("opened", "source")}
    assert runs.asked("SELECT since FROM mass_change") == [(day(1),)], "the last night on which there was one"
    runs.run(day(4), rows)
    assert mass(runs) == [("decree", "3601", "new", None, None, None, 40, 40, 0.67, 0, 80)]


def test_a_few_rows_are_no_mass_change(tmp_path: Path) -> None:
    runs = Nights(tmp_path, mass=LOW)
    runs.run(day(1), crowd(40))
    runs.run(day(2), crowd(49))
    assert mass(runs) == []


# --- what changed since -----------------------------------------------------------------------------------------------

CHANGE = (
    "SELECT open_before, opened, reopened, tested_again, came, closed, became_untested, went, open_now, rupiah_before, "
    "rupiah_now, since_as_of FROM finding_change WHERE since = '{since}' AND code = 'EL01'"
)


def test_what_changed_since_last_night_and_last_month(tmp_path: Path) -> None:
    runs = Nights(tmp_path)
    runs.run(date(2026, 10, 3), wrong() + BYSTANDER)
    assert runs.asked("FROM finding_change") == []
    others = human(5, province={"decile": 9}, bpjs_kesehatan=CARD)
    runs.run(date(2026, 10, 30), wrong(2) + BYSTANDER)
    runs.run(day(4), wrong() + others + BYSTANDER)
    assert runs.asked(CHANGE.format(since="night")) == [(0, 1, 1, 0, 0, 0, 0, 0, 2, 0, 84000, date(2026, 10, 30))]
    assert runs.asked(CHANGE.format(since="month")) == [(1, 1, 0, 0, 0, 0, 0, 0, 2, 42000, 84000, date(2026, 10, 3))]
    sums = (
        "SELECT count(*) FROM finding_change WHERE open_before + opened + reopened + tested_again + came - closed - "
        "became_untested - went <> open_now"
    )
    assert runs.asked(sums) == [(0,)]


@pytest.mark.parametrize("since", ["night", "month"])
def test_the_same_day_again_is_compared_with_the_night_before(tmp_path: Path, since: str) -> None:
    runs = Nights(tmp_path)
    runs.run(date(2026, 10, 2), wrong() + BYSTANDER)
    runs.run(day(4), wrong(2) + BYSTANDER)
    first = runs.asked(CHANGE.format(since=since))
    runs.run(day(4), wrong(2) + BYSTANDER)
    assert runs.asked(CHANGE.format(since=since)) == first == [(1, 0, 0, 0, 0, 1, 0, 0, 0, 42000, 0, date(2026, 10, 2))]
