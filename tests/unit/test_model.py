"""The model as a text and as tables: readable, complete, the same to the byte, comparable with the one before."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.model_tables import changes_table
from matchers.model import (
    CLASSES,
    MODEL_VERSION,
    Calibration,
    Free,
    Group,
    Model,
    Weights,
    as_written,
    from_json,
    to_json,
)
from matchers.model_report import compare_models, model_levels, never_seen, resting_pairs
from matchers.seen import Unseen, unseen, without_data
from tests.models import NAME, SPEC, model

# --- the text --------------------------------------------------------------------------------------------------------


def test_each_level_is_a_line_with_its_frequencies_pairs_and_weight() -> None:
    text = to_json(model(), SPEC)
    (line,) = [line for line in text.splitlines() if '"test": "edits 2"' in line]
    level = json.loads(line.strip().rstrip(","))
    same, stranger = 5.5 / 86.5, 3.5 / 5005.5
    assert level["level"] == "near"
    assert level["same"] == pytest.approx(same, rel=1e-8)
    assert level["stranger"] == pytest.approx(stranger, rel=1e-8)
    assert level["weight"] == round(float(np.log2(same / stranger)), 3)
    assert level["pairs"] == {"same": 5, "relative": 4, "stranger": 3}
    assert level["unseen"] == []


def test_what_was_never_seen_is_named_in_words() -> None:
    document = json.loads(to_json(model(), SPEC))
    named = {
        (entry["comparison"], entry["given"], entry["level"], entry["class"], entry["of_pairs"])
        for entry in document["unseen"]
    }
    assert named == {
        ("Birth date", None, "differs", "same", 85),
        ("Birth date", None, "equal", "relative", 64),
        ("Name", None, "differs", "same", 85),
        ("Name", None, "equal", "relative", 64),
        ("Name", "Birth date: near", "alike", "same", 5),
        ("home", None, "else", "same", 70),
    }
    assert document["unmet"] == []
    home = document["comparisons"][2]
    assert (home["relatives_as"], home["tables"][0]["levels"][1]["unseen"]) == ("same", ["same"])


def test_a_given_that_a_class_never_met_is_told_once_and_not_for_what_depends_on_it() -> None:
    # No pair of one person had another birth date: that is told of the birth date, not of the names given it.
    assert not [entry for entry in unseen(model(), SPEC) if entry.kind == "same" and entry.given == 2]
    # 60 relatives had another birth date, and none of them both names.
    names = (NAME[0], [NAME[1][0], NAME[1][1], [0, 0, 0], [0, 1, 3]], NAME[2])
    told = [entry for entry in unseen(model(name=names), SPEC) if entry.kind == "relative" and entry.given == 2]
    assert told == [Unseen(1, 2, None, "relative", 0, met=False)]


def test_what_nobody_ever_met_stands_apart() -> None:
    born = ([80, 0, 5], [0, 0, 64], [1, 0, 5000])
    document = json.loads(to_json(model(born=born), SPEC))
    assert document["unmet"][0] == {"comparison": "Birth date", "given": None, "level": "near"}
    assert not [entry for entry in document["unseen"] if entry["level"] == "near"]


def test_a_comparison_without_data_is_named() -> None:
    empty = model(home=([0, 0], [0, 0], [0.3, 0.1]))
    assert without_data(empty) == ("home",)
    document = json.loads(to_json(empty, SPEC))
    assert document["without_data"] == ["home"]
    assert not [entry for entry in document["unseen"] + document["unmet"] if entry["comparison"] == "home"]


def test_where_the_same_person_was_never_seen_at_all_every_level_is_meant() -> None:
    document = json.loads(to_json(model(home=([0, 0], [0, 0], [20, 4000])), SPEC))
    told = [entry for entry in document["unseen"] if entry["comparison"] == "home"]
    assert told == [{"comparison": "home", "given": None, "level": "every level", "class": "same", "of_pairs": 0}]


counts = st.one_of(st.just(0.0), st.floats(0, 1e7), st.integers(0, 50).map(float))
shares = st.floats(1e-6, 1.0)
curves = st.lists(st.tuples(*[st.floats(-40, 0)] * 4), min_size=1, max_size=4).map(
    lambda found: np.array(sorted(found)).T
)


@st.composite
def models(draw: st.DrawFn) -> Model:
    """Any model of SPEC."""
    parts = []
    for comparison, parent, rows in zip(SPEC.comparisons, (None, 0, None), (2, 4, 2), strict=True):
        shape = (rows, len(comparison.levels))
        cells = st.lists(counts, min_size=rows * shape[1], max_size=rows * shape[1])
        numbers = {kind: np.array(draw(cells)).reshape(shape) for kind in CLASSES}
        given = {}
        for kind in CLASSES:
            raw = np.array(draw(st.lists(shares, min_size=rows * shape[1], max_size=rows * shape[1]))).reshape(shape)
            given[kind] = raw / raw.sum(axis=1, keepdims=True)
        rarity = draw(curves) if comparison.rarity else None
        parts.append(Weights(comparison.name, parent, given, numbers, rarity))
    names = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
    amounts = st.floats(0, 1e13)
    groups = draw(st.lists(st.builds(Group, names, names, st.booleans(), amounts, amounts, amounts), max_size=3))
    free = draw(st.lists(st.builds(Free, names, names, shares, shares), max_size=3))
    labels = st.builds(Calibration, st.floats(-20, 20), st.floats(0.05, 3), st.integers(0, 10_000))
    limits = draw(st.one_of(st.just(()), st.tuples(st.integers(2, 40), st.integers(2, 40))))
    return Model(draw(names), tuple(parts), tuple(groups), tuple(free), limits, draw(st.none() | labels))


def plain(found: Model) -> Any:
    """A model as plain values, of which a comparison that depends on none has one row."""
    rows = [
        (w.name, w.parent, {k: v[: 1 if w.parent is None else None].tolist() for k, v in (w.given | {}).items()},
         {k: v[: 1 if w.parent is None else None].tolist() for k, v in w.counts.items()},
         None if w.rarity is None else w.rarity.tolist())
        for w in found.weights
    ]  # fmt: skip
    return rows, found.title, found.groups, found.free, tuple(found.limits), found.calibration


@given(models())
@settings(max_examples=150, deadline=None)
def test_a_model_survives_its_text_and_a_text_its_model(found: Model) -> None:
    text = to_json(found, SPEC)
    again = from_json(text, SPEC)
    assert to_json(again, SPEC) == text
    assert plain(again) == plain(as_written(found))
    for one, other in zip(again.weights, found.weights, strict=True):
        used = slice(0, 1 if one.parent is None else None)
        for kind in CLASSES:
            assert np.allclose(one.given[kind][used], other.given[kind][used], rtol=1e-8, atol=0)
            assert np.abs(one.counts[kind][used] - other.counts[kind][used]).max() <= 0.5


TEXT = to_json(replace(model(), limits=(40, 40), calibration=Calibration(0.5, 0.9, 40)), SPEC)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"version": 4', '"version": 3', f"the model has version 3, and this padan reads version {MODEL_VERSION}"),
        ('"version": 4', '"version": "x"', "the model is no model that padan wrote: it has no version"),
        ('"comparison": "born"', '"comparison": "birth"', "trained for other comparisons than the spec declares"),
        ('"depends_on": "born"', '"depends_on": null', "trained for other comparisons than the spec declares"),
        ('"test": "similar 0.9"', '"test": "similar 0.8"', "trained for other levels of 'name' than the spec declares"),
        ("[40, 40]", "[40]", "trained with other blocking rules than the spec declares"),
        ("[40, 40]", "[40, 4.5]", "the model is damaged: a limit of a blocking rule is no whole number"),
        ('"title": "Members"', '"title": 5', "the model is damaged: 'title' is missing, or is not what it should be"),
        ('"stranger": 0.0', '"stranger": 0.1', "the model is damaged: the frequencies of 'born' do not add up to one"),
        ('"stranger": 0.0', '"stranger": -0.1', "the model is damaged: 'stranger' is out of its bounds"),
        ('"slope": 0.9', '"slope": NaN', "the model is damaged: 'slope' is out of its bounds"),
        ('"one_register": false', '"one_register": 0', "the model is damaged: 'one_register' is missing"),
        ('"relatives": 30.5', '"relatives": true', "the model is damaged: 'relatives' is missing"),
        ('"pairs": 1000000000', '"pairs": ' + "9" * 400, "the model is damaged: 'pairs' is out of its bounds"),
        ("{", "[", "the model is no model that padan wrote: it is no JSON text"),
    ],
)  # fmt: skip
def test_another_or_a_damaged_model_is_refused_in_one_sentence(old: str, new: str, says: str) -> None:
    assert old in TEXT
    with pytest.raises(ValueError, match=r"^the model ") as error:
        from_json(TEXT.replace(old, new, 1), SPEC)
    assert says in str(error.value)


@pytest.mark.parametrize("text", ["", "[]", "5", "null", '"model"', "{}", "[" * 100_000, '{"version": 4}'])
def test_what_is_no_model_at_all_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^the model (is no model that padan wrote|is damaged)"):
        from_json(text, SPEC)


@given(
    st.integers(0, len(TEXT) - 1), st.integers(0, 60), st.sampled_from(["", "0", "null", '"', "[]", "{}", "-1", ","])
)
@settings(max_examples=300, deadline=None)
def test_damage_anywhere_is_told_plainly_or_does_no_harm(at: int, length: int, put: str) -> None:
    try:
        found = from_json(TEXT[:at] + put + TEXT[at + length :], SPEC)
    except ValueError as error:
        assert str(error).startswith("the model ")
        assert type(error) is ValueError
    else:
        to_json(found, SPEC)


# --- against the model before ----------------------------------------------------------------------------------------


def test_what_moved_most_comes_first_and_few_pairs_last() -> None:
    now = model(
        born=([80, 5, 0], [0, 4, 60], [8, 3, 5000]),  # many more strangers, but few of them before
        name=([[60, 20, 0], [5, 0, 0], [0, 0, 0], [65, 20, 0]], NAME[1], [*NAME[2][:3], [90, 32, 4000]]),
        home=([70, 0], [64, 0], [60, 4000]),
    )
    before = model(name=(NAME[0], NAME[1], [*NAME[2][:3], [30, 8, 4000]]))
    changes = compare_models(before, now, SPEC)
    assert changes.columns == [
        "comparison", "given", "level", "weight_old", "weight_new", "difference", "pairs_old", "pairs_new"
    ]  # fmt: skip
    assert changes.height == 3 + 3 * 3 + 2  # the names of people of other birth dates are as all names are
    enough = changes.filter((pl.col("pairs_old") >= 20) & (pl.col("pairs_new") >= 20))
    assert enough.equals(changes.head(enough.height))
    assert enough["difference"].abs().to_list() == sorted(enough["difference"].abs().to_list(), reverse=True)
    home, name = enough.row(0, named=True), enough.row(1, named=True)
    assert (home["comparison"], home["given"], home["level"]) == ("home", None, "equal")
    assert (home["pairs_old"], home["pairs_new"]) == (20, 60)
    assert home["difference"] == pytest.approx(home["weight_new"] - home["weight_old"])
    assert home["difference"] == pytest.approx(-np.log2(3), abs=0.1)
    assert (name["comparison"], name["given"], name["level"]) == ("name", "missing", "equal")
    assert (name["pairs_old"], name["pairs_new"]) == (30, 65)  # of strangers, then of the same person
    assert not changes.filter(comparison="born", level="equal")["pairs_old"].item() >= 20


def test_a_model_has_not_changed_against_itself() -> None:
    assert compare_models(model(), model(), SPEC)["difference"].abs().max() == 0
    assert changes_table(model(), model(), SPEC).is_empty()
    assert changes_table(None, model(), SPEC).is_empty()


# --- against the pairs that rest on it -------------------------------------------------------------------------------


def pairs(*rows: tuple[str, str, str]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=["level_born", "level_name", "level_home"], orient="row")


SOME = pairs(
    ("sama", "sama", "equal"),
    ("sama", "mirip", "equal"),
    ("berbeda", "mirip", "else"),
    ("berbeda", "kosong di satu sisi", "kosong di kedua sisi"),
    ("kosong di satu sisi", "berbeda", "equal"),
    ("kosong di kedua sisi", "berbeda", "else"),
)


def test_pairs_are_counted_by_level_and_given() -> None:
    assert resting_pairs(SOME, SPEC).rows() == [
        ("born", 0, 1, 2),
        ("born", 0, 3, 2),
        ("name", 1, 1, 1),
        ("name", 1, 2, 1),
        ("name", 3, 2, 1),
        ("name", 4, 3, 2),
        ("home", 0, 1, 3),
        ("home", 0, 2, 2),
    ]
    assert resting_pairs(SOME.clear(), SPEC).is_empty()


def test_levels_never_seen_are_told_when_pairs_rest_on_them() -> None:
    found = never_seen(model(), SPEC, SOME)
    assert found.rows() == [
        ("Birth date", "differs", None, 2),
        ("Name", "differs", None, 2),
        ("home", "else", None, 2),
    ]
    # Names alike were seen, but never with the birth date near.
    near = never_seen(model(), SPEC, pairs(("dekat", "mirip", "equal"), ("sama", "mirip", "equal")))
    assert near.rows() == [("Name", "alike", "Birth date: near", 1)]
    assert never_seen(model(), SPEC, SOME.head(2)).is_empty()


# --- the same records, the same model --------------------------------------------------------------------------------

ONCE = """
import sys
from pathlib import Path
from flows.matching import person_spec
from matchers.link import link_records
from matchers.model import to_json
from tests.people import registers
records = registers(people=700, seed=13).sample(fraction=1.0, shuffle=True, seed=int(sys.argv[1]))
found = link_records(records, person_spec())
folder = Path(sys.argv[2])
(folder / "model.json").write_bytes(to_json(found.model, person_spec()).encode())
found.pairs.write_csv(folder / "pairs.csv")
found.links.write_csv(folder / "links.csv")
found.scored.write_csv(folder / "scored.csv")
"""


def test_neither_the_order_of_the_records_nor_the_number_of_threads_changes_a_byte(tmp_path: Path) -> None:
    made = []
    for seed, threads in ((1, 1), (2, 2), (3, 5)):
        folder = tmp_path / str(seed)
        folder.mkdir()
        environment = os.environ | {"POLARS_MAX_THREADS": str(threads), "PYTHONHASHSEED": str(seed)}
        environment |= {"OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": str(threads)}
        subprocess.run(
            [sys.executable, "-c", ONCE, str(seed), str(folder)],
            env=environment, cwd=Path(__file__).parents[2], check=True,
        )  # fmt: skip
        made.append({path.name: path.read_bytes() for path in sorted(folder.iterdir())})
    assert len(made[0]["pairs.csv"]) > 10_000
    assert made[0] == made[1] == made[2]


def test_the_columns_of_the_table_are_told() -> None:
    found = model_levels(model(), SPEC)
    assert found.filter(comparison="name", given=4)["given_id"].to_list() == ["kosong"] * 3
    assert found.filter(comparison="born")["given_en"].to_list() == [None] * 3
    # No pair of one person had another birth date: all of them stand behind the names there; of strangers few.
    assert found.filter(comparison="name", given=3)["behind"].to_list() == [9, 8, 0]
