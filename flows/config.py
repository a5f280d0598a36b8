"""The configuration of a run, `padan.toml`: read, checked, frozen.

Anything wrong with it is a UsageError of one plain sentence that names the file and the setting.
"""

import difflib
import tomllib
import types
import typing
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictStr, ValidationError

from schemas.errors import UsageError
from schemas.layouts import KINDS, load_layouts
from schemas.rules import load_rules

NAME = "padan.toml"
RULES = "rules"
YEARS = range(1900, 2200)
REQUIRED = (
    "province",
    "regency",
    "decree",
    "bpjs_kesehatan",
    "bpjs_kesehatan_bill",
    "bpjs_ketenagakerjaan",
    "employers",
)


def iso_date(value: Any) -> date:
    """A TOML date, or the same as text, of a year that a night can be of; raises ValueError for anything else."""
    if isinstance(value, str):
        with suppress(ValueError):
            value = date.fromisoformat(value)
    if type(value) is date and value.year in YEARS:
        return value
    raise ValueError("it must be a date like 2026-11-20")


Day = Annotated[date, BeforeValidator(iso_date)]
Share = Annotated[float, Field(ge=0, le=1, strict=True)]
Code = Annotated[str, Field(pattern=r"^(\d{2}|\d{4})$", strict=True)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Run(_Model):
    """`[run]`: province is a Home Affairs code of two digits; output and rules are folders beside the configuration.

    rules holds the office's own lines of the dated rules; without the setting it is `rules`, if that is there.
    """

    province: Annotated[str, Field(pattern=r"^\d{2}$", strict=True)]
    as_of: Day | None = None
    output: Annotated[StrictStr, Field(min_length=1)] = "out"
    rules: Annotated[StrictStr, Field(min_length=1)] | None = None
    keep: Annotated[int, Field(ge=1, strict=True)] = 7


class Gates(_Model):
    """`[gates]`: what holds a run back."""

    required: tuple[StrictStr, ...] = REQUIRED
    max_drop: Share = 0.30
    max_quarantine: Share = 0.20


class Match(_Model):
    """`[match]`: probabilities from which a pair is linked, or goes to an officer.

    After `full_every_days` at the latest all records are matched again, with a new model.
    """

    link: Share = 0.50
    review: Share = 0.20
    full_every_days: Annotated[int, Field(ge=1, strict=True)] = 7


class Source(_Model):
    """`[[source]]`: one file, or a glob of files, of one kind."""

    kind: StrictStr
    path: Annotated[StrictStr, Field(min_length=1)]
    layout: StrictStr | None = None
    owner: Code | None = None


class Config(_Model):
    """A whole configuration. `path` is the file it was read from, `folder` where that lies (both absolute)."""

    path: Path
    run: Run
    gates: Gates = Gates()
    match: Match = Match()
    source: tuple[Source, ...] = ()

    @property
    def folder(self) -> Path:
        """The folder that relative paths start from."""
        return self.path.parent

    @property
    def sources(self) -> tuple[Source, ...]:
        """The configured sources in the order of the file."""
        return self.source

    @property
    def output_folder(self) -> Path:
        """Where the results go, absolute."""
        return (self.folder / self.run.output).resolve()

    @property
    def rules_folder(self) -> Path | None:
        """Where the office's own dated rules lie; None when it has none."""
        folder = self.folder / (self.run.rules or RULES)
        return folder if folder.is_dir() else None


def load(path: Path) -> Config:
    """Read a configuration file, or the `padan.toml` of a folder.

    Raises UsageError when the file is not there, is not TOML, or holds a setting that is unknown, of the
    wrong type or out of range, and when a line of the office's own rules is not as it should be.
    """
    file = path / NAME if path.is_dir() else path
    if not file.parent.is_dir():
        raise UsageError(f"The folder {file.parent} does not exist.")
    if not file.is_file():
        raise UsageError(f"The configuration file {file} does not exist.")
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"The configuration file {file.name} is not valid TOML: {error}.") from None
    except OSError as error:
        raise UsageError(f"The configuration file {file} cannot be read: {error.strerror}.") from None
    if "path" in data:
        raise UsageError(f"In {file.name} the setting path is unknown.")
    try:
        config = Config.model_validate({**data, "path": file.resolve()})
    except ValidationError as error:
        raise UsageError(_sentence(file.name, data, error)) from None
    _check_names(file.name, config)
    if config.run.rules is not None and config.rules_folder is None:
        raise UsageError(
            f"In {file.name} the setting run.rules names the folder {config.run.rules}, which is not there."
        )
    load_rules(config.rules_folder)
    return config


