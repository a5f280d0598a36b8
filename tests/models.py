"""A model of three comparisons with counts by hand."""

from __future__ import annotations

import tomllib
from typing import Any

import numpy as np

from matchers.model import (
    CLASSES,
    FloatArray,
    Group,
    Model,
    Weights,
)
from matchers.spec import Spec, parse_spec

SPEC: Spec = parse_spec(
    tomllib.loads(
        """
record = "id"
[[comparison]]
name = "born"
column = "born"
kind = "digits"
label_en = "Birth date"
label_id = "Tanggal lahir"
levels = [{ test = "equal", en = "equal", id = "sama" }, { test = "edits", digits = 2, en = "near", id = "dekat" },
  { test = "else", en = "differs", id = "berbeda" }]
[[comparison]]
name = "name"
column = "name"
kind = "text"
given = "born"
rarity = true
label_en = "Name"
label_id = "Nama"
levels = [{ test = "equal", en = "equal", id = "sama" },
  { test = "similar", at_least = 0.9, en = "alike", id = "mirip" }, { test = "else", en = "differs", id = "berbeda" }]
[[comparison]]
name = "home"
column = "home"
kind = "category"
household = true
levels = [{ test = "equal" }, { test = "else" }]
[[block]]
name = "born"
key = ["born"]
[[block]]
name = "name"
key = ["name"]
"""
    )
)
BORN = ([80, 5, 0], [0, 4, 60], [1, 3, 5000])
# By the level of the birth date (equal, near, differs), and over all pairs.
NAME = (
    [[60, 20, 0], [5, 0, 0], [0, 0, 0], [65, 20, 0]],
    [[0, 0, 0], [0, 1, 3], [0, 2, 58], [0, 3, 61]],
    [[0, 0, 0], [0, 0, 0], [0, 0, 0], [9, 8, 4000]],
)
HOME = ([70, 0], [64, 0], [20, 4000])


def frequencies(counts: FloatArray) -> FloatArray:
    return np.asarray((counts + 0.5) / (counts + 0.5).sum(axis=1, keepdims=True))


def weights(name: str, parent: int | None, *by_class: Any) -> Weights:
    """Weights of the given counts; a comparison that depends on none has its one row twice."""
    counts = {
        kind: np.array(rows, dtype=float) if parent is not None else np.array([rows, rows], dtype=float)
        for kind, rows in zip(CLASSES, by_class, strict=True)
    }
    return Weights(name, parent, {kind: frequencies(rows) for kind, rows in counts.items()}, counts)


def model(born: Any = BORN, name: Any = NAME, home: Any = HOME) -> Model:
    return Model(
        "Members",
        (weights("born", None, *born), weights("name", 0, *name), weights("home", None, *home)),
        (Group("a", "b", False, 1e9, 812.25, 30.5),),
    )
