"""How offices write a name otherwise: spelling, abbreviation, typing, cutting (DOMAIN section 6).

Every function takes names in title case and gives as many back, changed as whole columns; loops run over
rules or over words of the vocabulary, never over people.
"""

from collections.abc import Callable

import numpy as np
import polars as pl

from sample_data.common import Ints, Rng, Rule, by_group, draw, strings, where
from sample_data.faults import Faults

# (what stands, what is written instead); old and new spelling both ways, sounds that are written alike.
SPELLINGS: tuple[tuple[str, str], ...] = (
    ("u", "oe"),
    ("U", "Oe"),
    ("j", "dj"),
    ("J", "Dj"),
    ("y", "j"),
    ("Y", "J"),
    ("c", "tj"),
    ("f", "p"),
    ("F", "P"),
    ("f", "v"),
    ("z", "j"),
    ("Z", "J"),
    ("z", "s"),
    ("h$", ""),
    ("a$", "ah"),
    ("i$", "ie"),
    ("i$", "y"),
    ("y", "i"),
    ("kh", "h"),
    ("Kh", "H"),
    ("sy", "s"),
    ("Sy", "S"),
    ("ny", "nj"),
    ("th", "t"),
    ("dh", "d"),
    ("dz", "z"),
    ("ll", "l"),
    ("mm", "m"),
    ("ss", "s"),
    ("di", "ddi"),
    ("'", ""),
    ("ae", "ai"),
    ("e", "i"),
    ("o", "u"),
    ("u", "o"),
    ("q", "k"),
    ("Q", "K"),
    ("k$", "q"),
    ("Yoh", "Joh"),
    ("Ya", "Ja"),
    ("uddin", "udin"),
    ("udin", "uddin"),
    ("ulloh", "ullah"),
)
SHORTENED: dict[str, tuple[str, ...]] = {
    "Muhammad": ("M.", "Moh.", "Mohd", "Moch", "Mochamad", "Mohamad", "Muh.", "Muhamad", "Mhd", "Mukhamad", "M"),
    "Muhamad": ("M.", "Moh.", "Muhammad", "Mochamad", "Muh", "Mohamad"),
    "Mohamad": ("M.", "Moh", "Muhammad", "Muhamad", "Moch."),
    "Ahmad": ("Achmad", "Akhmad", "Akmad", "A."),
    "Abdul": ("Abd.", "Abd", "Abdoel"),
    "Siti": ("St.", "Sitti", "Sti", "S."),
    "Nur": ("Noor", "Noer", "Nor"),
    "Sri": ("Srie", "S."),
    "Rizky": ("Riski", "Rizki", "Rizqi"),
    "Rizki": ("Rizky", "Riski"),
    "Yusuf": ("Jusuf", "Jusup", "Yoesoef", "Yusup"),
    "Fatimah": ("Patimah", "Fatima"),
    "Khodijah": ("Hodijah", "Khadijah"),
    "Saepudin": ("Saefudin", "Syaifudin", "Saipudin"),
    "Supriadi": ("Supriyadi", "Supriady"),
    "Wayan": ("Wyn", "Wy."),
    "Nyoman": ("Nym", "Nm."),
    "Ketut": ("Kt.", "Kt"),
    "Made": ("Md.", "Md"),
    "Kadek": ("Kdk", "Kd."),
    "Komang": ("Kmg", "Km."),
    "Gede": ("Gd.", "Gde"),
    "Yohanis": ("Johanis", "Yohanes", "Yoh."),
    "Yohanes": ("Johanes", "Yohanis"),
    "Yakobus": ("Jakobus", "Yacobus"),
    "Tb.": ("Tubagus", "Tb", "TB."),
    "Rt.": ("Ratu", "Rt"),
}
NEIGHBOURS = {"a": "s", "s": "a", "n": "m", "m": "n", "i": "u", "u": "i", "r": "t", "t": "r", "h": "j", "d": "f"}


