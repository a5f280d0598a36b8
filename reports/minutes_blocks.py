"""The berita acara as a list of blocks, which the DOCX and the PDF show alike. Its language is Indonesian."""

from __future__ import annotations

from dataclasses import dataclass

from reports.form import MONTHS, number, rupiah
from reports.minutes import LIST_NAMES, UNKNOWN, Annex, Minutes, Movement, as_of

DOTS = "." * 32
NOT_TESTED = "tidak dapat diuji"


@dataclass(frozen=True)
class Heading:
    """A heading; level 0 is the title."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Text:
    """A paragraph; `leads` when it belongs to the table after it."""

    text: str
    leads: bool = False


@dataclass(frozen=True)
class Grid:
    """A table: headings, rows of texts, how wide each column is beside the others, which rows are totals.

    All columns but the first stand to the right when they hold numbers (`numbers`).
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    numbers: tuple[int, ...] = ()
    totals: tuple[int, ...] = ()


@dataclass(frozen=True)
class Signatures:
    """The two parties' places to sign."""

    parties: tuple[str, str]


Block = Heading | Text | Grid | Signatures


def blocks(minutes: Minutes, annex: Annex) -> list[Block]:
    """The whole document, in order."""
    return [
        *_head(minutes),
        Heading("1. Mutasi peserta"),
        Text(f"Dalam jiwa. Saldo awal ialah saldo akhir {_month(minutes)}, dari basis data bulan itu."),
        _movements(minutes),
        Heading("2. Saldo akhir x tarif = tagihan"),
        *_money(minutes),
        Heading("3. SK dan tagihan"),
        *_bridge(minutes),
        Heading("4. Perbedaan menurut jenis"),
        Text("Temuan terbuka untuk daerah ini; satu orang dapat muncul pada lebih dari satu jenis.", leads=True),
        _classes(minutes),
        Heading("5. Kesimpulan"),
        *(Text(sentence) for sentence in minutes.verdicts),
        Heading("6. Lampiran nama"),
        *_annex(annex),
        Signatures((f"Dinas Sosial {minutes.place}", "BPJS Kesehatan")),
    ]


def _month(minutes: Minutes) -> str:
    return f"{MONTHS['id'][minutes.before.month - 1]} {minutes.before.year}"


def _head(minutes: Minutes) -> list[Block]:
    ours, theirs = (one or DOTS for one in minutes.numbers)
    return [
        Heading("BERITA ACARA", 0),
        Heading("Pemutakhiran Data Peserta JKN bagi Penduduk yang Didaftarkan Pemerintah Daerah", 2),
        Heading(f"{minutes.place}, {minutes.month_name}", 2),
        Text(f"Nomor Dinas Sosial: {ours}"),
        Text(f"Nomor BPJS Kesehatan: {theirs}"),
        Text(
            f"Pada hari ini, {DOTS}, kedua pihak telah mencocokkan data peserta PBPU Pemda {minutes.place} untuk bulan "
            f"tagihan {minutes.month_name}, dengan data per {as_of(minutes)} (proses {minutes.run['run_id']}), dan "
            "menyepakati angka di bawah ini."
        ),
    ]


def _movements(minutes: Minutes) -> Grid:
    """Opening, reasons and closing, a column a list."""
    lists = minutes.movements
    rows: list[tuple[str, ...]] = [("Saldo awal", *(_count(one.opening if one else None) for one in lists))]
    for sign, side in (("Masuk", "came"), ("Keluar", "went")):
        labels = dict.fromkeys(label for one in lists if one for label, _ in getattr(one, side))
        rows += [(f"{sign}: {label}", *(_reason(one, side, label) for one in lists)) for label in labels]
        total = tuple(_total(one, side) for one in lists)
        rows.append((f"Jumlah {sign.lower()}", *total))
    rows.append(("Saldo akhir", *(_count(one.closing if one else None) for one in lists)))
    return Grid(("Uraian", *LIST_NAMES.values()), tuple(rows), (3, 1, 1), numbers=(1, 2), totals=(0, len(rows) - 1))


def _count(value: int | None) -> str:
    return UNKNOWN if value is None else number(value)


def _reason(one: Movement | None, side: str, label: str) -> str:
    if one is None or one.opening is None:
        return UNKNOWN
    return number(dict(getattr(one, side)).get(label, 0))


def _total(one: Movement | None, side: str) -> str:
    if one is None or one.opening is None:
        return UNKNOWN
    return number(sum(count for _, count in getattr(one, side)))


def _money(minutes: Minutes) -> list[Block]:
    tariff = minutes.tariff
    basis = Text(f"Tarif PBPU Pemda bulan itu: {rupiah(tariff['tariff'])} per jiwa ({tariff['legal_basis']}).")
    closing, bill = minutes.movements[1], minutes.bill
    if closing is None or bill is None:
        return [basis, Text(f"Tagihan BPJS Kesehatan tidak diterima: jumlahnya {UNKNOWN}.")]
    plain = closing.closing * int(tariff["tariff"])
    rows = [
        ("Saldo akhir x tarif", number(closing.closing), rupiah(plain)),
        *((label, number(count), rupiah(amount)) for label, count, amount in minutes.steps()),
        ("Tagihan", number(bill.rows), rupiah(bill.billed)),
    ]
    months = [
        (
            f"{row['covered_month']:%m-%Y}" if row["covered_month"] else UNKNOWN,
            number(row["rows"]),
            rupiah(row["tariff"]) if row["tariff"] is not None else UNKNOWN,
            rupiah(row["billed"]),
        )
        for row in bill.months.iter_rows(named=True)
    ]
    return [
        basis,
        Grid(("Uraian", "Jiwa / baris", "Rupiah"), tuple(rows), (3, 1, 1), (1, 2), (0, len(rows) - 1)),
        Text("Menurut bulan pelayanan:", leads=True),
        Grid(("Bulan pelayanan", "Baris", "Tarif", "Ditagih"), tuple(months), (2, 1, 1, 1), (1, 2, 3)),
    ]


def _bridge(minutes: Minutes) -> list[Block]:
    decree, bill = minutes.movements
    if minutes.bridge is None or decree is None or bill is None:
        return [Text(f"Tidak dapat dibandingkan: salah satu daftar {UNKNOWN}.")]
    fewer, more = minutes.bridge
    rows = [
        ("Orang dalam SK", number(decree.closing)),
        *((f"Tidak ditagih: {label}", f"-{number(count)}") for label, count in fewer),
        *((f"Ditagih tanpa SK: {label}", f"+{number(count)}") for label, count in more),
        ("Orang yang ditagih", number(bill.closing)),
    ]
    return [Grid(("Uraian", "Jiwa"), tuple(rows), (4, 1), (1,), (0, len(rows) - 1))]


def _classes(minutes: Minutes) -> Grid:
    rows = []
    for row in minutes.classes.iter_rows(named=True):
        counted = (number(row["findings"]), number(row["people"]), rupiah(row["rupiah"]))
        rows.append((row["code"], row["term_id"], *(counted if row["tested"] else (NOT_TESTED, "", ""))))
    headings = ("Kode", "Jenis", "Temuan", "Jiwa", "Rp per bulan")
    return Grid(headings, tuple(rows), (1, 4, 2, 1, 2), (2, 3, 4))


def _annex(annex: Annex) -> list[Block]:
    rows = tuple((path.name, digest) for path, digest in annex.files)
    return [
        Text(f"Daftar {number(annex.people)} orang dalam SK, tagihan, atau keduanya. Sidik berkas (SHA-256):", True),
        Grid(("Berkas", "SHA-256"), rows, (1, 3)),
    ]
