"""An office with a form that nobody has seen: one TOML file beside the configuration and no Python."""

import json
from pathlib import Path

import polars as pl
import pytest

from flows.reading import read_file
from flows.standardise import standardise
from schemas import reference
from schemas.layouts import load_layouts
from tests.flows.nights import AS_OF, asked, only, padan

pytestmark = pytest.mark.long

FILE = "WARGA LEBAK.csv"
LAYOUT = """\
name = "lebak"
like = "regency"

[[column]]
field = "decile"
heading = "Peringkat"

[[column]]
field = "name"
heading = "Sebutan Warga"

[[column]]
field = "sex"
heading = "Golongan"
values = { "JAWARA" = "L", "putri" = "P" }

[[column]]
field = "birth_date"
heading = "Lahir Pada"
pattern = "%Y/%d/%m"

[[column]]
field = "status"
heading = "Kabar"
values = { "A" = "HIDUP", "B" = "MENINGGAL", "C" = "PINDAH" }

[[column]]
field = "nik"
heading = "Identitas"

[[column]]
field = "village_code"
heading = "Kampung"
"""
COMPARED = "nik, nik_status, name_std, sex, birth_date, village_code, regency_code, decile, status"


@pytest.fixture
def odd_world(world: Path) -> Path:
    """The small world with the register of Lebak in a form of its own, and no source for it in the configuration."""
    only(world, "province", "regency", "bpjs_kesehatan")
    source = next(world.glob("regency_3602.*"))
    frame = read_file(source, load_layouts().values()).frame
    assert frame is not None
    kept = frame.select(pl.lit("3602").alias("owner_code"), pl.lit("a").alias("file"), pl.all())
    record = standardise({"regency": kept}, "36", pl.Series([AS_OF]).str.to_date()[0])["regency"]
    odd = pl.DataFrame(
        {
            "Peringkat": frame["decile"],
            "Sebutan Warga": frame["name"],
            "Golongan": record["sex"].replace({"L": "Jawara", "P": "PUTRI"}),
            "Lahir Pada": record["birth_date"].dt.strftime("%Y/%d/%m"),
            "Kabar": record["status"].replace({"HIDUP": "a", "MENINGGAL": "b", "PINDAH": "c"}),
            "Identitas": frame["nik"],
            "Kampung": frame["village_code"],
        }
    )
    (world / FILE).write_text("DINAS SOSIAL;KABUPATEN LEBAK\n\n" + odd.write_csv(separator=";"), encoding="utf-8")
    source.unlink()
    config = world / "padan.toml"
    head, *sources = config.read_text(encoding="utf-8").split("\n[[source]]\n")
    rest = [text for text in sources if source.name not in text]
    assert len(rest) == len(sources) - 1
    config.write_text("\n[[source]]\n".join([head, *rest]), encoding="utf-8")
    return world


def _lebak(folder: Path) -> list[tuple[object, ...]]:
    where = "source = 'regency' AND owner_code = '3602'"
    return asked(folder, f"SELECT {COMPARED} FROM record WHERE {where} ORDER BY ALL")


def test_a_new_regency_with_an_unseen_layout_is_one_file(odd_world: Path, first_night: Path) -> None:
    (odd_world / "layouts").mkdir()
    (odd_world / "layouts" / "lebak.toml").write_text(LAYOUT, encoding="utf-8")
    with (odd_world / "padan.toml").open("a", encoding="utf-8") as config:
        config.write(f'\n[[source]]\nkind = "regency"\nlayout = "lebak"\npath = {json.dumps(FILE)}\n')
    told = padan("run", odd_world)
    assert told.code == 0, told.err
    assert _lebak(odd_world) == _lebak(first_night)
    assert asked(odd_world, f"SELECT owner_code, rows_quarantined FROM source_file WHERE file = '{FILE}'") == [
        ("3602", asked(first_night, "SELECT rows_quarantined FROM source_file WHERE file LIKE 'regency_3602%'")[0][0])
    ]


def test_init_proposes_a_layout_and_no_run_reads_by_it_until_a_person_has_checked_it(
    odd_world: Path, first_night: Path
) -> None:
    told = padan("init", odd_world)
    assert told.code == 0, told.err
    proposal = odd_world / "layouts" / "warga_lebak.toml"
    assert str(proposal) in told.out
    text = proposal.read_text(encoding="utf-8")
    assert "checked = false" in text
    refused = padan("run", odd_world)
    assert refused.code == 2
    assert refused.sentence == (
        "The layout 'warga_lebak' is a proposal that nobody has checked yet: look at each column in "
        "layouts/warga_lebak.toml, correct it, and set checked = true there"
    )
    assert padan("check", odd_world).code == 2
    again = padan("init", odd_world)
    assert "layouts/warga_lebak.toml: a run refuses it until checked = true stands there" in again.out
    # What a person does: gives the office's codes their meaning and the dates their order, and says it is checked.
    proposal.write_text(_checked(text), encoding="utf-8")
    assert padan("init", odd_world).code == 0
    config = odd_world / "padan.toml"
    assert 'layout = "warga_lebak"' in config.read_text(encoding="utf-8")
    config.write_text(
        config.read_text(encoding="utf-8").replace("[run]\n", f'[run]\nas_of = "{AS_OF}"\n'), encoding="utf-8"
    )
    only(odd_world, "province", "regency", "bpjs_kesehatan")
    told = padan("run", odd_world)
    assert told.code == 0, told.err
    assert _lebak(odd_world) == _lebak(first_night)


