"""Layouts guessed for files that none fits: what is guessed, what is left open, what never happens."""

import tomllib
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.grid import first_rows, heading_and_columns
from flows.guess import guess_layout
from flows.guess_values import codes_of
from flows.propose import Proposed, propose
from flows.recognise import init
from sample_data.world import write_world
from schemas import reference
from schemas.layouts import layouts_with, load_layouts

AS_OF = date(2026, 11, 20)
LAYOUTS = load_layouts()
NAMES = ["SITI AMINAH", "AHMAD FAUZI", "DEWI LESTARI", "BUDI SANTOSO", "SRI WAHYUNI", "AGUS SALIM", "RINA MARLINA"]


def _people(rows: int = 60) -> dict[str, list[str]]:
    """Synthetic people of Lebak, without headings."""
    villages = reference.villages().filter(pl.col("regency_code") == "3602")["village_code"].to_list()
    woman = [row % 2 for row in range(rows)]
    return {
        "nik": [f"360201{10 + 40 * woman[row] + row % 18:02d}0585{row + 1:04d}" for row in range(rows)],
        "kk": [f"3602011201190{row // 3 + 1:03d}" for row in range(rows)],
        "name": [f"{NAMES[row % 7]} {chr(65 + row % 26)}{chr(97 + row // 3)}I" for row in range(rows)],
        "sex": ["PUTRI" if woman[row] else "JAWARA" for row in range(rows)],
        "birth": [f"{10 + row % 18}-05-1985" for row in range(rows)],
        "village": [villages[row % len(villages)] for row in range(rows)],
        "decile": [str(row % 10 + 1) for row in range(rows)],
    }


def _csv(columns: dict[str, list[str]], above: str = "") -> str:
    rows = zip(*columns.values(), strict=True)
    return above + "\n".join(";".join(row) for row in [tuple(columns), *rows]) + "\n"


def _proposed(folder: Path, text: str, name: str = "berkas.csv") -> Proposed | None:
    (folder / name).write_text(text, encoding="utf-8")
    return propose(folder / name, name, folder / "layouts", LAYOUTS, AS_OF)


ODD = ("Identitas Diri", "Rumpun", "Sebutan", "Golongan", "Hadir Ke Dunia", "Tempat", "Tingkat")


def test_columns_are_known_by_their_values_where_the_headings_say_nothing(tmp_path: Path) -> None:
    people = dict(zip(ODD, _people().values(), strict=True))
    found = _proposed(tmp_path, _csv(people, "DINAS SOSIAL;;;;;;\n"))
    assert found is not None
    layout = layouts_with(tmp_path / "layouts")[found.layout]
    assert not layout.checked
    assert (layout.kind, found.unknown) == ("regency", ("Golongan",))
    assert {column.heading: column.field for column in layout.columns} == {
        **{"Identitas Diri": "nik", "Rumpun": "kk", "Sebutan": "name", "Hadir Ke Dunia": "birth_date"},
        **{"Tempat": "village_code", "Tingkat": "decile"},
    }
    text = found.path.read_text(encoding="utf-8")
    assert '# values = { "JAWARA" = "...", "PUTRI" = "..." }' in text
    assert "100% isi berbentuk NIK" in text


@pytest.mark.parametrize(
    ("written", "pattern"),
    [
        (["03/25/85", "12/01/90"], "%m/%d/%y"),
        (["3-25-1985", "12-1-1990"], "%m-%d-%Y"),
        (["1985/25/03", "1990/01/12"], "%Y/%d/%m"),
        (["25/03/1985", "01/12/1990"], None),  # as every reader takes it
        (["03/05/1985", "01/12/1990"], None),  # either order: nothing shows
        (["03/25/1985", "25/03/1990"], None),
        (["1985-03-25", "1990-12-01"], None),
        (["03/25/1985", "1 Mei 1990"], None),
    ],
)
def test_the_order_of_dates_is_proposed_where_the_values_show_it(
    written: list[str], pattern: str | None, tmp_path: Path
) -> None:
    people = _people() | {"birth": written * 30}
    found = _proposed(tmp_path, _csv(dict(zip(ODD, people.values(), strict=True))))
    assert found is not None
    columns = {column.field: column for column in layouts_with(tmp_path / "layouts")[found.layout].columns}
    assert columns["birth_date"].pattern == pattern


