"""What can be wrong with a file or a row, in words: a code, one plain sentence in English and in Indonesian.

No sentence repeats a value of the data.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from flows.reading_heading import Recognition
from reports.form import number


@dataclass(frozen=True)
class Problem:
    """Why a file was not read."""

    code: str
    text: str
    text_id: str
    missing: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """A file's name cannot add lines of its own to a message."""
        for name in ("text", "text_id"):
            said = getattr(self, name)
            plain = "".join(letter if is_plain(letter) else "?" for letter in said)
            object.__setattr__(self, name, plain)


# code of a bad line -> (expectation, reason in English, reason in Indonesian)
ROW_REASONS = {
    "too_few_fields": (
        "row_has_every_field",
        "The row has fewer fields than the heading; it may have been cut off.",
        "Kolom pada baris ini lebih sedikit dari judul kolom; mungkin terpotong.",
    ),
    "too_many_fields": (
        "row_has_no_extra_field",
        "The row has more fields than the heading; a delimiter may stand inside a value.",
        "Kolom pada baris ini lebih banyak dari judul kolom; mungkin ada pemisah di dalam isian.",
    ),
    "open_quote": (
        "row_closes_its_quotes",
        "A quotation mark in the row does not close, so its fields cannot be told apart.",
        "Tanda kutip pada baris ini tidak ditutup sehingga kolomnya tidak dapat dipisahkan.",
    ),
    "cell_too_long": (
        "row_has_no_endless_cell",
        "A cell of the row is longer than any value can be.",
        "Salah satu isian pada baris ini terlalu panjang.",
    ),
}


def missing_file(path: str) -> Problem:
    """No file where the configuration says one is."""
    return Problem("missing", f"No file matches {path}.", f"Tidak ada berkas yang cocok dengan {path}.")


def empty(file: str) -> Problem:
    """A file without a byte of content."""
    return Problem("empty", f"{file} is empty.", f"{file} kosong.")


def without_rows(file: str) -> Problem:
    """A heading and nothing below it."""
    return Problem(
        "empty",
        f"{file} has a heading row but no data rows.",
        f"{file} hanya berisi judul kolom tanpa baris data.",
    )


def locked(file: str) -> Problem:
    """A workbook with a password."""
    return Problem(
        "locked",
        f"{file} is protected by a password; ask the sender for a copy without one.",
        f"{file} dikunci dengan kata sandi; mintalah salinan tanpa kata sandi kepada pengirim.",
    )


def greedy(file: str) -> Problem:
    """A workbook whose cells do not fit into the memory or time that one may take, by harm or by a stray cell."""
    return unreadable(
        file,
        "it unpacks to more than a workbook may hold, ask for the list as CSV",
        "isinya melebihi batas buku kerja, mintalah daftar ini dalam bentuk CSV",
    )


def too_wide(file: str, most: int) -> Problem:
    """A table with more columns than any register has."""
    return unreadable(file, f"it has more than {most:,} columns", f"kolomnya lebih dari {number(most)}")


def endless_line(file: str) -> Problem:
    """Text without line ends, or with a line that no register has."""
    return unreadable(file, "a line of it is longer than any row can be", "ada baris yang terlalu panjang")


def unreadable(file: str, why: str, why_id: str) -> Problem:
    """Bytes that are no table."""
    return Problem("unreadable", f"{file} cannot be read: {why}.", f"{file} tidak dapat dibaca: {why_id}.")


def is_text(name: str) -> bool:
    """Whether a file's name is text at all; names in old encodings are not, and cannot be stored."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_plain(name: str) -> bool:
    """Whether a name can be said in a message: no line ends, nothing that turns the writing direction."""
    return not any(unicodedata.category(letter).startswith("C") for letter in name)


def odd_name(name: str) -> Problem:
    """A file whose name is not text."""
    return unreadable(ascii(name), "its name is not valid text, rename it", "nama berkas tidak sah, ganti namanya")


def duplicate(file: str, first: str) -> Problem:
    """The same bytes as another file of the kind."""
    return Problem(
        "duplicate",
        f"{file} has the same content as {first} and was not read again.",
        f"{file} isinya sama dengan {first} sehingga tidak dibaca lagi.",
    )


def unfit(file: str, recognition: Recognition) -> Problem:
    """Why the heading of a file fits no layout that it was tried against."""
    if recognition.verdict == "ambiguous":
        names = [heading.layout.name for heading in recognition.rivals]
        return Problem(
            "ambiguous",
            f"{file} fits several layouts equally well ({_joined(names, 'and')}); say which in the setting layout.",
            f"{file} sama-sama cocok dengan beberapa tata letak ({_joined(names, 'dan')}); "
            "tentukan pada setelan layout.",
        )
    if recognition.verdict == "column_missing" and recognition.best is not None:
        best = recognition.best
        return Problem(
            "column_missing",
            f"{file} lacks {_columns(best.missing, 'the column', 'the columns', 'and')} "
            f"that the layout {best.layout.name} needs.",
            f"{file} tidak memuat kolom {_joined(best.missing, 'dan')} yang diperlukan tata letak {best.layout.name}.",
            best.missing,
        )
    return Problem(
        "no_heading",
        f"{file} has no heading row that padan knows.",
        f"{file} tidak memiliki baris judul kolom yang dikenali.",
    )


def _columns(names: Sequence[str], one: str, several: str, word: str) -> str:
    return f"{one if len(names) == 1 else several} {_joined(names, word)}"


def _joined(names: Sequence[str], word: str) -> str:
    return f" {word} ".join(filter(None, (", ".join(names[:-1]), names[-1])))
