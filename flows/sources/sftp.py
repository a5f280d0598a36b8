"""Files of an SFTP server, whose host key must be a known one."""

import asyncio
import logging
import stat
import time

import asyncssh

from flows.sources import trouble
from flows.sources.inbox import CHUNK, CONNECT_SECONDS, MOST_FILES, QUIET_SECONDS, SILENT_SECONDS, Inbox, Place
from flows.sources.pattern import chosen, fixed_folder, is_glob
from flows.sources.trouble import Trouble

DEEPEST = 8
# It tells users and addresses in its log.
logging.getLogger("asyncssh").setLevel(logging.ERROR)


def collect(place: Place, inbox: Inbox) -> None:
    """Bring the files that a place means into an inbox; raises Trouble when the server or the files cannot be had."""
    try:
        asyncio.run(asyncio.wait_for(_collect(place, inbox), inbox.seconds_left))
    except asyncssh.HostKeyNotVerifiable:
        raise trouble.unknown_server(place.name, "the host key", "kunci (host key)") from None
    except (asyncssh.PermissionDenied, asyncssh.SFTPPermissionDenied, asyncssh.KeyEncryptionError):
        raise trouble.refused(place.name) from None
    except (asyncssh.KeyImportError, asyncssh.ConfigParseError):
        raise trouble.no_file(place.name, place.connection.key or "known_hosts") from None
    except (asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection):
        raise trouble.cut_off(place.name) from None
    except asyncssh.SFTPError as error:
        raise trouble.asked_wrongly(place.name, f"SFTP {error.code}") from None
    except (OSError, asyncssh.Error, TimeoutError):
        raise trouble.unreachable(place.name) from None


async def _collect(place: Place, inbox: Inbox) -> None:
    known_hosts = place.connection.known_hosts
    key = place.connection.key
    async with (
        asyncssh.connect(
            *place.address,
            username=place.connection.user,
            password=None if key else place.password,
            client_keys=[asyncssh.read_private_key(str(place.file(key)), place.password)] if key else None,
            known_hosts=str(place.file(known_hosts or "~/.ssh/known_hosts")),
            agent_path=None,
            config=None,
            gss_host=None,
            connect_timeout=CONNECT_SECONDS,
            login_timeout=CONNECT_SECONDS,
            keepalive_interval=SILENT_SECONDS / 2,
        ) as connection,
        connection.start_sftp_client() as sftp,
    ):
        for name in await _names(sftp, place):
            if not inbox.has(name):
                await _fetch(sftp, name, inbox)


async def _names(sftp: asyncssh.SFTPClient, place: Place) -> list[str]:
    """The files on the server that the pattern means; raises Trouble when there are none."""
    pattern = place.pattern
    if not is_glob(pattern) or await sftp.isfile(pattern):
        return [pattern]
    found: list[str] = []
    depth = DEEPEST if "**" in pattern else pattern[len(fixed_folder(pattern)) :].count("/")
    await _list(sftp, fixed_folder(pattern), depth, found)
    names = chosen(found, pattern, place.as_of)
    if not names:
        raise trouble.nothing_there(place.name)
    return names


async def _list(sftp: asyncssh.SFTPClient, folder: str, depth: int, found: list[str]) -> None:
    """Add the names of the files below a folder (which ends with a slash, or is empty) to `found`."""
    try:
        entries = [entry async for entry in sftp.scandir(folder or ".")]
    except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
        return
    for entry in entries:
        name = str(entry.filename)
        kind = entry.attrs.permissions
        if len(found) > MOST_FILES:
            raise trouble.too_many(folder)
        if name.startswith((".", "~$")) or "/" in name:
            continue
        if kind is not None and stat.S_ISDIR(kind):
            if depth:
                await _list(sftp, f"{folder}{name}/", depth - 1, found)
        else:
            found.append(f"{folder}{name}")


async def _fetch(sftp: asyncssh.SFTPClient, name: str, inbox: Inbox) -> None:
    """One file, if it stays what it was meanwhile; what is wrong with it alone is noted, the others go on."""
    try:
        before = await _settled(sftp, name)
        with inbox.receive(name, before.size) as write:
            async with sftp.open(name, "rb") as stream:
                while chunk := await asyncio.wait_for(stream.read(CHUNK), SILENT_SECONDS):
                    write(chunk if isinstance(chunk, bytes) else chunk.encode())
            after = await sftp.stat(name)
            if (after.size, after.mtime) != (before.size, before.mtime):
                raise trouble.growing(name)
    except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
        inbox.put_off(name, trouble.nothing_there(name))
    except asyncssh.SFTPPermissionDenied:
        inbox.put_off(name, trouble.refused(name))
    except Trouble as why:
        inbox.put_off(name, why)


async def _settled(sftp: asyncssh.SFTPClient, name: str) -> asyncssh.SFTPAttrs:
    """What a file looks like; raises Trouble when it was changed just now and changes again within some seconds."""
    before = await sftp.stat(name)
    if before.mtime is not None and abs(time.time() - before.mtime) < QUIET_SECONDS:
        await asyncio.sleep(QUIET_SECONDS)
        after = await sftp.stat(name)
        if (after.size, after.mtime) != (before.size, before.mtime):
            raise trouble.growing(name)
        return after
    return before
