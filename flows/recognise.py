"""padan init: look at the files of a folder, say what each is, write the configuration."""

import hashlib
import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from flows import reading_problem as problem
from flows.config import NAME, REQUIRED, Config, Run, load
from flows.propose import Proposed, propose
from flows.reading import Reading, read_file
from flows.reading_owner import find_owner, regency_codes
from flows.reading_problem import Problem
from flows.recognise_toml import Entry, configuration, elsewhere
from flows.sources.places import is_remote
from flows.sources.trouble import Trouble
from flows.sources.unzip import contents, is_archive
from schemas.errors import UsageError
from schemas.layouts import KINDS, Layout, layouts_with

# `truth` is the answer beside a synthetic world, the other what a run writes.
SKIPPED_FOLDERS = ("truth", Run.model_fields["output"].default)
DATABASE = "padan.duckdb"  # a folder that holds one is the output of a run
TEMPORARY = ("~$", ".", "~")
# Without these two a reconciliation has nothing to compare, so the night always needs them.
ALWAYS_REQUIRED = ("province", "bpjs_kesehatan")
# A heading that a layout explains up to this share is that layout's with a column lost.
NEARLY = 0.6
# Files of which it is not known what they are; for them a layout is guessed.
UNKNOWN = ("no_heading", "column_missing")


@dataclass(frozen=True)
class Recognised:
    """A file and what it is. `file` is relative to the folder; `absent` the canonical headings it lacks;
    `problem` is set when a heading that it must have is lost or there are no rows."""

    file: str
    kind: str
    layout: str
    owner: str | None
    absent: tuple[str, ...] = ()
    problem: Problem | None = None


@dataclass(frozen=True)
class InitReport:
    """What `padan init` found and wrote.

    `proposed` are the files for which a layout was guessed and written for a person to check (they are among the
    `recognised` too); `unchecked` the layouts of earlier proposals that nobody has checked yet. `unrecognised` and
    `ambiguous` are (file, why). `missing_required` are the kinds of CONTRACT §2 that no file is of, `missing_optional`
    the optional ones. `backup` is where an earlier configuration was kept.
    """

    config: Path
    backup: Path | None
    province: str
    recognised: tuple[Recognised, ...]
    proposed: tuple[Proposed, ...]
    unchecked: tuple[str, ...]
    unrecognised: tuple[tuple[str, Problem], ...]
    ambiguous: tuple[tuple[str, Problem], ...]
    missing_required: tuple[str, ...]
    missing_optional: tuple[str, ...]


def init(folder: Path) -> InitReport:
    """Recognise every file under `folder` by its headings and write `padan.toml` there.

    For a file of no known layout one is proposed in `layouts/` there, unchecked, so that no run reads by it. An earlier
    configuration is kept beside the new one. Raises UsageError when the folder is not there or cannot be written to,
    when no file is recognised, or when nothing tells the province.
    """
    if not folder.is_dir():
        raise UsageError(f"The folder {folder} does not exist.")
    own = folder / Run.model_fields["layouts"].default
    layouts = layouts_with(own)
    readings = list(_readings(folder, tuple(layouts.values())))
    proposed = _proposed(folder, own, readings, layouts)
    guesses = {item.file: item.reading for item in proposed}
    known = [
        (file, r, r.layout)
        for file, reading in readings
        if (r := guesses.get(file, reading)).layout is not None and _usable(r)
    ]
    if not known:
        raise UsageError(f"In the folder {folder} no file has the headings of a known extract.")
    province = _province(known)
    if province is None:
        raise UsageError(f"The files in {folder} hold no region code that tells their province.")
    recognised = [
        Recognised(file, layout.kind, layout.name, find_owner(r, Path(file).name, province), r.absent, r.problem)
        for file, r, layout in known
    ]
    failed = [
        (file, r.problem) for file, r in readings if r.problem is not None and not _usable(r) and file not in guesses
    ]
    kept = _kept(folder)
    found = {item.kind for item in recognised} | {source.kind for source in (kept.sources if kept else ())}
    report = InitReport(
        config=folder / NAME,
        backup=None,
        province=province,
        recognised=tuple(sorted(recognised, key=lambda r: (KINDS.index(r.kind), r.owner or "", r.file))),
        proposed=tuple(proposed),
        unchecked=tuple(
            sorted({layout.name for _, _, layout in known if not layout.checked} - {item.layout for item in proposed})
        ),
        unrecognised=tuple((file, why) for file, why in failed if why.code != "ambiguous"),
        ambiguous=tuple((file, why) for file, why in failed if why.code == "ambiguous"),
        missing_required=tuple(kind for kind in REQUIRED if kind not in found),
        missing_optional=tuple(kind for kind in KINDS if kind not in found and kind not in REQUIRED),
    )
    return _write(report, kept)


