"""The words of the reports in Indonesian and English, from `templates/words.toml` and `templates/glossary.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

TEMPLATES = Path(__file__).parent / "templates"
LANGUAGES = ("id", "en")


@cache
def words() -> dict[str, dict[str, str]]:
    """Every sentence by its key: `{"id": …, "en": …}`."""
    return tomllib.loads((TEMPLATES / "words.toml").read_text(encoding="utf-8"))


@cache
def glossary() -> tuple[dict[str, str], ...]:
    """The terms a reader may not know: `word`, `id`, `en`."""
    return tuple(tomllib.loads((TEMPLATES / "glossary.toml").read_text(encoding="utf-8"))["term"])


def plain(key: str, language: str = "id", **values: Any) -> str:
    """One sentence in one language, its `{names}` filled in. Raises KeyError for an unknown key."""
    return words()[key][language].format(**values)


def both(indonesian: Any, english: Any) -> Markup:
    """Two texts as HTML of which the page shows one, by the reader's choice; the same text twice is written once."""
    first, second = escape(indonesian), escape(english or indonesian)
    if first == second:
        return first
    return Markup('<span lang="id">{}</span><span lang="en">{}</span>').format(first, second)


def say(key: str, **values: Any) -> Markup:
    """One sentence in both languages, its values escaped."""
    return both(plain(key, "id", **values), plain(key, "en", **values))


def known(key: str, otherwise: str) -> Markup:
    """The sentence of `key` in both languages when there is one; else `otherwise` as it stands."""
    return say(key) if key in words() else escape(otherwise)
