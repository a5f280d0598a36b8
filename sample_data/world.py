"""`write_world`: a whole synthetic province on disk, every extract of CONTRACT section 2 and the answer."""

from dataclasses import dataclass, field, fields, replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from sample_data import (
    employment,
    files,
    more_sources,
    offices,
    plants_identity,
    plants_money,
    render,
    rows,
    truth,
    truth_identity,
    truth_money,
)
from sample_data import faults as faults_
from sample_data.common import Ints, Rng, rng_for, where
from sample_data.faults import Faults
from sample_data.identity import identities
from sample_data.names import load
from sample_data.offices import Office
from sample_data.people import World, make_world
from sample_data.plants import Mismatches, plant
from sample_data.state import State, base
from schemas.errors import UsageError

AS_OF = date(2026, 11, 20)
MIN_PEOPLE = 200
# A file of more rows comes as text whatever the office's habit; the two smallest of a kind are always workbooks.
WORKBOOK_ROWS = {"regency": 12_000, "decree": 30_000}
NIK_HEADINGS = ("NIK", "NOMOR_INDUK_KEPENDUDUKAN", "NOMOR INDUK KEPENDUDUKAN")
FILE_PATTERNS = ("regency_????.*", "decree_????.*", "bill_????_??????.csv")
FILE_NAMES = (
    *("province.csv", "bpjs_*.*", "civil_deaths.csv", "employers.csv", "workforce.csv"),
    *("letters.csv", "roster.csv", "construction.csv", "quota.csv", "claims.csv"),
)


@dataclass(frozen=True)
class WorldSummary:
    """What was written: `people`, `person_rows`, `unreadable_rows`, `rows` a kind, people a finding code."""

    folder: Path
    people: int
    person_rows: int
    unreadable_rows: int
    rows: dict[str, int]
    findings: dict[str, int]


@dataclass(frozen=True)
class _Writing:
    """What the writers share; `written` collects the true content of every row by kind."""

    folder: Path
    world: World
    state: State
    faults: Faults
    written: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    lists: dict[str, pl.DataFrame] = field(default_factory=dict)  # of the kinds that are of no person


def write_world(
    folder: Path,
    people: int,
    seed: int = 1,
    hard: bool = False,
    region: str = "banten",
    as_of: date = AS_OF,
    faults: Faults | None = None,
    mismatches: Mismatches | None = None,
) -> WorldSummary:
    """Write a synthetic province of `people` people into `folder`, and the answer into `folder/truth`.

    `region` is one of `sample_data.names.REGIONS`; `faults` overrides the preset that `hard` chooses, `mismatches`
    the rates of planted mismatches. The same arguments give the same bytes; a world written there before is
    replaced. Raises UsageError for an unknown region, too few people, or a folder with extracts of another origin.
    """
    if people < MIN_PEOPLE:
        raise UsageError(f"A sample world needs at least {MIN_PEOPLE} people, not {people}.")
    world = make_world(load(region), people, as_of, seed)
    state = base(world)
    plant(state, world, mismatches or Mismatches())
    _make_room(folder)
    writing = _Writing(folder, world, state, faults or faults_.preset(hard))
    _write_province(writing)
    _write_registers(writing, "regency", rows.regency(state, world))
    _write_registers(writing, "decree", plants_identity.paid_twice(rows.decree(state, world), state))
    _write_health(writing)
    _write_employment(writing)
    _write_deaths(writing)
    _write_more(writing)
    return _write_truth(writing)


def _make_room(folder: Path) -> None:
    """Make the folder; files of a former world whose names this one may not use again are removed.

    Raises UsageError when files of these names lie there that are of no former world: they may be real extracts.
    """
    former = (folder / "truth" / "record.csv").exists()
    for path in (path for pattern in (*FILE_PATTERNS, *FILE_NAMES) for path in folder.glob(pattern)):
        if not former:
            raise UsageError(f"The folder {folder} holds {path.name}, which is of no sample world; choose another.")
    for path in (path for pattern in FILE_PATTERNS for path in folder.glob(pattern)):
        path.unlink()
    (folder / "truth").mkdir(parents=True, exist_ok=True)


