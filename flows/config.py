"""The configuration of a run, `padan.toml`: read, checked, frozen.

Anything wrong with it is a UsageError of one plain sentence that names the file and the setting.
"""

import tomllib
import types
import typing
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictStr, ValidationError

from flows.config_history import History, MassChange
from flows.config_quality import LastGood, Quality, SignedTotal, check_kinds
from flows.config_sources import (
    NAME_IT,
    SECRET_WORDS,
    Connection,
    ConnectionName,
    Source,
    check_connections,
    check_sources,
    declared,
    nearest,
)
from schemas.errors import UsageError
from schemas.layouts import KINDS, Layout, layouts_with
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


def _smallest_count(value: int) -> int:
    """The smallest count that outsiders may see; under 3 a hidden one could only be 1. Raises ValueError."""
    if value and not 3 <= value <= 1_000:
        raise ValueError("it must be 0 (nothing is hidden) or a number from 3 to 1000")
    return value


Day = Annotated[date, BeforeValidator(iso_date)]
Share = Annotated[float, Field(ge=0, le=1, strict=True)]
# What a text must look like, said in words.
PATTERNS = {
    r"^\d{2}$": "it must be a region code of 2 digits in quotes",
    r"^[A-Za-z0-9_-]+$": "a connection's name is of letters, digits, - and _",
    r"^[A-Za-z0-9-]+$": "it must be the name of a header",
}


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Run(_Model):
    """`[run]`: province is a Home Affairs code of two digits; output, layouts, rules and decisions are folders beside
    the configuration.

    output: the results. layouts: the office's own layouts. rules: the office's own lines of the dated rules; without
    the setting it is `rules`, if that is there. decisions: what officers decided, over all nights. keep: how many
    published databases stay. keep_months: of how many months before this one the last database stays as well.
    """

    province: Annotated[str, Field(pattern=r"^\d{2}$", strict=True)]
    as_of: Day | None = None
    output: Annotated[StrictStr, Field(min_length=1)] = "out"
    layouts: Annotated[StrictStr, Field(min_length=1)] = "layouts"
    rules: Annotated[StrictStr, Field(min_length=1)] | None = None
    decisions: Annotated[StrictStr, Field(min_length=1)] = "decisions"
    keep: Annotated[int, Field(ge=1, strict=True)] = 7
    keep_months: Annotated[int, Field(ge=0, strict=True)] = 1
    archive_days: Annotated[int, Field(ge=0, strict=True)] = 90


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


class Report(_Model):
    """`[report]`: map is a GeoJSON of the regencies beside the configuration, drawn instead of the map of tiles;
    map_code its property with the Home Affairs codes, found by itself where only one holds them. small_cells: the
    smallest count of people that figures for outsiders show (`padan public-figures`); 0 hides nothing.
    """

    map: Annotated[StrictStr, Field(min_length=1)] | None = None
    map_code: Annotated[StrictStr, Field(min_length=1)] | None = None
    small_cells: Annotated[int, Field(ge=0, strict=True), AfterValidator(_smallest_count)] = 5


class Fetch(_Model):
    """`[fetch]`: bounds of what comes from elsewhere, a source.

    retry_seconds: how long an unreachable server, or a file that is still being written, is tried again.
    transfer_seconds: how long fetching may take in all. max_gigabytes: of a file, or of what a ZIP holds.
    """

    retry_seconds: Annotated[int, Field(ge=0, le=86_400, strict=True)] = 120
    transfer_seconds: Annotated[int, Field(ge=1, le=86_400, strict=True)] = 3_600
    max_gigabytes: Annotated[float, Field(gt=0, strict=True)] = 20.0


class Config(_Model):
    """A whole configuration. `path` is the file it was read from, `folder` where that lies (both absolute)."""

    path: Path
    run: Run
    gates: Gates = Gates()
    match: Match = Match()
    fetch: Fetch = Fetch()
    report: Report = Report()
    connection: dict[ConnectionName, Connection] = {}
    quality: Quality = Quality()
    last_good: LastGood = LastGood()
    history: History = History()
    mass_change: MassChange = MassChange()
    signed_total: tuple[SignedTotal, ...] = ()
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
    def layouts(self) -> Mapping[str, Layout]:
        """The layouts that files are read by: those that come with padan and the office's own.

        Raises UsageError naming file and key when an own layout is not as it should be."""
        return layouts_with((self.folder / self.run.layouts).resolve())

    @property
    def output_folder(self) -> Path:
        """Where the results go, absolute."""
        return (self.folder / self.run.output).resolve()

    @property
    def decisions_folder(self) -> Path:
        """Where the decisions of officers lie, absolute; it may not be there yet."""
        return (self.folder / self.run.decisions).resolve()

    @property
    def map_file(self) -> Path | None:
        """The GeoJSON of the regencies, absolute; None when none is set."""
        return (self.folder / self.report.map).resolve() if self.report.map else None

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
    if config.map_file is not None and not config.map_file.is_file():
        raise UsageError(f"In {file.name} the setting report.map names {config.report.map}, which is not there.")
    load_rules(config.rules_folder)
    return config


def _check_names(name: str, config: Config) -> None:
    """Kinds and layouts must be declared ones; places whole; thresholds in order; at least one source."""
    for kind in config.gates.required:
        declared(name, "setting gates.required", kind, KINDS)
    check_connections(name, config.connection)
    check_sources(name, config.sources, config.connection, config.layouts)
    check_kinds(name, config.last_good, config.signed_total)
    if not config.sources:
        raise UsageError(f"In {name} there is no [[source]].")
    if config.match.review > config.match.link:
        raise UsageError(f"In {name} the setting match.review must not be above match.link.")


def _sentence(name: str, data: dict[str, Any], error: ValidationError) -> str:
    """The first complaint of pydantic as one plain sentence; the value itself is not repeated."""
    first = error.errors(include_url=False, include_input=False)[0]
    location = first["loc"]
    setting = _setting(location)
    if first["type"] == "extra_forbidden":
        if SECRET_WORDS.fullmatch(str(location[-1])):
            return f"In {name} the setting {setting} must not be there: a configuration holds no secret; {NAME_IT}."
        known = _known_settings(location[:-1])
        return f"In {name} the setting {setting} is unknown{nearest(str(location[-1]), known)}."
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
        return PATTERNS.get(context["pattern"], "it must be a region code of 2 or 4 digits in quotes")
    message = str(first["msg"])
    if message.startswith("Input "):
        message = f"it {message.removeprefix('Input ')}"
    return message[:1].lower() + message[1:]


def _setting(location: tuple[int | str, ...]) -> str:
    """`('source', 2, 'path')` as an operator says it: `path of source 3`."""
    if len(location) >= 3 and isinstance(location[1], int):
        return f"{location[2]} of {location[0]} {location[1] + 1}"
    return ".".join(str(part) for part in location)


def _known_settings(location: tuple[int | str, ...]) -> tuple[str, ...]:
    """The settings that exist at a place of the file."""
    model: type[BaseModel] = Config
    for part in location:
        if isinstance(part, str) and part in model.model_fields:
            model = _model_of(model.model_fields[part].annotation)
    return tuple(name for name in model.model_fields if name != "path" or model is not Config)


def _model_of(annotation: Any) -> type[BaseModel]:
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        return annotation
    arguments = typing.get_args(annotation)
    return _model_of(arguments[1] if typing.get_origin(annotation) is dict else arguments[0])
