"""ZIP archives and gzipped files: what is in them, unpacked within bounds, or one reason why nothing of them is read.

The names in an archive never become paths: each member lands in a numbered folder of the inbox.
"""

import gzip
import math
import re
import stat
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from io import BufferedIOBase
from pathlib import Path, PurePosixPath
from typing import IO

from flows.reading_problem import is_text
from flows.sources import trouble
from flows.sources.inbox import CHUNK, DiskError, Inbox
from flows.sources.pattern import chosen
from flows.sources.trouble import Trouble

MOST_MEMBERS = 1_000
# An archive in an archive is common (a regency's in the province's); one more level is not.
DEEPEST = 2
# Text packs thirty times smaller, at the very best a few hundred; bombs a thousand times and more.
MOST_RATIO = 300
FREE_BYTES = 20_000_000  # below this the ratio does no harm
MOST_BYTES = 20_000_000_000  # of an archive that no configuration has a bound for yet
OFFICE = ("[content_types].xml", "mimetype", "content.xml")
JUNK = ("__macosx", "thumbs.db", "desktop.ini")
ENCRYPTED = 0x1
GZIP = b"\x1f\x8b"
# Members in which there may be others that a pattern means.
WITHIN = (".zip", ".gz")


def is_archive(path: Path) -> bool:
    """Whether a file is a ZIP of files or gzipped, by its content; a workbook or a document in ZIP form is not."""
    try:
        with path.open("rb") as stream:
            head = stream.read(4)
        if head.startswith(GZIP):
            return True
        if head not in {b"PK\x03\x04", b"PK\x05\x06"}:
            return False
        with zipfile.ZipFile(path) as archive:
            names = {name.lower() for name in archive.namelist()}
    except Exception:  # a damaged archive raises many kinds of error; the reader has the sentence for it
        return False
    return not any(name in OFFICE or name.startswith(("xl/", "word/", "ppt/")) for name in names)


def unpack(path: Path, name: str, members: str | None, as_of: date, inbox: Inbox) -> None:
    """Unpack the members of an archive that a pattern means (None: all) into an inbox, by `name/member`.

    Raises Trouble, and then nothing of it should be read, when the archive is damaged, has a password or two names that
    this machine would take for one, leaves its folder, or holds more than is allowed. A gzipped file holds one member,
    of its own name without `.gz`.
    """
    _unpack(path, name, members, as_of, inbox, _Budget(inbox.most_bytes), depth=1)


def contents(path: Path, name: str, folder: Path) -> dict[str, Path]:
    """Every file in an archive, unpacked into a folder, by `name/member`; raises Trouble as `unpack` does."""
    inbox = Inbox(folder, MOST_BYTES, math.inf)
    unpack(path, name, None, date.max, inbox)
    return {member: file for member, file in inbox.files.items() if isinstance(file, Path)}


@dataclass
class _Budget:
    """What is left of the bounds of one archive, those in it included."""

    most_bytes: int
    packed: int = 0
    members: int = 0
    size: int = 0

    def spend(self, name: str, size: int) -> None:
        self.size += size
        if self.size > self.most_bytes:
            raise trouble.too_large(name)
        if self.size > max(FREE_BYTES, MOST_RATIO * self.packed):
            raise trouble.archive(
                name,
                "it unpacks to far more than files of data do",
                "isinya membengkak jauh melebihi berkas data biasa",
            )


def _unpack(path: Path, name: str, members: str | None, as_of: date, inbox: Inbox, budget: _Budget, depth: int) -> None:
    try:
        budget.packed = budget.packed or path.stat().st_size
        with path.open("rb") as stream:
            gzipped = stream.read(len(GZIP)) == GZIP
        taken = _of_gzip if gzipped else _of_zip
        for member, landed, meant in taken(path, name, members, as_of, inbox, budget):
            if not is_archive(landed):
                if not meant:
                    inbox.drop(f"{name}/{member}")
                continue
            # It is taken out of the inbox again: what is in it is meant, not it.
            del inbox.files[f"{name}/{member}"]
            if depth == DEEPEST:
                raise trouble.archive(name, "archives lie too deep in it", "arsip di dalamnya bertumpuk")
            _unpack(landed, f"{name}/{member}", members, as_of, inbox, budget, depth + 1)
            landed.unlink()
    except (Trouble, DiskError):
        raise
    except (NotImplementedError, RuntimeError):
        raise trouble.archive(
            name, "it is packed in a way that padan cannot undo", "cara pemampatannya tidak dikenal padan"
        ) from None
    except Exception:  # a damaged archive raises many kinds of error
        raise trouble.archive(name, "the archive is damaged or was cut off", "arsip rusak atau terpotong") from None


