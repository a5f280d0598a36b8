"""The classes of mismatch, each declared in schemas/findings/<CODE>.sql: a description and the query that finds it.

A query reads the published tables only and gives the columns OUTPUT; it runs by hand on a published database.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from schemas.declared import kinds_in_words, missing_kinds, read_declared

FOLDER = Path(__file__).parent / "findings"
WORDS = (
    "code", "term_id", "term_en", "definition", "definition_en", "severity", "actor", "action_id", "action_en",
    "payer", "rupiah", "needs",
)  # fmt: skip
OUTPUT = (
    "person_id", "record_ids", "owner_code", "regency_code", "village_code", "rupiah_per_month", "detail",
    "discriminator",
)  # fmt: skip
# Which finding of a person is the primary one, whose rupiah is counted: ST01, then ID06 to ID10, FN, WL, EL, DM (DOMAIN
# §5). TK and KL concern other money; the other ST and ID classes, and WL02, say that a register is wrong and cost
# little or nothing, so they stand behind every class with money and before DM. The first entry that a code begins with
# counts. SB are of files and have no person.
PRECEDENCE = (
    "ST01", "ID06", "ID07", "ID08", "ID09", "ID10", "FN", "WL01", "WL03", "EL", "TK", "KL", "ST", "ID", "WL", "DM",
    "SB",
)  # fmt: skip


@dataclass(frozen=True)
class FindingType:
    """One declared class; `needs` and `partly` as in `schemas.declared.missing_kinds`.

    `needs` are the sources of the whole test; `partly`, when given, those with which it still finds a part;
    `by_regency` a kind that each regency sends for itself, so that the test reaches only the regencies that did.
    """

    code: str
    term_id: str
    term_en: str
    definition: str
    definition_en: str
    severity: int
    actor: str
    action: str
    action_en: str
    payer: str
    rupiah_rule: str
    needs: str
    partly: str
    by_regency: str | None
    query: str

    @property
    def precedence(self) -> int:
        """Rank that decides a person's primary finding, lowest first: the class's place, then its number."""
        place = next(number for number, begin in enumerate(PRECEDENCE) if self.code.startswith(begin))
        return place * 100 + int(self.code[2:])

    def runs_with(self, present: frozenset[str]) -> bool:
        """Whether the query can find anything with the kinds of extract that arrived."""
        return not missing_kinds(self.partly, present)

    def not_testable_reason(self, present: frozenset[str]) -> str | None:
        """Why the class could not be tested, or only in part, in Indonesian; None when it was tested wholly."""
        missing = missing_kinds(self.needs, present)
        if not missing:
            return None
        if self.runs_with(present):
            return f"tidak dapat diuji sepenuhnya: {kinds_in_words(missing)} tidak ada; hanya diuji dari sumber lain"
        return f"tidak dapat diuji: {kinds_in_words(missing)} tidak ada"


@cache
def load_finding_types() -> Mapping[str, FindingType]:
    """Every declared class by code; raises PadanError when a description is incomplete."""
    types = [_read(path) for path in sorted(FOLDER.glob("*.sql"))]
    return MappingProxyType({one.code: one for one in types})


def _read(path: Path) -> FindingType:
    words, query = read_declared(path, WORDS, optional=("partly", "by_regency"))
    return FindingType(
        code=words["code"],
        term_id=words["term_id"],
        term_en=words["term_en"],
        definition=words["definition"],
        definition_en=words["definition_en"],
        severity=int(words["severity"]),
        actor=words["actor"],
        action=words["action_id"],
        action_en=words["action_en"],
        payer=words["payer"],
        rupiah_rule=words["rupiah"],
        needs=words["needs"],
        partly=words.get("partly", words["needs"]),
        by_regency=words.get("by_regency"),
        query=query,
    )
