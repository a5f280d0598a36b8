"""Comparing texts: how alike two are, screened by columns before any letter is compared.

Most candidate pairs have names that are nothing alike. How often each distinct value holds each letter, and which
words, is kept as bits: they show at once, and without error, that a pair cannot reach a level, and only the rest is
scored.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cpdist

from matchers.spec import Comparison
from matchers.table import MISSING, Coded

FloatArray = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.integer[Any]]
INITIAL: Final = r"(?:^|\s)\S(?:\s|$)"
# Jaro-Winkler counts a common beginning of up to four letters, a tenth each, above this Jaro similarity only.
WINKLER_FROM: Final = 0.7
WINKLER: Final = 0.1
# Each letter has a bit for its first and its second time in a text, the ten commonest for a third, two for a fourth.
LETTERS: Final = b"AINURSETHMLDOPWYKGBFJCVZQX"
THIRD: Final = np.uint32((1 << 10) - 1)
FOURTH: Final = np.uint32((1 << 2) - 1)
# In longer texts (bytes) letters are not counted.
LONGEST: Final = 64
ANYTHING: Final = np.uint64(0xFFFFFFFFFFFFFFFF)
UNEVEN_SPACES: Final = r"^\s|\s\s|\s$"
NO_BITS: Final = np.zeros(0, dtype=np.uint64)


@dataclass(frozen=True)
class Texts:
    """What is known of each distinct value, in the order of its codes.

    `letters` has a bit for the first time, the second time ... that a letter stands in the value, `rest` counts what
    has no bit, `length` all characters; `head` is the first four bytes; `words` is what "one name holds the other" is
    judged on and `word_bits` a bit for each of its words; `key` a number for the key without its spaces (0 without
    one); `initial` whether the value holds a lone letter. `even` says that no value has surplus spaces.
    """

    text: NDArray[np.object_]
    letters: NDArray[np.uint64]
    rest: NDArray[np.int32]
    length: NDArray[np.int32]
    head: NDArray[np.uint32]
    words: NDArray[np.object_]
    word_bits: NDArray[np.uint64]
    key: NDArray[np.uint64]
    initial: Flags
    even: bool


def texts_of(comparison: Comparison, column: Coded, key: Coded | None) -> Texts:
    """Look at each distinct value of a text column, and of the column of its keys, once."""
    text = np.array(column.values.to_list(), dtype=np.object_)
    letters, head = _bits_of_letters(column.values)
    length = column.values.str.len_chars().to_numpy().astype(np.int32)
    rest = np.where(letters == ANYTHING, length, length - np.bitwise_count(letters)).astype(np.int32)
    even = not column.values.str.contains(UNEVEN_SPACES).any()
    bare = Texts(text, letters, rest, length, head, text, NO_BITS, NO_BITS, np.zeros(0, dtype=np.bool_), even)
    if comparison.kind != "name":
        return bare
    bare = replace(bare, initial=column.values.str.contains(INITIAL).to_numpy())
    if key is None:
        return replace(bare, word_bits=_bits_of_words(column.values), key=np.zeros(len(text), dtype=np.uint64))
    of_value = np.full(len(text), MISSING, dtype=np.int32)
    present = column.codes != MISSING
    of_value[column.codes[present]] = key.codes[present]
    joined = key.values.str.replace_all(" ", "", literal=True).hash(seed=7).to_numpy()
    words = np.array([*key.values.to_list(), ""], dtype=np.object_)
    bits = np.append(_bits_of_words(key.values), np.uint64(0))
    return replace(bare, words=words[of_value], word_bits=bits[of_value], key=np.append(joined, np.uint64(0))[of_value])


def similarity(
    comparison: Comparison, texts: Texts, one: Codes, other: Codes, least: float, most: float = 1.0
) -> FloatArray:
    """How alike two values are (0 to 1; 0 where it is below `least`, and of what is above `most` only that it is).

    Jaro-Winkler; for names the better of that and the similarity of the words in alphabetical order.
    """
    common = _letters_that_may_match(texts, one, other)
    length_one, length_other = texts.length[one], texts.length[other]
    jaro = (common / np.maximum(length_one, 1) + common / np.maximum(length_other, 1) + 1.0) / 3.0
    bonus = WINKLER * _same_beginning(texts.head[one], texts.head[other])
    out = np.zeros(len(one))
    near = np.flatnonzero(np.where(jaro > WINKLER_FROM, jaro + bonus * (1.0 - jaro), jaro) >= least - 1e-9)
    first, second = texts.text[one[near]], texts.text[other[near]]
    # Not in single precision, in which 0.7 falls below a threshold of 0.7.
    jaro_winkler = JaroWinkler.normalized_similarity
    out[near] = cpdist(first, second, scorer=jaro_winkler, score_cutoff=least, dtype=np.float64, workers=-1)
    if comparison.kind == "name":
        sorted_words = 2.0 * common / np.maximum(length_one + length_other, 1)
        near = np.flatnonzero(((sorted_words >= least - 1e-9) | (not texts.even)) & (out < most))
        first, second = texts.text[one[near]], texts.text[other[near]]
        words = fuzz.token_sort_ratio
        scored = cpdist(first, second, scorer=words, score_cutoff=100 * least, dtype=np.float64, workers=-1)
        out[near] = np.maximum(out[near], scored / 100)
    return out


def one_holds_the_other(texts: Texts, one: Codes, other: Codes) -> Flags:
    """Whether all words of one name are words of the other, or stand in it shortened to their first letters."""
    bits_one, bits_other = texts.word_bits[one], texts.word_bits[other]
    shared = bits_one & bits_other
    out: Flags = ((shared == bits_one) | (shared == bits_other)) & (shared != 0)
    near = np.flatnonzero(out)
    ratio = cpdist(
        texts.words[one[near]], texts.words[other[near]], scorer=fuzz.token_set_ratio, score_cutoff=99.9, workers=-1
    )
    out[near] = ratio > 0
    # Only names that hold a lone letter: a decision word by word.
    for at in np.flatnonzero(texts.initial[one] | texts.initial[other]):
        out[at] = out[at] or _abbreviates(texts.text[one[at]], texts.text[other[at]])
    return out


def same_key(texts: Texts, one: Codes, other: Codes) -> Flags:
    """Equal keys, or equal once the spaces are taken out (a name joined or split)."""
    key = texts.key[one]
    return np.asarray((key == texts.key[other]) & (key != 0))


def _letters_that_may_match(texts: Texts, one: Codes, other: Codes) -> FloatArray:
    """No more letters than this can be matched between two texts: as often as both have each."""
    shared = np.bitwise_count(texts.letters[one] & texts.letters[other])
    most: FloatArray = np.minimum(texts.rest[one], texts.rest[other]) + shared.astype(np.float64)
    return most


def _same_beginning(one: NDArray[np.uint32], other: NDArray[np.uint32]) -> NDArray[np.int8]:
    """How many of the first four bytes agree."""
    differing = one ^ other
    agree: NDArray[np.int8] = np.zeros(len(one), dtype=np.int8)
    for shift in (24, 16, 8, 0):
        agree += differing >> np.uint32(shift) == 0
    return agree


def _bits_of_letters(values: pl.Series) -> tuple[NDArray[np.uint64], NDArray[np.uint32]]:
    if not values.len():
        return np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.uint32)
    arrow = values.to_arrow(compat_level=pl.CompatLevel.oldest())
    _, offsets, data = arrow.buffers()
    start = np.frombuffer(offsets, dtype=np.int64)[arrow.offset : arrow.offset + len(arrow) + 1]
    octets = np.frombuffer(data, dtype=np.uint8)
    padded = np.append(octets, np.zeros(4, dtype=np.uint8))
    letters = _counted_letters(octets, start)
    head = np.zeros(len(arrow), dtype=np.uint32)
    for place in range(4):
        inside = start[:-1] + place < start[1:]
        head = head << np.uint32(8) | np.where(inside, padded[start[:-1] + place], 0).astype(np.uint32)
    return letters, head


def _counted_letters(octets: NDArray[np.uint8], start: NDArray[np.int64]) -> NDArray[np.uint64]:
    """The bits of the letters of each text: the bytes from its `start` to the next one."""
    of_byte = np.zeros(256, dtype=np.uint32)
    for number, letter in enumerate(LETTERS):
        of_byte[[letter, letter + 32]] = 1 << number
    length = np.diff(start)
    times = np.zeros((4, len(length)), dtype=np.uint32)
    # The longest first, so that at each place those that go on stand together.
    by_length = np.argsort(np.minimum(length, LONGEST + 1) * -1, kind="stable")
    begin, going_on = start[:-1][by_length], np.cumsum(np.bincount(np.minimum(length, LONGEST + 1))[::-1])[::-1]
    for place in range(min(int(length.max(initial=0)), LONGEST)):
        some = going_on[place + 1]
        here = of_byte[octets[begin[:some] + place]]
        for more in (3, 2, 1):
            times[more, :some] |= times[more - 1, :some] & here
        times[0, :some] |= here
    once, twice, thrice, four = times.astype(np.uint64)
    bits = once | twice << np.uint64(26) | (thrice & THIRD) << np.uint64(52) | (four & FOURTH) << np.uint64(62)
    out = np.empty(len(length), dtype=np.uint64)
    out[by_length] = bits
    out[length > LONGEST] = ANYTHING
    return out


def _bits_of_words(values: pl.Series) -> NDArray[np.uint64]:
    words = pl.DataFrame({"value": np.arange(values.len()), "word": values.str.split(" ")}).explode("word")
    bit = pl.Series(np.left_shift(np.uint64(1), words["word"].hash(seed=7).to_numpy() & np.uint64(63)))
    gathered = words.with_columns(bit.alias("bit")).group_by("value").agg(pl.col("bit").bitwise_or()).sort("value")
    return gathered["bit"].to_numpy()


def _abbreviates(one: str, other: str) -> bool:
    """Whether one name is the other with words left out or cut to their first letters, in the same order.

    At least one whole word must be shared: letters alone fit too many names.
    """
    short, long = sorted((one.split(), other.split()), key=len)
    whole, rest = 0, iter(long)
    for word in short:
        for candidate in rest:
            if word == candidate:
                whole += len(word) > 1
                break
            if (len(word) == 1 and candidate.startswith(word)) or (len(candidate) == 1 and word.startswith(candidate)):
                break
        else:
            return False
    return whole > 0
