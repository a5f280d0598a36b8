"""The people of the sample: numbers by the rule, families as they are, names as frequent as they should be."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from sample_data.households import CHILD, HEAD, PARENT, SPOUSE
from sample_data.names import REGIONS, load, pool
from sample_data.people import World, make_world
from sample_data.state import base

AS_OF = date(2026, 11, 20)


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(load("banten"), 20_000, AS_OF, 5)


def test_nik_follows_the_rule(world: World) -> None:
    people = world.people
    assert people["nik"].n_unique() == people.height
    assert people["nik"].str.contains(r"^\d{16}$").all()
    day = people["birth_date"].dt.day().cast(pl.Int64) + 40 * people["female"].cast(pl.Int64)
    expected = day.cast(pl.String).str.zfill(2) + people["birth_date"].dt.strftime("%m%y")
    assert (people["nik"].str.slice(6, 6) == expected).all()
    assert (people["nik"].str.slice(12).cast(pl.Int64) >= 1).all()


def test_nik_prefix_is_mostly_of_the_province(world: World) -> None:
    share = (world.people["nik"].str.slice(0, 2) == "36").mean()
    assert 0.88 < share < 0.99


def test_papua_niks_keep_the_former_codes() -> None:
    people = make_world(load("papua"), 2000, AS_OF, 5).people
    before = people.filter(pl.col("birth_date") < date(2022, 7, 1))["nik"].str.slice(0, 4)
    born_later = people.filter(pl.col("birth_date") >= date(2022, 7, 1))["nik"].str.slice(0, 2)
    assert before.str.starts_with("91").mean() > 0.85
    assert (born_later == "95").all()


def test_a_family_shares_one_card(world: World) -> None:
    cards = world.people.group_by("household").agg(pl.col("kk").n_unique())
    assert cards["kk"].max() == 1
    assert world.people.group_by("kk").agg(pl.col("household").n_unique())["household"].max() == 1
    assert world.people["kk"].str.contains(r"^36\d{14}$").all()


def test_families_are_possible(world: World) -> None:
    born = world.people.select("household", "role", "female", year=pl.col("birth_date").dt.year())
    mothers = born.filter(pl.col("role").is_in([HEAD, SPOUSE]) & pl.col("female")).select("household", mother="year")
    children = born.filter(pl.col("role") == CHILD).join(mothers, on="household")
    assert (children["year"] - children["mother"]).min() >= 17
    heads = born.filter(pl.col("role") == HEAD).select("household", head="year")
    parents = born.filter(pl.col("role") == PARENT).join(heads, on="household")
    assert (parents["head"] - parents["year"]).min() >= 10
    assert world.people.filter(pl.col("role") == HEAD)["household"].n_unique() == world.households.height


def test_twins_namesakes_and_sons_named_as_their_fathers(world: World) -> None:
    children = world.people.filter(pl.col("role") == CHILD)
    assert children.group_by("household", "birth_date").len().filter(pl.col("len") > 1).height > 20
    heads = world.people.filter(pl.col("role") == HEAD).select("household", "name")
    sons = children.join(heads, on=["household", "name"])
    assert sons.height >= 5
    same_day = world.people.group_by("name", "birth_date").agg(pl.col("household").n_unique())
    assert same_day.filter(pl.col("household") > 1).height >= 3


def test_movers_newly_wed_dead_and_babies(world: World) -> None:
    people = world.people
    assert 0.02 < (people["village"] != people["village_old"]).mean() < 0.15
    assert (people.filter("newly_wed")["kk"] != people.filter("newly_wed")["kk_old"]).mean() > 0.95
    assert 0.01 < people["death_date"].is_not_null().mean() < 0.04
    assert (people["death_date"] >= people["birth_date"]).all()
    assert people.filter(pl.col("age") == 0).height > 150
    assert people["birth_date"].max() <= AS_OF  # type: ignore[operator]


@pytest.mark.parametrize(
    ("low", "high", "least", "most"), [(0, 14, 0.2, 0.32), (15, 59, 0.55, 0.7), (60, 99, 0.07, 0.14)]
)
def test_age_pyramid(world: World, low: int, high: int, least: float, most: float) -> None:
    assert least < world.people["age"].is_between(low, high).mean() < most


def test_names_have_mononyms_and_a_long_tail(world: World) -> None:
    names = world.people["name"]
    assert 0.1 < (~names.str.contains(" ")).mean() < 0.4
    assert 0.5 < names.n_unique() / len(names) < 0.95
    assert names.value_counts()["count"].max() / len(names) < 0.01
    assert names.str.contains(r"^(Tb|Rt)\. ").any()


@pytest.mark.parametrize(
    ("region", "pattern"), [("bali", r"^(I|Ni|Ida|Anak|Dewa|Desak) "), ("papua", r"(Wenda|Kogoya)$"), ("jawa", "^Su")]
)
def test_names_of_a_region(region: str, pattern: str) -> None:
    names = make_world(load(region), 1000, AS_OF, 1).people["name"]
    assert names.str.contains(pattern).mean() > 0.05
    assert not names.str.contains(r"^\s|\s$|  ").any()


def test_bali_names_tell_the_sex() -> None:
    people = make_world(load("bali"), 1000, AS_OF, 1).people
    assert not people.filter(pl.col("name").str.starts_with("Ni "))["female"].not_().any()
    assert not people.filter(pl.col("name").str.contains("^I [^G]"))["female"].any()


def test_papua_clan_name_runs_in_the_family() -> None:
    people = make_world(load("papua"), 1000, AS_OF, 1).people
    clan = pl.col("name").str.extract(r"(\S+)$").alias("clan")
    heads = people.filter(pl.col("role") == HEAD).select("household", clan)
    same = people.filter(pl.col("role") == CHILD).select("household", child=clan).join(heads, on="household")
    assert (same["child"] == same["clan"]).mean() > 0.95


@pytest.mark.parametrize("region", REGIONS)
def test_pools_hold_no_word_twice_but_for_weight(region: str) -> None:
    setting = load(region)
    for name, declared in setting["pools"].items():
        composed = pool(setting, name)[len(declared["words"]) :]
        assert composed.n_unique() == len(composed)
        assert composed.str.contains(r"^[A-Z][A-Za-z' ]+$").all()


def test_registers_cover_people_as_stated(world: World) -> None:
    state = base(world)
    rows = state.in_dtsen.sum() + state.in_regency.sum() + (state.segment > 0).sum() + (state.tk > 0).sum()
    rows += state.decree.sum() + state.billed.sum()
    assert 3.0 < rows / world.people.height < 3.5
    assert not np.any(state.decree & (state.segment == 0))
