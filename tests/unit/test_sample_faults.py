"""Faults of the sample: at their rates, each of its own form, and none at all when none is asked for."""

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sample_data import damage, faults, offices, rows, spelling
from sample_data.common import by_group, category, months_before, rng_for
from sample_data.faults import GOOD, HARD, Faults
from sample_data.identity import identities
from sample_data.names import load
from sample_data.offices import Care, Office
from sample_data.people import World, make_world
from sample_data.plants import Mismatches, plant
from sample_data.state import base
from schemas.layouts import load_layouts, normal_heading

AS_OF = date(2026, 11, 20)
NIKS = st.lists(st.from_regex(r"[0-9]{16}", fullmatch=True), min_size=1, max_size=20)
NAMES = st.lists(st.from_regex(r"[A-Z][a-z']{1,9}( [A-Z][a-z]{0,9}){0,3}", fullmatch=True), min_size=1, max_size=20)


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(load("banten"), 8000, AS_OF, 5)


def written(world: World, chosen: Faults) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The province's rows as written and the people they are of."""
    state = base(world)
    plant(state, world, Mismatches())
    content = rows.province(state, world)
    return identities(world, content, chosen, Care(), rng_for(1, "x")), world.people[content["person"].to_numpy()]


def test_a_world_without_faults_says_what_is_true(world: World) -> None:
    ours, true = written(world, faults.none())
    for column in ("nik", "birth_date", "birth_place"):
        assert ours[column].equals(true[column].alias(column)), column
    assert (ours["name"] == true["name"]).all()
    assert (ours["kk"] == true["kk"]).mean() > 0.99  # but for second rows, which show the former family


@pytest.mark.parametrize(
    ("preset", "column", "least", "most"),
    [
        (GOOD, "nik", 0.03, 0.09),
        (GOOD, "name", 0.07, 0.13),
        (GOOD, "birth_date", 0.01, 0.04),
        (HARD, "name", 0.28, 0.40),
        (HARD, "birth_date", 0.08, 0.13),
        (HARD, "kk", 0.2, 0.4),
    ],
)
def test_rates_of_the_presets(world: World, preset: Faults, column: str, least: float, most: float) -> None:
    ours, true = written(world, preset)
    bare = ours.with_columns(
        pl.col("nik").str.replace_all(r"^'|\s|\.0$", ""),
        pl.col("name").str.replace(r"^Hj?\. ", "").str.replace(", .*$", ""),
    )
    assert least < bare[column].ne_missing(true[column]).mean() < most


def test_a_third_of_niks_is_missing_in_hard(world: World) -> None:
    ours, _ = written(world, HARD)
    assert 0.28 < ours["nik"].is_in(["", "0"]).mean() < 0.40


@settings(deadline=None, max_examples=50)  # two cores are shared, a slow moment is no failure
@given(NIKS)
def test_one_digit_differs_in_one_place(niks: list[str]) -> None:
    changed = damage.one_digit(pl.Series(niks), rng_for(1)).to_list()
    assert [sum(a != b for a, b in zip(x, y, strict=True)) for x, y in zip(niks, changed, strict=True)] == [1] * len(
        niks
    )


@settings(deadline=None, max_examples=50)  # two cores are shared, a slow moment is no failure
@given(NIKS)
def test_transposed_keeps_the_digits(niks: list[str]) -> None:
    changed = damage.transposed(pl.Series(niks), rng_for(1)).to_list()
    assert [sorted(x) for x in changed] == [sorted(x) for x in niks]


def test_scientific_form() -> None:
    assert damage.scientific(pl.Series(["3601234567890001"])).to_list() == ["3.60123E+15"]


@pytest.mark.parametrize(
    ("name", "written_as"),
    [
        ("nik_missing", ""),
        ("nik_zero", "0"),
        ("nik_is_kk", "3601010101010009"),
        ("nik_placeholder", "3601230000000000"),
        ("nik_spaced", "360123 456789 0001"),
        ("nik_scientific", "3.60123E+15"),
        ("nik_rounded", "3601234567890000"),
        ("nik_dot_zero", "3601234567890001.0"),
        ("nik_apostrophe", "'3601234567890001"),
    ],
)
def test_each_fault_of_a_nik(name: str, written_as: str) -> None:
    only = Faults(**{**vars(faults.none()), name: 1.0})
    niks, cards = pl.Series(["3601234567890001"]), pl.Series(["3601010101010009"])
    assert damage.nik(niks, cards, only, 1.0, 1.0, rng_for(1)).to_list() == [written_as]


@pytest.mark.parametrize(
    ("name", "written_as"),
    [
        ("birth_default", date(1985, 1, 1)),
        ("birth_swapped", date(1985, 3, 12)),
        ("birth_import_date", date(2021, 1, 5)),
        ("birth_missing", None),
    ],
)
def test_each_fault_of_a_birth_date(name: str, written_as: date | None) -> None:
    only = Faults(**{**vars(faults.none()), name: 1.0})
    birth = np.asarray(["1985-12-03"], dtype="datetime64[D]")
    assert damage.birth(birth, AS_OF, only, 1.0, rng_for(1)).tolist() == [written_as]


