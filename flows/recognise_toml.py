"""The text of a configuration as `padan init` writes it, with comments in Indonesian and English."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from flows.config import Config, Gates, Match, Run

HEAD = """\
# Konfigurasi padan, ditulis oleh `padan init`. Boleh diubah dengan tangan.
# Configuration of padan, written by `padan init`. It may be edited by hand.

[run]
province = {province}  # kode provinsi Kemendagri / Home Affairs code of the province
output = {output}  # folder hasil, dihitung dari berkas ini / folder of the results, from this file
keep = {keep}  # banyaknya basis data terbitan yang disimpan / published databases that are kept

[gates]
# Sumber yang harus ada; tanpa salah satunya terbitan ditahan.
# Sources that must be there; without one of them nothing is published.
"""
TAIL = """\
max_drop = {gates.max_drop}  # turunnya jumlah baris yang masih diterima / fall in rows that is still accepted
max_quarantine = {gates.max_quarantine}  # bagian baris yang boleh dikarantina / share that may be quarantined

# [last_good]  # baris terakhir yang baik menggantikan berkas yang ditolak, lihat docs/quality.md
# use = ["regency", "decree", "bpjs_kesehatan_bill"]  # last good rows stand in for refused files of these kinds

[match]
link = {match.link}  # peluang untuk dipasangkan / probability from which two records are linked
review = {match.review}  # peluang untuk diperiksa petugas / from which a pair goes to an officer
full_every_days = {match.full_every_days}  # model dilatih ulang paling lambat / the model is trained anew at the latest
"""


@dataclass(frozen=True)
class Entry:
    """One `[[source]]`: `path` relative to the configuration, `members` a file in it when it is a ZIP."""

    kind: str
    layout: str
    path: str
    owner: str | None
    members: str | None = None


def configuration(province: str, required: Sequence[str], missing: Sequence[str], entries: Sequence[Entry]) -> str:
    """The whole file. `missing` are kinds without a file, said in a comment."""
    run = Run(province=province)
    lines = [HEAD.format(province=quoted(province), output=quoted(run.output), keep=run.keep)]
    untested = ", ".join(kind for kind in missing if kind not in required)
    if untested:
        lines.append(f"# Tidak ditemukan: {untested}; temuan yang memerlukannya tidak dapat diuji.\n")
        lines.append(f"# Not found: {untested}; findings that need them cannot be tested.\n")
    held = ", ".join(kind for kind in missing if kind in required)
    if held:
        lines.append(f"# Tidak ditemukan dan harus ada: {held}; tanpa itu tidak ada terbitan.\n")
        lines.append(f"# Not found and needed: {held}; nothing is published without them.\n")
    lines.append("required = [\n" + "".join(f"  {quoted(kind)},\n" for kind in required) + "]\n")
    lines.append(TAIL.format(gates=Gates(), match=Match()))
    lines.extend(_source(entry) for entry in entries)
    return "".join(lines)


def _source(entry: Entry) -> str:
    owner = (
        f"owner = {quoted(entry.owner)}\n"
        if entry.owner
        else '# owner = "...."  # pemilik tidak diketahui, isi kode kabupaten/kota / owner unknown, give its code\n'
    )
    members = f"members = {quoted(entry.members)}\n" if entry.members else ""
    return (
        f"\n[[source]]\nkind = {quoted(entry.kind)}\nlayout = {quoted(entry.layout)}\n"
        f"path = {quoted(entry.path)}\n{members}{owner}"
    )


def elsewhere(config: Config) -> str:
    """The sources of a configuration and its connections, as they stand there."""
    tables: list[tuple[str, BaseModel]] = [("[[source]]", source) for source in config.sources]
    tables += [(f"[connection.{name}]", connection) for name, connection in config.connection.items()]
    return "".join(f"\n{heading}\n{_settings(table)}" for heading, table in tables)


def _settings(table: BaseModel) -> str:
    given = table.model_dump(exclude_unset=True)
    return "".join(f"{name} = {quoted(v) if isinstance(v, str) else json.dumps(v)}\n" for name, v in given.items())


def quoted(text: str) -> str:
    """A TOML basic string. JSON's escapes are TOML's too, but for DEL, which JSON leaves alone."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
