"""The linkage engine: the properties that officers rely on."""

import tomllib
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from matchers.blocks import candidates
from matchers.households import link_households
from matchers.levels import compare
from matchers.link import Linkage, link_records
from matchers.model import from_json, to_json
from matchers.resolve import resolve
from matchers.spec import Spec, SpecError, parse_spec
from matchers.table import prepare
from tests.people import pairwise, registers

SPEC: Spec = parse_spec(
    tomllib.loads((Path(__file__).parents[2] / "schemas/specs/person.toml").read_text(encoding="utf-8"))
)


@pytest.fixture(scope="module")
def records() -> pl.DataFrame:
    return registers(people=1500, seed=3)


@pytest.fixture(scope="module")
def linkage(records: pl.DataFrame) -> Linkage:
    return link_records(records, SPEC, link=0.7, review=0.3)


def test_people_are_found_over_all_registers(records: pl.DataFrame, linkage: Linkage) -> None:
    both = linkage.links.join(records.select("record_id", "truth"), on="record_id")
    precision, recall = pairwise(both["entity"], both["truth"])
    assert precision >= 0.99
    assert recall >= 0.97


def test_every_record_has_one_place(records: pl.DataFrame, linkage: Linkage) -> None:
    assert linkage.links["record_id"].to_list() == sorted(records["record_id"].to_list())
    assert linkage.links["entity"].null_count() == 0


def test_the_order_of_rows_does_not_matter(records: pl.DataFrame, linkage: Linkage) -> None:
    again = link_records(records.sample(fraction=1.0, shuffle=True, seed=9), SPEC, link=0.7, review=0.3)
    assert again.links.equals(linkage.links)
    assert again.pairs.equals(linkage.pairs)
    assert to_json(again.model, SPEC) == to_json(linkage.model, SPEC)


def test_the_weights_shown_add_up_to_the_score(linkage: Linkage) -> None:
    parts = pl.sum_horizontal("prior_weight", "rival_weight", *(f"weight_{c.name}" for c in SPEC.comparisons))
    difference = linkage.pairs.select((parts - pl.col("match_weight")).abs().max()).item()
    assert difference < 1e-6
    odds = 2.0 ** linkage.pairs["match_weight"]
    assert (odds / (1 + odds) - linkage.pairs["probability"]).abs().max() < 1e-6  # type: ignore[operator]


def test_the_model_survives_being_written_and_read(records: pl.DataFrame, linkage: Linkage) -> None:
    text = to_json(linkage.model, SPEC)
    assert to_json(from_json(text, SPEC), SPEC) == text
    again = link_records(records, SPEC, link=0.7, review=0.3, model=from_json(text, SPEC))
    same = again.links["entity"] == linkage.links["entity"]
    assert same.mean() > 0.999  # type: ignore[operator]


def test_one_record_or_none_is_no_problem(records: pl.DataFrame) -> None:
    for count in (0, 1, 2):
        found = link_records(records.head(count), SPEC, link=0.7, review=0.3)
        assert found.links.height == count


def test_twins_stay_two_people() -> None:
    frame = registers(people=1500, seed=4)
    twins = frame.filter(pl.col("source") == "province").head(2)
    rows = []
    for source in ("province", "regency", "bpjs_kesehatan"):
        for n, name in enumerate(("HASAN BASARI", "RUSDI BASARI")):
            rows.append(
                twins[n].with_columns(
                    pl.lit(source).alias("source"),
                    pl.lit(source).alias("register"),
                    pl.lit(name).alias("name_std"),
                    pl.lit(name).str.replace_all("[AIUEOH]", "").alias("name_key"),
                    pl.lit("L").alias("sex"),
                    pl.lit(twins["kk"][0]).alias("kk"),
                    pl.lit(f"360201010185000{n + 1}").alias("nik"),
                    pl.lit(date(1985, 1, 1)).alias("birth_date"),
                    pl.lit(date(1985, 1, 1)).alias("nik_birth_date"),
                    pl.lit(-1 - n, dtype=pl.Int64).alias("truth"),
                )
            )
    frame = pl.concat([frame, *rows]).with_columns(pl.int_range(1, pl.len() + 1).alias("record_id"))
    links = link_records(frame, SPEC, link=0.7, review=0.3).links.join(frame, on="record_id")
    people = links.filter(pl.col("truth") < 0).group_by("entity").agg(pl.col("truth").n_unique())
    assert people["truth"].max() == 1


