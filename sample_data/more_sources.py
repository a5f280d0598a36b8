"""Five sources that a province may have or lack: letters, roster, construction projects, quotas, claims.

What they hold follows from the state and from the rows that were written before them; the office's habits are those of
a source that comes in the same form.
"""

from collections.abc import Mapping

import numpy as np
import polars as pl

from sample_data import numbers
from sample_data.common import Bools, Ints, Rng, rng_for, strings, where
from sample_data.offices import MONTHS, Office, dates, names
from sample_data.people import World
from sample_data.rows import frame, period
from sample_data.state import ACTIVE, INACTIVE, PBI, State

# fmt: off
FACILITIES = ("RSUD", "RS Bhakti", "RS Mitra", "Puskesmas")
OFFICES = (
    "Dinas Pekerjaan Umum", "Dinas Pendidikan", "Dinas Kesehatan", "Satpol PP", "Sekretariat Daerah",
    "Dinas Perhubungan",
)
STAFF = (
    ("Honorer", "Petugas Kebersihan"), ("Honorer", "Sopir"), ("Guru Honorer", "Guru"), ("Perangkat Desa", "Kaur"),
    ("Kader", "Kader Posyandu"),
)
WORKS = (
    "Rehabilitasi Jalan", "Pembangunan Jembatan", "Saluran Irigasi", "Gedung Puskesmas", "Ruang Kelas Baru", "Drainase",
)
CONTRACTORS = ("CV Karya Utama", "PT Bangun Persada", "CV Sinar Beton", "PT Graha Teknik")
# fmt: on
STAFF_SHARE = 0.008  # of the people, on the roster; half of them insured
PEOPLE_A_PROJECT, PROJECTS = 1500, 32
UNREGISTERED, ENDED, NOT_BEGUN = 0.4, 0.15, 0.08


