"""Short coded fields: sex, card numbers, decile, flags, money, RT and RW. Text in, typed columns out."""

import polars as pl

from matchers.standardise.dates import EXCEL_EPOCH
from matchers.standardise.number_tails import WRITTEN_OUT, sound_tails
from matchers.standardise.text import lossless_digits, map_distinct, map_values, squeezed, words

_YES = ("1", "Y", "YA", "YES", "T", "TRUE", "BENAR", "V", "X", "EXCLUDE", "EXCLUDED", "DIKECUALIKAN")
_NO = ("0", "N", "NO", "F", "FALSE", "SALAH", "TDK", "INCLUDE", "INCLUDED", "LAYAK", "ELIGIBLE")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MEI", "JUN", "JUL", "AGU", "SEP", "OKT", "NOV", "DES")
_MONTH_NUMBERS = {name: number for number, name in enumerate(_MONTHS, 1)} | {
    **{"MAY": 5, "AUG": 8, "AGS": 8, "AGT": 8, "OCT": 10, "NOP": 11, "DEC": 12, "PEB": 2}
}
# An X alone is a mark for "none" more often than a ten.
_ROMAN = {
    **{"I": "1", "II": "2", "III": "3", "IV": "4", "V": "5", "VI": "6", "VII": "7", "VIII": "8", "IX": "9"},
    **{"XI": "11", "XII": "12", "XIII": "13", "XIV": "14", "XV": "15"},
}
# Up to this share of a file's numbers may be too short, or lack their zeros, by a slip of the hand.
SLIPS = 0.05


def _file(group: pl.Series | None, rows: int) -> pl.Series:
    return group if group is not None else pl.repeat(0, rows, eager=True)


def count_sex_letters(raw: pl.Series, file: pl.Series) -> pl.DataFrame:
    """By file: how often W and L stand for a sex (`file, w, l`); counts of parts of a file can be added up."""
    return _letters(map_distinct(raw, _sex_words).with_columns(file=file))


def _letters(read: pl.DataFrame) -> pl.DataFrame:
    letter = pl.col("word")
    return read.group_by("file").agg(w=(letter == "W").sum().cast(pl.Int64), l=(letter == "L").sum().cast(pl.Int64))


def standardise_sex(raw: pl.Series, group: pl.Series | None = None, counts: pl.DataFrame | None = None) -> pl.Series:
    """Sex as written -> 'L' (male), 'P' (female) or null.

    group: the file of each row. P is *perempuan*, save in a file that writes W (*wanita*) and never L: there
    it is *pria*. counts: of `count_sex_letters` over the whole files, where these rows are only parts of them.
    """
    read = map_distinct(raw, _sex_words).with_columns(file=_file(group, raw.len()))
    letters = counts if counts is not None else _letters(read)
    habits = letters.select("file", p_is_male=(pl.col("w") > 0) & (pl.col("l") == 0))
    frame = read.join(habits, on="file", how="left", maintain_order="left", nulls_equal=True)
    is_p = pl.col("word") == "P"
    single = pl.when(is_p & pl.col("p_is_male")).then(pl.lit("L")).when(is_p).then(pl.lit("P"))
    return frame.select(pl.coalesce("sex", single).alias(raw.name))[raw.name]


def _sex_words(values: pl.Series) -> pl.DataFrame:
    """`sex` where the value tells it alone; `word` its first word, for the letters that depend on the file."""
    text = words(values.rename("text"))
    letters = pl.col("text").str.replace_all("[^A-Z]", "")
    number = pl.col("text").str.extract("^0*([12])(?: 0+)?$")
    frame = text.to_frame().with_columns(letters=letters, number=number)
    letters = pl.col("letters")
    male = letters.str.contains("^(?:LAKI?.*|LK|L|PRIA|M|MALE|LELAKI|COWOK)$")
    female = letters.str.contains("^(?:PEREMPUAN|PEREMP.*|PERMPUAN|PRMPN|PR|PRP|WANITA|W|WNT|F|FEMALE|CEWEK)$")
    alone = letters == ""
    return frame.select(
        sex=pl.when(male | (alone & (pl.col("number") == "1")))
        .then(pl.lit("L"))
        .when(female | (alone & (pl.col("number") == "2")))
        .then(pl.lit("P")),
        word="letters",
    )


