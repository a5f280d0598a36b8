"""Figures, shifts and grades of files: counted as by hand, compared with the last good night, worded for officers."""

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from flows.config import Gates
from flows.config_quality import LastGood, Quality
from flows.grading import grade_files
from flows.quality import FIGURES_SCHEMA, SPREAD_SCHEMA, Figures, LastNight, compare, in_words, measure, percent
from flows.staging import stage
from flows.validate import VALIDATION
from schemas.errors import UsageError
from schemas.grades import FILE as GRADES_FILE
from schemas.grades import GRADES, load_grades
from tests.staged import more_frames, other_frames, people

AS_OF, BEFORE = date(2026, 11, 20), date(2026, 11, 19)
SENDER = {"source": "regency", "owner_code": "3601"}
NO_SHIFTS = compare(
    Figures(FIGURES_SCHEMA.to_frame(), SPREAD_SCHEMA.to_frame()), pl.DataFrame(), None, Quality(), Gates()
)


# --- figures --------------------------------------------------------------------------------------------------------


def test_figures_are_those_counted_by_hand() -> None:
    frame = people(
        "regency",
        {"nik": "3601014101700010", "raw_nik": "3601014101700010", "birth_date": date(1970, 1, 1)},
        {"nik": "3601014101700010", "raw_nik": "3601014101700010.0", "birth_date": None},
        {"nik": None, "nik_status": "missing", "raw_nik": None, "name_std": None},
        {"nik": None, "nik_status": "damaged", "raw_nik": "3601014101700000"},
        {"nik": "3601014101700011", "nik_status": "contradicts_sex", "raw_nik": "3601014101700011"},
    )
    with duckdb.connect() as con:
        kinds = stage(con, {"regency": frame, **other_frames()})
        found = measure(con, kinds)
    row = found.files.filter(pl.col("source") == "regency").row(0, named=True)
    assert {name: row[name] for name in FIGURES_SCHEMA.names()[3:]} == {
        "rows_readable": 5,
        "nik_rows": 5,
        "nik_missing": 1,
        "nik_trusted": 2,
        "nik_zero_end": 3,
        "name_missing": 1,
        "birth_missing": 4,
        "duplicates": 1,
    }
    others = found.files.filter(pl.col("source") != "regency")
    assert others.select("source", "rows_readable", "nik_rows", "duplicates").sort("source").rows() == [
        ("employers", 2, 0, 0),
        ("workforce", 2, 0, 0),
    ]


def test_lists_that_are_of_no_person_repeat_by_their_own_key() -> None:
    frames = {kind: pl.concat([frame, frame]) for kind, frame in more_frames().items()}
    frames["quota"] = frames["quota"].with_columns(segment=pl.Series(["PDA", "PBI"]))
    with duckdb.connect() as con:
        found = measure(con, stage(con, frames))
    repeated = dict(found.files.select("source", "duplicates").iter_rows())
    assert repeated == {"construction": 1, "quota": 0, "claims": 1}
    assert found.spread.filter(source="claims")["regency_code"].to_list() == [None]


def test_a_card_billed_for_two_months_is_not_repeated() -> None:
    bill = {"source_key": "0000000000001", "period": date(2026, 11, 1)}
    rows = [{**bill, "covered_month": date(2026, month, 1)} for month in (9, 10, 10)]
    with duckdb.connect() as con:
        found = measure(con, stage(con, {"bpjs_kesehatan_bill": people("bpjs_kesehatan_bill", *rows)}))
    assert found.files["duplicates"].to_list() == [1]


# --- shifts ---------------------------------------------------------------------------------------------------------


def file_figures(rows: int, **over: int) -> pl.DataFrame:
    row = {**SENDER, "file": "r.csv", **dict.fromkeys(FIGURES_SCHEMA.names()[3:], 0), "rows_readable": rows,
           "nik_rows": rows, "nik_trusted": rows, **over}  # fmt: skip
    return pl.DataFrame([row], schema=FIGURES_SCHEMA)


def spread(**rows: int) -> pl.DataFrame:
    lines = [{**SENDER, "file": "r.csv", "regency_code": code[1:], "row_count": n} for code, n in rows.items()]
    return pl.DataFrame(lines, schema=SPREAD_SCHEMA)


