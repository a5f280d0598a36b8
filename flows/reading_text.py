"""A delimited text file: its encoding, its delimiter and heading, its rows block by block."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from flows.reading_heading import MOST_COLUMNS, Recognition, recognise
from flows.reading_lines import Part, Shape, read_block
from schemas.layouts import Layout

DELIMITERS = (";", ",", "|", "\t")
BLOCK = 16 << 20  # bytes read at once: bounds memory, large enough for Polars to use every core
HEAD = 1 << 20  # bytes in which the heading and the encoding are looked for
HEAD_LINES = 80  # physical lines searched for the heading: title rows and headings broken over lines
SAMPLE_LINES = 500
HABIT = 0.5  # the share of lines from which trailing delimiters are a sender's habit, not a slip
LONGEST_LINE = 64 << 20  # bytes; a text without line ends is no table

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Bytes that cp1252 leaves undefined are read as the control characters of latin-1, so that nothing is lost.
_CP1252_TEXT = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(256))


class EndlessLineError(Exception):
    """A line that is longer than any row."""


class WideTableError(Exception):
    """More columns than any register has."""


@dataclass(frozen=True)
class TextTable:
    """A text file: `parts` gives its rows below the heading, block by block; None when no layout fits.

    `heading_line` counts physical lines from 1.
    """

    recognition: Recognition
    delimiter: str | None
    heading_line: int | None
    blocks: "_Blocks"
    parts: Iterator[Part] | None

    @property
    def encoding(self) -> str:
        """The encoding; certain when the last part has been taken."""
        return self.blocks.encoding


@dataclass(frozen=True)
class _Start:
    recognition: Recognition
    delimiter: str | None
    heading_line: int | None
    skip: int  # physical lines before the first data line
    shape: Shape | None


def read_text(path: Path, layouts: Iterable[Layout], head_only: bool = False) -> TextTable:
    """Read a text file by the layout among `layouts` that fits its heading.

    With `head_only` the first megabyte is enough. Raises WideTableError; taking the parts raises EndlessLineError.
    """
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    encoding = _encoding(head)
    text = _to_utf8(head, encoding).decode("utf-8", "replace")
    start = _find_start(text, tuple(layouts), whole=len(head) < HEAD)
    blocks = _Blocks(path, encoding, HEAD if head_only else None, bare_returns="\r" in text and "\n" not in text)
    parts = _read_parts(blocks, start.shape, start.skip) if start.shape is not None else None
    return TextTable(start.recognition, start.delimiter, start.heading_line, blocks, parts)


def is_blank(path: Path) -> bool:
    """Whether a file holds nothing but a byte order mark, spaces, line ends and NULs."""
    with path.open("rb") as stream:
        while chunk := stream.read(HEAD):
            if chunk.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
                return False
    return True


def _encoding(head: bytes) -> str:
    """utf-8-sig or utf-16 by the mark, utf-16-le/be by its NULs, else utf-8 until a byte says otherwise."""
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    if len(head) >= 4:
        even, odd = head[0:2000:2].count(0), head[1:2000:2].count(0)
        half = len(head[:2000]) // 2
        if odd > 0.7 * half and even < 0.1 * half:
            return "utf-16-le"
        if even > 0.7 * half and odd < 0.1 * half:
            return "utf-16-be"
    return "utf-8"


def _to_utf8(data: bytes, encoding: str) -> bytes:
    """The head of a file as UTF-8; characters that the cut broke in two are replaced."""
    if encoding.startswith("utf-16"):
        return data.decode(encoding, "replace").encode()
    data = data.removeprefix(codecs.BOM_UTF8)
    return data if data.isascii() else _repaired(data)[0]


def _odd_bytes(error: UnicodeError) -> tuple[str, int]:
    """Codec error handler: bytes that are no UTF-8 read as cp1252."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(_CP1252_TEXT[byte] for byte in error.object[error.start : error.end]), error.end