def standardise_kk(raw: pl.Series, file: pl.Series | None = None, counts: pl.DataFrame | None = None) -> pl.Series:
    """Family card numbers -> 16 digits or null (missing, another length, a placeholder, or its tail lost).

    file: which file a row is of, to find files whose numbers a spreadsheet shortened; counts: of `count_tails` over the
    whole files, where these rows are only parts of them.
    """
    digits = lossless_digits(raw)["digits"]
    tails = digits.to_frame("digits").with_columns(lost=False) if file is None else sound_tails(digits, file, counts)
    number = pl.col("digits").cast(pl.Int64, strict=False)
    same_digit = pl.col("digits").str.contains("^(?:" + "|".join(f"{d}{{16}}" for d in range(10)) + ")$")
    good = (pl.col("digits").str.len_chars() == 16) & ~pl.col("lost") & ~same_digit & (number % 10**WRITTEN_OUT != 0)
    return tails.select(pl.when(good).then("digits").alias(raw.name))[raw.name]


def count_lengths(raw: pl.Series, length: int, file: pl.Series) -> pl.DataFrame:
    """By file: `given` numbers, how many are `short` without a zero in front, and how many whole ones have 0, 1, 2...
    zeros in front (`zeros_0`...); counts of parts of a file can be added up."""
    return _lengths(_measured(raw, length, file), length)