def _identities(writing: _Writing, kind: str, content: pl.DataFrame, office: Office, owner: int = -1) -> pl.DataFrame:
    rng = rng_for(writing.world.seed, "identity", kind, owner)
    who = identities(writing.world, content, writing.faults, office.care, rng)
    return plants_identity.identities(kind, content, who, writing.state, writing.world)


def _by_household(writing: _Writing, kind: str, content: pl.DataFrame) -> pl.DataFrame:
    """Rows as a village's list runs: village by village, households together, second rows anywhere."""
    rng = rng_for(writing.world.seed, "order", kind)
    who = writing.world.people[content["person"].to_numpy()]
    second = content["old"].to_numpy()
    households = writing.world.households.height
    place = rng.permutation(households)[who["household"].to_numpy()]
    place = np.where(second, rng.integers(0, households, content.height), place)
    village = np.where(second, who["village_old"].to_numpy(), who["village"].to_numpy())
    return content[np.lexsort((content["person"].to_numpy(), place, village))]


def _shuffled(writing: _Writing, kind: str, content: pl.DataFrame) -> pl.DataFrame:
    return content[rng_for(writing.world.seed, "order", kind).permutation(content.height)]


def _write_province(writing: _Writing) -> None:
    office = offices.office("province")
    content = _by_household(writing, "province", rows.province(writing.state, writing.world))
    who = _identities(writing, "province", content, office)
    frame = plants_identity.odd_codes(render.province(content, who, writing.world, office), content, writing.state)
    _save(writing, "province", content, who, frame, office, "province.csv")


def _write_registers(writing: _Writing, kind: str, content: pl.DataFrame) -> None:
    """Write the eight files of a kind that each regency sends."""
    world = writing.world
    chosen = _forms(offices.registers(world.seed), kind, content["owner"].to_numpy())
    if kind == "decree":
        chosen = _month_first(chosen, writing.faults.month_first_offices, world.seed)
    ordered = (_by_household if kind == "regency" else _shuffled)(writing, kind, content)
    for owner, (code, office) in enumerate(zip(world.places.regencies, chosen, strict=True)):
        mine = ordered.filter(pl.col("owner") == owner)
        who = _identities(writing, kind, mine, office, owner)
        if kind == "decree":
            mine, who = _retyped(mine, who, writing.faults, rng_for(world.seed, "retyped", owner))
        make = render.regency if kind == "regency" else render.decree
        suffix = "csv" if office.delimiter else "xlsx"
        _save(writing, kind, mine, who, make(mine, who, world, office), office, f"{kind}_{code}.{suffix}", owner)


def _forms(habits: tuple[Office, ...], kind: str, owner: Ints) -> tuple[Office, ...]:
    """Workbook or text for each of the eight."""
    count = np.bincount(owner, minlength=len(habits))
    smallest = np.argsort(count, kind="stable")[:2].tolist()
    return tuple(
        offices.as_workbook(office)
        if number in smallest
        else offices.as_text(office)
        if count[number] > WORKBOOK_ROWS[kind]
        else office
        for number, office in enumerate(habits)
    )


def _month_first(habits: tuple[Office, ...], wanted: int, seed: int) -> tuple[Office, ...]:
    """Some offices' spreadsheets are set to American dates."""
    chosen = rng_for(seed, "month first").permutation(len(habits))[:wanted].tolist()
    return tuple(replace(office, date="%m/%d/%Y") if n in chosen else office for n, office in enumerate(habits))


