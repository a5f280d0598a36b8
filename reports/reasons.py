"""Why two records are one person or not, as a sum: a start, one step a comparison, a total, in bits."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.words import plain

# A step of less than half a displayed tenth that no comparison explains is rounding of the engine, not evidence.
NOTHING = 0.005


@dataclass(frozen=True)
class Step:
    """One comparison of a pair: its name and level in words (id/en), its weight in bits, both records' values.

    The values are as they may be shown (masked, or not); empty when there is nothing to show.
    """

    label_id: str
    label_en: str
    level_id: str
    level_en: str
    weight: float
    values: tuple[str, str] | None = None

    @property
    def is_quiet(self) -> bool:
        """Whether it says nothing: a value is missing, and the weight is exactly 0."""
        return self.weight == 0.0


@dataclass(frozen=True)
class Reasons:
    """A pair's whole sum: `prior` and the steps' weights add up to `total` (bits), which gives `probability`."""

    prior: float
    steps: tuple[Step, ...]
    total: float
    probability: float

    @property
    def shown(self) -> tuple[float, ...]:
        """Prior, each step and total in tenths of a bit, such that the column as printed adds up to its last line."""
        parts = add_up([self.prior, *(step.weight for step in self.steps)], self.total)
        return (*(part / 10 for part in parts), sum(parts) / 10)


def reasons(prior: float, steps: Sequence[Step], total: float, probability: float) -> Reasons:
    """A pair's sum; what the total holds beside prior and comparisons comes from rival records and is a step too."""
    rest = total - prior - math.fsum(step.weight for step in steps)
    if abs(rest) < NOTHING:
        return Reasons(prior, tuple(steps), total, probability)
    level = "rivals_some" if rest < 0 else "rivals_none"
    words = (plain("rivals", "id"), plain("rivals", "en"), plain(level, "id"), plain(level, "en"))
    return Reasons(prior, (*steps, Step(*words, rest)), total, probability)


def add_up(parts: Sequence[float], total: float) -> list[int]:
    """Each part in whole tenths, off by less than one, such that together they are `total` in whole tenths.

    `parts` must add up to `total`. Parts are rounded down, and those cut most get a tenth back until the sum holds;
    a part of exactly 0 stays 0.
    """
    floors = [math.floor(part * 10) for part in parts]
    short = round(total * 10) - sum(floors)
    # A part without a cut comes last, an exact zero after it.
    order = sorted(range(len(parts)), key=lambda n: (parts[n] == 0.0, floors[n] - parts[n] * 10, n))
    for number in order[: max(short, 0)]:
        floors[number] += 1
    for number in [n for n in reversed(order) if parts[n] != 0.0][: max(-short, 0)]:
        floors[number] -= 1
    return floors


def stored_reasons(
    pair: Mapping[str, Any],
    words: Sequence[Mapping[str, Any]],
    values: Mapping[str, tuple[str, str]] | None = None,
) -> Reasons:
    """The sum of a row of the published table `pair`, without scoring anything again.

    `words` are the rows of `comparison_level`; a comparison that they lack goes by its name and its stored level.
    `values`: comparison -> what to show of both records.
    """
    labels = {row["comparison"]: row for row in words}
    levels = {(row["comparison"], row["level_id"]): row["level_en"] for row in words}
    names = [name.removeprefix("weight_") for name in pair if name.startswith("weight_")]
    steps = []
    for name in sorted(names, key=lambda name: labels[name]["position"] if name in labels else len(names)):
        level = pair.get(f"level_{name}") or ""
        label = labels.get(name, {"label_id": name.replace("_", " "), "label_en": name.replace("_", " ")})
        weight = float(pair[f"weight_{name}"] or 0.0)
        shown = (values or {}).get(name)
        steps.append(Step(label["label_id"], label["label_en"], level, levels.get((name, level), level), weight, shown))
    total, prior = float(pair["match_weight"]), pair.get("prior_weight")
    if prior is None:
        prior = total - math.fsum(step.weight for step in steps)
    return reasons(float(prior), steps, total, float(pair["probability"]))
