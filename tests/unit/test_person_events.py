"""Why an id came, went, took another over or was parted: small cases, and a slow, obvious reference."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.people import resolve_people
from flows.person_events import compared_columns
from schemas.tables import create_statement, load_tables
from tests.spec.world import AS_OF, NO_PAIRS

Event = tuple[str, str, str | None, str | None, int | None]


@dataclass(frozen=True)
class Row:
    """A row of a register in one night; `person` is whose it is by that night's linkage."""

    id: int
    source: str
    number: int
    person: int
    name: str = "NAMA"
    place: str = "SERANG"
    status: str = "HIDUP"

    @property
    def nik(self) -> str:
        return f"36010101018{self.number:05d}"

    @property
    def card(self) -> str | None:
        return f"{self.number:013d}" if self.source == "bpjs_kesehatan" else None

    @property
    def key(self) -> tuple[object, ...]:
        return (self.source, self.card) if self.card else (self.source, self.nik, self.name)

    @property
    def short(self) -> tuple[object, ...]:
        return (self.source, self.card or self.nik)

    @property
    def content(self) -> tuple[object, ...]:
        return (self.source, self.nik, self.card, self.name, self.place)


Pairs = tuple[tuple[int, int], ...]


def resolve(rows: list[Row], pairs: Pairs, run_id: str, previous: Path | None) -> duckdb.DuckDBPyConnection:
    """The work database of a night with these rows, linked as they say, and these pairs kept."""
    con = duckdb.connect()
    con.execute(create_statement(load_tables()["record"]))
    frame = pl.DataFrame(
        [
            {
                "record_id": row.id, "source": row.source, "owner_code": "36", "register": f"{row.source}:36",
                "file": f"{row.source}.csv", "source_row": row.id + 100, "source_key": row.card, "card": row.card,
                "nik": row.nik, "nik_status": "valid", "name": row.name, "name_std": row.name,
                "birth_place": row.place, "status": row.status,
            }
            for row in rows
        ]
    )  # fmt: skip
    con.register("rows", frame)
    con.execute("INSERT INTO record BY NAME FROM rows")
    links = frame.select(
        "record_id",
        pl.Series("entity", [row.person for row in rows], dtype=pl.Int64),
        pl.lit(1.0).alias("probability"),
        pl.lit(9.0).alias("match_weight"),
        pl.lit("test").alias("basis"),
    )
    person = {row.id: row.person for row in rows}
    kept = [(a, b, 0.9, 3.0, "link" if person[a] == person[b] else "review") for a, b in pairs]
    resolve_people(
        con, links, pl.DataFrame(kept, schema=NO_PAIRS.schema, orient="row"),
        as_of=AS_OF, run_id=run_id, previous=previous,
    )  # fmt: skip
    return con


def two_nights(
    before: list[Row], now: list[Row], links_before: Pairs = (), links_now: Pairs = ()
) -> tuple[duckdb.DuckDBPyConnection, duckdb.DuckDBPyConnection]:
    """The work databases of two nights, one after the other."""
    first = resolve(before, links_before, "run-1", None)
    with tempfile.TemporaryDirectory() as folder:
        published = Path(folder) / "padan.duckdb"
        first.execute(f"ATTACH '{published}' AS kept")
        for table in ("link", "record", "pair"):
            first.execute(f"CREATE TABLE kept.{table} AS FROM {table}")
        first.execute("DETACH kept")
        return first, resolve(now, links_now, "run-2", published)


def noted(con: duckdb.DuckDBPyConnection) -> list[Event]:
    return con.execute(
        "SELECT event, person_id, other_person_id, cause, record_id FROM person_event ORDER BY ALL"
    ).fetchall()


def why(before: list[Row], now: list[Row], links_before: Pairs = (), links_now: Pairs = ()) -> list[tuple[object, ...]]:
    """event, cause and record of each event of the second night."""
    _, con = two_nights(before, now, links_before, links_now)
    return [(event, cause, record) for event, _, _, cause, record in noted(con)]


