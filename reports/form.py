"""Indonesian forms of numbers, money, dates and masked personal numbers, as the page and the workbooks show them."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

MONTHS = {
    "id": (
        "Januari", "Februari", "Maret", "April", "Mei", "Juni",
        "Juli", "Agustus", "September", "Oktober", "November", "Desember",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip
DASH = "–"
MASK = "•"
NBSP = "\u00a0"


def number(value: Any) -> str:
    """A whole number with dots between thousands: 1234567 -> '1.234.567'; a dash for null."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return DASH
    return f"{round(value):,}".replace(",", ".")


def decimal(value: Any, places: int = 1) -> str:
    """A number with a decimal comma: 31.44 -> '31,4'; a dash for null."""
    if value is None or not math.isfinite(value):
        return DASH
    return f"{value:,.{places}f}".translate(str.maketrans(",.", ".,"))


def percent(share: Any, places: int = 1) -> str:
    """A share (0..1) in per cent: 0.3136 -> '31,4 %'; a dash for null. What is not nothing never shows as 0."""
    if share is None or not math.isfinite(share):
        return DASH
    least = 10.0**-places
    if 0 < share * 100 < least / 2:
        return f"<{decimal(least, places)}{NBSP}%"
    return f"{decimal(share * 100, places)}{NBSP}%"


def chance(share: float, places: int = 1) -> str:
    """A probability in per cent that never claims certainty: 0.5 -> '50,0 %', 0.99999 -> '>99,9 %', 0 -> '<0,1 %'."""
    least = 10.0**-places
    if round(share * 100, places) <= 0:
        return f"<{decimal(least, places)}{NBSP}%"
    if round(share * 100, places) >= 100:
        return f">{decimal(100 - least, places)}{NBSP}%"
    return f"{decimal(share * 100, places)}{NBSP}%"


def target(share: float | None) -> str:
    """A target in per cent with the decimals it was set with, two at most: 0.98 -> '98 %', 0.3499 -> '34,99 %'."""
    if share is None:
        return DASH
    text = decimal(share * 100, 2)
    return f"{text.rstrip('0').rstrip(',')}{NBSP}%"


def measured(share: float | None, goal: float | None) -> str:
    """A share in per cent as it stands beside its target: with that one's decimals, and at least one.

    What is below its target is never rounded up to it: 0.34996 beside 0.3499 is '35,00 %', 0.34989 is '34,98 %'.
    """
    if share is None or goal is None or not math.isfinite(share):
        return percent(share)
    places = max(1, len(f"{goal * 100:.2f}".rstrip("0").partition(".")[2]))
    steps = round(goal * 100 * 10**places)
    if share < goal and round(share * 100 * 10**places) >= steps:
        share = (steps - 1) / 10**places / 100
    return percent(share, places)


def rupiah(value: Any) -> str:
    """An amount in whole rupiah: 37800 -> 'Rp 37.800'; a dash for null."""
    if value is None:
        return DASH
    return f"{'-' if value < 0 else ''}Rp{NBSP}{number(abs(value))}"


def short_rupiah(value: Any) -> str:
    """An amount for a narrow place: 1234567890 -> 'Rp 1,2 miliar' (ribu, juta, miliar, triliun)."""
    if value is None:
        return DASH
    sign = "-" if value < 0 else ""
    for size, word in ((1e12, "triliun"), (1e9, "miliar"), (1e6, "juta"), (1e3, "ribu")):
        # 999,960 rounds to "1.000,0 ribu": such values belong to the next word up.
        if abs(value) >= size * 0.99995:
            return f"{sign}Rp{NBSP}{decimal(abs(value) / size)}{NBSP}{word}"
    return rupiah(value)


def change(now: Any, before: Any) -> str:
    """The change against an earlier figure with its sign: '+1.204', '−12', '±0'; empty when there is none."""
    if now is None or before is None:
        return ""
    difference = round(now - before)
    if difference == 0:
        return "±0"
    return f"{'+' if difference > 0 else '−'}{number(abs(difference))}"


def long_date(day: date | None, language: str = "id") -> str:
    """A date in words: '20 November 2026'; a dash for null."""
    return DASH if day is None else f"{day.day} {MONTHS[language][day.month - 1]} {day.year}"


def short_date(day: date | None) -> str:
    """A date in digits, day first: '20-11-2026'; a dash for null."""
    return DASH if day is None else f"{day.day:02d}-{day.month:02d}-{day.year:04d}"


def mask(identity: str | None) -> str:
    """A personal number with only its first and last four digits: '3602••••••••0001'.

    A number of eight digits or fewer would be given away whole, so it is masked whole; a dash for null.
    """
    if not identity:
        return DASH
    if len(identity) <= 8:
        return MASK * len(identity)
    return f"{identity[:4]}{MASK * (len(identity) - 8)}{identity[-4:]}"
