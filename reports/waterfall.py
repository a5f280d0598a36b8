"""A pair's sum as a picture: each comparison moves the running total right (one person) or left (two people).

Pure: plain rows in, SVG text out. Two forms: the narrow one stands in the page, in both languages of which the page
shows one; the broad one stands alone, with both languages beside each other and both records' values.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reports import form
from reports.drawing import (
    AGAINST,
    FAINT,
    FOR,
    INK,
    LANGUAGES,
    LETTER,
    LINE,
    REVIEW,
    SOFT,
    START,
    Axis,
    Threshold,
    both,
    cut,
    line,
    marks,
    picture,
    rect,
    signed,
    text,
)
from reports.reasons import Reasons, Step
from reports.words import plain

XML = "http://www.w3.org/2000/svg"


@dataclass(frozen=True)
class Form:
    """Where things stand: width of the drawing, left and right edge of the plot, width for text, broad or narrow."""

    width: int
    left: int
    right: int
    words: int
    broad: bool


NARROW = Form(width=400, left=8, right=392, words=340, broad=False)
BROAD = Form(width=920, left=450, right=840, words=420, broad=True)


@dataclass(frozen=True)
class Band:
    """One line of the picture: words in both languages, the number, and the bar from `start` to `end` (bits)."""

    label: tuple[str, str]
    level: tuple[str, str]
    number: str
    start: float
    end: float
    colour: str
    values: str = ""
    quiet: bool = False
    last: bool = False


def waterfall(
    told: Reasons,
    key: str,
    thresholds: Sequence[Threshold] = (),
    broad: bool = False,
    head: Sequence[str] = (),
    foot: Sequence[str] = (),
) -> Markup:
    """The picture of one pair's sum, as an `<svg>` element; all texts are escaped.

    `key` makes its element ids unique in a page. `head` and `foot` are lines of text above and below, for the broad
    form; the first of `head` is the picture's title too.
    """
    shape = BROAD if broad else NARROW
    bands = _bands(told)
    axis = Axis(*_range(bands, thresholds), shape.left, shape.right, shape.width)
    top = 36.0 + (20 + 18 * len(head) if head else 0)
    parts: list[Markup] = []
    strips: list[tuple[float, float]] = []  # where upright lines are drawn: the narrow form's words stand between them
    at, carried = top, None
    for band in bands:
        height, (bar_top, bar_bottom) = _measures(band, shape)
        if not band.quiet:
            x = axis.place(band.end if band.last else band.start)
            if carried is not None:
                parts.append(line(x, carried, x, at + bar_top, FAINT))
            carried = at + bar_bottom
            parts.append(_bar(axis, band, at + bar_top, bar_bottom - bar_top))
            strips.append((at + bar_top - 3, carried + 3))
        parts.extend(_words(shape, band, at))
        at += height
    strips = [(top - 4, at)] if broad else [(top - 4, top), *strips, (at, at + 1)]
    behind = [*_grid(axis, strips, thresholds, broad), *marks(axis, thresholds, top - 21, broad)]
    lines = [*_head(head), *_foot(foot, at + 58), *behind, *parts]
    title = head[0] if head else f"{plain('wf_title', 'id')} / {plain('wf_title', 'en')}"
    described = " / ".join(_described(told, language) for language in LANGUAGES)
    return picture(key, shape.width, at + 42 + 18 * len(foot), title, described, lines)


def as_page(drawn: Markup, title: str) -> str:
    """A page with this one picture in the broad form; it contacts nothing."""
    return str(
        Markup(
            '<!doctype html>\n<html lang="id">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="robots" content="noindex, nofollow">\n'
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
            "<title>{}</title>\n"
            "<style>body{{margin:1rem;background:#fff}}"
            "svg{{display:block;width:100%;min-width:640px;max-width:{}px;margin:0 auto}}"
            "@page{{size:A4;margin:12mm}}@media print{{body{{margin:0}}}}</style>\n"
            "</head>\n<body>\n{}\n</body>\n</html>\n"
        ).format(title, BROAD.width, drawn)
    )


def as_file(drawn: Markup) -> str:
    """The picture as a file of its own."""
    return str(drawn).replace("<svg ", f'<svg xmlns="{XML}" ', 1) + "\n"


def _bands(told: Reasons) -> list[Band]:
    numbers = told.shown
    bands = [Band(_pair("wf_start"), _pair("wf_start_level"), signed(numbers[0]), 0.0, told.prior, START)]
    running = told.prior
    for step, number in zip(told.steps, numbers[1:-1], strict=True):
        bands.append(_band(step, number, running))
        running += step.weight
    level = _pair("wf_chance", chance=form.chance(told.probability))
    return [*bands, Band(_pair("wf_total"), level, signed(numbers[-1]), 0.0, told.total, INK, last=True)]


def _pair(key: str, **values: str) -> tuple[str, str]:
    return plain(key, "id", **values), plain(key, "en", **values)


def _band(step: Step, number: float, running: float) -> Band:
    return Band(
        (step.label_id, step.label_en),
        (step.level_id, step.level_en),
        "0" if step.is_quiet else signed(number),
        running,
        running + step.weight,
        FOR if step.weight > 0 else AGAINST,
        " | ".join(step.values) if step.values and not step.is_quiet else "",
        step.is_quiet,
    )


def _range(bands: Iterable[Band], thresholds: Sequence[Threshold]) -> tuple[float, float]:
    """The least and greatest weight of the plot: every bar, even odds and the thresholds, and some air."""
    every = [0.0, *(t.weight for t in thresholds), *(edge for band in bands for edge in (band.start, band.end))]
    low, high = min(every), max(every)
    air = max((high - low) * 0.04, 1.0)
    return low - air, high + air


def _measures(band: Band, shape: Form) -> tuple[float, tuple[float, float]]:
    """How high a band is, and where in it the bar begins and ends."""
    if shape.broad:
        return (44.0 if band.quiet else 62.0 if band.values else 46.0), (7.0, 27.0)
    return (21.0 if band.quiet else 41.0), (19.0, 31.0)


# --- words -----------------------------------------------------------------------------------------------------------


def _words(shape: Form, band: Band, at: float) -> list[Markup]:
    size, weight = (12.0, "400") if band.quiet else (13.0, "600")
    beside_bar = 7 if shape.broad and not band.quiet else 0
    colour = SOFT if band.quiet else INK
    said = [text(shape.width - 6, at + 14 + beside_bar, band.number, size, colour, "end", weight)]
    for place, language in enumerate(LANGUAGES):
        label, level = band.label[place], band.level[place]
        if shape.broad and place == 1:
            said.append(_phrase(shape, at + 31, label, level, language, 12.0, FAINT if band.quiet else SOFT, "400"))
        else:
            said.append(_phrase(shape, at + 14, label, level, language, size, colour, weight))
    if shape.broad and band.values:
        said.append(text(8, at + 48, cut(band.values, shape.words, 12), 12, INK))
    return said


def _phrase(
    shape: Form, y: float, label: str, level: str, language: str, size: float, colour: str, weight: str
) -> Markup:
    """'Label: level', the label in stronger type."""
    fitting = cut(level, max(shape.words - len(label) * size * LETTER, 60), size)
    return Markup(
        '<text x="8" y="{y:g}" lang="{lang}" font-size="{size:g}" fill="{colour}" stroke="#fff" stroke-width="3" '
        'paint-order="stroke"><tspan font-weight="{weight}">{label}</tspan>{level}</text>'
    ).format(
        y=y, lang=language, size=size, colour=colour, weight=weight, label=label, level=f": {fitting}" if level else ""
    )


def _head(lines: Sequence[str]) -> list[Markup]:
    """The first line is the title."""
    shown = [(16.0, INK, "650"), *[(12.5, SOFT, "400")] * len(lines)]
    return [
        text(8, 20 + 18 * n, cut(said, BROAD.width - 16, size), size, colour, weight=weight)
        for n, (said, (size, colour, weight)) in enumerate(zip(lines, shown, strict=False))
    ]


def _foot(lines: Sequence[str], at: float) -> list[Markup]:
    return [text(8, at + 18 * n, cut(said, BROAD.width - 16, 12), 12) for n, said in enumerate(lines)]


def _described(told: Reasons, language: str) -> str:
    """The whole sum in words, for who cannot see it."""
    numbers = [signed(number) for number in told.shown]
    said = [f"{plain('wf_start', language)} {numbers[0]}"]
    for step, number in zip(told.steps, numbers[1:-1], strict=True):
        label, level = (step.label_id, step.level_id) if language == "id" else (step.label_en, step.level_en)
        said.append(f"{label}: {level} {'0' if step.is_quiet else number}")
    chance = plain("wf_chance", language, chance=form.chance(told.probability))
    return "; ".join([*said, f"{plain('wf_total', language)} {numbers[-1]}, {chance}"])


# --- lines -----------------------------------------------------------------------------------------------------------


def _bar(axis: Axis, band: Band, y: float, height: float) -> Markup:
    start, end = sorted(axis.place(weight) for weight in (band.start, band.end))
    return rect(start, y, max(end - start, 1.5), height, band.colour)


def _grid(
    axis: Axis, strips: Sequence[tuple[float, float]], thresholds: Sequence[Threshold], broad: bool
) -> list[Markup]:
    """Upright lines with the bits above and the probability below."""
    top, bottom = strips[0][0], strips[-1][1]
    parts: list[Markup] = []
    for tick in axis.ticks():
        x = axis.place(tick)
        parts.extend(line(x, start, x, end, INK if tick == 0 else LINE) for start, end in strips)
        parts.append(axis.label(tick, top - 4))
    for threshold in thresholds:
        x, colour = axis.place(threshold.weight), FOR if threshold.outcome == "link" else REVIEW
        parts.extend(line(x, start, x, end, colour, dash="4 3", width=1.4) for start, end in strips)
    for weight, label in axis.chances():
        x = axis.place(weight)
        parts.append(line(x, bottom, x, bottom + 4, SOFT))
        parts.append(text(x, bottom + 15, label, 10.5, anchor="middle"))
    parts.extend(both(axis.left, bottom + 33, "two_people", "start", broad, around="← {}"))
    parts.extend(both(axis.right, bottom + 33, "one_person", "end", broad, around="{} →"))
    if broad:
        parts.extend(both(axis.width - 6, top - 4, "weight", "end", broad))
    return parts