def shifted(
    now: pl.DataFrame, then: pl.DataFrame, places: tuple[pl.DataFrame, pl.DataFrame] | None = None
) -> pl.DataFrame:
    here, there = places or (spread(r3601=1), spread(r3601=1))
    accepted = now.select("source", "owner_code", "file", rows_accepted="rows_readable")
    last = LastNight(then.with_columns(rows_accepted="rows_readable", since=pl.lit(BEFORE)), there, pl.DataFrame())
    return compare(Figures(now, here), accepted, last, Quality(), Gates())


def verdict(shifts: pl.DataFrame, name: str) -> str | None:
    found = shifts.filter(pl.col("measure") == name)
    return found["verdict"][0] if found.height else None


@pytest.mark.parametrize(
    ("then", "now", "said"),
    [
        (1000, 1000, "ok"),
        (1000, 901, "ok"),
        (1000, 900, "told"),
        (1000, 700, "told"),  # exactly the fall that is allowed
        (1000, 699, "refused"),
        (1000, 3000, "told"),  # a rise is looked at, never refused
        (49, 1, None),  # too few to speak of a fall
    ],
)
def test_a_fall_of_the_rows(then: int, now: int, said: str | None) -> None:
    assert verdict(shifted(file_figures(now), file_figures(then)), "rows") == said


@pytest.mark.parametrize(
    ("name", "then", "now", "said"),
    [
        ("nik_missing", 50, 99, "ok"),
        ("nik_missing", 50, 100, "told"),
        ("nik_missing", 50, 300, "told"),
        ("nik_missing", 50, 301, "refused"),
        ("nik_missing", 300, 0, "ok"),  # for the better
        ("nik_zero_end", 100, 401, "refused"),
        ("nik_zero_end", 100, 130, "ok"),
        ("duplicates", 0, 500, "refused"),
        ("duplicates", 0, 20, "told"),
    ],
)
def test_the_rise_of_a_share(name: str, then: int, now: int, said: str) -> None:
    assert verdict(shifted(file_figures(1000, **{name: now}), file_figures(1000, **{name: then})), name) == said


def test_shares_of_small_files_are_not_compared() -> None:
    shifts = shifted(file_figures(199, nik_missing=199), file_figures(1000))
    assert shifts["measure"].to_list() == ["rows"]


@pytest.mark.parametrize(
    ("here", "there", "said", "moved"),
    [
        (spread(r3601=500, r3602=500), spread(r3601=50, r3602=50), "ok", 0.0),
        (spread(r3601=560, r3602=440), spread(r3601=500, r3602=500), "told", 0.06),
        (spread(r3601=1000), spread(r3601=500, r3602=500), "refused", 0.5),
        (spread(r3603=1000), spread(r3601=1000), "refused", 1.0),
    ],
)
def test_the_rows_that_lie_elsewhere(here: pl.DataFrame, there: pl.DataFrame, said: str, moved: float) -> None:
    shifts = shifted(file_figures(1000), file_figures(1000), (here, there))
    assert (verdict(shifts, "regency"), shifts.filter(pl.col("measure") == "regency")["now"][0]) == (
        said,
        pytest.approx(moved),
    )


def test_files_of_one_sender_are_compared_together_whatever_they_are_called() -> None:
    now = pl.concat([file_figures(600).with_columns(file=pl.lit(name)) for name in ("new_1.csv", "new_2.csv")])
    assert verdict(shifted(now, file_figures(1200)), "rows") == "ok"


def test_a_shift_is_told_in_words() -> None:
    (row,) = shifted(file_figures(600), file_figures(1200)).filter(pl.col("measure") == "rows").to_dicts()
    assert in_words(row) == (
        "the accepted rows went from 1,200 to 600",
        "baris layak pakai berubah dari 1.200 menjadi 600",
    )
    (row,) = (
        shifted(file_figures(1000, nik_missing=400), file_figures(1000, nik_missing=31))
        .filter(pl.col("measure") == "nik_missing")
        .to_dicts()
    )
    assert in_words(row)[1] == "bagian baris tanpa NIK berubah dari 3,1 % menjadi 40,0 %"


@pytest.mark.parametrize(("share", "text"), [(1.0, "100.0%"), (0.99999, "99.9%"), (0.3, "30.0%"), (0.0, "0.0%")])
def test_a_share_never_reads_better_than_it_is(share: float, text: str) -> None:
    assert percent(share) == text


# --- grades ---------------------------------------------------------------------------------------------------------


