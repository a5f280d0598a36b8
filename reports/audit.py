"""The auditors' pack as files: workbook, CSV, method note, the SQL, and a manifest with checksums."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from reports import form
from reports.audit_note import method_note
from reports.sheet import MAX_ROWS
from reports.table_book import Sheet, columns_for, write_tables
from reports.table_csv import safe_csv
from schemas.audit_tests import AuditTest

SUMS, MANIFEST = "SHA256SUMS", "manifest.json"
HEADINGS = {
    "number": "No.", "test": "Uji", "test_en": "Test", "codes": "Kode temuan", "findings": "Temuan", "people": "Orang",
    "records": "Baris bukti", "rupiah_per_month": "Rp per bulan, semua temuan",
    "rupiah_once": "Rp per bulan, tiap orang sekali", "billed": "Ditagihkan pada periode, Rp", "note": "Catatan",
    "code": "Kode", "term_id": "Temuan", "tested": "Diuji", "not_testable_reason": "Alasan tidak diuji",
    "open_findings": "Terbuka di basis data", "in_pack": "Dalam paket", "not_paid": "Tidak dibayar",
    "other_register": "Bukan di register pembayaran", "untested": "Dari malam lalu, kini tidak diuji",
    "finding_id": "ID temuan", "is_primary": "Utama", "regency_code": "Kab/kota", "detail": "Penjelasan",
    "person_id": "ID orang", "record_id": "Rekaman", "record_person_id": "ID orang pemilik rekaman",
    "probability": "Peluang tautan", "source": "Sumber", "owner_code": "Pemilik", "file": "Berkas",
    "sha256": "SHA-256 berkas", "source_row": "Baris data", "nik": "NIK", "nik_status": "Status NIK", "name": "Nama",
    "birth_date": "Tanggal lahir", "card": "PSNOKA", "segment": "Segmen", "status": "Status",
    "status_date": "Tanggal status", "decree_no": "Nomor SK", "covered_month": "Bulan pelayanan", "amount": "Iuran, Rp",
}  # fmt: skip


@dataclass(frozen=True)
class TestResult:
    """One test's outcome: `evidence` a row a finding and record, `reconciled` a row a class, `figures` its counts."""

    test: AuditTest
    sql: str
    evidence: pl.DataFrame
    reconciled: pl.DataFrame
    figures: dict[str, int]

    @property
    def tested(self) -> bool:
        """Whether any of its classes was tested at all."""
        return bool(self.reconciled["tested"].any())

    @property
    def not_tested(self) -> list[str]:
        """Which classes were not tested, or only in part, and why, in Indonesian."""
        reasons = self.reconciled.drop_nulls("not_testable_reason")
        return [f"{code}: {why}" for code, why in reasons.select("code", "not_testable_reason").iter_rows()]


@dataclass(frozen=True)
class AuditPack:
    """All that a pack shows of one period (its first day) and place; `run` is the run whose database answered."""

    period: date
    regency: str | None
    place: str
    run: dict[str, Any]
    results: tuple[TestResult, ...]
    together: dict[str, int]
    files: pl.DataFrame
    rules: pl.DataFrame
    errors: pl.DataFrame
    classes: pl.DataFrame

    @property
    def name(self) -> str:
        """How its workbook is called."""
        return "-".join(["paket-audit", f"{self.period:%Y-%m}", *([self.regency] if self.regency else [])])


