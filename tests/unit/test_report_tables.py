"""What the reports draw from a published database."""

import polars as pl
import pytest

from reports.summary import summary
from reports.tables import collect
from reports.worklist import collect_worklist
from tests.report_fixture import REGENCIES, database


@pytest.fixture
def con():
    with database() as con:
        yield con


def one(con, query):
    return con.execute(query).fetchall()[0][0]


def test_money_counts_once_a_person_and_only_open_findings(con):
    figures = collect(con).figures.row(0, named=True)
    assert figures["rupiah"] == one(
        con, "select sum(rupiah_per_month) from finding where state = 'open' and is_primary"
    )
    assert figures["rupiah"] < one(con, "select sum(rupiah_per_month) from finding where state = 'open'")
    assert figures["findings"] == one(con, "select count(*) from finding where state = 'open'")
    assert figures["findings"] < one(con, "select count(*) from finding")
    assert figures["affected"] == one(con, "select count(distinct person_id) from finding where state = 'open'")


def test_the_parts_add_up_to_the_figures(con):
    tables = collect(con)
    for part in (tables.findings, tables.actions):
        assert part["findings"].sum() == tables.figures["findings"][0]
        assert part["rupiah"].sum() == tables.figures["rupiah"][0]
    assert tables.registers["people"].sum() == tables.figures["people"][0]
    assert tables.bases["records"].sum() == tables.figures["records"][0]


def test_new_and_closed_since_the_run_before(con):
    con.execute("update finding set first_seen = '2026-11-01', last_seen = '2026-11-20', state = 'open'")
    con.execute("create temp table three as select finding_id from finding order by finding_id limit 3")
    con.execute("update finding set first_seen = '2026-11-20' where finding_id in (from three)")
    con.execute("update finding set state = 'closed', last_seen = '2026-11-19' where code = 'ST01'")
    con.execute("update finding set state = 'closed', last_seen = '2026-11-01' where code = 'EL01'")
    figures = collect(con).figures.row(0, named=True)
    assert figures["closed"] == one(con, "select count(*) from finding where code = 'ST01'")
    assert figures["new"] == one(
        con, "select count(*) from finding where state = 'open' and finding_id in (from three)"
    )


def test_linked_records_are_those_that_share_a_person(con):
    con.execute("delete from link; insert into link (record_id, person_id) values (1, 'a'), (2, 'a'), (3, 'b')")
    assert collect(con).figures["linked"][0] == 2


def test_files_are_compared_with_the_run_before(con):
    files = {(row["source"], row["file"]): row for row in collect(con).files.iter_rows(named=True)}
    assert files["employers", "wlkp.csv"]["before"] == 118
    gone = files["workforce", "sasaran_pekerja.csv"]
    assert gone["gone"] and gone["before"] == 8 and gone["rows_accepted"] is None
    missing = files["civil_deaths", "akta_kematian*.csv"]
    assert missing["problem"] == "missing" and missing["before"] is None and not missing["gone"]


def test_a_sender_s_only_file_is_compared_under_its_new_name(con):
    con.execute("update source_file set file = 'wlkp_baru.csv' where file = 'wlkp.csv' and run_id = '20261120-a1b2c3'")
    files = collect(con).files.filter(pl.col("source") == "employers")
    assert files["file"].to_list() == ["wlkp_baru.csv"] and files["before"].to_list() == [118]


def test_the_first_run_has_nothing_to_compare_with(con):
    con.execute("delete from run where run_id like '20261119%'; delete from source_file where run_id like '20261119%'")
    tables = collect(con)
    assert tables.earlier.is_empty()
    assert tables.files["before"].null_count() == tables.files.height
    assert summary(tables)["compared_with"] is None


def test_examples_are_masked_in_the_query(con):
    shown = collect(con).examples["nik"].drop_nulls()
    assert shown.len() > 0
    assert shown.str.contains(r"^\d{4}•{8}\d{4}$").all()


def test_every_open_finding_and_quarantined_row_is_in_exactly_one_workbook(con):
    con.execute("update finding set regency_code = null where code = 'EL01'")
    con.execute("update finding set regency_code = '9999' where code = 'EL02'")
    tables = collect(con)
    lists = [
        collect_worklist(con, code, name, tuple(tables.regencies["regency_code"]))
        for code, name in tables.workbooks.iter_rows()
    ]
    found = pl.concat([one.rows["finding_id"] for one in lists])
    assert sorted(found) == sorted(
        row[0] for row in con.execute("select finding_id from finding where state = 'open'").fetchall()
    )
    assert sum(one.quarantine.height for one in lists) == one(con, "select count(*) from quarantine")
    assert tables.workbooks["place_code"].to_list() == [*REGENCIES, "36"]


def test_no_workbook_for_the_province_when_nothing_is_left_for_it(con):
    con.execute("delete from quarantine where length(owner_code) = 2 or owner_code is null")
    assert collect(con).workbooks["place_code"].to_list() == list(REGENCIES)


def test_a_worklist_shows_both_sides_and_the_place_in_the_files(con):
    row = collect_worklist(con, "3602", "Lebak", REGENCIES).rows.filter(
        pl.col("ours").is_not_null() & pl.col("theirs").is_not_null()
    ).row(0, named=True)  # fmt: skip
    assert row["ours"].startswith(("DTSEN: ", "Register: ")) and "desil" in row["ours"]
    assert row["theirs"].startswith(("JKN: ", "Jamsostek: "))
    assert " baris " in row["places"]


def test_an_empty_night_is_a_night(con):
    for table in ("finding", "quarantine", "pair", "link", "person", "indicator", "validation"):
        con.execute(f"delete from {table}")
    tables = collect(con)
    assert tables.figures.row(0) == (0, tables.figures["records"][0], *[0] * 11)
    assert summary(tables)["findings"] == []


def test_the_summary_is_plain_and_without_a_person(con):
    told = summary(collect(con))
    assert told["figures"]["people"] == 600 and told["province_name"] == "Banten"
    assert told["not_testable"] == [{"code": "TK06", "reason": "Sumber Akta kematian tidak datang."}]
    assert not {"examples", "nik", "name"} & told.keys()
