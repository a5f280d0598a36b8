"""Hand-made SVG with an axis in bits: texts, lines, ticks, and the same colours in every picture."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reports import form
from reports.words import plain

INK, SOFT, FAINT, LINE = "#17232e", "#51606d", "#8592a0", "#dde3e6"
FOR, AGAINST, START, REVIEW = "#0a6b66", "#cf6a4f", "#7d8b97", "#8a5400"
FONT = "'Segoe UI',Roboto,'Helvetica Neue','Noto Sans','Liberation Sans',Arial,sans-serif"
LETTER = 0.51  # how wide a letter is on average, of the size of the type
CHANCES = (0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999)
STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500)
LANGUAGES = ("id", "en")


@dataclass(frozen=True)
class Threshold:
    """From this weight (bits) on, a pair has the outcome `link` or `review`."""

    outcome: str
    weight: float


@dataclass(frozen=True)
class Axis:
    """An axis in bits: the least and greatest weight, and where on the drawing they stand."""

    low: float
    high: float
    left: float
    right: float
    width: float

    def place(self, weight: float) -> float:
        """Where on the drawing a weight stands."""
        return self.left + (weight - self.low) / (self.high - self.low) * (self.right - self.left)

    def ticks(self, apart: float = 46) -> range:
        """Round weights on the axis that stand at least so far apart."""
        room = max((self.right - self.left) / apart, 1)
        step = next((step for step in STEPS if (self.high - self.low) / step <= room), STEPS[-1])
        return range(math.ceil(self.low / step) * step, math.floor(self.high) + 1, step)

    def label(self, weight: int, y: float) -> Markup:
        """The number of a tick, wholly inside the drawing."""
        said = signed(weight).removesuffix(",0")
        half = (len(said) + 1) * 11 * 0.6 / 2  # figures are broader than letters
        return text(min(max(self.place(weight), half), self.width - half), y, said, anchor="middle")

    def chances(self) -> list[tuple[float, str]]:
        """Where the probability is written, as many labels as stand clear of each other."""
        return spread(chance_ticks(self.low, self.high), self.place, self.width)


def picture(key: str, width: float, height: float, title: str, told: str, parts: Iterable[Markup]) -> Markup:
    """An `<svg>` element that fills its place; `told` says for who cannot see it what is drawn."""
    return Markup(
        '<svg class="drawn" viewBox="0 0 {w:g} {h:g}" role="img" aria-labelledby="{key}-t {key}-d" '
        'font-family="{font}" font-size="13" fill="{ink}"><title id="{key}-t">{title}</title>'
        '<desc id="{key}-d">{told}</desc>{parts}</svg>'
    ).format(
        w=width, h=math.ceil(height), key=key, font=FONT, ink=INK, title=title, told=told, parts=Markup("").join(parts)
    )


def text(
    x: float,
    y: float,
    said: str,
    size: float = 11.0,
    colour: str = SOFT,
    anchor: str = "start",
    weight: str = "400",
    language: str = "",
) -> Markup:
    """A line of text, white around its letters, so that lines behind it do not disturb."""
    lang = Markup(' lang="{}"').format(language) if language else ""
    return Markup(
        '<text x="{x:.1f}" y="{y:g}"{lang} font-size="{size:g}" fill="{colour}" text-anchor="{anchor}" '
        'font-weight="{weight}" stroke="#fff" stroke-width="3" paint-order="stroke">{said}</text>'
    ).format(x=x, y=y, lang=lang, size=size, colour=colour, anchor=anchor, weight=weight, said=said)


def both(
    x: float, y: float, key: str, anchor: str, beside: bool, colour: str = SOFT, around: str = "{}", **values: str
) -> list[Markup]:
    """A sentence of words.toml in both languages: `beside` each other, or of which the page shows one."""
    said = {language: plain(key, language, **values) for language in LANGUAGES}
    if beside:
        return [text(x, y, around.format(" / ".join(said.values())), anchor=anchor, colour=colour)]
    return [
        text(x, y, around.format(one), anchor=anchor, colour=colour, language=language)
        for language, one in said.items()
    ]


def line(x1: float, y1: float, x2: float, y2: float, colour: str, dash: str = "", width: float = 1.0) -> Markup:
    """A straight line."""
    dashed = Markup(' stroke-dasharray="{}"').format(dash) if dash else ""
    return Markup('<line x1="{:.1f}" y1="{:.4g}" x2="{:.1f}" y2="{:.4g}" stroke="{}" stroke-width="{:g}"{}/>').format(
        x1, y1, x2, y2, colour, width, dashed
    )


def rect(x: float, y: float, width: float, height: float, colour: str) -> Markup:
    """A filled rectangle."""
    return Markup('<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" fill="{}"/>').format(
        x, y, width, height, colour
    )


def marks(axis: Axis, thresholds: Sequence[Threshold], y: float, beside: bool) -> list[Markup]:
    """The thresholds' names above the axis: right of `link` pairs are linked, left of `review` they are two people."""
    parts: list[Markup] = []
    for threshold in thresholds:
        link = threshold.outcome == "link"
        colour, x = FOR if link else REVIEW, axis.place(threshold.weight)
        key = "from_link" if link else "from_review"
        longest = max(len(plain(key, language)) for language in LANGUAGES) * 11 * LETTER * (2 if beside else 1)
        anchor, at = ("start", min(x + 4, axis.width - longest - 2)) if link else ("end", max(x - 4, longest + 2))
        parts.append(line(x, y - 9, x, y + 2, colour, width=1.4))
        parts.extend(both(at, y, key, anchor, beside, colour))
    return parts


def signed(weight: float) -> str:
    """A weight with its sign and a decimal comma: '+9,5', '−6,7', '0,0'."""
    return f"{'+' if weight > 0 else '−' if weight < 0 else ''}{form.decimal(abs(weight))}"


def cut(said: str, width: float, size: float) -> str:
    """A text that fits: what is too long ends in three dots."""
    most = int(width / (size * LETTER))
    return said if len(said) <= most else f"{said[: max(most - 1, 1)]}…"


def chance_ticks(low: float, high: float) -> list[tuple[float, str]]:
    """Where a probability may be written on an axis in bits, those nearest to even odds first."""
    if high - low <= 30:
        ticks = [(math.log2(p / (1 - p)), form.chance(p, 0 if 0.01 <= p <= 0.99 else 1)) for p in CHANCES]
    else:
        ticks = [(0.0, form.chance(0.5, 0))]
        for far, little, places in ((10.0, 0.001, 1), (20.0, 0.000001, 4)):
            ticks += [(-far, form.chance(little, places)), (far, form.chance(1 - little, places))]
        ticks += [(-30.0, f"≈0{form.NBSP}%"), (30.0, f"≈100{form.NBSP}%")]
    return sorted((tick for tick in ticks if low <= tick[0] <= high), key=lambda tick: (abs(tick[0]), tick[0]))


def spread(
    ticks: Iterable[tuple[float, str]], place: Callable[[float], float], width: float
) -> list[tuple[float, str]]:
    """Of the ticks, the first ones first, those whose labels stand inside the drawing and clear of each other."""
    taken: list[tuple[float, float]] = []
    chosen = []
    for weight, label in ticks:
        half = len(label) * 10.5 * LETTER / 2 + 4
        start, end = place(weight) - half, place(weight) + half
        if start >= 0 and end <= width and all(end <= a or start >= b for a, b in taken):
            taken.append((start, end))
            chosen.append((weight, label))
    return chosen
