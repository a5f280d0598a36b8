"""Where a source lies, as `padan.toml` says it: `[[source]]`, and the `[connection.NAME]` of a server.

A configuration holds no secret. It names one, as `env:NAME` or `prefect:BLOCK`, and `flows/sources/credentials.py`
looks it up when it is needed.
"""

import difflib
import re
from collections.abc import Mapping
from typing import Annotated, Literal
from urllib.parse import parse_qsl, urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StrictStr

from schemas.errors import UsageError
from schemas.layouts import KINDS, Layout

Type = Literal["sftp", "s3", "http", "postgresql", "mysql"]
DATABASES = ("postgresql", "mysql")
# The settings that a connection of a type must have, and those that it may have besides.
SETTINGS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "sftp": (("host", "user"), ("port", "secret", "key", "known_hosts")),
    "s3": (("bucket",), ("endpoint", "region", "user", "secret", "ca", "tls")),
    "http": (("endpoint",), ("user", "secret", "header", "ca", "tls")),
    "postgresql": (("host", "database", "user"), ("port", "secret", "ca", "tls")),
    "mysql": (("host", "database", "user"), ("port", "secret", "ca", "tls")),
}
PORTS = {"sftp": 22, "postgresql": 5432, "mysql": 3306}
SCHEMES = {"http": "http", "https": "http", "sftp": "sftp", "s3": "s3"}
PLACES = ("path", "url", "table", "query")
DATE = re.compile(r"\{([YMDhms][YMDhms ._-]*)\}")
DATE_PARTS = re.compile(r"YYYY|MMMM|MM|DD|hh|mm|ss|[ ._-]")
# Settings, and parts of an address, that would hold a secret itself.
SECRET_WORDS = re.compile(
    r"pass(word|wd|phrase|code)?|pwd|token|.*_token|api_?key|(secret_|access_|private_)+key|x-amz-(signature|credential)"
    r"|credentials?|sig(nature)?|kata_?sandi|sandi|secret",
    re.IGNORECASE,
)
_USER_INFO = re.compile(r"://[^/?#\s]*@")
_WRITTEN = re.compile(r"\b(?:password|passwd|pwd)\s*=\s*\S", re.IGNORECASE)
NAME_IT = 'name it instead in a connection: secret = "env:NAME" or secret = "prefect:BLOCK"'
NO_SECRET = f"it must not hold a password or a token; {NAME_IT}"


def no_secret(value: str) -> str:
    """The text of a setting; raises ValueError when it holds a password or a token."""
    parameters = parse_qsl(urlsplit(value).query) if "://" in value else []
    if _USER_INFO.search(value) or _WRITTEN.search(value) or "PRIVATE KEY-" in value:
        raise ValueError(NO_SECRET)
    if any(SECRET_WORDS.fullmatch(name) for name, _ in parameters):
        raise ValueError(NO_SECRET)
    return value


def secret_name(value: str) -> str:
    """`env:NAME` or `prefect:BLOCK`; raises ValueError, which does not repeat it, for anything else."""
    if not re.fullmatch(r"env:[A-Za-z_][A-Za-z0-9_]*|prefect:[a-z0-9-]+", value):
        raise ValueError('it must name where the secret is kept, as "env:NAME" or "prefect:BLOCK", never hold it')
    return value


