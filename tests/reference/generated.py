"""Generated records, specs, models and weighed pairs, on which fast paths are held to their references."""

from __future__ import annotations

import itertools
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from hypothesis import strategies as st

from matchers.households import link_households
from matchers.labels import DECISION
from matchers.model import CLASSES, Calibration, Free, Group, Model, Weights
from matchers.partition import LARGEST
from matchers.resolve import BOUND
from matchers.spec import Spec, parse_spec
from matchers.table import Table
from tests.people import registers

PERSON: Spec = parse_spec(
    tomllib.loads((Path(__file__).parents[2] / "schemas/specs/person.toml").read_text(encoding="utf-8"))
)
Row = dict[str, Any]
Pair = tuple[int, int]

WORDS = (
    "ANI",
    "ANIE",
    "SITI",
    "SITTI",
    "RAHAYU",
    "RAHAYUNINGSIH",
    "A",
    "S",
    "R",
    "BIN",
    "ABDULRAHMAN",
    "O'NEIL",
    "JOSÉ",
)
NUMBERS = ("1", "01", "10", "12345678", "12345679", "12345670", "9912345678", "1234567890123456", "1234567890123465")
NO_NUMBERS = ("", "0", "0000", "12A", "98B", "12-3456789012")
TOO_LONG = "12345678901234567"
DATES = tuple(date(year, month, day) for year in (1990, 1991) for month in (1, 2, 11) for day in (1, 2, 11))

spaces = st.sampled_from((" ", " ", " ", "  "))
names = st.tuples(spaces, st.lists(st.sampled_from(WORDS), min_size=1, max_size=4)).map(lambda of: of[0].join(of[1]))
texts = st.one_of(names, st.text("ABCDÉ ", min_size=1, max_size=8).map(lambda text: " ".join(text.split()) or "A"))
records = st.fixed_dictionaries(
    {
        "source": st.sampled_from(("a", "b", "c")),
        "place": st.sampled_from(("1", "2")),
        "name": st.one_of(st.none(), names),
        "text": st.one_of(st.none(), texts),
        "number": st.one_of(st.none(), st.sampled_from(NUMBERS), st.sampled_from(NO_NUMBERS)),
        "category": st.sampled_from((None, "", "L", "P")),
        "born": st.one_of(st.none(), st.sampled_from(DATES)),
        "held": st.one_of(st.none(), st.sampled_from(DATES[:5])),
    }
)
COLUMNS = {"name": "name", "text": "text", "digits": "number", "date": "born", "category": "category", "cross": "born"}
TESTS = {"date": ("swapped", "two_parts", "year"), "name": ("key", "subset")}


@st.composite
def frames(draw: st.DrawFn, most: int = 12) -> pl.DataFrame:
    """Records of three sources, each of two registers; the key is a name without its vowels."""
    rows = draw(st.lists(records, min_size=2, max_size=most))
    schema = dict.fromkeys(rows[0], pl.String) | {"born": pl.Date, "held": pl.Date}
    frame = pl.DataFrame(rows, schema=schema).with_row_index("id", offset=1).with_columns(pl.col("id").cast(pl.Int64))
    key = _one_space(pl.col("name").str.replace_all("[AIUEO]", "")).alias("key")
    return frame.with_columns(pl.concat_str("source", "place").alias("register"), key)


def people(count: int, seed: int, faults: float = 0.1) -> pl.DataFrame:
    """Registers of people; the keys of their names have one space between words, as those of real files have."""
    frame = registers(people=count, seed=seed, faults=faults).with_columns(_one_space(pl.col("name_key")))
    return link_households(frame, PERSON)