def _measured(raw: pl.Series, length: int, file: pl.Series) -> pl.DataFrame:
    """`file`, `digits`, `size`, `zeros` in front, and whether a number is `whole` or `short`."""
    digits = pl.col("digits")
    frame = pl.DataFrame({"file": file, "digits": lossless_digits(raw)["digits"]})
    frame = frame.with_columns(
        size=digits.str.len_chars(), zeros=digits.str.len_chars() - digits.str.strip_chars_start("0").str.len_chars()
    )
    size = pl.col("size")
    return frame.with_columns(
        whole=size == length, short=size.is_between(length // 2, length - 1) & (pl.col("zeros") == 0)
    )


def _lengths(measured: pl.DataFrame, length: int) -> pl.DataFrame:
    counts = {
        "given": pl.col("digits").count(),
        "short": pl.col("short").sum(),
        **{f"zeros_{k}": (pl.col("whole") & (pl.col("zeros") == k)).sum() for k in range(length + 1)},
    }
    return measured.group_by("file").agg(count.cast(pl.Int64).alias(name) for name, count in counts.items())


def standardise_number(
    raw: pl.Series, length: int, file: pl.Series | None = None, counts: pl.DataFrame | None = None
) -> pl.Series:
    """Card and membership numbers of a fixed length (PSNOKA, NOKA 13; KPJ 11) -> that many digits, or null.

    A shorter number is filled with zeros on the left when its file shows that zeros were lost: either its numbers as a
    whole (more of them are short than begin with 0, and not by slips alone), or in single cells (the file's whole
    numbers begin with zeros, and no fewer are lacking here). A number whose tail is gone (scientific notation) is null,
    and so are zeros alone. counts: of `count_lengths` over the whole files, where these rows are only parts of them.
    """
    frame = _measured(raw, length, _file(file, raw.len()))
    filled: pl.Expr = pl.lit(None, dtype=pl.String)
    # One look decides nearly every file: nothing short, nothing to ask.
    if frame.select(pl.col("short").any()).item():
        habits = _zero_habits(counts if counts is not None else _lengths(frame, length), length)
        frame = frame.join(habits, on="file", how="left", maintain_order="left", nulls_equal=True)
        lacking = length - pl.col("size").cast(pl.Int64)
        in_cells = (pl.col("usual_zeros") >= 1) & (lacking >= pl.col("usual_zeros"))
        filled = pl.when(pl.col("short") & (pl.col("stripped") | in_cells)).then(pl.col("digits").str.zfill(length))
    good = pl.when(pl.col("whole") & (pl.col("zeros") < pl.col("size"))).then("digits")
    return frame.select(pl.coalesce(good, filled).alias(raw.name))[raw.name]


def _zero_habits(counts: pl.DataFrame, length: int) -> pl.DataFrame:
    """`file`, whether its numbers were `stripped` of zeros as a whole, and the `usual_zeros` in front of whole ones:
    all but slips have at least so many."""
    zeros = [pl.col(f"zeros_{k}") for k in range(length + 1)]
    whole = pl.sum_horizontal(zeros)
    slips = ((whole - 1) * SLIPS).floor()
    up_to = [pl.sum_horizontal(zeros[: k + 1]) for k in range(length + 1)]
    usual = pl.sum_horizontal((count <= slips).cast(pl.Int64) for count in up_to)
    stripped = (pl.col("short") > whole - pl.col("zeros_0")) & (pl.col("short") >= SLIPS * pl.col("given"))
    return counts.select("file", stripped=stripped, usual_zeros=pl.when(whole > 0).then(usual))


def standardise_decile(raw: pl.Series) -> pl.Series:
    """Deciles (`3`, `D3`, `Desil 3`, `3.0`) -> Int8 from 0 to 10; not ranked is 0; a range such as 6-10 is null."""

    def deciles(values: pl.Series) -> pl.Series:
        text = squeezed(pl.col("text").str.to_uppercase()).str.replace(r"[.,]0+$", "")
        number = text.str.extract(r"^(?:(?:DESIL|DECILE|D)[ .:_\-]*)?(?:KE[ \-]*)?([0-9]{1,2})$").cast(pl.Int8)
        unranked = text.str.contains("BELUM|TIDAK|TDK|NON|UNRANK|NOT RANK|TANPA")
        read = pl.when(number <= 10).then(number).when(number.is_null() & unranked).then(pl.lit(0, pl.Int8))
        return values.rename("text").to_frame().select(read.alias("out"))["out"]

    return map_values(raw, deciles)


def standardise_flag(raw: pl.Series) -> pl.Series:
    """A yes-or-no field such as `status_exclude` -> Boolean or null. Text that gives a reason for it is a yes."""

    def flags(values: pl.Series) -> pl.Series:
        text = pl.col("text").str.replace(" 0+$", "")
        first = text.str.extract("^([A-Z0-9]+)")
        no = first.is_in(list(_NO)) | text.str.contains("TIDAK|BUKAN|BELUM|^NON")
        yes = first.is_in(list(_YES)) | text.str.contains("EXCLUDE|KECUALI|KELUARGA|ASN|TNI|POLRI")
        read = pl.when(no).then(pl.lit(False)).when(yes).then(pl.lit(True))
        return words(values.rename("text")).to_frame().select(read.alias("out"))["out"]

    return map_values(raw, flags)


def standardise_money(raw: pl.Series) -> pl.Series:
    """Amounts and counts (`37.800`, `37,800`, `Rp 37.800,00`, `37800.0`, `(37.800)`) -> whole rupiah, Int64 or null."""
    return map_values(raw, _money)


def _money(values: pl.Series) -> pl.Series:
    text = squeezed(pl.col("text").str.to_uppercase()).str.replace_all(r"RP\.?|RUPIAH|IDR|[ '_]|,-+$|,=$|-$", "")
    frame = values.rename("text").to_frame().with_columns(text)
    text = pl.col("text")
    negative = text.str.contains(r"^\(.*\)$|^-")
    frame = frame.with_columns(text=text.str.strip_chars("()-+"), negative=negative)
    grouped = text.str.contains(r"^[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]*)?$|^[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?$")
    # With both marks the last one is the decimal; a lone mark before exactly three digits parts thousands.
    comma_decimal = text.str.contains(r"^[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]*)?$|^[0-9]+,[0-9]*(?:E\+?[0-9]{1,2})?$")
    no_thousands = (
        pl.when(comma_decimal & ~text.str.contains(r"^[0-9]{1,3}(?:,[0-9]{3})+$"))
        .then(text.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True))
        .otherwise(text.str.replace_all(",", "", literal=True))
    )
    plain = text.str.contains(r"^[0-9]+(?:[.,][0-9]*)?(?:E\+?[0-9]{1,2})?$")
    number = pl.when(grouped | plain).then(no_thousands).str.strip_chars_end(".").cast(pl.Float64, strict=False)
    # Whole numbers go by way of integers: nothing above 2^53 is bent.
    whole = pl.when(grouped | plain).then(no_thousands).str.replace(r"\.0*$", "").cast(pl.Int64, strict=False)
    rounded = pl.when(number.abs() < 1e15).then((number + 0.5).floor()).cast(pl.Int64, strict=False)
    amount = pl.coalesce(whole, rounded)
    signed = pl.when("negative").then(-amount).otherwise(amount)
    return frame.select(signed.alias("out"))["out"]