def _retyped(mine: pl.DataFrame, who: pl.DataFrame, faults: Faults, rng: Rng) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A decree is kept in a spreadsheet: card numbers lose leading zeros, long names are cut."""
    lost = rng.random(mine.height) < faults.card_zeros_lost
    shown = mine.with_columns(where(lost, mine["card"].str.strip_chars_start("0"), mine["card"]).alias("card"))
    if faults.name_width:
        who = who.with_columns(pl.col("name").str.slice(0, faults.name_width).str.strip_chars())
    return shown, who


def _write_health(writing: _Writing) -> None:
    """The participants of BPJS Kesehatan and the month's bills, which repeat what the participants' file says."""
    world = writing.world
    office = offices.office("health")
    cards = plants_money.cards(rows.cards(writing.state, world).sort("card"), writing.state, world)
    who = _identities(writing, "bpjs_kesehatan", cards, office)
    owner = pl.Series("shown_owner", rows.owner_of(world, who["village"].to_numpy()))
    shown = plants_identity.bad_numbers(cards, writing.state, "card").with_columns(who["role"], owner)
    frame = render.health(shown, who, world, office)
    _save(writing, "bpjs_kesehatan", shown, who, frame, office, "bpjs_kesehatan.txt")
    office = offices.office("bill")
    content = rows.bills(writing.state, world, cards)
    for payer, code in enumerate(world.places.regencies):
        mine = content.filter(pl.col("owner") == payer).sort("card", "covered_month", maintain_order=True)
        billed = who[mine["card_row"].to_numpy()]
        name = f"bill_{code}_{rows.period(world.as_of):%Y%m}.csv"
        _save(writing, "bpjs_kesehatan_bill", mine, billed, render.bill(mine, billed, code, office), office, name)


def _write_employment(writing: _Writing) -> None:
    world = writing.world
    office = offices.office("labour")
    firms = employment.employers(world)
    workers = employment.workers(writing.state, world, firms)
    workers = plants_money.workers(workers, writing.state, world, firms).sort("kpj")
    who = _identities(writing, "bpjs_ketenagakerjaan", workers, office)
    shown = plants_identity.bad_numbers(workers, writing.state, "kpj")
    frame = render.labour(shown, who, world, office)
    _save(writing, "bpjs_ketenagakerjaan", shown, who, frame, office, "bpjs_ketenagakerjaan.csv")
    told = firms.with_columns(pl.Series("workers", employment.reported(world, firms, workers)))
    told = pl.concat([told, employment.unregistered(world, firms)]).sort("business_no")
    listed = plants_money.employers(render.employers(told, world.places.regencies), workers, writing.state)
    _list(writing, "employers", listed, office)
    targets = render.workforce(employment.workforce(world), world.as_of)
    _list(writing, "workforce", targets, office)
    claims, content = more_sources.claims(workers, writing.state, world, office)
    _list(writing, "claims", claims, office)
    writing.lists["claims"] = content


def _list(writing: _Writing, kind: str, frame: pl.DataFrame, office: Office) -> None:
    """Write a list that is of no person, and keep it for the answer."""
    none = np.zeros(0, dtype=np.int64)
    files.write_text(frame, writing.folder / f"{kind}.csv", office, none, frame.columns[0])
    writing.lists[kind] = frame


def _write_more(writing: _Writing) -> None:
    """Letters, roster, construction projects and quotas."""
    world, state = writing.world, writing.state
    for kind, name, make, show in (
        ("letters", "deaths", more_sources.letters, more_sources.render_letters),
        ("roster", "labour", more_sources.roster, more_sources.render_roster),
    ):
        office = offices.office(name)
        content = make(state, world)
        who = _identities(writing, kind, content, office)
        _save(writing, kind, content, who, show(content, who, world, office), office, f"{kind}.csv")
    _list(writing, "construction", more_sources.construction(world, offices.office("labour")), offices.office("labour"))
    _list(writing, "quota", more_sources.quota(_readable(writing), world), offices.office("deaths"))


def _readable(writing: _Writing) -> dict[str, pl.DataFrame]:
    """The rows by kind that a reader can read."""
    return {kind: pl.concat(parts).filter("readable") for kind, parts in writing.written.items()}


def _write_deaths(writing: _Writing) -> None:
    office = offices.office("deaths")
    content = _shuffled(writing, "civil_deaths", rows.deaths(writing.state, writing.world)).sort(
        "death_date", maintain_order=True
    )
    who = _identities(writing, "civil_deaths", content, office)
    _save(writing, "civil_deaths", content, who, render.deaths(content, who, office), office, "civil_deaths.csv")


def _save(
    writing: _Writing,
    kind: str,
    content: pl.DataFrame,
    who: pl.DataFrame,
    frame: pl.DataFrame,
    office: Office,
    name: str,
    owner: int = -1,
) -> None:
    """Write one file and keep its rows' true content, and the identity they show, for the answer."""
    world = writing.world
    readable = np.ones(frame.height, dtype=np.bool_)
    if office.delimiter:
        rng = rng_for(world.seed, "unreadable", name)
        broken = files.unreadable_rows(frame.height, writing.faults.row_unreadable, rng)
        readable[broken] = False
        nik = next(column for column in frame.columns if column.upper() in NIK_HEADINGS)
        files.write_text(frame, writing.folder / name, office, broken, nik)
    else:
        regency = world.places.villages.filter(pl.col("owner") == owner)["regency_name"][0]
        files.write_workbook(frame, writing.folder / name, office, kind, regency, world.as_of)
    keep = content.drop("old").with_columns(
        pl.lit(kind).alias("source"),
        pl.lit(name).alias("file"),
        pl.Series("source_row", np.arange(1, frame.height + 1)),
        pl.Series("readable", readable),
        *truth_identity.shown(who, office, world),
    )
    writing.written.setdefault(kind, []).append(keep)