def _one_space(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all(" +", " ").str.strip_chars()


@st.composite
def specs(draw: st.DrawFn) -> Spec:
    """Comparisons of every kind with any of their tests in any order, some of them given one before; some blocks."""
    kinds = draw(st.lists(st.sampled_from(sorted(COLUMNS)), min_size=1, max_size=5))
    comparisons = []
    for place, kind in enumerate(kinds):
        entry: Row = {"name": f"c{place}", "column": COLUMNS[kind], "kind": kind, "levels": draw(steps(kind))}
        if kind in {"name", "cross"}:
            entry["key"] = "key" if kind == "name" else "held"
        if place and draw(st.booleans()):
            entry["given"] = f"c{draw(st.integers(0, place - 1))}"
        entry["rarity"] = kind != "cross" and draw(st.booleans())
        comparisons.append(entry)
    blocks = []
    for place in range(draw(st.integers(1, 3))):
        key = draw(parts)
        whole = {part.split(":")[0] for part in key}  # a key is not split by what it holds already
        split = [part for part in draw(parts) if part.split(":")[0] not in whole]
        blocks.append({"name": f"b{place}", "key": key, "split": split, "limit": draw(st.integers(1, 5))})
    return parse_spec(
        {"record": "id", "register": "register", "source": "source", "comparison": comparisons, "block": blocks}
    )


@st.composite
def steps(draw: st.DrawFn, kind: str) -> list[Row]:
    tests: list[Row] = [{"test": test} for test in TESTS.get(kind, ())]
    if kind == "digits":
        tests = [{"test": test, "digits": draw(st.integers(1, 9))} for test in ("edits", "edits", "prefix", "serial")]
    if kind in {"name", "text"}:
        tests += [{"test": "similar", "at_least": draw(st.sampled_from((0.6, 0.77, 0.9)))} for _ in range(2)]
    chosen = draw(st.permutations(tests)) if tests else []
    return [{"test": "equal"}, *chosen[: draw(st.integers(0, len(tests)))], {"test": "else"}]


parts = st.lists(
    st.sampled_from(
        (
            *("category", "place", "number", "number:2", "number:-3"),
            *("name:first_token", "name:last_token", "name:joined", "name:1"),
            *("born", "born:year", "born:month", "born:day_month"),
        )
    ),
    min_size=1,
    max_size=2,
)


# --- models and weights -----------------------------------------------------------------------------------------------


@st.composite
def models(draw: st.DrawFn, spec: Spec, table: Table) -> Model:
    """Any frequencies, any shares: what was not learnt from anything must be weighed all the same."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    made = []
    for comparison in spec.comparisons:
        names_of = [c.name for c in spec.comparisons]
        parent = None if comparison.given is None else names_of.index(comparison.given)
        shape = (2 if parent is None else len(spec.comparisons[parent].levels) + 1, len(comparison.levels))
        given_of = {kind: random.dirichlet(np.full(shape[1], 0.3), shape[0]) + 1e-9 for kind in CLASSES}
        rarity = curve(random, shape[1]) if comparison.rarity else None
        made.append(Weights(comparison.name, parent, given_of, dict.fromkeys(CLASSES, np.zeros(shape)), rarity))
    groups = tuple(
        Group(low, high, inside, 1000.0, *(random.random(2) * draw(st.sampled_from((0.0, 1.0, 400.0)))))
        for low, high in itertools.product(table.sources, repeat=2)
        for inside in (False, True)
    )
    free = tuple(Free(low, high, *(1 - random.random(2))) for low, high in itertools.combinations(table.registers, 2))
    shift, slope = random.normal(1.0, 0.3, 2).tolist()
    calibration = Calibration(shift, slope, 30) if draw(st.booleans()) else None
    return Model("", tuple(made), groups, free, (), calibration)


def curve(random: np.random.Generator, levels: int) -> np.ndarray[Any, Any]:
    """Commonness from rare to common, and for each level what it adds; nothing at the first and the last one."""
    knots = int(random.integers(1, 5))
    heights = random.normal(0.0, 2.0, (levels, knots))
    heights[[0, -1]] = 0.0
    return np.vstack([np.sort(-12.0 * random.random(knots)), heights])


@st.composite
def weighed(draw: st.DrawFn, decided: bool) -> tuple[list[str], dict[Pair, float]]:
    """The register of each record, and the weight of some of the pairs; with what people have decided among them."""
    size = draw(st.integers(2, LARGEST + 2))
    register = draw(st.lists(st.sampled_from("abcd"), min_size=size, max_size=size))
    bits = st.one_of(st.none(), st.floats(-20, BOUND), st.sampled_from((9.0, 4.0, -4.0, 0.0)))
    bits |= st.sampled_from((DECISION, -DECISION)) if decided else st.floats(BOUND, 20)
    weight = {pair: draw(bits) for pair in itertools.combinations(range(size), 2)}
    return register, {pair: value for pair, value in weight.items() if value is not None}


def arrays(register: list[str], weight: dict[Pair, float]) -> tuple[np.ndarray[Any, Any], ...]:
    codes = np.array([sorted(set(register)).index(name) for name in register], dtype=np.int32)
    pairs = sorted(weight)
    left, right = (np.array([pair[side] for pair in pairs], dtype=np.int32) for side in (0, 1))
    return codes, left, right, np.array([weight[pair] for pair in pairs], dtype=np.float64)
