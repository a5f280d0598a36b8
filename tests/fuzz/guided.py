"""A fuzzer that is led by the code it reaches: no bytes may raise, hang, or lose a row.

    pip install -e ".[fuzz]"
    python -m tests.fuzz.guided text [-runs=100000] [-max_total_time=300]
    python -m tests.fuzz.guided values

`text` gives bytes to the readers, as a file, and what they read to the standardisers; `values` gives texts to the
standardisers alone. What comes behind are options of libFuzzer; the command ends when it has found something, and
leaves the bytes in a file `crash-...`. Workbooks are parsed in a process of their own, which ours cannot see into; they
are damaged at random in `test_damaged.py`.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import date
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["flows", "matchers.standardise"]):
    from flows.standardise import standardise
    from tests.fuzz.holding import held_to_account, read_bytes
    from tests.fuzz.seeds import texts

import polars as pl

from schemas.layouts import kind_fields, load_layouts

AS_OF = date(2026, 11, 20)
LAYOUTS = load_layouts()
KINDS = tuple(LAYOUTS)


def fuzz_text(data: bytes) -> None:
    """A file of these bytes, as any kind of source."""
    if data:
        held_to_account(read_bytes(data[1:], KINDS[data[0] % len(KINDS)]))


def fuzz_values(data: bytes) -> None:
    """Rows of these texts, as any kind of source."""
    source = atheris.FuzzedDataProvider(data)
    kind = source.PickValueInList(list(KINDS))
    fields = kind_fields(kind, LAYOUTS)
    rows = range(source.ConsumeIntInRange(1, 4))
    columns = {name: [source.ConsumeUnicodeNoSurrogates(20) or None for _ in rows] for name in fields}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(fields, pl.String)).with_columns(
        owner_code=pl.lit("36"), file=pl.lit("f"), source_row=pl.int_range(1, pl.len() + 1)
    )
    assert standardise({kind: frame}, "36", AS_OF)[kind].height == frame.height


def main() -> None:
    """Start from the seeds, or from the folder that the command line names."""
    target = {"text": fuzz_text, "values": fuzz_values}.get(sys.argv[1] if len(sys.argv) > 1 else "")
    if target is None:
        raise SystemExit("Say what is fuzzed: text or values.")
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(texts()):
            (Path(corpus) / f"seed-{number}").write_bytes(b"\x03" + seed)
        options = ["-max_len=4096", "-timeout=60", "-rss_limit_mb=4096", *sys.argv[2:]]
        atheris.Setup([sys.argv[0], corpus, *options], target)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
