"""Thirty nights of a small world: every open, close and reopen against a slow reference; every past night rebuilt."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import polars as pl
import pytest

from schemas.rules import load_rules
from tests.history.reference import NEEDS, Reference, Row, Run, kept
from tests.history.world import Nights, human
from tests.spec.world import ALL_KINDS

pytestmark = pytest.mark.long

FIRST = date(2026, 11, 1)
CLOSED_DAYS = 7
CODES = ", ".join(f"'{code}'" for code in NEEDS)
RULE_DAY = FIRST + timedelta(days=20)  # from here on desil 1 to 4 are eligible


def rules() -> pl.DataFrame:
    """The dated rules, with one that changes within the thirty nights."""
    frame = load_rules()
    mine = pl.col("rule") == "eligible_decile_max"
    before = frame.filter(mine).with_columns(berlaku_sampai=pl.lit(RULE_DAY - timedelta(days=1)))
    after = frame.filter(mine).with_columns(
        value=pl.lit(4.0), berlaku_mulai=pl.lit(RULE_DAY), berlaku_sampai=pl.lit(None, pl.Date)
    )
    return pl.concat([frame.filter(~mine), before, after])


@dataclass
class Plan:
    """What stands in the files of a run, and what else is planned."""

    day: int
    rows: list[Row]
    kinds: frozenset[str] = ALL_KINDS
    merged: tuple[tuple[str, str], ...] = ()
    split: tuple[tuple[str, str], ...] = ()
    fails: bool = False
    what: str = ""
    as_of: date = field(init=False)

    def __post_init__(self) -> None:
        self.as_of = FIRST + timedelta(days=self.day - 1)


def people() -> dict[int, list[Row]]:
    """Everyone's rows on an ordinary night, by number."""
    wrong, right = {"decile": 8}, {"decile": 2}
    card: Row = {}
    return {
        1: human(1, province=wrong, bpjs_kesehatan=card),  # EL01
        2: human(2, province=right, bpjs_kesehatan=card, regency={"decile": 2}),
        3: human(3, province=right, bpjs_kesehatan=card, civil_deaths={}, regency={"decile": 2}),  # ST01
        4: human(4, province=right, regency__3602={"decile": 3}),  # EL08 of 3602
        5: human(5, province={"decile": 5}, bpjs_kesehatan=card),  # EL01 once the rule changes
        6: human(6, province=right, regency={"decile": 2}, decree={}),  # FN05
        7: human(7, bpjs_kesehatan=card),  # EL02; is person 6 in truth
        8: human(8, bpjs_kesehatan=card, regency={"decile": 1}, decree={}),  # EL02; parts later
        9: human(9, province=right, bpjs_kesehatan=card, civil_deaths={}),  # ST01; the family leaves
        10: human(10, province=right, regency__3602={"decile": 2}),
        11: human(11, bpjs_kesehatan=card),  # EL02; is person 12 in truth, and EL02 stays
        12: human(12, regency={"decile": 3}, decree={}),  # FN05, which a card ends
    }


def changed(rows: list[Row], source: str, **values: object) -> list[Row]:
    return [{**row, **values} if row["source"] == source else row for row in rows]


def owned(rows: list[Row], person: str, *sources: str) -> list[Row]:
    return [{**row, "person": person} if not sources or row["source"] in sources else row for row in rows]


def without(rows: list[Row], *registers: str) -> list[Row]:
    return [row for row in rows if not {row["source"], f"{row['source']}:{row['owner']}"} & set(registers)]


