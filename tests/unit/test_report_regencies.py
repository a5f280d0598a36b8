"""Regencies: their figures beside the province's, their pages, the families of findings, who pays."""

import re

import pytest

from reports.areas import ELSEWHERE, figures, painted, table
from reports.heat import heat
from reports.night import lead, tiles
from reports.page import render_page, render_regencies
from reports.regency_page import regency
from reports.tables import collect
from tests.report_fixture import REGENCIES, database, remember


@pytest.fixture
def con():
    with database() as con:
        yield con


def one(con, query):
    return con.execute(query).fetchall()[0][0]


def number(text):
    return int(re.sub(r"\D", "", text) or 0)


def test_the_regencies_add_up_to_the_province(con):
    con.execute("update finding set regency_code = '3204' where code = 'FN06'")
    remember(con)
    every = figures(collect(con))
    assert set(every) == {*REGENCIES, "36", ELSEWHERE}
    for name in ("findings", "urgent", "new", "rupiah", "closed"):
        assert sum(row[name] for code, row in every.items() if code != "36") == every["36"][name]
    assert every["36"]["findings"] == one(con, "select count(*) from finding where state = 'open'")
    assert every[ELSEWHERE]["findings"] > 0
    assert sum(every[code]["people"] for code in REGENCIES) == every["36"]["people"] == 600


def test_missed_are_the_eligible_without_an_active_card(con):
    row = figures(collect(con))["3602"]
    eligible = "alive and eligible and regency_code = '3602'"
    assert row["eligible"] == one(con, f"select count(*) from person where {eligible}")
    assert row["missed_people"] == one(con, f"select count(*) from person where {eligible} and not active_jkn")
    assert row["missed"] == row["missed_people"] / row["eligible"]


def test_the_dearest_regency_comes_first_and_the_province_last(con):
    rows = table(collect(con))
    assert [row["sort"]["rupiah"] for row in rows[:-1]] == sorted(
        (row["sort"]["rupiah"] for row in rows[:-1]), reverse=True
    )
    assert rows[-1]["province"] and rows[-1]["name"] == "Provinsi Banten"
    assert {row["page"] for row in rows[:-1]} >= {"3602_Kabupaten_Lebak.html"}


def test_colours_go_from_nothing_to_the_worst_and_a_reached_target_is_marked(con):
    con.execute("update indicator set value = 0.9 where indicator = 'UHC_ACTIVE' and regency_code = '3601'")
    con.execute("update indicator set value = 0.1 where indicator = 'UHC_ACTIVE' and regency_code = '3602'")
    by_code = {row["code"]: row for row in painted(collect(con))}
    assert by_code["3601"]["uhc"]["reached"] and by_code["3601"]["uhc"]["shade"] == "0"
    assert by_code["3602"]["uhc"]["shade"] == "0.5" and not by_code["3602"]["uhc"]["reached"]
    assert all(0 <= float(row[key]["shade"]) <= 0.5 for row in by_code.values() for key in ("rupiah", "missed", "uhc"))
    assert max(float(row["rupiah"]["shade"]) for row in by_code.values()) == 0.5


def test_a_regency_without_figures_has_a_tile_all_the_same(con):
    con.execute("delete from indicator; delete from person where regency_code = '3602'")
    con.execute("update finding set regency_code = '3601' where regency_code = '3602'")
    row = next(row for row in painted(collect(con)) if row["code"] == "3602")
    assert row["rupiah"]["text"] == "Rp 0" and row["uhc"]["text"] == row["missed"]["text"] == "–"
    assert "3602_Kabupaten_Lebak.html" in dict(render_regencies(collect(con)))


