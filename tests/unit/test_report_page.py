"""The page: self-contained, escaped, masked, accessible, in two languages."""

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from reports.files import write_reports
from reports.page import render_page, render_regencies, workbook_name
from reports.tables import collect
from reports.words import glossary, plain, say, words
from tests.report_fixture import database, remember

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture
def con():
    with database() as con:
        yield con


@pytest.fixture(scope="module")
def pages():
    """The page of the province and those of its regencies, by file name."""
    with database() as con:
        tables = collect(con)
        return {"index.html": render_page(tables), **dict(render_regencies(tables))}


@pytest.fixture(scope="module")
def page(pages):
    return pages["index.html"]


@pytest.fixture(params=["index.html", "3602_Kabupaten_Lebak.html"])
def each(request, pages):
    return pages[request.param]


class Elements(HTMLParser):
    """Every start tag with its attributes, in order."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def of(self, *tags):
        return [attributes for tag, attributes in self.found if tag in tags]


def test_it_says_which_records_were_matched_and_with_which_model(con, page):
    assert (
        "baru atau berubah sejak proses sebelumnya (1,2\u00a0%) yang dipadankan ulang, dengan model per 19 November"
        in page
    )
    con.execute("UPDATE run SET matching = 'full'")
    assert plain("matched_full", "id") in render_page(collect(con))


def test_it_contacts_nothing(each):
    elements = Elements(each)
    assert not re.findall(r"https?://|//[a-z]+\.|url\(|@import", each)
    for _, attributes in elements.found:
        for name in ("src", "href", "action", "srcset", "data"):
            value = attributes.get(name) or ""
            assert re.fullmatch(r"(umpan-balik/)?[\w.]*(#[\w-]+)?", value), (name, value)
    assert not elements.of("link", "iframe", "img", "object", "embed", "form", "base")
    assert "default-src 'none'" in each


def test_it_holds_no_personal_value(each, page, con):
    for nik, kk, name in con.execute("select nik, kk, name from person").fetchall():
        assert nik is None or nik not in each
        assert kk not in each
        assert len(name.split()) < 2 or name not in each
    assert not re.search(r"(?<![\w.])\d{13,16}(?![\w.])", each)
    assert re.search(r"36\d\d•{8}\d{4}", page)


def test_every_link_between_the_pages_leads_somewhere(pages, con, tmp_path):
    files = {path.name: path for path in write_reports(con, tmp_path)}
    assert set(pages) == {name for name in files if name.endswith(".html")}
    places = {name: {a["id"] for _, a in Elements(text).found if "id" in a} for name, text in pages.items()}
    for name, text in pages.items():
        targets = [a["href"].partition("#") for a in Elements(text).of("a")]
        assert targets
        for file, _, place in targets:
            assert file.startswith("umpan-balik/") or (file or name) in files, (name, file)
            assert not place or place in places[file or name], (name, place)
    assert {a["href"] for a in Elements(pages["index.html"]).of("a")} >= set(pages) - {"index.html"}


@pytest.mark.parametrize(
    "update",
    [
        "update source_file set file = $1, problem = 'x', problem_text = $1, problem_text_id = $1",
        "update quarantine set reason = $1, reason_id = $1, column_name = $1",
        "update finding_type set term_id = $1, term_en = $1, definition = $1, action = $1, payer = $1",
        "update finding set actor = $1, action = $1, detail = $1",
        "update indicator set basis = $1",
        "update indicator_type set term_id = $1, not_testable_reason = $1",
        "update validation set expectation = $1, column_name = $1, success = false",
        "update link set basis = $1",
        "update source_quality set file = $1, reason = $1, reason_id = $1",
        "update run set run_id = $1, status = $1, model_version = $1",
    ],
)
def test_hostile_values_are_only_text(con, update):
    con.execute(update, [HOSTILE])
    tables = collect(con)
    told = render_page(tables)
    assert "&lt;script&gt;alert(1)" in told
    for text in (told, *dict(render_regencies(tables)).values()):
        assert "<script>alert" not in text and "<img" not in text
        assert text.count("<script>") == 1


def test_headings_numbers_and_states(page):
    order = [
        "Yang harus diputuskan",
        "Kabupaten/kota</span>",
        "Dibandingkan malam",
        "Temuan menurut kabupaten/kota",
        "Tindakan menurut pelaksana",
        "Kedatangan berkas",
        "Mutu berkas",
        "Karantina",
        "Jalannya pemadanan",
    ]
    places = [page.index(heading, page.index("<main")) for heading in order]
    assert places == sorted(places)
    assert "Provinsi" in page and "Banten" in page and "20 November 2026" in page and "Terbit" in page
    assert "Rp\u00a0" in page and "1.724" in page
    assert "Tidak datang" in page and "tidak ada berkas yang cocok dengan akta_kematian*.csv" in page
    assert "34,99\u00a0%" in page and "98\u00a0%" in page


def test_what_cannot_be_tested_is_said_and_not_zero(page):
    row = re.search(r'<tr data-severity="1" data-find="tk06.*?</tr>', page, re.S).group()
    assert "tidak dapat diuji" in row and "Sumber Akta kematian tidak datang." in row
    assert 'class="cell"' not in row and "<b>0</b>" not in row


def test_a_reason_is_not_begun_twice(con):
    for table, begun in (("finding_type", "diuji"), ("indicator_type", "dihitung")):
        reason = f"tidak dapat {begun}: Roster tidak ada"
        con.execute(f"update {table} set not_testable_reason = '{reason}' where not testable")
    text = re.sub(r"<[^>]*>", "", render_page(collect(con)))
    assert re.search(r"tidak dapat diuji\s*(cannot be tested)?\s*: Roster tidak ada", text)
    assert not re.search(r"tidak dapat diuji\s*(cannot be tested)?\s*: tidak dapat", text)


def test_it_can_be_read_without_eyes_and_without_a_mouse(each):
    elements = Elements(each)
    assert {tag for tag, _ in elements.found} >= {"header", "nav", "main", "footer", "section"}
    assert [a.get("lang") for a in elements.of("html")] == ["id"]
    identities = [a["id"] for _, a in elements.found if "id" in a]
    assert len(identities) == len(set(identities))
    for attributes in elements.of("section"):
        assert attributes.get("aria-label") or attributes["aria-labelledby"] in identities
    for attributes in elements.of("a"):
        if attributes["href"].startswith("#"):
            assert attributes["href"][1:] in identities
    assert all(a.get("scope") in {"row", "col", "rowgroup"} for a in elements.of("th"))
    for attributes in elements.of("svg"):  # beside a figure it is hidden; alone it says what it shows
        told = attributes.get("aria-labelledby", "").split()
        assert attributes.get("aria-hidden") == "true" or (attributes["role"] == "img" and set(told) <= set(identities))
    labelled = {a["for"] for a in elements.of("label")}
    assert {a["id"] for a in elements.of("select", "input")} == labelled
    assert not [a for _, a in elements.found if any(name.startswith("on") for name in a)]


def test_headings_go_down_one_step_at_a_time(each):
    levels = [int(tag[1]) for tag, _ in Elements(each).found if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_each_row_has_as_many_cells_as_its_heading(each):
    for table in re.findall(r"<table.*?</table>", each, re.S):
        columns = len(re.findall(r"<th", re.search(r"<thead>.*?</thead>", table, re.S).group()[7:]))
        for row in re.findall(r"<tr.*?</tr>", table.partition("</thead>")[2], re.S):
            spans = sum(int(n) - 1 for n in re.findall(r'colspan="(\d+)"', row))
            assert len(re.findall(r"<t[hd][ >]", row)) + spans == columns, row


def test_language_is_a_setting_and_both_are_there(con):
    tables = collect(con)
    assert '<html lang="en">' in render_page(tables, language="en")
    told = render_page(tables)
    assert '<span lang="id">Temuan terbuka</span><span lang="en">Open findings</span>' in told
    with pytest.raises(ValueError, match="no language 'jv'"):
        render_page(tables, language="jv")


def test_same_database_same_page(con):
    assert render_page(collect(con)) == render_page(collect(con))


def test_an_empty_night_and_a_first_run_have_a_page(con):
    for table in ("finding", "quarantine", "pair", "link", "person", "indicator", "validation"):
        con.execute(f"delete from {table}")
    con.execute("delete from run where run_id like '20261119%'")
    remember(con)
    tables = collect(con)
    told = render_page(tables)
    assert "Tidak ada temuan terbuka." in told and "Tidak ada baris yang dikarantina." in told
    assert "Ini proses pertama" in told
    assert all("Tidak ada temuan terbuka." in text for _, text in render_regencies(tables))


def test_pairs_are_shown_as_sums_in_both_languages_and_masked(con, page):
    assert page.count("<figure") == 3
    assert "Tautan yang pasti" in page and "The least sure link" in page and "Menunggu petugas" in page
    assert re.search(r'lang="en"[^>]*><tspan[^>]*>Name</tspan>: equal', page)
    assert re.search(r'lang="id"[^>]*><tspan[^>]*>NIK</tspan>: kosong di satu sisi', page)
    assert re.search(r"padan explain \d+ \d+", page)
    # The picture's sum is the published weight.
    for shown, (weight,) in zip(
        re.findall(r"Jumlah bobot ([+−]?\d+,\d)", page),
        con.execute("""
            (select match_weight from pair where outcome = 'link' order by abs(match_weight -
              (select median(match_weight) from pair where outcome = 'link')), left_record_id limit 1) union all
            (select min(match_weight) from pair where outcome = 'link') union all
            (select min(abs(match_weight)) from pair where outcome = 'review')
        """).fetchall(),
        strict=True,
    ):  # fmt: skip
        assert float(shown.replace(",", ".").replace("−", "-")) == pytest.approx(weight, abs=0.051)


def test_pairs_without_the_weights_of_comparisons_are_not_shown(con):
    for name in ("level_name", "weight_name", "level_nik", "weight_nik"):
        con.execute(f"alter table pair drop {name}")
    assert "<figure" not in render_page(collect(con))


def test_the_words_of_comparisons_may_be_lacking(con):
    con.execute("delete from comparison_level; delete from match_threshold")
    told = render_page(collect(con))
    assert re.search(r'lang="en"[^>]*><tspan[^>]*>name</tspan>: sama', told)
    assert "Garis putus" not in told


def test_the_histogram_is_of_all_compared_pairs_when_they_were_counted(con):
    assert "Hanya pasangan yang disimpan" in render_page(collect(con))
    con.execute("insert into weight_histogram values (-30, 'distinct', 123456), (12, 'link', 789)")
    told = render_page(collect(con))
    assert "Hanya pasangan yang disimpan" not in told
    assert "123.456" in told and "789" in told


def test_changes_of_ids_are_counted_by_cause_for_this_run_alone(con, page):
    assert "Dua orang menjadi satu" in page and "isi rekaman berubah" in page
    assert "rekaman hilang" not in page
    con.execute("delete from person_event")
    assert "Perubahan kode orang" not in render_page(collect(con))


def test_a_finding_outside_the_province_has_a_column_of_its_own(con):
    assert "Wilayah lain" not in render_page(collect(con))
    con.execute("update finding set regency_code = '3204' where code = 'ST01'")
    assert "Wilayah lain" in render_page(collect(con))


def test_every_sentence_is_in_both_languages_with_the_same_places():
    for key, sentence in words().items():
        assert set(sentence) == {"id", "en"}, key
        places = [sorted(re.findall(r"\{(\w+)\}", sentence[language])) for language in ("id", "en")]
        assert places[0] == places[1], key
    assert all(one["word"] and one["id"] and one["en"] for one in glossary())
    assert plain("files", n=3) == "3 berkas"
    assert say("files", n="<b>") == '<span lang="id">&lt;b&gt; berkas</span><span lang="en">&lt;b&gt; files</span>'


@pytest.mark.parametrize(
    ("code", "name", "file"),
    [
        ("3602", "Kabupaten Lebak", "3602_Kabupaten_Lebak.xlsx"),
        ("3674", "Kota Tangerang Selatan", "3674_Kota_Tangerang_Selatan.xlsx"),
        ("9999", "../x/é", "9999_x.xlsx"),
        ("36", "Provinsi Banten", "36_Provinsi_Banten.xlsx"),
    ],
)
def test_workbooks_have_safe_names(code, name, file):
    assert workbook_name(code, name) == file
