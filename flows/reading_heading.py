"""Which row of a table is its heading, and which declared layout it belongs to.

Pure: cells in, a verdict out. A layout fits a row when every heading it must have is there; among those
that fit, the one that explains most headings wins, and two that explain equally much are ambiguous.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from rapidfuzz import fuzz, process

from schemas.headings import heading_words, normal_heading
from schemas.layouts import Layout

Cells = Sequence[str | None]

SEARCHED_ROWS = 40
# Of the headings that only one of two layouts explains, the better one must explain more than this many times as
# many as the other; else the file may be either and a person must say.
CLEAR_LEAD = 2
# A heading with a wrong letter is accepted in a row that holds this many right ones, from this likeness (0-100)
# on: `NOMOR RT` and `NOMOR RW` (87.5) stay apart, `TANGGAL LAHRI` (92) is understood.
SURE_HEADINGS = 3
MISSPELT = 90.0
SHORTEST_MISSPELT = 6
TALLEST = 3  # rows of a heading under merged cells
DIGITS_OF_DATA = 4  # a cell with so many digits is no heading
# Columns beyond these are not looked at: no office has so many, and a file that claims to may mean harm.
MOST_COLUMNS = 2_000
LONGEST_HEADING = 500  # characters


@dataclass(frozen=True)
class Heading:
    """A layout laid over a heading row. Positions and rows count from 0 within the table that was searched."""

    layout: Layout
    row: int
    height: int
    cells: tuple[str, ...]
    positions: Mapping[str, int]
    missing: tuple[str, ...]

    @property
    def fits(self) -> bool:
        """Whether every heading that must be there is there."""
        return not self.missing

    @property
    def absent(self) -> tuple[str, ...]:
        """Canonical headings of the layout that the file lacks, needed or not."""
        return tuple(c.heading for c in self.layout.columns if c.field not in self.positions)

    @property
    def named(self) -> int:
        """How many cells of the row hold any heading."""
        return sum(1 for cell in self.cells if cell)

    @property
    def width(self) -> int:
        """Cells up to the last one that holds a heading."""
        return max((number for number, cell in enumerate(self.cells, 1) if cell), default=0)

    @property
    def is_heading(self) -> bool:
        """Enough headings to say that this row is one: three, or two of a very small extract."""
        enough = max(2, min(3, len(self.layout.columns) - 1))
        return len(self.positions) >= enough


@dataclass(frozen=True)
class Recognition:
    """What was found: `verdict` is fit, column_missing, ambiguous or no_heading.

    `best` is the heading to read by (fit) or the nearest one (column_missing); `rivals` all that fit equally.
    """

    verdict: str
    best: Heading | None = None
    rivals: tuple[Heading, ...] = ()


def recognise(rows: Sequence[Cells], layouts: Iterable[Layout]) -> Recognition:
    """The layout and heading row of a table, from its first rows."""
    rows = [[None if cell and len(cell) > LONGEST_HEADING else cell for cell in row[:MOST_COLUMNS]] for row in rows]
    found = [h for h in (_best_row(rows, layout) for layout in layouts) if h is not None and h.is_heading]
    if not found:
        return Recognition("no_heading")
    fitting = sorted((h for h in found if h.fits), key=_strength, reverse=True)
    if not fitting:
        nearest = max(found, key=lambda h: (len(h.positions) - 2 * len(h.missing), _strength(h)))
        return Recognition("column_missing", nearest)
    rivals = tuple(h for h in fitting[1:] if _as_good(h, fitting[0]))
    if rivals:
        return Recognition("ambiguous", None, (fitting[0], *rivals))
    return Recognition("fit", fitting[0])


def _strength(heading: Heading) -> tuple[int, float, str]:
    """More headings explained first; then the larger share of the layout; the name makes it deterministic."""
    share = len(heading.positions) / len(heading.layout.columns)
    return (len(heading.positions), share, heading.layout.name)


def _as_good(rival: Heading, best: Heading) -> bool:
    """Whether a fitting rival explains the row as well as the best one, so that a person must decide."""
    if rival.layout.kind == best.layout.kind:
        # Two forms of one kind: more headings explained decides.
        return len(rival.positions) == len(best.positions)
    explained, also = set(best.positions.values()), set(rival.positions.values())
    return len(also - explained) * CLEAR_LEAD >= len(explained - also)


def _best_row(rows: Sequence[Cells], layout: Layout) -> Heading | None:
    """The row, or rows under merged cells, that explain most; the upper one on a tie."""
    best: Heading | None = None
    for number, row in enumerate(rows[:SEARCHED_ROWS]):
        heading = lay_over(row, layout, number)
        for height in range(2, min(TALLEST, len(rows) - number) + 1):
            heading = _taller(heading, rows[number : number + height], layout, number)
        if heading is not None and (best is None or len(heading.positions) > len(best.positions)):
            best = heading
    return best


def lay_over(row: Cells, layout: Layout, number: int = 0, longer: Sequence[Cells] = ()) -> Heading | None:
    """A layout laid over one row; None when no cell is a heading of it.

    longer: what each cell may be called together with what stands above it; asked before the cell alone.
    """
    known = _known_headings(layout)
    claims: dict[str, tuple[int, int]] = {}  # field -> (rank of the alias, position)
    claimed: set[int] = set()
    for position, cell in enumerate(row):
        for key in (*(key for cells in longer for key in _keys(cells[position])), *_keys(cell)):
            if key in known:
                name, rank = known[key]
                claims[name] = min(claims.get(name, (rank, position)), (rank, position))
                claimed.add(position)
                break
    if not claims:
        return None
    positions = {name: position for name, (_, position) in claims.items()}
    if len(positions) >= SURE_HEADINGS:
        positions |= _misspelt(row, layout, positions, claimed)
    cells = tuple((cell or "").strip() for cell in row)
    return Heading(layout, number, 1, cells, positions, _missing(layout, positions))


def _misspelt(row: Cells, layout: Layout, positions: Mapping[str, int], claimed: set[int]) -> dict[str, int]:
    """Columns not found yet whose heading stands there with a letter wrong; a row of headings has few cells."""
    aliases = {key: name for key, (name, _) in _known_headings(layout).items() if name not in positions}
    found: dict[str, tuple[float, int]] = {}
    for position, cell in enumerate(row):
        words = heading_words(cell or "")
        if position in claimed or len(words) < SHORTEST_MISSPELT:
            continue
        nearest = process.extractOne(words, aliases.keys(), scorer=fuzz.ratio, score_cutoff=MISSPELT)
        if nearest is not None:
            name = aliases[nearest[0]]
            found[name] = max(found.get(name, (0.0, 0)), (nearest[1], -position))
    return {name: -position for name, (_, position) in found.items()}


def _taller(heading: Heading | None, rows: Sequence[Cells], layout: Layout, number: int) -> Heading | None:
    """A heading over several rows (ALAMAT above RT and RW), taken when the lowest row is no data and adds headings."""
    below = rows[-1]
    if any(sum(map(str.isdigit, cell or "")) >= DIGITS_OF_DATA for cell in below) or not any(below):
        return heading
    joined, longer = _stacked(rows)
    taller = lay_over(joined, layout, number, longer)
    alone = lay_over(below, layout)
    explained = max(len(found.positions) if found else 0 for found in (heading, alone))
    if taller is None or len(taller.positions) <= explained:
        return heading
    return replace(taller, height=len(rows))


def _stacked(rows: Sequence[Cells]) -> tuple[list[str], tuple[list[str], list[str]]]:
    """By column: the lowest cell that holds something; and the same behind what stands above it (JENIS, KELAMIN), or
    before the last word of that (TEMPAT/TANGGAL LAHIR above TEMPAT and TANGGAL).

    A cell merged over several columns holds its text in the first; so a text reaches to the right, as far as the cells
    beside it are empty and there is something below them.
    """
    width = max(len(row) for row in rows)
    filled = [[(row[at] or "").strip() if at < len(row) else "" for at in range(width)] for row in rows]
    joined, whole, last, reaches = [], [], [], [""] * len(rows)
    for at in range(width):
        column = [row[at] for row in filled]
        top = next((level for level, text in enumerate(column) if text), len(rows))
        # What is new above ends what reached here below it.
        reaches = [text or ("" if level > top else reach) for level, (text, reach) in
                   enumerate(zip(column, reaches, strict=True))]  # fmt: skip
        lowest = max((level for level, text in enumerate(column) if text), default=None)
        joined.append(column[lowest] if lowest is not None else "")
        above = [text for text in reaches[:lowest] if text] if lowest else []
        whole.append(f"{above[-1]} {joined[-1]}" if above else "")
        last.append(f"{joined[-1]} {above[-1].split()[-1]}" if above else "")
    return joined, (whole, last)


def _missing(layout: Layout, positions: Mapping[str, int]) -> tuple[str, ...]:
    """Canonical headings that must be there and are not; alternatives joined by a slash."""
    single = [c.heading for c in layout.columns if c.required and c.field not in positions]
    groups = [
        "/".join(layout.heading(name) for name in group)
        for group in layout.one_of
        if not any(name in positions for name in group)
    ]
    return (*single, *groups)


@lru_cache(maxsize=8192)
def _keys(cell: str | None) -> tuple[str, ...]:
    """What a cell may be known by, the strictest first; then without what stands in brackets: `Kelamin (L/P)`."""
    if not cell:
        return ()
    bare = re.sub(r"[\(\[\{].*?[\)\]\}]", " ", cell)
    keys = (normal_heading(cell), normal_heading(bare), heading_words(cell), heading_words(bare))
    return tuple(key for key in dict.fromkeys(keys) if key)


@cache
def _known_headings(layout: Layout) -> Mapping[str, tuple[str, int]]:
    """Heading, normalised or as words -> (field, rank); the canonical heading has rank 0."""
    known: dict[str, tuple[str, int]] = {}
    for column in layout.columns:
        for rank, heading in enumerate(column.headings):
            known.setdefault(normal_heading(heading), (column.field, rank))
    for column in layout.columns:
        for rank, heading in enumerate(column.headings):
            known.setdefault(heading_words(heading), (column.field, len(column.headings) + rank))
    return known