ANI = Row(1, "province", 1, 1)
ANI_CARD = Row(2, "bpjs_kesehatan", 1, 1)
BUDI = Row(3, "regency", 2, 2)


def test_the_same_rows_judged_otherwise_are_evidence() -> None:
    assert why([ANI, ANI_CARD, BUDI], [ANI, ANI_CARD, replace(BUDI, person=1)]) == [("merge", "evidence", 3)]
    assert why([ANI, ANI_CARD, replace(BUDI, person=1)], [ANI, ANI_CARD, BUDI]) == [("split", "evidence", 3)]


def test_a_new_record_that_brings_two_people_together() -> None:
    new = Row(9, "civil_deaths", 1, 1)
    assert why([ANI, ANI_CARD, BUDI], [ANI, ANI_CARD, replace(BUDI, person=1), new]) == [("merge", "record_new", 9)]


def test_a_changed_value_that_brings_two_people_together() -> None:
    changed = replace(BUDI, person=1, place="LEBAK")
    assert why([ANI, ANI_CARD, BUDI], [ANI, ANI_CARD, changed]) == [("merge", "record_changed", 3)]


def test_a_value_that_is_not_compared_is_no_change() -> None:
    assert "status" not in compared_columns()
    changed = replace(BUDI, person=1, status="PINDAH")
    assert why([ANI, ANI_CARD, BUDI], [ANI, ANI_CARD, changed]) == [("merge", "evidence", 3)]


def test_a_changed_card_row_is_told_by_its_content_since_its_key_stays() -> None:
    changed = replace(ANI_CARD, person=3, name="NAMA LAIN")
    two = [ANI, replace(ANI, id=8, source="regency")]
    assert why([*two, ANI_CARD], [*two, changed]) == [("split", "record_changed", 2)]


def test_a_record_that_left_parts_those_it_held_together() -> None:
    held = [ANI, replace(ANI_CARD, number=5), replace(BUDI, person=1)]
    found = why(held, [ANI, BUDI], links_before=((1, 2), (2, 3)))
    assert found == [("split", "record_gone", None)]
    _, con = two_nights(held, [ANI, BUDI], links_before=((1, 2), (2, 3)))
    place = con.execute("SELECT source, file, source_row FROM person_event").fetchall()
    assert place == [("bpjs_kesehatan", "bpjs_kesehatan.csv", 102)]


def test_the_row_at_the_joint_stands_before_one_that_came_by_the_way() -> None:
    by_the_way = Row(4, "decree", 7, 1)
    changed = replace(BUDI, person=1, place="LEBAK")
    rows = [ANI, ANI_CARD, changed, by_the_way]
    assert why([ANI, ANI_CARD, BUDI], rows) == [("merge", "record_new", 4)]
    assert why([ANI, ANI_CARD, BUDI], rows, links_now=((1, 2), (1, 3), (1, 4))) == [("merge", "record_changed", 3)]
    bridge = ((1, 2), (1, 4), (3, 4))
    assert why([ANI, ANI_CARD, BUDI], rows, links_now=bridge) == [("merge", "record_new", 4)]


def test_who_came_and_who_went() -> None:
    assert why([ANI, BUDI], [ANI, Row(5, "decree", 9, 9)]) == [
        ("gone", "record_gone", None),
        ("new", "record_new", 5),
    ]


def test_a_newcomer_with_the_same_nik_does_not_take_the_id_of_who_is_still_there() -> None:
    first, again = two_nights([ANI, BUDI], [ANI, BUDI, Row(7, "province", 1, 5, name="A BARU")])
    query = "SELECT person_id FROM link WHERE record_id = 1"
    assert again.execute(query).fetchall() == first.execute(query).fetchall()
    assert [(event, cause, record) for event, _, _, cause, record in noted(again)] == [("new", "record_new", 7)]