codecs.register_error("padan_cp1252", _odd_bytes)


def _repaired(data: bytes) -> tuple[bytes, str]:
    """Bytes that are not all ASCII as UTF-8, and the encoding they were in.

    Text that is not UTF-8 throughout is cp1252, the code page of Windows; only when proper UTF-8 sequences
    are no fewer than the odd bytes is it UTF-8 with damage, of which the damaged bytes alone are read as cp1252.
    """
    try:
        data.decode("utf-8")
        return data, "utf-8"
    except UnicodeDecodeError:
        pass
    mixed = data.decode("utf-8", "padan_cp1252")
    odd = len(mixed) - len(data.decode("utf-8", "ignore"))
    proper = len(mixed) - len(mixed.encode("ascii", "ignore")) - odd
    if proper >= odd:
        return mixed.encode(), "utf-8"
    return data.decode("latin-1").translate(_CP1252_TEXT).encode(), "cp1252"


class _Blocks:
    """The file as blocks of whole UTF-8 lines; `encoding` is what they turned out to be in."""

    def __init__(self, path: Path, encoding: str, limit: int | None, bare_returns: bool) -> None:
        self.path, self.encoding, self.limit, self.bare_returns = path, encoding, limit, bare_returns

    def __iter__(self) -> Iterator[tuple[bytes, bool]]:
        """Each block, and whether it is the last; a read limit drops the line that it cuts."""
        carry = b""
        with self.path.open("rb") as stream:
            if self.encoding == "utf-8-sig":
                stream.seek(len(codecs.BOM_UTF8))
            decoder = codecs.getincrementaldecoder(self.encoding)("replace")
            size = self.limit or BLOCK
            following = stream.read(size)
            while True:
                chunk, following = following, b"" if self.limit else stream.read(size)
                cut_short = self.limit is not None and len(chunk) == self.limit
                last = not following
                text = carry + self._unified(chunk, decoder, last and not cut_short)
                end = len(text) if last and not cut_short else text.rfind(b"\n") + 1
                block, carry = text[:end], text[end:]
                if len(carry) > LONGEST_LINE:
                    raise EndlessLineError
                if block:
                    yield block, last
                if last:
                    return

    def _unified(self, chunk: bytes, decoder: codecs.IncrementalDecoder, last: bool) -> bytes:
        """A chunk without NULs and with line ends of today; single-byte code pages wait for whole lines."""
        if self.encoding.startswith("utf-16"):
            chunk = decoder.decode(chunk, last).encode()
        if b"\0" in chunk:
            chunk = chunk.replace(b"\0", b"")
        return chunk.replace(b"\r", b"\n") if self.bare_returns else chunk

    def as_utf8(self, block: bytes) -> bytes:
        """A block of whole lines as proper UTF-8."""
        if block.isascii() or self.encoding.startswith("utf-16"):
            return block
        if self.encoding == "cp1252":
            return block.decode("latin-1").translate(_CP1252_TEXT).encode()
        text, found = _repaired(block)
        if found == "cp1252":
            self.encoding = found
        return text


def _read_parts(blocks: _Blocks, shape: Shape, skip: int) -> Iterator[Part]:
    """Every line below the heading, block by block."""
    line, rest = 1, b""
    for raw, last in blocks:
        block = rest + blocks.as_utf8(raw)
        rest = b""
        start = 0
        while skip and start < len(block):
            start = (block.find(b"\n", start) + 1) or len(block)
            skip, line = skip - 1, line + 1
        block = block[start:] if start else block
        if not block:
            continue
        part = read_block(block, shape, line, last)
        line, rest = line + part.lines, part.rest
        yield part
    if rest:
        yield read_block(rest, shape, line, True)


