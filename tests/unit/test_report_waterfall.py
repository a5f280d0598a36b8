"""A pair's sum: its printed column adds up to the printed total, its picture says the same and breaks nothing."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.drawing import Axis, Threshold, chance_ticks, spread
from reports.form import chance
from reports.reasons import Step, add_up, reasons, stored_reasons
from reports.waterfall import as_file, as_page, waterfall

THRESHOLDS = (Threshold("link", 0.0), Threshold("review", -2.0))
WEIGHTS = st.one_of(st.just(0.0), st.floats(-60, 60), st.floats(-1e-9, 1e-9))
STEPS = (
    Step("Tanggal lahir", "Birth date", "sama", "equal", 15.04, ("••-••-19••", "••-••-19••")),
    Step("NIK", "NIK", "kosong di satu sisi", "missing on one side", 0.0, ("–", "3602••••••••0001")),
    Step("Nama", "Name", "berbeda", "differs", -8.44),
)
TOLD = reasons(-12.24, STEPS, -12.24 + 15.04 - 8.44, 1 / (1 + 2**5.64))


def printed(svg: str) -> list[float]:
    """The numbers of the picture's column, in their order."""
    found = re.findall(r'text-anchor="end" font-weight="(?:400|600)"[^>]*>([+−]?\d+(?:,\d)?)<', svg)
    return [float(number.replace(",", ".").replace("−", "-")) for number in found]


# --- the sum ------------------------------------------------------------------------------------------------------


@given(st.lists(WEIGHTS, min_size=1, max_size=14))
def test_the_printed_column_adds_up_and_no_number_is_off_by_a_tenth(parts: list[float]) -> None:
    total = math.fsum(parts)
    shown = add_up(parts, total)
    assert sum(shown) == round(total * 10)
    for part, tenths in zip(parts, shown, strict=True):
        assert abs(tenths - part * 10) < 1 + 1e-6
        assert part != 0.0 or tenths == 0


def test_what_is_lost_by_rounding_goes_to_the_parts_that_lost_most() -> None:
    assert add_up([0.04, 0.04, 0.04], 0.12) == [1, 0, 0]
    assert add_up([-0.04, 0.07, 0.0], 0.03) == [-1, 1, 0]
    assert add_up([1.0, 2.0, -3.0], 0.0) == [10, 20, -30]


@given(st.floats(-40, 40), st.lists(WEIGHTS, max_size=12), st.one_of(st.just(0.0), st.floats(-9, 9)))
def test_whatever_the_comparisons_leave_is_a_step_of_its_own(prior: float, parts: list[float], rest: float) -> None:
    steps = [Step("a", "a", "b", "b", part) for part in parts]
    total = prior + math.fsum(parts) + rest
    told = reasons(prior, steps, total, 0.5)
    assert round(sum(told.shown[:-1]), 6) == told.shown[-1] == round(told.total * 10) / 10
    assert len(told.steps) - len(steps) == (abs(total - prior - math.fsum(parts)) >= 0.005)


def test_rivals_are_named_by_what_they_do() -> None:
    for rest, level in ((-3.0, "ada yang juga cocok"), (3.0, "tidak ada yang lebih cocok")):
        assert reasons(-1.0, (), -1.0 + rest, 0.5).steps[0].level_id == level


PAIR = {
    "match_weight": 3.0, "probability": 0.9, "prior_weight": -9.0, "rival_weight": 1.0,
    "weight_name": 11.0, "level_name": "sama", "weight_nik": 0.0, "level_nik": "kosong di satu sisi",
}  # fmt: skip
WORDS = [
    {"comparison": "nik", "position": 1, "label_id": "NIK", "label_en": "NIK", "level_id": "kosong di satu sisi",
     "level_en": "missing on one side"},
    {"comparison": "name", "position": 2, "label_id": "Nama", "label_en": "Name", "level_id": "sama",
     "level_en": "equal"},
]  # fmt: skip


def test_a_stored_pair_is_told_in_the_words_of_its_database() -> None:
    told = stored_reasons(PAIR, WORDS, {"name": ("A", "B")})
    assert [(step.label_en, step.level_en, step.weight) for step in told.steps] == [
        ("NIK", "missing on one side", 0.0),
        ("Name", "equal", 11.0),
        ("Other records", "none fits better", 1.0),
    ]
    assert told.steps[1].values == ("A", "B") and told.steps[0].is_quiet
    assert told.prior == -9.0


def test_a_stored_pair_without_words_or_prior_is_told_all_the_same() -> None:
    told = stored_reasons({**PAIR, "prior_weight": None}, [])
    assert [(step.label_id, step.level_id) for step in told.steps] == [
        ("name", "sama"),
        ("nik", "kosong di satu sisi"),
    ]
    assert told.prior == -8.0  # what the comparisons leave


