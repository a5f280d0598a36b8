"""The true people of the sample: one row a person, with what was true before (old family card, old village)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from sample_data import jobs, numbers
from sample_data.common import Bools, Ints, Rng, choose, rng_for, strings, where
from sample_data.households import CHILD, HEAD, SPOUSE, Members, alive_until, members
from sample_data.names import Family, compose, pool, with_last_token
from sample_data.regions import Places, issuing_code, places, spread

MOVED_HOUSEHOLD = 0.05  # moved in the last two years
MOVED_FAR = 0.4  # of those, to another regency
CARD_REISSUED = 0.30  # households whose card was replaced after a change of members
NEWLY_WED = 0.35  # of couples under 32: both left a parents' card in the last two years
SON_NAMED_AS_FATHER = 0.004
NAMESAKE = 0.004  # a neighbour's full name and the same year of birth
NAMESAKE_SAME_DAY = 0.0006  # ... and the same birth date, in another household of the province
PILGRIM_TITLE = 0.10  # of people over 45: H. or Hj.
DEGREE = 0.03  # of adults: S.Pd, S.E. ...
DEGREES = ("S.Pd", "S.E.", "S.H.", "S.Ag", "A.Md", "S.Kom", "M.Pd", "S.Sos", "S.T.", "S.Kep")
NIK_ELSEWHERE, NIK_OTHER_DISTRICT = 0.08, 0.12
WAGE_SHARE = (0.05, 0.08, 0.12, 0.18, 0.24, 0.32, 0.40, 0.48, 0.56, 0.66)  # wage households, by decile
UNRANKED, EXCLUDED = 0.03, 0.035
DECILE_WEIGHTS = (11, 12, 12, 12, 11, 10, 9, 8, 8, 7)  # a poor province


@dataclass(frozen=True)
class World:
    """`people`: one row a person in the order of person number; `households`: one row a household;
    `places`, `setting`, `as_of`, `seed` as given."""

    people: pl.DataFrame
    households: pl.DataFrame
    places: Places
    setting: dict[str, Any]
    as_of: date
    seed: int


def make_world(setting: dict[str, Any], people: int, as_of: date, seed: int) -> World:
    """People, households and regions of a synthetic province; everything follows from `seed`."""
    where_ = places(setting, people, rng_for(seed, "places"))
    who = members(people, as_of, rng_for(seed, "members"))
    homes = _households(who, where_, setting, as_of, rng_for(seed, "homes"))
    frame = _persons(who, homes, where_, setting, as_of, seed)
    return World(frame, homes, where_, setting, as_of, seed)


def _households(who: Members, where_: Places, setting: dict[str, Any], as_of: date, rng: Rng) -> pl.DataFrame:
    """One row a household: village, village_old, address parts, decile, excluded, wage, family_id, noka."""
    count = int(who.household[-1]) + 1
    village = np.searchsorted(where_.cumulative, rng.random(count) * where_.cumulative[-1]).astype(np.int64)
    owner = where_.villages["owner"].to_numpy()
    moved = rng.random(count) < MOVED_HOUSEHOLD
    far = rng.random(count) < MOVED_FAR
    old_owner = np.where(far, rng.integers(0, 8, count), owner[village])
    village_old = np.where(moved, spread(where_, old_owner, rng), village)
    decile = choose(rng, DECILE_WEIGHTS, count) + 1
    wage = rng.random(count) < np.asarray(WAGE_SHARE)[decile - 1]
    decile = np.where(rng.random(count) < UNRANKED, 0, decile)
    lane = strings(setting["lanes"]).gather(rng.integers(0, len(setting["lanes"]), count))
    names = where_.villages["village_name"]
    ways = names.gather(rng.integers(0, len(names), count))
    number = pl.Series(rng.integers(1, 90, count)).cast(pl.String)
    with_number = rng.random(count) < 0.3
    return pl.DataFrame(
        {
            "village": village,
            "village_old": village_old,
            "address": where(with_number, lane + " " + ways + " No. " + number, lane + " " + ways),
            "rt": rng.integers(1, 9, count),
            "rw": rng.integers(1, 13, count),
            "decile": decile,
            "excluded": (rng.random(count) < EXCLUDED) & (decile > 0),
            "wage": wage,
            "moved_on": np.datetime64(as_of, "D") - rng.integers(20, 700, count).astype("timedelta64[D]"),
        }
    )


def _persons(
    who: Members, homes: pl.DataFrame, where_: Places, setting: dict[str, Any], as_of: date, seed: int
) -> pl.DataFrame:
    rng = rng_for(seed, "persons")
    home = homes[who.household]
    year = who.birth.astype("datetime64[Y]").astype(np.int64) + 1970
    age = ((np.datetime64(as_of, "D") - who.birth).astype(np.int64) / 365.25).astype(np.int64)
    village = home["village"].to_numpy()
    born_as = _family(who, setting, rng)
    cards = _family_cards(who, homes, where_, age, as_of, rng_for(seed, "cards"))
    names = _names(who, setting, year, born_as, where_.villages["owner"].to_numpy()[village], seed)
    adult_job = jobs.assign(age, who.female, home["wage"].to_numpy(), home["decile"].to_numpy(), rng)
    own_places = where_.villages["regency_name"].str.replace(r"^(Kabupaten|Kota) ", "")
    outside = strings(setting["birth_places"])
    far_born = rng.random(len(age)) < 0.12
    return pl.DataFrame(
        {
            "person": np.arange(len(age)),
            "household": who.household,
            "role": who.role,
            "female": who.female,
            "birth_date": pl.Series(who.birth.astype("datetime64[D]")),
            "age": age,
            "name": names,
            **_titles(age, who.female, rng),
            "birth_place": where(
                far_born,
                outside.gather(rng.integers(0, len(outside), len(age))),
                own_places.gather(home["village_old"].to_numpy()),
            ),
            "nik": _niks(who, home, where_, age, as_of, rng_for(seed, "nik")),
            **cards,
            "village": village,
            "death_date": pl.Series(alive_until(who.birth, as_of, rng_for(seed, "deaths"))),
            "job": adult_job,
        }
    )


def _family(who: Members, setting: dict[str, Any], rng: Rng) -> Family:
    """What the name takes from the family: children share it with the head, a spouse and in-laws do not."""
    count = int(who.household[-1]) + 1
    options = [option["rate"] for option in setting.get("family_prefix", [])]
    from_head = np.isin(who.role, (HEAD, CHILD))
    of_home = choose(rng, [1 - sum(options), *options], count)[who.household] - 1
    own = choose(rng, [1 - sum(options), *options], len(who.role)) - 1
    clans = len(pool(setting, "surname")) if "surname" in setting["pools"] else 1
    skewed = np.minimum((rng.random(count) ** 2.5 * clans).astype(np.int64), clans - 1)
    skewed_own = np.minimum((rng.random(len(who.role)) ** 2.5 * clans).astype(np.int64), clans - 1)
    order = np.where(who.role == CHILD, who.order, rng.integers(0, 4, len(who.role)))
    return Family(
        prefix=np.where(from_head, of_home, own),
        surname=np.where(from_head, skewed[who.household], skewed_own),
        order=order,
    )


def _names(who: Members, setting: dict[str, Any], year: Ints, family: Family, owner: Ints, seed: int) -> pl.Series:
    """Composed names, then sons named as their fathers, twins named alike and namesakes among neighbours."""
    rng = rng_for(seed, "names")
    names = compose(setting, who.female, year, family, rng)
    count = len(year)
    head = np.searchsorted(who.household, who.household, side="left")
    same = (who.role == CHILD) & ~who.female & ~who.female[head] & (rng.random(count) < SON_NAMED_AS_FATHER)
    names = where(same, names.gather(head), names)
    before = np.maximum(np.arange(count) - 1, 0)
    alike = with_last_token(names.gather(before), names.str.extract(r"(\S+)$"))
    twin = who.twin & (who.female == who.female[before]) & (rng.random(count) < 0.8)
    # Where the last word is the family's, that would give both one name, which no parents do.
    twin &= (alike != names.gather(before)).to_numpy()
    names = where(twin, alike, names)
    order = np.lexsort((who.birth, year, owner, who.female))
    neighbour = np.empty(count, dtype=np.int64)
    neighbour[order] = np.roll(order, 1)
    namesake = (rng.random(count) < NAMESAKE) & (who.female == who.female[neighbour])
    names = where(namesake, names.gather(neighbour), names)
    order = np.lexsort((who.birth, who.female))
    neighbour[order] = np.roll(order, 1)
    same_day = (who.birth == who.birth[neighbour]) & (who.female == who.female[neighbour])
    close = same_day & (who.household != who.household[neighbour])
    close &= rng.random(count) < NAMESAKE_SAME_DAY / max(float(close.mean()), NAMESAKE_SAME_DAY)
    return where(close, names.gather(neighbour), names)


def _titles(age: Ints, female: Bools, rng: Rng) -> dict[str, pl.Series]:
    """Titles that some offices write and others leave out: before the name and after it ("" for none)."""
    pilgrim = (age > 45) & (rng.random(len(age)) < PILGRIM_TITLE)
    degree = (age > 23) & (age < 65) & (rng.random(len(age)) < DEGREE)
    after = strings(DEGREES).gather(rng.integers(0, len(DEGREES), len(age)))
    none = pl.Series(np.full(len(age), ""), dtype=pl.String)
    hajj = strings(("H.", "Hj.")).gather(female.astype(np.int64))
    return {"title_before": where(pilgrim, hajj, none), "title_after": where(degree, after, none)}


def _niks(who: Members, home: pl.DataFrame, where_: Places, age: Ints, as_of: date, rng: Rng) -> pl.Series:
    """The NIK of each person: mostly of the district where he lived, some of another district or province."""
    districts = where_.villages["district_code"]
    own = districts.gather(home["village_old"].to_numpy())
    other = districts.gather(rng.integers(0, len(districts), len(age)))
    outside = where_.elsewhere.gather(rng.integers(0, len(where_.elsewhere), len(age)))
    draw_ = rng.random(len(age))
    grown = age >= 17
    code = where(grown & (draw_ < NIK_OTHER_DISTRICT), other, own)
    code = where(grown & (draw_ > 1 - NIK_ELSEWHERE), outside, code)
    enrolled_before_2022 = who.birth < np.datetime64("2022-07-01")
    return numbers.nik(issuing_code(code, enrolled_before_2022), who.birth, who.female, rng)


def _family_cards(
    who: Members, homes: pl.DataFrame, where_: Places, age: Ints, as_of: date, rng: Rng
) -> dict[str, Any]:
    """Family cards now and before: kk, kk_old, role_old, village_old (old = new for who never changed).

    Three reasons to change: the card was re-issued, the household moved, or a young couple left their
    parents' cards (then the old card is that of another household of parents' age in the same regency).
    """
    count = homes.height
    today = np.datetime64(as_of, "D")
    village, village_old = homes["village"].to_numpy(), homes["village_old"].to_numpy()
    districts = where_.villages["district_code"]
    moved = village != village_old
    recent = homes["moved_on"].to_numpy().astype("datetime64[D]")
    earlier = today - rng.integers(750, 5500, count).astype("timedelta64[D]")
    reissued = moved | (rng.random(count) < CARD_REISSUED)
    pair = numbers.family_card(
        districts.gather(np.concatenate([village, village_old])),
        np.concatenate([np.where(reissued, recent, earlier), earlier]),
        rng,
    )
    kk, kk_before = pair[:count], where(reissued, pair[count:], pair[:count])
    home = who.household
    first = np.searchsorted(home, np.arange(count), side="left")
    head_age = age[first]
    young = (head_age < 32) & (rng.random(count) < NEWLY_WED) & ~moved
    wed = young[home] & np.isin(who.role, (HEAD, SPOUSE)) & _has_spouse(who, count)[home]
    parents_home = _parents_home(home, wed, head_age, where_.villages["owner"].to_numpy()[village], rng)
    role_old = np.where(wed, CHILD, who.role)
    return {
        "kk": kk.gather(home),
        "kk_old": where(wed, kk.gather(parents_home), kk_before.gather(home)),
        "role_old": role_old,
        "village_old": np.where(wed, village[parents_home], village_old[home]),
        "newly_wed": wed,
    }


def _has_spouse(who: Members, count: int) -> Bools:
    found: Bools = np.bincount(who.household[who.role == SPOUSE], minlength=count) > 0
    return found


def _parents_home(home: Ints, wed: Bools, head_age: Ints, owner: Ints, rng: Rng) -> Ints:
    """For each newly wed, a household of parents' age in the same regency; himself for everyone else."""
    result = home.copy()
    rows = np.flatnonzero(wed)
    candidates = np.flatnonzero((head_age >= 42) & (head_age <= 60))
    candidates = candidates[np.argsort(owner[candidates], kind="stable")]
    owners = owner[candidates]
    low = np.searchsorted(owners, owner[home[rows]], side="left")
    high = np.searchsorted(owners, owner[home[rows]], side="right")
    found = high > low
    pick = low + (rng.random(len(rows)) * (high - low)).astype(np.int64)
    result[rows[found]] = candidates[pick[found]]
    return result
