"""From a `[[source]]` to the place that it names, and the module that knows how to fetch from there."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from flows.config_sources import DATABASES, SCHEMES, Connection, Source
from flows.sources import credentials
from flows.sources.inbox import Inbox, Place

Collect = Callable[[Place, Inbox], None]
# What an open http(s) address is fetched by.
OPEN = Connection(type="http")


def is_remote(source: Source) -> bool:
    """Whether a source lies elsewhere than in a folder of this machine."""
    return source.path is None or source.connection is not None


def name_of(source: Source) -> str:
    """What people call the place of a source: without user, secret or query."""
    if source.url is not None:
        address = urlsplit(source.url)
        return f"{address.scheme}://{address.hostname}{address.path}"
    if source.connection is None:
        return source.path or ""
    if source.path is not None:
        return f"{source.connection}:{source.path}"
    return f"{source.connection}.{source.table or source.kind}"


def full_name(source: Source, name: str) -> str:
    """What a file at the place of a source is called where its base name is not enough."""
    if source.url is not None:
        address = urlsplit(source.url)
        return f"{address.scheme}://{address.hostname}/{name.lstrip('/')}"
    return f"{source.connection}:{name}" if source.path is not None else name


def place_of(source: Source, connections: dict[str, Connection], as_of: date, folder: Path) -> Place:
    """The place of a remote source, its secret looked up; raises Trouble when the secret is not there."""
    name = name_of(source)
    connection = connections[source.connection] if source.connection else OPEN
    secret = credentials.secret(name, connection.secret)
    return Place(name, connection, secret, _pattern(source, connection), as_of, folder)


def _pattern(source: Source, connection: Connection) -> str:
    if connection.type in DATABASES:
        return source.query.rstrip("; \n\t") + "\n" if source.query else _whole(source.table or "", connection.type)
    if source.url is not None and SCHEMES[urlsplit(source.url).scheme] == "http":
        return source.url
    if source.url is not None:
        # Not urlsplit: a path may hold a question mark as a wildcard.
        path = source.url.split("://", 1)[1].partition("/")[2]
        return path if connection.type == "s3" else f"/{path}"
    path = source.path or ""
    if connection.type == "http":
        return f"{(connection.endpoint or '').rstrip('/')}/{path.lstrip('/')}"
    return path.lstrip("/") if connection.type == "s3" else path


def _whole(table: str, type_of_database: str) -> str:
    """The SELECT of a whole table, `table` or `schema.table`."""
    mark = "`" if type_of_database == "mysql" else '"'
    return "SELECT * FROM " + ".".join(f"{mark}{part.replace(mark, mark * 2)}{mark}" for part in table.split("."))


def collector(kind: str) -> Collect:
    """What fetches from a type of place; its library is imported only now: most nights need few of them."""
    if kind == "sftp":
        from flows.sources.sftp import collect
    elif kind == "s3":
        from flows.sources.s3 import collect
    elif kind == "postgresql":
        from flows.sources.postgresql import collect
    elif kind == "mysql":
        from flows.sources.mysql import collect
    else:
        from flows.sources.web import collect
    return collect
