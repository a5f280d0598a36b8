"""From a register's rows to the columns of its file, headings and all, as the office writes them."""

from datetime import date

import numpy as np
import polars as pl

from sample_data import jobs, offices
from sample_data.common import strings
from sample_data.offices import MONTHS, Office
from sample_data.people import World

# by role: HEAD, SPOUSE, CHILD, PARENT, RELATIVE
RELATIONS = ("KEPALA KELUARGA", "ISTRI", "ANAK", "ORANG TUA", "FAMILI LAIN")
DTSEN_RELATIONS = ("Kepala keluarga", "Istri/suami", "Anak", "Orang tua/mertua", "Famili lain")
JKN_RELATIONS = ("1", "3", "4", "5", "5")
RELATION_NUMBERS = ("1", "3", "4", "7", "9")


SIZES, SIZE_LIMITS = ("MIKRO", "KECIL", "MENENGAH", "BESAR"), (5, 20, 100)  # by workers


def _text(values: pl.Series) -> pl.Series:
    return values.cast(pl.String).fill_null("")


def _jobs(values: pl.Series, short: bool) -> pl.Series:
    words = jobs.SHORT_WORDS if short else jobs.WORDS
    return words.gather(values).fill_null("")


def _place(world: World, village: pl.Series, column: str) -> pl.Series:
    return world.places.villages[column].gather(village)


def _regency_names(names: pl.Series) -> pl.Series:
    return names.str.replace("^Kabupaten ", "KAB. ").str.to_uppercase()


def province(rows: pl.DataFrame, who: pl.DataFrame, world: World, office: Office) -> pl.DataFrame:
    """The 19 columns of the DTSEN by-name file."""
    prefix = world.setting["province"]
    return pl.DataFrame(
        {
            "id_keluarga": prefix + rows["family_id"].cast(pl.String).str.zfill(10),
            "nomor_kartu_keluarga": who["kk"],
            "nomor_induk_kependudukan": who["nik"],
            "nama": offices.names(who["name"], office),
            "jenis_kelamin": offices.sexes(who["sex"], office),
            "tempat_lahir": who["birth_place"].str.to_uppercase(),
            "tanggal_lahir": offices.dates(who["birth_date"], office.date),
            "alamat": who["address"].str.to_uppercase(),
            "rt": offices.blocks(who["rt"], office),
            "rw": offices.blocks(who["rw"], office),
            "kode_wilayah": offices.codes(_place(world, who["village"], "village_code"), office),
            "nama_desa_kelurahan": _place(world, who["village"], "village_name").str.to_uppercase(),
            "nama_kecamatan": _place(world, who["village"], "district_name").str.to_uppercase(),
            "nama_kabupaten_kota": _regency_names(_place(world, who["village"], "regency_name")),
            "desil_nasional": _text(rows["decile"]),
            "status_exclude": _text(rows["excluded"].cast(pl.Int8)),
            "pekerjaan": _jobs(rows["job"], office.short_jobs),
            "hub_keluarga": strings(DTSEN_RELATIONS).gather(who["role"]),
            "status_hidup": strings(("Hidup", "Meninggal")).gather(rows["dead"].cast(pl.Int64)),
        }
    )


def regency(rows: pl.DataFrame, who: pl.DataFrame, world: World, office: Office) -> pl.DataFrame:
    """The 17 columns of a regency's verified register."""
    relations = RELATION_NUMBERS if office.relation == "numbers" else RELATIONS
    columns = {
        "NO": pl.Series(np.arange(1, rows.height + 1)),
        "NO_KK": who["kk"],
        "NIK": who["nik"],
        "NAMA_LGKP": offices.names(who["name"], office),
        "JENIS_KLMIN": offices.sexes(who["sex"], office),
        "TMPT_LHR": offices.names(who["birth_place"], office),
        "TGL_LHR": offices.dates(who["birth_date"], office.date),
        "STAT_HBKEL": strings(relations).gather(who["role"]),
        "ALAMAT": offices.names(who["address"], office),
        "NO_RT": offices.blocks(who["rt"], office),
        "NO_RW": offices.blocks(who["rw"], office),
        "KODE_DESA": offices.codes(_place(world, who["village"], "village_code"), office),
        "DESIL": rows["decile"],
        "PEKERJAAN": _jobs(rows["job"], office.short_jobs),
        "STATUS": rows["status"],
        "TGL_STATUS": offices.dates(rows["status_date"], office.date),
        "KET": rows["note"],
    }
    return pl.DataFrame({offices.heading(name, office.headings): values for name, values in columns.items()})


def decree(rows: pl.DataFrame, who: pl.DataFrame, world: World, office: Office) -> pl.DataFrame:
    """The 8 columns of a regency's decree; `rows` has `card` as the list carries it."""
    columns = {
        "NO": pl.Series(np.arange(1, rows.height + 1)),
        "PSNOKA": rows["card"],
        "NIK": who["nik"],
        "NAMA": offices.names(who["name"], office),
        "TGL_LAHIR": offices.dates(who["birth_date"], office.date),
        "KODE_DESA": offices.codes(_place(world, who["village"], "village_code"), office),
        "NO_SK": rows["decree_no"],
        "TMT": offices.dates(rows["start_date"], office.date),
    }
    return pl.DataFrame({offices.heading(name, office.headings): values for name, values in columns.items()})


