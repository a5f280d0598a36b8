"""Comparing texts: how alike two are, screened by columns before any letter is compared.

Most candidate pairs have names that are nothing alike. Which letters and words each distinct value holds is kept as
bits: they show at once, and without error, that a pair cannot reach a level, and only the rest is scored.
"""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True)
class Texts:
    """What is known of each distinct value, in the order of its codes.

    `letters` has a bit a kind of letter, `length` counts all, `head` is the first four bytes; `words` is what "one
    name holds the other" is judged on and `word_bits` a bit for each of its words; `key` a number for the key without
    its spaces (0 without one); `initial` whether the value holds a lone letter.
    """

    text: NDArray[np.object_]
    letters: NDArray[np.uint64]
    length: NDArray[np.int32]
    head: NDArray[np.uint32]
    words: NDArray[np.object_]
    word_bits: NDArray[np.uint64]
    key: NDArray[np.uint64]
    initial: Flags


def texts_of(comparison: Comparison, column: Coded, key: Coded | None) -> Texts:
    """Look at each distinct value of a text column, and of the column of its keys, once."""
    text = np.array(column.values.to_list(), dtype=np.object_)
    letters, head = _bits_of_letters(column.values)
    length = column.values.str.len_chars().to_numpy().astype(np.int32)
    if comparison.kind != "name":
        nothing = np.zeros(0, dtype=np.uint64)
        return Texts(text, letters, length, head, text, nothing, nothing, np.zeros(0, dtype=np.bool_))
    initial = column.values.str.contains(INITIAL).to_numpy()
    if key is None:
        nothing = np.zeros(len(text), dtype=np.uint64)
        return Texts(text, letters, length, head, text, _bits_of_words(column.values), nothing, initial)
    of_value = np.full(len(text), MISSING, dtype=np.int32)
    present = column.codes != MISSING
    of_value[column.codes[present]] = key.codes[present]
    joined = key.values.str.replace_all(" ", "", literal=True).hash(seed=7).to_numpy()
    words = np.array([*key.values.to_list(), ""], dtype=np.object_)
    bits = np.append(_bits_of_words(key.values), np.uint64(0))
    return Texts(
        text, letters, length, head, words[of_value], bits[of_value], np.append(joined, np.uint64(0))[of_value], initial
    )


def similarity(comparison: Comparison, texts: Texts, one: Codes, other: Codes, least: float) -> FloatArray:
    """How alike two values are (0 to 1; 0 where it is below `least`).

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
        near = np.flatnonzero(sorted_words >= least - 1e-9)
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
    """No more letters than this can be matched between two texts: each has those that the other has none of."""
    bits_one, bits_other = texts.letters[one], texts.letters[other]
    only_one = np.bitwise_count(bits_one & ~bits_other)
    only_other = np.bitwise_count(bits_other & ~bits_one)
    most: FloatArray = np.minimum(texts.length[one] - only_one, texts.length[other] - only_other).astype(np.float64)
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
    # A bit each for the 62 bytes from "0" on (digits, capitals, most small letters), one for whatever lies beyond.
    bit = np.left_shift(np.uint64(1), np.clip(np.arange(256) - 48, 0, 62).astype(np.uint64))
    bit[:48] = 0
    padded = np.append(octets, np.zeros(4, dtype=np.uint8))
    letters = np.bitwise_or.reduceat(np.append(bit[octets], np.uint64(0)), start[:-1])
    letters[start[1:] == start[:-1]] = 0
    head = np.zeros(len(arrow), dtype=np.uint32)
    for place in range(4):
        inside = start[:-1] + place < start[1:]
        head = head << np.uint32(8) | np.where(inside, padded[start[:-1] + place], 0).astype(np.uint32)
    return letters, head


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