def test_who_left_is_gone_though_another_has_the_same_nik() -> None:
    namesake = Row(4, "province", 1, 4, name="A LAIN")
    assert why([ANI, namesake], [ANI]) == [("gone", "record_gone", None)]


def test_people_of_the_same_content_are_not_noted_as_new_each_night() -> None:
    twins = [Row(n, "province", 1, n) for n in (1, 2, 3)]
    first, again = two_nights(twins, twins)
    assert noted(again) == []
    query = "SELECT record_id, person_id FROM link ORDER BY ALL"
    assert again.execute(query).fetchall() == first.execute(query).fetchall()


def test_a_database_without_records_and_pairs_before_is_enough() -> None:
    first = resolve([ANI, ANI_CARD, BUDI], (), "run-1", None)
    with tempfile.TemporaryDirectory() as folder:
        published = Path(folder) / "old.duckdb"
        first.execute(f"ATTACH '{published}' AS kept; CREATE TABLE kept.link AS FROM link; DETACH kept")
        changed = replace(BUDI, person=1, place="LEBAK")
        again = resolve([ANI, ANI_CARD, changed], (), "run-2", published)
    assert [event[3:] for event in noted(again)] == [("evidence", 3)]


# --- the reference ------------------------------------------------------------------------------------------------

FIRST_NEW = ("record_new", "record_changed", "record_gone", "evidence")
FIRST_GONE = ("record_gone", "record_changed", "record_new", "evidence")


@dataclass(frozen=True)
class Nights:
    """Two nights laid side by side, as schemas/people/events.sql tells it, row by row."""

    before: list[Row]
    now: list[Row]
    links_before: Pairs
    links_now: Pairs
    person_before: dict[int, str]
    person_now: dict[int, str]

    def earlier(self, row: Row) -> list[tuple[Row, bool]]:
        whole = [(one, True) for one in self.before if one.key == row.key]
        known = {one.key for one in self.now}
        return whole or [(one, False) for one in self.before if one.short == row.short and one.key not in known]

    def later(self, row: Row) -> list[Row]:
        known = {one.key for one in self.before}
        whole = [one for one in self.now if one.key == row.key]
        return whole or [one for one in self.now if one.short == row.short and one.key not in known]

    def state(self, row: Row) -> str:
        earlier = self.earlier(row)
        if not earlier:
            return "record_new"
        same = any(whole and one.content == row.content for one, whole in earlier)
        return "same" if same else "record_changed"

    def unchanged(self) -> list[tuple[str, str]]:
        """The people whose rows, each with a key of its own, are tonight one person's and all of them: both ids."""
        keys_before, keys_now = [row.key for row in self.before], [row.key for row in self.now]
        same = []
        for person in set(self.person_before.values()):
            keys = {row.key for row in self.before if self.person_before[row.id] == person}
            met = {self.person_now[row.id] for row in self.now if row.key in keys}
            whole = {row.key for row in self.now if self.person_now[row.id] in met}
            if len(met) == 1 and whole == keys and all(keys_before.count(k) == keys_now.count(k) == 1 for k in keys):
                same.append((person, met.pop()))
        return same

    def beside(self, row: Row, rows: list[Row], pairs: Pairs) -> list[Row]:
        near = {b if a == row.id else a for a, b in pairs if row.id in (a, b)} | {row.id}
        return [one for one in rows if one.id in near and one.person == row.person]

    def at_joint(self, event: str, person: str, other: str | None, row: Row) -> bool:
        """Of a merge: a row of tonight; of a split: a row of last night."""
        if event == "merge":
            met = [one for near in self.beside(row, self.now, self.links_now) for one, _ in self.earlier(near)]
            return {person, other} <= {self.person_before[one.id] for one in met}
        met_now = [one for near in self.beside(row, self.before, self.links_before) for one in self.later(near)]
        return {person, other} <= {self.person_now[one.id] for one in met_now}

    def cause(self, event: str, person: str, other: str | None) -> tuple[str, int | None]:
        """The cause of an event and the record behind it."""
        whose_before = {"merge": {person, other}, "gone": {person}, "split": {other}, "new": set()}[event]
        whose_now = {"merge": {person}, "gone": set(), "split": {person, other}, "new": {person}}[event]
        before = [row for row in self.before if self.person_before[row.id] in whose_before]
        now = [row for row in self.now if self.person_now[row.id] in whose_now]
        order = FIRST_NEW if event in {"merge", "new"} else FIRST_GONE
        ranked = []
        for row in now:
            if (state := self.state(row)) != "same":
                parted = [one for one, _ in self.earlier(row) if one in before] if event == "split" else []
                joint = (event == "merge" and self.at_joint(event, person, other, row)) or any(
                    self.at_joint(event, person, other, one) for one in parted
                )
                ranked.append((not joint, order.index(state), row.id, row.id))
        for row in before:
            if not self.later(row):
                joint = event == "split" and self.at_joint(event, person, other, row)
                ranked.append((not joint, order.index("record_gone"), row.id, 0))
        if ranked:
            best = min(ranked)
            return order[best[1]], best[3] or None
        hands = [row for row in now if self.person_now[row.id] == person and self.earlier(row)]
        if event == "merge":
            hands = [row for row in hands if any(self.person_before[one.id] == other for one, _ in self.earlier(row))]
        return "evidence", min((row.id for row in hands), default=None)


