"""The declared extract layouts: `schemas/layouts/<name>.toml` read into frozen, checked data.

A layout says what an extract is: its columns, the headings each is known by, what it means, its codes and
known defects. `_shared.toml` holds columns that several extracts have in common; a layout takes one with
`use = "nik"`. A new office's form is a new file, here or in the folder `layouts` beside the configuration, and no
Python (CONTRACT §2): with `like = "regency"` it says only what differs from that layout.
"""

import re
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
_LAYOUT_KEYS = {*_LAYOUT_TEXTS, "like", "checked", "required", "key", "owner", "one_of", "column"}
_COLUMN_TEXTS = ("field", "heading", "type", "meaning_id", "meaning_en")
_COLUMN_KEYS = {*_COLUMN_TEXTS, "aliases", "required", "codes", "values", "pattern", "coding", "defects"}
CODINGS = ("kemendagri", "bps")


@dataclass(frozen=True)
class Column:
    """One column of an extract: `field` is padan's name, `heading` the canonical heading in the file.

    `codes` says what codes mean. What only this office does: `values` its own codes and the words padan reads instead,
    `pattern` the form of its dates (`%d/%m/%Y`), `coding` whose region codes it writes (`kemendagri` or `bps`).
    """

    field: str
    heading: str
    type: str
    meaning_id: str
    meaning_en: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    codes: Mapping[str, str] = dataclass_field(default_factory=lambda: MappingProxyType({}), hash=False)
    values: Mapping[str, str] = dataclass_field(default_factory=lambda: MappingProxyType({}), hash=False)
    pattern: str | None = None
    coding: str | None = None
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
    must be there, beside those that are `required` themselves. One that is not `checked` is a proposal of `padan init`:
    no run reads by it.
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
    checked: bool = True

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
    layouts = _declared_in(folder, {}, {})
    if not layouts:
        raise UsageError(f"The folder of layouts {folder} holds no layout.")
    return MappingProxyType(layouts)


def layouts_with(own: Path) -> Mapping[str, Layout]:
    """The shipped layouts and those of an office's own folder; a folder that is not there holds none.

    Raises UsageError as `load_layouts` does, and when an own layout has the name of a shipped one.
    """
    shipped = load_layouts()
    if not own.is_dir():
        return shipped
    ours = _declared_in(own, shipped, _read_toml(FOLDER / SHARED))
    for name in ours:
        if name in shipped:
            raise UsageError(f"The layout file {name}.toml in {own} has the name of a layout that comes with padan.")
    return MappingProxyType({**shipped, **ours})


