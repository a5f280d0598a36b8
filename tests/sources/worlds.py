"""A configuration with sources elsewhere, and rows that are easy to tell again."""

from pathlib import Path

from flows.config import load
from flows.pull import Pulled
from tests.arrivals import read_sources

DEATHS = "NIK;NAMA_LGKP;TGL_LHR;TGL_MATI;NO_AKTA\n"
NAME = "SUPARNO MARTOWARDOJO"  # a value that no sentence may repeat
NIK = "3601010101500001"


def deaths(count: int = 2, name: str = NAME) -> str:
    """An extract of so many deaths, the n-th with the certificate 3671-KM-n."""
    return DEATHS + "".join(f"{NIK};{name};01-01-1950;02-01-2026;3671-KM-{n}\n" for n in range(1, count + 1))


def configured(folder: Path, *parts: str, retry_seconds: int = 0, more: str = "") -> Path:
    """Write padan.toml with the given [[source]] (a line or more, the kind civil_deaths) and other tables."""
    sources = "".join(f'[[source]]\nkind = "civil_deaths"\n{part}\n' for part in parts)
    (folder / "padan.toml").write_text(
        f'[run]\nprovince = "36"\n[fetch]\nretry_seconds = {retry_seconds}\n{more}\n{sources}', encoding="utf-8"
    )
    return folder


def read(folder: Path) -> Pulled:
    """What comes of a configuration on 20 November 2026."""
    return read_sources(load(folder))


def certificates(pulled: Pulled) -> list[str]:
    """The numbers of the certificates that were read, which tell the rows apart."""
    frame = pulled.frames.get("civil_deaths")
    return [] if frame is None else frame["certificate_no"].to_list()


def problems(pulled: Pulled) -> list[tuple[str, str | None]]:
    """Each file and the code of its problem; sentences are whole and repeat no value."""
    for text in (*pulled.files["problem_text"].drop_nulls(), *pulled.files["problem_text_id"].drop_nulls()):
        assert text.endswith(".")
        assert NAME not in text
        assert "\n" not in text
    return pulled.files.select("file", "problem").rows()
