"""Where what is fetched lands: whole files only, within bounds, in a folder of the run's own."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath
from typing import IO

from pydantic import SecretStr

from flows.config_sources import PORTS, Connection
from flows.sources import trouble
from flows.sources.trouble import Trouble

CHUNK = 1 << 20
CONNECT_SECONDS = 20.0
# How long a server may be silent in the middle of a transfer.
SILENT_SECONDS = 60.0
# A remote file that was changed so lately is looked at again after as long.
QUIET_SECONDS = 3.0
# Names that are looked through at one place; more are a slip in the pattern.
MOST_FILES = 100_000
LONGEST_NAME = 200

Write = Callable[[bytes], object]


class DiskError(Exception):
    """The disk of this machine failed, not the place that something comes from; `error` says how."""

    def __init__(self, error: OSError) -> None:
        super().__init__(error.strerror)
        self.error = error


@dataclass(frozen=True)
class Place:
    """What is to be fetched, and how: `pattern` is a path on the server, or the address for an open http(s) one.

    `name` is what people call it, for sentences; `folder` is where relative files of the connection lie.
    """

    name: str
    connection: Connection
    secret: SecretStr | None
    pattern: str
    as_of: date
    folder: Path

    @property
    def address(self) -> tuple[str, int]:
        """Host and port of the connection."""
        return self.connection.host or "", self.connection.port or PORTS[self.connection.type]

    @property
    def password(self) -> str | None:
        """The secret in the clear, for the library that needs it and nobody else."""
        return self.secret.get_secret_value() if self.secret else None

    def file(self, name: str) -> Path:
        """A file of the connection (key, certificate, known hosts); raises Trouble when it cannot be read."""
        path = (self.folder / Path(name).expanduser()).resolve()
        try:
            with path.open("rb"):
                return path
        except OSError:
            raise trouble.no_file(self.name, name) from None


@dataclass
class Inbox:
    """A folder that takes in the files of one place.

    `files`: name at the place -> where it lies now, or what was wrong with it. Nothing is in it, nor under its final
    name in the folder, before it is whole.
    """

    folder: Path
    most_bytes: int
    deadline: float
    files: dict[str, Path | Trouble] = field(default_factory=dict)
    taken: int = 0

    @property
    def seconds_left(self) -> float:
        """How long fetching may still take."""
        return max(1.0, self.deadline - time.monotonic())

    def has(self, name: str) -> bool:
        """Whether a file has come already, in an earlier try."""
        return isinstance(self.files.get(name), Path)

    @contextmanager
    def receive(self, name: str, size: int | None = None) -> Iterator[Write]:
        """Take in one file: gives a function that takes its bytes; whole, and renamed, when the block ends well.

        size: how many bytes there must be, where the place told. Raises Trouble when there are others, or more or later
        than allowed, DiskError when it cannot be written; nothing of the file stays then.
        """
        base = PurePosixPath(name).name
        # Not the name of the server: it may be too long, or mean something to this machine.
        final = self.folder / str(self.taken) / (base if _is_plain(base) else "file")
        part = final.with_name(".part")
        self.taken += 1
        with _disk():
            final.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            stream = part.open("wb")
            part.chmod(0o600)
        try:
            counted = _Counted(stream, name, self.most_bytes, self.deadline)
            yield counted.write
            if size is not None and counted.size != size:
                raise trouble.cut_off(name)
            with _disk():
                stream.close()
                part.replace(final)
        except BaseException:
            with suppress(OSError):
                stream.close()
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise
        self.files[name] = final

    def drop(self, name: str) -> None:
        """Let go of a file that came and is not wanted."""
        landed = self.files.pop(name)
        if isinstance(landed, Path):
            landed.unlink(missing_ok=True)

    def put_off(self, name: str, why: Trouble) -> None:
        """Note that one file cannot be had; the others of its place go on."""
        self.files[name] = why


@dataclass
class _Counted:
    """A stream that stops when there is too much of it, or too late."""

    stream: IO[bytes]
    name: str
    most_bytes: int
    deadline: float
    size: int = 0

    def write(self, data: bytes) -> None:
        self.size += len(data)
        if self.size > self.most_bytes:
            raise trouble.too_large(self.name)
        if time.monotonic() > self.deadline:
            raise trouble.too_slow(self.name)
        with _disk():
            self.stream.write(data)


@contextmanager
def _disk() -> Iterator[None]:
    """Tells errors of this machine's disk from those of a server."""
    try:
        yield
    except OSError as error:
        raise DiskError(error) from None


def _is_plain(name: str) -> bool:
    """Whether a name can stand in a folder of this machine as it is."""
    usable = name.isprintable() and name not in {"", ".", ".."} and "\\" not in name
    return usable and not name.startswith(".") and len(name.encode("utf-8", "replace")) <= LONGEST_NAME
