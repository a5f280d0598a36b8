"""The data sets whose truth is known, laid down as files that `padan link` could be given.

Record ids of public data are replaced by numbers in random order: they hold the person's number, and a linker that
breaks ties by id would gain by it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Final

import duckdb
import numpy as np
import polars as pl

from flows import staging, validate
from flows.config import load
from flows.matching import comparable
from flows.standardise import standardise
from sample_data.world import AS_OF
from tests.arrivals import read_sources
from tests.benchmarks import two_files
from tests.benchmarks.tasks import FEBRL_PERSON, ROOT, febrl

# Of a world with low overlap, the share of the left file's people who stand in the right file too.
OVERLAP: Final = 0.1
# A skewed world is cut out of one so many times as large, and its people have names of so many words only.
SKEWED_FROM: Final = 5
COMMON_WORDS: Final = 300
SMALL: Final = 500


@dataclass(frozen=True)
class World:
    """Which synthetic province is meant; only sets made of one look at it."""

    people: int = 20_000
    seed: int = 1
    hard: bool = False
    region: str = "banten"

    @property
    def words(self) -> str:
        """For headings and file names."""
        return f"{self.region}, {self.people} people, seed {self.seed}, {'hard' if self.hard else 'good'}"


@dataclass(frozen=True)
class Data:
    """Files and their truth (`record_id, person`; ids in the spec's own column are unique over both files).

    Without `right` the left file is compared with itself; with `registers` it holds the records of several registers,
    as the nightly run compares them.
    """

    name: str
    left: Path
    right: Path | None
    truth: Path
    spec: str
    registers: bool = False


Make = Callable[[Path, World], Data]


# --- public data -----------------------------------------------------------------------------------------------------


def _febrl(number: str) -> Make:
    def make(folder: Path, _: World) -> Data:
        frame = febrl(number).with_columns(person=pl.col("rec_id").str.extract(FEBRL_PERSON))
        return _public(folder, f"febrl{number}", [frame], "rec_id", "given_name_surname")

    return make


def _febrl4(with_id: bool) -> Make:
    def make(folder: Path, _: World) -> Data:
        frames = [febrl(part).with_columns(person=pl.col("rec_id").str.extract(FEBRL_PERSON)) for part in ("4a", "4b")]
        if not with_id:
            frames = [frame.drop("soc_sec_id") for frame in frames]
        name = "febrl4" if with_id else "febrl4_without_id"
        return _public(folder, name, frames, "rec_id", "given_name_surname")

    return make


def historical(path: Path) -> Make:
    """Splink's historical_50k, one file with itself."""

    def make(folder: Path, _: World) -> Data:
        frame = pl.read_parquet(path).rename({"cluster": "person"})
        return _public(folder, "historical", [frame], "unique_id", "full_name")

    return make


def _public(folder: Path, name: str, frames: list[pl.DataFrame], record: str, spec: str) -> Data:
    folder.mkdir(parents=True, exist_ok=True)
    numbers = np.random.default_rng(1).permutation(sum(frame.height for frame in frames))
    sides, truth, start = [], [], 0
    for side, frame in zip(("left", "right"), frames, strict=False):
        ids = pl.Series(record, numbers[start : start + frame.height]).cast(pl.String).str.zfill(6)
        start += frame.height
        renumbered = frame.with_columns(ids).sort(record)
        sides.append(folder / f"{name}_{side}.parquet")
        renumbered.drop("person").write_parquet(sides[-1])
        truth.append(renumbered.select(pl.col(record).alias("record_id"), "person"))
    pl.concat(truth).write_parquet(folder / f"{name}_truth.parquet")
    return Data(name, sides[0], sides[1] if len(sides) > 1 else None, folder / f"{name}_truth.parquet", spec)


# --- our own worlds --------------------------------------------------------------------------------------------------


def province(folder: Path, world: World) -> Data:
    """The province's register and the BPJS Kesehatan participants; files that lie there already are used again."""
    place = folder / "_".join(str(value) for value in asdict(world).values())
    if not (place / "truth.parquet").exists():
        two_files.make(place, world.people, world.seed, world.hard, world.region)
    return _pair(place, f"province ({world.words})")


def _pair(place: Path, name: str) -> Data:
    return Data(name, place / "left.parquet", place / "right.parquet", place / "truth.parquet", "person")


def low_overlap(folder: Path, world: World) -> Data:
    """Of a province, the right file without the records of so many shared people that 10 % of the left stay shared."""
    whole = province(folder, world)
    left, right, truth = _read(whole)
    people, others = (set(frame["person"].to_list()) for frame in (left, right))
    shared = sorted(people & others)
    kept = round(OVERLAP * len(people))
    dropped = np.random.default_rng(world.seed).permutation(len(shared))[kept:]
    gone = [shared[place] for place in dropped.tolist()]
    right = right.filter(~pl.col("person").is_in(gone))
    return _cut(whole, "lowoverlap", f"low overlap ({world.words})", (left, right, truth))


def skewed(folder: Path, world: World) -> Data:
    """Of a province five times as large, the largest regency's people whose name has common words only.

    Common are the 300 words that most records of the left file hold. Whoever has such a name, and that regency, in
    one record at least is kept with all records.
    """
    whole = province(folder, World(world.people * SKEWED_FROM, world.seed, world.hard, world.region))
    left, right, truth = _read(whole)
    regency = left["regency_code"].drop_nulls().value_counts().sort("count", "regency_code")["regency_code"][-1]
    counted = left["name_std"].str.split(" ").explode().drop_nulls().value_counts().sort("count", "name_std")
    common = counted["name_std"].tail(COMMON_WORDS).to_list()
    both = pl.concat([left, right])
    plain = pl.col("name_std").str.split(" ").list.eval(pl.element().is_in(common)).list.all()
    here = pl.col("regency_code") == regency
    people = both.group_by("person").agg(plain.any().alias("plain"), here.any().alias("here"))
    kept = people.filter("plain", "here")["person"].implode()
    cut = tuple(frame.filter(pl.col("person").is_in(kept)) for frame in (left, right, truth))
    return _cut(whole, "skewed", f"skewed (of {world.people * SKEWED_FROM} people: {world.words})", cut)


def small(folder: Path, world: World) -> Data:
    """A province of 500 people."""
    return province(folder, World(SMALL, world.seed, world.hard, world.region))


def _read(data: Data) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Both files with the column `person`, and the truth."""
    assert data.right is not None
    truth = pl.read_parquet(data.truth)
    left, right = (
        pl.read_parquet(path).join(truth, on="record_id", how="left", maintain_order="left")
        for path in (data.left, data.right)
    )
    return left, right, truth


def _cut(whole: Data, kind: str, name: str, frames: tuple[pl.DataFrame, ...]) -> Data:
    place = whole.left.parent / kind
    place.mkdir(exist_ok=True)
    left, right, truth = frames
    left.drop("person").write_parquet(place / "left.parquet")
    right.drop("person").write_parquet(place / "right.parquet")
    present = pl.concat([left["record_id"], right["record_id"]]).implode()
    truth.filter(pl.col("record_id").is_in(present)).write_parquet(place / "truth.parquet")
    return _pair(place, name)


def sample(folder: Path, _: World) -> Data:
    """All registers of the committed world `sample_data/banten`, as the match stage of the nightly run has them."""
    world = ROOT / "sample_data" / "banten"
    folder.mkdir(parents=True, exist_ok=True)
    records, truth = _accepted(world, AS_OF)
    records.write_parquet(folder / "sample.parquet")
    truth.write_parquet(folder / "sample_truth.parquet")
    return Data("sample", folder / "sample.parquet", None, folder / "sample_truth.parquet", "person", registers=True)


def _accepted(world: Path, as_of: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The accepted records of a world that `padan init` has seen, as they are compared, and their truth."""
    config = load(world / "padan.toml")
    pulled = read_sources(config)
    frames = standardise(pulled.frames, config.run.province, as_of)
    with duckdb.connect() as con:
        con.execute("SET enable_progress_bar = false")
        kinds = staging.stage(con, frames)
        staging.keep_unreadable(con, pulled.quarantine)
        validate.validate(con, kinds, "accuracy")
        staging.accept(con)
        records = comparable(con, as_of)
        placed = con.sql("SELECT record_id, source, file, source_row FROM record").pl()
    truth = pl.read_csv(world / "truth" / "record.csv", infer_schema=False)
    truth = truth.with_columns(pl.col("source_row").cast(pl.Int64))
    placed = placed.join(truth, on=["source", "file", "source_row"], how="left")
    if placed["person"].null_count():
        raise SystemExit("A record has no row in the truth.")
    return records, placed.select("record_id", "person").sort("record_id")


SETS: Final[dict[str, Make]] = {
    "febrl1": _febrl("1"),
    "febrl2": _febrl("2"),
    "febrl3": _febrl("3"),
    "febrl4": _febrl4(with_id=True),
    "febrl4_without_id": _febrl4(with_id=False),
    "province": province,
    "lowoverlap": low_overlap,
    "skewed": skewed,
    "small": small,
    "sample": sample,
}
# Which of them are made of a synthetic province, one for each seed and region asked for.
OF_WORLDS: Final = ("province", "lowoverlap", "skewed", "small")
