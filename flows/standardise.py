"""From frames as pulled (text as written) to records in the common shape.

The standardisers themselves are pure and live in `matchers/standardise/`; here each kind's fields are handed to them,
with what they cannot know: the reference tables, the file a row is of, and the day of the run.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache

import polars as pl

from flows.declared_forms import Forms
from flows.region_lookup import region_table
from flows.source_rows import Counts, Rule, SourceRows, code_as_text, in_order, owner_regency
from flows.standardise_lists import LISTS
from matchers.standardise import vocabulary
from matchers.standardise.codes import (
    standardise_decile,
    standardise_flag,
    standardise_kk,
    standardise_money,
    standardise_rt_rw,
    standardise_sex,
)
from matchers.standardise.dates import parse_month
from matchers.standardise.names import standardise_names
from matchers.standardise.nik import standardise_nik
from matchers.standardise.regions import regency_of_name, village_by_name
from matchers.standardise.text import lossless_digits, map_values, squeeze
from schemas import reference
from schemas.layouts import PERSON_KINDS
from schemas.tables import load_tables

# Kept beside the standard value, as written, for validation and for the officer who must find the cell.
RAW_FIELDS = ("nik", "kk", "card", "name", "birth_date", "sex", "village_code", "region_code")
_POLARS_TYPES: dict[str, pl.DataType] = {
    **{"VARCHAR": pl.String(), "BIGINT": pl.Int64(), "TINYINT": pl.Int8(), "DATE": pl.Date(), "BOOLEAN": pl.Boolean()},
}
# Beside the columns of `record` in every frame of people.
EXTRA: dict[str, pl.DataType] = {
    **{"titles": pl.String(), "alias": pl.String(), "deceased_mark": pl.Boolean()},
}

# The number by which a register itself knows a row, where it is not the JKN card.
_OWN_KEYS = {"civil_deaths": "certificate_no", "bpjs_ketenagakerjaan": "kpj", "letters": "letter_no"}

Columns = dict[str, pl.Series]

_SEGMENTS: dict[str, Rule] = {
    "bpjs_kesehatan": vocabulary.standardise_jkn_segment,
    "bpjs_kesehatan_bill": vocabulary.standardise_jkn_segment,
    "bpjs_ketenagakerjaan": vocabulary.standardise_jamsostek_segment,
}
_STATUSES: dict[str, tuple[str, Rule]] = {
    "province": ("life_status", lambda raw: vocabulary.standardise_life_status(raw, province=True)),
    "regency": ("status", vocabulary.standardise_life_status),
    "bpjs_kesehatan": ("status", vocabulary.standardise_jkn_status),
    "bpjs_ketenagakerjaan": ("status", vocabulary.standardise_jamsostek_status),
}


def standardise(
    frames: Mapping[str, pl.DataFrame],
    province_code: str,
    as_of: date,
    forms: Forms | None = None,
    first_id: int = 1,
    counts: Counts | None = None,
) -> dict[str, pl.DataFrame]:
    """Standardise what `flows.pull` read.

    frames: by kind: `owner_code, file, source_row` and every field as String as written. province_code: Kemendagri code
    of the run's province, 2 digits. as_of: the day of the run. forms: what the layouts of the files declare of their
    own habits (`flows.declared_forms`). counts: of `flows.file_counts.count_files` over the whole files, where the rows
    are only parts of them; then the frames are of one kind.

    Out, by kind. People: the columns of the table `record` (`schemas/tables/`), then EXTRA, then `raw_<field>` as
    written for those of RAW_FIELDS that the kind has, and `raw_village_name` where no one village answers to it;
    record_id counts from first_id in the order of PERSON_KINDS, then owner_code, file, source_row.
    employers: `owner_code, file, source_row, business_no, employer_no, employer_name, regency_code, size_class,
    workers, mean_wage`. workforce: `owner_code, file, source_row, regency_code, year, workers_target,
    vulnerable_target`. construction, quota, claims: the columns of their tables, of which `project_no` is null unless
    it has 13 digits.
    """
    standard: dict[str, pl.DataFrame] = {}
    next_id = first_id

    def rows(kind: str) -> SourceRows:
        return SourceRows(kind, in_order(frames[kind]), as_of, forms or {}, counts or {})

    for kind in PERSON_KINDS:
        if kind in frames:
            standard[kind] = _people(rows(kind), province_code, next_id)
            next_id += standard[kind].height
    for kind, rule in LISTS.items():
        if kind in frames:
            standard[kind] = rule(rows(kind))
    return standard


@cache
def record_columns() -> dict[str, pl.DataType]:
    """The columns of a frame of people before the `raw_` ones: those of the table `record`, then EXTRA."""
    declared = load_tables()["record"].columns
    return {column.name: _POLARS_TYPES[column.type] for column in declared} | EXTRA


def _people(rows: SourceRows, province_code: str, first_id: int) -> pl.DataFrame:
    columns: Columns = {
        **_place_in_source(rows, first_id),
        **_identity(rows),
        **_residence(rows, province_code),
        **_welfare(rows),
        **_membership(rows),
        **_payment(rows),
    }
    source_key = _OWN_KEYS.get(rows.kind, "card")
    written = {"card": "card", "kpj": "kpj"}.get(source_key)
    key = columns.get(source_key, rows.blank("source_key"))
    columns["source_key"] = key.fill_null(squeeze(rows.field(written))) if written else key
    shaped = pl.DataFrame(
        [
            columns.get(name, rows.blank(name, dtype)).cast(dtype).rename(name)
            for name, dtype in record_columns().items()
        ]
    )
    raw = [rows.frame[name].rename(f"raw_{name}") for name in RAW_FIELDS if rows.has(name)]
    if rows.has("village_name"):
        # Only where it is still wanted: a province has millions of names that were found, or had a code beside them.
        open_ = shaped["village_basis"].is_in(["ambiguous", "not_found"])
        raw.append(rows.frame["village_name"].zip_with(open_, rows.blank("village_name")).rename("raw_village_name"))
    return shaped.hstack(raw)


def _place_in_source(rows: SourceRows, first_id: int) -> Columns:
    height = rows.frame.height
    source, owner = pl.repeat(rows.kind, height, eager=True), rows.frame["owner_code"]
    register = pl.select(pl.concat_str(source, owner.fill_null(""), separator=":")).to_series()
    return {
        "record_id": pl.int_range(first_id, first_id + height, dtype=pl.Int64, eager=True),
        "source": source,
        "owner_code": owner,
        "file": rows.file,
        "source_row": rows.frame["source_row"],
        "register": register,
    }


def _identity(rows: SourceRows) -> Columns:
    born = rows.births()
    sex = standardise_sex(rows.field("sex"), rows.file, rows.counts.get("sex"))
    kk = standardise_kk(rows.field("kk"), rows.file, rows.counts.get("kk"))
    nik = standardise_nik(
        rows.field("nik"),
        born["date"],
        sex,
        reference.nik_prefixes(),
        kk=kk,
        file=rows.file,
        counts=rows.counts.get("nik"),
    )
    names = standardise_names(rows.field("name"))
    return {
        "nik": nik["nik"],
        "nik_status": nik["nik_status"],
        "kk": kk,
        **{name: rows.number(name) for name in ("card", "family_card", "kpj")},
        **{name: names[name] for name in ("name", "name_std", "titles", "alias", "deceased_mark")},
        "sex": sex,
        "birth_date": born["date"],
        "birth_place": rows.read("birth_place", lambda raw: squeeze(raw.str.to_uppercase())),
        "status_date": rows.day("death_date" if rows.kind == "civil_deaths" else "status_date", born["month_first"]),
        "start_date": rows.day("start_date", born["month_first"]),
        "end_date": rows.day("end_date", born["month_first"]),
        "certificate_no": rows.read("certificate_no", squeeze),
        "letter_no": rows.read("letter_no", squeeze),
    }


def _residence(rows: SourceRows, province_code: str) -> Columns:
    address = rows.read("address", squeeze)
    neighbourhood = standardise_rt_rw(rows.field("rt"), rows.field("rw"), address)
    village, region = rows.region("village_code"), rows.region("region_code")
    payer = rows.region("payer_code")["regency_code"]
    owner = owner_regency(rows)
    village_code = village["village_code"].fill_null(region["village_code"])
    by_name = rows.read(
        "regency_name", lambda raw: map_values(raw, lambda names: _regency_by_name(names, province_code))
    )
    regency = [village["regency_code"], region["regency_code"], by_name, payer, owner]
    regency_code = pl.select(pl.coalesce(regency)).to_series()
    basis = _village_basis(village, region)
    if rows.has("village_name"):
        village_code, basis = _villages_by_name(rows, village_code, basis, regency_code)
    return {
        "address": address,
        "rt": neighbourhood["rt"],
        "rw": neighbourhood["rw"],
        "village_code": village_code,
        "village_basis": basis,
        "regency_code": regency_code,
        "payer_code": payer.fill_null(owner) if rows.kind == "bpjs_kesehatan_bill" else payer,
        "region_as_written": _not_in_force(rows, regency[0].fill_null(regency[1])),
    }


def _not_in_force(rows: SourceRows, regency_code: pl.Series) -> pl.Series:
    """The region code as written (String) where it is no Kemendagri code in force, else null.

    regency_code: what was read from it; a regency written by its name is no code, and is in order.
    """
    codes = [squeeze(rows.field(name)) for name in ("village_code", "region_code")]
    written = pl.select(pl.coalesce(codes).alias("written")).to_series()
    odd = map_values(written, _odd_codes)
    named = ~written.str.contains("[0-9]") & regency_code.is_not_null()
    return odd.to_frame("odd").select(pl.when(~named).then("odd"))["odd"]


def _odd_codes(written: pl.Series) -> pl.Series:
    """Codes as written that are not in force; null for those that are."""
    in_force = lossless_digits(written)["digits"].is_in(reference.region_codes().implode())
    frame = pl.DataFrame({"written": written, "in_force": in_force})
    return frame.select(pl.when(~pl.col("in_force").fill_null(False)).then("written"))["written"]


def _regency_by_name(raw: pl.Series, province_code: str) -> pl.Series:
    """Only regencies of the run's own province: a name is weaker evidence than a code."""
    regencies = reference.regencies().filter(pl.col("province_code") == province_code)
    return map_values(raw, lambda names: regency_of_name(names, regencies))


