"""Names of a setting: composed from the parts in `vocabulary/<region>.toml` with Zipf-like frequencies."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from sample_data.common import Bools, Ints, Rng, Rule, by_group, choose, draw, rng_for, strings, where, zipf
from schemas.errors import UsageError

VOCABULARY = Path(__file__).parent / "vocabulary"
REGIONS = tuple(sorted(path.stem for path in VOCABULARY.glob("*.toml")))
# People born before the first year are `old`, before the second `mid`, else `new`: fashions in names change.
COHORTS = (("old", 1968), ("mid", 1999), ("new", 9999))


@dataclass(frozen=True)
class Family:
    """What a person's name takes from the family, one element a person.

    `prefix`: option number of the family's title (-1: none); `surname`: position in the surname pool;
    `order`: place among the children (0 for the first-born).
    """

    prefix: Ints
    surname: Ints
    order: Ints


def load(region: str) -> dict[str, Any]:
    """The setting of a region. Raises UsageError when there is none of that name."""
    if region not in REGIONS:
        raise UsageError(f"There is no sample region {region}; choose one of {', '.join(REGIONS)}.")
    return tomllib.loads((VOCABULARY / f"{region}.toml").read_text(encoding="utf-8"))


def pool(setting: dict[str, Any], name: str) -> pl.Series:
    """One pool of name parts, from frequent to rare: its words, then stems x endings in a seeded order."""
    declared = setting["pools"][name]
    words = list(declared["words"])
    composed = sorted({_join(a, b) for a in declared.get("stems", []) for b in declared.get("endings", [])})
    rng_for(0, name).shuffle(composed)
    return strings(words + [word for word in composed if word not in set(words)])


def _join(stem: str, ending: str) -> str:
    """Join two parts without doubling the vowel or consonant between them ("Pri" + "iyadi" = "Priyadi")."""
    return stem + (ending[1:] if stem[-1] == ending[0] else ending)


def compose(setting: dict[str, Any], female: Bools, birth_year: Ints, family: Family, rng: Rng) -> pl.Series:
    """A name for each person, in title case, without personal titles."""
    cohort = np.searchsorted([limit for _, limit in COHORTS[:-1]], birth_year, side="right")
    group = cohort * 2 + female
    blank = pl.Series("name", np.full(len(female), ""), dtype=pl.String)

    def pattern(parts: list[str], rows: Ints) -> Rule:
        return lambda _, inside: _assemble(setting, parts, rows[inside], family, rng)

    def maker(sex: str, era: str) -> Rule:
        patterns = setting["patterns"][sex][era]

        def make(part: pl.Series, rows: Ints) -> pl.Series:
            chosen = choose(rng, [one["weight"] for one in patterns], len(rows))
            rules = {number: pattern(one["parts"], rows) for number, one in enumerate(patterns)}
            return by_group(part, chosen, rules)

        return make

    rules = {
        2 * e + s: maker(sex, era) for e, (era, _) in enumerate(COHORTS) for s, sex in enumerate(("male", "female"))
    }
    return _prefixed(setting, by_group(blank, group, rules), female, family)


def _assemble(setting: dict[str, Any], parts: list[str], rows: Ints, family: Family, rng: Rng) -> pl.Series:
    """Names of one pattern for some people: a word from each part's pool, joined by spaces."""
    columns: list[pl.Series] = []
    for part in parts:
        if part.startswith("="):
            words = pl.Series([part[1:]]).gather(np.zeros(len(rows), dtype=np.int64))
        elif part == "surname":
            clans = pool(setting, "surname")
            words = clans.gather(family.surname[rows] % len(clans))
        elif part == "order":
            words = _birth_order(setting, family.order[rows], rng)
        else:
            choices = pool(setting, part)
            words = choices.gather(draw(rng, zipf(len(choices)), len(rows)))
        columns.append(words)
    frame = pl.DataFrame([column.alias(str(i)) for i, column in enumerate(columns)])
    return frame.select(pl.concat_str(pl.all(), separator=" ").alias("name"))["name"]


def _birth_order(setting: dict[str, Any], order: Ints, rng: Rng) -> pl.Series:
    """The Balinese birth-order name; after the fourth child the names begin again."""
    blank = pl.Series("name", np.full(len(order), ""), dtype=pl.String)

    def rule(number: int) -> Rule:
        words = pool(setting, f"order_{number + 1}")
        return lambda part, _: words.gather(rng.integers(0, len(words), len(part)))

    return by_group(blank, order % 4, {number: rule(number) for number in range(4)})


def _prefixed(setting: dict[str, Any], names: pl.Series, female: Bools, family: Family) -> pl.Series:
    """Put a family's title before the name; it takes the place of the Balinese article "I" or "Ni"."""
    for number, option in enumerate(setting.get("family_prefix", [])):
        bare = names.str.replace(r"^(I|Ni) ", "")
        male = option["male"] + " " + bare
        titled = where(female, option["female"] + " " + bare, male)
        names = where(family.prefix == number, titled, names)
    return names


def with_last_token(names: pl.Series, last: pl.Series) -> pl.Series:
    """The names with their last word exchanged: how twins are named apart."""
    frame = pl.DataFrame([names.alias("name"), last.alias("last")])
    bare = pl.col("name").str.replace(r"\s*\S+$", "")
    return frame.select(pl.concat_str(bare, pl.col("last"), separator=" ").str.strip_chars().alias("name"))["name"]
