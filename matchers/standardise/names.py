"""Indonesian names: kept as written, and a standard form in which spellings of one name agree (DOMAIN §6).

Work is on distinct names; spelling rules run on distinct words, of which there are few.
"""

from collections.abc import Callable

import polars as pl

from matchers.standardise import name_words as lists
from matchers.standardise.text import map_distinct, rewrite_where, squeeze, squeezed

WordRule = Callable[[pl.Series], pl.Series]


def _either(words: tuple[str, ...]) -> str:
    """An alternation in which a longer word is tried before a shorter one that begins it."""
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))


_HEAD = rf"^((?:(?:{_either(lists.TITLES)}) )+)(.+)$"
_TAIL = rf"^(.+?)((?: (?:{_either(lists.AFTER)}))+)$"
_DECEASED = rf"(^|[ (,./]+)(?:{_either(lists.DECEASED)})\b[.)]*"
_ALIAS = rf"^(.*?[A-Z].*?)(?:[ .,]+(?:{_either(lists.ALIAS_MARKS)})[ .,]+| *[/(\[] *)(.*)$"
_DANGLING = rf"[ .,]+(?:{_either(lists.ALIAS_MARKS)})[ .,]*$"  # cut off where the field was full
_CUT_OFF = rf"(?:[ .,]+(?:{_either(lists.ALIAS_MARKS)}))+[ .,]*$"
# "b." in small letters is bin; in capitals it is as likely an initial, and stays.
_SMALL_BIN = r"([A-Za-z]) b\. *([A-Za-z]{2})"
_DOTTED_DEGREE = rf"\b(S|M|A) ?\. ?({_either(lists.DEGREE_FIELDS)})\b"
_DEGREE_ENDING = r"\b(SPD|MPD|SSOS|SKEP|AMD|AMA|STR|SE|SST|SAG) ?\. ?(I|SD|AUD|KEB|KEP|KOM|AK|PD|KES|FARM|T|SY)\b"
_SHORT_DEGREE = rf"([A-Z]{{2,}}[ ,.]+)([SM]) ?\. ?([{lists.ONE_LETTER_DEGREES}])\b"
_ACADEMIC = r"\b(PH|LC|B|LL|SP)\. ?(D|SC|M|OG|PD|A|B)\b"


def standardise_names(raw: pl.Series) -> pl.DataFrame:
    """A column of names as written (String) -> a row each of:

    `name` as written, trimmed; `name_std` the standard form (A-Z and single spaces; null when nothing is left);
    `titles` what was stripped (H, DRS, SPD ...; null when nothing); `alias` the other name after bin, binti, alias, "/"
    or in brackets; `deceased_mark` Boolean, true when the name carries Alm. or the like (false for null).
    """
    return map_distinct(raw, _standard_forms).with_columns(pl.col("deceased_mark").fill_null(False))


def name_key(name_std: pl.Series) -> pl.Series:
    """The sound skeleton of a standard name: one skeleton a word, order kept, single spaces between.

    Each skeleton keeps the first letter and the first vowel; later vowels, a final H and doubled letters are dropped,
    and letters that Indonesian spelling exchanges are made one: F/P/V, Z/J/S, Q/K, KH/H, SY/S, TH/T, DH/D, Y/I, X/KS.
    FATIMAH and PATIMA agree; DWI and DEWI do not.
    """
    return map_distinct(name_std, lambda values: _by_word(values, _skeletons).to_frame("key"))["key"].rename("name_key")


def _standard_forms(values: pl.Series) -> pl.DataFrame:
    name = squeeze(values.rename("name"))
    capitals = _capitals(name)
    living = rewrite_where(capitals, _DECEASED, lambda dead: dead.str.replace_all(_DECEASED, " ").str.strip_chars(" "))
    # A field that was full may end in the mark itself: "SLAMET BIN".
    text = rewrite_where(living, _CUT_OFF, lambda cut: cut.str.replace(_CUT_OFF, ""))
    frame = pl.DataFrame({"name": name, "deceased_mark": capitals.str.contains(_DECEASED), "text": text})
    split = frame["text"].str.extract_groups(_ALIAS).struct.unnest()
    main = frame.select(pl.coalesce(split["1"].rename("main"), pl.col("text")))["main"]
    parts = _without_titles(_letters_only(main))
    alias = _without_titles(_letters_only(split["2"]))
    titles = squeezed(pl.concat_str(parts["head"].fill_null(""), parts["tail"].fill_null(""), separator=" "))
    return pl.DataFrame(
        {
            "name": name,
            "name_std": _expanded(parts["core"]),
            "titles": _null_if_empty(pl.select(titles).to_series()),
            "alias": _expanded(alias["core"]),
            "deceased_mark": frame["deceased_mark"],
        }
    )