def _village_basis(village: pl.DataFrame, region: pl.DataFrame) -> pl.Series:
    """How the village was found, of whichever column named one; a code of a regency alone names no village."""
    columns = [
        pl.select(
            pl.when(table["village_code"].is_not_null() | (table["basis"] == "unknown")).then(table["basis"])
        ).to_series()
        for table in (village, region)
    ]
    return pl.select(pl.coalesce(columns)).to_series()


def _villages_by_name(
    rows: SourceRows, village_code: pl.Series, basis: pl.Series, regency_code: pl.Series
) -> tuple[pl.Series, pl.Series]:
    """Fills village codes, and how they were found, from the names beside them where a row has no usable code."""
    lacking = village_code.is_null()
    if not lacking.any():
        return village_code, basis
    found = village_by_name(
        rows.field("village_name").filter(lacking),
        rows.field("district_name").filter(lacking),
        regency_code.filter(lacking),
        region_table(),
    )
    place = lacking.arg_true()
    named = found["basis"].fill_null(basis.filter(lacking))
    return village_code.scatter(place, found["village_code"]), basis.scatter(place, named)


def _welfare(rows: SourceRows) -> Columns:
    job = rows.field("job")
    return {
        "relation": rows.read("relation", vocabulary.standardise_relation),
        "decile": rows.read("decile", standardise_decile, pl.Int8()),
        "excluded": rows.read("excluded", standardise_flag, pl.Boolean()),
        "job": vocabulary.standardise_job(job),
        "job_as_written": squeeze(job),
    }