Text = Annotated[StrictStr, Field(min_length=1), AfterValidator(no_secret)]
SecretName = Annotated[StrictStr, AfterValidator(secret_name)]
Owner = Annotated[str, Field(pattern=r"^(\d{2}|\d{4})$", strict=True)]
ConnectionName = Annotated[StrictStr, Field(pattern=r"^[A-Za-z0-9_-]+$")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Connection(_Model):
    """`[connection.NAME]`: a server, and as whom to ask it. Which settings a type has: SETTINGS.

    `key`, `known_hosts` and `ca` are files beside the configuration; `tls = false` lets what is sent go unencrypted.
    """

    type: Type
    host: Text | None = None
    port: Annotated[int, Field(ge=1, le=65535, strict=True)] | None = None
    user: Text | None = None
    secret: SecretName | None = None
    database: Text | None = None
    bucket: Text | None = None
    endpoint: Text | None = None
    region: Text | None = None
    header: Annotated[StrictStr, Field(pattern=r"^[A-Za-z0-9-]+$")] | None = None
    key: Text | None = None
    known_hosts: Text | None = None
    ca: Text | None = None
    tls: StrictBool = True


class Source(_Model):
    """`[[source]]`: of one kind, at one place.

    A place is `path` (a file or a glob, on this machine or, with `connection`, on its server), `url`, or with the
    `connection` of a database a `table` or a `query`. In a path and a url `{YYYYMMDD}`, `{YYYY-MM}` and the like stand
    for a date, and mean the newest that is not after the day of the data. `members` tells which files of a ZIP are
    meant.
    """

    kind: StrictStr
    path: Text | None = None
    url: Text | None = None
    connection: StrictStr | None = None
    table: Text | None = None
    query: Text | None = None
    members: Text | None = None
    layout: StrictStr | None = None
    owner: Owner | None = None


def check_connections(name: str, connections: Mapping[str, Connection]) -> None:
    """Each connection must have the settings of its type and no others; raises UsageError."""
    for label, connection in connections.items():
        needed, possible = SETTINGS[connection.type]
        given = connection.model_fields_set - {"type"}
        where = f"connection.{label}"
        for setting in needed:
            if setting not in given:
                raise UsageError(f"In {name} the setting {where}.{setting} is missing.")
        for setting in sorted(given - {*needed, *possible}):
            raise UsageError(
                f"In {name} the setting {where}.{setting} is not one of the type {connection.type!r}; it may have "
                f"{', '.join((*needed, *possible))}."
            )
        if connection.type in {"s3", "http"} and connection.user is not None and connection.secret is None:
            raise UsageError(f"In {name} the setting {where}.secret is missing: a user has one.")
        if connection.type == "s3" and connection.secret is not None and connection.user is None:
            raise UsageError(f"In {name} the setting {where}.user is missing: it is the id of the access key.")
        _check_endpoint(name, where, connection)


def _check_endpoint(name: str, where: str, connection: Connection) -> None:
    if connection.endpoint is None:
        return
    address = urlsplit(connection.endpoint)
    if address.scheme not in {"http", "https"} or not address.hostname or address.query or address.fragment:
        raise UsageError(f"In {name} the setting {where}.endpoint must be an address that begins with https://.")
    if address.scheme == "http" and connection.tls:
        raise UsageError(
            f"In {name} the setting {where}.endpoint is not encrypted; use https://, or say tls = false where "
            "the network is trusted."
        )


def check_sources(
    name: str, sources: tuple[Source, ...], connections: Mapping[str, Connection], layouts: Mapping[str, Layout]
) -> None:
    """Kinds and layouts must be declared ones, places whole and of one sort; raises UsageError."""
    for number, source in enumerate(sources, 1):
        where = f"source {number}"
        given = [place for place in PLACES if getattr(source, place) is not None]
        if not given:
            raise UsageError(f"In {name} the setting path of {where} is missing.")
        if len(given) > 1:
            raise UsageError(f"In {name} {where} has {' and '.join(given)}; it must have one of {', '.join(PLACES)}.")
        connection = connections.get(source.connection) if source.connection is not None else None
        if source.connection is not None and connection is None:
            raise UsageError(f"In {name} the connection {source.connection!r} of {where} is not described.")
        _check_place(name, where, source, connection)
        for setting in ("path", "url", "members"):
            _check_dates(name, f"{setting} of {where}", getattr(source, setting))
        _check_layout(name, where, source, layouts)


def _check_place(name: str, where: str, source: Source, connection: Connection | None) -> None:
    of_database = connection is not None and connection.type in DATABASES
    if source.path is not None and "://" in source.path:
        raise UsageError(
            f"In {name} the path of {where} must be a file or a glob, not an address; an address is a url."
        )
    if source.table is not None or source.query is not None:
        if not of_database:
            raise UsageError(f"In {name} {where} needs a connection of the type postgresql or mysql.")
    elif of_database:
        raise UsageError(f"In {name} {where} is of a database, so it needs table or query.")
    if source.query is not None and not re.fullmatch(r"\s*(select|with)\b[^;]*;?\s*", source.query, re.IGNORECASE):
        raise UsageError(f"In {name} the query of {where} must be one SELECT.")
    if source.url is not None:
        _check_url(name, where, source.url, connection)


def _check_url(name: str, where: str, url: str, connection: Connection | None) -> None:
    """An address goes by its own connection only, so that a secret is never sent to another server."""
    address = urlsplit(url)
    wanted = SCHEMES.get(address.scheme)
    if wanted is None or not address.hostname:
        raise UsageError(f"In {name} the url of {where} must begin with {', '.join(f'{s}://' for s in SCHEMES)}.")
    if connection is None:
        if wanted != "http":
            raise UsageError(f"In {name} {where} needs a connection of the type {wanted}, with the user.")
        return
    if connection.type != wanted:
        raise UsageError(f"In {name} the connection of {where} must be of the type {wanted}.")
    if not belongs(url, connection):
        raise UsageError(f"In {name} the url of {where} is not on the server of its connection.")


def belongs(url: str, connection: Connection) -> bool:
    """Whether an address lies on the server of a connection of its type."""
    address = urlsplit(url)
    if connection.type == "s3":
        return address.netloc == connection.bucket
    if connection.type == "sftp":
        here = (connection.host or "").lower(), connection.port or PORTS["sftp"]
        return (address.hostname, address.port or PORTS["sftp"]) == here and address.username is None
    return (*address[:2],) == (*urlsplit(connection.endpoint or "")[:2],)


def _check_dates(name: str, setting: str, value: str | None) -> None:
    """Braces of date letters must be a date, with a year somewhere; an address is asked for by day, not by hour."""
    dates = DATE.findall(value or "")
    wrong = [date for date in dates if DATE_PARTS.sub("", date) or (setting.startswith("url") and "hh" in date)]
    if dates and "YYYY" not in "".join(dates):
        wrong = dates
    if wrong:
        raise UsageError(
            f"In {name} the {setting} holds {{{wrong[0]}}}, which is no date that padan can tell; write one as "
            "{YYYYMMDD}, {YYYY-MM} or the like."
        )


def _check_layout(name: str, where: str, source: Source, layouts: Mapping[str, Layout]) -> None:
    declared(name, f"kind of {where}", source.kind, KINDS)
    if source.layout is not None:
        declared(name, f"layout of {where}", source.layout, tuple(layouts))
        kind = layouts[source.layout].kind
        if kind != source.kind:
            raise UsageError(
                f"In {name} the layout {source.layout!r} of {where} is for the kind {kind!r}, not {source.kind!r}."
            )


def declared(name: str, setting: str, value: str, known: tuple[str, ...]) -> None:
    """Raise UsageError, with the nearest of them, when a value is none of the known ones."""
    if value not in known:
        raise UsageError(
            f"In {name} the {setting} is {value!r}; it must be one of {', '.join(known)}{nearest(value, known)}."
        )


def nearest(value: str, known: tuple[str, ...]) -> str:
    """`; did you mean X` for a misspelt word, else nothing."""
    close = difflib.get_close_matches(value, known, n=1, cutoff=0.6)
    return f"; did you mean {close[0]}" if close else ""
