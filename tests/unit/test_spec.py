"""A linkage spec: what it declares, and one plain sentence for what is wrong with it."""

import copy
import tomllib
from pathlib import Path
from typing import Any

import pytest

from matchers.spec import SpecError, parse_spec

SPEC = tomllib.loads((Path(__file__).parents[2] / "schemas/specs/person.toml").read_text(encoding="utf-8"))


def test_our_spec_reads_every_column_that_it_compares_and_blocks_by() -> None:
    spec = parse_spec(SPEC)
    assert spec.columns[0] == "record_id"
    assert {"nik", "name_std", "name_key", "birth_date", "kk", "village_code", "regency_code"} <= set(spec.columns)
    assert all(level.label_id and level.label_en for c in spec.comparisons for level in c.levels)


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
        (("register",), None, "'register' is missing"),
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