# --- the picture --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("broad", [False, True])
def test_the_picture_prints_the_sum_and_says_it_in_words(broad: bool) -> None:
    svg = str(waterfall(TOLD, "k", THRESHOLDS, broad=broad))
    root = ElementTree.fromstring(svg)
    assert printed(svg) == [-12.2, 15.0, 0.0, -8.4, -5.6]
    title, described = (root.findtext(name) for name in ("title", "desc"))
    assert root.attrib["aria-labelledby"].split() == ["k-t", "k-d"] and title
    assert described is not None
    assert "Titik awal −12,2; Tanggal lahir: sama +15,0; NIK: kosong di satu sisi 0" in described
    assert "Birth date: equal +15,0" in described
    assert len(root.findall("rect")) == 4  # nothing is drawn for a missing value


def test_the_narrow_form_holds_no_values_and_the_broad_one_those_it_is_given() -> None:
    assert "••-••-19•• | ••-••-19••" not in str(waterfall(TOLD, "k"))
    broad = str(waterfall(TOLD, "k", broad=True))
    assert "••-••-19•• | ••-••-19••" in broad
    assert "3602••••••••0001" not in broad  # quiet: one side has nothing to compare with


@given(st.floats(-60, 60), st.lists(WEIGHTS, max_size=12), st.booleans())
def test_every_bar_lies_in_the_picture_and_begins_where_the_last_one_ended(
    prior: float, parts: list[float], broad: bool
) -> None:
    total = prior + math.fsum(parts)
    steps = [Step("a", "a", "b", "b", part) for part in parts]
    root = ElementTree.fromstring(str(waterfall(reasons(prior, steps, total, 0.5), "k", THRESHOLDS, broad=broad)))
    width = float(root.attrib["viewBox"].split()[2])
    bars = [(float(r.attrib["x"]), float(r.attrib["x"]) + float(r.attrib["width"])) for r in root.findall("rect")]
    assert all(start >= 0 and end <= width for start, end in bars)
    for one, other in pairwise(bars):
        assert min(abs(a - b) for a in one for b in other) < 1.8


def test_texts_are_escaped_and_too_long_ones_cut() -> None:
    hostile = '<script>alert(1)</script>"&'
    step = Step(hostile, hostile, "x" * 300, "y" * 300, 1.0, (hostile, "z" * 300))
    for broad in (False, True):
        svg = str(waterfall(reasons(0.0, [step], 1.0, 0.6), "k", broad=broad, head=[hostile], foot=[hostile]))
        ElementTree.fromstring(svg)
        assert "<script" not in svg and "x" * 200 not in re.sub(r"<desc.*?</desc>", "", svg)


def test_a_picture_stands_alone() -> None:
    drawn = waterfall(TOLD, "k", THRESHOLDS, broad=True, head=["Judul"])
    page = as_page(drawn, "<Judul>")
    assert "http" not in page.replace("http-equiv", "") and "<title>&lt;Judul&gt;</title>" in page
    file = as_file(drawn)
    assert file.count("http") == 1 and ElementTree.fromstring(file).tag == "{http://www.w3.org/2000/svg}svg"


# --- the axis -----------------------------------------------------------------------------------------------------


@given(st.floats(-80, 0), st.floats(1, 80))
def test_labels_stand_clear_of_each_other_and_inside(low: float, high: float) -> None:
    axis = Axis(low, high, 8, 392, 400)
    at = [(axis.place(weight), len(label) * 2.6) for weight, label in axis.chances()]
    assert all(x - half >= 0 and x + half <= 400 for x, half in at)
    at.sort()
    assert all(a + half <= b - other for (a, half), (b, other) in pairwise(at))
    assert len(axis.ticks()) <= 400 / 46 + 1


def test_probabilities_are_written_where_they_hold() -> None:
    for low, high in ((-12, 12), (-50, 60)):
        for weight, label in chance_ticks(low, high):
            share = 1 / (1 + 2**-weight)
            number = float(label.strip("<>≈ \u00a0%").replace(",", "."))
            assert number == pytest.approx(share * 100, rel=0.05, abs=1e-4)
    assert spread([(0.0, "50 %"), (0.1, "51 %")], lambda weight: 200 + weight, 400) == [(0.0, "50 %")]


def test_a_probability_never_claims_certainty() -> None:
    assert [chance(share) for share in (0.0, 0.0004, 0.5, 0.9994, 0.9995, 1.0)] == [
        "<0,1\u00a0%", "<0,1\u00a0%", "50,0\u00a0%", "99,9\u00a0%", ">99,9\u00a0%", ">99,9\u00a0%",
    ]  # fmt: skip