def told(report: InitReport) -> Iterator[str]:
    """What `init` found and wrote, line by line."""
    proposed = {item.file for item in report.proposed}
    for found in (item for item in report.recognised if item.file not in proposed):
        owner = f" ({found.owner})" if found.owner else ""
        yield f"  {found.kind:<22}{found.file}{owner}"
        if found.problem is not None:
            yield f"    ! {found.problem.text}"
        elif found.absent:
            yield f"    columns not there: {', '.join(found.absent)}"
    for item in report.proposed:
        checked = f"look at each column in {item.path}, then set checked = true there"
        yield f"  proposed  {item.kind:<12}{item.file}: {checked}"
        if item.unknown:
            yield f"    columns not understood: {', '.join(item.unknown)}"
    for name in report.unchecked:
        yield f"  not checked yet       layouts/{name}.toml: a run refuses it until checked = true stands there"
    for file, why in (*report.unrecognised, *report.ambiguous):
        yield f"  not taken up          {file}: {why.text}"
    for kind in report.missing_required:
        yield f"  missing               {kind}: the findings that need it cannot be tested"
    for kind in report.missing_optional:
        yield f"  not there (optional)  {kind}"
    if report.backup is not None:
        yield f"The earlier configuration is kept as {report.backup}."
    yield f"Configuration: {report.config}"


def _kept(folder: Path) -> Config | None:
    """The connections and the sources elsewhere of an earlier configuration: no file of the folder tells of them."""
    with suppress(UsageError):
        config = load(folder)
        return config.model_copy(update={"source": tuple(filter(is_remote, config.sources))})
    return None


def _readings(folder: Path, layouts: tuple[Layout, ...]) -> Iterator[tuple[str, Reading]]:
    """Each file and its first part as read; a second file with the bytes of another is told apart."""
    seen: dict[str, str] = {}
    for path, file in _contents(folder):
        if isinstance(path, Problem):
            yield file, Reading(None, pl.DataFrame(), problem=path)
            continue
        if not problem.is_text(file):
            yield ascii(file), Reading(None, pl.DataFrame(), problem=problem.odd_name(path.name))
            continue
        reading = read_file(path, layouts, head_only=True)
        if reading.layout is not None and _usable(reading):
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            first = seen.setdefault(digest, file)
            if first != file:
                reading = Reading(None, reading.rejected, problem=problem.duplicate(file, first))
        yield file, reading


def _proposed(
    folder: Path, own: Path, readings: Sequence[tuple[str, Reading]], layouts: Mapping[str, Layout]
) -> list[Proposed]:
    """A layout for each file of which nothing is known, where enough of it can be guessed."""
    today = datetime.now(UTC).date()
    unknown = [
        file
        for file, r in readings
        # A file inside an archive has no place of its own to be looked at again.
        if r.problem is not None and r.problem.code in UNKNOWN and not _usable(r) and (folder / file).is_file()
    ]
    try:
        guessed = [propose(folder / file, file, own, layouts, today) for file in unknown]
    except OSError as error:
        raise UsageError(f"No layout can be proposed in {own}: {error.strerror}.") from None
    return [item for item in guessed if item is not None]


