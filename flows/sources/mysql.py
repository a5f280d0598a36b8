"""A table or a query of MariaDB or MySQL, as one CSV file of text: what the server writes, unchanged."""

import csv
import io
import ssl
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

import pymysql
from pymysql.constants import CR, ER
from pymysql.converters import encoders
from pymysql.cursors import SSCursor

from flows.sources import trouble
from flows.sources.inbox import CONNECT_SECONDS, Inbox, Place, Write
from flows.sources.trouble import Trouble

BATCH = 10_000
WRITERS: dict[Any, Any] = dict(encoders)
REFUSED = {
    ER.ACCESS_DENIED_ERROR,
    ER.DBACCESS_DENIED_ERROR,
    ER.TABLEACCESS_DENIED_ERROR,
    ER.COLUMNACCESS_DENIED_ERROR,
    ER.SPECIFIC_ACCESS_DENIED_ERROR,
}
CLIENT = range(2000, 3000)  # the errors of the client's own side
BUSY = {ER.CON_COUNT_ERROR, ER.SERVER_SHUTDOWN, ER.LOCK_WAIT_TIMEOUT, ER.LOCK_DEADLOCK}


def collect(place: Place, inbox: Inbox) -> None:
    """Bring the rows of a place's SELECT into an inbox, as CSV with a heading; raises Trouble when they cannot be had.

    Read in a read-only transaction with one view of the data, and in batches: no more of the rows is held here.
    """
    server = None
    try:
        server = _connected(place, inbox.seconds_left)
        cursor = server.cursor()
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("START TRANSACTION READ ONLY, WITH CONSISTENT SNAPSHOT")
        cursor.execute(place.pattern)
        with inbox.receive(place.name) as write:
            _copy(cursor, place.name, write)
    except pymysql.MySQLError as error:
        raise _told(place.name, error) from None
    except (OSError, RuntimeError):
        raise trouble.unreachable(place.name) from None
    finally:
        if server is not None:
            _let_go(server)


def _let_go(server: "pymysql.connections.Connection[SSCursor]") -> None:
    """Close a connection at once: left alone, the library would first read what is left of the rows, to the end."""
    result = getattr(server, "_result", None)
    if result is not None:
        result.unbuffered_active = False
    with suppress(Exception):  # it may be gone already
        server.close()


def _connected(place: Place, seconds: float) -> "pymysql.connections.Connection[SSCursor]":
    connection = place.connection
    host, port = place.address
    trusted = None
    if connection.tls:
        trusted = ssl.create_default_context(cafile=str(place.file(connection.ca)) if connection.ca else None)
    return pymysql.connect(
        host=host,
        port=port,
        user=connection.user,
        password=place.password or "",
        database=connection.database,
        charset="utf8mb4",
        connect_timeout=int(CONNECT_SECONDS),
        read_timeout=seconds,
        cursorclass=SSCursor,
        # No decoders: every value stays the text that the server sends, no date or number is made of it.
        conv=WRITERS,
        ssl=trusted,
        ssl_disabled=not connection.tls,
        local_infile=False,
    )


def _copy(cursor: SSCursor, name: str, write: Write) -> None:
    columns = [str(column[0]) for column in cursor.description or ()]
    write(_lines([columns]))
    while rows := cursor.fetchmany(BATCH):
        write(_lines(_texts(rows, columns, name)))


def _texts(rows: Sequence[Sequence[object]], columns: Sequence[str], name: str) -> Iterable[Sequence[object]]:
    """The rows with text for bytes: columns of a binary type may well hold numbers that people read."""
    for row in rows:
        if bytes not in map(type, row):
            yield row
            continue
        texts = list(row)
        for place, value in enumerate(texts):
            if isinstance(value, bytes):
                try:
                    texts[place] = value.decode()
                except UnicodeDecodeError:
                    raise trouble.not_text(name, columns[place]) from None
        yield texts


def _lines(rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def _told(name: str, error: pymysql.MySQLError) -> Trouble:
    code = error.args[0] if error.args and isinstance(error.args[0], int) else 0
    if code in REFUSED:
        return trouble.refused(name)
    if isinstance(error.__context__, ssl.SSLCertVerificationError):
        return trouble.unknown_server(name, "the certificate", "sertifikat")
    if code == CR.CR_SSL_CONNECTION_ERROR or "SSL" in str(error):
        return trouble.no_tls(name)
    if code == CR.CR_SERVER_LOST:
        return trouble.cut_off(name)
    if code in BUSY or code < ER.HASHCHK or code in CLIENT:
        return trouble.unreachable(name)
    return trouble.asked_wrongly(name, f"error {code}")
