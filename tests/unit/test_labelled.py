"""Error rates from pairs that people have decided."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.stats import beta

from matchers.errors import ALL, link_errors
from matchers.labelled import LEAST_LABELS, by_evidence, jeffreys, labelled_errors
from tests.unit.test_errors import SPEC

# So many people of two records, one in each source; the pair of the first is weak.
PEOPLE = 400
WEAK = 40


def records() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "record_id": range(2 * PEOPLE),
            "entity": np.repeat(np.arange(PEOPLE), 2),
            "register": ["x", "y"] * PEOPLE,
            "source": ["x", "y"] * PEOPLE,
        }
    ).with_columns(area=pl.lit(None, dtype=pl.String))


def scored() -> pl.DataFrame:
    """Each person's pair (the first ones at 2 bits, 0.8), and pairs between people that are not linked."""
    left = np.arange(PEOPLE) * 2
    links = pl.DataFrame({"left_record_id": left, "right_record_id": left + 1}).with_columns(
        match_weight=pl.when(pl.col("left_record_id") < 2 * WEAK).then(2.0).otherwise(30.0)
    )
    apart = pl.DataFrame({"left_record_id": left[:-1], "right_record_id": left[:-1] + 3}).with_columns(
        match_weight=pl.lit(-2.0)
    )
    return pl.concat([links, apart]).with_columns(rules=pl.lit(7, dtype=pl.UInt32))


def labels(wrong: int, right: int) -> pl.DataFrame:
    """Of the weak links some that are two people, and some that are one."""
    left = np.arange(wrong + right) * 2
    return pl.DataFrame({"left_record_id": left, "right_record_id": left + 1, "same": np.arange(len(left)) >= wrong})


@pytest.mark.parametrize(("errors", "count"), [(0, 20), (3, 20), (19, 20), (20, 20)])
def test_jeffreys_interval(errors: int, count: int) -> None:
    exact = beta(errors + 0.5, count - errors + 0.5)
    low, high = jeffreys(errors, count)
    assert low == pytest.approx(0.0 if errors == 0 else exact.ppf(0.025))
    assert high == pytest.approx(1.0 if errors == count else exact.ppf(0.975))


def test_labels_count_for_the_band_they_are_of() -> None:
    estimate = labelled_errors(scored(), records(), labels(10, 10), SPEC)["false"]
    # Half of the labelled weak links are wrong, and so are half of the 20 that nobody has looked at.
    assert estimate.errors == pytest.approx(10, abs=0.1)
    assert estimate.low < 10 < estimate.high
    assert (estimate.labels, estimate.pairs) == (20, PEOPLE)
    assert estimate.covered == pytest.approx(WEAK / PEOPLE)


def test_labels_outweigh_the_probabilities_and_few_of_them_do_not() -> None:
    by_model = link_errors(scored(), records(), SPEC).filter(pl.col("area") == ALL, pl.col("left_source") == ALL)
    false = by_model.row(by_predicate=pl.col("measure") == "false", named=True)
    assert false["errors"] == pytest.approx(WEAK * 0.2, abs=0.1)
    few = labelled_errors(scored(), records(), labels(LEAST_LABELS - 1, 0), SPEC)["false"]
    assert few.errors == pytest.approx(WEAK * 0.2, abs=0.1)
    assert few.labels == 0
    assert labelled_errors(scored(), records(), labels(0, 20), SPEC)["false"].errors == pytest.approx(0.0, abs=0.1)


def test_missed_links_by_labels() -> None:
    left = np.arange(60) * 2
    asked = pl.DataFrame({"left_record_id": left + 3, "right_record_id": left, "same": left < 30})
    estimate = labelled_errors(scored(), records(), asked, SPEC)["missed"]
    assert estimate.labels == 60
    assert estimate.errors == pytest.approx((PEOPLE - 1 - 60) * 15 / 60, rel=0.01)


def test_a_pair_that_only_a_label_brought_up_is_no_pair_of_the_linkage() -> None:
    besides = pl.DataFrame(
        {"left_record_id": [0], "right_record_id": [7], "match_weight": [-1.0], "rules": [1 << 31]},
        schema_overrides={"rules": pl.UInt32},
    )
    more = pl.concat([scored(), besides])
    assert labelled_errors(more, records(), labels(9, 9), SPEC) == labelled_errors(
        scored(), records(), labels(9, 9), SPEC
    )


def test_the_last_decision_on_a_pair_stands_and_unknown_records_are_left_out() -> None:
    again = labels(10, 10).with_columns(left_record_id="right_record_id", right_record_id="left_record_id")
    unknown = pl.DataFrame({"left_record_id": [10**6], "right_record_id": [1], "same": [False]})
    twice = pl.concat([labels(20, 0), again.select("left_record_id", "right_record_id", "same"), unknown])
    assert labelled_errors(scored(), records(), twice, SPEC) == labelled_errors(
        scored(), records(), labels(10, 10), SPEC
    )


def test_only_pairs_between_two_sources_count_when_they_are_named() -> None:
    found = records().with_columns(source=pl.when(pl.col("record_id") >= PEOPLE).then(pl.lit("z")).otherwise("source"))
    estimate = labelled_errors(scored(), found, labels(10, 10), SPEC, between=("x", "y"))["false"]
    assert estimate.pairs == PEOPLE / 2
    assert labelled_errors(scored(), found, labels(10, 10), SPEC, between=("x", "z"))["false"].labels == 0


def test_people_by_evidence_alone() -> None:
    decided = records().with_columns(entity=pl.int_range(pl.len()))
    assert by_evidence(scored(), decided, SPEC, 0.5)["entity"].to_list() == records()["entity"].to_list()
    assert by_evidence(scored(), decided, SPEC, 0.9)["entity"].n_unique() == PEOPLE + WEAK
