"""The method note of the auditors' pack: by what the figures came about, and what they cannot show."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from reports import form

if TYPE_CHECKING:
    from reports.audit import AuditPack, TestResult


def method_note(pack: AuditPack) -> str:
    """The note as Markdown, Indonesian with English beside it; nothing in it is of the moment it is written."""
    parts = [
        f"# Paket audit {form.MONTHS['id'][pack.period.month - 1]} {pack.period.year}: {pack.place}",
        "*Audit pack: the five tests of BPK on what is paid for in the period.*",
        _origin(pack),
        "## Yang diuji / what is tested",
        "Diuji: orang yang dibayar pada periode itu, yakni yang punya kartu PBI JK atau PBPU Pemda aktif, "
        "ditagihkan, atau "
        "ada di SK yang berlaku. *Tested are the people paid for in the period: with an active PBI JK or PBPU Pemda "
        "card, billed, or in a decree in force.*",
        *(_test(one) for one in pack.results),
        _money(),
        _matching(pack),
        _rules(pack),
        _check(),
    ]
    return "\n\n".join(parts) + "\n"


def _origin(pack: AuditPack) -> str:
    run = pack.run
    trained = form.long_date(run["model_as_of"])
    return "\n".join(
        [
            "| | |",
            "|---|---|",
            f"| Periode / period | {pack.period:%Y-%m} |",
            f"| Proses / run | `{run['run_id']}` |",
            f"| Tanggal acuan / as of | {form.long_date(run['as_of'])} |",
            f"| Versi model pemadanan / linkage model | `{run['model_version'] or form.DASH}`, dilatih {trained} |",
            f"| Sidik konfigurasi / configuration (SHA-256) | `{run['config_hash']}` |",
            f"| Berkas sumber / source files | {pack.files.height}, lihat berkas.csv |",
        ]
    )


def _test(one: TestResult) -> str:
    test, figures = one.test, one.figures
    if one.tested:
        counted = (
            f"**{form.number(figures['people'])} orang, {form.number(figures['findings'])} temuan, "
            f"{form.rupiah(figures['rupiah_once'])} per bulan** (tiap orang sekali), bukti "
            f"{form.number(one.evidence.height)} baris: bukti_{test.number}_{test.key}.csv."
        )
    else:
        counted = "**Tidak dapat diuji** / *cannot be tested*."
    missing = [f"Tidak atau belum sepenuhnya diuji: {'; '.join(one.not_tested)}."] if one.not_tested else []
    lines = [
        f"### {test.number}. {test.term_id} / {test.term_en}",
        counted,
        f"{test.method_id} *{test.method_en}*",
        f"Batasan: {test.limits_id} *{test.limits_en}*",
        *missing,
    ]
    return "\n\n".join(lines)


def _money() -> str:
    return (
        "## Rupiah / money\n\n"
        "`rupiah_per_month` menjumlahkan semua temuan satu uji; `rupiah_once` menghitung tiap orang sekali, "
        "pada temuannya "
        "yang termahal; `billed` ialah jumlah tagihan periode itu untuk orang-orang tersebut. Angka per bulan "
        "adalah yang "
        "dipertaruhkan menurut tarif, bukan kerugian yang telah ditetapkan. *rupiah_per_month adds all "
        "findings of a test, "
        "rupiah_once counts each person's dearest one, billed is what the period's bills hold for these "
        "people. A figure a "
        "month is what is at stake by tariff, not an established loss.*"
    )


def _matching(pack: AuditPack) -> str:
    every = pack.errors.filter((pl.col("left_source") == "ALL") & (pl.col("right_source") == "ALL"))
    words = {"false": "tautan salah / wrong links", "missed": "tautan terlewat / missed links"}
    lines = [
        f"| {words.get(row['measure'], row['measure'])} | {form.number(row['pairs'])} | "
        f"{form.percent(row['value'], 3)} | "
        f"{form.percent(row['low'], 3)} – {form.percent(row['high'], 3)} | {row['basis']} |"
        for row in every.iter_rows(named=True)
    ]
    table = ["| galat / error | pasangan | perkiraan | selang 95 % | dasar |", "|---|---:|---:|---:|---|", *lines]
    told = "\n".join(table) if lines else "Tidak ada perkiraan galat untuk wilayah ini. *No estimate for this place.*"
    return (
        "## Ketepatan pemadanan / how right the matching is\n\n"
        "Siapa orang yang sama ditentukan dengan pemadanan berpeluang atas semua register; setiap bukti memuat peluang "
        "tautannya. Setiap temuan adalah usul untuk diperiksa orang. *Who is one person is settled by "
        "probabilistic linkage "
        "over all registers, and each row of evidence holds the probability of its link. A finding is a proposal for a "
        f"person to check.*\n\n{told}\n\nMenurut jenis register: galat_pemadanan.csv."
    )


def _rules(pack: AuditPack) -> str:
    shown = pack.rules.filter(pl.col("unit").str.starts_with("rupiah") & pl.col("rule").str.starts_with("jkn"))
    lines = [
        f"| {row['rule']} {row['item']} | {form.number(row['value'])} | {row['legal_basis']} | "
        f"{_dates(row['berlaku_mulai'], row['berlaku_sampai'])} |"
        for row in shown.iter_rows(named=True)
    ]
    table = "\n".join(["| ketentuan | Rp | dasar hukum | berlaku |", "|---|---:|---|---|", *lines])
    return (
        "## Ketentuan yang berlaku / rules in force\n\n"
        f"Semua ketentuan dengan tanggal dan dasar hukumnya: ketentuan.csv. *All rules are in "
        f"ketentuan.csv.*\n\n{table}"
    )


def _dates(first: date, last: date | None) -> str:
    return f"sejak {form.short_date(first)}" if last is None else f"{form.short_date(first)} – {form.short_date(last)}"


def _check() -> str:
    return (
        "## Memeriksa kembali / checking\n\n"
        "`sha256sum -c SHA256SUMS` memeriksa berkas paket ini. Setiap baris bukti menyebut berkas sumber, "
        "sidik SHA-256-nya, "
        "dan nomor baris datanya (judul kolom tidak dihitung). SQL di folder `sql` berjalan pada basis data "
        "proses di atas: "
        "`bukti_*.sql` memilih buktinya, `ST01.sql` dan seterusnya adalah rumusan tiap jenis temuan. rekonsiliasi.csv "
        "menunjukkan, tiap kode, bahwa isi paket dan yang tidak dimasukkan berjumlah sama dengan temuan di basis data. "
        "*sha256sum checks the files. Each row of evidence names its source file, that file's SHA-256 and the "
        "data row. The "
        "SQL runs on the database of the run above. rekonsiliasi.csv shows that what is in the pack and what "
        "is left out add "
        "up to the findings in the database.*"
    )