def test_a_proposal_holds_no_value_of_a_person(tmp_path: Path) -> None:
    people = _people()
    found = _proposed(tmp_path, _csv(dict(zip(ODD, people.values(), strict=True))))
    assert found is not None
    text = found.path.read_text(encoding="utf-8")
    for field in ("nik", "kk", "name", "birth", "village"):
        assert not any(value in text for value in people[field])


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Nomer Induk Kependudukn", "nik"),
        ("No. Kartu Klg", "kk"),
        ("Nama Lengkp", "name"),
        ("Tgl. Kelahiran", "birth_date"),
        ("Kelamin (L/P)", "sex"),
        ("Kd. Desa / Kelurahan", "village_code"),
        ("DESIL KLG", "decile"),
    ],
)
def test_headings_that_are_nearly_right_are_understood(heading: str, field: str, tmp_path: Path) -> None:
    at = ("nik", "kk", "name", "sex", "birth_date", "village_code", "decile").index(field)
    headings = [heading if number == at else odd for number, odd in enumerate(ODD)]
    columns = [pl.Series(values) for values in _people().values()]
    guessed = guess_layout(headings, columns, LAYOUTS, AS_OF)
    assert guessed is not None
    guess = guessed.guesses[at]
    assert (guess.field, guess.likeness >= 0.8) == (field, True)


def test_a_heading_is_not_believed_against_the_values() -> None:
    people = _people()
    columns = [pl.Series(people[name]) for name in ("name", "nik", "birth", "village")]
    guessed = guess_layout(["NIK", "NAMA", "TGL_LAHIR", "KODE_DESA"], columns, LAYOUTS, AS_OF)
    assert guessed is not None
    assert [guess.field for guess in guessed.guesses] == ["name", "nik", "birth_date", "village_code"]


def test_each_extract_of_a_world_is_guessed_to_be_what_it_is(tmp_path: Path) -> None:
    write_world(tmp_path, 400, seed=7)
    files = {
        **{kind: kind for kind in ("province", "bpjs_kesehatan", "bpjs_ketenagakerjaan", "civil_deaths", "employers")},
        **{"regency_3601": "regency", "regency_3673": "regency", "decree_3671": "decree"},
        "bill_3601_202611": "bpjs_kesehatan_bill",
    }
    for stem, kind in files.items():
        headings, columns = heading_and_columns(first_rows(next(tmp_path.glob(f"{stem}.*"))))
        guessed = guess_layout(headings, columns, LAYOUTS, AS_OF)
        assert guessed is not None, stem
        assert guessed.kind == kind, stem


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Rapat tanggal 3\nHadir: semua\n",
        "a;b;c\n1;2;3\n4;5;6\n",
        "Kecamatan;Jumlah KK;Jumlah Jiwa\nMaja;100;400\nCipanas;120;500\n",
        ";".join(_people()["nik"][:5]) + "\n" + ";".join(_people()["nik"][5:10]) + "\n",
    ],
)
def test_what_is_no_list_of_people_is_left_alone(text: str, tmp_path: Path) -> None:
    assert _proposed(tmp_path, text) is None
    assert not (tmp_path / "layouts").exists() or not list((tmp_path / "layouts").iterdir())


def test_rows_without_a_heading_are_never_taken_for_one(tmp_path: Path) -> None:
    """The first row of words could be a person's; it must not become a heading on the screen."""
    people = _people()
    rows = list(zip(*people.values(), strict=True))
    rows.insert(3, ("", "", "SITI RAHASIA", "PUTRI", "", "Cilangkahan", "tidak tahu"))
    assert _proposed(tmp_path, "\n".join(";".join(row) for row in rows)) is None


