"""The identity that a register's rows carry: the person's own, out of date or damaged as registers are."""

import numpy as np
import polars as pl

from sample_data import damage
from sample_data.common import Bools, Ints, Rng, where
from sample_data.faults import Faults
from sample_data.households import HEAD, SPOUSE
from sample_data.offices import Care
from sample_data.people import World
from sample_data.regions import spread
from sample_data.spelling import written


def identities(world: World, rows: pl.DataFrame, faults: Faults, care: Care, rng: Rng) -> pl.DataFrame:
    """What stands in the identity columns of `rows` (person, owner, old), one row each.

    Out: name (with titles, title case), nik, kk (strings, "" = empty), birth_date (null = empty), sex (1 woman,
    0 man, -1 empty), birth_place, role, village (position in places.villages), address, rt, rw.
    """
    who = world.people[rows["person"].to_numpy()]
    count = rows.height
    stale, village = _village(world, rows, who, faults, care, rng)
    stale_card = stale | (rng.random(count) < faults.kk_stale * care.stale)
    kk = where(stale_card, who["kk_old"], who["kk"])
    birth = who["birth_date"].to_numpy().astype("datetime64[D]")
    name = _names(who, faults, care.typing, rng)
    nik = damage.nik(who["nik"], kk, faults, care.typing, care.sheet, rng)
    if care.maternity:
        unnamed = (who["age"] == 0).to_numpy() & (rng.random(count) < faults.newborn_named_by_mother)
        name = where(unnamed, "By Ny " + _mothers(world).gather(who["household"]), name)
        nik = where(unnamed, nik.str.slice(0, 0), nik)
    home = world.households[who["household"].to_numpy()]
    return pl.DataFrame(
        {
            "name": name,
            "nik": nik,
            "kk": _cards(kk, faults, care.typing, rng),
            "birth_date": pl.Series(damage.birth(birth, world.as_of, faults, care.typing, rng)),
            "sex": damage.flipped(who["female"].to_numpy(), faults.sex_wrong * care.typing, faults.sex_missing, rng),
            "birth_place": _birth_places(world, who, faults, rng),
            "role": np.where(stale_card, who["role_old"].to_numpy(), who["role"].to_numpy()),
            "village": village,
            "address": home["address"],
            "rt": home["rt"],
            "rw": home["rw"],
        }
    )


def _village(
    world: World, rows: pl.DataFrame, who: pl.DataFrame, faults: Faults, care: Care, rng: Rng
) -> tuple[Bools, Ints]:
    """Whether each row is of before a move, and the village it shows: a register of one regency holds none but
    villages of that regency."""
    now, before = who["village"].to_numpy(), who["village_old"].to_numpy()
    owners = world.places.villages["owner"].to_numpy()
    owner = rows["owner"].to_numpy()
    moved = now != before
    stale = moved & (rows["old"].to_numpy() | (rng.random(len(now)) < faults.village_stale * care.stale))
    village = np.where(stale, before, now)
    for option in (now, before):
        foreign = (owner >= 0) & (owners[village] != owner)
        village = np.where(foreign & (owners[option] == owner), option, village)
    foreign = (owner >= 0) & (owners[village] != owner)
    wrong = foreign | (rng.random(len(now)) < faults.village_wrong * care.typing)
    village = np.where(wrong, spread(world.places, np.where(owner >= 0, owner, owners[village]), rng), village)
    return moved & (village == before), village.astype(np.int64)


def _names(who: pl.DataFrame, faults: Faults, care: float, rng: Rng) -> pl.Series:
    names = written(who["name"], faults, care, rng)
    shown: Bools = rng.random(len(names)) < faults.title_kept
    before = where(shown & (who["title_before"] != "").to_numpy(), who["title_before"] + " " + names, names)
    after = where(shown & (who["title_after"] != "").to_numpy(), before + ", " + who["title_after"], before)
    return after.alias("name")


def _mothers(world: World) -> pl.Series:
    """The name of the woman at the head of each household, or beside it; "" where there is none."""
    women = world.people.filter(pl.col("female") & pl.col("role").is_in([HEAD, SPOUSE]))
    first = women.group_by("household", maintain_order=True).agg(pl.col("name").first())
    every = pl.DataFrame({"household": np.arange(world.households.height)})
    return every.join(first, on="household", how="left", maintain_order="left")["name"].fill_null("")


def _cards(kk: pl.Series, faults: Faults, care: float, rng: Rng) -> pl.Series:
    draw_ = rng.random(len(kk))
    rows = np.flatnonzero(draw_ < faults.kk_one_digit * care)
    if len(rows):
        kk = kk.scatter(rows, damage.one_digit(kk.gather(rows), rng))
    return where(draw_ > 1 - faults.kk_missing * care, kk.str.slice(0, 0), kk)


def _birth_places(world: World, who: pl.DataFrame, faults: Faults, rng: Rng) -> pl.Series:
    """Birth places; some rows have the district instead of the regency, or nothing."""
    districts = world.places.villages["district_name"].gather(who["village_old"])
    draw_ = rng.random(who.height)
    places = where(draw_ < faults.birth_place_changed, districts, who["birth_place"])
    return where(draw_ > 1 - faults.birth_place_missing, places.str.slice(0, 0), places)
