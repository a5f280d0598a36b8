"""What each rule may hold: its unit, its items and its bounds, declared in schemas/reference/rules/rules.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from schemas import reference

DECLARED = Path(__file__).parent / "reference" / "rules" / "rules.toml"
# unit: smallest value, largest value (None: no limit), whether only whole numbers make sense
UNITS: Mapping[str, tuple[float, float | None, bool]] = MappingProxyType(
    {
        "flag": (0, 1, True),
        "share": (0, 1, False),
        "decile": (0, 10, True),
        "years": (0, 150, True),
        "months": (0, 1200, True),
        "people": (0, None, True),
        "rupiah": (0, None, False),
        "rupiah/month": (0, None, False),
    }
)


@dataclass(frozen=True)
class RuleKind:
    """One rule: `items` is `none`, `region`, `amount` or the items it may have; values lie in `least`..`most`."""

    name: str
    unit: str
    items: str | tuple[str, ...]
    least: float
    most: float | None
    meaning_id: str
    meaning_en: str

    def item_problem(self, item: str) -> str | None:
        """What is wrong with an item of this rule, as the end of a sentence; None when nothing is."""
        if self.items == "none":
            return "must have no item" if item else None
        if self.items == "region":
            return None if item in _regions() else "must name a province or regency by its Kemendagri code"
        if self.items == "amount":
            return None if item.isdecimal() else "must have a whole number of rupiah as its item"
        return None if item in self.items else f"must have one of these items: {', '.join(self.items)}"

    def value_problem(self, value: float) -> str | None:
        """What is wrong with a value of this rule, as the end of a sentence; None when nothing is."""
        whole = UNITS[self.unit][2]
        if whole and value != int(value):
            return f"must have a whole number as its value, in {self.unit}"
        if value < self.least or (self.most is not None and value > self.most):
            limit = f"from {self.least:g} to {self.most:g}" if self.most is not None else f"of {self.least:g} or more"
            return f"must have a value {limit}, in {self.unit}"
        return None


@cache
def load_rule_kinds() -> Mapping[str, RuleKind]:
    """Every declared rule by name, in the order of the declaration."""
    declared = tomllib.loads(DECLARED.read_text(encoding="utf-8"))
    return MappingProxyType({name: _kind(name, entry) for name, entry in declared.items()})


def _kind(name: str, entry: dict[str, object]) -> RuleKind:
    items = entry["items"]
    least, most, _ = UNITS[str(entry["unit"])]
    return RuleKind(
        name=name,
        unit=str(entry["unit"]),
        items=tuple(str(item) for item in items) if isinstance(items, list) else str(items),
        least=float(str(entry.get("least", least))),
        most=most,
        meaning_id=str(entry["meaning_id"]),
        meaning_en=str(entry["meaning_en"]),
    )


@cache
def _regions() -> frozenset[str]:
    """The codes of provinces and regencies in force."""
    codes = reference.regencies()["regency_code"].to_list()
    return frozenset(codes) | {code[:2] for code in codes}
