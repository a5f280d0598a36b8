"""What must hold of any file, whatever stands in it."""

import tempfile
from datetime import date
from pathlib import Path

import polars as pl

from flows.faults import count_faults
from flows.reading import Reading, read_file
from flows.standardise import standardise
from schemas.layouts import layouts_of, load_layouts

LAYOUTS = load_layouts()
AS_OF = date(2026, 11, 20)


def read_bytes(content: bytes, kind: str = "decree", name: str = "sumber") -> Reading:
    """A file of these bytes, read as a source of that kind."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        return read_file(path, layouts_of(kind, LAYOUTS))


def held_to_account(reading: Reading) -> None:
    """A reading is rows or one plain sentence; each data row is there once; what was read can be standardised."""
    assert (reading.frame is None) == (reading.problem is not None)
    if reading.problem is not None:
        for said in (reading.problem.text, reading.problem.text_id):
            assert said.endswith(".")
            assert "\n" not in said
        return
    assert isinstance(reading.frame, pl.DataFrame)
    assert reading.layout is not None
    numbers = sorted([*reading.frame["source_row"], *reading.rejected["source_row"]])
    assert numbers == list(range(1, len(numbers) + 1))
    assert reading.rejected.null_count().select("expectation", "reason", "reason_id", "raw").row(0) == (0, 0, 0, 0)
    frame = reading.frame.with_columns(owner_code=pl.lit("36"), file=pl.lit("sumber"))
    kind = reading.layout.kind
    standard = standardise({kind: frame}, "36", AS_OF)[kind]
    assert standard.height == frame.height
    if "nik" in standard.columns:
        assert standard["nik"].drop_nulls().str.contains("^[0-9]{16}$").all()
        assert not standard["name"].drop_nulls().str.contains(r"\p{C}").any()
    count_faults(kind, frame, standard)
