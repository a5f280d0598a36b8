"""The berita acara of a regency and month: what it says, block by block, and its name annex."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from reports.form import DASH, MONTHS, long_date, number, rupiah
from reports.table_book import Sheet, columns_for, write_tables
from reports.table_csv import safe_csv
from reports.written import whole

LIST_NAMES = {"decree": "SK Pemerintah Daerah", "bill": "Tagihan BPJS Kesehatan"}
UNKNOWN = "tidak diketahui"
ANNEX_HEADINGS = {
    "number": "No.", "nik": "NIK", "name": "Nama", "birth_date": "Tanggal lahir", "card": "PSNOKA",
    "village_code": "Kode desa", "village": "Desa/kelurahan", "in_decree": "Ada di SK", "decree_no": "Nomor SK",
    "in_bill": "Ditagihkan", "bill_rows": "Baris tagihan", "billed": "Iuran ditagih, Rp", "remark": "Keterangan",
}  # fmt: skip


@dataclass(frozen=True)
class Movement:
    """One list in people: opening (None: unknown), who came and who went by reason, closing."""

    name: str
    opening: int | None
    came: tuple[tuple[str, int], ...]
    went: tuple[tuple[str, int], ...]
    closing: int

    @property
    def expected(self) -> int | None:
        """Opening and who came less who went; None without an opening."""
        if self.opening is None:
            return None
        return self.opening + sum(count for _, count in self.came) - sum(count for _, count in self.went)


@dataclass(frozen=True)
class Bill:
    """The bill by month: `covered_month, tariff, rows, billed, without_amount, otherwise, difference`."""

    months: pl.DataFrame

    @property
    def rows(self) -> int:
        """All rows billed."""
        return int(self.months["rows"].sum())

    @property
    def billed(self) -> int:
        """All that was billed, rupiah."""
        return int(self.months["billed"].sum())


@dataclass(frozen=True)
class Annex:
    """The files of the name annex with their SHA-256, and how many people it names."""

    files: tuple[tuple[Path, str], ...]
    people: int


@dataclass(frozen=True)
class Minutes:
    """All that the document says.

    movements: of decree and bill, None for a list that did not arrive. bridge: why people of the decree are not billed,
    and the other way round. why_unknown: why there is no database of the month before, in Indonesian.
    """

    regency: str
    place: str
    month: date
    before: date
    why_unknown: str
    numbers: tuple[str | None, str | None]
    run: dict[str, Any]
    movements: tuple[Movement | None, Movement | None]
    bill: Bill | None
    tariff: dict[str, Any]
    bridge: tuple[tuple[tuple[str, int], ...], tuple[tuple[str, int], ...]] | None
    classes: pl.DataFrame
    signed: pl.DataFrame
    names: pl.DataFrame

    @property
    def month_name(self) -> str:
        """The month in words, as in 'November 2026'."""
        return f"{MONTHS['id'][self.month.month - 1]} {self.month.year}"

    @property
    def verdicts(self) -> list[str]:
        """Whether it balances, or why not: one sentence each for people, money, the two lists, and signed totals."""
        return [*self._people(), self._money(), self._lists(), *self._signed()]

    def _people(self) -> list[str]:
        told = []
        for name, one in zip(LIST_NAMES.values(), self.movements, strict=True):
            if one is None:
                told.append(f"{name}: tidak diterima untuk {self.month_name}, jadi jumlahnya {UNKNOWN}.")
            elif one.opening is None:
                told.append(f"{name}: saldo awal {UNKNOWN} ({self.why_opening}); mutasi tidak dapat diperiksa.")
            else:
                even = "seimbang" if one.expected == one.closing else f"TIDAK seimbang, selisih {one.closing}"
                told.append(f"{name}: saldo awal + masuk - keluar = saldo akhir, {even}.")
        return told

    @property
    def why_opening(self) -> str:
        """Why an opening is not known, in Indonesian."""
        return self.why_unknown or f"daftar bulan {self.before:%m-%Y} tidak diterima"

    def _money(self) -> str:
        closing = self.movements[1]
        if self.bill is None or closing is None:
            return f"Tagihan: tidak diterima, jadi saldo akhir x tarif = tagihan tidak dapat diperiksa ({UNKNOWN})."
        plain = closing.closing * int(self.tariff["tariff"])
        if plain == self.bill.billed:
            return f"Saldo akhir x tarif = tagihan, seimbang ({rupiah(plain)})."
        why = [f"{label.lower()}: {rupiah(amount)}" for label, _, amount in self.steps()]
        return (
            f"Saldo akhir x tarif = {rupiah(plain)}, tagihan {rupiah(self.bill.billed)}: TIDAK seimbang, "
            f"selisih {rupiah(self.bill.billed - plain)}, karena {'; '.join(why)}."
        )

    def steps(self) -> list[tuple[str, int, int]]:
        """What leads from closing x tariff to what was billed: label, rows, rupiah; together, the difference."""
        closing, bill = self.movements[1], self.bill
        if bill is None or closing is None:
            return []
        flat = int(self.tariff["tariff"])
        further = bill.rows - closing.closing
        priced = bill.months.filter(pl.col("tariff").is_not_null())
        strange = bill.months.filter(pl.col("tariff").is_null())
        other = priced.filter(pl.col("tariff") != flat)
        count = int(strange["rows"].sum())
        steps = [
            ("Baris kedua dan seterusnya dari orang yang sama", further, further * flat),
            (
                "Baris dengan tarif bulan atau segmen lain",
                int(other["rows"].sum()),
                _sum(other, "rows", "tariff", flat),
            ),
            ("Baris dengan iuran lain dari tarif", int(priced["otherwise"].sum()), int(priced["difference"].sum())),
            (
                "Baris tanpa nilai iuran",
                int(priced["without_amount"].sum()),
                -_sum(priced, "without_amount", "tariff", 0),
            ),
            ("Baris yang tarifnya tidak diketahui", count, int(strange["billed"].sum()) - count * flat),
        ]
        return [step for step in steps if step[1]]

    def _lists(self) -> str:
        decree, bill = self.movements
        if decree is None or bill is None or self.bridge is None:
            return f"SK dan tagihan tidak dapat dibandingkan: salah satunya {UNKNOWN}."
        fewer, more = (sum(count for _, count in side) for side in self.bridge)
        if not fewer and not more:
            return "SK dan tagihan memuat orang yang sama."
        return (
            f"SK {number(decree.closing)} orang - {number(fewer)} tidak ditagih + {number(more)} ditagih tanpa SK = "
            f"{number(bill.closing)} orang ditagih."
        )

    def _signed(self) -> list[str]:
        told = []
        for row in self.signed.iter_rows(named=True):
            is_bill = row["source"] == "bpjs_kesehatan_bill"
            movement = self.movements[1 if is_bill else 0]
            if movement is None:
                continue
            rows = self.bill.rows if is_bill and self.bill else movement.closing
            same = row["rows_signed"] in (None, rows)
            if is_bill and self.bill and row["rupiah_signed"] is not None:
                same = same and row["rupiah_signed"] == self.bill.billed
            document = row["document"] or DASH
            told.append(f"Jumlah yang telah ditandatangani ({document}): {'sama' if same else 'BERBEDA'}.")
        return told


def write_annex(minutes: Minutes, stem: Path) -> Annex:
    """Write the name annex beside the document, as CSV and as a workbook; the same names give the same bytes.

    stem: the document's path without its ending. Raises OSError when a file cannot be written.
    """
    names, month = minutes.names, minutes.month_name
    book, text = (stem.with_name(f"{stem.name}-lampiran.{ending}") for ending in ("xlsx", "csv"))
    whole(text, lambda path: path.write_bytes(safe_csv(names.rename(ANNEX_HEADINGS))))
    sheets = [Sheet("Lampiran", names, columns_for(names, ANNEX_HEADINGS))]
    title = f"Lampiran berita acara {minutes.place} {month}"
    whole(book, partial(write_tables, title=title, as_of=minutes.run["as_of"], sheets=sheets))
    files = tuple((path, hashlib.sha256(path.read_bytes()).hexdigest()) for path in (text, book))
    return Annex(files, names.height)


def as_of(minutes: Minutes) -> str:
    """The day of the data in words."""
    return long_date(minutes.run["as_of"])


def _sum(months: pl.DataFrame, rows: str, value: str, less: int) -> int:
    """Rows times a value less an amount, over all months."""
    return int(months.select((pl.col(rows) * (pl.col(value) - less)).sum()).item() or 0)