def _checked(text: str) -> str:
    """The proposal as a person leaves it who knows what the office's codes and dates mean."""
    said = {
        "Golongan": 'field = "sex"\nvalues = { "Jawara" = "L", "PUTRI" = "P" }',
        "Kabar": 'field = "status"\nvalues = { "a" = "HIDUP", "b" = "MENINGGAL", "c" = "PINDAH" }',
        "Lahir Pada": 'field = "birth_date"\npattern = "%Y/%d/%m"',
    }
    head, *blocks = text.replace("checked = false", "checked = true").split("\n\n# ")
    others = [block for block in blocks if not any(f'heading = "{heading}"' in block for heading in said)]
    assert len(others) == len(blocks) - len(said)
    own = [f'[[column]]\nheading = "{heading}"\n{settings}\n' for heading, settings in said.items()]
    return "\n\n".join([head, *(f"# {block}" for block in others), *own])


def test_a_file_of_bps_codes_becomes_villages_of_kemendagri(odd_world: Path, first_night: Path) -> None:
    file = odd_world / FILE
    bridge = reference.villages().select("village_code", "bps_code").drop_nulls()
    lines = file.read_text(encoding="utf-8").splitlines()
    table = pl.read_csv("\n".join(lines[2:]).encode(), separator=";", infer_schema=False)
    coded = table.with_columns(pl.col("Kampung").replace_strict(dict(bridge.rows()), default=None))
    assert coded["Kampung"].null_count() < coded.height / 4
    file.write_text(coded.write_csv(separator=";"), encoding="utf-8")
    (odd_world / "layouts").mkdir()
    (odd_world / "layouts" / "lebak.toml").write_text(LAYOUT, encoding="utf-8")
    with (odd_world / "padan.toml").open("a", encoding="utf-8") as config:
        config.write(f'\n[[source]]\nkind = "regency"\nlayout = "lebak"\npath = {json.dumps(FILE)}\n')
    told = padan("check", odd_world)
    assert told.code == 0, told.out
    assert padan("run", odd_world).code == 0
    villages = "SELECT DISTINCT village_code FROM record WHERE source = 'regency' AND owner_code = '3602'"
    found = {code for (code,) in asked(odd_world, villages)} - {None}
    assert found == {code for (code,) in asked(first_night, villages)} & set(bridge["village_code"])


def test_villages_by_name_are_found_or_proposed_and_never_taken_for_alike(odd_world: Path) -> None:
    file = odd_world / FILE
    names = dict(reference.villages().select("village_code", "village_name").rows())
    table = pl.read_csv(
        "\n".join(file.read_text(encoding="utf-8").splitlines()[2:]).encode(), separator=";", infer_schema=False
    )
    once = reference.villages().filter(pl.col("regency_code") == "3602")["village_name"]
    alone = once.filter(once.is_unique()).to_list()
    named = table.with_columns(pl.col("Kampung").replace_strict(names, default=None)).filter(
        pl.col("Kampung").is_in(alone)
    )
    first = named["Kampung"][0]
    rows = named.height
    wrong = named.with_columns(
        pl.when(pl.int_range(rows) == 0).then(pl.lit(first + "X")).otherwise("Kampung").alias("Kampung")
    )
    file.write_text(wrong.write_csv(separator=";"), encoding="utf-8")
    (odd_world / "layouts").mkdir()
    (odd_world / "layouts" / "lebak.toml").write_text(
        LAYOUT.replace('field = "village_code"', 'field = "village_name"'), encoding="utf-8"
    )
    with (odd_world / "padan.toml").open("a", encoding="utf-8") as config:
        config.write(f'\n[[source]]\nkind = "regency"\nlayout = "lebak"\npath = {json.dumps(FILE)}\nowner = "3602"\n')
    told = padan("check", odd_world)
    assert told.code == 0, told.out
    assert f"1  regency {FILE}, baris / rows 1: mungkin / perhaps {first}" in told.out
    assert first + "X" not in told.out
    assert padan("run", odd_world).code == 0
    lebak = "source = 'regency' AND owner_code = '3602'"
    counted = f"SELECT village_basis, count(*) FROM record WHERE {lebak} GROUP BY ALL ORDER BY ALL"
    assert asked(odd_world, counted) == [("name", rows - 1), ("not_found", 1)]