def graded(
    row: dict[str, Any] | None = None,
    figures: dict[str, int] | None = None,
    shifts: pl.DataFrame = NO_SHIFTS,
    last: LastNight | None = None,
    verdicts: list[dict[str, Any]] | None = None,
    settings: Quality | None = None,
) -> tuple[Any, ...]:
    """Grade, verdict and English reason of one file of 1,000 rows with what is laid over it."""
    file = {
        **SENDER, "file": "r.csv", "sha256": "new", "rows_read": 1000, "rows_accepted": 1000, "rows_quarantined": 0,
        "problem": None, "problem_text": None, "problem_text_id": None, "missing_columns": None, **(row or {}),
    }  # fmt: skip
    files = pl.DataFrame([file], schema_overrides=dict.fromkeys(
        ("problem", "problem_text", "problem_text_id", "missing_columns"), pl.String))  # fmt: skip
    measured = Figures(file_figures(1000, **(figures or {})), SPREAD_SCHEMA.to_frame())
    validation = pl.DataFrame(verdicts or [], schema=VALIDATION)
    out = grade_files(files, measured, shifts, last, validation, settings or Quality(), 0.2, "run", AS_OF)
    return out.select("grade", "verdict", "reason").row(0)


@pytest.mark.parametrize(
    ("trusted", "grade"), [(1000, "A"), (980, "A"), (979, "B"), (950, "B"), (949, "C"), (900, "C"), (899, "D"),
                           (600, "D"), (599, "E"), (0, "E")],
)  # fmt: skip
def test_the_grade_of_the_niks(trusted: int, grade: str) -> None:
    assert graded(figures={"nik_trusted": trusted})[:2] == (grade, "used")


def test_the_worst_measure_makes_the_grade_and_says_what_the_next_better_asks_for() -> None:
    grade, _, reason = graded(figures={"nik_trusted": 940, "birth_missing": 450})
    assert (grade, reason) == ("D", "55.0% of its rows have a readable birth date; grade C asks for 90.0%.")
    assert graded()[2] == "It meets everything that grade A asks for."


def test_a_marked_shift_a_lost_column_and_an_old_content_lower_the_grade() -> None:
    told = shifted(file_figures(880), file_figures(1000))
    assert graded(shifts=told)[0::2] == (
        "C",
        "It changed markedly since 19-11-2026: the accepted rows went from 1,000 to 880.",
    )
    before = file_figures(1000).with_columns(since=pl.lit(BEFORE), columns_missing=pl.lit("KET"))
    same = pl.DataFrame({"source": ["regency"], "sha256": ["old"], "file": ["october.csv"], "as_of": [BEFORE]})
    last = LastNight(before, SPREAD_SCHEMA.to_frame(), same)
    assert graded({"missing_columns": "KET, DESIL"}, last=last)[0::2] == (
        "D",
        "Columns that the earlier file had are gone: DESIL.",
    )
    assert graded({"sha256": "old"}, last=last)[0::2] == (
        "C",
        "Its content is that of october.csv (19-11-2026), to the byte.",
    )
    # The same name with the same content: nothing new, nothing wrong.
    assert graded({"sha256": "old", "file": "october.csv"}, last=last)[0] == "A"


CRITICAL = {
    "source": "regency", "owner_code": "3601", "file": "r.csv", "expectation": "birth_date_readable", "success": False,
    "evaluated": 1000, "unexpected": 600, "severity": "critical", "source_success": True, "scope": "file",
    "reason": "More than half of the dates cannot be read.", "reason_id": "Lebih dari separuh tidak terbaca.",
}  # fmt: skip


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (
            {"row": {"problem": "locked", "problem_text": "r.csv is locked.", "rows_accepted": 0}},
            "r.csv is locked.",
        ),
        ({"row": {"rows_accepted": 0, "rows_quarantined": 1000}}, "Not one of its rows is fit for use."),
        (
            {"row": {"rows_accepted": 799, "rows_quarantined": 201}},
            "20.1% of its rows are not fit for use, more than the 20.0% allowed.",
        ),
        ({"verdicts": [CRITICAL]}, "More than half of the dates cannot be read."),
        (
            {"shifts": shifted(file_figures(1000, nik_missing=400), file_figures(1000))},
            "Since the last good night (19-11-2026) the share of rows without a NIK went from 0.0% to 40.0%, "
            "by more than the 25.0% allowed.",
        ),
        (
            {"figures": {"nik_trusted": 500}, "settings": Quality(lowest_grade="D")},
            "50.0% of its rows have a NIK that can be trusted; grade D asks for 60.0%. That is grade E; below D a "
            "file is refused.",
        ),
    ],
)
def test_what_makes_an_f_is_refused_and_says_why(values: dict[str, Any], reason: str) -> None:
    assert graded(**values) == ("F", "refused", reason)


