"""Validation timed: the suite of BPJS Kesehatan's participants (the longest for its rows) on made rows.

    python -m tests.benchmarks.validation 500000 5000000 [--memory 1GB]

Verdicts, quarantine, marks and the figures of the files, each size in a process of its own. The rows are made in SQL,
one in fifty with a fault, in two files; making them is not counted. Printed: seconds by the clock and of the
processors, rows, peak memory of the process (making the rows included) and DuckDB's limit. The seconds include the
import of Great Expectations.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from flows import staging
from flows.quality import measure
from flows.validate import validate
from schemas.tables import load_tables

KIND = "bpjs_kesehatan"
EXTRA = {f"raw_{name}": "VARCHAR" for name in ("nik", "kk", "card", "name", "birth_date", "sex", "village_code")}
# Of every fifty rows one has a fault, each fault in turn.
VALUES = {
    "row_id": "i",
    "record_id": "i",
    "source": f"'{KIND}'",
    "owner_code": "'36'",
    "file": "if(i % 5 = 0, 'participants_2.txt', 'participants_1.txt')",
    "source_row": "i",
    "source_key": "card",
    "register": f"'{KIND}:36'",
    "nik": "if(i % 50 = 1, null, '3601' || lpad((i * 7919)::varchar, 12, '0'))",
    "nik_status": "if(i % 50 = 1, 'missing', 'valid')",
    "raw_nik": "nik",
    "card": "if(i % 5000 = 1, null, lpad((i + if(i % 5000 = 4, 1, 0))::varchar, 13, '0'))",
    "raw_card": "if(i % 50 = 3, left(card, 11), card)",
    "name": "if(i % 5000 = 1, null, 'SITI AMINAH ' || i % 9973)",
    "name_std": "if(i % 5000 = 1, null, 'SITI AMINAH')",
    "raw_name": "name",
    "birth_date": "date '1940-01-01' + (i % 30000)::int",
    "raw_birth_date": "strftime(birth_date, '%d-%m-%Y')",
    "sex": "if(i % 2 = 0, 'L', 'P')",
    "raw_sex": "sex",
    "segment": "['PBI', 'PDA', 'PPU', 'MDR'][1 + i % 4]",
    "segment_as_written": "'PBI JK'",
    "status": "if(i % 50 = 5, null, 'AKTIF')",
    "start_date": "date '2015-01-01' + (i % 3000)::int",
    "end_date": "date '2030-01-01'",
    "regency_code": "['3601','3602','3603','3604','3671','3672','3673','3674'][1 + i % 8]",
}


def make(con: duckdb.DuckDBPyConnection, rows: int) -> None:
    """Fill `staged_bpjs_kesehatan` with so many rows."""
    types = {column.name: column.type for column in load_tables()["record"].columns} | EXTRA | {"row_id": "BIGINT"}
    first = ("nik", "card", "birth_date", "name", "sex")
    inner = ", ".join(f"({VALUES[name]}) as {name}" for name in first)
    outer = ", ".join(
        name if name in first else f"({VALUES.get(name, 'null')})::{type_} as {name}" for name, type_ in types.items()
    )
    con.execute(
        f"create table {staging.staged(KIND)} as select {outer} from (select i, {inner} from range(1, {rows + 1}) t(i))"
    )
    con.execute("checkpoint")


def timed(rows: int, memory: str) -> None:
    """Validate so many rows in this process and print one line."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(str(Path(folder) / "work.duckdb")) as con:
        con.execute(f"set memory_limit = '{memory}'; set enable_progress_bar = false; set threads = 2")
        make(con, rows)
        clock, processor = time.perf_counter(), time.process_time()
        verdicts = validate(con, [KIND], "run")
        measure(con, [KIND])
        seconds, cpu = time.perf_counter() - clock, time.process_time() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    expectations = verdicts.validation["expectation"].n_unique()
    print(
        f"{rows:>10,} rows, {expectations} expectations, {sum(verdicts.quarantined.values()):,} quarantined: "
        f"{seconds:5.1f} s, CPU {cpu:5.1f} s, peak {peak:.2f} GB, DuckDB limit {memory}"
    )


def main() -> None:
    """Each size in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=int, nargs="+")
    parser.add_argument("--memory", default="1GB")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    for rows in options.rows:
        if options.here:
            timed(rows, options.memory)
        else:
            command = [sys.executable, "-m", "tests.benchmarks.validation", str(rows), "--memory", options.memory]
            subprocess.run([*command, "--here"], check=True)


if __name__ == "__main__":
    main()
