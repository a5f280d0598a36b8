"""What SB01 to SB05 say of files (DOMAIN §5): no person, no money, the sender and what became of its rows."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import pytest

from flows.find import find
from schemas.tables import create_statement, load_tables
from tests.spec.world import ALL_KINDS, AS_OF, resolved

RUN = "run-1"
STALE = date(2026, 11, 10)


def night(kinds: frozenset[str] = ALL_KINDS, **tables: list[dict[str, Any]]) -> duckdb.DuckDBPyConnection:
    """One night of one person in one register, with rows of the tables of files, of the run unless they say not."""
    con = resolved(
        "person | source | owner_code | amount | period\na | bpjs_kesehatan_bill | 3602 | 37800 | 2026-11-01"
    )
    for name in ("source_file", "source_quality", "source_shift", "signed_total"):
        con.execute(create_statement(load_tables()[name]))
        for row in tables.get(name, []):
            full = row if name == "signed_total" else {"run_id": RUN, **row}
            con.execute(
                f"insert into {name} ({', '.join(full)}) values ({', '.join('?' * len(full))})", list(full.values())
            )
    find(con, AS_OF, kinds, None)
    return con


def told(con: duckdb.DuckDBPyConnection, code: str) -> list[tuple[Any, ...]]:
    return con.execute(
        "SELECT owner_code, regency_code, detail FROM finding WHERE code = $code AND state = 'open' ORDER BY ALL",
        {"code": code},
    ).fetchall()


def file(
    owner: str | None = "3602", source: str = "regency", problem: str | None = None, **more: Any
) -> dict[str, Any]:
    said = {"problem": problem, "problem_text_id": f"r.csv {problem}."} if problem else {}
    return {"source": source, "owner_code": owner, "file": "r.csv", **said, **more}


@pytest.mark.parametrize(
    ("problem", "found"),
    [("missing", True), ("late", True), ("locked", True), ("unreadable", True), ("empty", True), ("no_heading", True),
     (None, False), ("duplicate", False), ("column_missing", False)],
)  # fmt: skip
def test_sb01_no_usable_file_of_a_sender(problem: str | None, found: bool) -> None:
    con = night(source_file=[file(problem=problem)])
    says = f"Tidak ada berkas yang dapat dibaca: r.csv {problem}."
    assert told(con, "SB01") == ([("3602", "3602", says)] if found else [])


def test_sb01_says_from_which_day_the_rows_in_use_are() -> None:
    con = night(
        source_file=[file(problem="locked", stale_since=STALE), file("36", "province", "late", run_id="before")]
    )
    assert told(con, "SB01") == [
        ("3602", "3602", "Tidak ada berkas yang dapat dibaca: r.csv locked. Dipakai data per 10-11-2026.")
    ]


def test_sb02_a_column_lost() -> None:
    con = night(
        source_file=[
            file("3601", problem="column_missing", missing_columns="NIK"),
            file("3602"),
            file("3603", missing_columns="KET"),  # it never had that one
        ],
        source_quality=[file("3601"), file("3602", columns_lost="DESIL"), file("3603")],
    )
    assert told(con, "SB02") == [
        ("3601", "3601", "r.csv: r.csv column_missing."),
        ("3602", "3602", "r.csv: Kolom yang hilang: DESIL."),
    ]


def test_sb03_a_count_has_fallen() -> None:
    shift = {"source": "regency", "measure": "rows", "since": date(2026, 11, 19), "before": 12000.0}
    con = night(
        source_shift=[
            {**shift, "owner_code": "3602", "now": 10000.0, "shift": -0.17, "verdict": "told"},
            {**shift, "owner_code": "3603", "now": 3000.0, "shift": -0.75, "verdict": "refused"},
            {**shift, "owner_code": "3604", "now": 20000.0, "shift": 0.67, "verdict": "told"},
            {**shift, "owner_code": "3671", "now": 1.0, "shift": 0.9, "verdict": "refused", "measure": "nik_missing"},
        ],
        source_quality=[file("3603", stale_since=STALE)],
    )
    assert told(con, "SB03") == [
        ("3602", "3602", "Baris layak pakai turun dari 12.000 (19-11-2026) menjadi 10.000."),
        (
            "3603",
            "3603",
            "Baris layak pakai turun dari 12.000 (19-11-2026) menjadi 3.000. Dipakai data per 10-11-2026.",
        ),
    ]


def test_sb04_a_file_sent_again() -> None:
    con = night(
        source_file=[file("3601"), file("3602", problem="duplicate"), file("3603")],
        source_quality=[file("3601", same_as="oktober.csv (20-10-2026)"), file("3602"), file("3603")],
    )
    assert told(con, "SB04") == [
        ("3601", "3601", "Isi r.csv sama persis dengan oktober.csv (20-10-2026)."),
        ("3602", "3602", "r.csv duplicate."),
    ]


@pytest.mark.parametrize(
    ("rows", "rupiah", "says"),
    [
        (1, 37800, None),
        (None, None, None),
        (2, None, "Berita acara BA/1: ditandatangani 2 baris, diterima 1."),
        (1, 75600, "Berita acara BA/1: ditandatangani Rp 75.600, pada berkas Rp 37.800."),
        (
            1000,
            0,
            "Berita acara BA/1: ditandatangani 1.000 baris, diterima 1; ditandatangani Rp 0, pada berkas Rp 37.800.",
        ),
    ],
)
@pytest.mark.parametrize("owner", ["3602", None])
def test_sb05_what_was_signed_for(rows: int | None, rupiah: int | None, says: str | None, owner: str | None) -> None:
    signed = {"source": "bpjs_kesehatan_bill", "owner_code": owner, "rows_signed": rows, "rupiah_signed": rupiah}
    bill = file("3602", "bpjs_kesehatan_bill", rows_read=1, rows_accepted=1)
    con = night(ALL_KINDS | {"signed_total"}, source_file=[bill], signed_total=[{**signed, "document": "BA/1"}])
    assert told(con, "SB05") == ([(owner, owner, says)] if says else [])


def test_sb05_a_bill_that_was_signed_for_and_did_not_come() -> None:
    signed = {"source": "bpjs_kesehatan_bill", "owner_code": "3674", "rows_signed": 5, "document": "BA/2"}
    con = night(ALL_KINDS | {"signed_total"}, signed_total=[signed])
    assert told(con, "SB05") == [("3674", "3674", "Berita acara BA/2: ditandatangani 5 baris, diterima 0.")]


def test_sb05_without_a_signed_total_is_not_tested_and_never_zero() -> None:
    con = night()
    assert con.execute("SELECT testable, not_testable_reason FROM finding_type WHERE code = 'SB05'").fetchall() == [
        (False, "tidak dapat diuji: jumlah pada berita acara tidak ada")
    ]


def test_a_finding_of_a_file_has_no_person_no_money_and_is_nobodys_primary_one() -> None:
    con = night(source_file=[file(problem="locked"), file("36", "province", "late")])
    rows = con.execute(
        "SELECT DISTINCT person_id, record_ids, rupiah_per_month, is_primary, severity, actor FROM finding "
        "WHERE starts_with(code, 'SB')"
    ).fetchall()
    assert rows == [(None, [], 0, False, 1, "Pengirim berkas")]