def plans() -> list[Plan]:
    """Thirty nights, and some runs between them."""
    world, out = people(), []

    def run(day: int, what: str = "", drop: tuple[str, ...] = (), **more: object) -> None:
        rows = without([row for rows in world.values() for row in rows], *drop)
        absent = {name for name in drop if ":" not in name}
        out.append(Plan(day, rows, ALL_KINDS - absent, what=what, **more))  # type: ignore[arg-type]

    for number in (1, 2):
        run(number)
    world[1] = changed(world[1], "province", decile=2)
    run(3, "fixed")
    run(3, "the same day again")
    world[1] = changed(world[1], "province", decile=9)
    run(4, "relapse")
    run(5, "no deaths came", drop=("civil_deaths",))
    run(6, "none yet", drop=("civil_deaths",))
    run(6, "the file is late, and came")
    run(7, "3602 sent nothing", drop=("regency:3602",))
    world[4] = changed(world[4], "regency", decile=2)
    run(8, "3602 is back, and put right")
    run(9, "a run that fails", fails=True)
    run(9)
    world[7] = owned(world[7], "p6")
    run(10, "7 is found to be 6", merged=(("p7", "p6"),))
    world[1] = changed(world[1], "province", decile=1)
    run(11, "fixed again")
    for number in (12, 13):
        run(number)
    world[6] = without(world[6], "province")
    run(14, "6 left the province's list: EL02, which was 7's, is found again")
    world[8] = owned(world[8], "p8b", "bpjs_kesehatan")
    run(15, "the card of 8 is somebody else's", split=(("p8", "p8b"),))
    world[11] = owned(world[11], "p12")
    run(16, "11 is found to be 12", merged=(("p11", "p12"),))
    run(17)
    world[3] = changed(world[3], "bpjs_kesehatan", status="NONAKTIF")
    run(18, "the card of the dead is closed")
    world.pop(9)
    run(19, "9 is in no file any more")
    world[1] = changed(world[1], "province", decile=7)
    run(20, "a relapse after it left the table")
    run(21, "another rule from today")
    files = people() | {11: owned(people()[11], "p12"), 7: owned(people()[7], "p6")}
    rows = [row for number, of_one in files.items() if number != 8 for row in of_one]
    out.append(Plan(12, rows, what="a run for a past day, on the files of then", merged=(("p11", "p12"),)))
    run(22, "the night goes on from the night before")
    run(23, "no card list", drop=("bpjs_kesehatan",))
    world[5] = changed(world[5], "province", decile=4)
    run(24, "the list is back, 5 is put right meanwhile")
    run(25, "all of 3601 is missing", drop=("regency:3601", "decree:3601"))
    world[2] = changed(world[2], "province", decile=3)
    run(26, "a new difference")
    run(26, "the same day again, put right", drop=("regency:3601",))
    run(27)
    world[2] = changed(world[2], "province", decile=2)
    run(28, "put right")
    run(29)
    world[2] = changed(world[2], "province", decile=3)
    run(30, "and wrong again")
    return out


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> tuple[Nights, list[tuple[Plan, Run | None]], list[str]]:
    """The thirty nights, run; what the reference says of each; and what differed."""
    runs = Nights(tmp_path_factory.mktemp("nights"), closed_days=CLOSED_DAYS)
    reference, wrong = Reference(), list[str]()
    told: list[tuple[Plan, Run | None]] = []
    dated = rules()
    labels: dict[str, str] = {}
    identity: dict[int, str] = {}
    for plan in plans():
        con = runs.run(plan.as_of, plan.rows, plan.kinds, dated, fails=plan.fails)
        labels |= dict(con.execute("SELECT person_id, label FROM label").fetchall())
        if plan.fails:
            told.append((plan, None))
            continue
        decile_max = 4 if plan.as_of >= RULE_DAY else 5
        run = reference.night(
            plan.as_of, plan.rows, set(plan.kinds), decile_max=decile_max, merged=plan.merged, split=plan.split
        )
        told.append((plan, run))
        wrong += differences(runs, plan, run, labels, identity)
    return runs, told, wrong


def differences(runs: Nights, plan: Plan, run: Run, labels: dict[str, str], identity: dict[int, str]) -> list[str]:
    """What the published database says otherwise than the reference, in words."""
    stands = runs.asked(
        "SELECT finding_id, code, person_id, discriminator, state, first_seen, open_since, last_seen, closed_on, "
        f"times_reopened, list_sort(registers) FROM finding WHERE code IN ({CODES})"
    )
    numbers = {}
    by_number = {life.number: (key, life) for key, life in kept(run, CLOSED_DAYS).items()}
    for key, life in run.findings.items():
        numbers[key] = life.number
    got = {(code, labels[person], other): (finding, *rest) for finding, code, person, other, *rest in stands}
    for number, (key, life) in by_number.items():
        known = identity.get(number)
        at = (
            got.pop((key[0], key[1].removesuffix(" before"), key[2]), None)
            if known is None
            else next((got.pop(place) for place, row in list(got.items()) if row[0] == known), None)
        )
        expected = (life.state, life.first_seen, life.open_since, life.last_seen, life.closed_on, life.times_reopened)
        if at is None or at[1:7] != expected or set(at[7]) != life.registers:
            return [f"{plan.as_of} {plan.what}: {key} should be {expected} and is {at}"]
        identity[number] = at[0]
    if got:
        return [f"{plan.as_of} {plan.what}: there are findings that should not be: {sorted(got)}"]
    events = runs.asked(
        "SELECT finding_id, event, person_id FROM finding_event WHERE run_id = (SELECT run_id FROM run "
        f"ORDER BY finished_at DESC LIMIT 1) AND code IN ({CODES}) AND event <> 'changed'"
    )
    happened = {(finding, event, labels[person]) for finding, event, person in events}
    expected_events = {(identity[number], event, person) for number, event, person in run.events}
    if happened != expected_events:
        return [f"{plan.as_of} {plan.what}: it told {happened - expected_events}, not {expected_events - happened}"]
    return []