def _contents(folder: Path) -> Iterator[tuple[Path | Problem, str]]:
    """Where each file under `folder` lies, and its name; of a ZIP the files in it, as `archive/member`."""
    for path in _files(folder):
        file = path.relative_to(folder).as_posix()
        if not is_archive(path):
            yield path, file
            continue
        with tempfile.TemporaryDirectory(prefix="padan-") as unpacked:
            try:
                members = contents(path, file, Path(unpacked))
            except Trouble as why:
                yield why.problem, file
                continue
            yield from ((place, name) for name, place in members.items())


def _entry(folder: Path, item: Recognised) -> Entry:
    """The `[[source]]` of a file; one in a ZIP is named by the archive and, there, by its own name."""
    archive = next((p for p in Path(item.file).parents if (folder / p).is_file()), None)
    if archive is None:
        return Entry(item.kind, item.layout, item.file, item.owner)
    member = Path(item.file).relative_to(archive).as_posix()
    within = re.split(r"\.zip/", member, flags=re.IGNORECASE)[-1]
    return Entry(item.kind, item.layout, archive.as_posix(), item.owner, within)


def _files(folder: Path) -> Iterator[Path]:
    """Every file that may be an extract, in the order of their paths."""
    layouts = str(Run.model_fields["layouts"].default)
    for root, folders, names in os.walk(folder):
        here = Path(root)
        folders[:] = sorted(
            name
            for name in folders
            if name not in (*SKIPPED_FOLDERS, layouts)
            and not name.startswith(".")
            and not (here / name / DATABASE).exists()
        )
        for name in sorted(names):
            if not name.startswith((*TEMPORARY, NAME)) and (here / name).is_file():
                yield here / name


def _usable(reading: Reading) -> bool:
    """Whether it is clear what the file is: a layout fits, or would but for a lost column or two."""
    found = reading.recognition
    if found is None or found.best is None:
        return False
    explained = len(found.best.positions)
    nearly = explained >= NEARLY * found.best.named and explained >= NEARLY * len(found.best.layout.columns)
    return found.verdict == "fit" or (found.verdict == "column_missing" and nearly)


def _province(known: Sequence[tuple[str, Reading, Layout]]) -> str | None:
    """The province of most files; of one file that of most rows. NIKs tell only when no region code does."""
    votes = Counter(codes[0][:2] for _, reading, _ in known if (codes := regency_codes(reading)))
    if not votes:
        votes = Counter(prefix for _, reading, _ in known if (prefix := _nik_prefix(reading)))
    return min(votes, key=lambda code: (-votes[code], code)) if votes else None


def _nik_prefix(reading: Reading) -> str | None:
    if not isinstance(reading.frame, pl.DataFrame) or "nik" not in reading.frame.columns:
        return None
    digits = reading.frame.select(pl.col("nik").str.extract(r"^\D*(\d{2})\d{14}\D*$").drop_nulls().mode().sort())
    return str(digits["nik"][0]) if digits.height else None


def _write(report: InitReport, kept: Config | None) -> InitReport:
    """Write the configuration whole, keep an earlier one, and see that it loads."""
    needed = [kind for kind in REQUIRED if kind not in report.missing_required or kind in ALWAYS_REQUIRED]
    entries = [_entry(report.config.parent, item) for item in report.recognised]
    text = configuration(report.province, needed, (*report.missing_required, *report.missing_optional), entries)
    text += elsewhere(kept) if kept else ""
    try:
        backup = _keep_old(report.config, text)
        fresh = report.config.with_name(f".{NAME}.new")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(report.config)
    except OSError as error:
        raise UsageError(f"The file {report.config} cannot be written: {error.strerror}.") from None
    load(report.config)
    return replace(report, backup=backup)


def _keep_old(config: Path, text: str) -> Path | None:
    """A copy of the configuration that stands there under a name of its own, unless nothing changes."""
    if not config.exists():
        return None
    old = config.read_bytes()
    if old == text.encode():
        return None
    number = 0
    backup = config.with_name(f"{NAME}.bak")
    while backup.exists() and backup.read_bytes() != old:
        number += 1
        backup = config.with_name(f"{NAME}.bak{number}")
    backup.write_bytes(old)
    return backup
