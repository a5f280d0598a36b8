"""A linkage spec: what it declares, and one plain sentence for what is wrong with it."""

import copy
import tomllib
from pathlib import Path
from typing import Any

import pytest

from matchers.columns import STANDARDISERS
from matchers.spec import SpecError, parse_spec

FOLDER = Path(__file__).parents[2] / "schemas" / "specs"
READY = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))}
SPEC = READY["person"]


def test_our_spec_reads_every_column_that_it_compares_and_blocks_by() -> None:
    spec = parse_spec(SPEC)
    assert spec.columns[0] == "record_id"
    assert {"nik", "name_std", "name_key", "birth_date", "kk", "village_code", "regency_code"} <= set(spec.columns)
    assert all(level.label_id and level.label_en for c in spec.comparisons for level in c.levels)


@pytest.mark.parametrize("name", READY)
def test_a_ready_spec_holds_together_and_speaks_both_languages(name: str) -> None:
    spec = parse_spec(READY[name])
    assert spec.title
    assert all(entry.get("label_id") and entry.get("label_en") for entry in READY[name]["comparison"])
    assert all(level.get("id") and level.get("en") for c in READY[name]["comparison"] for level in c["levels"])
    made = {column.name for column in spec.made}
    steps = {step for column in spec.made for step in column.standardise}
    assert steps <= set(STANDARDISERS)
    # Whatever is compared is made from what a file may call it, but for our own registers, which the night makes.
    assert name == "person" or set(spec.columns) - {spec.record} <= made


def test_a_spec_need_not_say_where_records_stand() -> None:
    document = {key: value for key, value in SPEC.items() if key not in {"register", "source"}}
    spec = parse_spec(document)
    assert (spec.register, spec.source, spec.repeats) == (None, None, False)
    assert parse_spec({**document, "within": "many"}).repeats


def test_a_column_is_made_from_one_from_several_or_from_the_first_that_is_there() -> None:
    columns = [
        {"name": "a"},
        {"name": "b", "from": ["x", "y"], "standardise": ["text"]},
        {"name": "c", "any_of": ["x", "y"], "optional": True},
    ]
    made = parse_spec({**SPEC, "column": columns}).made
    assert [column.sources for column in made] == [("a",), ("x", "y"), ("c",)]
    assert [column.any_of for column in made] == [(), (), ("x", "y")]
    assert [column.optional for column in made] == [False, False, True]


def _change(path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    document: Any = copy.deepcopy(SPEC)
    place = document
    for step in path[:-1]:
        place = place[step]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return document  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("comparisn",), [], "unknown setting 'comparisn'"),
        (("record",), None, "'record' is missing"),
        (("within",), "two", "'within' must be one of one, many"),
        (("column",), [{"name": "x", "form": "y"}], "column 'x': unknown setting 'form'"),
        (("column",), [{"from": "y"}], "'name' is missing"),
        (("column",), [{"name": "x", "from": "y", "any_of": ["z"]}], "'from' and 'any_of' exclude each other"),
        (("column",), [{"name": "x", "standardise": "text"}], "'standardise' must be a list"),
        (("comparison", 0, "kind"), "datum", "unknown kind 'datum'"),
        (("comparison", 0, "levels"), [{"test": "equal"}], "first level must test 'equal'"),
        (("comparison", 1, "given"), "name", "not declared before"),
        (("comparison", 1, "name"), "birth_date", "declared twice"),
        (("comparison", 0, "levels", 1), {"test": "similar"}, "has no test 'similar'"),
        (("block", 0, "key"), ["nik:second_token"], "unknown part 'second_token'"),
        (("block", 0, "keys"), ["nik"], "unknown setting 'keys'"),
    ],
)
def test_a_wrong_spec_is_told_in_one_sentence(path: tuple[Any, ...], value: Any, said: str) -> None:
    with pytest.raises(SpecError, match=said):
        parse_spec(_change(path, value))