def standardise_rt_rw(rt: pl.Series, rw: pl.Series, address: pl.Series | None = None) -> pl.DataFrame:
    """RT and RW -> `rt`, `rw`, each three digits or null.

    Read from either column (`1`, `001`, `RT 01`, `III`, `1/2` for both, `01-Feb`, `01/02/2026` or its serial number
    where a spreadsheet took 1/2 for a date), and from the address (`RT 01 RW 02`, `RT/RW 001/002`) where both columns
    are empty.
    """
    first, second = map_distinct(rt, _neighbourhoods), map_distinct(rw, _neighbourhoods)
    blank = pl.repeat(None, rt.len(), dtype=pl.String, eager=True)
    told = address if address is not None else blank
    by_address = map_distinct(told, _neighbourhoods_in_address)
    frame = pl.DataFrame(
        {
            **{"rt_alone": first["alone"], "rt_rt": first["rt"], "rt_rw": first["rw"]},
            **{"rw_alone": second["alone"], "rw_rt": second["rt"], "rw_rw": second["rw"]},
            **{"a_rt": by_address["rt"], "a_rw": by_address["rw"]},
        }
    )
    empty = pl.all_horizontal(pl.col("^r._.*$").is_null())
    return frame.select(
        rt=pl.coalesce("rt_rt", "rt_alone", "rw_rt", pl.when(empty).then("a_rt")),
        rw=pl.coalesce("rw_rw", "rw_alone", "rt_rw", pl.when(empty).then("a_rw")),
    )


def _padded(number: pl.Expr) -> pl.Expr:
    value = number.cast(pl.Int64, strict=False)
    return pl.when(value.is_between(1, 999)).then(value.cast(pl.String).str.zfill(3))


def _neighbourhoods(values: pl.Series) -> pl.DataFrame:
    """`alone`: one number; else `rt` and `rw`: two of them."""
    upper = squeezed(pl.col("text").str.to_uppercase()).str.strip_chars("'\"` ")
    text = upper.str.replace(r"^([0-9]+)[.,]0+$", "$1")
    frame = values.rename("text").to_frame().with_columns(text)
    text = pl.col("text")
    turned = text.str.replace(r"^R\.?W\.?[ :.]*([0-9]{1,3})[ /,;\-]*R\.?T\.?[ :.]*([0-9]{1,3})$", "$2/$1")
    bare = turned.str.replace_all(r"R\.?W\.?[ :.]*", "/").str.replace_all(r"R\.?T\.?[ :.]*", "").str.strip_chars(" /")
    pair = bare.str.extract_groups(r"^([0-9]{1,3})[ /\\.,;\-]+([0-9]{1,3})$")
    day_month = text.str.extract_groups(r"^([0-9]{1,2})-([A-Z]{3})$")
    month_day = text.str.extract_groups(r"^([A-Z]{3})-([0-9]{1,2})$")
    stamp = text.str.extract_groups(r"^[0-9]{4}-([0-9]{2})-([0-9]{2})(?:[ T][0-9:.]+)?$")
    dated = text.str.extract_groups(r"^([0-9]{1,2})[/\-]([0-9]{1,2})[/\-]20[0-9]{2}$")
    serial = EXCEL_EPOCH + pl.duration(days=text.str.extract("^(4[0-9]{4})$").cast(pl.Int64))
    roman = bare.replace_strict(_ROMAN, default=None, return_dtype=pl.String)

    def field(parts: pl.Expr, name: str) -> pl.Expr:
        return parts.struct.field(name)

    def month(name: pl.Expr) -> pl.Expr:
        return name.replace_strict(_MONTH_NUMBERS, default=None, return_dtype=pl.Int64).cast(pl.String)

    return frame.select(
        alone=_padded(pl.coalesce(bare.str.extract("^([0-9]{1,4})$"), roman)),
        rt=_padded(
            pl.coalesce(
                *(field(pair, "1"), field(day_month, "1"), field(month_day, "2"), field(stamp, "2"), field(dated, "1")),
                serial.dt.day().cast(pl.String),
            )
        ),
        rw=_padded(
            pl.coalesce(
                *(field(pair, "2"), month(field(day_month, "2")), month(field(month_day, "1")), field(stamp, "1")),
                *(field(dated, "2"), serial.dt.month().cast(pl.String)),
            )
        ),
    )


def _neighbourhoods_in_address(values: pl.Series) -> pl.DataFrame:
    text = pl.col("text").str.to_uppercase()
    both = text.str.extract_groups(r"\bRT\.? ?/ ?RW\.?[ :.]*([0-9]{1,3})[ /\-]+([0-9]{1,3})")
    frame = values.rename("text").to_frame().select(text="text", both=both)
    text = pl.col("text").str.to_uppercase()
    return frame.select(
        rt=_padded(pl.coalesce(pl.col("both").struct.field("1"), text.str.extract(r"\bRT[ .:]*([0-9]{1,3})\b"))),
        rw=_padded(pl.coalesce(pl.col("both").struct.field("2"), text.str.extract(r"\bRW[ .:]*([0-9]{1,3})\b"))),
    )
