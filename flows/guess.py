"""A layout guessed for a file that no layout fits: which column is what, and what speaks for it.

Pure: headings and columns in, guesses out. A guess is only ever a proposal: `flows.propose` writes it for a person.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl
from rapidfuzz import fuzz

from flows.guess_values import looks, part
from schemas.headings import heading_words, normal_heading
from schemas.layouts import KINDS, PERSON_KINDS, Column, Layout

# The look that the values of a field must have; a field that is not here is known by its heading only.
LOOK_OF = {
    **{"nik": "nik", "kk": "kk", "card": "card", "family_card": "card", "kpj": "kpj", "name": "name", "sex": "sex"},
    **dict.fromkeys(("birth_date", "status_date", "start_date", "end_date", "death_date"), "date"),
    **{"decile": "decile", "village_code": "village", "region_code": "region", "payer_code": "region"},
    **{"village_name": "village_name", "district_name": "district_name", "regency_name": "regency_name"},
    **dict.fromkeys(("amount", "central_aid", "wage", "mean_wage"), "money"),
    **{"segment": "segment", "relation": "relation", "row_no": "counter", "rt": "small", "rw": "small"},
    **{"status": "status", "life_status": "status"},
}
# Values alone tell these, when nearly all cells have the look and the heading says nothing.
UNMISTAKABLE = ("nik", "kk", "card", "kpj", "village_code", "birth_date", "name", "sex", "decile", "status")
CODED = ("sex", "relation", "segment", "status", "life_status")
# What any office may add to a list of people.
ANYWHERE = (
    "kk",
    "sex",
    "birth_place",
    "address",
    "rt",
    "rw",
    "relation",
    "job",
    "village_name",
    "district_name",
    "regency_name",
)
ALIKE = 0.80  # likeness of headings from which one counts
SURE = 0.90  # share of the values from which they count without a heading
CONTRADICTS = 0.30  # share of the values below which a heading is not believed
LEAST_COLUMNS = 3


@dataclass(frozen=True)
class Guess:
    """What one column of the file may be.

    `field` is None where nothing speaks for any; `alias` is the known heading that it is like, `likeness` how much (0
    to 1); `share` of the filled cells with the look of the field, None when the field has none; `filled` of all cells.
    """

    position: int
    heading: str
    field: str | None = None
    alias: str = ""
    likeness: float = 0.0
    share: float | None = None
    filled: float = 0.0

    @property
    def strength(self) -> float:
        """How much speaks for the guess, 0 to 1."""
        return self.likeness if self.share is None else 0.5 * self.likeness + 0.5 * self.share


@dataclass(frozen=True)
class Proposal:
    """A guessed layout: the kind, a guess for each column, and the kind that came second."""

    kind: str
    guesses: tuple[Guess, ...]
    second: str | None


def guess_layout(
    headings: Sequence[str], columns: Sequence[pl.Series], layouts: Mapping[str, Layout], as_of: date
) -> Proposal | None:
    """The most likely kind of a table and what each of its columns is; None when too little is recognised."""
    seen = [looks(column, as_of) for column in columns]
    filled = [part(column.str.strip_chars() != "") for column in columns]
    ranked = []
    for kind in KINDS:
        guesses = _assigned(headings, seen, filled, _fields(kind, layouts))
        found = {guess.field: guess.strength for guess in guesses if guess.field}
        needed = [column for column in layouts[kind].columns if column.required]
        missing = sum(1 for column in needed if column.field not in found)
        with_values = sum(1 for guess in guesses if guess.field and (guess.share or 0) >= CONTRADICTS)
        if len(found) >= LEAST_COLUMNS and with_values >= 2 and missing <= len(needed) / 2:
            own = sum(strength for field, strength in found.items() if field in layouts[kind].fields)
            # Between kinds that fit alike, the register of a regency: every office has its own form.
            ranked.append((own - missing, kind == "regency", -KINDS.index(kind), kind, guesses))
    if not ranked:
        return None
    ranked.sort(key=lambda item: item[:3], reverse=True)
    return Proposal(ranked[0][3], ranked[0][4], ranked[1][3] if len(ranked) > 1 else None)


def _fields(kind: str, layouts: Mapping[str, Layout]) -> dict[str, list[str]]:
    """Each field that a kind may have and every heading it is known by, in any layout."""
    wanted = {*layouts[kind].fields, *(ANYWHERE if kind in PERSON_KINDS else ())}
    known: dict[str, list[str]] = {}
    every: list[Column] = [column for layout in layouts.values() for column in layout.columns]
    for column in [*layouts[kind].columns, *every]:
        own = column.field in layouts[kind].fields
        if column.field in wanted and (not own or column in layouts[kind].columns):
            known.setdefault(column.field, []).extend(column.headings)
    return known


def _assigned(
    headings: Sequence[str],
    seen: Sequence[Mapping[str, float]],
    filled: Sequence[float],
    fields: Mapping[str, list[str]],
) -> tuple[Guess, ...]:
    """Each column the field for which most speaks; no field twice."""
    claims = [
        guess
        for at, heading in enumerate(headings)
        for field, aliases in fields.items()
        if (guess := _claim(at, heading, field, aliases, seen[at], filled[at])) is not None
    ]
    claims.sort(key=lambda guess: (-guess.strength, -guess.likeness, guess.position))
    taken: dict[int, Guess] = {}
    given: set[str] = set()
    for guess in claims:
        if guess.position not in taken and guess.field not in given:
            taken[guess.position] = guess
            given.add(guess.field or "")
    empty = [Guess(at, heading, filled=filled[at]) for at, heading in enumerate(headings)]
    return tuple(taken.get(guess.position, guess) for guess in empty)


def _claim(
    at: int, heading: str, field: str, aliases: Sequence[str], seen: Mapping[str, float], filled: float
) -> Guess | None:
    alias, likeness = _nearest(heading, aliases)
    share = seen.get(LOOK_OF[field], 0.0) if field in LOOK_OF and seen else None
    if likeness < ALIKE:
        if field not in UNMISTAKABLE or share is None or share < SURE:
            return None
        alias, likeness = "", 0.0
    # Coded columns of an office's own are believed by their heading: that is what `values` is for.
    coded = field in CODED and seen.get("code", 0.0) > 0
    if share is not None and share < CONTRADICTS and not coded:
        return None
    return Guess(at, heading, field, alias, likeness, share, filled)


def _nearest(heading: str, aliases: Sequence[str]) -> tuple[str, float]:
    """The known heading that is most alike, and how much."""
    bare = re.sub(r"[\(\[\{].*?[\)\]\}]", " ", heading)
    if not normal_heading(bare):
        return "", 0.0
    best, most = "", 0.0
    for alias in aliases:
        same = normal_heading(bare) == normal_heading(alias)
        likeness = 1.0 if same else 0.99 * fuzz.token_sort_ratio(heading_words(bare), heading_words(alias)) / 100
        if likeness > most:
            best, most = alias, likeness
    return best, most
