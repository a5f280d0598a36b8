"""What a linkage compares, declared: comparisons as ordered levels, blocking keys, constraints.

A spec is data (a TOML document, parsed by the caller); this module turns it into frozen objects and says in one
plain sentence what is wrong with it. Nothing here knows of a register, a country or a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

KINDS: Final = {
    "date": {"equal", "swapped", "two_parts", "year", "else"},
    "digits": {"equal", "key", "serial", "edits", "prefix", "else"},
    "name": {"equal", "key", "similar", "subset", "else"},
    "text": {"equal", "similar", "else"},
    "category": {"equal", "else"},
    "cross": {"equal", "else"},
}
# The column that `matchers.households.link_households` makes.
LINKED_HOUSEHOLD: Final = "linked_household"
WITHIN: Final = ("one", "many")
DEFAULT_LIMIT: Final = 40
DEFAULT_PAIRS: Final = 5.0
MOST_BLOCKS: Final = 30
PARTS: Final = {"year", "month", "day_month", "first_token", "last_token", "joined"}


MISSING_ID: Final = ("kosong di satu sisi", "kosong di kedua sisi")
MISSING_EN: Final = ("missing on one side", "missing on both sides")


class SpecError(ValueError):
    """A spec that does not hold together; the text is one plain sentence."""


@dataclass(frozen=True)
class Level:
    """One level of a comparison: a test and its label in both languages."""

    test: str
    label_id: str
    label_en: str
    digits: int = 0
    at_least: float = 0.0


@dataclass(frozen=True)
class Comparison:
    """One field of two records compared: ordered levels, the first whose test holds counts.

    `given` names the comparison on which this one depends (its weights are then estimated for each level of that
    one); `rarity` weighs agreement by how common the value is; `household` says that relatives agree as the
    person does; `identifier` that the value is given to one person only (a number of an office); `row_number_of` names
    the source whose rows are numbered by it, so that no two of them share one, whoever they are.
    """

    name: str
    column: str
    kind: str
    label_id: str
    label_en: str
    levels: tuple[Level, ...]
    key: str | None = None
    given: str | None = None
    rarity: bool = False
    household: bool = False
    identifier: bool = False
    row_number_of: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the frame that this comparison reads."""
        return (self.column, self.key) if self.key else (self.column,)


@dataclass(frozen=True)
class KeyPart:
    """A column, or a part of it, that takes part in a blocking key."""

    column: str
    part: str | None = None


@dataclass(frozen=True)
class Block:
    """A blocking rule: records that agree on `key` are paired.

    A block of more than `limit` records is split by the parts of `split` in turn.
    """

    name: str
    key: tuple[KeyPart, ...]
    split: tuple[KeyPart, ...]
    limit: int


@dataclass(frozen=True)
class Column:
    """A column that is made before anything else (`matchers.columns`): where it comes from, what is done to it in turn.

    It is `sources` joined by a space, or the first of `any_of` that the file has. When none of them is there, an
    `optional` column is empty, and any other an error.
    """

    name: str
    sources: tuple[str, ...]
    standardise: tuple[str, ...]
    any_of: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True)
