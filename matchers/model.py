"""The trained model: for each comparison and class of pair, how often each level occurs.

Three classes of pair are told apart: the *same* person, a *relative* (one household, another person) and a
*stranger*. Two classes are not enough: on blocked pairs, "the same person" then drifts to "the same household".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matchers.rarity import Rarity
from matchers.seen import KINDS, Unseen, behind, counted_as, once, unseen, whole, without_data
from matchers.spec import Comparison, Level, Spec

FloatArray = NDArray[np.float64]
CLASSES: Final = KINDS
MODEL_VERSION: Final = 4
# What fits on a line of the text stays on one.
LINE: Final = 300
# Frequencies are written with so many digits, which leaves their sum this near to one.
DIGITS: Final = 9
NEARLY_ONE: Final = 1e-6
# What no frequency lies below, and no number above.
TINY: Final = 1e-300
FAR: Final = 1e300


@dataclass(frozen=True)
class Weights:
    """One comparison's level frequencies.

    `given[c]` has, for each class, a row a level of the comparison this one depends on (one row when it depends on
    none) and a last row for when that one is missing; a column a level. `counts` holds how many pairs stood behind
    each cell; `rarity`, where values are weighed by rarity, what that tells of each level (`matchers.rarity.curve`).
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


def as_written(model: Model) -> Model:
    """The model as its text holds it: whole numbers of pairs, all else to nine digits, nothing of the values.

    A comparison that depends on no other has its one row twice: the one for "missing" is never used.
    """
    calibration = model.calibration
    if calibration is not None:
        calibration = replace(calibration, shift=_short(calibration.shift), slope=_short(calibration.slope))
    return replace(
        model,
        weights=tuple(_weights_as_written(weights) for weights in model.weights),
        groups=tuple(
            replace(g, pairs=float(round(g.pairs)), same=_short(g.same), relatives=_short(g.relatives))
            for g in model.groups
        ),
        free=tuple(replace(f, left_free=_short(f.left_free), right_free=_short(f.right_free)) for f in model.free),
        calibration=calibration,
        values={},
    )


def _weights_as_written(weights: Weights) -> Weights:
    rows = [0, 0] if weights.parent is None else list(range(len(weights.given["same"])))
    short = np.vectorize(_short, otypes=[np.float64])
    return replace(
        weights,
        given={kind: short(weights.given[kind][rows]) for kind in CLASSES},
        counts={kind: whole(weights.counts[kind][rows]) for kind in CLASSES},
        rarity=None if weights.rarity is None else short(weights.rarity),
    )


def _short(number: float) -> float:
    return float(f"{number:.{DIGITS}g}") + 0.0  # and no minus before a zero


def bits(weights: Weights) -> FloatArray:
    """The match weight of each row and level: log2 of how much likelier it is for one person than for strangers.

    As trained: before the rarity of a value and what decisions say (`Calibration`).
    """
    return np.asarray(np.log2(weights.given["same"]) - np.log2(weights.given["stranger"]))


def given_words(spec: Spec, parent: int | None, row: int) -> tuple[str, str] | None:
    """What a row of a comparison stands for, in Indonesian and English: a level of the one it depends on, or missing.

    None where it depends on none.
    """
    if parent is None:
        return None
    levels = spec.comparisons[parent].levels
    return (levels[row].label_id, levels[row].label_en) if row < len(levels) else ("kosong", "missing")


# --- the model as a text -----------------------------------------------------------------------------------------


def to_json(model: Model, spec: Spec) -> str:
    """The model as one readable JSON text, a level a line: the same model always gives the same text."""
    model = as_written(model)
    never = unseen(model, spec)
    document = {
        "version": MODEL_VERSION,
        "title": model.title,
        "without_data": list(without_data(model)),
        "unseen": [_in_words(spec, model, u) | {"class": u.kind, "of_pairs": u.pairs} for u in never if u.met],
        "unmet": [_in_words(spec, model, u) for u in once(never)],
        "comparisons": [_comparison(spec, c, w) for c, w in zip(spec.comparisons, model.weights, strict=True)],
        "groups": [
            {
                "left": group.left_source,
                "right": group.right_source,
                "one_register": group.one_register,
                "pairs": int(group.pairs),
                "same": group.same,
                "relatives": group.relatives,
            }
            for group in model.groups
        ],
        "free": [asdict(entry) for entry in model.free],
        "limits": list(model.limits),
        "calibration": None if model.calibration is None else asdict(model.calibration),
    }
    return _laid_out(document) + "\n"