def _find_start(text: str, layouts: tuple[Layout, ...], whole: bool) -> _Start:
    """Delimiter and heading together: the delimiter under which most headings are known."""
    lines = text.replace("\r\n", "\n").replace("\0", "")
    lines = lines if "\n" in lines else lines.replace("\r", "\n")
    pieces = lines.split("\n")
    if not whole and len(pieces) > 1:
        pieces.pop()
    tried = [_try(pieces, delimiter, layouts) for delimiter in DELIMITERS]
    best = max(tried, key=_explained)
    if best.shape is None or best.delimiter is None:
        return best
    if best.shape.fields > MOST_COLUMNS:
        raise WideTableError
    shape = _fitted(best.shape, pieces[best.skip : best.skip + SAMPLE_LINES])
    return _Start(best.recognition, best.delimiter, best.heading_line, best.skip, shape)


def _explained(start: _Start) -> tuple[int, int]:
    found = start.recognition.best or next(iter(start.recognition.rivals), None)
    verdicts = ("no_heading", "column_missing", "ambiguous", "fit")
    return (verdicts.index(start.recognition.verdict), len(found.positions) if found else 0)


def _try(lines: list[str], delimiter: str, layouts: tuple[Layout, ...]) -> _Start:
    """What one delimiter makes of the first lines; a heading broken over lines is read by the csv module."""
    head = lines[:HEAD_LINES]
    single = [(number, _split(line, delimiter)) for number, line in enumerate(head, 1)]
    start = _recognised(single, delimiter, layouts)
    if start.recognition.verdict == "fit":
        return start
    whole = _recognised(_csv_rows(head, delimiter), delimiter, layouts)
    return max((start, whole), key=_explained)


def _split(line: str, delimiter: str) -> list[str]:
    if '"' in line:
        try:
            cells = next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error:
            return line.split(delimiter)
        # A spreadsheet may have taken the whole line for one cell.
        wrapped = len(cells) == 1 and line.startswith('"') and delimiter in cells[0]
        return _split(cells[0], delimiter) if wrapped else cells
    return line.split(delimiter)


def _csv_rows(lines: list[str], delimiter: str) -> list[tuple[int, list[str]]]:
    """Records with the number of their last physical line."""
    reader = csv.reader(io.StringIO("\n".join(lines), newline=""), delimiter=delimiter)
    rows = []
    try:
        for cells in reader:
            rows.append((reader.line_num, cells))
    except csv.Error:
        pass
    return rows


def _recognised(rows: list[tuple[int, list[str]]], delimiter: str, layouts: tuple[Layout, ...]) -> _Start:
    recognition = recognise([cells for _, cells in rows], layouts)
    heading = recognition.best or next(iter(recognition.rivals), None)
    if heading is None:
        return _Start(recognition, delimiter, None, 0, None)
    line = rows[heading.row][0]
    below = rows[heading.row + heading.height - 1][0]
    if recognition.verdict != "fit":
        return _Start(recognition, delimiter, line, below, None)
    fields = max(len(cells) for _, cells in rows[heading.row : heading.row + heading.height])
    return _Start(recognition, delimiter, line, below, Shape(delimiter, fields, heading.width))


def _fitted(shape: Shape, lines: list[str]) -> Shape:
    """The shape with the fields that most data lines have, when that differs only by unnamed fields at the end.

    Offices end each data line with a delimiter and the heading without one, or the other way round.
    """
    rows = [_split(line, shape.delimiter) for line in lines if line.strip()]
    counts = Counter(len(cells) for cells in rows)
    usual = max(counts, key=lambda fields: (counts[fields], fields == shape.fields), default=shape.fields)
    # A filled cell beyond the heading means that a heading was lost and what follows is shifted: not padding.
    padded = usual > shape.fields and not any(any(c[shape.fields :]) for c in rows if len(c) == usual)
    fields = usual if padded or shape.named <= usual < shape.fields else shape.fields
    longer = sum(count for length, count in counts.items() if length > fields)
    return Shape(shape.delimiter, fields, shape.named, trailing=longer > HABIT * len(rows))