class Spec:
    """A whole linkage, declared.

    `register` and `source` name the columns that say where a record stands; without them all records stand in one.
    `household` names the column of the household's number; two numbers are one household when people stand under
    both, known by the columns of one of the `household_people` (`matchers.households`). `repeats` says that a
    register may hold one person any number of times (deduplication); otherwise it holds a person once unless its own
    records show otherwise. `pairs_per_record` bounds the candidate pairs that all blocks together may bring before
    splitting, a record and for each source besides its own; a pair that several blocks bring counts for each.
    `missing` is what a level is called where a value is missing on one side, and on both.
    """

    title: str
    record: str
    register: str | None
    source: str | None
    household: str | None
    comparisons: tuple[Comparison, ...]
    blocks: tuple[Block, ...]
    made: tuple[Column, ...] = ()
    repeats: bool = False
    household_people: tuple[tuple[str, ...], ...] = ()
    pairs_per_record: float = DEFAULT_PAIRS
    missing: tuple[str, str] = MISSING_ID

    @property
    def given_columns(self) -> tuple[str, ...]:
        """The columns that must be there; `linked_household` is made of others where it is not."""
        household = self.household_people and {*sum(self.household_people, ()), self.household}
        found = dict.fromkeys((*self.columns, *(column for column in household or () if column)))
        return tuple(column for column in found if not (household and column == LINKED_HOUSEHOLD))

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column of the frame that the linkage reads, the record's id first."""
        named = (self.record, self.register, self.source, self.household)
        found: dict[str, None] = dict.fromkeys(column for column in named if column)
        for comparison in self.comparisons:
            found.update(dict.fromkeys(comparison.columns))
        for block in self.blocks:
            found.update(dict.fromkeys(part.column for part in (*block.key, *block.split)))
        return tuple(found)


def with_limits(spec: Spec, limits: tuple[int, ...]) -> Spec:
    """The spec with other limits of its blocks, in their order; as it is when there are none."""
    if not limits:
        return spec
    blocks = tuple(replace(block, limit=limit) for block, limit in zip(spec.blocks, limits, strict=True))
    return replace(spec, blocks=blocks)


def parse_spec(document: Mapping[str, Any]) -> Spec:
    """Check a parsed TOML document and return the spec it declares.

    Raises SpecError, with the comparison or block and the setting named, when something is missing, unknown or
    contradictory.
    """
    _known(
        "spec",
        document,
        {
            "title",
            "record",
            "register",
            "source",
            "household",
            "household_people",
            "within",
            "column",
            "comparison",
            "block",
            "blocking",
        },
    )
    for setting in ("record", "comparison", "block"):
        _needed("spec", document, setting)
    comparisons = tuple(_comparison(entry) for entry in document["comparison"])
    names = [comparison.name for comparison in comparisons]
    for position, comparison in enumerate(comparisons):
        if names.count(comparison.name) > 1:
            raise SpecError(f"comparison {comparison.name!r} is declared twice")
        if comparison.given is not None and comparison.given not in names[:position]:
            raise SpecError(
                f"comparison {comparison.name!r}: 'given' names {comparison.given!r}, which is not declared before it"
            )
    blocking = document.get("blocking", {})
    _known("blocking", blocking, {"limit", "pairs_per_record"})
    limit = int(blocking.get("limit", DEFAULT_LIMIT))
    blocks = tuple(_block(entry, limit) for entry in document["block"])
    if len(blocks) > MOST_BLOCKS:
        raise SpecError(f"a spec holds at most {MOST_BLOCKS} blocks, this one has {len(blocks)}")
    within = document.get("within", "one")
    if within not in WITHIN:
        raise SpecError(f"spec: 'within' must be one of {', '.join(WITHIN)}, not {within!r}")
    return Spec(
        title=str(document.get("title", "")),
        record=document["record"],
        register=document.get("register"),
        source=document.get("source"),
        household=document.get("household"),
        comparisons=comparisons,
        blocks=blocks,
        made=tuple(_column(entry) for entry in document.get("column", [])),
        repeats=within == "many",
        household_people=tuple(tuple(columns) for columns in document.get("household_people", [])),
        pairs_per_record=float(blocking.get("pairs_per_record", DEFAULT_PAIRS)),
    )


def _known(where: str, table: Mapping[str, Any], allowed: set[str]) -> None:
    for setting in table:
        if setting not in allowed:
            raise SpecError(f"{where}: unknown setting {setting!r}; known are {', '.join(sorted(allowed))}")


def _needed(where: str, table: Mapping[str, Any], setting: str) -> None:
    if setting not in table:
        raise SpecError(f"{where}: the setting {setting!r} is missing")


