"""How right padan is on the committed sample; the figures may only rise."""

import shutil
from pathlib import Path

import duckdb
import polars as pl
import pytest

from flows.cli import main
from flows.evaluate import evaluate
from flows.publish import current

SAMPLE = Path(__file__).parents[2] / "sample_data" / "banten"
CODES = [
    "ST01",
    "EL01",
    "EL02",
    "EL04",
    "EL05",
    "EL06",
    "EL08",
    "EL10",
    "FN01",
    "FN02",
    "FN03",
    "FN04",
    "FN05",
    "FN06",
    "ID06",
    "ID10",
    "TK01",
]
# Classes of identity, data, region, status and family (docs/findings_people.md).
MORE = [
    *("ID01", "ID02", "ID03", "ID04", "ID05", "ID07", "ID08", "ID11", "DM01", "DM02", "DM03", "DM04", "DM05"),
    *("WL01", "WL02", "WL03", "ST02", "ST03", "ST04", "ST05", "KL01", "KL02", "KL03"),
]
# Classes of money and employment (docs/findings_money.md).
MONEY = [
    *("EL03", "EL07", "EL09", "EL11", "FN07", "FN08", "TK02", "TK03", "TK04", "TK05", "TK06", "TK07", "TK08", "TK09"),
    *("TK10", "TK11"),
]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    shutil.copytree(SAMPLE, folder / "world", ignore=shutil.ignore_patterns("padan.toml", "truth"))
    assert main(["init", str(folder / "world")]) == 0
    assert main(["run", str(folder / "world"), "--as-of", "2026-11-20"]) == 0
    published = current(folder / "world" / "out")
    assert published is not None
    return published


@pytest.fixture(scope="module")
def measures(database: Path) -> pl.DataFrame:
    return evaluate(database, SAMPLE / "truth")


def _row(measures: pl.DataFrame, name: str) -> dict[str, float]:
    return measures.row(by_predicate=pl.col("measure") == name, named=True)


def test_links(measures: pl.DataFrame) -> None:
    assert _row(measures, "link")["f1"] >= 0.998


@pytest.mark.parametrize("code", MONEY)
def test_findings_of_money_and_employment(measures: pl.DataFrame, code: str) -> None:
    row = _row(measures, f"finding {code}")
    assert row["true_ones"] >= 8
    assert row["precision"] >= 0.98
    assert row["recall"] >= 0.98


@pytest.mark.parametrize("code", [*CODES, *MORE])
def test_findings(measures: pl.DataFrame, code: str) -> None:
    row = _row(measures, f"finding {code}")
    assert row["true_ones"] >= (40 if code in CODES else 5)
    assert row["precision"] >= 0.97
    assert row["recall"] >= 0.97


def _partial(told: pl.DataFrame, rows: pl.DataFrame) -> set[str]:
    """NPP of the employers that report more workers than have an active membership under their number."""
    active = rows.filter(pl.col("STATUS") == "AKTIF").group_by("NPP").len("members")
    joined = told.drop_nulls("NPP").join(active, on="NPP", how="left")
    return set(joined.filter(pl.col("JUMLAH_TK").cast(pl.Int64) > pl.col("members").fill_null(0))["NPP"])


def test_indicators_of_employers_are_those_of_the_rows_and_the_findings(database: Path) -> None:
    told = pl.read_csv(SAMPLE / "employers.csv", infer_schema=False)
    rows = pl.read_csv(SAMPLE / "bpjs_ketenagakerjaan.csv", infer_schema=False, truncate_ragged_lines=True)
    with duckdb.connect(str(database), read_only=True) as con:
        query = "SELECT indicator, numerator, denominator FROM indicator WHERE regency_code = '36'"
        figure = {name: (above, below) for name, above, below in con.execute(query).fetchall()}
        query = "SELECT employer_no FROM employer_compliance WHERE registered AND missing > 0"
        found = {number for (number,) in con.execute(query).fetchall()}
        query = (
            "SELECT code, count(DISTINCT employer_no) FROM record JOIN "
            "(SELECT code, unnest(record_ids) AS record_id FROM finding WHERE state = 'open') USING (record_id) "
            "WHERE code IN ('TK04', 'TK05') GROUP BY code"
        )
        of_findings = dict(con.execute(query).fetchall())
    numbers = told.height - told["NPP"].null_count()
    assert found == _partial(told, rows)
    assert figure["PWBD"] == (told.height - numbers, told.height)
    assert figure["PDS_WORKERS"] == (len(found), numbers)
    assert figure["PDS_WAGE"] == (of_findings["TK04"], numbers)
    assert figure["PDS_PROGRAMME"] == (of_findings["TK05"], numbers)
    assert 0 < figure["PWBD"][0] < told.height / 4
    assert 0 < len(found) < numbers / 3
