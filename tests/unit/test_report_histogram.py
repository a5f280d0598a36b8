"""The histogram of match weights: nothing lost, nothing invisible, nothing outside."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.drawing import Threshold
from reports.histogram import LEAST, OUTCOMES, gathered, histogram, parts_of

THRESHOLDS = (Threshold("link", 0.0), Threshold("review", -2.0))
COUNTS = st.dictionaries(
    st.tuples(st.integers(-60, 79), st.sampled_from(OUTCOMES)), st.integers(1, 10**8), min_size=1, max_size=60
)


@given(COUNTS, st.sampled_from([1, 2, 5, 10]))
def test_bins_hold_every_pair_once(counts: dict[tuple[int, str], int], step: int) -> None:
    bars = gathered(counts, step)
    assert sum(sum(parts.values()) for parts in bars.values()) == sum(counts.values())
    for (weight, outcome), pairs in counts.items():
        assert bars[weight // step * step][outcome] >= pairs
    assert all(list(parts) == [one for one in OUTCOMES if one in parts] for parts in bars.values())


@given(st.dictionaries(st.sampled_from(OUTCOMES), st.integers(1, 10**9), min_size=1), st.floats(9, 300))
def test_no_part_vanishes_and_together_they_are_not_higher(parts: dict[str, int], height: float) -> None:
    heights = parts_of(parts, height)
    assert all(part >= LEAST * 0.6 for part in heights)
    assert sum(heights) <= height + 1e-6


@given(COUNTS, st.booleans())
def test_every_bar_lies_inside(counts: dict[tuple[int, str], int], slim: bool) -> None:
    root = ElementTree.fromstring(str(histogram(counts, THRESHOLDS, "k", slim)))
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    for bar in root.iter("rect"):
        x, y, wide, high = (float(bar.attrib[name]) for name in ("x", "y", "width", "height"))
        assert x >= 0 and x + wide <= width and y >= 40 and y + high <= height - 45


@pytest.mark.parametrize("slim", [False, True])
def test_it_says_in_words_what_it_shows(slim: bool) -> None:
    svg = str(histogram({(-5, "distinct"): 1200, (-2, "review"): 3, (12, "link"): 45678}, THRESHOLDS, "k", slim))
    told = ElementTree.fromstring(svg).findtext("desc")
    assert told is not None and "Ditautkan: 45.678 (+12 … +13)" in told and "Different people: 1.200 (−5 … −4)" in told
    assert re.search(r"<g><title>[^<]*Menunggu pemeriksaan petugas: 3", svg)
    assert "10.000" in svg and "50" in svg


def test_without_pairs_there_is_no_picture() -> None:
    assert histogram({}, THRESHOLDS, "k", slim=False) == ""