def written(names: pl.Series, faults: Faults, care: float, rng: Rng) -> pl.Series:
    """The names as a register carries them: each fault at its rate times `care`, at most one a name."""
    rules = (
        (faults.name_spelling, respelled),
        (faults.name_abbreviated, abbreviated),
        (faults.name_typo, mistyped),
        (faults.name_joined, joined_or_split),
        (faults.name_token_dropped, token_dropped),
        (faults.name_initial, initialled),
        (faults.name_swapped, swapped),
        (faults.name_nickname, nicknamed),
        (faults.name_alias, with_alias),
    )
    total = np.cumsum([min(1.0, rate * care) for rate, _ in rules])
    group = np.searchsorted(total, rng.random(len(names)), side="right").astype(np.int64)
    return by_group(names, group, {k: _runner(rule, rng) for k, (_, rule) in enumerate(rules)})


def _runner(change: Callable[[pl.Series, Rng], pl.Series], rng: Rng) -> Rule:
    return lambda part, _: change(part, rng)


def _random_rule(names: pl.Series, patterns: list[str], rng: Rng) -> Ints:
    """For each name the number of a random pattern that occurs in it, -1 when none does."""
    found = np.stack([names.str.contains(pattern).to_numpy() for pattern in patterns], axis=1)
    score = rng.random(found.shape, dtype=np.float32) * found
    best = np.argmax(score, axis=1).astype(np.int64)
    return np.where(found.any(axis=1), best, -1)


def respelled(names: pl.Series, rng: Rng) -> pl.Series:
    """One sound written in another of its spellings; a typing slip where no rule applies."""
    group = _random_rule(names, [old.replace("$", r"\b") for old, _ in SPELLINGS], rng)

    def rule(number: int) -> Rule:
        old, new = SPELLINGS[number]
        return lambda part, _: part.str.replace(old.replace("$", r"\b"), new)

    rules = {number: rule(number) for number in range(len(SPELLINGS))}
    return by_group(names, group, {**rules, -1: lambda part, _: mistyped(part, rng)})


def abbreviated(names: pl.Series, rng: Rng) -> pl.Series:
    """A common word in one of its short or other forms; another spelling where the name has none."""
    words = list(SHORTENED)
    patterns = [rf"(^| ){word.replace('.', '[.]')}( |$)" for word in words]
    group = _random_rule(names, patterns, rng)

    def rule(number: int) -> Rule:
        forms = strings(SHORTENED[words[number]])

        def run(part: pl.Series, _: Ints) -> pl.Series:
            frame = pl.DataFrame({"name": part, "form": forms.gather(rng.integers(0, len(forms), len(part)))})
            new = pl.concat_str(
                pl.col("name").str.extract(rf"^(.*?){patterns[number]}", 1),
                pl.col("name").str.extract(patterns[number], 1),
                pl.col("form"),
                pl.col("name").str.extract(patterns[number], 2),
                pl.col("name").str.extract(rf"{patterns[number]}(.*)$", 3),
            )
            return frame.select(new.alias("value"))["value"]

        return run

    rules = {number: rule(number) for number in range(len(words))}
    return by_group(names, group, {**rules, -1: lambda part, _: respelled(part, rng)})


def mistyped(names: pl.Series, rng: Rng) -> pl.Series:
    """One letter lost, doubled, exchanged with the next, or taken for its neighbour on the keyboard."""
    length = names.str.len_chars().to_numpy()
    at = 1 + (rng.random(len(names)) * np.maximum(length - 2, 1)).astype(np.int64)
    kind = draw(rng, np.asarray([0.3, 0.5, 0.75, 1.0]), len(names))
    frame = pl.DataFrame({"name": names, "at": at, "kind": kind}).with_columns(
        pl.col("name").str.slice(0, pl.col("at")).alias("left"),
        pl.col("name").str.slice(pl.col("at"), 1).alias("one"),
        pl.col("name").str.slice(pl.col("at") + 1, 1).alias("two"),
        pl.col("name").str.slice(pl.col("at") + 1).alias("after"),
        pl.col("name").str.slice(pl.col("at") + 2).alias("rest"),
    )
    other = pl.col("one").replace(NEIGHBOURS)
    new = (
        pl.when(pl.col("one") == " ")
        .then(pl.col("name").str.replace(r"[aeiou]", "e"))
        .when(pl.col("kind") == 0)
        .then(pl.concat_str("left", "after"))
        .when(pl.col("kind") == 1)
        .then(pl.concat_str("left", "one", "one", "after"))
        .when(pl.col("kind") == 2)
        .then(pl.concat_str("left", "two", "one", "rest"))
        .otherwise(pl.concat_str(pl.col("left"), other, pl.col("after")))
    )
    return frame.select(new.str.strip_chars().alias("value"))["value"]


