"""The night against earlier ones: sums that add up, lines over the nights, rows that changed alike."""

from datetime import date, timedelta

import pytest

from reports.against import against, masses, open_line, spoken
from reports.page import render_page, render_regencies
from reports.tables import collect
from reports.trend import line
from tests.report_fixture import EARLIER, RUN, database, remember


@pytest.fixture
def con():
    with database() as con:
        yield con


def text(cell):
    return int(cell.replace(".", "").replace("−", "-").replace("+", ""))


def sums(told):
    """Of each column: what was open then, the changes, what is open now."""
    rows = [row["cells"] for row in told["rows"] if "Rp" not in row["name"]]
    return [
        (text(cells[0]), [text(cell) for cell in cells[1:-1]], text(cells[-1])) for cells in zip(*rows, strict=True)
    ]


def one(con, query):
    return con.execute(query).fetchall()[0][0]


def test_what_was_open_and_what_changed_make_what_is_open_now(con):
    tables = collect(con)
    told = against(tables)
    days = [str(column["day"]) for column in told["columns"]]
    assert days[0] == "19 November 2026" and "31 Oktober 2026" in days[1] and "31 October 2026" in days[1]
    now = one(con, "select count(*) from finding where state = 'open'")
    for before, changes, after in sums(told):
        assert before + sum(changes) == after == now
    night, month = sums(told)
    assert night[0] == one(con, "select count(*) from finding where '2026-11-19' between first_seen and last_seen")
    assert month[0] == one(con, "select count(*) from finding where '2026-10-31' between first_seen and last_seen")
    regencies = [sums(against(tables, code))[0] for code in tables.regencies["regency_code"]]
    assert sum(after for _, _, after in regencies) == now


def test_the_line_ends_with_what_is_open_now_and_goes_by_regency(con):
    tables = collect(con)
    rows = open_line(tables, "k")["rows"]
    assert [row["value"] for row in rows] == [
        str(one(con, "select count(*) from finding where state = 'open'")),
        str(one(con, "select count(*) from finding where '2026-11-19' between first_seen and last_seen")),
    ]
    own = open_line(tables, "k", "3602")["rows"][0]["value"]
    assert own == str(one(con, "select count(*) from finding where state = 'open' and regency_code = '3602'"))


def test_a_finding_that_was_not_tested_tonight_is_told_apart(con):
    con.execute("""update finding set state = 'untested', last_seen = '2026-11-19', first_seen = '2026-11-01'
        where code = 'FN06'""")
    remember(con)
    told = against(collect(con))
    assert any("Tidak diuji malam ini" in row["name"] for row in told["rows"])
    assert all(before + sum(changes) == after for before, changes, after in sums(told))


def test_a_first_night_has_nothing_to_compare_with(con):
    con.execute("delete from run where run_id <> ?", [RUN])
    con.execute("delete from finding_change; delete from finding_event")
    tables = collect(con)
    assert against(tables)["columns"] == [] and against(tables)["rows"][0]["cells"] == []
    assert open_line(tables, "k")["picture"] == "" and "mulai malam kedua" in open_line(tables, "k")["told"]
    for page in (render_page(tables), *dict(render_regencies(tables)).values()):
        assert "Ini proses pertama" in page


def test_a_night_without_findings_after_another_is_compared_with_it_all_the_same(con):
    con.execute("delete from finding")
    remember(con)
    tables = collect(con)
    assert tables.history.against == {"night": date(2026, 11, 19)}
    assert sums(against(tables)) == [(0, [0, 0], 0)]
    assert "Ini proses pertama" not in render_page(tables)


