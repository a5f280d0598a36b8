"""A published night of a few rows (tests/spec/world.py): files, runs and regions beside people and findings."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from flows.publish import build, current, describe_run, make_current
from flows.regions import store_regions
from schemas.tables import create_statement, load_tables
from tests.spec.world import ALL_KINDS, AS_OF, searched

MOMENT = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def publish_night(
    output: Path,
    world: str,
    run_id: str = "20261120-1",
    as_of: date = AS_OF,
    kinds: frozenset[str] = ALL_KINDS,
    moment: datetime = MOMENT,
    also: str = "",
) -> Path:
    """Publish a night over the rows of `world` in the folder `output`; gives its database.

    also: SQL that is run on the work database before it is published.
    """
    con = searched(world, as_of=as_of, kinds=kinds, run_id=run_id, previous=current(output))
    describe_run(con, run_id, as_of, moment, moment, "hash")
    store_regions(con)
    con.execute(create_statement(load_tables()["source_file"]))
    con.execute(
        "INSERT INTO source_file (run_id, source, owner_code, file, sha256, rows_read, rows_accepted) "
        "SELECT $run, source, any_value(owner_code), file, md5(file) || md5(file), count(*), count(*) "
        "FROM record GROUP BY source, file",
        {"run": run_id},
    )
    con.execute(also or "SELECT 1")
    folder = output / ".work" / run_id
    folder.mkdir(parents=True)
    built = build(con, folder, output, run_id)
    con.close()
    return make_current(built, None, output, as_of, 9)