def _of_zip(
    path: Path, name: str, members: str | None, as_of: date, inbox: Inbox, budget: _Budget
) -> Iterator[tuple[str, Path, bool]]:
    """Each member that is meant, or may hold others: its name, where it landed, and whether it is meant."""
    with zipfile.ZipFile(path) as archive:
        infos = {info.filename: info for info in _files(archive, name, budget)}
        meant = set(infos) if members is None else set(_meant(infos, members, as_of))
        for member, info in sorted(infos.items()):
            if member in meant or member.lower().endswith(WITHIN):
                with archive.open(info) as stream:
                    yield member, _take(stream, f"{name}/{member}", info.file_size, inbox, budget), member in meant


def _of_gzip(
    path: Path, name: str, members: str | None, as_of: date, inbox: Inbox, budget: _Budget
) -> Iterator[tuple[str, Path, bool]]:
    """As `_of_zip`, of the one member of a gzipped file."""
    member = re.sub(r"(?i)(?<=.)\.gz$", "", PurePosixPath(name).name)
    meant = members is None or bool(_meant([member], members, as_of))
    if meant or member.lower().endswith(WITHIN):
        with gzip.open(path, "rb") as stream:
            yield member, _take(stream, f"{name}/{member}", None, inbox, budget), meant


def _take(stream: BufferedIOBase | IO[bytes], name: str, size: int | None, inbox: Inbox, budget: _Budget) -> Path:
    """Take one member in; where it lies now."""
    with inbox.receive(name, size) as write:
        while chunk := stream.read(CHUNK):
            budget.spend(name, len(chunk))
            write(chunk)
    landed = inbox.files[name]
    assert isinstance(landed, Path)
    return landed


def _files(archive: zipfile.ZipFile, name: str, budget: _Budget) -> Iterator[zipfile.ZipInfo]:
    """The members that are files of data, once all of them are known to be harmless; raises Trouble otherwise."""
    infos = [info for info in archive.infolist() if not info.is_dir() and not _is_junk(info.filename)]
    budget.members += len(infos)
    if budget.members > MOST_MEMBERS:
        raise trouble.archive(
            name, f"it holds more than {MOST_MEMBERS} files", f"isinya lebih dari {MOST_MEMBERS} berkas"
        )
    seen: set[str] = set()
    for info in infos:
        if why := _harm(info, seen):
            raise trouble.archive(name, *why)
    yield from infos


def _harm(info: zipfile.ZipInfo, seen: set[str]) -> tuple[str, str] | None:
    """Why an archive with this member is left alone, in English and Indonesian."""
    name = info.filename
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if not name.isprintable() or not is_text(name):
        return "a name in it is not plain text", "ada nama berkas yang bukan teks biasa"
    if ".." in parts or name.startswith(("/", "\\")) or name[1:2] == ":" or stat.S_ISLNK(info.external_attr >> 16):
        return "a name in it leads out of its folder", "ada nama berkas yang keluar dari foldernya"
    if info.flag_bits & ENCRYPTED:
        return (
            "it is protected by a password; ask the sender for one without",
            "arsip dikunci dengan kata sandi; mintalah yang tanpa kata sandi kepada pengirim",
        )
    # Windows and macOS take names that differ in case or in how an accent is written for one.
    alike = unicodedata.normalize("NFKC", "/".join(parts)).casefold()
    if alike in seen:
        return "two files in it have the same name", "ada dua berkas dengan nama yang sama"
    seen.add(alike)
    return None


def _is_junk(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return any(part.lower() in JUNK or part.startswith(("~$", "._")) or part == ".DS_Store" for part in parts)


def _meant(names: Iterable[str], members: str, as_of: date) -> list[str]:
    """The members that a pattern means: of the base name when it has no slash, else of the whole name."""
    names = list(names)
    if members in names:
        return [members]
    if "/" in members:
        return chosen(names, members, as_of)
    by_base: dict[str, list[str]] = {}
    for name in names:
        by_base.setdefault(PurePosixPath(name).name, []).append(name)
    return [name for base in chosen(by_base, members, as_of) for name in by_base[base]]
