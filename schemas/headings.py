"""Headings compared: without case and punctuation, and word by word with abbreviations spelt out."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

WORDS = Path(__file__).parent / "layouts" / "_words.toml"


@lru_cache(maxsize=8192)
def normal_heading(text: str) -> str:
    """A heading without case, spaces, dots, underscores or other punctuation: `No. KK ` and `NO_KK` agree."""
    return re.sub(r"[\W_]+", "", text).casefold()


@lru_cache(maxsize=8192)
def heading_words(text: str) -> str:
    """A heading as spelt-out words: `TGL. LHR`, `TglLhr` and `TGLLHR` are all `tanggal lahir`.

    A piece that is made of known words only is taken apart; any other piece stays as it is.
    """
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    pieces = [piece.casefold() for piece in re.split(r"[\W_]+", parted) if piece]
    return " ".join(word for piece in pieces for word in _taken_apart(piece))


def _taken_apart(piece: str) -> tuple[str, ...]:
    """The fewest known words that make up a piece, spelt out; the piece itself when none do."""
    words = _spelling()
    best: list[tuple[str, ...] | None] = [()] + [None] * len(piece)
    for end in range(1, len(piece) + 1):
        for start in range(end):
            before, word = best[start], words.get(piece[start:end])
            if before is not None and word is not None:
                longer = (*before, word)
                current = best[end]
                if current is None or len(longer) < len(current):
                    best[end] = longer
    return best[-1] or (piece,)


@cache
def _spelling() -> Mapping[str, str]:
    """Abbreviation or word -> the word."""
    declared: dict[str, list[str]] = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    return {short: word for word, shorts in declared.items() for short in (word, *shorts)}
