"""The indicators, each declared in schemas/indicators/<name>.sql: a description and the query that reckons it.

A query reads the published tables only and gives the columns OUTPUT (an estimate also INTERVAL); it runs by hand on a
published database.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from schemas.declared import kinds_in_words, missing_kinds, read_declared

FOLDER = Path(__file__).parent / "indicators"
WORDS = ("indicator", "term_id", "term_en", "definition", "definition_en", "needs")
OUTPUT = ("regency_code", "segment", "numerator", "denominator", "target", "basis")
# An estimate gives these too.
INTERVAL = ("low", "high")


@dataclass(frozen=True)
class IndicatorType:
    """One declared indicator; `needs` as in `schemas.declared.missing_kinds`."""

    indicator: str
    term_id: str
    term_en: str
    definition: str
    definition_en: str
    needs: str
    query: str

    def not_testable_reason(self, present: frozenset[str]) -> str | None:
        """Why it cannot be reckoned, in Indonesian; None when it can."""
        missing = missing_kinds(self.needs, present)
        return f"tidak dapat dihitung: {kinds_in_words(missing)} tidak ada" if missing else None


@cache
def load_indicator_types() -> Mapping[str, IndicatorType]:
    """Every declared indicator by name; raises PadanError when a description is incomplete."""
    types = [_read(path) for path in sorted(FOLDER.glob("*.sql"))]
    return MappingProxyType({one.indicator: one for one in types})


def _read(path: Path) -> IndicatorType:
    words, query = read_declared(path, WORDS)
    return IndicatorType(
        indicator=words["indicator"],
        term_id=words["term_id"],
        term_en=words["term_en"],
        definition=words["definition"],
        definition_en=words["definition_en"],
        needs=words["needs"],
        query=query,
    )
