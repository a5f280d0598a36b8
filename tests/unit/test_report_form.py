"""Numbers, money, dates and masks as Indonesian officers read them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import form


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (999, "999"), (1000, "1.000"), (1234567, "1.234.567"), (-4500, "-4.500"), (2.6, "3"), (None, "–")],
)
def test_whole_numbers_have_dots_between_thousands(value, shown):
    assert form.number(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(37800, "Rp 37.800"), (0, "Rp 0"), (-37800, "-Rp 37.800"), (None, "–")],
)
def test_money(value, shown):
    assert form.rupiah(value).replace(form.NBSP, " ") == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (950, "Rp 950"),
        (37800, "Rp 37,8 ribu"),
        (999_949, "Rp 999,9 ribu"),
        (999_960, "Rp 1,0 juta"),
        (20_100_000, "Rp 20,1 juta"),
        (127_000_000_000, "Rp 127,0 miliar"),
        (2_500_000_000_000, "Rp 2,5 triliun"),
    ],
)
def test_short_money_carries_its_word(value, shown):
    assert form.short_rupiah(value).replace(form.NBSP, " ") == shown


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (0.31357, "31,4 %"),
        (1, "100,0 %"),
        (0, "0,0 %"),
        (0.0004, "<0,1 %"),
        (0.0006, "0,1 %"),
        (None, "–"),
        (float("nan"), "–"),
        (12.5, "1.250,0 %"),
    ],
)
def test_shares(share, shown):
    assert form.percent(share).replace(form.NBSP, " ") == shown


@pytest.mark.parametrize(
    ("share", "shown"), [(0.98, "98 %"), (0.8, "80 %"), (0.3499, "34,99 %"), (0.345, "34,5 %"), (1, "100 %")]
)
def test_targets_keep_the_decimals_they_were_set_with(share, shown):
    assert form.target(share).replace(form.NBSP, " ") == shown


@pytest.mark.parametrize(
    ("share", "target", "shown"),
    [
        (0.34989, 0.3499, "34,98 %"),
        (0.3499, 0.3499, "34,99 %"),
        (0.34996, 0.3499, "35,00 %"),
        (0.9796, 0.98, "97,9 %"),
        (0.98, 0.98, "98,0 %"),
        (0.123, 0.98, "12,3 %"),
        (0.0, 0.3499, "0,00 %"),
        (0.3496, None, "35,0 %"),
        (None, 0.98, "–"),
        (float("nan"), 0.98, "–"),
    ],
)
def test_a_share_beside_its_target_never_seems_to_reach_what_it_does_not(share, target, shown):
    assert form.measured(share, target).replace(form.NBSP, " ") == shown


@pytest.mark.parametrize(
    ("now", "before", "shown"),
    [(1204, 0, "+1.204"), (0, 12, "−12"), (5, 5, "±0"), (5, None, ""), (None, 5, "")],
)
def test_changes_carry_their_sign(now, before, shown):
    assert form.change(now, before) == shown


def test_dates():
    assert form.long_date(date(2026, 11, 20)) == "20 November 2026"
    assert form.long_date(date(2026, 8, 1), "en") == "1 August 2026"
    assert form.short_date(date(1980, 3, 1)) == "01-03-1980"
    assert form.long_date(None) == form.short_date(None) == "–"


@pytest.mark.parametrize(
    ("identity", "shown"),
    [
        ("3602014107800001", "3602••••••••0001"),
        ("0001234567890", "0001•••••7890"),
        ("12345678", "••••••••"),
        ("", "–"),
        (None, "–"),
    ],
)
def test_masks(identity, shown):
    assert form.mask(identity) == shown


@given(st.from_regex(r"[0-9]{1,20}", fullmatch=True))
def test_a_mask_keeps_the_length_and_hides_all_but_eight(identity):
    masked = form.mask(identity)
    assert len(masked) == len(identity)
    assert sum(c != form.MASK for c in masked) == (8 if len(identity) > 8 else 0)


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_a_shown_number_reads_back(value):
    assert int(form.number(value).replace(".", "")) == value
