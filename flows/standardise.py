"""From frames as pulled (text as written) to records in the common shape.

The standardisers themselves are pure and live in `matchers/standardise/`; here each kind's fields are handed to them,
with what they cannot know: the reference tables, the file a row is of, and the day of the run.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import polars as pl

from matchers.standardise import vocabulary
from matchers.standardise.codes import (
    standardise_decile,
    standardise_flag,
    standardise_kk,
    standardise_money,
    standardise_number,
    standardise_rt_rw,
    standardise_sex,
)
from matchers.standardise.dates import parse_dates_in_order, parse_month
from matchers.standardise.names import standardise_names
from matchers.standardise.nik import standardise_nik
from matchers.standardise.regions import RegionTable, regency_of_name, standardise_region, village_by_name
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
# A year of two digits in a date other than a birth may lie this far ahead: memberships end in the future.
_AHEAD = timedelta(days=3653)

Columns = dict[str, pl.Series]
Rule = Callable[[pl.Series], pl.Series]

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


@dataclass(frozen=True)
class _Rows:
    """The rows of one kind: the frame as pulled, in the order of record_id, and the day of the run."""

    kind: str
    frame: pl.DataFrame
    as_of: date

    def has(self, field: str) -> bool:
        return field in self.frame.columns

    def field(self, name: str) -> pl.Series:
        """A field as written; nulls where the kind has no such field."""
        return self.frame[name] if self.has(name) else self.blank(name)

    def blank(self, name: str, dtype: pl.DataType | None = None) -> pl.Series:
        return pl.Series(name, [None], dtype=dtype or pl.String()).new_from_index(0, self.frame.height)

    def read(self, name: str, rule: Rule, dtype: pl.DataType | None = None) -> pl.Series:
        """A field through its standardiser, or nulls of that type where the kind has no such field."""
        return rule(self.frame[name]) if self.has(name) else self.blank(name, dtype)

    @property
    def file(self) -> pl.Series:
        return self.frame["file"]


def standardise(
    frames: Mapping[str, pl.DataFrame], province_code: str, as_of: date, first_id: int = 1
) -> dict[str, pl.DataFrame]:
    """Standardise what `flows.pull` read.

    frames: by kind: `owner_code, file, source_row` and every field as String as written. province_code: Kemendagri code
    of the run's province, 2 digits. as_of: the day of the run.

    Out, by kind. People: the columns of the table `record` (`schemas/tables/`), then EXTRA, then `raw_<field>` as
    written for those of RAW_FIELDS that the kind has; record_id counts from first_id in the order of PERSON_KINDS, then
    owner_code, file, source_row.
    employers: `owner_code, file, source_row, business_no, employer_no, employer_name, regency_code, size_class,
    workers, mean_wage`. workforce: `owner_code, file, source_row, regency_code, year, workers_target,
    vulnerable_target`.
    """
    standard: dict[str, pl.DataFrame] = {}
    next_id = first_id
    for kind in PERSON_KINDS:
        if kind in frames:
            standard[kind] = _people(_Rows(kind, in_order(frames[kind]), as_of), province_code, next_id)
            next_id += standard[kind].height
    if "employers" in frames:
        standard["employers"] = _employers(_Rows("employers", in_order(frames["employers"]), as_of))
    if "workforce" in frames:
        standard["workforce"] = _workforce(_Rows("workforce", in_order(frames["workforce"]), as_of))
    return standard


def in_order(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows by owner_code, file and source_row."""
    one_file = frame["file"].n_unique() <= 1 and frame["owner_code"].n_unique() <= 1
    if one_file and frame["source_row"].is_sorted():
        return frame
    return frame.sort("owner_code", "file", "source_row", maintain_order=True)


@cache
def record_columns() -> dict[str, pl.DataType]:
    """The columns of a frame of people before the `raw_` ones: those of the table `record`, then EXTRA."""
    declared = load_tables()["record"].columns
    return {column.name: _POLARS_TYPES[column.type] for column in declared} | EXTRA


@cache
def region_table() -> RegionTable:
    """The regions of `schemas.reference`, as the standardiser takes them."""
    return RegionTable(reference.villages(), reference.districts(), reference.regencies(), reference.former_regencies())


def _people(rows: _Rows, province_code: str, first_id: int) -> pl.DataFrame:
    columns: Columns = {
        **_place_in_source(rows, first_id),
        **_identity(rows),
        **_residence(rows, province_code),
        **_welfare(rows),
        **_membership(rows),
        **_payment(rows),
    }
    source_key = {"civil_deaths": "certificate_no", "bpjs_ketenagakerjaan": "kpj"}.get(rows.kind, "card")
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
    return shaped.hstack(raw)


def _place_in_source(rows: _Rows, first_id: int) -> Columns:
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


def _identity(rows: _Rows) -> Columns:
    # A number of sixteen digits holds day and month of birth too, whatever else is said against it.
    told = lossless_digits(rows.field("nik"))["digits"]
    born = parse_dates_in_order(rows.field("birth_date"), rows.file, rows.as_of, witness=told)
    sex = standardise_sex(rows.field("sex"), rows.file)
    kk = standardise_kk(rows.field("kk"), rows.file)
    nik = standardise_nik(rows.field("nik"), born["date"], sex, reference.nik_prefixes(), kk=kk, file=rows.file)
    names = standardise_names(rows.field("name"))
    later = rows.as_of + _AHEAD

    def day(field: str) -> pl.Series:
        if not rows.has(field):
            return rows.blank(field, pl.Date())
        return parse_dates_in_order(rows.field(field), rows.file, later, born["month_first"])["date"]

    return {
        "nik": nik["nik"],
        "nik_status": nik["nik_status"],
        "kk": kk,
        "card": rows.read("card", lambda raw: standardise_number(raw, 13, rows.file)),
        "family_card": rows.read("family_card", lambda raw: standardise_number(raw, 13, rows.file)),
        "kpj": rows.read("kpj", lambda raw: standardise_number(raw, 11, rows.file)),
        **{name: names[name] for name in ("name", "name_std", "titles", "alias", "deceased_mark")},
        "sex": sex,
        "birth_date": born["date"],
        "birth_place": rows.read("birth_place", lambda raw: squeeze(raw.str.to_uppercase())),
        "status_date": day("death_date" if rows.kind == "civil_deaths" else "status_date"),
        "start_date": day("start_date"),
        "end_date": day("end_date"),
        "certificate_no": rows.read("certificate_no", squeeze),
    }


