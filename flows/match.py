"""The match stage: accepted records out of the work database, through the linkage engine, with our own spec.

Of records that were there the night before only what is new or changed is compared, from the state that night left.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from flows.config import Match
from flows.match_state import Stored, UnusableState, read_state
from flows.matching import person_spec, records_to_compare
from flows.publish import state_folder
from matchers.again import FullRunNeeded, State, align, link_again, link_with_state
from matchers.again.state import fingerprint
from matchers.link import Linkage

# With a larger share of new and changed records the model is trained anew.
MOST_CHANGED: Final = 0.1


@dataclass(frozen=True)
class How:
    """How a night was matched: `kind` is "full" or "changes", `reason` says why it was done in full.

    `changed` is the share of records that are new or gone against the night before, as far as it was asked;
    `model_day` the `as_of` of the run that trained the model.
    """

    kind: str
    reason: str | None
    changed: float | None
    model_day: date

    @property
    def sentence(self) -> str:
        """For an operator."""
        if self.kind == "full":
            return f"Matched in full: {self.reason}."
        return f"Matched what changed ({self.changed:.1%} of the records), with the model of {self.model_day}."


@dataclass(frozen=True)
class Matched:
    """A night's linkage and how it was made; the state for the next night, and the one that it went on from."""

    linkage: Linkage
    how: How
    state: State
    before: Stored | None


def match(
    con: duckdb.DuckDBPyConnection,
    as_of: date,
    settings: Match,
    previous: Path | None = None,
    labels: pl.DataFrame | None = None,
) -> Matched:
    """Link the table `record` of the work database.

    `previous` is the database published before. Where its run left a state, and no reason stands against it, only what
    is new or changed is compared, with that run's model; else all is, and a model is trained. `labels` are the pairs
    that officers decided: `left_record_id, right_record_id, same`.
    """
    frame = records_to_compare(con, as_of)
    how = How("full", "it is the first run", None, as_of)
    if previous is not None:
        try:
            return _match_changes(frame, as_of, settings, state_folder(previous), labels)
        except UnusableState as error:
            how = replace(how, reason=str(error), changed=error.changed)
        except Exception as error:  # whatever is amiss with a state or its use, all can be matched without it
            how = replace(how, reason=f"matching what changed stopped on something unforeseen ({type(error).__name__})")
    linkage, state = link_with_state(frame, person_spec(), settings.link, settings.review, labels=labels)
    return Matched(linkage, how, state, None)


def _match_changes(
    frame: pl.DataFrame, as_of: date, settings: Match, folder: Path, labels: pl.DataFrame | None
) -> Matched:
    """Raises UnusableState when all must be matched."""
    spec = person_spec()
    before = read_state(folder, fingerprint(spec))
    age = abs((as_of - before.model_day).days)
    if age >= settings.full_every_days:
        raise UnusableState(f"the model is of {before.model_day}, {age} days away")
    aligned = align(frame, spec, before.state)
    if aligned.changed > MOST_CHANGED:
        raise UnusableState(f"{aligned.changed:.1%} of the records changed", aligned.changed)
    try:
        linkage, state = link_again(aligned, spec, before.state, settings.link, settings.review, labels)
    except FullRunNeeded as error:
        raise UnusableState(str(error), aligned.changed) from None
    return Matched(linkage, How("changes", None, aligned.changed, before.model_day), state, before)
