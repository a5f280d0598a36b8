"""How right whole nights are on fresh synthetic worlds, by `padan evaluate`: links and every finding code."""

from __future__ import annotations

import contextlib
import io
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from flows.cli import main as padan
from flows.evaluate import evaluate
from flows.publish import current
from sample_data.world import AS_OF, write_world
from tests.accuracy.figures import peak_memory
from tests.accuracy.sets import World


@dataclass(frozen=True)
class Night:
    """One world's night: what `padan evaluate` measured (`flows.evaluate`), seconds of the run, most memory in MB."""

    name: str
    measures: pl.DataFrame
    seconds: float
    memory: float


def night(world: World) -> Night:
    """Write a world with all its registers, run padan on it, and evaluate what was published."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_world(folder, world.people, seed=world.seed, hard=world.hard, region=world.region)
        _padan("init", str(folder))
        started = time.perf_counter()
        _padan("run", str(folder), "--as-of", AS_OF.isoformat())
        seconds = time.perf_counter() - started
        database = current(folder / "out")
        assert database is not None
        measures = evaluate(database, folder / "truth")
    return Night(f"night ({world.words})", measures, seconds, peak_memory())


def _padan(*arguments: str) -> None:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = padan(list(arguments))
    if code:
        raise SystemExit(f"padan {arguments[0]} failed:\n{said.getvalue()[-2000:]}")