def _comparison(entry: Mapping[str, Any]) -> Comparison:
    where = f"comparison {entry.get('name', '?')!r}"
    _known(
        where,
        entry,
        {
            "name",
            "column",
            "key",
            "kind",
            "given",
            "rarity",
            "household",
            "identifier",
            "row_number_of",
            "label_id",
            "label_en",
            "levels",
        },
    )
    for setting in ("name", "column", "kind", "levels"):
        _needed(where, entry, setting)
    kind = entry["kind"]
    if kind not in KINDS:
        raise SpecError(f"{where}: unknown kind {kind!r}; known are {', '.join(sorted(KINDS))}")
    levels = tuple(_level(where, kind, level) for level in entry["levels"])
    if len(levels) < 2 or levels[0].test != "equal" or levels[-1].test != "else":
        raise SpecError(f"{where}: the first level must test 'equal' and the last 'else'")
    if (kind == "cross" or any(level.test == "key" for level in levels)) and "key" not in entry:
        raise SpecError(f"{where}: it needs a second column, named by the setting 'key'")
    return Comparison(
        name=entry["name"],
        column=entry["column"],
        kind=kind,
        label_id=entry.get("label_id", entry["name"]),
        label_en=entry.get("label_en", entry["name"]),
        levels=levels,
        key=entry.get("key"),
        given=entry.get("given"),
        rarity=bool(entry.get("rarity", False)),
        household=bool(entry.get("household", False)),
        identifier=bool(entry.get("identifier", False)),
        row_number_of=entry.get("row_number_of"),
    )


def _level(where: str, kind: str, entry: Mapping[str, Any]) -> Level:
    _known(f"{where}, level", entry, {"test", "digits", "at_least", "id", "en"})
    _needed(f"{where}, level", entry, "test")
    test = entry["test"]
    if test not in KINDS[kind]:
        raise SpecError(f"{where}: kind {kind!r} has no test {test!r}; it has {', '.join(sorted(KINDS[kind]))}")
    if test in {"serial", "edits", "prefix"}:
        _needed(f"{where}, level {test!r}", entry, "digits")
    if test == "similar":
        _needed(f"{where}, level {test!r}", entry, "at_least")
    return Level(
        test=test,
        label_id=entry.get("id", test),
        label_en=entry.get("en", test),
        digits=int(entry.get("digits", 0)),
        at_least=float(entry.get("at_least", 0.0)),
    )


def _column(entry: Mapping[str, Any]) -> Column:
    where = f"column {entry.get('name', '?')!r}"
    _known(where, entry, {"name", "from", "any_of", "optional", "standardise"})
    _needed(where, entry, "name")
    if "from" in entry and "any_of" in entry:
        raise SpecError(f"{where}: 'from' and 'any_of' exclude each other")
    for setting in ("any_of", "standardise"):
        if not isinstance(entry.get(setting, []), list):
            raise SpecError(f"{where}: {setting!r} must be a list")
    sources = entry.get("from", entry["name"])
    return Column(
        name=entry["name"],
        sources=(sources,) if isinstance(sources, str) else tuple(sources),
        standardise=tuple(entry.get("standardise", [])),
        any_of=tuple(entry.get("any_of", [])),
        optional=bool(entry.get("optional", False)),
    )


def _block(entry: Mapping[str, Any], limit: int) -> Block:
    where = f"block {entry.get('name', '?')!r}"
    _known(where, entry, {"name", "key", "split", "limit"})
    for setting in ("name", "key"):
        _needed(where, entry, setting)
    return Block(
        name=entry["name"],
        key=tuple(_part(where, text) for text in entry["key"]),
        split=tuple(_part(where, text) for text in entry.get("split", [])),
        limit=int(entry.get("limit", limit)),
    )


def _part(where: str, text: str) -> KeyPart:
    column, _, part = text.partition(":")
    if part and part not in PARTS and not part.lstrip("-").isdigit():
        raise SpecError(f"{where}: unknown part {part!r} of column {column!r}")
    return KeyPart(column, part or None)
