"""Rates of the faults that offices' files carry: each one named, as a share of the rows of a register.

Two presets: `GOOD`, at rates like those auditors and the civil registry reported (DOMAIN sections 3 and 6: 90.3 %
of rows agree with the registry), and `HARD` (a third of NIKs missing, a third of names changed, a tenth of
birth dates wrong). An office's own care (`offices.py`) multiplies them.
"""

from dataclasses import dataclass, fields, replace


@dataclass(frozen=True)
class Faults:
    """Shares of rows, 0 to 1, unless a comment says otherwise. At most one fault hits one cell."""

    nik_missing: float = 0.035  # empty: never asked, never typed
    nik_zero: float = 0.006  # "0": the villages' sign for "no NIK yet"
    nik_one_digit: float = 0.008  # one digit mistyped
    nik_transposed: float = 0.004  # two neighbouring digits exchanged
    nik_is_kk: float = 0.002  # the family card's number in the NIK column
    nik_of_previous: float = 0.0010  # the number of the row above, copied down: a relative's, as registers run
    nik_placeholder: float = 0.0010  # a temporary number: the district and zeros
    nik_short: float = 0.002  # a digit lost
    nik_long: float = 0.001  # a digit typed twice
    nik_scientific: float = 0.003  # 3.60101E+15: a spreadsheet kept six digits
    nik_rounded: float = 0.003  # a spreadsheet kept fifteen digits, the last is 0
    nik_dot_zero: float = 0.004  # 3601...0001.0: lossless
    nik_apostrophe: float = 0.005  # '3601...: lossless
    nik_spaced: float = 0.005  # 3601 0101 ...: lossless
    kk_missing: float = 0.010
    kk_one_digit: float = 0.004
    kk_stale: float = 0.12  # of people whose card was replaced: the former card still stands
    name_spelling: float = 0.035  # oe/u, dj/j, y/i, ph/f, double letters, final h ...
    name_abbreviated: float = 0.020  # Muhammad -> M., Moh., Mochamad; Siti -> St. ...
    name_typo: float = 0.015  # one letter lost, doubled, exchanged or mistaken
    name_joined: float = 0.008  # two words written as one, or one as two
    name_token_dropped: float = 0.008  # a word left out
    name_initial: float = 0.005  # a word cut to its first letter
    name_swapped: float = 0.003  # words in another order
    name_nickname: float = 0.003  # the name the neighbours use
    name_alias: float = 0.002  # "bin", "alias" and another name added
    newborn_named_by_mother: float = 0.10  # of infants in BPJS' file: "By Ny" and the mother's name, no NIK
    name_width: int = 0  # letters a register of the decree keeps (0: all)
    title_kept: float = 0.5  # of titled people: the title is written
    birth_default: float = 0.006  # 1 January of the year of birth
    birth_swapped: float = 0.005  # day and month exchanged
    birth_year_off: float = 0.005  # one or two years, or a digit of the year
    birth_day_off: float = 0.004  # a few days
    birth_import_date: float = 0.0010  # an empty date was filled with the day of an import
    birth_missing: float = 0.003
    sex_wrong: float = 0.004
    sex_missing: float = 0.002
    birth_place_changed: float = 0.03  # the district, or a neighbouring place
    birth_place_missing: float = 0.02
    village_stale: float = 0.35  # of movers: the former village still stands
    village_wrong: float = 0.008  # a neighbouring village of the regency
    card_zeros_lost: float = 0.01  # leading zeros of PSNOKA lost in a spreadsheet (decree, never BPJS' own files)
    month_first_offices: int = 0  # decrees whose spreadsheet writes MM/DD/YYYY, of eight
    row_unreadable: float = 0.0006  # a line of a text file with a delimiter too many


GOOD = Faults()
HARD = Faults(
    nik_missing=0.29,
    nik_zero=0.05,
    nik_one_digit=0.025,
    nik_transposed=0.012,
    nik_is_kk=0.006,
    nik_of_previous=0.005,
    nik_placeholder=0.008,
    nik_short=0.006,
    nik_long=0.003,
    nik_scientific=0.012,
    nik_rounded=0.012,
    nik_dot_zero=0.012,
    nik_apostrophe=0.015,
    nik_spaced=0.015,
    kk_missing=0.06,
    kk_one_digit=0.02,
    kk_stale=0.70,
    name_spelling=0.125,
    name_abbreviated=0.060,
    name_typo=0.070,
    name_joined=0.030,
    name_token_dropped=0.030,
    name_initial=0.015,
    name_swapped=0.010,
    name_nickname=0.010,
    name_alias=0.005,
    newborn_named_by_mother=0.40,
    name_width=20,
    birth_default=0.036,
    birth_swapped=0.020,
    birth_year_off=0.025,
    birth_day_off=0.015,
    birth_import_date=0.005,
    birth_missing=0.010,
    sex_wrong=0.015,
    sex_missing=0.010,
    birth_place_changed=0.10,
    birth_place_missing=0.08,
    village_stale=0.70,
    village_wrong=0.04,
    card_zeros_lost=0.05,
    month_first_offices=1,
    row_unreadable=0.001,
)


def preset(hard: bool) -> Faults:
    return HARD if hard else GOOD


def none() -> Faults:
    """A world without faults: what every register says is true today."""
    zero = {field.name: 0.0 for field in fields(Faults) if field.type is float}
    return replace(Faults(), **zero)  # type: ignore[arg-type]