def test_a_file_that_a_person_may_have_corrected_is_never_written_over(tmp_path: Path) -> None:
    text = _csv(dict(zip(ODD, _people().values(), strict=True)))
    first = _proposed(tmp_path, text)
    assert first is not None
    mine = "# mine\n" + first.path.read_text(encoding="utf-8")
    first.path.write_text(mine, encoding="utf-8")
    second = propose(tmp_path / "berkas.csv", "berkas.csv", tmp_path / "layouts", LAYOUTS, AS_OF)
    assert second is not None
    assert second.path.name == "berkas_2.toml"
    assert first.path.read_text(encoding="utf-8") == mine


HOSTILE = [
    'NIK"""',
    "a = 1\n[[column]]",
    "Nama\\",
    "'; DROP TABLE",
    "\u202eKODE",
    "=1+1",
    "NIK",
    "nik",
    "...",
    "é" * 30,
]


def test_headings_of_any_text_make_a_proposal_that_can_be_read(tmp_path: Path) -> None:
    people = _people()
    columns = {**dict(zip(ODD, people.values(), strict=True))}
    book = xlsxwriter.Workbook(tmp_path / "aneh.xlsx", {"strings_to_formulas": False})
    sheet = book.add_worksheet()
    for at, heading in enumerate([*columns, *HOSTILE]):
        sheet.write_string(0, at, heading)
        for row, value in enumerate(columns.get(heading, ["x"] * 60), 1):
            sheet.write_string(row, at, value)
    book.close()
    found = propose(tmp_path / "aneh.xlsx", "aneh\n[x].xlsx", tmp_path / "layouts", LAYOUTS, AS_OF)
    assert found is not None
    declared = tomllib.loads(found.path.read_text(encoding="utf-8"))
    assert set(declared) == {"name", "like", "checked", "column"}
    assert declared["checked"] is False
    assert {column["field"] for column in declared["column"]} >= {"nik", "name", "birth_date"}


@settings(deadline=None, derandomize=True, max_examples=25)
@given(
    headings=st.lists(st.text(max_size=12), min_size=1, max_size=6),
    values=st.lists(st.lists(st.one_of(st.none(), st.text(max_size=18)), min_size=6, max_size=6), max_size=8),
)
def test_no_table_is_too_strange(headings: list[str], values: list[list[str | None]]) -> None:
    columns = [pl.Series([row[at] for row in values], dtype=pl.String) for at in range(len(headings))]
    guessed = guess_layout(headings, columns, LAYOUTS, AS_OF)
    if guessed is not None:
        fields = [guess.field for guess in guessed.guesses if guess.field]
        assert len(fields) == len(set(fields))


@settings(deadline=None, derandomize=True, max_examples=60)
@given(content=st.binary(max_size=400))
def test_no_bytes_are_too_strange(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("bytes") / "a.csv"
    path.write_bytes(content)
    headings, columns = heading_and_columns(first_rows(path))
    assert len(headings) == len(columns)


def test_codes_are_shown_only_where_they_cannot_be_names() -> None:
    assert codes_of(pl.Series(["A", "B"] * 20)) == ["A", "B"]
    assert codes_of(pl.Series(["Siti", "Ahmad", "Dewi"])) == []  # three people, not three codes
    assert codes_of(pl.Series(["Siti Aminah binti"] * 40)) == []


def test_a_folder_of_unknown_files_only_is_still_begun(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text(_csv(dict(zip(ODD, _people().values(), strict=True))), encoding="utf-8")
    report = init(tmp_path)
    assert [(item.file, item.kind, item.layout) for item in report.proposed] == [("data.csv", "regency", "data")]
    assert (report.province, report.unrecognised) == ("36", ())
    assert [item.owner for item in report.recognised] == ["3602"]
