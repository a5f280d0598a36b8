"""Patterns of names: globs, and dates in them, of which the newest that is not after a day is meant."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from flows.config_sources import DATE
from matchers.standardise.dates import MONTHS as MONTHS_BY_NAME

MONTHS = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
    *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
)
_PARTS = {
    "YYYY": r"(?P<Y{n}>[0-9]{{4}})",
    "MMMM": r"(?P<N{n}>[^\W\d_]{{3,9}})",
    "MM": r"(?P<M{n}>[0-9]{{2}})",
    "DD": r"(?P<D{n}>[0-9]{{2}})",
    "hh": r"(?P<h{n}>[0-9]{{2}})",
    "mm": r"(?P<m{n}>[0-9]{{2}})",
    "ss": r"(?P<s{n}>[0-9]{{2}})",
}
# How many days earlier a name is still asked for, by the finest part of its date.
_LONGEST_BACK = {"day": 62, "month": 731, "year": 1_827}

# A date as far as a name tells it, with the time of day if that stands there too: it sorts by age.
Stamp = tuple[int, int, int, int, int, int]


@dataclass(frozen=True)
class _Named:
    """What a name tells: the date in it, and the texts that the wildcards stand for."""

    stamp: Stamp
    rest: tuple[str, ...]


def has_date(pattern: str) -> bool:
    """Whether a pattern holds a date such as {YYYYMMDD}."""
    return bool(DATE.search(pattern))


def is_glob(pattern: str) -> bool:
    """Whether a pattern may mean several names."""
    return has_date(pattern) or bool(re.search(r"[*?\[]", pattern))


def as_glob(pattern: str) -> str:
    """The pattern with `*` for each date: a glob that matches what the pattern does, and more."""
    return DATE.sub("*", pattern)


def fixed_folder(pattern: str) -> str:
    """The folders before the first wildcard, with a slash at the end; empty when there are none."""
    fixed = re.split(r"[*?\[]", as_glob(pattern), maxsplit=1)[0]
    return fixed[: fixed.rfind("/") + 1]


def chosen(names: Iterable[str], pattern: str, as_of: date) -> list[str]:
    """The names that a pattern means, sorted.

    Without a date in it: those that match. With one: of the names that differ in nothing but the date, the newest that
    is not after `as_of`. Names with a date that does not exist do not match.
    """
    found = [(name, told) for name in names if (told := _named(name, pattern)) is not None]
    if not has_date(pattern):
        return sorted(name for name, _ in found)
    newest: dict[tuple[str, ...], tuple[Stamp, str]] = {}
    for name, told in found:
        if told.stamp[:3] <= (as_of.year, as_of.month, as_of.day):
            newest[told.rest] = max(newest.get(told.rest, (told.stamp, name)), (told.stamp, name))
    return sorted(name for _, name in newest.values())


def written_back(pattern: str, as_of: date) -> list[str]:
    """A pattern with the day `as_of` written into it, then earlier ones: for a server that lists nothing.

    Two months of days, two years of months, or five years, by the finest part of the date that the pattern holds.
    """
    if not has_date(pattern):
        return [pattern]
    written = "".join(DATE.findall(pattern))
    finest = "day" if "DD" in written else "month" if "M" in written else "year"
    days = _LONGEST_BACK[finest]
    return list(dict.fromkeys(_filled(pattern, as_of - timedelta(days=back)) for back in range(days)))


def _filled(pattern: str, day: date) -> str:
    """A pattern with a day written into it."""
    return DATE.sub(lambda found: _written(found[1], day), pattern)


def _written(form: str, day: date) -> str:
    values = {
        "YYYY": f"{day.year:04d}",
        "MMMM": MONTHS[day.month - 1],
        "MM": f"{day.month:02d}",
        "DD": f"{day.day:02d}",
    }
    return re.sub(r"YYYY|MMMM|MM|DD", lambda part: values[part[0]], form)


def _named(name: str, pattern: str) -> _Named | None:
    found = _compiled(pattern).fullmatch(name)
    if found is None:
        return None
    parts: dict[str, set[int]] = {}
    for group, text in found.groupdict().items():
        number = MONTHS_BY_NAME.get(text[:3].upper()) if group[0] == "N" else int(text) if group[0] in "YMDhms" else -1
        if number is None:
            return None
        parts.setdefault("M" if group[0] == "N" else group[0], set()).add(number)
    rest = tuple(text for group, text in found.groupdict().items() if group[0] == "w")
    if any(len(parts.get(part, ())) > 1 for part in "YMDhms"):
        return None  # two dates that contradict each other
    year, month, day = (next(iter(parts.get(part, {first}))) for part, first in (("Y", 1), ("M", 1), ("D", 1)))
    try:
        date(year, month, day)
    except ValueError:
        return None
    hour, minute, second = (next(iter(parts.get(part, {0}))) for part in "hms")
    return _Named((year, month, day, hour, minute, second), rest)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """The pattern as a regular expression: `w1`, `w2` ... are its wildcards, the other groups the parts of dates."""
    pieces: list[str] = []
    token = re.compile(rf"{DATE.pattern}|\*\*/|\*+|\?|\[!?\]?[^\]/]*\]|.", re.DOTALL)
    for number, found in enumerate(token.finditer(pattern)):
        text = found[0]
        if found[1] is not None:
            pieces.append(_date_expression(found[1], number))
        elif text == "**/":
            pieces.append(f"(?P<w{number}>(?:[^/]+/)*)")
        elif text[0] in "*?":
            pieces.append(f"(?P<w{number}>[^/]{'*' if text[0] == '*' else ''})")
        elif text[0] == "[" and len(text) > 2:
            inside = text[1:-1].replace("\\", "\\\\").replace("[", "\\[")
            inside = "^" + inside[1:] if inside.startswith("!") else inside.replace("^", "\\^")
            pieces.append(f"(?P<w{number}>[{inside}])")
        else:
            pieces.append(re.escape(text))
    return re.compile("".join(pieces))


def _date_expression(form: str, number: int) -> str:
    parts = re.findall(r"YYYY|MMMM|MM|DD|hh|mm|ss|.", form)
    return "".join(
        _PARTS[part].format(n=f"{number}_{place}") if part in _PARTS else re.escape(part)
        for place, part in enumerate(parts)
    )