def health(rows: pl.DataFrame, who: pl.DataFrame, world: World, office: Office) -> pl.DataFrame:
    """The 17 columns of BPJS Kesehatan's participants."""
    district = _place(world, who["village"], "district_code")
    return pl.DataFrame(
        {
            "PSNOKA": rows["card"],
            "NOKA": rows["family_card"],
            "NIK": who["nik"],
            "NOKK": who["kk"],
            "NAMA": offices.names(who["name"], office),
            "JENKEL": offices.sexes(who["sex"], office),
            "TMPLHR": who["birth_place"].str.to_uppercase(),
            "TGLLHR": offices.dates(who["birth_date"], office.date),
            "KDHUBKEL": strings(JKN_RELATIONS).gather(who["role"]),
            "SEGMEN": rows["segment"],
            "STATUS": rows["status"],
            "TMT": offices.dates(rows["start_date"], office.date),
            "TAT": offices.dates(rows["end_date"], office.date),
            "TGLNONAKTIF": offices.dates(rows["off_date"], office.date),
            "KDFKTP": district + "01",
            "NMFKTP": "PKM " + _place(world, who["village"], "district_name").str.to_uppercase(),
            "KDWIL": _place(world, who["village"], "regency_code"),
        }
    )


def bill(rows: pl.DataFrame, who: pl.DataFrame, payer: str, office: Office) -> pl.DataFrame:
    """The 12 columns of the month's bill to one regency."""
    billed = rows["billed_month"]
    same = np.zeros(rows.height, dtype=np.int64)
    return pl.DataFrame(
        {
            "PSNOKA": rows["card"],
            "NOKA": rows["family_card"],
            "NIK": who["nik"],
            "NAMA": offices.names(who["name"], office),
            "TGLLHR": offices.dates(who["birth_date"], office.date),
            "SEGMEN": strings(("PBPU PEMDA",)).gather(same),
            "BLNTAG": rows["covered_month"].dt.strftime("%Y%m"),
            "BULAN": strings(MONTHS).gather(billed.dt.month().cast(pl.Int64) - 1).str.to_uppercase(),
            "TAHUN": _text(billed.dt.year()),
            "IURAN": _text(rows["amount"]),
            "BANTUAN_IURAN_PUSAT": _text(rows["central_aid"]),
            "KDPEMDA": strings((payer,)).gather(same),
        }
    )


def labour(rows: pl.DataFrame, who: pl.DataFrame, world: World, office: Office) -> pl.DataFrame:
    """The 15 columns of BPJS Ketenagakerjaan's workers."""
    return pl.DataFrame(
        {
            "KPJ": rows["kpj"],
            "NIK": who["nik"],
            "NAMA_TK": offices.names(who["name"], office),
            "TGL_LAHIR": offices.dates(who["birth_date"], office.date),
            "JENIS_KELAMIN": offices.sexes(who["sex"], office),
            "KODE_SEGMEN": rows["segment"],
            "PROGRAM": rows["programs"],
            "NPP": rows["employer_no"],
            "NAMA_PERUSAHAAN": rows["employer_name"].str.to_uppercase(),
            "UPAH": _text(rows["wage"]),
            "TGL_KEPESERTAAN": offices.dates(rows["start_date"], office.date),
            "BLTH_AKHIR": rows["paid_until"].dt.strftime("%m-%Y"),
            "STATUS": rows["status"],
            "SUMBER_IURAN": rows["funding"],
            "KODE_WILAYAH": _place(world, who["village"], "regency_code"),
        }
    )


def deaths(rows: pl.DataFrame, who: pl.DataFrame, office: Office) -> pl.DataFrame:
    """The 5 columns of the civil registry's death certificates."""
    return pl.DataFrame(
        {
            "NIK": who["nik"],
            "NAMA_LGKP": offices.names(who["name"], office),
            "TGL_LHR": offices.dates(who["birth_date"], office.date),
            "TGL_MATI": offices.dates(rows["death_date"], office.date),
            "NO_AKTA": rows["certificate_no"],
        }
    )


def employers(frame: pl.DataFrame, codes: tuple[str, ...]) -> pl.DataFrame:
    """The 7 columns of the employers' compulsory report."""
    size = strings(SIZES).gather(np.searchsorted(SIZE_LIMITS, frame["workers"].to_numpy(), side="right"))
    return pl.DataFrame(
        {
            "NIB": frame["business_no"],
            "NPP": frame["employer_no"],
            "NAMA_PERUSAHAAN": frame["employer_name"].str.to_uppercase(),
            "KODE_WILAYAH": strings(codes).gather(frame["owner"]),
            "SKALA": size,
            "JUMLAH_TK": _text(frame["workers"]),
            "RATA_UPAH": _text(frame["mean_wage"]),
        }
    )


def workforce(frame: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The 4 columns of the workers to be covered."""
    return pl.DataFrame(
        {
            "KODE_WILAYAH": frame["region"],
            "TAHUN": [str(as_of.year)] * frame.height,
            "SASARAN_PEKERJA": _text(frame["workers"]),
            "SASARAN_PEKERJA_RENTAN": _text(frame["vulnerable"]),
        }
    )
