"""What whole nights share: one small world and its first published night, made once a session. Tests work on copies."""

import shutil
from pathlib import Path

import pytest

from tests.flows.nights import AS_OF, PEOPLE, Told, padan


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every extract of a province of 600 people, its truth, and the padan.toml that init wrote."""
    folder = tmp_path_factory.mktemp("small") / "world"
    assert padan("sample", folder, "--people", PEOPLE, "--seed", 5).code == 0
    assert padan("init", folder).code == 0
    config = folder / "padan.toml"
    config.write_text(
        config.read_text(encoding="utf-8").replace("[run]\n", f'[run]\nas_of = "{AS_OF}"\n'), encoding="utf-8"
    )
    return folder


@pytest.fixture(scope="session")
def first_run(small_world: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Told]:
    """A copy of the small world after its first run, and what the run said."""
    folder = copied(small_world, tmp_path_factory.mktemp("first") / "world")
    told = padan("run", folder)
    assert told.code == 0, told.err
    return folder, told


@pytest.fixture(scope="session")
def first_night(first_run: tuple[Path, Told]) -> Path:
    """The small world with its first night published in `out`; only to be read."""
    return first_run[0]


@pytest.fixture
def world(small_world: Path, tmp_path: Path) -> Path:
    """The small world of one test, nothing published yet."""
    return copied(small_world, tmp_path / "world")


@pytest.fixture
def night(first_night: Path, tmp_path: Path) -> Path:
    """The small world of one test, with its first night published in `out`."""
    return copied(first_night, tmp_path / "world")


def copied(folder: Path, place: Path) -> Path:
    """A copy of a folder, links kept as links."""
    return Path(shutil.copytree(folder, place, symlinks=True))
