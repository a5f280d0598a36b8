"""What the repository promises about itself: the README's commands, the pins, nothing of anybody's machine."""

import re
import subprocess
from importlib.metadata import version
from pathlib import Path

import pytest

from flows.cli import _parser

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
OPERATING = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")


def _command(heading: str) -> str:
    """The first fenced block under a heading."""
    part = README.split(f"## {heading}\n", 1)[1]
    found = re.search(r"```bash\n(.*?)\n```", part, re.DOTALL)
    assert found
    return found[1]


@pytest.mark.parametrize(("heading", "end"), [("Run it", "padan run"), ("Test it", "pytest")])
def test_each_of_the_two_commands_is_one_line_that_installs_what_is_pinned_with_hashes(heading: str, end: str) -> None:
    command = _command(heading)
    assert "\n" not in command
    assert "python3 -m venv .venv" in command
    assert "--require-hashes" in command
    assert command.endswith(end)


def test_every_command_of_padan_is_in_the_documentation() -> None:
    (commands,) = (action for action in _parser()._actions if action.choices)
    for name in commands.choices or ():
        assert f"padan {name}" in README + OPERATING, name


@pytest.mark.parametrize("setting", ["required", "max_drop", "max_quarantine", "keep", "full_every_days"])
def test_settings_are_documented(setting: str) -> None:
    assert f"`{setting}`" in README + OPERATING


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_pins_have_hashes_and_are_what_is_installed(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    pins = re.findall(r"^([a-z0-9-]+)(?:\[.*?\])?==([^ \\;]+)", text, re.MULTILINE)
    assert len(pins) > 50
    assert text.count("--hash=sha256:") >= len(pins)
    for library in ("prefect", "polars", "rapidfuzz", "duckdb", "great-expectations"):
        assert (library, version(library)) in pins


def _tracked() -> list[Path]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in done.stdout.split("\0") if name]


def test_no_registry_and_no_machine_stands_in_a_file() -> None:
    # Put together here, so that this file does not hold what it looks for.
    forbidden = ("pypi" + ".org", "python" + "hosted", "registry" + ".npmjs", "/ro" + "ot/", "/wo" + "rk/")
    for path in _tracked():
        if path.suffix in {".png", ".xlsx", ".gz"} or not path.exists():
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        assert not [word for word in forbidden if word in text], path.name


def test_the_sample_world_is_small_enough_to_clone() -> None:
    sample = [path for path in _tracked() if path.is_relative_to(ROOT / "sample_data" / "banten")]
    # A little above three megabytes: fewer people would not hold every class often enough.
    assert sum(path.stat().st_size for path in sample) <= 3_050_000
