"""A guessed layout written down for a person: `layouts/<name>.toml` beside the configuration, which no run reads by
until someone has looked at every column and set `checked = true`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from flows.grid import first_rows, heading_and_columns
from flows.guess import CODED, LOOK_OF, SURE, Guess, Proposal, guess_layout
from flows.guess_values import codes_of, date_pattern
from flows.reading import Reading, read_file
from flows.recognise_toml import quoted
from schemas.headings import heading_words, normal_heading
from schemas.layouts import Layout, layouts_with

HEAD = """\
# Usulan tata letak dari `padan init`. TIDAK dipakai sebelum diperiksa: cocokkan setiap kolom dengan isi berkasnya,
# betulkan yang keliru, lalu ubah checked menjadi true.
# A layout proposed by `padan init`. NOT used before it is checked: hold every column against the file, correct what is
# wrong, then set checked to true.
# Berkas / file: {file}
# Dugaan jenis / guessed kind: {kind}{second}

name = {name}
like = {like}
checked = false
"""
# What a person may add, said where it helps.
_CODING = (
    '# coding = "bps"  # bila kode BPS; jika tidak, berkas yang menentukan / if BPS codes; else the file decides\n'
)
_ORDER = '# pattern = "%m-%d-%y"  # bila urutan tanggalnya bukan hari-bulan-tahun / if dates are not day, month, year\n'
_SEEN = "  # urutan tanggal menurut isinya / the order of its dates, by their values\n"
LOOKS_ID = {
    **{"nik": "NIK", "kk": "No. KK", "card": "nomor kartu", "kpj": "KPJ", "name": "nama orang", "sex": "jenis kelamin"},
    **{"date": "tanggal", "decile": "desil", "village": "kode desa", "region": "kode wilayah", "money": "jumlah uang"},
    **{"village_name": "nama desa", "district_name": "nama kecamatan", "regency_name": "nama kabupaten/kota"},
    **{"segment": "segmen", "relation": "hubungan keluarga", "counter": "nomor urut", "small": "bilangan kecil"},
    "status": "status",
}
HINTS = {"date": _ORDER, "village": _CODING, "region": _CODING}


@dataclass(frozen=True)
class Proposed:
    """A file of no known layout, and the layout proposed for it: where that was written, how many columns were guessed
    and the headings of those that were not."""

    file: str
    kind: str
    layout: str
    path: Path
    guessed: int
    unknown: tuple[str, ...]
    reading: Reading


def propose(path: Path, file: str, folder: Path, layouts: Mapping[str, Layout], as_of: date) -> Proposed | None:
    """Guess the layout of a file and write it to `folder`; None when too little of the file is recognised.

    A file that stands in `folder` is never written over: a person may have corrected it. The proposal is read back, and
    taken only when the file fits it.
    """
    headings, columns = heading_and_columns(first_rows(path))
    guessed = guess_layout(headings, columns, layouts, as_of) if columns else None
    if guessed is None:
        return None
    name = _free_name(path.stem, folder, layouts)
    target = folder / f"{name}.toml"
    folder.mkdir(exist_ok=True)
    target.write_text(_text(name, file, guessed, columns), encoding="utf-8")
    layout = layouts_with(folder)[name]
    reading = read_file(path, (layout,), head_only=True)
    if reading.problem is not None:
        target.unlink()
        return None
    unknown = tuple(guess.heading for guess in guessed.guesses if guess.heading and guess.field not in layout.fields)
    return Proposed(file, layout.kind, name, target, len(layout.columns), unknown, reading)


def _free_name(stem: str, folder: Path, layouts: Mapping[str, Layout]) -> str:
    """A name like the file's, without what changes from month to month, that no layout has."""
    plain = re.sub(r"_(19|20)\d{2,6}$", "", re.sub(r"[^a-z0-9]+", "_", stem.lower()).strip("_")) or "berkas"
    plain = plain if plain[0].isalpha() else f"berkas_{plain}"
    name, number = plain, 1
    while name in layouts or (folder / f"{name}.toml").exists():
        number += 1
        name = f"{plain}_{number}"
    return name


def _text(name: str, file: str, proposal: Proposal, columns: Sequence[pl.Series]) -> str:
    second = f" (lalu / then: {proposal.second})" if proposal.second else ""
    parts = [
        HEAD.format(
            file=_one_line(file), kind=proposal.kind, second=second, name=quoted(name), like=quoted(proposal.kind)
        )
    ]
    said: set[str] = set()
    for guess in proposal.guesses:
        if not normal_heading(guess.heading):
            continue
        keys = {normal_heading(guess.heading), heading_words(guess.heading)}
        parts.append(_column(guess, columns[guess.position], repeated=bool(keys & said)))
        said |= keys
    return "".join(parts)


def _column(guess: Guess, column: pl.Series, repeated: bool) -> str:
    reason = f"# {_reason(guess, repeated)}\n# terisi / filled: {guess.filled:.0%}\n"
    entry = f"[[column]]\nfield = {quoted(guess.field or '?')}\nheading = {quoted(guess.heading)}\n"
    look = LOOK_OF.get(guess.field or "", "")
    pattern = date_pattern(column) if look == "date" and not repeated else None
    hint = (f"pattern = {quoted(pattern)}{_SEEN}" if pattern else HINTS.get(look, "")) + _own_codes(guess, column)
    if guess.field is None or repeated:
        return "\n" + reason + "".join(f"# {line}\n" for line in entry.splitlines()) + hint
    return "\n" + reason + entry + hint


def _own_codes(guess: Guess, column: pl.Series) -> str:
    """For a coded column whose codes are not all understood: the codes, for a person to say what each means."""
    if guess.field not in (None, *CODED) or (guess.share or 0.0) >= SURE:
        return ""
    table = ", ".join(f'{quoted(code)} = "..."' for code in codes_of(column))
    if not table:
        return ""
    return f"# values = {{ {table} }}  # kode kantor ini dan artinya / this office's codes and what they mean\n"


def _reason(guess: Guess, repeated: bool) -> str:
    """What speaks for a guess, in Indonesian and English; never a value of the file."""
    if repeated:
        return "judul ini sudah dipakai kolom sebelumnya / an earlier column has this heading"
    if guess.field is None:
        return "tidak dikenali; abaikan atau isi field / not recognised; leave it or fill in the field"
    if guess.share is None:
        values_id, values_en = "isi tidak dapat diuji", "values cannot be tested"
    else:
        look = LOOKS_ID[LOOK_OF[guess.field]]
        values_id, values_en = (
            f"{guess.share:.0%} isi berbentuk {look}",
            f"{guess.share:.0%} of the values look like it",
        )
    if not guess.alias:
        return f"dugaan dari isi saja: {values_id} / guessed from the values alone: {values_en}"
    like = f'"{_one_line(guess.alias)}" ({guess.likeness:.0%})'
    return f"dugaan: judul seperti {like}, {values_id} / guess: heading like {like}, {values_en}"


def _one_line(text: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+", " ", text)
