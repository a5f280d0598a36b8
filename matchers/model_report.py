"""A model as a table, against another one, and against the pairs that were judged by it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import numpy as np
import polars as pl

from matchers.keep import level_labels
from matchers.model import CLASSES, Model, as_written, bits, given_words
from matchers.seen import behind, counted_as
from matchers.spec import Spec

# A weight that rests on fewer pairs moves by chance alone.
ENOUGH: Final = 20
PLACE: Final = ("comparison", "given", "level")


def model_levels(model: Model, spec: Spec) -> pl.DataFrame:
    """A row a level of the model, in the order of the spec.

    Columns: `comparison: String`, `depends_on: String` (another comparison, or null); `given: Int32` (which level of
    that one, from 1; one more than the last for missing, 0 where there is none), `given_id, given_en: String` (null for
    0); `level: Int32` (from 1), `level_id, level_en: String`; `same, relative, stranger: Float64` (frequencies),
    `weight: Float64` (bits, the same person against strangers, as trained); `pairs_same, pairs_relative,
    pairs_stranger: Int64` (counted in that row), `behind: Int64` (the fewer of the pairs behind the two frequencies of
    the weight; where a class had no pair with that given, all its pairs stand behind its frequencies) and
    `unseen: List(String)`, the classes that never had the level, so that their frequency is supposed.
    """
    model = as_written(model)
    frames = []
    for comparison, weights in zip(spec.comparisons, model.weights, strict=True):
        rows, levels = len(weights.given["same"]), len(comparison.levels)
        if weights.parent is None:
            rows = 1
        rests = {kind: behind(weights, comparison, kind)[:rows].ravel() for kind in CLASSES}
        own = [kind for kind in CLASSES if counted_as(weights, comparison, kind) == kind]
        given = [given_words(spec, weights.parent, row) or (None, None) for row in range(rows)]
        frames.append(
            pl.DataFrame(
                {
                    "comparison": [comparison.name] * (rows * levels),
                    "depends_on": [comparison.given] * (rows * levels),
                    "given": np.repeat(np.arange(rows) + (weights.parent is not None), levels),
                    "given_id": [words[0] for words in given for _ in range(levels)],
                    "given_en": [words[1] for words in given for _ in range(levels)],
                    "level": np.tile(np.arange(levels) + 1, rows),
                    "level_id": [level.label_id for level in comparison.levels] * rows,
                    "level_en": [level.label_en for level in comparison.levels] * rows,
                    **{kind: weights.given[kind][:rows].ravel() for kind in CLASSES},
                    "weight": bits(weights)[:rows].ravel(),
                    **{f"pairs_{kind}": weights.counts[kind][:rows].ravel() for kind in CLASSES},
                    "behind": np.minimum(rests["same"], rests["stranger"]),
                    "unseen": [[kind for kind in own if not rests[kind][at]] for at in range(rows * levels)],
                },
                schema_overrides=dict.fromkeys(("depends_on", "given_id", "given_en"), pl.String)
                | {"unseen": pl.List(pl.String)},
            )
        )
    counted = [pl.col("behind", *(f"pairs_{kind}" for kind in CLASSES)).cast(pl.Int64)]
    return pl.concat(frames).with_columns(pl.col("given", "level").cast(pl.Int32), *counted)


def changed_levels(old: Model, new: Model, spec: Spec) -> pl.DataFrame:
    """The levels of `new` as `model_levels` has them, with those of `old` beside.

    Further columns: `weight_old: Float64`, `difference: Float64` (bits), `behind_old: Int64`. Those whose weight rests
    on enough pairs in both come first, and among them those that moved most. A row of which neither the same person
    nor strangers had a pair says what the row for missing says, and is left out. Both models are of the same spec.
    """
    before = model_levels(old, spec).select(*PLACE, weight_old="weight", behind_old="behind")
    own = pl.sum_horizontal("pairs_same", "pairs_stranger").sum().over("comparison", "given") > 0
    last = pl.col("given") == pl.col("given").max().over("comparison")
    both = model_levels(new, spec).filter(own | last).join(before, on=PLACE, how="inner", maintain_order="left")
    few = pl.min_horizontal("behind", "behind_old") < ENOUGH
    return both.with_columns(difference=pl.col("weight") - pl.col("weight_old")).sort(
        few, -pl.col("difference").abs().round(6), maintain_order=True
    )


def compare_models(old: Model, new: Model, spec: Spec) -> pl.DataFrame:
    """What changed between two models of one spec, the levels that moved most first.

    Columns: `comparison, given, level: String` (in English; `given` is null for a comparison that depends on none),
    `weight_old, weight_new, difference: Float64` (bits), `pairs_old, pairs_new: Int64` (the fewer of the pairs of one
    person and of strangers behind the weight). Levels with fewer than `ENOUGH` pairs behind either weight come last.
    """
    return changed_levels(old, new, spec).select(
        "comparison",
        given="given_en",
        level="level_en",
        weight_old="weight_old",
        weight_new="weight",
        difference="difference",
        pairs_old="behind_old",
        pairs_new="behind",
    )


def resting_pairs(pairs: pl.DataFrame, spec: Spec, only: Collection[str] | None = None) -> pl.DataFrame:
    """How many pairs have each level: `comparison: String, given: Int32, level: Int32` as in `model_levels`, `pairs`.

    `pairs` has the columns `level_<comparison>` of `Linkage.pairs`; `only` names the comparisons to count. Two levels
    of a comparison that are called alike cannot be told apart there and count as the first of them.
    """
    names = [comparison.name for comparison in spec.comparisons]
    schema = {"comparison": pl.String, "given": pl.Int32, "level": pl.Int32, "pairs": pl.Int64}
    frames = [pl.DataFrame(schema=schema)]
    for number, comparison in enumerate(spec.comparisons):
        if only is not None and comparison.name not in only:
            continue
        words = [f"level_{name}" for name in (comparison.given, comparison.name) if name is not None]
        # Counted by their words first: there are few of them, and many pairs.
        counted = pairs.lazy().select(words).group_by(words).agg(pairs=pl.len()).collect()
        given = pl.lit(0, dtype=pl.Int32)
        if comparison.given is not None:
            # Missing on one side and on both are one row of the table.
            missing = len(spec.comparisons[names.index(comparison.given)].levels) + 1
            given = _place(spec, names.index(comparison.given)).clip(upper_bound=missing)
        frames.append(
            counted.select(
                pl.lit(comparison.name).alias("comparison"), "pairs", given=given, level=_place(spec, number)
            )
            .filter(pl.col("level") <= len(comparison.levels))
            .group_by("comparison", "given", "level")
            .agg(pl.col("pairs").sum().cast(pl.Int64))
            .sort("given", "level")
        )
    return pl.concat(frames)


def _place(spec: Spec, number: int) -> pl.Expr:
    """The place of a level, from 1, by its word in Indonesian."""
    words = level_labels(spec, number, np.arange(len(spec.comparisons[number].levels) + 2, dtype=np.uint8)).to_list()
    places = {word: at for at, word in reversed(list(enumerate(words, start=1)))}
    return pl.col(f"level_{spec.comparisons[number].name}").replace_strict(places, return_dtype=pl.Int32)


def never_seen(model: Model, spec: Spec, pairs: pl.DataFrame) -> pl.DataFrame:
    """The levels that no pair of one person had in training and that `pairs` (of `Linkage.pairs`) have all the same.

    Columns `comparison, level, given: String` (in the words of the spec, English; `given` is null for a level never
    seen whatever the given, else it reads "Birth date: differs"), `pairs: Int64`; most pairs first. That strangers
    never agree on a number is as it should be, and not told.
    """
    labels = {comparison.name: comparison.label_en for comparison in spec.comparisons}
    named = pl.concat_str(pl.col("depends_on").replace_strict(labels, default=None), pl.lit(": "), "given_en")
    everywhere = pl.col("never").all().over("comparison", "level")
    levels = (
        model_levels(model, spec)
        .with_columns(never=pl.col("unseen").list.contains("same"))
        .with_columns(given_en=pl.when(~everywhere).then(named))
        .filter("never")
    )
    resting = resting_pairs(pairs, spec, set(levels["comparison"]))
    return (
        levels.join(resting, on=PLACE, how="inner", maintain_order="left")
        .group_by("comparison", "level", "given_en", maintain_order=True)
        .agg(pl.col("level_en").first(), pl.col("pairs").sum())
        .sort("pairs", descending=True, maintain_order=True)
        .select(pl.col("comparison").replace_strict(labels), level="level_en", given="given_en", pairs="pairs")
    )
