"""The declared suites are complete and sound, and a wrong declaration is refused by file and id."""

from pathlib import Path

import pytest

from flows.staging import OTHER_TABLES as OTHER
from schemas.errors import UsageError
from schemas.expectations import ROW_SHAPES, Expectation, load_suite, load_suites
from schemas.layouts import KINDS, PERSON_KINDS
from schemas.tables import load_tables

RAW = {"raw_nik", "raw_kk", "raw_card", "raw_name", "raw_birth_date", "raw_sex", "raw_village_code", "raw_region_code"}


def every() -> list[Expectation]:
    return [expectation for suite in load_suites().values() for expectation in suite.expectations]


def named(expectation: Expectation) -> str:
    return f"{expectation.kind}.{expectation.id}"


def test_there_is_a_suite_for_every_kind_and_no_other() -> None:
    assert set(load_suites()) == set(KINDS)


def test_there_are_enough_expectations_of_every_severity() -> None:
    assert len(every()) >= 80
    for suite in load_suites().values():
        assert {item.severity for item in suite.expectations} == {"critical", "error", "warning"}, suite.kind


def test_the_shapes_are_used_broadly() -> None:
    assert {item.shape for item in every()} == {*ROW_SHAPES, "table"}
    assert len({item.type for item in every()}) >= 12


@pytest.mark.parametrize("expectation", every(), ids=named)
def test_columns_are_staged_ones(expectation: Expectation) -> None:
    if expectation.kind in PERSON_KINDS:
        known = set(load_tables()["record"].column_names) | RAW
    else:
        known = set(load_tables()[OTHER[expectation.kind]].column_names)
    assert set(expectation.needs) <= known
    assert set(expectation.args.get("column_set", ())) <= known


@pytest.mark.parametrize("expectation", every(), ids=named)
def test_reasons_are_sentences_for_officers(expectation: Expectation) -> None:
    for text in (
        expectation.reason_id,
        expectation.reason_en,
        expectation.correct_id,
        expectation.correct_en,
        *filter(None, [expectation.because]),
    ):
        assert text[0].isupper() and text.endswith("."), text
        assert "  " not in text and "\n" not in text


@pytest.mark.parametrize("expectation", [item for item in every() if item.severity == "error"], ids=named)
def test_only_rows_that_nobody_could_use_are_quarantined(expectation: Expectation) -> None:
    """A wrong quarantine loses a poor person: only rows that name nobody, no place or no number may be set aside."""
    assert expectation.id in {
        *("identifiable", "name_has_letter", "code_present", "region_present", "target_present"),
        *("member_given", "contract_numbered", "quota_present", "month_present"),
    }


GOOD = """
title_id = "Judul"
title_en = "Title"

[[expectation]]
id = "nik_digits"
type = "ExpectColumnValuesToMatchRegex"
column = "nik"
args = { regex = '^\\d{16}$' }
severity = "warning"
reason_id = "NIK salah."
reason_en = "Wrong NIK."
correct_id = "Perbaiki."
correct_en = "Correct it."
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "thing.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_declaration_is_read(tmp_path: Path) -> None:
    suite = load_suite(written(tmp_path, GOOD))
    (expectation,) = suite.expectations
    assert (suite.kind, suite.title_id, expectation.kind) == ("thing", "Judul", "thing")
    assert expectation.columns == ("nik",) and expectation.args == {"regex": r"^\d{16}$"}
    assert (expectation.mostly, expectation.scope, expectation.shape) == (1.0, "kind", "column")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("severity =", "severity_ ="), "thing.toml, expectation 'nik_digits': unknown field 'severity_'"),
        (('"warning"', '"grave"'), "thing.toml, expectation 'nik_digits': severity must be one of critical, error"),
        (('"ExpectColumnValuesToMatchRegex"', '"ExpectMiracle"'), "type must be one of"),
        (("column =", "columns = ['nik', 'kk'] #"), "is about one column"),
        (("column =", "columns = 3 #"), "columns must be a list of column names"),
        (("column =", "columns = ['nik']\ncolumn ="), "column and columns cannot both be given"),
        (("regex =", "regexp ="), "needs the argument 'regex'"),
        (("args = {", "args = { like = 1,"), "has no argument 'like'"),
        (("severity =", "mostly = 1.5\nseverity ="), "mostly must be a share above 0 and at most 1"),
        (("severity =", "mostly = 0.5\nseverity ="), "because is missing"),
        (('"warning"', '"critical"'), "because is missing"),
        (("severity =", "scope = 'file'\nseverity ="), "scope file is for a critical expectation"),
        (('id = "nik_digits"', ""), "thing.toml, no. 1: id is missing"),
        (('reason_en = "Wrong NIK."', 'reason_en = " "'), "reason_en is missing"),
        (('title_en = "Title"', ""), "thing.toml: title_en is missing"),
        (('title_en = "Title"', 'title_en = "Title"\nextra = 1'), "thing.toml: unknown field 'extra'"),
        (('title_en = "Title"', "title_en = Title"), "thing.toml is not valid TOML"),
        (("[[expectation]]", "[expectation]"), "thing.toml: no [[expectation]] is declared"),
    ],
)
def test_a_wrong_declaration_is_refused(tmp_path: Path, change: tuple[str, str], complaint: str) -> None:
    assert change[0] in GOOD
    with pytest.raises(UsageError) as caught:
        load_suite(written(tmp_path, GOOD.replace(*change, 1)))
    assert complaint in str(caught.value)
    assert str(caught.value).startswith("thing.toml")


ROWS = """
id = "rows"
type = "UnexpectedRowsExpectation"
args = { where = "nik is null" }
severity = "warning"
"""


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("nik is null", "nik :: text"), "where must hold neither ':' nor ';'"),
        (("nik is null", "true; drop table x"), "where must hold neither ':' nor ';'"),
        (("severity =", "mostly = 0.5\nseverity ="), "has no mostly"),
        (("severity =", "when = { status = 'AKTIF' }\nseverity ="), "takes neither when nor given"),
        (("UnexpectedRowsExpectation", "ExpectTableRowCountToBeBetween"), "needs the argument 'min_value'"),
        (
            (
                'type = "UnexpectedRowsExpectation"\nargs = { where = "nik is null" }\nseverity = "warning"',
                'type = "ExpectTableRowCountToBeBetween"\nargs = { min_value = 1 }\nseverity = "error"',
            ),
            "severity error quarantines rows",
        ),
        (
            ('"UnexpectedRowsExpectation"\nargs = { where = "nik is null" }', '"ExpectColumnPairValuesToBeEqual"'),
            "is about two columns, A and B",
        ),
        (
            ('"UnexpectedRowsExpectation"\nargs = { where = "nik is null" }', '"ExpectCompoundColumnsToBeUnique"'),
            "is about two columns or more",
        ),
    ],
)
def test_a_senseless_declaration_is_refused(tmp_path: Path, change: tuple[str, str], complaint: str) -> None:
    assert change[0] in ROWS
    head, words = GOOD.split("[[expectation]]", maxsplit=1)[0], GOOD[GOOD.index("reason_id") :]
    with pytest.raises(UsageError, match="rows") as caught:
        load_suite(written(tmp_path, f"{head}[[expectation]]{ROWS.replace(*change, 1)}{words}"))
    assert complaint in str(caught.value)


def test_an_id_stands_once(tmp_path: Path) -> None:
    twice = GOOD + GOOD[GOOD.index("[[expectation]]") :]
    with pytest.raises(UsageError, match=r"thing.toml: the id 'nik_digits' is declared twice"):
        load_suite(written(tmp_path, twice))


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no expectation suite"):
        load_suites(tmp_path)
