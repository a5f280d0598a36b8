"""Every indicator once more, in plain Python over one person at a time: slow, obvious, and independent of the SQL."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

Row = Mapping[str, Any]
Key = tuple[str, str, str, str]  # indicator, regency_code, dimension, dimension_value
PBI, PDA, AID, BPU, HALF = 42000, 37800, 4200, 16800, 8400
RATES = {"JKK": 0.0024, "JKM": 0.003, "JHT": 0.057, "JP": 0.03}
FULL_DUES = {"APBD", "APBN", "DANA DESA", "DBHCHT"}
BANDS = ((5, "00-04"), (18, "05-17"), (25, "18-24"), (40, "25-39"), (60, "40-59"), (80, "60-79"))
SEGMENTS = ("PU", "BPU", "JAKON", "PMI", "UNKNOWN")
NO_PAYER = "APBN_PDA"
PERIOD, LAST_DAY = date(2026, 11, 1), date(2026, 11, 30)


def of_people(people: Sequence[Row], rows: Mapping[str, Sequence[Row]]) -> dict[Key, tuple[int, int]]:
    """Numerator and denominator of every indicator that is counted by person; `rows`: the records of each person."""
    top: Counter[Key] = Counter()
    below: Counter[Key] = Counter()
    shares: Counter[Key] = Counter()
    for person in people:
        if not str(person["regency_code"]).startswith("36"):
            continue
        for name, split, numerator, denominator, parts in _facts(person, rows[str(person["person_id"])]):
            for dimension, value in _places(person):
                areas = (str(person["regency_code"]),) if dimension in ("district", "village") else None
                for area in areas or ("36", str(person["regency_code"])):
                    top[name, area, dimension, value] += numerator
                    below[name, area, dimension, value] += denominator
            for area in ("36", str(person["regency_code"])):
                for part, number in parts.items():
                    shares[name, area, split, part] += number
    figures = {key: (top[key], total) for key, total in below.items() if total}
    for key, number in shares.items():
        whole = figures.get((key[0], key[1], "area", "ALL"))
        if number and whole:
            figures[key] = (number, whole[1])
    return figures


def _places(person: Row) -> Iterator[tuple[str, str]]:
    """What a person is counted under, besides the area itself."""
    village = person["village_code"]
    age = person["age"]
    yield "area", "ALL"
    yield "sex", person["sex"] or "UNKNOWN"
    yield "decile", "NOT_IN_DTSEN" if person["decile"] is None else str(person["decile"])
    yield "district", village[:6] if village else "UNKNOWN"
    yield "village", village or "UNKNOWN"
    if age is None or age < 0:
        yield "age_band", "UNKNOWN"
    else:
        yield "age_band", next((name for after, name in BANDS if age < after), "80+")


def _facts(person: Row, rows: Sequence[Row]) -> Iterator[tuple[str, str, int, int, dict[str, int]]]:
    """Indicator, kind of part, numerator, denominator and the numerator of each part."""
    alive, active = person["alive"], person["active_jkn"]
    segment = str(person["jkn_segment"] or "UNKNOWN")
    if alive:
        yield "UHC_REGISTERED", "segment", int(person["in_jkn"]), 1, {segment: 1} if person["in_jkn"] else {}
        yield "UHC_ACTIVE", "segment", int(active), 1, {segment: 1} if active else {}
    if alive and person["eligible"]:
        yield "PBI_REALISED", "", int(person["has_pbi_active"]), 1, {}
        yield "MISSED", "", int(not active), 1, {}
    if alive and person["has_pbi_active"]:
        yield "MISDIRECTED", "", int(not person["eligible"]), 1, {}
    if alive and person["decile"] == 1 and person["informal_worker"]:
        uncovered = not person["active_jamsostek"]
        yield "POOR_WORKER_UNCOVERED", "", int(uncovered), 1, {}
        yield "POOR_WORKER_COST", "", BPU * uncovered, 1, {}
    if active or person["billed"]:
        yield from _paid("JKN", _jkn_payers(person, rows))
    if person["active_jamsostek"]:
        yield from _paid("TK", _jamsostek_payers(person, rows))


def _paid(
    scheme: str, dues: Mapping[tuple[str, str], int | None]
) -> Iterator[tuple[str, str, int, int, dict[str, int]]]:
    """The four indicators of who pays, from what each payer (fund, code of the Pemda) owes a month; None: not known."""
    payers = [payer for payer in dues if payer[0] != NO_PAYER]
    yield f"{scheme}_PAYER", "fund", 1, 1, {fund: 1 for fund, _ in payers}
    rupiah: Counter[str] = Counter()
    for (fund, _), owed in dues.items():
        rupiah[fund] += owed or 0
    whole = sum(rupiah.values())
    if whole:
        yield f"{scheme}_PAYER_RUPIAH", "fund", whole, whole, dict(rupiah)
    unknown = {fund: 1 for (fund, _), owed in dues.items() if owed is None}
    yield f"{scheme}_UNPRICED", "fund", int(bool(unknown)), 1, unknown
    yield f"{scheme}_MULTI_PAYER", "", int(len(payers) > 1), 1, {}


def _jkn_payers(person: Row, rows: Sequence[Row]) -> dict[tuple[str, str], int | None]:
    dues: dict[tuple[str, str], int | None] = {}
    if person["has_pbi_active"]:
        dues["APBN", ""] = PBI
    if person["has_pda_active"] or person["billed"]:
        decrees = {
            row["owner_code"] for row in rows
            if row["source"] == "decree" and (row["start_date"] is None or row["start_date"] <= LAST_DAY)
        }  # fmt: skip
        bills = {
            row["payer_code"] for row in rows if row["source"] == "bpjs_kesehatan_bill" and row["period"] == PERIOD
        }
        for code in decrees | bills or {""}:
            dues[{2: "APBD_PROV", 4: "APBD_KAB"}.get(len(code), "APBD"), code] = PDA
        dues[NO_PAYER, ""] = AID
    if person["has_ppu_active"]:
        cards = [row for row in rows if _is(row, "bpjs_kesehatan", "PPU")]
        wages = [row["wage"] for row in rows if _is(row, "bpjs_ketenagakerjaan", "PU") and row["wage"] is not None]
        dues["PERUSAHAAN", ""] = 0
        if any(row["relation"] in (None, "head") for row in cards):
            dues["PERUSAHAAN", ""] = round(min(max(wages), 12_000_000) * 0.05) if wages else None
    if person["has_mdr_active"]:
        dues["MANDIRI", ""] = None
    return dues


def _jamsostek_payers(person: Row, rows: Sequence[Row]) -> dict[tuple[str, str], int | None]:
    each: defaultdict[tuple[str, str], list[int | None]] = defaultdict(list)
    for row in rows:
        if row["source"] == "bpjs_ketenagakerjaan" and row["status"] == "AKTIF":
            fund = row["funding"] or ("PERUSAHAAN" if row["segment"] in ("PU", "JAKON") else "UNKNOWN")
            each[fund, ""].append(_jamsostek_dues(row))
    return {payer: None if None in owed else sum(filter(None, owed)) for payer, owed in each.items()}


def _jamsostek_dues(row: Row) -> int | None:
    programmes = str(row["programs"]).split("+") if row["programs"] else []
    if row["segment"] == "PU":
        rate = sum(RATES[programme] for programme in programmes)
        return round(row["wage"] * rate) if rate and row["wage"] is not None else None
    if row["segment"] == "BPU" and row["funding"]:
        return (BPU if row["funding"] in FULL_DUES else HALF) + (20000 if "JHT" in programmes else 0)
    return None


def _is(row: Row, source: str, segment: str) -> bool:
    return bool(row["source"] == source and row["segment"] == segment and row["status"] == "AKTIF")


def of_workers(
    people: Sequence[Row], rows: Mapping[str, Sequence[Row]], goals: Mapping[str, tuple[int, int]]
) -> dict[Key, tuple[int, int]]:
    """UCJ and UCJ_RENTAN; goals: regency -> workers and vulnerable workers to be covered."""
    figures: dict[Key, tuple[int, int]] = {}
    for area in ("36", *goals):
        inside = set(goals) if area == "36" else {area}
        members = []
        for person in people:
            held = {
                row["segment"] if row["segment"] in SEGMENTS else "UNKNOWN"
                for row in rows[str(person["person_id"])]
                if row["source"] == "bpjs_ketenagakerjaan"
                and row["status"] == "AKTIF"
                and (row["regency_code"] or person["regency_code"]) in inside
            }
            if held:
                members.append(held)
        workers, vulnerable = (sum(goals[code][place] for code in inside) for place in (0, 1))
        figures["UCJ", area, "area", "ALL"] = (len(members), workers)
        figures["UCJ_RENTAN", area, "area", "ALL"] = (sum("BPU" in held for held in members), vulnerable)
        for segment, number in Counter(min(held, key=SEGMENTS.index) for held in members).items():
            figures["UCJ", area, "segment", segment] = (number, workers)
    return figures