def _comparison(spec: Spec, comparison: Comparison, weights: Weights) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "comparison": comparison.name,
        "label": comparison.label_en,
        "depends_on": comparison.given,
        "relatives_as": counted_as(weights, comparison, "relative"),
        "rarity": None if weights.rarity is None else weights.rarity.tolist(),
        "tables": [],
    }
    weight = np.round(bits(weights), 3) + 0.0
    rests = {k: behind(weights, comparison, k) for k in CLASSES if counted_as(weights, comparison, k) == k}
    for row in range(1 if weights.parent is None else len(weight)):
        levels = []
        for n, level in enumerate(comparison.levels):
            levels.append(
                {
                    "level": level.label_en,
                    "test": _test(level),
                    **{kind: float(weights.given[kind][row, n]) for kind in CLASSES},
                    "weight": float(weight[row, n]),
                    "pairs": {kind: int(weights.counts[kind][row, n]) for kind in CLASSES},
                    "unseen": [kind for kind, pairs in rests.items() if not pairs[row, n]],
                }
            )
        words = given_words(spec, weights.parent, row)
        entry["tables"].append({"given": words and words[1], "levels": levels})
    return entry


def _test(level: Level) -> str:
    """What a level demands, in one word or two: a level of another demand has other frequencies."""
    more = level.at_least if level.test == "similar" else level.digits
    return f"{level.test} {more}" if more else level.test


def _in_words(spec: Spec, model: Model, entry: Unseen) -> dict[str, Any]:
    comparison = spec.comparisons[entry.comparison]
    parent = model.weights[entry.comparison].parent
    words = None if entry.given is None else given_words(spec, parent, entry.given)
    return {
        "comparison": comparison.label_en,
        "given": None if words is None or parent is None else f"{spec.comparisons[parent].label_en}: {words[1]}",
        "level": "every level" if entry.level is None else comparison.levels[entry.level].label_en,
    }


def _laid_out(value: Any, depth: int = 0) -> str:
    """JSON with everything on one line that fits there."""
    flat = json.dumps(value, ensure_ascii=False, allow_nan=False)
    if (depth and len(flat) + depth <= LINE) or not isinstance(value, dict | list) or not value:
        return flat
    pad = " " * (depth + 1)
    if isinstance(value, dict):
        parts = [f"{pad}{json.dumps(key, ensure_ascii=False)}: {_laid_out(v, depth + 1)}" for key, v in value.items()]
    else:
        parts = [pad + _laid_out(v, depth + 1) for v in value]
    first, last = "{}" if isinstance(value, dict) else "[]"
    return first + "\n" + ",\n".join(parts) + "\n" + " " * depth + last