def joined_or_split(names: pl.Series, rng: Rng) -> pl.Series:
    """The first two words written as one ("Nurhayati"), or a long single word as two."""
    frame = pl.DataFrame({"name": names})
    word = pl.col("name")
    half = word.str.len_chars() // 2
    halves = pl.concat_str(word.str.slice(0, half), pl.lit(" "), word.str.slice(half).str.to_titlecase())
    joined = word.str.replace(r"^(\S+) (\S)", "${1}~${2}").str.replace("~", "")
    lower = pl.concat_str(joined.str.slice(0, 1), joined.str.slice(1).str.to_lowercase())
    new = (
        pl.when(~word.str.contains(" ") & (word.str.len_chars() >= 6))
        .then(halves)
        .when(word.str.count_matches(" ") == 1)
        .then(lower)
        .otherwise(joined)
    )
    return frame.select(new.alias("value"))["value"]


def token_dropped(names: pl.Series, rng: Rng) -> pl.Series:
    """The last word left out, or the middle one of three; a single word loses its last letters."""
    middle = names.str.replace(r"^(\S+) \S+ (.+)$", "${1} ${2}")
    last = names.str.replace(r" \S+$", "")
    single = names.str.replace(r"^(\S{4,}?)\S{1,2}$", "${1}")
    several = names.str.contains(r" \S+ ").to_numpy() & (rng.random(len(names)) < 0.5)
    two = names.str.contains(" ").to_numpy()
    return where(several, middle, where(two, last, single))


def initialled(names: pl.Series, rng: Rng) -> pl.Series:
    """The last word cut to its initial, or the first."""
    last = names.str.replace(r" (\S)\S*$", " ${1}")
    first = names.str.replace(r"^(\S)\S* ", "${1}. ")
    new = where(rng.random(len(names)) < 0.6, last, first)
    return where(names.str.contains(" ").to_numpy(), new, mistyped(names, rng))


def swapped(names: pl.Series, rng: Rng) -> pl.Series:
    """The first word moved to the end."""
    moved = names.str.replace(r"^(\S+) (.+)$", "${2} ${1}")
    return where(names.str.contains(" ").to_numpy(), moved, mistyped(names, rng))


def nicknamed(names: pl.Series, rng: Rng) -> pl.Series:
    """What the neighbours say: the last two syllables of the first word ("Saepudin" -> "Udin")."""
    bare = names.str.replace(r"^((I|Ni|Tb[.]|Rt[.]|R[.]|Rr[.]|Siti|Muhammad|Muhamad|Abdul) )+", "")
    token = bare.str.extract(r"^(\S+)").fill_null(names).str.to_lowercase()
    short = token.str.extract(r"([bcdfghjklmnpqrstvwyz]?[aeiou]+[^aeiou ]+[aeiou]+[^aeiou ]*)$")
    return short.fill_null(token).str.to_titlecase()


def with_alias(names: pl.Series, rng: Rng) -> pl.Series:
    """Another name added behind "bin", "al." or "alias"."""
    links = strings((" bin ", " al. ", " alias ", " als ")).gather(rng.integers(0, 4, len(names)))
    others = names.gather(rng.permutation(len(names))).str.extract(r"(\S+)$")
    return names + links + others
