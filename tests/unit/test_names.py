"""Indonesian names: what is stripped, what is made one, what stays apart (DOMAIN §6)."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchers.standardise.names import name_key, standardise_names


def _row(raw: str | None) -> dict[str, object]:
    return standardise_names(pl.Series([raw], dtype=pl.String)).row(0, named=True)


def _std(raw: str) -> object:
    return _row(raw)["name_std"]


def _key(raw: str) -> object:
    return name_key(standardise_names(pl.Series([raw]))["name_std"])[0]


@pytest.mark.parametrize(
    ("raw", "std", "titles"),
    [
        ("H. Ahmad Fauzi, S.Pd.I", "AHMAD FAUZI", "H SPDI"),
        ("Hj. SITI AMINAH", "SITI AMINAH", "HJ"),
        ("K.H. Hasyim", "HASYIM", "K H"),
        ("Drs. H. Suparno, M.Si", "SUPARNO", "DRS H MSI"),
        ("Budi Santoso S.H., M.H.", "BUDI SANTOSO", "SH MH"),
        ("BUDI SANTOSO SE MM", "BUDI SANTOSO", "SE MM"),
        ("Nurjanah, A.Md.Keb", "NUR JANAH", "AMDKEB"),
        ("dr. Andi, Sp.OG", "ANDI", "DR SPOG"),
        ("Ir. Joko, Ph.D", "JOKO", "IR PHD"),
        ("Prof. Dr. Sutrisno", "SUTRISNO", "PROF DR"),
        ("Tb. Hidayat", "HIDAYAT", "TB"),
        ("TUBAGUS HIDAYAT", "HIDAYAT", "TUBAGUS"),
        ("Rt. Atut", "ATUT", "RT"),
        ("RADEN AJENG KARTINI", "KARTINI", "RADEN AJENG"),
        ("Rd. Asep", "ASEP", "RD"),
        ("Rr. Sri", "SRI", "RR"),
        ("Ny. Suparno", "SUPARNO", "NY"),
        ("Tn. Suparno", "SUPARNO", "TN"),
        ("Sdr. Suparno", "SUPARNO", "SDR"),
        ("I Wayan Sudana", "WAYAN SUDANA", "I"),
        ("Ni Luh Putu", "LUH PUTU", "NI"),
        ("I Gusti Ngurah Rai", "NGURAH RAI", "I GUSTI"),
        ("IDA BAGUS MANTRA", "MANTRA", "IDA BAGUS"),
        ("Andi Saputra", "ANDI SAPUTRA", None),
        ("Suparno", "SUPARNO", None),
    ],
)
def test_titles_are_kept_aside(raw: str, std: str, titles: str | None) -> None:
    row = _row(raw)
    assert (row["name"], row["name_std"], row["titles"]) == (raw, std, titles)


@pytest.mark.parametrize("raw", ["H", "H.", "Rt", "SE", "Haji", "M", "I", "NI"])
def test_the_last_word_is_always_the_name(raw: str) -> None:
    assert _std(raw) == raw.upper().strip(".")


@pytest.mark.parametrize(
    ("raw", "std", "alias"),
    [
        ("Slamet bin Karto", "SLAMET", "KARTO"),
        ("SITI BINTI AHMAD", "SITI", "AHMAD"),
        ("Siti Bt. Ahmad", "SITI", "AHMAD"),
        ("Slamet b. Karto", "SLAMET", "KARTO"),
        ("Sukardi alias Kardi", "SUKARDI", "KARDI"),
        ("Sukardi als. Kardi", "SUKARDI", "KARDI"),
        ("Sukardi al. Kardi", "SUKARDI", "KARDI"),
        ("SUKARDI/KARDI", "SUKARDI", "KARDI"),
        ("Sukardi (Kardi)", "SUKARDI", "KARDI"),
        ("AHMAD B. SALEH", "AHMAD B SALEH", None),  # an initial in capitals stays
        ("Al Amin", "AL AMIN", None),
        ("Sabin Bintang", "SABIN BINTANG", None),
    ],
)
def test_another_name_of_the_same_person(raw: str, std: str, alias: str | None) -> None:
    row = _row(raw)
    assert (row["name_std"], row["alias"]) == (std, alias)


@pytest.mark.parametrize(
    ("raw", "std", "dead"),
    [
        ("Suparno (Alm)", "SUPARNO", True),
        ("ALM. SUPARNO", "SUPARNO", True),
        ("Almh. Siti Aminah", "SITI AMINAH", True),
        ("SUPARNO ALM", "SUPARNO", True),
        ("SUPARNO, ALMARHUM", "SUPARNO", True),
        ("Alma Halmahera", "ALMA HALMAHERA", False),
        (None, None, False),
    ],
)
def test_almarhum_is_evidence_and_not_a_name(raw: str | None, std: str | None, dead: bool) -> None:
    row = _row(raw)
    assert (row["name_std"], row["deceased_mark"]) == (std, dead)


SAME = [
    (
        "MUHAMMAD ALI",
        "Moh. Ali|Mohd Ali|Moch. Ali|Mochamad Ali|Mohamad Ali|Muh Ali|Muhamad Ali|Mhd Ali|Mukhamad Ali|M. Ali",
    ),
    ("AHMAD ALI", "Achmad Ali|Akhmad Ali|Akmad Ali|Ahmad Ali"),
    ("ABDUL RAHMAN", "Abd. Rahman|Abd Rahman|Abdoel Rahman|Abdulrahman|Abdurrahman|ABDURAHMAN"),
    ("SITI RAHMA", "St. Rahma|Sitti Rahma|Sti Rahma|St Rahma"),
    ("NUR HAYATI", "Noor Hayati|Noer Hayati|Nor Hayati|Nurhayati|NUR HAYATI"),
    ("NURUL HUDA", "Nurulhuda|Noeroel Hoeda"),
    ("SRI WAHYUNI", "Srie Wahyuni|Sri Wahyuni"),
    ("YUSUF", "Jusuf|Jusup|Yoesoef|Yusuf|Yusup"),
    ("SUKARNO", "Soekarno|SUKARNO"),
    ("CAHYO", "Tjahjo|Cahyo"),
    ("JOKO", "Djoko|Joko"),
    ("SYAMSUL", "Sjamsul|Syamsul"),
    ("NYOMAN", "Njoman|Nyoman"),
    ("KHOIRUL ANWAR", "Choirul Anwar|Khoirul Anwar"),
    ("IKHSAN", "Ichsan|Ikhsan"),
    ("MARUF", "Ma'ruf|Ma’ruf|MARUF|Ma`ruf"),
    ("JOSE DA SILVA", "José da Silva|JOSE  DA SILVA|jose\u00a0da silva"),
    ("SITI", "S1TI|s\u200bi\u202eti|SITI.|SITI 2"),
    ("NUR AINI", "Nur-Aini|NUR.AINI|NUR,AINI"),
    ("YOHANIS WENDA", "Johanis Wenda|YOHANIS WENDA"),
    ("YULIANA", "Juliana|Yuliana"),
    ("YAKOB", "Jakob|Yakob|Jacob|Yacob"),
    ("NENGAH SUASTI", "Ni Nengah Suasti|NINENGAH SUASTI|NENGAH SUASTI NI"),
    ("WAYAN APRIANI", "Ni Wy. Apriani|Wayan Apriani"),
    ("SLAMET", "SLAMET BIN|SLAMET ALIAS"),
    ("BAYI SITI", "BY NY SITI|By. Ny. Siti|Bayi Siti"),
]


@pytest.mark.parametrize(("std", "raw"), [(std, raw) for std, variants in SAME for raw in variants.split("|")])
def test_spellings_of_one_name(std: str, raw: str) -> None:
    assert _std(raw) == std


@pytest.mark.parametrize(
    ("left", "right"),
    [("Dwi Lestari", "Dewi Lestari"), ("Noel", "Nul"), ("Abdullah", "Abdul"), ("Dani", "Dina"), ("Norman", "Nur Man")],
)
def test_different_names_stay_apart(left: str, right: str) -> None:
    assert _std(left) != _std(right)


@pytest.mark.parametrize("raw", ["", " ", "-", "123", "...", "\u200b", "()", "'"])
def test_no_name_is_null(raw: str) -> None:
    assert _std(raw) is None


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Fatimah", "Patimah"),
        ("Rizki", "Rizky"),
        ("Rizki", "Riski"),
        ("Fitri", "Vitri"),
        ("Zaenab", "Jaenab"),
        ("Qomariah", "Komariyah"),
        ("Khalid", "Halid"),
        ("Sholeh", "Soleh"),
        ("Yulianti", "Yuliyanti"),
        ("Annisa", "Anisah"),
        ("Thoriq", "Toriq"),
        ("Ridho", "Rido"),
        ("Arief", "Arif"),
        ("Alexander", "Aleksander"),
        ("Chandra", "Candra"),
        ("Syarifudin", "Sarifuddin"),
    ],
)
def test_skeletons_agree_on_exchanged_letters(left: str, right: str) -> None:
    assert _key(left) == _key(right)


@pytest.mark.parametrize(
    ("left", "right"), [("Dwi", "Dewi"), ("Dani", "Dina"), ("Siti", "Sari"), ("Budi", "Bude Wati")]
)
def test_skeletons_keep_first_vowels(left: str, right: str) -> None:
    assert _key(left) != _key(right)


def test_skeletons_keep_the_order_and_number_of_words() -> None:
    assert _key("Siti Fatimah Zahra") == "SIT PATM SAHR"
    assert _key("Suparno") == "SUPRN"


LETTERS = st.text(st.sampled_from("ABDHIJMNORSTUY .,'-/()1éz\u200b"), max_size=24)


@settings(deadline=None, derandomize=True)
@given(st.lists(st.one_of(st.none(), st.text(max_size=24), LETTERS), max_size=8))
def test_no_text_is_too_strange(raw: list[str | None]) -> None:
    out = standardise_names(pl.Series(raw, dtype=pl.String))
    assert out.height == len(raw)
    standard = out["name_std"]
    assert standard.drop_nulls().str.contains("^[A-Z]+(?: [A-Z]+)*$").all()
    assert name_key(standard).null_count() == standard.null_count()


PARTS = (
    "Johanis|IKETUT|BIN|Wy.|H.|Hj.|M.|St.|Drs.|Tb.|R.|I|Ni|Moh.|Abd.|bin|alias|(Alm)|Siti|NURHAYATI|Abdurrahman|Tjahjo"
    "|Soekarno|Suparno|S.Pd|S.H.|SE|Ma'ruf|Nur|Dwi|1|/|-|BT.|B.|b.|Choirul|Njoman|Jusuf|BY|NY"
)
WORDS = st.lists(st.sampled_from(PARTS.split("|")), max_size=6)


@settings(deadline=None, derandomize=True, max_examples=300)
@given(WORDS.map(" ".join))
def test_the_standard_form_is_its_own_standard_form(raw: str) -> None:
    once = standardise_names(pl.Series([raw]))["name_std"]
    assert standardise_names(once)["name_std"].equals(once)


def test_rows_come_back_in_their_order() -> None:
    raw = ["Siti", None, "H. Ali", "Siti", "Moh. Ali"] * 200
    assert (
        standardise_names(pl.Series(raw))["name_std"].to_list() == ["SITI", None, "ALI", "SITI", "MUHAMMAD ALI"] * 200
    )
