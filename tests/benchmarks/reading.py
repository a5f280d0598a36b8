"""How fast files become accepted records, and with how much memory.

    python -m tests.benchmarks.reading [--text 1000000] [--workbook 100000]

Makes a pipe text of that many participants of BPJS Kesehatan and a workbook of that many rows of a regency's register,
then takes each through a process of its own: read alone, and read to accepted records (fetch and read, standardise and
stage, validate, grade and accept). Prints seconds by the clock, seconds of the processors, rows a second and the peak
of memory. The people are drawn column by column at random: as many different values as real files have, and no more
sense.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import xlsxwriter

AS_OF = date(2026, 11, 20)
PROVINCE = "36"
BLOCK = 500_000  # rows drawn at once
VOWELS, CONSONANTS = "AIUEO", "BDFGHJKLMNPRSTWY"
REGENCIES = ("3601", "3602", "3603", "3604", "3671", "3672", "3673", "3674")


def main() -> None:
    """Make the files, measure, print a line a measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--text", type=int, default=1_000_000, help="rows of the pipe text; 0 leaves it out")
    parser.add_argument("--workbook", type=int, default=100_000, help="rows of the workbook; 0 leaves it out")
    parser.add_argument("--only", choices=("read", "accept"), help="one of the two measures")
    parser.add_argument("--folder", type=Path, help="where the files are made and kept; else a temporary folder")
    parser.add_argument("--measure", nargs=3, metavar=("HOW", "KIND", "FILE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        how, kind, file = options.measure
        print(json.dumps({"read": _read, "accept": _accept}[how](kind, Path(file))))
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for rows, kind, name, write in (
            (options.text, "bpjs_kesehatan", f"bpjs_kesehatan_{options.text}.txt", _write_text),
            (options.workbook, "regency", f"regency_3602_{options.workbook}.xlsx", _write_workbook),
        ):
            if rows:
                path = folder / name
                if not path.exists():
                    write(path, rows)
                for how in (options.only,) if options.only else ("read", "accept"):
                    _told(how, kind, path, rows)


def _told(how: str, kind: str, path: Path, rows: int) -> None:
    """Measure in a process of its own and print the line."""
    command = [sys.executable, "-m", "tests.benchmarks.reading", "--measure", how, kind, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    found = json.loads(done.stdout.splitlines()[-1])
    print(
        f"{how:<8}{kind:<16}{found['rows']:>12,} rows of {rows:,}, {path.stat().st_size / 1e6:,.0f} MB: "
        f"{found['seconds']:.1f} s, {found['cpu_seconds']:.1f} s of processors, "
        f"{found['rows'] / found['seconds']:,.0f} rows/s, peak {found['peak_mb']:,.0f} MB",
        flush=True,
    )
    for stage, seconds, cpu, peak in found.get("stages", ()):
        print(
            f"          {stage:<14}{seconds:8.1f} s{cpu:8.1f} s of processors, peak so far {peak:,.0f} MB", flush=True
        )


# --- what is measured -------------------------------------------------------------------------------------------------


def _read(kind: str, path: Path) -> dict[str, object]:
    from flows.reading import read_file
    from schemas.layouts import layouts_of, load_layouts

    layouts = layouts_of(kind, load_layouts())
    return _timed([("read", lambda: read_file(path, layouts))], lambda found: found["read"].frame.height)


def _accept(kind: str, path: Path) -> dict[str, object]:
    import duckdb

    from flows.config import load
    from flows.intake import take_in
    from flows.night import MEMORY
    from flows.parts import stage_in_parts
    from flows.pull import pull
    from flows.sources.fetch import fetch

    with tempfile.TemporaryDirectory() as folder:
        config_file = Path(folder) / "padan.toml"
        settings = f'[run]\nprovince = "{PROVINCE}"\noutput = "out"\n[[source]]\nkind = "{kind}"\npath = "{path}"\n'
        config_file.write_text(settings, encoding="utf-8")
        config = load(config_file)
        con = duckdb.connect(str(Path(folder) / "work.duckdb"))
        con.execute(f"SET memory_limit = '{MEMORY}'; SET enable_progress_bar = false")
        found: dict[str, object] = {}

        def pulled() -> object:
            arrived = fetch(config, Path(folder) / "fetched", AS_OF, keep=False)
            return pull(config, arrived, Path(folder) / "pulled")

        def standardised() -> None:
            found["kinds"] = stage_in_parts(con, found["pull"], config, AS_OF, "benchmark")

        def validated() -> dict[str, int]:
            return take_in(con, found["pull"], found["kinds"], config, "benchmark", AS_OF, ()).accepted

        stages = [("pull", pulled), ("standardise", standardised), ("validate", validated)]
        return _timed(stages, lambda done: sum(done["validate"].values()), found)


def _timed(
    stages: Sequence[tuple[str, Callable[[], object]]],
    rows: Callable[[dict[str, object]], int],
    found: dict[str, object] | None = None,
) -> dict[str, object]:
    """Run the stages in order; their results are put into `found` by name."""
    results: dict[str, object] = found if found is not None else {}
    told = []
    for name, stage in stages:
        started, cpu = time.perf_counter(), _processors()
        results[name] = stage()
        told.append((name, time.perf_counter() - started, _processors() - cpu, _peak()))
    return {
        "rows": rows(results),
        "seconds": sum(seconds for _, seconds, _, _ in told),
        "cpu_seconds": sum(cpu for _, _, cpu, _ in told),
        "peak_mb": _peak(),
        "stages": told if len(told) > 1 else [],
    }


def _processors() -> float:
    """Seconds of the processors so far; a workbook is read in a process of its own."""
    return time.process_time() + sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])


def _peak() -> float:
    """The most memory so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# --- the files --------------------------------------------------------------------------------------------------------


def _write_text(path: Path, rows: int) -> None:
    with path.open("wb") as stream:
        for start in range(0, rows, BLOCK):
            people = _people(start, min(BLOCK, rows - start))
            _participants(people).write_csv(stream, separator="|", include_header=start == 0, quote_style="never")


def _write_workbook(path: Path, rows: int) -> None:
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("Register")
    sheet.write_string(0, 0, "DAFTAR PENDUDUK TERVERIFIKASI")
    at = 3
    for start in range(0, rows, BLOCK):
        register = _register(_people(start, min(BLOCK, rows - start)))
        if start == 0:
            sheet.write_row(2, 0, register.columns)
        for cells in register.iter_rows():
            sheet.write_row(at, 0, cells)
            at += 1
    book.close()


def _people(start: int, rows: int) -> pl.DataFrame:
    """Drawn people: names of two or three words, births over 90 years, cards of families of four."""
    draw = np.random.default_rng(start)
    syllables = np.array([c + v for c in CONSONANTS for v in VOWELS])
    words = np.unique([x + y + z for x, y, z in zip(*(draw.choice(syllables, 4_000) for _ in range(3)), strict=True)])
    common = np.exp(-np.arange(len(words)) / 600)
    picked = [words[draw.choice(len(words), rows, p=common / common.sum())] for _ in range(3)]
    born = np.datetime64("1936-01-01") + draw.integers(0, 32_800, rows).astype("timedelta64[D]")
    regency = np.array(REGENCIES)[draw.integers(0, len(REGENCIES), rows)]
    number = np.arange(start, start + rows)
    frame = pl.DataFrame(
        {
            **{f"word_{at}": word for at, word in enumerate(picked)},
            **{"born": born, "regency": regency, "number": number, "woman": draw.random(rows) < 0.5},
            **{"district": draw.integers(1, 28, rows), "village": draw.integers(1, 20, rows)},
            **{"serial": draw.integers(1, 9_000, rows), "three": draw.random(rows) < 0.4},
            **{"clinic": draw.integers(1, 400, rows), "segment": draw.integers(0, 6, rows)},
            **{"months": draw.integers(0, 120, rows), "active": draw.random(rows) < 0.8},
        }
    )
    two = pl.concat_str("word_0", "word_1", separator=" ")
    place = pl.col("regency") + pl.col("district").cast(pl.String).str.zfill(2)
    day = pl.col("born").dt.day() + 40 * pl.col("woman").cast(pl.Int64)
    birth = day.cast(pl.String).str.zfill(2) + pl.col("born").dt.strftime("%m%y")
    return frame.with_columns(
        name=pl.when("three").then(pl.concat_str(two, "word_2", separator=" ")).otherwise(two),
        nik=place + birth + pl.col("serial").cast(pl.String).str.zfill(4),
        kk=place + "150310" + (pl.col("number") // 4 % 9_999 + 1).cast(pl.String).str.zfill(4),
        place=place,
        started=pl.date(2016, 1, 1).dt.offset_by(pl.format("{}mo", "months")),
    )


def _participants(people: pl.DataFrame) -> pl.DataFrame:
    segments = ["PBI JK", "PBPU PEMDA", "PPU BU", "PPU PN", "PBPU", "BP"]
    segment = pl.col("segment").replace_strict(dict(enumerate(segments)), return_dtype=pl.String)
    return people.select(
        PSNOKA=(pl.col("number") * 7 + 11).cast(pl.String).str.zfill(13),
        NOKA=(pl.col("number") // 4 * 9 + 5).cast(pl.String).str.zfill(13),
        NIK="nik",
        NOKK="kk",
        NAMA="name",
        JENKEL=pl.when("woman").then(pl.lit("P")).otherwise(pl.lit("L")),
        TMPLHR="word_2",
        TGLLHR=pl.col("born").cast(pl.String),
        KDHUBKEL=(pl.col("number") % 4 + 1).cast(pl.String),
        SEGMEN=segment,
        STATUS=pl.when("active").then(pl.lit("AKTIF")).otherwise(pl.lit("NONAKTIF")),
        TMT=pl.col("started").cast(pl.String),
        TAT=pl.lit(""),
        TGLNONAKTIF=pl.when("active").then(pl.lit("")).otherwise(pl.lit("2026-02-01")),
        KDFKTP=pl.format("{}{}", "place", pl.col("clinic").cast(pl.String).str.zfill(3)),
        NMFKTP=pl.format("PKM {}", "clinic"),
        KDWIL="regency",
    )


def _register(people: pl.DataFrame) -> pl.DataFrame:
    village = (
        pl.lit("3602") + pl.col("district").cast(pl.String).str.zfill(2) + pl.format("20{}", pl.col("village") + 9)
    )
    return people.select(
        NO=pl.col("number") + 1,
        NO_KK="kk",
        NIK="nik",
        NAMA_LGKP="name",
        JENIS_KLMIN=pl.when("woman").then(pl.lit("P")).otherwise(pl.lit("L")),
        TMPT_LHR="word_2",
        TGL_LHR=pl.col("born").dt.strftime("%d/%m/%Y"),
        ALAMAT=pl.format("KP {}", "word_1"),
        NO_RT=(pl.col("number") % 9 + 1).cast(pl.String).str.zfill(3),
        KODE_DESA=village,
        DESIL=pl.col("number") % 11,
        STATUS=pl.lit("HIDUP"),
    )


if __name__ == "__main__":
    main()