def write_pack(pack: AuditPack, folder: Path) -> None:
    """Write the pack into the empty `folder`; the same database gives the same bytes.

    No cell of the workbook is a formula, and in the CSV an apostrophe stands before what would become one. Raises
    OSError when a file cannot be written.
    """
    (folder / "sql").mkdir()
    tables = {"ringkasan": summary(pack), "rekonsiliasi": reconciliation(pack)}
    tables |= {f"bukti_{one.test.number}_{one.test.key}": one.evidence for one in pack.results}
    tables |= {"berkas": pack.files, "ketentuan": pack.rules, "galat_pemadanan": pack.errors}
    rows: dict[str, int] = {}
    for name, frame in tables.items():
        (folder / f"{name}.csv").write_bytes(safe_csv(frame))
        rows[f"{name}.csv"] = frame.height
    _write_sql(pack, folder / "sql")
    (folder / "metode.md").write_text(method_note(pack), encoding="utf-8")
    sheets = [
        Sheet(name[:31], _shown(frame.head(MAX_ROWS)), columns_for(frame.head(MAX_ROWS), HEADINGS))
        for name, frame in tables.items()
    ]
    title = f"Paket audit {form.MONTHS['id'][pack.period.month - 1]} {pack.period.year}, {pack.place}"
    write_tables(folder / f"{pack.name}.xlsx", title, pack.run["as_of"], sheets)
    _write_manifest(pack, folder, rows)


def summary(pack: AuditPack) -> pl.DataFrame:
    """A row a test, and one of all together in which each person counts once; what was not tested has no count."""
    rows = [
        {
            "number": one.test.number,
            "test": one.test.term_id,
            "test_en": one.test.term_en,
            "codes": ", ".join(one.test.codes),
            **({**one.figures, "records": one.evidence.height} if one.tested else {}),
            "note": "; ".join(one.not_tested),
        }
        for one in pack.results
    ]
    together = {"number": None, "test": "Semua uji, tiap orang sekali", "test_en": "All tests, each person once"}
    rows.append({**together, "codes": "", **pack.together, "note": ""})
    counts = ("findings", "people", "records", "rupiah_per_month", "rupiah_once", "billed")
    texts = {"number": pl.Int64, **dict.fromkeys(("test", "test_en", "codes"), pl.String)}
    return pl.DataFrame(rows, schema={**texts, **dict.fromkeys(counts, pl.Int64), "note": pl.String})


def reconciliation(pack: AuditPack) -> pl.DataFrame:
    """A row a class: what is open in the database is what is in the pack and what is left out, by reason."""
    parts = [one.reconciled.select(pl.lit(one.test.number).alias("number"), pl.all()) for one in pack.results]
    return pl.concat(parts)


def _shown(frame: pl.DataFrame) -> pl.DataFrame:
    """Truth values in words, as a text cell shows them."""
    words = {"true": "ya", "false": "tidak"}
    return frame.with_columns(pl.col(pl.Boolean).cast(pl.String).replace(words))


def _write_sql(pack: AuditPack, folder: Path) -> None:
    """The SQL of each test, and of each class of finding behind it; both run on the published database."""
    for one in pack.results:
        text = f"-- {one.test.number}. {one.test.term_id} / {one.test.term_en}\n{one.sql}\n"
        (folder / f"bukti_{one.test.number}_{one.test.key}.sql").write_text(text, encoding="utf-8")
    for code, query in pack.classes.select("code", "query").iter_rows():
        (folder / f"{code}.sql").write_text(query, encoding="utf-8")


def _write_manifest(pack: AuditPack, folder: Path, rows: dict[str, int]) -> None:
    """What the pack is of, and every file with its size, rows and checksum; `sha256sum -c SHA256SUMS` checks them."""
    sums = {name: _sha256(folder / name) for name in _names(folder)}
    listed = [
        {"file": name, "bytes": (folder / name).stat().st_size, "rows": rows.get(name), "sha256": sums[name]}
        for name in sums
    ]
    run = pack.run
    told = {
        "period": f"{pack.period:%Y-%m}",
        "regency": pack.regency,
        "run_id": run["run_id"],
        "as_of": run["as_of"].isoformat(),
        "model_version": run["model_version"],
        "config_sha256": run["config_hash"],
        "files": listed,
    }
    (folder / MANIFEST).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    sums[MANIFEST] = _sha256(folder / MANIFEST)
    lines = [f"{digest}  {name}\n" for name, digest in sums.items()]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def _names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