Told = tuple[Nights, list[tuple[Plan, Run | None]], list[str]]
STANDS = (
    "finding_id, code, is_primary, person_id, discriminator, registers, owner_code, regency_code, village_code, "
    "severity, actor, action, rupiah_per_month, detail, first_seen, open_since, last_seen, closed_on, "
    "times_reopened, state"
)


def test_every_open_close_and_reopen_is_right(nights: Told) -> None:
    _, told, wrong = nights
    assert wrong == []
    assert len({plan.as_of for plan, run in told if run}) == 30
    seen = {event for _, run in told if run for _, event, _ in run.events}
    assert seen == {"opened", "closed", "reopened", "untested", "tested_again", "moved"}


def test_every_past_night_can_be_rebuilt(nights: Told) -> None:
    """By the newest database, every class and column, against the database that was published on that night."""
    runs, told, _ = nights
    published = [plan for plan, run in told if run]
    last_of_day = {plan.as_of: run_id for plan, run_id in zip(published, runs.run_ids, strict=True)}
    assert len(last_of_day) == 30
    for as_of, run_id in last_of_day.items():
        then = runs.asked(f"SELECT {STANDS} FROM finding ORDER BY finding_id", run_id)
        again = runs.asked(
            f"SELECT {STANDS} FROM findings_as_of('{as_of}') "
            f"WHERE coalesce(closed_on >= DATE '{as_of}' - {CLOSED_DAYS}, TRUE) ORDER BY finding_id"
        )
        assert again == then, as_of
    assert runs.asked("SELECT count(*) FROM findings_as_of('2026-10-31')") == [(0,)]


def test_the_same_day_again_adds_nothing(nights: Told) -> None:
    """To the history, when the files are the same; and no run takes away or changes what another told."""
    runs, told, _ = nights
    published = [plan for plan, run in told if run]
    again = next(number for number, plan in enumerate(published) if plan.what == "the same day again")
    before, after = runs.run_ids[again - 1 : again + 1]
    for table in ("finding", "finding_event", "finding_change"):
        assert runs.asked(f"FROM {table} ORDER BY ALL", after) == runs.asked(f"FROM {table} ORDER BY ALL", before)
    last = set(map(str, runs.asked("FROM finding_event")))
    for run_id in runs.run_ids:
        assert set(map(str, runs.asked("FROM finding_event", run_id))) <= last


def test_what_changed_since_adds_up_on_every_night(nights: Told) -> None:
    runs, _, _ = nights
    for run_id in runs.run_ids:
        wrong = runs.asked(
            "SELECT * FROM finding_change WHERE open_before + opened + reopened + tested_again + came - closed - "
            "became_untested - went <> open_now",
            run_id,
        )
        rupiah = "coalesce(sum(rupiah_per_month) FILTER (is_primary), 0)"
        open_now = f"(SELECT count(*), {rupiah} FROM finding WHERE state = 'open')"
        sums = "SELECT sum(open_now), sum(rupiah_now) FROM finding_change WHERE since = 'night'"
        assert wrong == []
        if runs.asked("FROM finding_change", run_id):
            assert runs.asked(sums, run_id) == runs.asked(f"FROM {open_now}", run_id)


SUMS = (
    "SELECT code, sum(opened), sum(reopened), sum(tested_again), sum(closed), sum(became_untested) "
    "FROM finding_change WHERE since = 'night' GROUP BY code "
    "HAVING sum(opened + reopened + tested_again + closed + became_untested) > 0 ORDER BY code"
)
COUNTS = (
    "SELECT code, count(*) FILTER (change = 'new'), count(*) FILTER (change = 'reopened'), "
    "count(*) FILTER (change = 'tested_again'), count(*) FILTER (change = 'closed'), "
    "count(*) FILTER (change = 'untested') FROM changed_tonight GROUP BY code ORDER BY code"
)


def test_what_changed_tonight_is_named_one_by_one_as_it_is_counted(nights: Told) -> None:
    """In every published database but the first, which has no night to be compared with."""
    runs, _, _ = nights
    assert runs.asked(SUMS, runs.run_ids[0]) == [] != runs.asked(COUNTS, runs.run_ids[0])
    for run_id in runs.run_ids[1:]:
        assert runs.asked(COUNTS, run_id) == runs.asked(SUMS, run_id), run_id