def _answer(writing: _Writing, readable: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Every finding: code, person or subject, and for those of single bill rows source, file, source_row."""
    world, lists = writing.world, writing.lists
    born = world.people.select("person", "birth_date")
    written = truth.Written(**{name.name: readable[name.name] for name in fields(truth.Written)})
    people = truth.people_of(written, born, world.as_of)
    own = truth_money.Lists(
        lists["employers"], lists["construction"], lists["quota"], lists["claims"], world.places.regencies
    )
    parts = [
        truth.findings(written, born, world.as_of),
        truth_identity.findings(readable, writing.state.marks, world.as_of),
        truth_money.findings(readable, own, people, world.as_of),
    ]
    columns = ("code", "person", "subject", "source", "file", "source_row")
    return pl.concat(parts, how="diagonal").select(columns).sort(columns)


def _write_truth(writing: _Writing) -> WorldSummary:
    """Write truth/record.csv (every person row) and truth/finding.csv (from the rows that can be read)."""
    world, folder = writing.world, writing.folder
    whole = {kind: pl.concat(parts) for kind, parts in writing.written.items()}
    readable = _readable(writing)
    found = _answer(writing, readable)
    records = pl.concat([frame.select("source", "file", "source_row", "person") for frame in whole.values()])
    number = pl.col("person").cast(pl.String).str.zfill(len(str(world.people.height)))
    opaque = (pl.lit("P") + number).alias("person")
    records.sort("source", "file", "source_row").with_columns(opaque).write_csv(folder / "truth" / "record.csv")
    found = found.with_columns(pl.coalesce("subject", opaque).alias("person")).drop("subject")
    found.write_csv(folder / "truth" / "finding.csv")
    counted = found.group_by("code").agg(pl.col("person").n_unique()).sort("code")
    return WorldSummary(
        folder=folder,
        people=world.people.height,
        person_rows=records.height,
        unreadable_rows=records.height - sum(frame.height for frame in readable.values()),
        rows={kind: frame.height for kind, frame in whole.items()},
        findings=dict(zip(counted["code"], counted["person"], strict=True)),
    )
