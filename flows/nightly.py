"""The night as a Prefect flow: one task a stage, with retries where the outside world can fail.

Prefect's states and artifacts hold counts and plain sentences only: an unforeseen error is told by its type.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task

from flows.cli import CLOCK, SAMPLE
from flows.config import load
from flows.night import Outcome, run_night

T = TypeVar("T")
RETRY_SECONDS = [10.0, 60.0, 300.0]


def _outside_world_failed(task: Task[..., Any], task_run: TaskRun, state: State[Any]) -> bool:
    """Only what may be better in a minute is tried again: never a gate's verdict or a wrong setting."""
    return isinstance(state.data, OSError)


def as_task(name: str, stage: Callable[[], T], retries: int = 0) -> T:
    """Run one stage as a Prefect task. Frames stay in this process: nothing is persisted or cached."""

    @task(
        name=name,
        retries=retries,
        retry_delay_seconds=RETRY_SECONDS[:retries] or None,
        retry_condition_fn=_outside_world_failed,
        cache_policy=NO_CACHE,
        persist_result=False,
    )
    def run() -> T:
        return stage()

    return run()


@flow(name="padan-night", persist_result=False, log_prints=False)
def night(config: str | None = None, as_of: str | None = None) -> None:
    """Reconcile and publish once.

    config: a padan.toml, or None for the sample data. as_of: the day that dates are compared with; None takes the
    configured one, else today in Jakarta. Raises what `run_night` raises, so that the run is Failed with its sentence.
    """
    settings = load(Path(config) if config else SAMPLE)
    day = date.fromisoformat(as_of) if as_of else settings.run.as_of or datetime.now(CLOCK).date()
    log = get_run_logger()
    outcome = run_night(settings, day, as_task, log.info)
    log.info("Published run %s", outcome.run_id)
    create_markdown_artifact(key="padan-night", markdown=figures(outcome), description=f"padan {outcome.run_id}")


def figures(outcome: Outcome) -> str:
    """The night's figures as a Markdown table; counts only."""
    rows = "\n".join(f"| {name.replace('_', ' ')} | {count} |" for name, count in outcome.counts.items())
    return f"# padan {outcome.as_of.isoformat()}\n\nRun {outcome.run_id}\n\n| figure | count |\n|---|---:|\n{rows}\n"