def test_changes_are_told_with_relapses_and_money(con):
    con.execute("""create or replace table finding_change as select * from (values
        ('night', date '2026-11-19', '3601', 'ST01', 10, 4, 2, 0, 0, 5, 1, 0, 10, 100000, 140000),
        ('night', date '2026-11-19', '3602', 'EL01', 7, 0, 0, 0, 1, 0, 0, 0, 8, 42000, 42000),
        ('month', date '2026-10-20', '3601', 'ST01', 3, 7, 0, 0, 0, 0, 0, 0, 10, 0, 140000)) t(since, since_as_of,
        regency_code, code, open_before, opened, reopened, tested_again, came, closed, became_untested, went, open_now,
        rupiah_before, rupiah_now)""")
    tables = collect(con)
    told = against(tables)
    assert sums(told) == [(17, [-5, -1, 4, 2, 1], 18), (3, [0, 0, 7, 0, 0], 10)]
    said = render_page(tables)
    assert "Kambuh: terbuka kembali" in said and "+40.000" in said and "Rp\u00a0182.000" in said
    assert "20 Oktober 2026" in said
    assert next(row["cells"] for row in against(tables, "3602")["rows"]) == ["7", "0"]


def test_the_line_follows_relapses_and_moves(con):
    con.execute("delete from finding; delete from finding_event")
    events = [
        (EARLIER, "2026-11-19", "a", "opened", "3601", "open"), (EARLIER, "2026-11-19", "b", "opened", "3601", "open"),
        (EARLIER, "2026-11-19", "c", "opened", "3602", "open"), (RUN, "2026-11-20", "a", "closed", "3601", "closed"),
        (RUN, "2026-11-20", "b", "changed", "3602", "open"), (RUN, "2026-11-20", "d", "opened", "3602", "open"),
        ("elsewhere", "2026-11-20", "e", "opened", "3601", "open"),
    ]  # fmt: skip
    con.executemany(
        "insert into finding_event (run_id, as_of, finding_id, event, regency_code, state) values (?, ?, ?, ?, ?, ?)",
        events,
    )
    tables = collect(con)
    values = {code: [row["value"] for row in open_line(tables, "k", code)["rows"]] for code in (None, "3601", "3602")}
    assert values == {None: ["3", "3"], "3601": ["0", "2"], "3602": ["3", "1"]}


def test_mass_changes_are_told_once_each(con):
    con.execute("""create or replace table mass_change as select '20261120-a1b2c3' as run_id, 'M1' as mass_change_id,
        date '2026-11-19' as since, 'bpjs_kesehatan' as source, '36' as owner_code, '3602' as regency_code,
        'changed' as kind, 'status' as column_name, 'AKTIF' as from_value, '<b>NONAKTIF' as to_value, 40000 as records,
        39000 as people, 400000 as compared, 0.1 as share, 1200 as findings_opened, 30 as findings_closed,
        0 as findings_changed""")
    tables = collect(con)
    assert len(masses(tables)) == len(masses(tables, "3602")) == 1 and masses(tables, "3601") == []
    said = render_page(tables)
    assert "40.000" in said and "10,0\u00a0%" in said and "1.200 / 30" in said
    assert "AKTIF → &lt;b&gt;NONAKTIF" in said


def test_a_long_line_shows_the_last_nights_and_the_ends_of_months():
    nights = [date(2025, 1, 1) + timedelta(days=n) for n in range(600)]
    shown = spoken(nights)
    assert shown[-31:] == nights[-31:]
    assert all((day + timedelta(days=1)).day == 1 for day in shown[:-31]) and len(shown) < 60


@pytest.mark.parametrize("values", [[0, 0], [5, 5], [1, 10_000_000], [3, 0, 7]])
def test_a_line_stays_in_its_drawing_and_is_told_in_words(values):
    points = [(date(2026, 11, 1) + timedelta(days=n), value) for n, value in enumerate(values)]
    drawn = line("k", "t", points, str)
    places = drawn["picture"].split('points="')[1].split('"')[0].split()
    for place in places:
        x, y = (float(part) for part in place.split(","))
        assert 0 <= x <= 360 and 20 <= y <= 105
    assert len(places) == len(values) == len(drawn["rows"])
    assert f"menjadi {values[-1]} " in drawn["told"] and f"tertinggi {max(values)} " in drawn["told"]