def _residence(rows: _Rows, province_code: str) -> Columns:
    table = region_table()
    address = rows.read("address", squeeze)
    neighbourhood = standardise_rt_rw(rows.field("rt"), rows.field("rw"), address)
    village = standardise_region(rows.field("village_code"), table, rows.file)
    region = standardise_region(rows.field("region_code"), table, rows.file)
    payer = rows.read("payer_code", lambda raw: standardise_region(raw, table, rows.file)["regency_code"])
    owner = standardise_region(rows.frame["owner_code"], table)["regency_code"]
    village_code = village["village_code"].fill_null(region["village_code"])
    by_name = rows.read(
        "regency_name", lambda raw: map_values(raw, lambda names: _regency_by_name(names, province_code))
    )
    regency = [village["regency_code"], region["regency_code"], by_name, payer, owner]
    regency_code = pl.select(pl.coalesce(regency)).to_series()
    if rows.has("village_name") and rows.has("district_name"):
        village_code = _villages_by_name(rows, village_code, regency_code)
    return {
        "address": address,
        "rt": neighbourhood["rt"],
        "rw": neighbourhood["rw"],
        "village_code": village_code,
        "regency_code": regency_code,
        "payer_code": payer.fill_null(owner) if rows.kind == "bpjs_kesehatan_bill" else payer,
    }


def _regency_by_name(raw: pl.Series, province_code: str) -> pl.Series:
    """Only regencies of the run's own province: a name is weaker evidence than a code."""
    regencies = reference.regencies().filter(pl.col("province_code") == province_code)
    return map_values(raw, lambda names: regency_of_name(names, regencies))


def _villages_by_name(rows: _Rows, village_code: pl.Series, regency_code: pl.Series) -> pl.Series:
    """Fills village codes from the names beside them, where a row has no usable code."""
    lacking = village_code.is_null()
    if not lacking.any():
        return village_code
    found = village_by_name(
        rows.field("village_name").filter(lacking),
        rows.field("district_name").filter(lacking),
        regency_code.filter(lacking),
        region_table(),
    )
    return village_code.scatter(lacking.arg_true(), found)


def _welfare(rows: _Rows) -> Columns:
    job = rows.field("job")
    return {
        "relation": rows.read("relation", vocabulary.standardise_relation),
        "decile": rows.read("decile", standardise_decile, pl.Int8()),
        "excluded": rows.read("excluded", standardise_flag, pl.Boolean()),
        "job": vocabulary.standardise_job(job),
        "job_as_written": squeeze(job),
    }


def _membership(rows: _Rows) -> Columns:
    columns = {name: rows.read(name, squeeze) for name in ("facility_name", "decree_no", "employer_name", "note")}
    columns |= {name: rows.read(name, _code) for name in ("facility_code", "employer_no")}
    if rows.kind in _SEGMENTS:
        columns["segment"] = _SEGMENTS[rows.kind](rows.field("segment"))
        columns["segment_as_written"] = squeeze(rows.field("segment"))
    if rows.kind in _STATUSES:
        field, rule = _STATUSES[rows.kind]
        columns["status"] = rule(rows.field(field))
    if rows.kind == "civil_deaths":
        columns["status"] = pl.repeat("MENINGGAL", rows.frame.height, eager=True)
    columns["programs"] = rows.read("programs", vocabulary.standardise_programs)
    columns["funding"] = rows.read("funding", vocabulary.standardise_funding)
    return columns


def _code(raw: pl.Series) -> pl.Series:
    """A code that is text or digits: trimmed, without the apostrophe or `.0` a spreadsheet adds."""
    return squeeze(raw).str.strip_chars_start("'").str.replace(r"^([0-9]+)\.0+$", "$1")


def _payment(rows: _Rows) -> Columns:
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


def _regency(rows: _Rows) -> pl.Series:
    codes = standardise_region(rows.field("region_code"), region_table(), rows.file)["regency_code"]
    return codes.fill_null(standardise_region(rows.frame["owner_code"], region_table())["regency_code"])


def _employers(rows: _Rows) -> pl.DataFrame:
    return rows.frame.select("owner_code", "file", "source_row").with_columns(
        business_no=_code(rows.field("business_no")),
        employer_no=_code(rows.field("employer_no")),
        employer_name=squeeze(rows.field("employer_name")),
        regency_code=_regency(rows),
        size_class=squeeze(rows.field("size_class").str.to_uppercase()),
        workers=standardise_money(rows.field("workers")),
        mean_wage=standardise_money(rows.field("mean_wage")),
    )


def _workforce(rows: _Rows) -> pl.DataFrame:
    year = rows.field("year").str.extract("([0-9]{4})").cast(pl.Int32, strict=False)
    return rows.frame.select("owner_code", "file", "source_row").with_columns(
        regency_code=_regency(rows),
        year=year,
        workers_target=standardise_money(rows.field("workers_target")),
        vulnerable_target=standardise_money(rows.field("vulnerable_target")),
    )
