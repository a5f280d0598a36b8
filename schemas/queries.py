"""The example queries, each with its question in Indonesian and English: schemas/queries/<number>_<name>.sql."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from schemas.declared import read_declared

FOLDER = Path(__file__).parent / "queries"


@dataclass(frozen=True)
class Query:
    """An example query; `sql` is the query alone, without the lines that hold the questions."""

    name: str
    question_id: str
    question_en: str
    sql: str


@cache
def load_queries() -> Mapping[str, Query]:
    """Every example by name, in the order of the numbers; raises PadanError when a question is missing."""
    queries = [_read(path) for path in sorted(FOLDER.glob("*.sql"))]
    return MappingProxyType({query.name: query for query in queries})


def _read(path: Path) -> Query:
    words, text = read_declared(path, ("question_id", "question_en"))
    lines = [line for line in text.splitlines() if not line.startswith("-- question_")]
    return Query(path.stem, words["question_id"], words["question_en"], "\n".join(lines).strip())