def _null_if_empty(text: pl.Series) -> pl.Series:
    return text.to_frame("text").select(pl.when(pl.col("text") != "").then("text"))["text"]


def _capitals(name: pl.Series) -> pl.Series:
    """A-Z and the marks that part names and titles; no apostrophes (MA'RUF is MARUF); 0 and 1 in a word are O and I."""
    plain = rewrite_where(name, r"[^ -~]", lambda odd: odd.str.normalize("NFKD").str.replace_all(r"\p{M}+", ""))
    plain = rewrite_where(plain, r" b\. ?[A-Za-z]{2}", lambda small: small.str.replace_all(_SMALL_BIN, "$1 BIN $2"))
    return rewrite_where(plain.str.to_uppercase(), r"[^A-Z.,/()\[\] ]|  ", _without_marks)


def _without_marks(text: pl.Series) -> pl.Series:
    text = text.str.replace_all("['’‘`´ʼ\"]+", "")
    text = text.str.replace_all("([A-Z])0", "${1}O").str.replace_all("([A-Z])1", "${1}I")
    return text.str.replace_all("[0-9]+", "").str.replace_all(r"[^A-Z.,/()\[\]]+", " ").str.strip_chars(" ")


def _letters_only(text: pl.Series) -> pl.Series:
    """Words of A-Z. Dotted degrees become one word first: `S.Pd.I` is SPDI, not three initials."""
    joined = rewrite_where(text, r"\.", _dotted_degrees_joined)
    return rewrite_where(
        joined, "[^A-Z ]|  |^ | $", lambda odd: odd.str.replace_all("[^A-Z]+", " ").str.strip_chars(" ")
    )


def _dotted_degrees_joined(text: pl.Series) -> pl.Series:
    for pattern, joined in (
        (_DOTTED_DEGREE, " $1$2"),
        (_DEGREE_ENDING, "$1$2"),
        (_ACADEMIC, "$1$2"),
        (_SHORT_DEGREE, "$1$2$3"),
        (_SHORT_DEGREE, "$1$2$3"),  # S.H., M.H.: the second shares a word with the first
    ):
        text = text.str.replace_all(pattern, joined)
    return text


def _without_titles(text: pl.Series) -> pl.DataFrame:
    """`head`, `core`, `tail`: titles before, the name, degrees after. The last word always stays in the name."""
    words = rewrite_where(text, r"DJ|TJ|SJ|OE|\bNJ", lambda old: _by_word(old, _old_spelling))
    head = words.str.extract_groups(_HEAD).struct.unnest()
    frame = pl.DataFrame({"words": words, "head": head["1"], "rest": head["2"]})
    frame = frame.with_columns(rest=pl.coalesce("rest", "words"))
    tail = frame["rest"].str.extract_groups(_TAIL).struct.unnest()
    return frame.select("head", core=pl.coalesce(tail["1"], "rest"), tail=tail["2"])


def _expanded(core: pl.Series) -> pl.Series:
    """Short forms that only their place tells (M. and St. at the front), then variants word by word."""
    text = pl.col("core").str.replace("^M (.)", "MUHAMMAD $1").str.replace("^ST (.)", "SITI $1")
    text = text.str.replace("^(?:BY|BAYI) (?:NY|NYONYA|IBU) (.)", "BAYI $1")
    return _null_if_empty(_by_word(core.to_frame("core").select(text)["core"], _common_form))


def _by_word(text: pl.Series, rewrite: WordRule) -> pl.Series:
    """Applies a rule for distinct words to every word of a text; only the words that it changes are replaced."""
    listed = text.str.split(" ")
    words = listed.explode().drop_nulls().unique().rename("word")
    rewritten = rewrite(words)
    changed = words.to_frame().with_columns(new=rewritten).filter(pl.col("word") != pl.col("new"))
    if changed.is_empty():
        return text
    element = pl.element().replace(changed["word"], changed["new"])
    return listed.to_frame("words").select(pl.col("words").list.eval(element).list.join(" "))["words"]


def _rules(words: pl.Series, rules: tuple[tuple[str, str], ...]) -> pl.Expr:
    text = pl.col(words.name)
    for pattern, replacement in rules:
        text = text.str.replace_all(pattern, replacement)
    return text