def _declared_in(folder: Path, shipped: Mapping[str, Layout], shared: Mapping[str, Any]) -> dict[str, Layout]:
    """The layouts of one folder; `shipped` are those that `like` may name, `shared` what `use` may beside its own."""
    shared_file = folder / SHARED
    known = {**shared, **(_read_toml(shared_file) if shared_file.exists() else {})}
    files = [path for path in sorted(folder.glob("*.toml")) if path.name not in (SHARED, WORDS)]
    return {path.stem: _layout(path, _read_toml(path), known, shipped) for path in files}


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
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(f"The layout file {path} cannot be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"The layout file {path.name} is not valid TOML: {error}.") from None


def _layout(path: Path, data: dict[str, Any], shared: Mapping[str, Any], shipped: Mapping[str, Layout]) -> Layout:
    where = f"layout file {path.name}"
    _known_keys(where, data, _LAYOUT_KEYS)
    model = None
    if "like" in data:
        _one_of(where, "like", _text(where, data, "like"), tuple(shipped))
        model = shipped[data["like"]]
    told = {**{key: getattr(model, key) for key in _LAYOUT_TEXTS if model and key != "name"}, **data}
    texts = {key: _text(where, told, key) for key in _LAYOUT_TEXTS}
    if texts["name"] != path.stem:
        raise UsageError(f"In {where} the key name must be {path.stem!r}, like the file.")
    _one_of(where, "kind", texts["kind"], KINDS)
    _one_of(where, "scope", texts["scope"], SCOPES)
    entries = data.get("column")
    if not isinstance(entries, list) or not entries:
        raise UsageError(f"In {where} there is no [[column]].")
    columns = tuple(_column(where, entry, shared, _models(model, shipped)) for entry in entries)
    _no_clash(where, columns)
    fields = {column.field for column in columns}
    groups = data.get("one_of", [])
    if not isinstance(groups, list):
        raise UsageError(f"In {where} the key one_of must be a list of lists of fields.")
    return Layout(
        **texts,
        required=_flag(where, data, "required"),
        checked=_flag(where, data, "checked", True),
        key=_fields(where, "key", told.get("key", _of_model(model, "key", fields)), fields),
        owner=_fields(where, "owner", told.get("owner", _of_model(model, "owner", fields) or []), fields),
        one_of=tuple(_fields(where, "one_of", group, fields) for group in groups),
        columns=columns,
    )


def _of_model(model: Layout | None, name: str, fields: set[str]) -> list[str] | None:
    """The key or owner of the layout that another is like, as far as that other has the fields."""
    return [field for field in getattr(model, name) if field in fields] if model else None


def _models(model: Layout | None, shipped: Mapping[str, Layout]) -> dict[str, dict[str, Any]]:
    """What a column need not say itself in a layout that is like another: by field, of that other before any."""
    if model is None:
        return {}
    columns = [column for layout in (model, *shipped.values()) for column in layout.columns]
    known: dict[str, dict[str, Any]] = {}
    for column in columns:
        own = column in model.columns
        known.setdefault(column.field, {**_said(column), "required": own and column.required})
    return known


def _said(column: Column) -> dict[str, Any]:
    return {
        "type": column.type,
        "meaning_id": column.meaning_id,
        "meaning_en": column.meaning_en,
        "codes": dict(column.codes),
    }


def _column(where: str, entry: Any, shared: Mapping[str, Any], models: Mapping[str, dict[str, Any]]) -> Column:
    if not isinstance(entry, dict):
        raise UsageError(f"In {where} each [[column]] must be a table.")
    label = f"{where}, column {entry.get('field', '?')!r},"
    own = {key: value for key, value in entry.items() if key != "use"}
    base: dict[str, Any] = models.get(str(entry.get("field")), {})
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
    return Column(
        **texts,
        aliases=_distinct(_texts(label, "aliases", names), texts["heading"]),
        required=_flag(label, merged, "required"),
        codes=_text_table(label, merged, "codes"),
        values=_text_table(label, merged, "values"),
        pattern=_pattern(label, merged, texts["type"]),
        coding=_coding(label, merged, texts["type"]),
        defects=_texts(label, "defects", merged.get("defects", [])),
    )


def _text_table(where: str, data: Mapping[str, Any], key: str) -> Mapping[str, str]:
    table = data.get(key, {})
    if not isinstance(table, dict) or not all(isinstance(text, str) for text in table.values()):
        raise UsageError(f"In {where} the key {key} must be a table of texts.")
    return MappingProxyType(dict(table))


def _pattern(where: str, data: Mapping[str, Any], column_type: str) -> str | None:
    """A date form: day, month and year once each."""
    if "pattern" not in data:
        return None
    text = _text(where, data, "pattern")
    parts = re.findall("%(.)", text)
    whole = [sum(part in group for part in parts) for group in ("d", "mbB", "yY")]
    if column_type != "date" or whole != [1, 1, 1] or len(parts) != 3:
        raise UsageError(
            f"In {where} the key pattern must be the form of a date, with %d, one of %m %b, and one of %y %Y."
        )
    return text


def _coding(where: str, data: Mapping[str, Any], column_type: str) -> str | None:
    if "coding" not in data:
        return None
    coding = _text(where, data, "coding")
    _one_of(where, "coding", coding, CODINGS)
    if column_type != "region":
        raise UsageError(f"In {where} the key coding is for columns of the type region only.")
    return coding


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


def _flag(where: str, data: Mapping[str, Any], key: str, default: bool = False) -> bool:
    value = data.get(key, default)
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
