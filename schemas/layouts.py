"""The declared extract layouts: `schemas/layouts/<name>.toml` read into frozen, checked data.

A layout says what an extract is: its columns, the headings each is known by, what it means, its codes and
known defects. `_shared.toml` holds columns that several extracts have in common; a layout takes one with
`use = "nik"`. A new office's form is a new file here and no Python (CONTRACT §2).
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from schemas.errors import UsageError
from schemas.headings import heading_words, normal_heading

FOLDER = Path(__file__).parent / "layouts"
SHARED = "_shared.toml"
WORDS = "_words.toml"
# The fixed order of the kinds with a person in each row is the order of record ids.
PERSON_KINDS = (
    "province",
    "regency",
    "decree",
    "bpjs_kesehatan",
    "bpjs_kesehatan_bill",
    "bpjs_ketenagakerjaan",
    "civil_deaths",
    "letters",
    "roster",
)
KINDS = (*PERSON_KINDS, "employers", "workforce", "construction", "quota", "claims")
TYPES = (
    "nik", "kk", "card", "text", "name", "date", "sex", "integer", "money", "month", "region", "code", "flag",
)  # fmt: skip
SCOPES = ("province", "regency")

_LAYOUT_TEXTS = ("name", "kind", "title_id", "title_en", "sender", "form", "scope", "note")
_LAYOUT_KEYS = {*_LAYOUT_TEXTS, "required", "key", "owner", "one_of", "column"}
_COLUMN_TEXTS = ("field", "heading", "type", "meaning_id", "meaning_en")
_COLUMN_KEYS = {*_COLUMN_TEXTS, "aliases", "required", "codes", "defects"}


@dataclass(frozen=True)
class Column:
    """One column of an extract: `field` is padan's name, `heading` the canonical heading in the file."""

    field: str
    heading: str
    type: str
    meaning_id: str
    meaning_en: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    codes: Mapping[str, str] = dataclass_field(default_factory=lambda: MappingProxyType({}), hash=False)
    defects: tuple[str, ...] = ()

    @property
    def headings(self) -> tuple[str, ...]:
        """Every heading the column is known by, the canonical one first."""
        return (self.heading, *self.aliases)


