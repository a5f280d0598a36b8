"""Figures as text tables and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

import polars as pl

from flows.text_table import text_table
from tests.accuracy.figures import LEAST_PAIRS, UNSURE, Bin, Figures
from tests.benchmarks.measures import Rates

HEADINGS = (
    "data set",
    "records",
    "precision",
    "recall",
    "F1",
    "B3 precision",
    "B3 recall",
    "B3 F1",
    "pairs F1 at 0.5",
    "at the best *",
    "best *",
    "candidates",
    "worst bin",
    "off by",
    "s",
    "MB",
)
NOTE = f"""\
precision, recall, F1: people as resolved at the default threshold, over pairs of records (of two files: across them).
B3: B-cubed, the same people over all records. pairs: compared pairs by their own probability alone.
* the threshold picked on the truth, which flatters. candidates: the share of the true pairs that were compared.
worst bin: the bin farthest off, of those with at least {LEAST_PAIRS} pairs; +: more are true than was said."""


def summary(every: Iterable[Figures]) -> str:
    """One line a data set."""
    return _table([_summary_row(figures) for figures in every], HEADINGS) + "\n" + NOTE


def _summary_row(found: Figures) -> list[str]:
    worst = found.worst
    return [
        found.name,
        f"{found.records:,}",
        *_shares(found.people),
        *_shares(found.bcubed),
        f"{found.fixed.f1:.4f}",
        f"{found.best.f1:.4f}",
        f"{found.best_threshold:.3f}",
        f"{found.candidates:.4f}",
        f"{worst.low:g}-{worst.high:g}" if worst else "-",
        f"{worst.off:+.4f}" if worst else "-",
        f"{found.seconds:.1f}",
        "-" if found.memory is None else f"{found.memory:,.0f}",
    ]


def reliability(name: str, bins: tuple[Bin, ...]) -> str:
    """A reliability table; `chance` is how far off a right probability may be, in two standard errors."""
    rows = [[f"{b.low:g}-{b.high:g}", f"{b.pairs:,}", *_bin(b)] for b in bins]
    head = ("probability", "pairs", "mean said", "share true", "off by", "chance")
    return f"{name}: {sum(b.pairs for b in bins):,} pairs compared\n" + _table(rows, head)


def misleading(found: Figures) -> str:
    """The levels whose pairs are given too little or too much, of the pairs that are neither sure nor impossible."""
    rows = [
        [one.comparison, one.level, f"{one.pairs:,}", f"{one.mean:.3f}", f"{one.true:.3f}", f"{one.astray:+,.0f}"]
        for one in found.levels
    ]
    head = ("comparison", "level", "pairs", "mean said", "share true", "pairs astray")
    least, most = UNSURE
    return f"{found.name}: pairs of probability {least} to {most}, by level\n" + _table(rows, head, words=2)


def _bin(one: Bin) -> list[str]:
    if not one.pairs:
        return ["-"] * 4
    return [f"{one.mean:.4f}", f"{one.true:.4f}", f"{one.off:+.4f}", f"{one.chance:.4f}"]


def _shares(rates: Rates) -> list[str]:
    return [f"{share:.4f}" for share in (rates.precision, rates.recall, rates.f1)]


def _table(rows: Sequence[Sequence[str]], head: Sequence[str], words: int = 1) -> str:
    """Text; the first `words` columns are words, the others numbers."""
    texts = pl.DataFrame(rows, schema=[(name, pl.String) for name in head], orient="row")
    return "\n".join(text_table(texts, head, [place >= words for place in range(len(head))]))


def as_json(found: Figures) -> dict[str, Any]:
    """All figures of a data set; shares unrounded."""
    worst = found.worst
    return {
        "name": found.name,
        "records": found.records,
        "compared": found.compared,
        **{kind: _rates(getattr(found, kind)) for kind in ("people", "bcubed", "fixed", "best")},
        "best_threshold": found.best_threshold,
        "candidate_recall": found.candidates,
        "worst_bin": None if worst is None else abs(worst.off),
        "bins": [asdict(one) for one in found.bins],
        "levels": [asdict(level) for level in found.levels],
        "seconds": found.seconds,
        "memory_mb": found.memory,
    }


def _rates(rates: Rates) -> dict[str, float]:
    return {"precision": rates.precision, "recall": rates.recall, "f1": rates.f1}