def test_the_night_leads_with_money_what_is_urgent_and_how_many_short_of_the_targets(con):
    tables = collect(con)
    every = figures(tables)
    shown = {re.sub(r"<[^>]+>.*", "", str(tile["label"])) or str(tile["label"]): tile for tile in tiles(tables, every)}
    assert len(shown) == 5
    uhc = every["36"]["uhc"]
    short = -(-int(uhc["target"] * uhc["denominator"] * 10) // 10) - uhc["numerator"]
    note = next(str(tile["note"]) for tile in tiles(tables, every) if "UHC" in str(tile["label"]))
    assert abs(number(note.split("kurang")[1].split("orang")[0]) - short) <= 1
    most = max(REGENCIES, key=lambda code: every[code]["urgent"])
    name = {"3601": "Pandeglang", "3602": "Lebak", "3603": "Tangerang", "3604": "Serang"}.get(most, "Kota")
    assert name in str(lead(tables, every)[1])


def test_classes_stand_in_families_and_the_calm_ones_are_marked_to_be_folded(con):
    tables = collect(con)
    told = heat(tables)
    assert {one["family"] for one in told["families"]} == {"ST", "DM", "EL", "FN", "ID", "TK"}
    for name in ("findings", "urgent", "rupiah"):
        assert sum(family[name] for family in told["families"]) == tables.figures[name][0]
    assert told["families"][-1]["family"] == "DM" and not told["families"][-1]["urgent"]
    page = render_page(tables)
    assert re.findall(r'<tbody data-family="(\w+)" class="calm">', page) == ["DM"]
    # Without JavaScript nothing is hidden: only the script folds.
    assert "hidden" not in re.search(r'<table class="heat.*?</table>', page, re.S).group()


def test_a_regency_s_page_has_its_own_figures_by_district_and_they_add_up(con):
    tables = collect(con)
    every = figures(tables)
    told = regency(tables, "3602", every)
    assert told["heat"]["findings"] == every["3602"]["findings"]
    assert sum(row["sort"]["findings"] for row in told["districts"]) == every["3602"]["findings"]
    assert sum(row["sort"]["people"] for row in told["districts"]) == every["3602"]["people"]
    assert (
        sum(number(row["findings_text"]) for block in told["actions"] for row in block["rows"])
        == every["3602"]["findings"]
    )
    assert told["book"] == "3602_Kabupaten_Lebak.xlsx"
    assert all(row["code"][:4] == "3602" for row in told["columns"])
    assert {str(row["sender"]) for row in told["quality"]["rows"]} == {"Dinas Sosial Kab. Lebak"}


def test_findings_of_an_unknown_village_are_counted_apart(con):
    con.execute("update finding set village_code = null where code = 'ST01'")
    con.execute("update finding set village_code = '3601012001' where code = 'EL01' and regency_code = '3602'")
    told = regency(collect(con), "3602", figures(collect(con)))
    assert told["columns"][-1]["code"] == ""
    apart = one(con, """select count(*) from finding where regency_code = '3602' and code in ('ST01', 'EL01')
        and state = 'open'""")  # fmt: skip
    assert told["districts"][-1]["sort"]["findings"] == apart > 0


def test_a_rank_of_one_is_the_worst(con):
    con.execute("update indicator set value = 0.01 where indicator = 'UHC_ACTIVE' and regency_code = '3602'")
    tables = collect(con)
    rows = regency(tables, "3602", figures(tables))["compare"]
    assert "1 dari 8" in str(next(row for row in rows if "UHC" in str(row["name"]))["rank"])


def test_who_pays_and_what_it_would_cost_are_shown_where_the_database_has_it(con):
    assert "Berapa biayanya" not in render_page(collect(con))
    con.execute("""create or replace table indicator_part as select * from (values
        ('JKN_PAYER', '3602', 'fund', 'APBN', 300, 500, 0.6::double, null::double),
        ('JKN_PAYER_RUPIAH', '3602', 'fund', 'APBN', 12600000, 20000000, 0.63, null),
        ('JKN_PAYER', '3602', 'fund', 'DANA DESA', 20, 500, 0.04, null),
        ('UHC_ACTIVE', '3602', 'district', '360201', 40, 50, 0.8, 0.8)) t(indicator, regency_code, dimension,
        dimension_value, numerator, denominator, value, target)""")
    con.execute("""create or replace table scenario as select 'A' as scenario, 'Semua yang <layak>' as term_id,
        'All eligible' as term_en, true as testable, null::varchar as not_testable_reason, 12 as months union all
        select 'B', 'Yang lain', 'Others', false, 'Sumber tidak datang.', 12""")
    con.execute("""create or replace table simulation as select * from (values
        ('A', 'APBN', '3601', date '2026-12-01', 10, 420000, 4200000),
        ('A', 'APBN', '3602', date '2026-12-01', 5, 210000, 420000),
        ('A', 'APBN', '3602', date '2027-02-01', 5, 250000, 2500000)) t(scenario, fund, regency_code, from_month,
        people, rupiah_per_month, rupiah_total)""")
    tables = collect(con)
    whole, own = render_page(tables), dict(render_regencies(tables))["3602_Kabupaten_Lebak.html"]
    assert "Semua yang &lt;layak&gt;" in whole and "Sumber tidak datang." in whole
    assert "Rp\u00a07.120.000" in whole and "Rp\u00a02.920.000" in own
    assert "kelak Rp\u00a0250.000" in own and "Dana desa" in own and "Rp\u00a012.600.000" in own
    assert "UHC aktif" in re.search(r'<section id="districts".*?</section>', own, re.S).group()


def test_file_names_and_texts_of_an_unknown_regency(con):
    con.execute("update person set regency_code = '3699', village_code = null where person_id < 'p00000020'")
    tables = collect(con)
    pages = dict(render_regencies(tables))
    assert "3699_3699.html" in pages and 'href="3699_3699.html"' in render_page(tables)


def test_an_estimate_is_shown_with_its_interval_and_a_count_without(con):
    con.execute(
        "update indicator set low = 0.61, high = 0.634 where indicator = 'UHC_ACTIVE' and regency_code = '3602'"
    )
    assert render_page(collect(con)).count("61,0–63,4\u00a0%") == 1
