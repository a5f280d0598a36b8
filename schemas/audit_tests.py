"""The auditors' tests, declared in schemas/audit/tests.toml, and the SQL that answers each on a published database."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from schemas.tables import quoted

FILE = Path(__file__).parent / "audit" / "tests.toml"
# Registers that money follows, and the person for whom some is paid in the period.
PAID_SOURCES = ("bpjs_kesehatan", "bpjs_kesehatan_bill", "decree")
PAID = "(p.has_pbi_active OR p.has_pda_active OR p.billed OR p.in_decree)"


@dataclass(frozen=True)
class AuditTest:
    """One test: the classes of findings that answer it, how, and what it cannot find."""

    number: int
    key: str
    term_id: str
    term_en: str
    codes: tuple[str, ...]
    paid_records: bool
    method_id: str
    method_en: str
    limits_id: str
    limits_en: str

    def found(self, regency: str | None) -> str:
        """SQL for the test's open findings: `finding_id, code, person_id, rupiah_per_month, is_primary`."""
        lines = [
            "SELECT f.finding_id, f.code, f.person_id, f.rupiah_per_month, f.is_primary",
            "FROM finding AS f",
            "JOIN person AS p USING (person_id)",
            f"WHERE f.state = 'open' AND f.code IN ({', '.join(map(quoted, self.codes))})",
            f"  AND {PAID}",
        ]
        if self.paid_records:
            sources = ", ".join(map(quoted, PAID_SOURCES))
            rests = f"SELECT finding_id FROM finding_evidence WHERE source IN ({sources})"
            lines.append(f"  AND f.finding_id IN ({rests})")
        if regency is not None:
            lines.append(f"  AND f.regency_code = {quoted(regency)}")
        return "\n".join(lines)

    def evidence(self, regency: str | None) -> str:
        """SQL for every record that these findings rest on, with its file, checksum and row."""
        inner = self.found(regency).replace("\n", "\n    ")
        return (
            "SELECT e.* EXCLUDE (state)\n"
            "FROM finding_evidence AS e\n"
            f"SEMI JOIN (\n    {inner}\n) AS test USING (finding_id)\n"
            "ORDER BY e.code, e.finding_id, e.source, e.record_id"
        )


@cache
def load_audit_tests() -> tuple[AuditTest, ...]:
    """The declared tests in the order of their numbers."""
    declared = tomllib.loads(FILE.read_text(encoding="utf-8"))["test"]
    tests = [AuditTest(**{**one, "codes": tuple(one["codes"])}) for one in declared]
    return tuple(sorted(tests, key=lambda test: test.number))