def letters(state: State, world: World) -> pl.DataFrame:
    """letter_no, letter_date, card, facility: of the people of EL07, of others who need none, some of them twice."""
    rng = rng_for(world.seed, "rows", "letters")
    planted = state.planted["EL07"]
    alive = ~state.dead
    off = np.flatnonzero(alive & (state.segment == PBI) & (state.status == INACTIVE))
    well = np.flatnonzero(alive & (state.status == ACTIVE) & (state.segment == PBI))
    others = np.concatenate(
        [rng.permutation(part)[: max(3, len(planted) // 4)] for part in (np.setdiff1d(off, planted), well)]
    )
    again = planted[: len(planted) // 8]
    person = np.concatenate([planted, again, others])
    today = np.datetime64(world.as_of, "D")
    since = np.where(np.isnat(state.off_date[person]), today - np.timedelta64(60, "D"), state.off_date[person])
    # One in six of the others is of before the deactivation: care that was given then.
    early = np.isin(person, others) & (rng.random(len(person)) < 0.17)
    days = (rng.random(len(person)) * (today - since).astype(np.int64)).astype(np.int64)
    date = np.where(early, since - np.timedelta64(30, "D"), since + days.astype("timedelta64[D]"))
    known = rng.random(len(person)) < 0.8
    card = numbers.card(person * 2)
    serial = pl.Series(np.arange(1, len(person) + 1)).cast(pl.String).str.zfill(4)
    return frame(
        person,
        -1,
        False,
        letter_no="445/" + serial + "/RS",
        letter_date=date,
        card=where(known, card, card.str.slice(0, 0)),
        facility=strings(FACILITIES).gather(rng.integers(0, len(FACILITIES), len(person))),
    )


def render_letters(rows: pl.DataFrame, who: pl.DataFrame, world: World, office: Office) -> pl.DataFrame:
    """The 9 columns of the register of letters."""
    regency = world.places.villages["regency_name"].gather(who["village"]).str.replace("^(Kabupaten|Kota) ", "")
    return pl.DataFrame(
        {
            "NO_SURAT": rows["letter_no"],
            "TGL_SURAT": dates(rows["letter_date"], office.date),
            "PSNOKA": rows["card"],
            "NIK": who["nik"],
            "NAMA": names(who["name"], office),
            "TGL_LAHIR": dates(who["birth_date"], office.date),
            "KDFASKES": "R" + pl.Series(rows["person"] % 97).cast(pl.String).str.zfill(4),
            "NMFASKES": rows["facility"] + " " + regency,
            "KODE_DESA": world.places.villages["village_code"].gather(who["village"]),
        }
    )


def roster(state: State, world: World) -> pl.DataFrame:
    """unit, group, job, start_date: people of working age, about half of them insured."""
    rng = rng_for(world.seed, "rows", "roster")
    age = world.people["age"].to_numpy()
    grown = ~state.dead & (age >= 20) & (age < 58)
    wanted = max(24, round(STAFF_SHARE * len(age)))
    insured = _some(rng, grown & state.tk_active, wanted // 2)
    person = np.sort(np.concatenate([insured, _some(rng, grown & ~state.tk_active, wanted - wanted // 2)]))
    kind = rng.integers(0, len(STAFF), len(person))
    began = np.datetime64(world.as_of, "M") - rng.integers(3, 120, len(person)).astype("timedelta64[M]")
    return frame(
        person,
        -1,
        False,
        unit=strings(OFFICES).gather(rng.integers(0, len(OFFICES), len(person))),
        group=strings([group for group, _ in STAFF]).gather(kind),
        job=strings([job for _, job in STAFF]).gather(kind),
        start_date=began.astype("datetime64[D]"),
    )


def _some(rng: Rng, candidates: Bools, wanted: int) -> Ints:
    chosen: Ints = rng.permutation(np.flatnonzero(candidates))[:wanted].astype(np.int64)
    return chosen


def render_roster(rows: pl.DataFrame, who: pl.DataFrame, world: World, office: Office) -> pl.DataFrame:
    """The 9 columns of the roster."""
    return pl.DataFrame(
        {
            "NIK": who["nik"],
            "NAMA": names(who["name"], office),
            "TGL_LAHIR": dates(who["birth_date"], office.date),
            "JENIS_KELAMIN": strings((*office.sex, "")).gather(who["sex"].cast(pl.Int64) % 3),
            "OPD": rows["unit"],
            "JENIS_PEGAWAI": rows["group"],
            "JABATAN": rows["job"],
            "TMT": dates(rows["start_date"], office.date),
            "KODE_WILAYAH": world.places.villages["village_code"].gather(who["village"]),
        }
    )


def construction(world: World, office: Office) -> pl.DataFrame:
    """The 9 columns of the list of projects."""
    rng = rng_for(world.seed, "construction")
    count = max(PROJECTS, world.people.height // PEOPLE_A_PROJECT)
    today = np.datetime64(world.as_of, "D")
    fate = rng.random(count)
    ended, to_come = fate < ENDED, fate > 1 - NOT_BEGUN
    begin = today + np.where(to_come, 1, -1) * rng.integers(5, 150, count).astype("timedelta64[D]")
    begin = np.where(ended, begin - np.timedelta64(300, "D"), begin)
    end = np.where(
        ended, begin + np.timedelta64(120, "D"), today + rng.integers(0, 200, count).astype("timedelta64[D]")
    )
    end = np.maximum(end, begin)
    serial = pl.Series(np.arange(1, count + 1)).cast(pl.String)
    number = 2_300_000_000_000 + rng.permutation(count) * 7919
    registered = rng.random(count) >= UNREGISTERED
    return pl.DataFrame(
        {
            "NO_KONTRAK": "600/" + serial + "/SPK/" + str(world.as_of.year),
            "NAMA_PAKET": strings(WORKS).gather(rng.integers(0, len(WORKS), count)) + " Paket " + serial,
            "OPD": strings(["Dinas Pekerjaan Umum"] * count),
            "PENYEDIA": strings(CONTRACTORS).gather(rng.integers(0, len(CONTRACTORS), count)),
            "NILAI_KONTRAK": pl.Series(rng.integers(40, 9000, count) * 1_000_000).cast(pl.String),
            "TGL_MULAI": dates(pl.Series(begin), office.date),
            "TGL_SELESAI": dates(pl.Series(end), office.date),
            "KODE_WILAYAH": strings(world.places.regencies).gather(rng.integers(0, 8, count)),
            "NO_JAKON": where(registered, pl.Series(number).cast(pl.String), strings([""] * count)),
        }
    )


def quota(written: Mapping[str, pl.DataFrame], world: World) -> pl.DataFrame:
    """The 5 columns of the quotas: of each regency and segment what is there, fewer, a little more or far more."""
    month = period(world.as_of)
    rows = []
    for number, code in enumerate(world.places.regencies):
        for segment, count in (("PBI JK", active_pbi(written)), ("PBPU PEMDA", billed_heads(written, world))):
            there = count.get(number, 0)
            change = (-max(1, there // 20), 0, max(2, there // 10), there // 200)[(number + len(segment)) % 4]
            rows.append((code, segment, MONTHS[month.month - 1].upper(), str(month.year), str(there + change)))
    return pl.DataFrame(rows, schema=["KODE_WILAYAH", "SEGMEN", "BULAN", "TAHUN", "KUOTA"], orient="row")


def active_pbi(written: Mapping[str, pl.DataFrame]) -> dict[int, int]:
    """Regency (0-7) -> active PBI cards whose file says so; the region is that of the village shown."""
    cards = written["bpjs_kesehatan"].filter((pl.col("segment") == "PBI JK") & (pl.col("status") == "AKTIF"))
    return dict(cards.group_by("shown_owner").agg(pl.col("card").n_unique()).rows())


def billed_heads(written: Mapping[str, pl.DataFrame], world: World) -> dict[int, int]:
    """Regency (0-7) -> cards billed to it for the month of the bill."""
    month = period(world.as_of)
    bills = written["bpjs_kesehatan_bill"].filter(pl.col("covered_month") == month)
    return dict(bills.group_by("owner").agg(pl.col("card").n_unique()).rows())


def claims(workers: pl.DataFrame, state: State, world: World, office: Office) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The 5 columns of the claims, and their true content (person, kpj, program, claim_date; named: it has the NIK).

    A third of the heirs of TK08 have claimed JKM, an eighth of the others an injury (JKK) before the death; some living
    members have claimed JHT.
    """
    rng = rng_for(world.seed, "claims")
    dead = workers.filter(pl.col("person").is_in(state.planted["TK08"]))
    died = world.people["death_date"].gather(dead["person"])
    kind = np.arange(dead.height) % 24
    some = workers.filter(~pl.col("person").is_in(state.planted["TK08"])).gather_every(40)
    content = pl.concat(
        [
            _claims(dead, died.dt.offset_by("30d"), "JKM", kind % 3 == 1),
            _claims(dead, died.dt.offset_by("-200d"), "JKK", kind == 2),
            _claims(some, some["paid_until"], "JHT", np.ones(some.height, dtype=np.bool_)),
        ]
    )
    known = rng.random(content.height) < 0.97
    shown = pl.DataFrame(
        {
            "KPJ": content["kpj"],
            "NIK": where(known, world.people["nik"].gather(content["person"]), strings([""] * content.height)),
            "PROGRAM_KLAIM": content["program"],
            "TGL_KLAIM": dates(content["claim_date"], office.date),
            "NOMINAL_KLAIM": content["program"].replace_strict({"JKM": "42000000", "JKK": "3500000", "JHT": "8000000"}),
        }
    )
    return shown, content.with_columns(named=pl.Series(known))


def _claims(workers: pl.DataFrame, day: pl.Series, program: str, chosen: Bools) -> pl.DataFrame:
    rows = workers.select("person", "kpj", pl.lit(program).alias("program"), day.cast(pl.Date).alias("claim_date"))
    return rows.filter(pl.Series(chosen))