@dataclass(frozen=True)
class Layout:
    """One form in which a kind of extract arrives.

    `scope` is whose file it is: the whole `province` or one `regency`; `owner` the fields whose region code
    tells which. `key` are the fields that identify a row. Of each group in `one_of` at least one column
    must be there, beside those that are `required` themselves.
    """

    name: str
    kind: str
    title_id: str
    title_en: str
    sender: str
    form: str
    scope: str
    note: str
    required: bool
    key: tuple[str, ...]
    owner: tuple[str, ...]
    one_of: tuple[tuple[str, ...], ...]
    columns: tuple[Column, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the columns, in the order of the canonical extract."""
        return tuple(column.field for column in self.columns)

    def heading(self, field_name: str) -> str:
        """The canonical heading of a field; KeyError when the layout has no such field."""
        return next(c.heading for c in self.columns if c.field == field_name)


@cache
def load_layouts(folder: Path = FOLDER) -> Mapping[str, Layout]:
    """Every layout declared in `folder`, by name in alphabetical order.

    Raises UsageError, naming file and key, when a declaration is not as it should be.
    """
    if not folder.is_dir():
        raise UsageError(f"The folder of layouts {folder} does not exist.")
    shared_file = folder / SHARED
    shared = _read_toml(shared_file) if shared_file.exists() else {}
    layouts = {}
    for path in sorted(folder.glob("*.toml")):
        if path.name not in (SHARED, WORDS):
            layouts[path.stem] = _layout(path, _read_toml(path), shared)
    if not layouts:
        raise UsageError(f"The folder of layouts {folder} holds no layout.")
    return MappingProxyType(layouts)


def layouts_of(kind: str, layouts: Mapping[str, Layout]) -> tuple[Layout, ...]:
    """The layouts in which a kind may arrive."""
    return tuple(layout for layout in layouts.values() if layout.kind == kind)


def kind_fields(kind: str, layouts: Mapping[str, Layout]) -> tuple[str, ...]:
    """Every field of a kind: the one named like it first, then what further layouts of the kind add."""
    ordered = sorted(layouts_of(kind, layouts), key=lambda layout: (layout.name != kind, layout.name))
    return tuple(dict.fromkeys(name for layout in ordered for name in layout.fields))


def kind_required(kind: str, layouts: Mapping[str, Layout]) -> bool:
    """Whether a run needs the kind by contract."""
    return any(layout.required for layout in layouts_of(kind, layouts))


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"The layout file {path.name} is not valid TOML: {error}.") from None


def _layout(path: Path, data: dict[str, Any], shared: Mapping[str, Any]) -> Layout:
    where = f"layout file {path.name}"
    _known_keys(where, data, _LAYOUT_KEYS)
    texts = {key: _text(where, data, key) for key in _LAYOUT_TEXTS}
    if texts["name"] != path.stem:
        raise UsageError(f"In {where} the key name must be {path.stem!r}, like the file.")
    _one_of(where, "kind", texts["kind"], KINDS)
    _one_of(where, "scope", texts["scope"], SCOPES)
    entries = data.get("column")
    if not isinstance(entries, list) or not entries:
        raise UsageError(f"In {where} there is no [[column]].")
    columns = tuple(_column(where, entry, shared) for entry in entries)
    _no_clash(where, columns)
    fields = {column.field for column in columns}
    groups = data.get("one_of", [])
    if not isinstance(groups, list):
        raise UsageError(f"In {where} the key one_of must be a list of lists of fields.")
    return Layout(
        **texts,
        required=_flag(where, data, "required"),
        key=_fields(where, "key", data.get("key"), fields),
        owner=_fields(where, "owner", data.get("owner", []), fields),
        one_of=tuple(_fields(where, "one_of", group, fields) for group in groups),
        columns=columns,
    )


def _column(where: str, entry: Any, shared: Mapping[str, Any]) -> Column:
    if not isinstance(entry, dict):
        raise UsageError(f"In {where} each [[column]] must be a table.")
    label = f"{where}, column {entry.get('field', '?')!r},"
    own = {key: value for key, value in entry.items() if key != "use"}
    base: dict[str, Any] = {}
    if "use" in entry:
        if entry["use"] not in shared:
            raise UsageError(f"In {label} the key use names {entry['use']!r}, which {SHARED} does not have.")
        base = shared[entry["use"]]
    merged = {**base, **own}
    _known_keys(label, merged, _COLUMN_KEYS)
    texts = {key: _text(label, merged, key) for key in _COLUMN_TEXTS}
    _one_of(label, "type", texts["type"], TYPES)
    # An overridden canonical heading does not hide the shared one: it becomes an alias.
    shared_heading = [base["heading"]] if "heading" in base else []
    names = [*own.get("aliases", []), *shared_heading, *base.get("aliases", [])]
    codes = merged.get("codes", {})
    if not isinstance(codes, dict) or not all(isinstance(text, str) for text in codes.values()):
        raise UsageError(f"In {label} the key codes must be a table of texts.")
    return Column(
        **texts,
        aliases=_distinct(_texts(label, "aliases", names), texts["heading"]),
        required=_flag(label, merged, "required"),
        codes=MappingProxyType(dict(codes)),
        defects=_texts(label, "defects", merged.get("defects", [])),
    )


def _no_clash(where: str, columns: tuple[Column, ...]) -> None:
    """A heading, normalised, belongs to one column; a field stands once. What a layout says itself wins."""
    seen: dict[str, str] = {}
    fields: set[str] = set()
    for column in columns:
        if column.field in fields:
            raise UsageError(f"In {where} the column {column.field!r} stands twice.")
        fields.add(column.field)
        for heading in column.headings:
            if not normal_heading(heading):
                raise UsageError(f"In {where}, column {column.field!r}, a heading has no letter or digit.")
            for key in {normal_heading(heading), heading_words(heading)}:
                if seen.setdefault(key, column.field) != column.field:
                    raise UsageError(
                        f"In {where} the heading {heading!r} belongs to both {seen[key]!r} and {column.field!r}."
                    )


def _distinct(names: Iterable[str], heading: str) -> tuple[str, ...]:
    """Aliases without those that normalise alike."""
    kept = {normal_heading(heading): heading}
    for name in names:
        kept.setdefault(normal_heading(name), name)
    return tuple(kept.values())[1:]


def _known_keys(where: str, data: Mapping[str, Any], known: set[str]) -> None:
    unknown = sorted(set(data) - known)
    if unknown:
        raise UsageError(f"In {where} the key {unknown[0]!r} is unknown.")


def _text(where: str, data: Mapping[str, Any], key: str) -> str:
    value = data.get(key)
    if not isinstance(value, str) or not value.strip():
        raise UsageError(f"In {where} the key {key} must be a text.")
    return value


def _flag(where: str, data: Mapping[str, Any], key: str) -> bool:
    value = data.get(key, False)
    if not isinstance(value, bool):
        raise UsageError(f"In {where} the key {key} must be true or false.")
    return value


def _texts(where: str, key: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        raise UsageError(f"In {where} the key {key} must be a list of texts.")
    return tuple(value)


def _fields(where: str, key: str, value: Any, fields: set[str]) -> tuple[str, ...]:
    names = _texts(where, key, value)
    for name in names:
        if name not in fields:
            raise UsageError(f"In {where} the key {key} names {name!r}, which is no column.")
    return names


def _one_of(where: str, key: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise UsageError(f"In {where} the key {key} is {value!r}; it must be one of {', '.join(allowed)}.")
