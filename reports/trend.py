"""Lines over time as small inline SVG, each with its figures in words beside it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from reports import form
from reports.words import both, plain, say

Row = dict[str, Any]
Point = tuple[date, float]
Dated = Callable[[date | None, str], str]


@dataclass(frozen=True)
class Axis:
    """From where to where a picture of shares reaches, and a target to mark in it."""

    low: float
    high: float
    target: float | None = None


WIDTH, HEIGHT = 360.0, 132.0
LEFT, RIGHT, TOP, BOTTOM = 8.0, 352.0, 26.0, 104.0


def line(
    key: str,
    title: Any,
    points: Sequence[Point],
    said: Callable[[float], str],
    monthly: bool = False,
    axis: Axis | None = None,
) -> Row:
    """A line with its `title`, its `picture`, its `told` sentence and its `rows` (date and value, the newest first).

    points: dates and values, the oldest first; said: how a value is written; monthly: a date stands for its month.
    axis: what the picture reaches from and to; without it from nothing to above the highest value.
    Without two nights there is no picture.
    """
    dated = _month if monthly else form.long_date
    return {
        "title": title,
        "told": both(_told(points, said, dated, "id"), _told(points, said, dated, "en")) if points else "",
        "axis": say("trend_axis", low=form.target(axis.low), high=form.target(axis.high)) if axis else "",
        "aim": say("trend_target", target=form.target(axis.target)) if axis and axis.target is not None else "",
        "picture": _picture(key, points, said, dated, axis) if len(points) > 1 else "",
        "rows": [
            {"day": both(dated(day, "id"), dated(day, "en")), "value": said(value), "of": ""}
            for day, value in reversed(points)
        ],
    }


def share_axis(points: Sequence[Point], target: float | None) -> Axis:
    """An axis for shares that lie close together: whole per cents around them and the target."""
    values = [value for _, value in points] + ([target] if target is not None else [])
    most, room = max(values), max((max(values) - min(values)) / 8, 0.005)
    low = max(math.floor((min(values) - room) * 100) / 100, 0.0)
    return Axis(low, min(math.ceil((most + room) * 100) / 100, max(most, 1.0)), target)


def _month(day: date | None, language: str = "id") -> str:
    return f"{form.MONTHS[language][day.month - 1]} {day.year}" if day else form.DASH


def _told(points: Sequence[Point], said: Callable[[float], str], dated: Dated, language: str) -> str:
    (first, began), (last, ended) = points[0], points[-1]
    if len(points) == 1:
        return plain("trend_one", language, value=said(ended), date=dated(last, language))
    top, most = max(points, key=lambda point: (point[1], point[0]))
    return plain(
        "trend_told", language, began=said(began), ended=said(ended), first=dated(first, language),
        last=dated(last, language), most=said(most), top=dated(top, language),
    )  # fmt: skip


def _picture(
    key: str, points: Sequence[Point], said: Callable[[float], str], dated: Dated, axis: Axis | None
) -> Markup:
    first, last = points[0][0], points[-1][0]
    span = max((last - first).days, 1)
    reach = axis or Axis(0.0, _above(max(value for _, value in points)))

    def height(value: float) -> float:
        return BOTTOM - (value - reach.low) / (reach.high - reach.low) * (BOTTOM - TOP)

    def place(point: Point) -> tuple[float, float]:
        across = (point[0] - first).days / span
        return LEFT + across * (RIGHT - LEFT), height(point[1])

    places = [place(point) for point in points]
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    (x0, y0), (x1, y1) = places[0], places[-1]
    # Filled down to the axis a line says that the axis is nothing.
    area = "" if reach.low else f"M{x0:.1f} {BOTTOM:g}L{drawn.replace(' ', 'L')}L{x1:.1f} {BOTTOM:g}Z"
    # Beside a line that rises from it the first value stands below, where it is not crossed.
    rises = axis is not None and places[1][1] < y0
    began_at = min(y0 + 17, BOTTOM - 4) if rises else max(y0 - 9, 14)
    dots = Markup("").join(
        Markup('<circle class="dot-line" cx="{:.1f}" cy="{:.1f}" r="3"/>').format(x, y)
        for x, y in (places if len(places) <= 14 else (places[0], places[-1]))
    )
    return Markup(
        '<svg class="trend" viewBox="0 0 {w:g} {h:g}" role="img" aria-labelledby="{key}-t"><title id="{key}-t">{title}'
        '</title><line class="axis" x1="{l:g}" x2="{r:g}" y1="{b:g}" y2="{b:g}"/>{aim}<path class="under" d="{area}"/>'
        '<polyline class="over" points="{drawn}"/>{dots}'
        '<text x="{l:g}" y="{a:.1f}">{began}</text><text class="strong" x="{r:g}" y="{z:.1f}" text-anchor="end">{ended}'
        '</text><text x="{l:g}" y="{d:g}">{first}</text><text x="{r:g}" y="{d:g}" text-anchor="end">{last}</text></svg>'
    ).format(
        w=WIDTH, h=HEIGHT, key=key, l=LEFT, r=RIGHT, b=BOTTOM, d=BOTTOM + 20, drawn=drawn, area=area, dots=dots,
        a=began_at, z=max(y1 - 9, 14), began=said(points[0][1]), ended=said(points[-1][1]),
        first=_day(first, dated), last=_day(last, dated), aim=_aim(reach.target, height),
        title=_told(points, said, dated, "id"),
    )  # fmt: skip


def _aim(target: float | None, height: Callable[[float], float]) -> Markup:
    """A broken line at the target."""
    if target is None:
        return Markup("")
    return Markup('<line class="aim" x1="{:g}" x2="{:g}" y1="{y:.1f}" y2="{y:.1f}"/>').format(
        LEFT, RIGHT, y=height(target)
    )


def _day(day: date, dated: Dated) -> str:
    """The date under the line: the drawing has one language, so months of days are figures."""
    return f"{day.month:02d}-{day.year}" if dated is _month else form.short_date(day)


def _above(value: float) -> float:
    """The end of the axis: a round number not below the highest value."""
    if value <= 0:
        return 1.0
    size = 10.0 ** math.floor(math.log10(value))
    return next(step * size for step in (1, 1.5, 2, 3, 4, 5, 7.5, 10) if step * size >= value * 0.999)