def from_json(text: str, spec: Spec) -> Model:
    """Read back what `to_json` wrote, for the same spec: `as_written` of the model that was written.

    Raises ValueError, one sentence that begins with "the model", when the text is damaged or no model, of another
    version, or made for other comparisons, levels or blocking rules.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("the model is no model that padan wrote: it is no JSON text") from None
    if not isinstance(found, dict) or not isinstance(found.get("version"), int):
        raise ValueError("the model is no model that padan wrote: it has no version")
    if found["version"] != MODEL_VERSION:
        raise ValueError(f"the model has version {found['version']}, and this padan reads version {MODEL_VERSION}")
    entries = _part(found, "comparisons", list)
    names = [_part(entry, "comparison", str) for entry in entries]
    if names != [c.name for c in spec.comparisons] or any(
        entry.get("depends_on") != c.given for entry, c in zip(entries, spec.comparisons, strict=True)
    ):
        raise ValueError("the model was trained for other comparisons than the spec declares")
    limits = _part(found, "limits", list)
    if limits and len(limits) != len(spec.blocks):
        raise ValueError("the model was trained with other blocking rules than the spec declares")
    if not all(type(limit) is int and limit >= 0 for limit in limits):
        raise _damaged("a limit of a blocking rule is no whole number")
    calibration = found.get("calibration")
    return Model(
        _part(found, "title", str),
        tuple(_read_weights(spec, c, entry) for c, entry in zip(spec.comparisons, entries, strict=True)),
        tuple(_read_group(entry) for entry in _part(found, "groups", list)),
        tuple(_read_free(entry) for entry in _part(found, "free", list)),
        tuple(limits),
        None if calibration is None else _read_calibration(calibration),
    )


def _read_weights(spec: Spec, comparison: Comparison, entry: Any) -> Weights:
    parent = next((n for n, other in enumerate(spec.comparisons) if other.name == comparison.given), None)
    tables = [_part(table, "levels", list) for table in _part(entry, "tables", list)]
    if len(tables) != (1 if parent is None else len(spec.comparisons[parent].levels) + 1):
        raise _other_levels(comparison)
    for table in tables:
        if [_part(level, "test", str) for level in table] != [_test(level) for level in comparison.levels]:
            raise _other_levels(comparison)
    pairs = [[_part(level, "pairs", dict) for level in table] for table in tables]
    again = 2 if parent is None else 1
    given = {k: np.array([[_number(level, k, TINY, 1.0) for level in t] for t in tables] * again) for k in CLASSES}
    counts = {k: np.array([[_number(level, k) for level in t] for t in pairs] * again) for k in CLASSES}
    if any((np.abs(table.sum(axis=1) - 1.0) > NEARLY_ONE).any() for table in given.values()):
        raise _damaged(f"the frequencies of {comparison.name!r} do not add up to one")
    rarity = entry.get("rarity")
    if rarity is None:
        return Weights(comparison.name, parent, given, counts)
    return Weights(comparison.name, parent, given, counts, _read_curve(comparison, _part(entry, "rarity", list)))


def _read_curve(comparison: Comparison, rows: list[Any]) -> FloatArray:
    if len(rows) != len(comparison.levels) + 1 or not all(isinstance(row, list) and row for row in rows):
        raise _damaged(f"the rarity of {comparison.name!r} has not one row a level and one before them")
    if len({len(row) for row in rows}) > 1:
        raise _damaged(f"the rarity of {comparison.name!r} has rows of unequal length")
    out = np.array([[_number(dict(enumerate(row)), n, -FAR) for n in range(len(row))] for row in rows])
    if (np.diff(out[0]) < 0).any():
        raise _damaged(f"the rarity of {comparison.name!r} does not go from rare to common")
    return out


def _read_group(entry: Any) -> Group:
    left, right = _part(entry, "left", str), _part(entry, "right", str)
    numbers = [_number(entry, name) for name in ("pairs", "same", "relatives")]
    return Group(left, right, _part(entry, "one_register", bool), *numbers)


def _read_free(entry: Any) -> Free:
    left, right = _part(entry, "left", str), _part(entry, "right", str)
    return Free(left, right, _number(entry, "left_free", TINY, 1.0), _number(entry, "right_free", TINY, 1.0))


def _read_calibration(entry: Any) -> Calibration:
    return Calibration(_number(entry, "shift", -FAR), _number(entry, "slope"), _part(entry, "labels", int))


def _part(entry: Any, name: str | int, kind: type | tuple[type, ...]) -> Any:
    """What stands under a name, if it is of that kind."""
    value = entry.get(name) if isinstance(entry, dict) else None
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise _damaged(f"{name!r} is missing, or is not what it should be")
    return value


def _number(entry: Any, name: str | int, least: float = 0.0, most: float = FAR) -> float:
    value = _part(entry, name, (int, float))
    if not least <= value <= most:
        raise _damaged(f"{name!r} is out of its bounds")
    return float(value)


def _damaged(what: str) -> ValueError:
    return ValueError(f"the model is damaged: {what}")


def _other_levels(comparison: Comparison) -> ValueError:
    return ValueError(f"the model was trained for other levels of {comparison.name!r} than the spec declares")
