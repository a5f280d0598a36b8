"""How many pairs of records have which match weight: upright bars over an axis in bits, by outcome.

The height of a bar is logarithmic, so that a handful of doubtful pairs stays visible beside a million sure ones; its
parts are the outcomes' shares of it, none so small that it vanishes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reports import form
from reports.drawing import (
    FOR,
    INK,
    LINE,
    REVIEW,
    Axis,
    Threshold,
    both,
    line,
    marks,
    picture,
    rect,
    signed,
    text,
)
from reports.words import plain

OUTCOMES = ("link", "review", "distinct")
COLOURS = {"link": "#0a6b66", "review": "#c58a16", "distinct": "#a9b4bb"}  # as in page.css
LEAST = 2.5  # how high a part that is not nothing is drawn at least
THINNEST = 5.0  # how broad a bar is at least; below it, several bits stand in one


@dataclass(frozen=True)
class Form:
    """The drawing's size and the edges of its plot."""

    width: int
    height: int
    left: int
    right: int


WIDE = Form(width=1100, height=330, left=64, right=1084)
SLIM = Form(width=360, height=300, left=46, right=352)
TOP, BELOW = 44, 46  # room above and below the plot


def histogram(counts: Mapping[tuple[int, str], int], thresholds: Sequence[Threshold], key: str, slim: bool) -> Markup:
    """The picture as an `<svg>` element; empty without pairs.

    counts: (whole bits, outcome) -> pairs with at least so many bits and less than one more. `key` makes its element
    ids unique in a page; `slim` is the form for a narrow screen.
    """
    if not counts:
        return Markup("")
    shape = SLIM if slim else WIDE
    low, high = min(weight for weight, _ in counts), max(weight for weight, _ in counts) + 1
    step = _step(high - low, shape)
    bars = gathered(counts, step)
    edges = [low // step * step, -(-high // step) * step, *(threshold.weight for threshold in thresholds)]
    axis = Axis(min(edges) - 1, max(edges) + 1, shape.left, shape.right, shape.width)
    bottom = shape.height - BELOW
    scale = (bottom - TOP) / math.log1p(max(sum(parts.values()) for parts in bars.values()))
    drawn = [
        *_counts(shape, max(sum(parts.values()) for parts in bars.values()), scale),
        *_weights(axis, bottom),
        *(_bar(axis, weight, step, parts, bottom, scale) for weight, parts in sorted(bars.items())),
        *_lines(axis, thresholds, bottom),
        *marks(axis, thresholds, 14, beside=False),
    ]
    title = f"{plain('weights_title', 'id')} / {plain('weights_title', 'en')}"
    return picture(key, shape.width, shape.height, title, _described(counts), drawn)


def gathered(counts: Mapping[tuple[int, str], int], step: int) -> dict[int, dict[str, int]]:
    """The counts by bins of `step` bits: lower edge -> outcome -> pairs, in the order of OUTCOMES."""
    bars: dict[int, dict[str, int]] = {}
    for (weight, outcome), pairs in sorted(counts.items(), key=lambda item: (item[0][0], OUTCOMES.index(item[0][1]))):
        bar = bars.setdefault(weight // step * step, {})
        bar[outcome] = bar.get(outcome, 0) + pairs
    return {weight: {one: bar[one] for one in OUTCOMES if one in bar} for weight, bar in bars.items()}


def parts_of(parts: Mapping[str, int], height: float) -> list[float]:
    """How high each part of a bar is: its share of the height, but never so low that it vanishes."""
    total = sum(parts.values())
    raised = [max(height * pairs / total, LEAST) for pairs in parts.values()]
    return [part * height / sum(raised) if sum(raised) > height else part for part in raised]


def _step(span: int, shape: Form) -> int:
    """How many bits stand in one bar."""
    most = (shape.right - shape.left) / THINNEST
    return next((step for step in (1, 2, 5, 10) if span / step <= most), 20)


def _bar(axis: Axis, weight: int, step: int, parts: Mapping[str, int], bottom: float, scale: float) -> Markup:
    """One bar; a reader with a mouse gets its figures."""
    left, right = axis.place(weight), axis.place(weight + step)
    height = max(math.log1p(sum(parts.values())) * scale, LEAST * len(parts))
    drawn, at = [], bottom
    for outcome, high in zip(parts, parts_of(parts, height), strict=True):
        at -= high
        drawn.append(rect(left + 0.5, at, max(right - left - 1, 1), high, COLOURS[outcome]))
    said = "; ".join(f"{plain(f'outcome_{one}')}: {form.number(pairs)}" for one, pairs in parts.items())
    return Markup("<g><title>{}</title>{}</g>").format(
        f"{_plain(weight)} … {_plain(weight + step)}: {said}", Markup("").join(drawn)
    )


def _counts(shape: Form, most: int, scale: float) -> list[Markup]:
    """The upright scale: 1, 10, 100 and so on, with lines across."""
    bottom = shape.height - BELOW
    drawn = [line(shape.left, bottom, shape.right, bottom, INK)]
    for power in range(len(str(most))):
        y = bottom - math.log1p(10**power) * scale
        drawn.append(line(shape.left, y, shape.right, y, LINE))
        drawn.append(text(shape.left - 6, y + 4, form.number(10**power), anchor="end"))
    return [*drawn, *both(4, 32, "pairs", "start", beside=False)]


def _weights(axis: Axis, bottom: float) -> list[Markup]:
    """Bits and, below them, the probability."""
    drawn = []
    for tick in axis.ticks():
        x = axis.place(tick)
        drawn.append(line(x, bottom, x, bottom + 4, INK))
        drawn.append(axis.label(tick, bottom + 16))
    drawn += [text(axis.place(weight), bottom + 31, label, 10.5, anchor="middle") for weight, label in axis.chances()]
    drawn += both(axis.left, bottom + 44, "two_people", "start", beside=False, around="← {}")
    drawn += both(axis.right, bottom + 44, "one_person", "end", beside=False, around="{} →")
    return drawn


def _lines(axis: Axis, thresholds: Sequence[Threshold], bottom: float) -> list[Markup]:
    return [
        line(axis.place(t.weight), 18, axis.place(t.weight), bottom, FOR if t.outcome == "link" else REVIEW, "4 3", 1.4)
        for t in thresholds
    ]


def _plain(weight: int) -> str:
    return signed(weight).removesuffix(",0")


def _described(counts: Mapping[tuple[int, str], int]) -> str:
    """The pairs of each outcome and between which weights they lie, in both languages."""
    said = []
    for language in ("id", "en"):
        for outcome in OUTCOMES:
            weights = [weight for weight, one in counts if one == outcome]
            if weights:
                pairs = form.number(sum(pairs for (_, one), pairs in counts.items() if one == outcome))
                span = f"{_plain(min(weights))} … {_plain(max(weights) + 1)}"
                said.append(f"{plain(f'outcome_{outcome}', language)}: {pairs} ({span})")
    return "; ".join(said)
