"""Two files of one synthetic province, standardised: the province register and the BPJS Kesehatan participants.

    python -m tests.benchmarks.two_files DIR --people 230000 [--seed 31] [--hard] [--region banten]

Writes DIR/left.parquet (the register), DIR/right.parquet (the participants) and DIR/truth.parquet (`record_id,
person`). The rows are those that our own stages read, standardise and accept; a person may have two rows in the
register and two cards, as in the real files.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from flows import staging, validate
from flows.config import load
from flows.matching import comparable
from flows.recognise import init
from flows.standardise import standardise
from sample_data.world import AS_OF, write_world
from tests.arrivals import read_sources

KINDS = {"left": "province", "right": "bpjs_kesehatan"}
# Beside what the spec compares, so that another linker or another spec finds what it needs.
FURTHER = ("name", "address", "rt", "rw", "family_card", "owner_code", "file", "source_row")


def make(folder: Path, people: int, seed: int, hard: bool = False, region: str = "banten") -> dict[str, int]:
    """Write the three files into `folder`, which is made; give the number of rows of each by its name."""
    with tempfile.TemporaryDirectory() as scratch:
        world = Path(scratch)
        write_world(world, people, seed=seed, hard=hard, region=region)
        records = _records(world, AS_OF)
        truth = pl.read_csv(world / "truth" / "record.csv", infer_schema=False)
    truth = truth.with_columns(pl.col("source_row").cast(pl.Int64))
    placed = records.join(truth, on=["source", "file", "source_row"], how="left", maintain_order="left")
    if placed["person"].null_count():
        raise SystemExit("A record has no row in the truth.")
    frames = {name: records.filter(pl.col("source") == kind) for name, kind in KINDS.items()}
    frames["truth"] = placed.select("record_id", "person")
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in frames.items():
        frame.write_parquet(folder / f"{name}.parquet")
    return {name: frame.height for name, frame in frames.items()}


def _records(world: Path, as_of: date) -> pl.DataFrame:
    """The accepted records of the two kinds, with the columns of our spec and the FURTHER ones."""
    init(world)
    config = load(world / "padan.toml")
    wanted = tuple(source for source in config.source if source.kind in KINDS.values())
    pulled = read_sources(config.model_copy(update={"source": wanted}))
    frames = standardise(pulled.frames, config.run.province, as_of)
    with duckdb.connect() as con:
        con.execute("SET enable_progress_bar = false")
        kinds = staging.stage(con, frames)
        frames.clear()
        staging.keep_unreadable(con, pulled.quarantine)
        validate.validate(con, kinds, "benchmark")
        staging.accept(con)
        compared = comparable(con, as_of)
        columns = ", ".join(name for name in FURTHER if name not in compared.columns)
        further = con.sql(f"SELECT record_id, {columns} FROM record").pl()
    return compared.join(further, on="record_id", how="left", maintain_order="left")


def main() -> None:
    """Make the files and print their sizes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", type=int, default=230_000)
    parser.add_argument("--seed", type=int, default=31)
    parser.add_argument("--hard", action="store_true")
    parser.add_argument("--region", default="banten")
    options = parser.parse_args()
    started = time.perf_counter()
    rows = make(options.folder, options.people, options.seed, options.hard, options.region)
    sizes = ", ".join(f"{name} {count:,}" for name, count in rows.items())
    print(f"{sizes} rows, made in {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()
