"""padan link from end to end: two files, one file, the forecast, labels and models, and what is wrong with a file."""

import json
import random
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.flows.nights import Told, padan

GIVEN = ("anna", "beth", "carla", "dora", "emma", "fred", "george", "henry", "ivan", "john", "kevin", "laura", "maria")
SURNAMES = ("archer", "barnes", "carter", "dawson", "ellis", "foster", "graham", "hughes", "irving", "jacobs", "keller")
STREETS = ("station road", "mill lane", "church street", "high street", "park avenue", "river walk", "castle hill")
PEOPLE = 150


def slip(rng: random.Random, word: str) -> str:
    """A word with two letters exchanged, one lost or one doubled."""
    at = rng.randrange(1, max(len(word) - 1, 2))
    return rng.choice(
        [
            word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at : at + 1] + word[at:],
        ]
    )


def people(seed: int = 5, count: int = PEOPLE) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Two files of the same people under ids of their own; a third of the right rows have a slip or a gap."""
    rng = random.Random(seed)
    left, right = [], []
    for number in range(count):
        born = date(1940, 1, 1) + timedelta(days=rng.randrange(25_000))
        row = {
            "rec_id": f"{number:05}",
            "given_name": rng.choice(GIVEN),
            "surname": rng.choice(SURNAMES) + rng.choice(["", "son", "ley", "er"]),
            "street_number": str(rng.randrange(1, 200)),
            "address_1": rng.choice(STREETS),
            "suburb": rng.choice(["northwood", "southgate", "easton", "weston"]),
            "postcode": f"0{rng.randrange(800, 899)}",
            "date_of_birth": f"{born:%Y%m%d}",
        }
        left.append(row)
        other = dict(row)
        if rng.random() < 0.3:
            field = rng.choice(["given_name", "surname", "address_1", "postcode"])
            other[field] = rng.choice([slip(rng, other[field]), None])
        right.append(other)
    return pl.DataFrame(left), pl.DataFrame(right).sample(fraction=1.0, shuffle=True, seed=seed)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("link")
    left, right = people()
    left.write_csv(folder / "left.csv")
    right.write_parquet(folder / "right.parquet")
    both = pl.concat([left, right.with_columns(pl.col("rec_id") + "-b")])
    both.write_csv(folder / "both.csv", separator=";")
    return folder


def link(folder: Path, left: str, right: str, *more: object, spec: str = "given_name_surname") -> Told:
    return padan("link", folder / left, folder / right, "--spec", spec, *more)


@pytest.fixture(scope="module")
def pairs(files: Path) -> pl.DataFrame:
    told = link(files, "left.csv", "right.parquet", "--out", files / "pairs.parquet", "--save-model", files / "m.json")
    assert (told.code, told.err) == (0, "")
    assert f"left.csv: {PEOPLE} records\nright.parquet: {PEOPLE} records\nPairs compared: " in told.out
    assert not any(name in told.out for name in (*GIVEN, *SURNAMES))
    return pl.read_parquet(files / "pairs.parquet")


# --- two files -------------------------------------------------------------------------------------------------------


def test_two_files_are_linked_with_reasons_that_add_up(pairs: pl.DataFrame) -> None:
    links = pairs.filter(pl.col("outcome") == "link")
    right = links.filter(pl.col("left_id") == pl.col("right_id"))
    assert right.height >= 0.98 * PEOPLE
    assert links.height - right.height <= 2
    assert pairs.columns[:6] == ["left_id", "right_id", "probability", "match_weight", "outcome", "prior_weight"]
    assert {"surname", "surname_weight", "birth_date", "birth_date_weight"} <= set(pairs.columns)
    weights = [name for name in pairs.columns if name.endswith("_weight") and name != "match_weight"]
    assert pairs.select((pl.sum_horizontal(weights) - pl.col("match_weight")).abs().max()).item() < 1e-6
    assert {"equal", "missing on both sides"} <= set(pairs["surname"]) | set(pairs["phone"])


def test_pairs_are_of_a_left_and_a_right_record_and_in_order(pairs: pl.DataFrame) -> None:
    assert pairs.select("left_id", "right_id").is_unique().all()
    order = ["probability", "left_id", "right_id"]
    assert pairs.equals(pairs.sort(order, descending=[True, False, False]))


def test_leading_zeros_stay(pairs: pl.DataFrame) -> None:
    assert pairs["left_id"].dtype == pl.String
    assert pairs["left_id"].str.len_chars().unique().to_list() == [5]


def test_the_same_input_gives_the_same_bytes_and_the_order_of_rows_does_not_matter(
    files: Path, pairs: pl.DataFrame, tmp_path: Path
) -> None:
    pl.read_csv(files / "left.csv", infer_schema=False).reverse().write_csv(tmp_path / "left.csv")
    again = ("--out", tmp_path / "again.parquet", "--save-model", tmp_path / "m.json")
    assert (
        padan("link", tmp_path / "left.csv", files / "right.parquet", "--spec", "given_name_surname", *again).code == 0
    )
    assert (tmp_path / "again.parquet").read_bytes() == (files / "pairs.parquet").read_bytes()
    assert (tmp_path / "m.json").read_bytes() == (files / "m.json").read_bytes()


def test_the_result_can_be_csv_and_in_indonesian(files: Path, tmp_path: Path) -> None:
    told = link(files, "left.csv", "right.parquet", "--out", tmp_path / "pairs.csv", "--language", "id")
    assert told.code == 0
    pairs = pl.read_csv(tmp_path / "pairs.csv", infer_schema=False)
    assert {"sama", "kosong di kedua sisi"} <= set(pairs["surname"]) | set(pairs["phone"])


def test_a_trained_model_is_used_again(files: Path, pairs: pl.DataFrame, tmp_path: Path) -> None:
    again = tmp_path / "again.parquet"
    assert link(files, "left.csv", "right.parquet", "--out", again, "--model", files / "m.json").code == 0
    found = pl.read_parquet(again).filter(pl.col("outcome") == "link").select("left_id", "right_id")
    first = pairs.filter(pl.col("outcome") == "link").select("left_id", "right_id")
    assert set(found.iter_rows()) == set(first.iter_rows())


def test_labels_stand(files: Path, pairs: pl.DataFrame, tmp_path: Path) -> None:
    one = pairs.filter(pl.col("outcome") == "link").row(0, named=True)
    (tmp_path / "labels.csv").write_text(f"left_id,right_id,same\n{one['left_id']},{one['right_id']},tidak\nx,y,ya\n")
    out = tmp_path / "pairs.parquet"
    assert link(files, "left.csv", "right.parquet", "--out", out, "--labels", tmp_path / "labels.csv").code == 0
    pair = (pl.col("left_id") == one["left_id"]) & (pl.col("right_id") == one["right_id"])
    assert pl.read_parquet(out).filter(pair & (pl.col("outcome") == "link")).is_empty()


def test_the_registers_that_the_files_name_are_kept(tmp_path: Path) -> None:
    """Our own spec on two of our own registers, each of which says what it is."""
    from tests.people import registers

    frame = registers(people=300, seed=8)
    for side, source in (("left", "province"), ("right", "bpjs_kesehatan")):
        frame.filter(pl.col("source") == source).write_parquet(tmp_path / f"{side}.parquet")
    model = tmp_path / "m.json"
    told = link(
        tmp_path, "left.parquet", "right.parquet", "--out", tmp_path / "p.parquet", "--save-model", model, spec="person"
    )
    assert (told.code, told.err) == (0, "")
    truth = frame.select("record_id", "truth")
    links = pl.read_parquet(tmp_path / "p.parquet").filter(pl.col("outcome") == "link")
    assert links["left_id"].dtype == pl.Int64
    sides = links.join(truth, left_on="left_id", right_on="record_id").join(
        truth, left_on="right_id", right_on="record_id"
    )
    assert sides.height > 150
    assert (sides["truth"] == sides["truth_right"]).mean() > 0.97  # type: ignore[operator]
    groups = json.loads(model.read_text())["groups"]
    assert {group["left"] for group in groups} == {"province", "bpjs_kesehatan"}


# --- one file --------------------------------------------------------------------------------------------------------


def test_one_file_with_itself_finds_its_duplicates(files: Path, tmp_path: Path) -> None:
    told = link(files, "both.csv", "both.csv", "--out", tmp_path / "pairs.parquet")
    assert (told.code, told.err) == (0, "")
    assert f"both.csv: {2 * PEOPLE} records (one file with itself)" in told.out
    pairs = pl.read_parquet(tmp_path / "pairs.parquet")
    links = pairs.filter(pl.col("outcome") == "link")
    right = links.filter(pl.col("left_id") + "-b" == pl.col("right_id"))
    assert right.height >= 0.97 * PEOPLE
    assert (pairs["left_id"] < pairs["right_id"]).all()


def test_a_person_may_stand_in_one_file_three_times(tmp_path: Path) -> None:
    left, right = people(seed=6)
    third = left.with_columns(pl.col("rec_id") + "-c")
    pl.concat([left, right.with_columns(pl.col("rec_id") + "-b"), third]).write_parquet(tmp_path / "all.parquet")
    assert link(tmp_path, "all.parquet", "all.parquet", "--out", tmp_path / "p.parquet").code == 0
    links = pl.read_parquet(tmp_path / "p.parquet").filter(pl.col("outcome") == "link")
    same = links.filter(pl.col("left_id").str.head(5) == pl.col("right_id").str.head(5))
    assert same.height >= 0.97 * 3 * PEOPLE


# --- the forecast ----------------------------------------------------------------------------------------------------


def test_a_dry_run_tells_the_pairs_of_each_block_and_writes_nothing(files: Path, tmp_path: Path) -> None:
    told = link(files, "left.csv", "right.parquet", "--dry-run", "--out", tmp_path / "pairs.parquet")
    assert (told.code, told.err) == (0, "")
    lines = told.out.splitlines()
    assert [cell.strip() for cell in lines[0].split("|")] == [
        "block", "records", "pairs", "split records", "dropped records", "dropped pairs",
    ]  # fmt: skip
    assert any(line.startswith("surname, postcode ") for line in lines)
    assert lines[-1].startswith("all blocks")
    assert list(tmp_path.iterdir()) == []


# --- files as they come ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("separator", "encoding"), [(",", "utf-8-sig"), (";", "cp1252"), ("|", "utf-16"), ("\t", "utf-8")]
)
def test_any_separator_and_encoding_is_found_out(
    files: Path, pairs: pl.DataFrame, tmp_path: Path, separator: str, encoding: str
) -> None:
    left = pl.read_csv(files / "left.csv", infer_schema=False)
    left = left.with_columns(pl.col("suburb").replace("easton", "éaston")).rename({"given_name": "Given.Name"})
    text = left.write_csv(separator=separator, line_terminator="\r\n")
    (tmp_path / "left.txt").write_bytes(text.encode(encoding))
    out = tmp_path / "pairs.parquet"
    told = padan("link", tmp_path / "left.txt", files / "right.parquet", "--spec", "given_name_surname", "--out", out)
    assert (told.code, told.err) == (0, "")
    assert pl.read_parquet(out).equals(pairs)


def test_quotes_and_empty_lines_are_no_trouble(tmp_path: Path) -> None:
    from flows.link_files import read_table

    text = '\nrec_id,"sur, name",note\n01, "x" ,\n\n"02","a ""b"" c","line\none"\n03,,d\n'
    (tmp_path / "a.csv").write_text(text)
    frame = read_table(tmp_path / "a.csv")
    assert frame.columns == ["rec_id", "sur, name", "note"]
    assert frame["rec_id"].to_list() == ["01", "02", "03"]
    assert frame["note"].to_list() == [None, "line\none", "d"]


def test_without_an_id_the_row_number_is_the_id(files: Path, tmp_path: Path) -> None:
    pl.read_csv(files / "left.csv", infer_schema=False).drop("rec_id").write_csv(tmp_path / "left.csv")
    out = tmp_path / "pairs.parquet"
    told = padan("link", tmp_path / "left.csv", files / "right.parquet", "--spec", "given_name_surname", "--out", out)
    assert told.out.startswith("left.csv has no column rec_id: the number of the data row, from 1, is the id.\n")
    links = pl.read_parquet(out).filter(pl.col("outcome") == "link")
    assert links["left_id"].dtype == pl.Int64
    assert (links["left_id"] - 1 == links["right_id"].cast(pl.Int64)).mean() > 0.98  # type: ignore[operator]


# --- what is wrong ---------------------------------------------------------------------------------------------------

HEAD = "rec_id,given_name,surname,date_of_birth\n"
WRONG_FILES = {
    "absent": (None, "There is no file "),
    "empty": (b"", "bad.csv is empty"),
    "blank": (b"\xef\xbb\xbf \r\n\0\0", "bad.csv is empty"),
    "heading": (HEAD.encode(), "bad.csv has a heading row but no data rows"),
    "picture": (b"\x89PNG\r\n" + bytes(range(256)), "bad.csv cannot be read: it is a picture"),
    "workbook": (b"PK\x03\x04" + bytes(100), "bad.csv cannot be read: it is a workbook or archive, save it as CSV"),
    "bytes": (bytes(range(32)) * 9, "bad.csv cannot be read: it is neither CSV nor Parquet"),
    "parquet": (b"PAR1" + bytes(100), "bad.csv cannot be read: the Parquet file is damaged or was cut off"),
    "short": (
        (HEAD + "1,marker,b,19800101\n2,marker\n").encode(),
        "bad.csv, data row 2 (line 3): the row has fewer fields than the heading; it may have been cut off",
    ),
    "long": ((HEAD + "1,marker,b,19800101,x\n").encode(), "bad.csv, data row 1 (line 2): the row has more fields"),
    "twins": (b"rec_id,name,name\n1,a,b\n", "bad.csv: columns 2 and 3 have the same heading"),
    "column": (
        b"rec_id,given_name\n1,marker\n",
        "bad.csv does not go with the linkage spec given_name_surname: column 'surname': there is no column 'surname'",
    ),
    "headless": (b"1,marker,b,19800101\n2,marker,c,19800102\n", "bad.csv does not go with the linkage spec"),
    "same id": (
        (HEAD + "marker,a,b,19800101\n2,a,b,19800101\nmarker,a,b,19800101\n").encode(),
        "bad.csv: the data rows 1 and 3 have the same id in 'rec_id'",
    ),
    "no id": (
        (HEAD + "1,a,b,19800101\n,marker,b,19800101\n").encode(),
        "bad.csv, data row 2: the id 'rec_id' is empty",
    ),
}


@pytest.mark.parametrize("case", WRONG_FILES)
def test_a_wrong_file_is_told_in_one_sentence_without_its_values(files: Path, tmp_path: Path, case: str) -> None:
    content, said = WRONG_FILES[case]
    if content is not None:
        (tmp_path / "bad.csv").write_bytes(content)
    out = tmp_path / "pairs.parquet"
    told = padan("link", tmp_path / "bad.csv", files / "left.csv", "--spec", "given_name_surname", "--out", out)
    assert told.code == 2
    assert told.sentence.startswith(said)
    assert "marker" not in told.err
    assert not out.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Say with --out where the pairs go, or ask with --dry-run for the forecast only"),
        (("--out", "{}/none/pairs.parquet"), "The folder {}/none does not exist, so pairs.parquet cannot be written"),
        (("--out", "{}/pairs.xlsx"), "The result pairs.xlsx must end in .parquet or .csv"),
        (("--out", "{}/left.csv"), "left.csv is one of the files to read; give another name for the result"),
        (("--out", "{}/p.csv", "--link", "2"), "Argument --link: must be a probability from 0 to 1"),
        (("--out", "{}/p.csv", "--review", "0.9"), "The setting --review must not be above --link"),
        (("--out", "{}/p.csv", "--model", "{}/none.json"), "The model {}/none.json cannot be read"),
        (("--out", "{}/p.csv", "--model", "{}/left.csv"), "The model left.csv is no model that padan wrote"),
        (("--out", "{}/p.csv", "--labels", "{}/left.csv"), "left.csv has no column 'left_id'; labels are left_id"),
        (("--out", "{}/p.csv", "--language", "fr"), "Argument --language: invalid choice"),
    ],
)
def test_a_wrong_argument_is_told_in_one_sentence(files: Path, arguments: tuple[str, ...], said: str) -> None:
    told = link(files, "left.csv", "right.parquet", *(text.format(files) for text in arguments))
    assert told.code == 2
    assert told.sentence.startswith(said.format(files))


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        (None, "There is no linkage spec mine; give a TOML file or one of full_name, given_name_surname, person"),
        ("record = ", "The linkage spec mine.toml is not valid TOML"),
        ("record = 'id'", "In the linkage spec mine.toml, spec: the setting 'comparison' is missing"),
    ],
)
def test_a_wrong_spec_is_told_in_one_sentence(files: Path, tmp_path: Path, spec: str | None, said: str) -> None:
    if spec is not None:
        (tmp_path / "mine.toml").write_text(spec)
    name = "mine" if spec is None else tmp_path / "mine.toml"
    told = padan("link", files / "left.csv", files / "left.csv", "--spec", name, "--out", tmp_path / "p.csv")
    assert told.code == 2
    assert told.sentence.startswith(said)


def test_a_label_that_says_neither_yes_nor_no_is_named_by_its_row(files: Path, tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("left_id,right_id,same\n00001,00001,ya\n00001,00002,marker\n")
    told = link(files, "left.csv", "right.parquet", "--out", tmp_path / "p.csv", "--labels", tmp_path / "labels.csv")
    assert told.sentence.startswith("labels.csv, data row 2: the column 'same' must say yes or no")
    assert "marker" not in told.err


def test_nothing_is_left_behind_when_the_result_cannot_be_written(
    files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pl.DataFrame, "write_csv", full)
    told = link(files, "left.csv", "right.parquet", "--out", tmp_path / "p.csv")
    assert told.sentence == "p.csv cannot be written: No space left on device"
    assert list(tmp_path.iterdir()) == []
