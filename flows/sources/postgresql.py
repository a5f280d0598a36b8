"""A table or a query of PostgreSQL, as one CSV file of text: what the server writes, unchanged."""

import asyncio
import ssl

import asyncpg

from flows.sources import trouble
from flows.sources.inbox import CONNECT_SECONDS, SILENT_SECONDS, Inbox, Place, Write
from flows.sources.trouble import Trouble

# SQLSTATE classes: a wrong user, no right; a server that starts, stops, is full or was cut off.
REFUSED = ("28", "42501")
BUSY = ("08", "53", "57", "40")


def collect(place: Place, inbox: Inbox) -> None:
    """Bring the rows of a place's SELECT into an inbox, as CSV with a heading; raises Trouble when they cannot be had.

    Read in a read-only transaction with one view of the data, and streamed: no row is held here.
    """
    try:
        asyncio.run(asyncio.wait_for(_collect(place, inbox), inbox.seconds_left))
    except asyncpg.PostgresError as error:
        raise _told(place.name, error.sqlstate or "") from None
    except ssl.SSLCertVerificationError:
        raise trouble.unknown_server(place.name, "the certificate", "sertifikat") from None
    except (OSError, TimeoutError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
        if "SSL" in str(error) and isinstance(error, ConnectionError):
            raise trouble.no_tls(place.name) from None
        raise trouble.unreachable(place.name) from None


async def _collect(place: Place, inbox: Inbox) -> None:
    connection = place.connection
    host, port = place.address
    server = await asyncpg.connect(
        host=host,
        port=port,
        user=connection.user,
        password=place.password,
        passfile="/dev/null",
        database=connection.database,
        ssl=_trusted(place) if connection.tls else False,
        timeout=CONNECT_SECONDS,
        command_timeout=None,
    )
    try:
        async with server.transaction(isolation="repeatable_read", readonly=True):
            await server.execute("SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL client_encoding = 'UTF8'")
            with inbox.receive(place.name) as write:
                await server.copy_from_query(place.pattern, output=_written(write), format="csv", header=True)
    finally:
        await server.close(timeout=SILENT_SECONDS)


def _written(write: Write):  # type: ignore[no-untyped-def]
    async def take(data: bytes) -> None:
        write(data)

    return take


def _trusted(place: Place) -> ssl.SSLContext:
    ca = place.connection.ca
    return ssl.create_default_context(cafile=str(place.file(ca)) if ca else None)


def _told(name: str, state: str) -> Trouble:
    if state.startswith(REFUSED):
        return trouble.refused(name)
    if state.startswith(BUSY):
        return trouble.unreachable(name)
    return trouble.asked_wrongly(name, f"SQLSTATE {state}")
