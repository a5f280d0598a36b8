"""What the employers of a synthetic province report: most of them their members, some more, some have no number."""

from pathlib import Path

import polars as pl
import pytest

from sample_data import REGIONS, employment, write_world
from tests.unit.test_sample_world import files_of


def employers(folder: Path) -> pl.DataFrame:
    """The employers' report (`NPP`, `workers`) with the active members of each number in Jamsostek."""
    told = pl.read_csv(folder / "employers.csv", infer_schema=False)
    rows = pl.read_csv(folder / "bpjs_ketenagakerjaan.csv", infer_schema=False, truncate_ragged_lines=True)
    active = rows.filter(pl.col("STATUS") == "AKTIF", pl.col("NPP").is_not_null()).group_by("NPP").len("members")
    joined = told.join(active, on="NPP", how="left")
    return joined.with_columns(
        pl.col("JUMLAH_TK").cast(pl.Int64).alias("workers"), pl.col("members").cast(pl.Int64).fill_null(0)
    )


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("people", [400, 3000])
def test_the_three_kinds_of_employers_occur_and_most_register_all(region: str, people: int, tmp_path: Path) -> None:
    write_world(tmp_path, people, seed=5, region=region)
    every = employers(tmp_path)
    unregistered = every.filter(pl.col("NPP").is_null())
    partial = every.filter(pl.col("NPP").is_not_null(), pl.col("workers") > pl.col("members"))
    assert 0 < unregistered.height < every.height / 4
    assert 0 < partial.height < every.height / 3
    assert every.filter(pl.col("workers") < 1).height == 0
    assert every["NIB"].n_unique() == every.height
    assert every["NPP"].drop_nulls().n_unique() == every.height - unregistered.height


def test_some_reports_lack_the_newest_members(tmp_path: Path) -> None:
    write_world(tmp_path, 3000, seed=5)
    every = employers(tmp_path)
    lacking = every.filter(pl.col("workers") < pl.col("members"))
    assert 0 < lacking.height < every.height / 2
    assert set(lacking["members"] - lacking["workers"]) <= {1, 2}


def test_what_employers_report_changes_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # not one more finding either: who insures a part stays of the size that its members' wages are right for
    write_world(tmp_path / "few", 3000, seed=5)
    monkeypatch.setattr(employment, "PARTIAL", 0.9)
    monkeypatch.setattr(employment, "UNREGISTERED", 0.5)
    write_world(tmp_path / "many", 3000, seed=5)
    few, many = files_of(tmp_path / "few"), files_of(tmp_path / "many")
    assert [name for name, content in many.items() if few[name] != content] == ["employers.csv"]
