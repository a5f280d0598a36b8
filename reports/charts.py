"""Hand-made SVG: bars that stretch with their table cell. The figures stand beside them as text, so the drawings
are hidden from screen readers."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

TONES = frozenset({"plain", "good", "bad", "warn", "link", "review", "distinct"})


def bar(parts: Sequence[tuple[float, str]], mark: float | None = None) -> Markup:
    """A horizontal bar of stacked parts (share of the full width 0..1, tone) with an upright mark at `mark`."""
    drawn, start = [], 0.0
    for share, tone in parts:
        if tone not in TONES:
            raise ValueError(f"unknown tone {tone}")
        width = min(max(share, 0.0), 1.0 - start / 100) * 100
        if width > 0:
            drawn.append(f'<rect class="{tone}" x="{start:.2f}" y="0" width="{width:.2f}" height="10"/>')
        start += width
    if mark is not None:
        place = min(max(mark, 0.0), 1.0) * 100
        drawn.append(f'<line x1="{place:.2f}" x2="{place:.2f}" y1="-3" y2="13"/>')
    inner = Markup("".join(drawn))  # noqa: S704  only numbers and tones from the list above
    return Markup(
        '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect class="track" x="0" y="0" width="100" height="10"/>{}</svg>'
    ).format(inner)