@pytest.mark.parametrize(
    "over", [{"severity": "warning"}, {"scope": "kind"}, {"evaluated": 49}, {"success": True}, {"file": "other.csv"}]
)
def test_what_another_expectation_says_is_no_refusal(over: dict[str, Any]) -> None:
    assert graded(verdicts=[CRITICAL | over])[0] == "A"


def test_a_copy_has_no_grade_and_is_not_refused() -> None:
    assert graded({"problem": "duplicate", "problem_text": "The same.", "rows_accepted": 0}) == (
        None,
        "repeated",
        "The same.",
    )


def test_what_a_sender_sent_is_refused_together() -> None:
    good = {
        **SENDER,
        "file": "good.csv",
        "sha256": "a",
        "rows_read": 1000,
        "rows_accepted": 1000,
        "rows_quarantined": 0,
        "problem": None,
        "problem_text": None,
        "problem_text_id": None,
        "missing_columns": None,
    }
    files = pl.DataFrame([good, {**good, "file": "bad.csv", "problem": "locked", "problem_text": "Locked.",
                                 "rows_accepted": 0}])  # fmt: skip
    measured = Figures(file_figures(1000).with_columns(file=pl.lit("good.csv")), SPREAD_SCHEMA.to_frame())
    validation = VALIDATION.to_frame()
    out = grade_files(files, measured, NO_SHIFTS, None, validation, Quality(), 0.2, "run", AS_OF)
    assert out.select("file", "grade", "verdict").rows() == [("good.csv", "A", "refused"), ("bad.csv", "F", "refused")]
    assert out["reason_id"][0].endswith("kirimannya hanya dipakai bersama-sama.")


# --- the documentation ---------------------------------------------------------------------------------------------

DOCS = (Path(__file__).parents[2] / "docs" / "quality.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [*Quality.model_fields, *LastGood.model_fields])
def test_every_setting_and_its_default_is_documented(name: str) -> None:
    (line,) = [line for line in DOCS.splitlines() if line.startswith("|") and f"`{name}`" in line.split("|")[1]]
    names = [part.strip(" `") for part in line.split("|")[1].split(",")]
    model = Quality if name in Quality.model_fields else LastGood
    default = model.model_fields[name].default
    if name == "use":
        assert all(f'"{kind}"' in line for kind in default)
        return
    shown = line.split("|")[2].split(",")[names.index(name)].strip()
    assert shown == (f"{default:.2f}" if isinstance(default, float) else str(default))


def test_the_table_of_the_documentation_is_the_declaration() -> None:
    lines = [line.split("|")[2:6] for line in DOCS.splitlines() if line.startswith("|") and line.count("%") == 4]
    shown = [[float(cell.strip(" %")) / 100 for cell in cells] for cells in lines]
    assert shown == [pytest.approx(list(one.at_least.values())) for one in load_grades().measures]


# --- the declaration ------------------------------------------------------------------------------------------------


def test_every_grade_and_cap_has_its_sentence_in_both_languages() -> None:
    rules = load_grades()
    assert len(rules.measures) >= 5 and set(rules.caps) == {"shifted", "column_lost", "same_as"}
    for one in rules.measures:
        assert tuple(one.at_least) == GRADES[:4]
        for text in (one.reason_id, one.reason_en):
            told = text.format(value="1", better="A", needed="2")
            assert told[0].isupper() or told[0].isdigit()
            assert told.endswith(".") and "A" in told and "2" in told


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("A = 0.999, B = 0.99", "A = 0.9, B = 0.99"), "grades.toml, accepted: at_least must give A, B, C and D"),
        (('of = "rows_accepted"', ""), "grades.toml, accepted: of is missing"),
        (('because = "A row', 'why = "A row'), "grades.toml, accepted: because is missing"),
        (('grade = "C"', 'grade = "G"'), "grades.toml, shifted: grade must be one of A to E"),
    ],
)
def test_a_wrong_declaration_is_refused(tmp_path: Path, change: tuple[str, str], complaint: str) -> None:
    text = GRADES_FILE.read_text(encoding="utf-8")
    assert change[0] in text
    path = tmp_path / "grades.toml"
    path.write_text(text.replace(*change, 1), encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load_grades(path)
    assert complaint in str(caught.value)
