"""The trained model: for each comparison and class of pair, how often each level occurs.

Three classes of pair are told apart: the *same* person, a *relative* (one household, another person) and a
*stranger*. Two classes are not enough: on blocked pairs, "the same person" then drifts to "the same household".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matchers.rarity import Rarity
from matchers.spec import Spec

FloatArray = NDArray[np.float64]
CLASSES: Final = ("same", "relative", "stranger")
MODEL_VERSION: Final = 2


@dataclass(frozen=True)
class Weights:
    """One comparison's level frequencies.

    `given[c]` has, for each class, a row a level of the comparison this one depends on (one row when it depends on
    none) and a last row for when that one is missing; a column a level. `counts` holds how many pairs stood behind
    each cell; `rarity`, where values are weighed by rarity, the mean log word frequency among strangers of each level.
    """

    name: str
    parent: int | None
    given: dict[str, FloatArray]
    counts: dict[str, FloatArray]
    rarity: FloatArray | None = None


@dataclass(frozen=True)
class Group:
    """Pairs of one kind: which two sources, and whether both records stand in one register.

    `pairs` is how many pairs of records there are in all, `same` and `relatives` how many of them are estimated to
    be one person and one household.
    """

    left_source: str
    right_source: str
    one_register: bool
    pairs: float
    same: float
    relatives: float


@dataclass(frozen=True)
class Free:
    """Two registers, and the share of the people of each who do not stand in the other."""

    left: str
    right: str
    left_free: float
    right_free: float


@dataclass(frozen=True)
class Calibration:
    """What labelled pairs say of the trained weights: add `shift` bits to `slope` times the weight."""

    shift: float
    slope: float
    labels: int


@dataclass(frozen=True)
class Model:
    """Everything that scoring needs besides the records themselves.

    `limits` are the blocks' limits fitted to the records, in the order of the blocks (none: as declared). `values`
    holds what was measured of the values of the comparisons weighed by rarity; it is not part of the JSON text (it
    lists names), and is measured anew where it is absent.
    """

    title: str
    weights: tuple[Weights, ...]
    groups: tuple[Group, ...]
    free: tuple[Free, ...] = ()
    limits: tuple[int, ...] = ()
    calibration: Calibration | None = None
    values: Mapping[str, Rarity] = field(default_factory=dict)


def log_likelihoods(model: Model, spec: Spec, levels: NDArray[np.uint8], kind: str) -> FloatArray:
    """For each comparison (row) and pair (column), the log frequency of its level in one class; 0 when missing."""
    out = np.empty(levels.shape)
    for number, weights in enumerate(model.weights):
        # Two columns of zeros for the levels of a missing value; the parent's missing levels share the last row.
        table = np.log(weights.given[kind])
        table = np.hstack([table, np.zeros((len(table), 2))])
        cell = levels[number].astype(np.intp)
        if weights.parent is not None:
            table = np.vstack([table, table[-1:]])
            cell += table.shape[1] * levels[weights.parent].astype(np.intp)
        else:
            table = table[:1]
        np.take(table, cell, out=out[number], mode="clip")  # with the default mode numpy buffers `out`
    return out


def to_json(model: Model, spec: Spec) -> str:
    """The model as one readable JSON text: the same model always gives the same text."""
    comparisons: list[dict[str, Any]] = []
    for comparison, weights in zip(spec.comparisons, model.weights, strict=True):
        rows = []
        for row in range(weights.given["same"].shape[0]):
            rows.append(
                {
                    "given": _given_label(spec, weights, row),
                    "levels": [
                        {
                            "level": level.label_en,
                            **{kind: float(f"{weights.given[kind][row, n]:.9g}") for kind in CLASSES},
                            "pairs": {kind: int(weights.counts[kind][row, n]) for kind in CLASSES},
                        }
                        for n, level in enumerate(comparison.levels)
                    ],
                }
            )
        entry: dict[str, Any] = {
            "comparison": comparison.name,
            "depends_on": comparison.given,
            "tables": rows,
        }
        if weights.rarity is not None:
            entry["rarity"] = [round(float(value), 6) for value in weights.rarity]
        comparisons.append(entry)
    groups = [
        {
            "left": group.left_source,
            "right": group.right_source,
            "one_register": group.one_register,
            "pairs": round(group.pairs),
            "same": round(group.same, 1),
            "relatives": round(group.relatives, 1),
        }
        for group in model.groups
    ]
    document = {
        "version": MODEL_VERSION,
        "title": model.title,
        "comparisons": comparisons,
        "groups": groups,
        "free": [asdict(entry) for entry in model.free],
        "limits": list(model.limits),
        "calibration": None if model.calibration is None else asdict(model.calibration),
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def from_json(text: str, spec: Spec) -> Model:
    """Read back what `to_json` wrote, for the same spec.

    Raises ValueError when the model was made for another version or another set of comparisons.
    """
    document = json.loads(text)
    if document.get("version") != MODEL_VERSION:
        raise ValueError(f"the model has version {document.get('version')}, this padan reads {MODEL_VERSION}")
    names = [entry["comparison"] for entry in document["comparisons"]]
    if names != [comparison.name for comparison in spec.comparisons]:
        raise ValueError("the model was trained for other comparisons than the spec declares")
    weights = []
    for entry in document["comparisons"]:
        tables = {
            kind: np.array([[level[kind] for level in row["levels"]] for row in entry["tables"]]) for kind in CLASSES
        }
        counts = {
            kind: np.array([[float(level["pairs"][kind]) for level in row["levels"]] for row in entry["tables"]])
            for kind in CLASSES
        }
        parent = names.index(entry["depends_on"]) if entry["depends_on"] else None
        rarity = np.array(entry["rarity"]) if "rarity" in entry else None
        weights.append(Weights(entry["comparison"], parent, tables, counts, rarity))
    groups = tuple(
        Group(g["left"], g["right"], g["one_register"], float(g["pairs"]), g["same"], g["relatives"])
        for g in document["groups"]
    )
    free = tuple(Free(**entry) for entry in document["free"])
    calibration = None if document["calibration"] is None else Calibration(**document["calibration"])
    return Model(document["title"], tuple(weights), groups, free, tuple(document["limits"]), calibration)


def _given_label(spec: Spec, weights: Weights, row: int) -> str:
    if weights.parent is None:
        return ""
    parent = spec.comparisons[weights.parent]
    return parent.levels[row].label_en if row < len(parent.levels) else "missing"