def _old_spelling(words: pl.Series) -> pl.Series:
    """Spelling before 1972, where it cannot be anything else.

    J for Y is read back only in words that show the old spelling by DJ or TJ (TJAHJO is CAHYO); elsewhere J is J.
    """
    old = pl.col("word").str.contains("DJ|TJ")
    marked = _rules(words, (("DJ", "\x01"), ("TJ", "C"), ("J", "Y"), ("\x01", "J")))
    frame = words.to_frame().with_columns(pl.when(old).then(marked).otherwise("word").alias("word"))
    stays = pl.col("word").is_in(list(lists.OE_STAYS))
    usual = _rules(words, (("SJ", "SY"), ("^NJ", "NY"), ("OE", "U")))
    return frame.select(pl.when(stays).then("word").otherwise(usual).alias("word"))["word"]


def _common_form(words: pl.Series) -> pl.Series:
    """Variants of the commonest names to one form; ABDURRAHMAN and NURHAYATI to their two parts; CH to KH."""
    known = pl.col("word").replace(lists.VARIANTS)
    frame = words.to_frame().select(known)
    kh = _rules(
        words,
        (
            ("^M[UO](?:C?H|KH)+A?M+[AE][DT]$", "MUHAMMAD"),
            ("^A(?:C?H|KH?)M+[AE][DT]$", "AHMAD"),
            ("^CH((?:[AO][EI]R|[AO]LI[DFLQ]|[AO]TI[BMJ]|UD|USN|OZI|AMID|UMA[EI]?D|OFI|USEN).*)$", "KH$1"),
            ("([AEIOU])CH([BDFGJKLMNPQRSTVWYZ])", "${1}KH$2"),
            ("^ABDUL+A+H?$|^ABDUL+OH$", "ABDULLAH"),
            # Christian names of the east and the north, and months' names: J and Y are one (JOHANIS, YOHANIS).
            ("^J((?:OH|OSE[PF]|OS[IU]|ON[AI]|OEL|ULI|USTI|UNI|UNU|UDIT|AKO[BU]|EREM|ESAYA).*)$", "Y$1"),
            ("^[JY]A[CK]OB(US)?$", "YAKOB$1"),
            ("^N?I(WAYAN|MADE|NYOMAN|KETUT|PUTU|KADEK|KOMANG|GEDE|NENGAH|LUH)$", "$1"),
        ),
    )
    parts = _rules(
        words,
        (
            ("^ABDUL([^L].{2,})$", "ABDUL $1"),
            ("^ABDU(?:R(R.{3,})|S(S.{3,}))$", "ABDUL $1$2"),
            ("^ABDU([RS][AOU].{3,})$", "ABDUL $1"),
            ("^NO[OE]R(.{4,})$", "NUR$1"),
            ("^NURUL(.{4,})$", "NURUL $1"),
            ("^NUR([^U].{3,})$", "NUR $1"),
        ),
    )
    return frame.with_columns(kh.alias("word")).select(parts.alias("word"))["word"]


def _skeletons(words: pl.Series) -> pl.Series:
    sounds = _rules(
        words,
        (
            ("^Y", "y"),
            ("KH", "H"),
            ("CH", "C"),
            ("SY|SH|DZ|TS|Z|J", "S"),
            ("TH", "T"),
            ("DH", "D"),
            ("GH", "G"),
            ("PH|F|V", "P"),
            ("Q", "K"),
            ("X", "KS"),
            ("IE|Y", "I"),
            ("y", "Y"),
            ("H+$", ""),
        ),
    )
    frame = words.to_frame().with_columns(sound=_undoubled(sounds))
    # A word of H alone would vanish.
    sound = pl.when(pl.col("sound") != "").then("sound").otherwise("word")
    parts = frame.with_columns(sound=sound).with_columns(
        parts=pl.col("sound").str.extract_groups("^([^AEIOU]*[AEIOU]?)(.*)$")
    )
    rest = pl.col("parts").struct.field("2").str.replace_all("[AEIOU]+", "")
    skeleton = pl.concat_str(pl.col("parts").struct.field("1"), rest)
    return parts.select(skeleton.alias("word"))["word"]


def _undoubled(text: pl.Expr) -> pl.Expr:
    """Runs of one letter once. Rust's regular expressions have no back-references, hence the alternation."""
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        text = text.str.replace_all(f"{letter}{{2,}}", letter)
    return text