@settings(deadline=None, max_examples=50)  # two cores are shared, a slow moment is no failure
@given(st.lists(st.dates(date(1930, 1, 1), AS_OF), min_size=1, max_size=30), st.integers(0, 5))
def test_no_birth_date_lies_in_the_future(births: list[date], seed: int) -> None:
    values = np.asarray(births, dtype="datetime64[D]")
    out = damage.birth(values, AS_OF, HARD, 8.0, rng_for(seed))
    assert (np.isnat(out) | (out <= np.datetime64(AS_OF))).all()


@pytest.mark.parametrize(
    "change",
    [
        spelling.respelled,
        spelling.abbreviated,
        spelling.mistyped,
        spelling.joined_or_split,
        spelling.token_dropped,
        spelling.initialled,
        spelling.swapped,
        spelling.nicknamed,
        spelling.with_alias,
    ],
)
@settings(deadline=None, max_examples=50)  # two cores are shared, a slow moment is no failure
@given(NAMES)
def test_names_stay_names(change, names: list[str]) -> None:  # type: ignore[no-untyped-def]
    out = change(pl.Series("name", names), rng_for(1))
    assert len(out) == len(names)
    assert out.null_count() == 0
    assert (out.str.strip_chars().str.len_chars() > 0).all()


@pytest.mark.parametrize(
    ("change", "name", "allowed"),
    [
        (spelling.swapped, "Nur Hayati", {"Hayati Nur"}),
        (spelling.joined_or_split, "Nur Hayati", {"Nurhayati"}),
        (spelling.nicknamed, "Saepudin", {"Pudin"}),
        (spelling.abbreviated, "Siti Aminah", {"St. Aminah", "Sitti Aminah", "Sti Aminah", "S. Aminah"}),
        (spelling.initialled, "Siti Aminah", {"Siti A", "S. Aminah"}),
    ],
)
def test_forms_of_a_name(change, name: str, allowed: set[str]) -> None:  # type: ignore[no-untyped-def]
    assert set(change(pl.Series([name] * 30), rng_for(2))) <= allowed


def test_offices_differ() -> None:
    eight = offices.registers(1)
    assert len(set(eight)) == 8
    assert len({office.date for office in eight}) >= 6
    assert len({office.sex for office in eight}) >= 5
    assert {office.encoding for office in eight} == {"utf-8", "utf-8-sig", "cp1252"}
    assert offices.registers(1) != offices.registers(2)


@pytest.mark.parametrize("kind", ["regency", "decree"])
def test_headings_of_every_style_are_known_to_the_layouts(kind: str) -> None:
    layout = load_layouts()[kind]
    for style in ("as_declared", "spaced", "lower", "title", "long", "dotted"):
        for column in layout.columns:
            shown = normal_heading(offices.heading(column.heading, style))
            assert shown in {normal_heading(name) for name in (column.heading, *column.aliases)}, (style, shown)


@pytest.mark.parametrize(
    ("style", "shown"),
    [("%d/%m/%Y", "05/08/1945"), ("long", "5 Agustus 1945"), ("short", "05-Agu-45"), ("%Y-%m-%d", "1945-08-05")],
)
def test_dates_of_an_office(style: str, shown: str) -> None:
    assert offices.dates(pl.Series([date(1945, 8, 5), None]), style).to_list() == [shown, ""]


def test_habits_in_text() -> None:
    office = Office("long", ("Lk", "Pr"), "long", ";", Care(), encoding="cp1252", code_dots=True, rt="01")
    assert offices.sexes(pl.Series([0, 1, -1]), office).to_list() == ["Lk", "Pr", ""]
    assert offices.codes(pl.Series(["3601282001"]), office).to_list() == ["36.01.28.2001"]
    assert offices.names(pl.Series(["Ma'mun"]), office).to_list() == ["MA\u2019MUN"]
    assert offices.blocks(pl.Series([3, 12]), office).to_list() == ["03", "12"]


def test_by_group_keeps_the_order() -> None:
    group = np.asarray([1, 0, 2, 1])
    out = by_group(pl.Series(["a", "b", "c", "d"]), group, {1: lambda part, _: part.str.to_uppercase()})
    assert out.to_list() == ["A", "b", "c", "D"]


def test_category_gives_at_most_one_fault() -> None:
    kinds = category(rng_for(1), (0.2, 0.3), 10_000)
    assert abs(np.mean(kinds == 1) - 0.2) < 0.02
    assert abs(np.mean(kinds == 2) - 0.3) < 0.02


@pytest.mark.parametrize(
    ("day", "before"),
    [
        (date(2026, 11, 20), date(2026, 5, 20)),
        (date(2026, 8, 31), date(2026, 2, 28)),
        (date(2026, 3, 1), date(2025, 9, 1)),
    ],
)
def test_six_calendar_months(day: date, before: date) -> None:
    assert months_before(day, 6) == before
