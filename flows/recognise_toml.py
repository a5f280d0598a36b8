"""The text of a configuration as `padan init` writes it, with comments in Indonesian and English."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

HEAD = """\
# Konfigurasi padan, ditulis oleh `padan init`. Boleh diubah dengan tangan.
# Configuration of padan, written by `padan init`. It may be edited by hand.

[run]
province = {province}  # kode provinsi Kemendagri / Home Affairs code of the province
output = "out"  # folder hasil, dihitung dari berkas ini / folder of the results, from this file
keep = 7  # banyaknya basis data terbitan yang disimpan / published databases that are kept

[gates]
# Sumber yang harus ada; tanpa salah satunya terbitan ditahan.
# Sources that must be there; without one of them nothing is published.
"""
TAIL = """\
max_drop = 0.30  # turunnya jumlah baris yang masih diterima / fall in rows that is still accepted
max_quarantine = 0.20  # bagian baris yang boleh dikarantina / share of rows that may be quarantined

[match]
link = 0.70  # peluang untuk dipasangkan / probability from which two records are linked
review = 0.30  # peluang untuk diperiksa petugas / from which a pair goes to an officer
"""


@dataclass(frozen=True)
class Entry:
    """One `[[source]]`: `path` relative to the configuration."""

    kind: str
    layout: str
    path: str
    owner: str | None


def configuration(province: str, required: Sequence[str], missing: Sequence[str], entries: Sequence[Entry]) -> str:
    """The whole file. `missing` are kinds without a file: findings that need them cannot be tested."""
    lines = [HEAD.format(province=quoted(province))]
    if missing:
        lines.append(f"# Tidak ditemukan: {', '.join(missing)}; temuan yang memerlukannya tidak dapat diuji.\n")
        lines.append(f"# Not found: {', '.join(missing)}; findings that need them cannot be tested.\n")
    lines.append("required = [\n" + "".join(f"  {quoted(kind)},\n" for kind in required) + "]\n")
    lines.append(TAIL)
    lines.extend(_source(entry) for entry in entries)
    return "".join(lines)


def _source(entry: Entry) -> str:
    owner = (
        f"owner = {quoted(entry.owner)}\n"
        if entry.owner
        else '# owner = "...."  # pemilik tidak diketahui, isi kode kabupaten/kota / owner unknown, give its code\n'
    )
    return (
        f"\n[[source]]\nkind = {quoted(entry.kind)}\nlayout = {quoted(entry.layout)}\n"
        f"path = {quoted(entry.path)}\n{owner}"
    )


def quoted(text: str) -> str:
    """A TOML basic string. JSON's escapes are TOML's too, but for DEL, which JSON leaves alone."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