FATES = ("same", "same", "place", "status", "name", "gone")


@st.composite
def nights(draw: st.DrawFn) -> tuple[list[Row], list[Row], Pairs, Pairs]:
    sources = st.sampled_from(["province", "regency", "bpjs_kesehatan"])
    before = [
        Row(n, draw(sources), draw(st.integers(1, 6)), draw(st.integers(0, 2)), name=f"N{draw(st.integers(0, 1))}")
        for n in range(1, draw(st.integers(2, 7)) + 1)
    ]
    changes = {"place": {"place": "LEBAK"}, "status": {"status": "PINDAH"}, "name": {"name": "BARU"}}
    now: list[Row] = []
    for row in before:
        fate = draw(st.sampled_from(FATES))
        if fate != "gone":
            person = row.person if draw(st.integers(0, 2)) else draw(st.integers(0, 3))
            now.append(replace(row, id=100 - row.id, person=person, **changes.get(fate, {})))
    for n in range(draw(st.integers(0 if now else 1, 2))):
        now.append(Row(40 - n, draw(sources), draw(st.integers(1, 9)), draw(st.integers(0, 3))))

    def pairs(rows: list[Row]) -> Pairs:
        wanted = [(a.id, b.id) for a in rows for b in rows if a.id < b.id]
        return tuple(draw(st.lists(st.sampled_from(wanted), unique=True, max_size=6))) if wanted else ()

    return before, now, pairs(before), pairs(now)


@settings(max_examples=40, deadline=None)
@given(nights())
def test_the_rule_is_what_a_slow_reading_of_it_says(drawn: tuple[list[Row], list[Row], Pairs, Pairs]) -> None:
    before, now, links_before, links_now = drawn
    first, second = two_nights(before, now, links_before, links_now)
    query = "SELECT record_id, person_id FROM link"
    laid = Nights(
        before, now, links_before, links_now,
        dict(first.execute(query).fetchall()), dict(second.execute(query).fetchall()),
    )  # fmt: skip
    assert all(before == now for before, now in laid.unchanged())
    for event, person, other, cause, record in noted(second):
        assert (cause, record) == laid.cause(event, person, other), (event, person, other)


def test_the_table_says_where_the_record_stands() -> None:
    _, con = two_nights([ANI, BUDI], [ANI, BUDI, Row(5, "decree", 9, 9)])
    found = con.execute("SELECT run_id, event, cause, record_id, source, file, source_row FROM person_event").fetchall()
    assert found == [("run-2", "new", "record_new", 5, "decree", "decree.csv", 105)]
