"""CONTRACT §4 once more, in plain Python over one person's rows: slow, obvious, and independent of the SQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

Row = Mapping[str, str | None]
AS_OF = date(2026, 11, 20)
WINDOW_FROM = "2026-05-20"
TARIFFS = {"PBI": {42000}, "PDA": {37800}, "MDR": {150000, 100000, 42000, 35000}}
FORMAL = {"pupil", "housework", "not_working", "retired", "private_employee", "civil_servant", "military", "police"}


def period_of(rows: Iterable[Row]) -> str | None:
    """The latest billed month up to as_of, else the earliest; stray months are not made up in these worlds."""
    months = [str(row["period"]) for row in of(rows, "bpjs_kesehatan_bill") if row["period"]]
    past = [month for month in months if month <= AS_OF.isoformat()]
    return max(past) if past else min(months, default=None)


def of(rows: Iterable[Row], source: str, **values: str) -> list[Row]:
    """The rows of one kind, with these values."""
    return [row for row in rows if row["source"] == source and all(row[name] == want for name, want in values.items())]


def codes(rows: Sequence[Row], period: str | None, decrees: set[str], names: Mapping[str, str | None]) -> Counter[str]:
    """How many findings of each code one person has.

    `decrees`: the regencies whose decree arrived; `names`: the values that stand, here the birth date.
    """
    cards = of(rows, "bpjs_kesehatan")
    active = {row["segment"] for row in cards if row["status"] == "AKTIF"}
    is_active = any(row["status"] == "AKTIF" for row in cards)
    jamsostek = of(rows, "bpjs_ketenagakerjaan", status="AKTIF")
    bills = of(rows, "bpjs_kesehatan_bill")
    billed = [row for row in bills if period and row["period"] == period]
    last_day = "2026-11-30" if period in (None, "2026-11-01") else "2026-10-31"
    in_force = [row for row in of(rows, "decree") if not row["start_date"] or str(row["start_date"]) <= last_day]
    dead_in_register = bool(of(rows, "civil_deaths") or of(rows, "regency", status="MENINGGAL"))
    alive = not dead_in_register and not of(rows, "bpjs_kesehatan", status="MENINGGAL")
    dtsen = of(rows, "province")
    ranked = [row for row in dtsen if row["decile"] not in (None, "0")]
    standing = (ranked or dtsen or [None])[0]
    decile = int(standing["decile"]) if standing and standing["decile"] else None
    eligible = decile is not None and 1 <= decile <= 5 and bool(standing) and standing["excluded"] != "true"
    off = [row["status_date"] or "" for row in of(cards, "bpjs_kesehatan", segment="PBI", status="NONAKTIF")]
    off = [day for day in off if day]
    found: Counter[str] = Counter()
    found["ST01"] = (is_active or bool(billed)) and dead_in_register
    found["EL01"] = "PBI" in active and decile is not None and decile >= 6
    found["EL02"] = "PBI" in active and not dtsen
    found["EL04"] = eligible and not cards and alive
    found["EL05"] = eligible and not is_active and alive and bool(off) and max(off) >= WINDOW_FROM
    found["EL06"] = eligible and not is_active and alive and bool(off) and max(off) < WINDOW_FROM
    found["EL08"] = len({
        row["owner_code"] for row in of(rows, "regency")
        if decile and row["decile"] not in (None, "0") and int(str(row["decile"])) != decile
    })  # fmt: skip
    found["EL10"] = "PDA" in active and eligible
    found["FN01"] = "PBI" in active and (bool(in_force) or "PDA" in active)
    wage_worker = "PPU" in active or any(row["segment"] == "PU" for row in jamsostek)
    found["FN02"] = bool(active & {"PBI", "PDA"}) and wage_worker
    found["FN04"] = len({row["payer_code"] for row in billed} & decrees - {row["owner_code"] for row in in_force})
    found["FN05"] = 0 if is_active else len({row["owner_code"] for row in in_force})
    found["FN06"] = len({
        (row["payer_code"], row["covered_month"], row["period"]) for row in bills
        if row["amount"] and row["covered_month"] and row["covered_month"] >= "2021-01-01"
        and int(row["amount"]) not in TARIFFS.get(str(row["segment"] or "PDA"), {int(row["amount"])})
    })  # fmt: skip
    found["ID06"] = sum(
        number > 1
        for (source, _), number in Counter((row["source"], row["owner_code"]) for row in rows).items()
        if source not in ("bpjs_kesehatan_bill", "letters")
    )
    found["ID10"] = len({row["card"] for row in cards if row["status"] == "AKTIF" and row["card"]}) > 1
    excluded = bool(standing) and standing["excluded"] == "true"
    found["EL03"] = alive and excluded and decile is not None and 1 <= decile <= 5
    found["EL07"] = (
        alive
        and not is_active
        and bool(_switched_off(cards))
        and (decile in (None, 0) or decile > 5)
        and any(not row["status_date"] or row["status_date"] >= max(off, default="") for row in of(rows, "letters"))
    )
    found["EL09"] = alive and bool(dtsen) and decile in (None, 0)
    found["EL11"] = (
        eligible and alive and not is_active and bool(of(cards, "bpjs_kesehatan", segment="MDR", status="PENANGGUHAN"))
    )
    found |= _employment(rows, alive, active, jamsostek, period, names)
    found["TK01"] = decile == 1 and alive and not jamsostek and _informal(rows, names)
    return Counter({code: int(number) for code, number in found.items() if number})


def _switched_off(cards: Sequence[Row]) -> list[Row]:
    return of(cards, "bpjs_kesehatan", segment="PBI", status="NONAKTIF")


def _employment(
    rows: Sequence[Row],
    alive: bool,
    active: set[str | None],
    jamsostek: Sequence[Row],
    period: str | None,
    names: Mapping[str, str | None],
) -> Counter[str]:
    """TK02 to TK10; the worlds have a large employer L and a small one S in a place with a minimum of 3,360,078."""
    found: Counter[str] = Counter()
    pu, bpu = ([row for row in jamsostek if row["segment"] == segment] for segment in ("PU", "BPU"))
    members = of(rows, "bpjs_ketenagakerjaan")
    found["TK02"] = (
        alive and not jamsostek and bool(of(rows, "bpjs_kesehatan", status="AKTIF", segment="PPU", relation="head"))
    )
    known = any(row["nik"] for row in members) or len({row["source"] for row in rows}) > 1
    found["TK03"] = alive and bool(pu) and "PPU" not in active and known
    low = {
        row["kpj"] or row["employer_no"] or "" for row in pu if row["employer_no"] != "S" and row["wage"] == "3000000"
    }
    found["TK04"] = len(low) if alive else 0
    born = date.fromisoformat(str(names["birth_date"]))
    # Whatever programmes these worlds give lack one that either employer must take.
    lacks = {row["kpj"] or row["employer_no"] for row in pu if row["programs"] and row["employer_no"]}
    found["TK05"] = len(lacks) if alive else 0
    paying = [row for row in bpu if row["funding"] in ("APBD", "CSR")]
    different = {row["kpj"] or f"row {number}" for number, row in enumerate(bpu)}
    found["TK06"] = bool(paying) and (bool(pu) or len(different) > 1)
    month = period or "2026-11-01"
    subsidised = [
        row for row in members if row["segment"] == "BPU" and row["funding"] in ("APBD", "CSR") and row["paid_until"]
    ]
    running = [
        row for row in members
        if (row["paid_until"] or "") >= month or (not row["paid_until"] and row["status"] == "AKTIF")
    ]  # fmt: skip
    found["TK07"] = alive and bool(subsidised) and not running
    found["TK08"] = not alive and _insured_at_death(rows, members)
    found["TK09"] = alive and bool(bpu) and born.year == 1950
    found["TK10"] = alive and not jamsostek and bool(of(rows, "roster"))
    return found


def _insured_at_death(rows: Sequence[Row], members: Sequence[Row]) -> bool:
    certified = [row["status_date"] for row in of(rows, "civil_deaths") if row["status_date"]]
    switched = [
        row["status_date"] for row in of(rows, "bpjs_kesehatan", status="MENINGGAL") if row["status_date"]
    ]  # fmt: skip
    died = min(certified, default=None) or min(switched, default=None)
    for row in members:
        begun = not died or not row["start_date"] or row["start_date"] <= died
        insured = row["status"] == "AKTIF" or (died and row["paid_until"] and row["paid_until"] >= died[:7] + "-01")
        if begun and insured and row["programs"] != "JHT":
            return True
    return False


def _informal(rows: Sequence[Row], names: Mapping[str, str | None]) -> bool:
    jobs = [row["job"] for source in ("province", "regency") for row in of(rows, source) if row["job"]]
    born = names["birth_date"]
    if not jobs or jobs[0] in FORMAL or not born:
        return False
    day = date.fromisoformat(born)
    age = AS_OF.year - day.year - ((AS_OF.month, AS_OF.day) < (day.month, day.day))
    return 18 <= age <= 59
