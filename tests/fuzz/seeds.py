"""Small good files in every form, to be damaged: what fuzzing starts from."""

import io
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

import xlsxwriter

DECREE = ("NO", "PSNOKA", "NIK", "NAMA", "TGL_LAHIR", "KODE_DESA", "NO_SK", "TMT")
SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns"


@dataclass(frozen=True)
class Bomb:
    """A part of an archive: a filling of a megabyte many times over between two ends; `says`: how large it claims to
    be. Its checksum is wrong, which is found when all has been unpacked."""

    first: bytes
    filling: bytes
    megabytes: int
    last: bytes
    says: int


def person(number: int, name: str = "SUPARNO", nik: str | None = None) -> list[str]:
    """A row of a decree."""
    own = nik or f"360101{number % 28 + 1:02d}0190{number % 9999 + 1:04d}"
    born = f"1990-01-{number % 28 + 1:02d}"
    return [str(number), f"{number:013d}", own, name, born, "3601012001", "465/1/2026", "2026-01-01"]


def table(rows: int = 6) -> list[list[str]]:
    """A decree under its title, with a total and a signature."""
    names = ("SUPARNO", "SITI AMINAH", "I MADE ARYA", "RENÉ D'SOUZA", "H. TB. ENTUS", "ALM. SLAMET")
    people = [person(number, names[number % len(names)]) for number in range(1, rows + 1)]
    return [["DAFTAR PESERTA"], list(DECREE), *people, ["", "", "JUMLAH", str(rows)], ["Kepala Dinas"]]


def text(rows: Sequence[Sequence[str]], delimiter: str = ";", end: str = "\n", encoding: str = "utf-8") -> bytes:
    """Rows as delimited text."""
    return "".join(delimiter.join(cells) + end for cells in rows).encode(encoding, "replace")


def xlsx(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows as a workbook."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("SK")
    for number, cells in enumerate(rows):
        sheet.write_row(number, 0, cells)
    book.close()
    return made.getvalue()


def ods(rows: Sequence[Sequence[str]], further: str = "") -> bytes:
    """Rows as an OpenDocument spreadsheet; `further` is XML behind the last row."""
    body = "".join(f"<table:table-row>{''.join(map(_ods_cell, cells))}</table:table-row>" for cells in rows)
    content = (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{OFFICE}:office:1.0" '
        f'xmlns:table="{OFFICE}:table:1.0" xmlns:text="{OFFICE}:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="SK">{body}{further}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{OFFICE}:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    return packed({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


def _ods_cell(value: str) -> str:
    return f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'


def raw_xlsx(sheet: str | Bomb, strings: str | Bomb = "") -> bytes:
    """A workbook around the XML of a sheet's data, and of its shared strings, as they are given."""
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    return packed(
        {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
            f'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{kind}"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
            f'Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{SPREADSHEET}/main" xmlns:r="{relations}"><sheets>'
            '<sheet name="SK" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
            f'Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" '
            f'Type="{relations}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
            "xl/sharedStrings.xml": strings or f'<sst xmlns="{SPREADSHEET}/main"/>',
            "xl/worksheets/sheet1.xml": sheet,
        }
    )


def packed(parts: Mapping[str, str | Bomb]) -> bytes:
    """A ZIP archive of parts."""
    made, directory = io.BytesIO(), b""
    for name, part in parts.items():
        data, size, crc = _deflated(part)
        about = struct.pack("<HHHHHLLLHH", 20, 0, 8, 0, 33, crc, len(data), size, len(name), 0)
        where = made.tell()
        made.write(b"PK\x03\x04" + about + name.encode() + data)
        # The directory's entry has more in it: version, comment, disk, attributes and the place of the part.
        directory += (
            b"PK\x01\x02" + struct.pack("<H", 20) + about + struct.pack("<HHHLL", 0, 0, 0, 0, where) + name.encode()
        )
    where = made.tell()
    end = struct.pack("<HHHHLLH", 0, 0, len(parts), len(parts), len(directory), where, 0)
    made.write(directory + b"PK\x05\x06" + end)
    return made.getvalue()


def _deflated(part: str | Bomb) -> tuple[bytes, int, int]:
    """Compressed bytes, size and checksum; the megabyte of a bomb is compressed once and repeated."""
    if isinstance(part, str):
        content = part.encode()
        return zlib.compress(content, wbits=-15), len(content), zlib.crc32(content)
    pieces = []
    press = zlib.compressobj(wbits=-15)
    for content in (part.first, part.filling * (1 << 20), part.last):
        pieces.append(press.compress(content) + press.flush(zlib.Z_FULL_FLUSH))
    return pieces[0] + pieces[1] * part.megabytes + pieces[2] + press.flush(), part.says, 0


def texts() -> list[bytes]:
    """The table in every form of text."""
    rows = table()
    encodings = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252")
    forms = [text(rows, ";", "\n", encoding) for encoding in encodings]
    forms += [text(rows, delimiter, end) for delimiter in ",|\t" for end in ("\n", "\r\n", "\r")]
    quoted = [[f'"{cell}"' for cell in cells] for cells in rows]
    return [*forms, text(quoted, ","), text([['"' + ";".join(cells) + '"'] for cells in rows])]


def workbooks() -> list[bytes]:
    """The table as workbooks."""
    return [xlsx(table()), ods(table())]
