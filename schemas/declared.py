"""SQL files that carry their own description: lines `-- word: text` above the query."""

import re
from pathlib import Path

from schemas.errors import PadanError

_WORD = re.compile(r"^-- (?P<word>[a-z_]+): (?P<text>\S.*)$")


def read_declared(path: Path, words: tuple[str, ...], optional: tuple[str, ...] = ()) -> tuple[dict[str, str], str]:
    """The described words of an SQL file and the file's whole text.

    Raises PadanError naming the file when one of `words` is missing or a word is neither in `words` nor `optional`.
    """
    text = path.read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for line in text.splitlines():
        if not line.startswith("--"):
            break
        match = _WORD.match(line)
        if match is None:
            raise PadanError(f"{path.parent.name}/{path.name} has a heading line that cannot be read: {line}.")
        found[match["word"]] = match["text"].strip()
    for word in words:
        if word not in found:
            raise PadanError(f"{path.parent.name}/{path.name} does not say its {word}.")
    for word in found:
        if word not in words and word not in optional:
            raise PadanError(f"{path.parent.name}/{path.name} has an unknown heading {word}.")
    return found, text


# How a kind of extract is called in a sentence to an officer.
KIND_TERMS = {
    "province": "DTSEN provinsi",
    "regency": "register kabupaten/kota",
    "decree": "SK PBPU Pemda",
    "bpjs_kesehatan": "peserta BPJS Kesehatan",
    "bpjs_kesehatan_bill": "tagihan BPJS Kesehatan",
    "bpjs_ketenagakerjaan": "peserta BPJS Ketenagakerjaan",
    "employers": "WLKP Disnaker",
    "civil_deaths": "akta kematian Dukcapil",
    "workforce": "sasaran pekerja",
    "signed_total": "jumlah pada berita acara",
    "civil_registry": "data penduduk Dukcapil (belum ada jenis berkasnya)",
    "letters": "surat keterangan faskes",
    "roster": "daftar pegawai non-ASN",
    "construction": "daftar proyek jasa konstruksi",
    "quota": "kuota peserta",
    "claims": "klaim BPJS Ketenagakerjaan",
    "rule:umk": "UMK kabupaten/kota (isi di folder rules)",
}
# ... and a column that an extract may lack: `kind.column` in a needs line.
COLUMN_TERMS = {"kk": "nomor KK", "relation": "hubungan keluarga"}


def missing_kinds(needs: str, present: frozenset[str]) -> list[str]:
    """The parts of a needs line (`a, b|c`: a, and b or c) that no kind in `present` fulfils, in order.

    A part may be a column of a kind's records, as `regency.relation`.
    """
    parts = [part.strip() for part in needs.split(",")]
    return [part for part in parts if present.isdisjoint(part.split("|"))]


def kinds_in_words(parts: list[str]) -> str:
    """`["civil_deaths", "decree|regency"]` as the Indonesian words for them."""
    return ", ".join(" atau ".join(_in_words(kind) for kind in part.split("|")) for part in parts)


def _in_words(need: str) -> str:
    kind, _, column = need.partition(".")
    term = KIND_TERMS.get(kind, kind)
    return f"{COLUMN_TERMS.get(column, column)} pada {term}" if column else term