# --- parts; each against a slow reference too in test_reference_scoring.py ----------------------------------------


def test_a_heavy_block_is_split_and_what_stays_too_heavy_is_reported() -> None:
    frame = registers(people=400, seed=5, faults=0.0).with_columns(pl.lit("3602010101990001").alias("nik"))
    frame = frame.with_columns(pl.lit("SAMA").alias("name_std"), pl.lit("SM").alias("name_key"))
    frame = frame.with_columns(pl.lit(None, dtype=pl.Date).alias("nik_birth_date"))
    report = candidates(prepare(link_households(frame, SPEC), SPEC), SPEC).report
    nik = report.row(by_predicate=pl.col("block") == "nik", named=True)
    assert nik["split_records"] > 0
    assert report["pairs"].sum() < 40 * frame.height * len(SPEC.blocks)


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("ENDANG SUMIRAT", "ENDANG S", "subset"),
        ("ENDANG S", "ENDANG SUMIRAT", "subset"),
        ("M YUSUF KURNIA", "MARZUKI YUSUF KURNIA", "subset"),
        ("SITI RAHAYU", "RAHAYU", "subset"),
        ("E S", "ENDANG SUMIRAT", "not subset"),
        ("ENDANG S", "ENDANG RAHAYU", "not subset"),
    ],
)
def test_a_name_with_initials_is_part_of_the_whole_name(one: str, other: str, level: str) -> None:
    frame = registers(people=20, seed=1).head(2).with_columns(pl.Series("name_std", [one, other]))
    frame = frame.with_columns(pl.col("name_std").str.replace_all("[AIUEOH]", "").alias("name_key"))
    comparison = next(c for c in SPEC.comparisons if c.name == "name")
    zero = np.zeros(1, dtype=np.int32)
    (found,) = compare(prepare(link_households(frame, SPEC), SPEC), comparison, zero, zero + 1)
    test = comparison.levels[found].test
    assert test != "subset" if level == "not subset" else test == level


def test_two_cards_of_one_register_differ_and_say_nothing() -> None:
    card = next(c for c in SPEC.comparisons if c.name == "card")
    frame = (
        registers(people=20, seed=1)
        .head(4)
        .with_columns(
            pl.Series("source", ["bpjs_kesehatan", "bpjs_kesehatan", "decree", "decree"]),
            pl.Series("card", ["0001", "0002", "0003", "0001"]),
        )
    )
    table = prepare(link_households(frame, SPEC), SPEC)
    left, right = np.array([0, 0, 0, 2], dtype=np.int32), np.array([1, 2, 3, 3], dtype=np.int32)
    missing = len(card.levels) + 1
    # Two rows of BPJS; BPJS and decrees that name another card, or the same; two rows of decrees, which may repeat one.
    assert compare(table, card, left, right).tolist() == [missing, 1, 0, 1]


def test_a_doubtful_record_does_not_chain_two_people() -> None:
    # 0-1 are one person, 3-4 another; 2 fits both, and the two people are shown to differ.
    left = np.array([0, 3, 1, 2, 0, 0, 1, 1], dtype=np.int32)
    right = np.array([1, 4, 2, 3, 3, 4, 3, 4], dtype=np.int32)
    weight = np.array([12.0, 12.0, 4.0, 5.0, -12.0, -12.0, -12.0, -12.0])
    entity = resolve(np.arange(5, dtype=np.int32), left, right, weight, link=0.7).entity
    assert entity[0] == entity[1] != entity[3] == entity[4]
    assert entity[2] == entity[3]


def test_two_records_of_one_register_are_one_person_only_when_shown() -> None:
    # 0 and 1 stand in one register; both fit 2, the second a little less, and nothing compares them.
    left, right = np.array([0, 1], dtype=np.int32), np.array([2, 2], dtype=np.int32)
    weight = np.array([9.0, 6.0])
    entity = resolve(np.array([0, 0, 1], dtype=np.int32), left, right, weight, link=0.7).entity
    assert entity[0] == entity[2] != entity[1]


def test_a_model_of_other_sources_is_refused(records: pl.DataFrame) -> None:
    model = link_records(records, SPEC).model
    others = records.with_columns(pl.col("source").replace("regency", "somebody"))
    with pytest.raises(SpecError, match="trained for other sources"):
        link_records(others, SPEC, model=model)
    with pytest.raises(SpecError, match="trained for other sources"):
        link_records(records.filter(pl.col("source") != "regency"), SPEC, model=model)
