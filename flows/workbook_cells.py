"""The cells of a workbook as text, read in a process of its own: `python workbook_cells.py FILE`.

A workbook is compressed XML from a stranger: a few kilobytes may claim a sheet of a million rows by sixteen thousand
columns, and the parser dies of it, and whatever it lives in dies too. So it lives here, with bounded memory and time,
imports nothing of padan, and writes to its standard output, for each sheet, a line of JSON (`name, visible, bytes`) and
so many bytes of an Arrow stream, null bytes for a sheet that is damaged. Exit codes: 0, LOCKED, BROKEN.
"""

import json
import resource
import sys
from pathlib import Path

MEMORY = 4 << 30  # bytes of address space
SECONDS = 600  # of processor
LOCKED, BROKEN = 4, 5


def main() -> int:
    """Read the workbook that the command line names."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold what the workbook holds
    import fastexcel  # noqa: PLC0415 - under the limits too
    import pyarrow as pa  # noqa: PLC0415

    try:
        # From bytes, so that the content decides and not the name.
        book = fastexcel.read_excel(Path(sys.argv[1]).read_bytes())
    except BaseException as error:  # a panic in Rust is no Exception; calamine has no error of its own for a password
        said = str(error).lower()
        return LOCKED if "password" in said or "encrypted" in said else BROKEN
    out = sys.stdout.buffer
    for name in book.sheet_names:
        try:
            sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string", whitespace_as_null=True)
            batch = sheet.to_arrow()
        except BaseException:  # damaged XML; calamine has many errors for it, and panics
            out.write(json.dumps({"name": name, "visible": False, "bytes": None}).encode() + b"\n")
            continue
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, batch.schema) as stream:
            stream.write_batch(batch)
        cells = sink.getvalue()
        about = {"name": name, "visible": sheet.visible == "visible", "bytes": cells.size}
        out.write(json.dumps(about).encode() + b"\n")
        out.write(cells)
    out.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