def _check_names(name: str, config: Config) -> None:
    """Kinds and layouts must be declared ones; thresholds in order; at least one source."""
    layouts = load_layouts()
    for kind in config.gates.required:
        _declared(name, "setting gates.required", kind, KINDS)
    for number, source in enumerate(config.sources, 1):
        where = f"source {number}"
        _declared(name, f"kind of {where}", source.kind, KINDS)
        if "://" in source.path:
            raise UsageError(f"In {name} the path of {where} must be a file or a glob, not an address.")
        if source.layout is not None:
            _declared(name, f"layout of {where}", source.layout, tuple(layouts))
            kind = layouts[source.layout].kind
            if kind != source.kind:
                raise UsageError(
                    f"In {name} the layout {source.layout!r} of {where} is for the kind {kind!r}, not {source.kind!r}."
                )
    if not config.sources:
        raise UsageError(f"In {name} there is no [[source]].")
    if config.match.review > config.match.link:
        raise UsageError(f"In {name} the setting match.review must not be above match.link.")


def _declared(name: str, setting: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise UsageError(
            f"In {name} the {setting} is {value!r}; it must be one of {', '.join(known)}{_nearest(value, known)}."
        )


def _sentence(name: str, data: dict[str, Any], error: ValidationError) -> str:
    """The first complaint of pydantic as one plain sentence; the value itself is not repeated."""
    first = error.errors(include_url=False, include_input=False)[0]
    location = first["loc"]
    setting = _setting(location)
    if first["type"] == "extra_forbidden":
        known = _known_settings(location[:-1])
        return f"In {name} the setting {setting} is unknown{_nearest(str(location[-1]), known)}."
    if first["type"] == "missing":
        if len(location) == 1:
            return f"In {name} the table [{location[0]}] is missing."
        return f"In {name} the setting {setting} is missing."
    return f"In {name} the setting {setting} is wrong: {_complaint(first)}."


def _complaint(first: Any) -> str:
    context = first.get("ctx", {})
    if first["type"] == "value_error":
        return str(context["error"])
    if first["type"] == "string_pattern_mismatch":
        digits = "2 digits" if context["pattern"] == r"^\d{2}$" else "2 or 4 digits"
        return f"it must be a region code of {digits} in quotes"
    message = str(first["msg"])
    if message.startswith("Input "):
        message = f"it {message.removeprefix('Input ')}"
    return message[:1].lower() + message[1:]


def _setting(location: tuple[int | str, ...]) -> str:
    """`('source', 2, 'path')` as an operator says it: `path of source 3`."""
    if len(location) >= 3 and location[0] == "source" and isinstance(location[1], int):
        return f"{location[2]} of source {location[1] + 1}"
    return ".".join(str(part) for part in location)


def _known_settings(location: tuple[int | str, ...]) -> tuple[str, ...]:
    """The settings that exist at a place of the file."""
    model: type[BaseModel] = Config
    for part in location:
        if isinstance(part, str):
            model = _model_of(model.model_fields[part].annotation)
    return tuple(name for name in model.model_fields if name != "path" or model is Source)


def _model_of(annotation: Any) -> type[BaseModel]:
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        return annotation
    return next(_model_of(arg) for arg in typing.get_args(annotation) if arg is not Ellipsis)


def _nearest(value: str, known: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(value, known, n=1, cutoff=0.6)
    return f"; did you mean {close[0]}?".rstrip("?") if close else ""
