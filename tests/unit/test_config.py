"""The configuration: what is accepted, and the one sentence for each mistake."""

from datetime import date
from pathlib import Path

import pytest

from flows.config import REQUIRED, load
from schemas.errors import UsageError

RUN = '[run]\nprovince = "36"\n'
SOURCE = '[[source]]\nkind = "province"\npath = "dtsen.csv"\n'


def _write(folder: Path, text: str) -> Path:
    path = folder / "padan.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_defaults(tmp_path: Path) -> None:
    config = load(_write(tmp_path, RUN + SOURCE))
    assert (config.run.as_of, config.run.output, config.run.keep) == (None, "out", 7)
    assert config.gates.required == REQUIRED
    assert (config.gates.max_drop, config.gates.max_quarantine) == (0.30, 0.20)
    assert (config.match.link, config.match.review) == (0.50, 0.20)
    assert config.folder == tmp_path.resolve()
    assert config.output_folder == (tmp_path / "out").resolve()
    assert [(s.kind, s.layout, s.path, s.owner) for s in config.sources] == [("province", None, "dtsen.csv", None)]


def test_everything_set(tmp_path: Path) -> None:
    text = (
        '[run]\nprovince = "51"\nas_of = "2026-11-20"\noutput = "../hasil"\nkeep = 2\n'
        '[gates]\nrequired = ["province"]\nmax_drop = 0\nmax_quarantine = 1.0\n[match]\nlink = 0.95\nreview = 0.95\n'
        '[[source]]\nkind = "regency"\nlayout = "regency"\npath = "*.xlsx"\nowner = "5101"\n'
    )
    config = load(_write(tmp_path, text))
    assert config.run.as_of == date(2026, 11, 20)
    assert config.output_folder == tmp_path.resolve().parent / "hasil"
    assert config.gates.required == ("province",)
    assert config.sources[0].owner == "5101"


def test_a_folder_means_its_configuration_and_a_mark_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "padan.toml").write_text(RUN + "as_of = 2026-11-20\n" + SOURCE, encoding="utf-8-sig")
    assert load(tmp_path).run.as_of == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x =", "is not valid TOML"),
        (SOURCE, "the table [run] is missing"),
        (RUN, "there is no [[source]]"),
        ("[run]\n" + SOURCE, "the setting run.province is missing"),
        ('[run]\nprovince = "36"\nkep = 3\n' + SOURCE, "the setting run.kep is unknown; did you mean keep"),
        ("[run]\nprovince = 36\n" + SOURCE, "the setting run.province is wrong: it should be a valid string"),
        ('[run]\nprovince = "361"\n' + SOURCE, "a region code of 2 digits"),
        (RUN + 'keep = "3"\n' + SOURCE, "the setting run.keep is wrong: it should be a valid integer"),
        (RUN + "keep = 0\n" + SOURCE, "the setting run.keep is wrong"),
        (RUN + 'as_of = "20/11/2026"\n' + SOURCE, "the setting run.as_of is wrong: it must be a date like 2026-11-20"),
        (RUN + "as_of = 2026-11-20T01:00:00\n" + SOURCE, "the setting run.as_of is wrong: it must be a date"),
        (RUN + 'output = ""\n' + SOURCE, "the setting run.output is wrong"),
        (RUN + "[gate]\n" + SOURCE, "the setting gate is unknown; did you mean gates"),
        (RUN + "[gates]\nmax_drop = 30\n" + SOURCE, "the setting gates.max_drop is wrong"),
        (RUN + "[gates]\nmax_drop = nan\n" + SOURCE, "the setting gates.max_drop is wrong"),
        (RUN + '[gates]\nrequired = ["provins"]\n' + SOURCE, "did you mean province"),
        (RUN + "[match]\nlink = 0.2\nreview = 0.3\n" + SOURCE, "match.review must not be above match.link"),
        (RUN + SOURCE + "kinds = 3\n", "the setting kinds of source 1 is unknown; did you mean kind"),
        (RUN + SOURCE.replace('"province"', '"provinsi"'), "the kind of source 1 is 'provinsi'"),
        (RUN + '[[source]]\nkind = "regency"\n', "the setting path of source 1 is missing"),
        (RUN + SOURCE + 'owner = "Lebak"\n', "the setting owner of source 1 is wrong"),
        (RUN + SOURCE + 'layout = "dtsen"\n', "the layout of source 1 is 'dtsen'"),
        (RUN + SOURCE + 'layout = "regency"\n', "is for the kind 'regency', not 'province'"),
        (RUN + SOURCE.replace("dtsen.csv", "sftp://host/x"), "must be a file or a glob, not an address"),
        (
            RUN + SOURCE + "[report]\nsmall_cells = 2\n",
            "report.small_cells is wrong: it must be 0 (nothing is hidden) or",
        ),
        (RUN + SOURCE + "[report]\nsmall_cells = -5\n", "the setting report.small_cells is wrong"),
        ('path = "x"\n' + RUN + SOURCE, "the setting path is unknown"),
        ("run = 3\n" + SOURCE, "the setting run is wrong"),
        ("source = 3\n" + RUN, "the setting source is wrong"),
    ],
)
def test_each_mistake_is_one_sentence_that_names_file_and_setting(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(UsageError, match=r"padan\.toml") as raised:
        load(_write(tmp_path, text))
    sentence = str(raised.value)
    assert told in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert raised.value.exit_code == 2


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"configuration file .*padan\.toml does not exist"):
        load(tmp_path)
    with pytest.raises(UsageError, match=r"folder .*none does not exist"):
        load(tmp_path / "none" / "padan.toml")
    (tmp_path / "padan.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="is not valid TOML"):
        load(tmp_path)


def test_a_map_lies_beside_the_configuration(tmp_path: Path) -> None:
    path = _write(tmp_path, RUN + SOURCE + '[report]\nmap = "peta.geojson"\nmap_code = "kode"\n')
    with pytest.raises(UsageError, match=r"padan\.toml the setting report\.map names peta\.geojson, which is not"):
        load(path)
    (tmp_path / "peta.geojson").touch()
    config = load(path)
    assert (config.map_file, config.report.map_code) == ((tmp_path / "peta.geojson").resolve(), "kode")
    assert load(_write(tmp_path, RUN + SOURCE)).map_file is None


def test_outsiders_see_no_count_below_five_unless_the_office_says_so(tmp_path: Path) -> None:
    assert load(_write(tmp_path, RUN + SOURCE)).report.small_cells == 5
    assert load(_write(tmp_path, RUN + SOURCE + "[report]\nsmall_cells = 0\n")).report.small_cells == 0
