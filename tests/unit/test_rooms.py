"""The rooms of the house: who may import whom."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = {"flows", "matchers", "schemas", "reports", "sample_data"}
MAY_IMPORT = {
    "flows": ROOMS,
    "matchers": {"matchers"},
    "schemas": {"schemas"},
    "reports": {"reports", "schemas"},
    "sample_data": {"sample_data", "schemas", "matchers"},
}
# The truth of a class that is told in standard names must make them; of what matches, the sample knows nothing.
SAMPLE_MAY_IMPORT_OF_MATCHERS = "matchers.standardise."
# Libraries that belong to one room; matchers has no files, no clock and no database besides.
ONLY_FLOWS = {"prefect", "great_expectations", "sqlalchemy", "fcntl"}
NOT_IN_MATCHERS = {"duckdb", "pathlib", "os", "time", "io", "shutil", "tempfile"}
MODULES = [path for room in sorted(ROOMS) for path in sorted((ROOT / room).rglob("*.py"))]


def _imported(path: Path) -> set[str]:
    """The modules that a module imports, by their whole names."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_imports_only_from_the_rooms_it_may(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    modules = _imported(path)
    imported = {name.split(".")[0] for name in modules}
    assert (imported & ROOMS) <= MAY_IMPORT[room]
    if room != "flows":
        assert not imported & ONLY_FLOWS
    if room == "sample_data":
        of_matchers = [name for name in modules if name.split(".")[0] == "matchers"]
        assert all(name.startswith(SAMPLE_MAY_IMPORT_OF_MATCHERS) for name in of_matchers)
    if room == "matchers":
        assert not imported & NOT_IN_MATCHERS


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_can_be_read_at_one_sitting(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 420
