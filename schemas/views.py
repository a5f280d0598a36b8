"""The published views, each an answer to a question, declared once: schemas/views/<view>.sql is SQL and comments.

A file is one CREATE VIEW with its columns listed, the text behind `--` on a column's line being that column's comment.
The lines above it that begin with `--` say what one row is; among them `-- question_id:` and `-- question_en:` hold the
question. A view reads tables, not other views, so that their order does not matter.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from schemas.errors import PadanError
from schemas.tables import quoted

FOLDER = Path(__file__).parent / "views"
_COLUMN = re.compile(r"^\s+(?P<name>[a-z_0-9]+),?\s+--\s+(?P<comment>\S.*)$")
_QUESTION = re.compile(r"^question_(?P<language>id|en): (?P<text>\S.*)$")


@dataclass(frozen=True)
class View:
    """A published view: `columns` are (name, comment) in the order of the query's, comments as those of tables."""

    name: str
    comment: str
    question_id: str
    question_en: str
    columns: tuple[tuple[str, str], ...]
    query: str

    @property
    def column_names(self) -> tuple[str, ...]:
        """The columns' names, in order."""
        return tuple(name for name, _ in self.columns)


@cache
def load_views() -> Mapping[str, View]:
    """Every declared view by name, in alphabetical order; raises PadanError when a declaration is malformed."""
    views = [parse_view(path.stem, path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.sql"))]
    return MappingProxyType({view.name: view for view in views})


def parse_view(name: str, sql: str) -> View:
    """Read one declaration; raises PadanError naming the view and the line that cannot be understood."""
    head, start, body = sql.partition(f"CREATE VIEW {name} (")
    columns, end, query = body.partition("\n) AS\n")
    if not start or not end:
        raise PadanError(f"schemas/views/{name}.sql does not hold CREATE VIEW {name} (columns) AS query.")
    found = []
    for line in columns.strip("\n").splitlines():
        column = _COLUMN.match(line)
        if column is None:
            raise PadanError(f"schemas/views/{name}.sql has a column line without comment: {line.strip()}.")
        found.append((column["name"], column["comment"]))
    remarks, questions = _head(head)
    for language in ("id", "en"):
        if language not in questions:
            raise PadanError(f"schemas/views/{name}.sql does not say its question_{language}.")
    return View(name, " ".join(remarks), questions["id"], questions["en"], tuple(found), query.strip())


def _head(head: str) -> tuple[list[str], dict[str, str]]:
    """The lines above CREATE VIEW: plain remarks, and the questions by language."""
    remarks: list[str] = []
    questions: dict[str, str] = {}
    for line in head.splitlines():
        text = line.removeprefix("--").strip()
        question = _QUESTION.match(text)
        if question is not None:
            questions[question["language"]] = question["text"]
        elif text:
            remarks.append(text)
    return remarks, questions


def view_statements(view: View, catalog: str = "") -> list[str]:
    """The CREATE VIEW statement and its COMMENT ON statements, in `catalog` when one is named.

    The tables it reads must be there.
    """
    full_name = f'{catalog}."{view.name}"' if catalog else f'"{view.name}"'
    columns = ", ".join(f'"{name}"' for name in view.column_names)
    return [
        f"CREATE VIEW {full_name} ({columns}) AS {view.query}",
        f"COMMENT ON VIEW {full_name} IS {quoted(view.comment)}",
        *(f'COMMENT ON COLUMN {full_name}."{name}" IS {quoted(comment)}' for name, comment in view.columns),
    ]