def _membership(rows: SourceRows) -> Columns:
    columns = {name: rows.read(name, squeeze) for name in ("facility_name", "decree_no", "employer_name", "note")}
    columns |= {name: rows.read(name, code_as_text) for name in ("facility_code", "employer_no")}
    if rows.kind in _SEGMENTS:
        columns["segment"] = _SEGMENTS[rows.kind](rows.field("segment"))
    columns["segment_as_written"] = rows.read("segment", squeeze)
    if rows.kind in _STATUSES:
        field, rule = _STATUSES[rows.kind]
        columns["status"] = rule(rows.field(field))
    if rows.kind == "civil_deaths":
        columns["status"] = pl.repeat("MENINGGAL", rows.frame.height, eager=True)
    columns["programs"] = rows.read("programs", vocabulary.standardise_programs)
    columns["funding"] = rows.read("funding", vocabulary.standardise_funding)
    return columns


def _payment(rows: SourceRows) -> Columns:
    columns = {name: rows.read(name, standardise_money, pl.Int64()) for name in ("amount", "central_aid", "wage")}
    columns["paid_until"] = rows.read("paid_until", parse_month, pl.Date())
    if rows.kind == "bpjs_kesehatan_bill":
        billed = parse_month(rows.field("billed_month"), rows.field("billed_year"))
        columns["covered_month"] = _covered(rows.field("covered_month"), rows.field("billed_year"), billed)
        columns["period"] = billed.fill_null(columns["covered_month"])
    return columns


def _covered(raw: pl.Series, billed_year: pl.Series, billed: pl.Series) -> pl.Series:
    """The month covered; one that is written without a year is the last such month not after the month billed."""
    whole, guessed = parse_month(raw), parse_month(raw, billed_year)
    frame = pl.DataFrame({"whole": whole, "guessed": guessed, "billed": billed})
    late = pl.col("guessed") > pl.col("billed")
    placed = pl.when(late).then(pl.col("guessed").dt.offset_by("-1y")).otherwise("guessed")
    return frame.select(covered=pl.coalesce("whole", placed))["covered"]
