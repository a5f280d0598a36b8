"""docs/indicators.md says of every indicator and scenario what its declaration says."""

import tomllib
from pathlib import Path

import pytest

from flows.scenarios import DECLARED
from flows.simulate import BPU_FUNDS
from schemas.indicators import DIMENSIONS, SPLITS, IndicatorType, load_indicator_types

TEXT = (Path(__file__).parents[2] / "docs" / "indicators.md").read_text(encoding="utf-8")
WORDS = {"numerator": "pembilang / numerator", "rest": "sisanya / the rest"}


def rows(one: IndicatorType) -> list[str]:
    """The lines of the document that an indicator has to stand in, from its header."""
    linked = one.interval and f"{WORDS[one.interval[0]]}: `{one.interval[1]}`–`{one.interval[2]}`"
    lines = [
        f"### {one.indicator}",
        f"**{one.term_id}** / {one.term_en}",
        f"- Rumus: {one.formula}.",
        f"- Formula: {one.formula_en}.",
        f"- {one.definition}",
        f"- {one.definition_en}",
        f"- Satuan / unit: `{one.unit}`; rincian / parts: {', '.join(f'`{part}`' for part in one.parts) or '–'}; "
        f"selang / interval: {linked or '–'}; perlu / needs: `{one.needs}`",
    ]
    return lines + [f"- {text}" for text in (one.limits, one.limits_en) if text]


@pytest.mark.parametrize("name", sorted(load_indicator_types()))
def test_an_indicator_stands_there_as_it_is_declared(name: str) -> None:
    assert [line for line in rows(load_indicator_types()[name]) if f"{line}\n" not in TEXT] == []


def test_nothing_else_stands_there() -> None:
    assert [line[4:] for line in TEXT.splitlines() if line.startswith("### ")] == sorted(load_indicator_types())


def test_every_dimension_fund_and_scenario_is_named() -> None:
    for word in (*DIMENSIONS, *SPLITS, *BPU_FUNDS, "APBN_PDA", "APBD_PROV", "APBD_KAB", "UNKNOWN"):
        assert f"`{word}`" in TEXT, word
    for name, declared in tomllib.loads(DECLARED.read_text(encoding="utf-8")).items():
        assert f"| `{name}` | {declared['term_id']} | {declared['term_en']} |" in TEXT
