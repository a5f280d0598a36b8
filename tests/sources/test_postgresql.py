"""A table or a query of PostgreSQL, against Debian's server started here."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from tests.sources.servers import SECRET, USER, Certificate, certificate, postgresql
from tests.sources.worlds import NAME, certificates, configured, problems, read

TABLE = """
CREATE SCHEMA capil;
CREATE TABLE capil.kematian (nik numeric(16), nama_lgkp text, tgl_lhr date, tgl_mati date, no_akta varchar(30));
INSERT INTO capil.kematian VALUES
    (9201010101500001, 'SUPARNO MARTOWARDOJO', '1950-01-31', '2026-01-02', '3671-KM-1'),
    (3601010101500002, 'SITI "ITI" A; B, C', '1950-01-31', '2026-01-02', '3671-KM-2'),
    (NULL, E'DUA\\nBARIS', NULL, '2026-01-02', '3671-KM-3');
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def port(made: Certificate) -> Iterator[int]:
    with postgresql(made) as running:
        grants = f"CREATE ROLE {USER} LOGIN PASSWORD '{SECRET}'; GRANT USAGE ON SCHEMA capil TO {USER};"
        boss(running, TABLE + grants + f"GRANT SELECT, INSERT ON capil.kematian TO {USER}")
        yield running


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PADAN_PG", SECRET)


def boss(port: int, sql: str) -> str:
    """Say something to the server as its superuser; its answer's first value."""

    async def run() -> str:
        connection = await asyncpg.connect(host="127.0.0.1", port=port, user="boss", database="postgres", ssl=False)
        try:
            if sql.startswith("SHOW"):
                return str(await connection.fetchval(sql))
            return str(await connection.execute(sql))
        finally:
            await connection.close()

    return asyncio.run(run())


def set_tls(port: int, wanted: str) -> None:
    """Switch the server's TLS `on` or `off`, and wait until it has taken note."""
    boss(port, f"ALTER SYSTEM SET ssl = {wanted}")
    boss(port, "SELECT pg_reload_conf()")
    for _ in range(100):
        if boss(port, "SHOW ssl") == wanted:
            return
        time.sleep(0.1)
    raise AssertionError("the server did not reload")


def world(folder: Path, port: int, what: str, made: Certificate | None = None, retry_seconds: int = 0) -> Path:
    tls = f'ca = "{made.certificate}"' if made else "tls = false"
    connection = (
        f'[connection.siak]\ntype = "postgresql"\nhost = "127.0.0.1"\nport = {port}\ndatabase = "postgres"\n'
        f'user = "{USER}"\nsecret = "env:PADAN_PG"\n{tls}\n'
    )
    return configured(folder, f'connection = "siak"\n{what}', retry_seconds=retry_seconds, more=connection)


def test_a_table_as_the_server_writes_it(tmp_path: Path, port: int, made: Certificate) -> None:
    pulled = read(world(tmp_path, port, 'table = "capil.kematian"', made))
    assert problems(pulled) == [("siak.capil.kematian", None)]
    frame = pulled.frames["civil_deaths"].select("source_row", "nik", "name", "birth_date", "certificate_no")
    assert frame.rows() == [
        (1, "9201010101500001", NAME, "1950-01-31", "3671-KM-1"),
        (2, "3601010101500002", 'SITI "ITI" A; B, C', "1950-01-31", "3671-KM-2"),
        (3, None, "DUA\nBARIS", None, "3671-KM-3"),
    ]


@pytest.mark.parametrize("end", ["", ";", " -- sampai di sini"])
def test_a_query(tmp_path: Path, port: int, end: str) -> None:
    query = f"SELECT nik, nama_lgkp, tgl_mati, no_akta FROM capil.kematian WHERE nik IS NOT NULL ORDER BY 1{end}"
    pulled = read(world(tmp_path, port, f"query = '''{query}'''"))
    assert problems(pulled) == [("siak.civil_deaths", None)]
    assert certificates(pulled) == ["3671-KM-2", "3671-KM-1"]
    assert pulled.files["missing_columns"].to_list() == ["TGL_LHR"]


def test_nothing_is_written_even_by_a_user_who_may(tmp_path: Path, port: int) -> None:
    query = "WITH n AS (INSERT INTO capil.kematian VALUES (1) RETURNING nik) SELECT nik FROM n"
    pulled = read(world(tmp_path, port, f"query = '{query}'"))
    assert pulled.files["problem"].to_list() == ["refused"]
    assert len(certificates(read(world(tmp_path, port, 'table = "capil.kematian"')))) == 3


def test_a_server_whose_certificate_is_not_known_is_not_talked_to(tmp_path: Path, port: int) -> None:
    folder = world(tmp_path, port, 'table = "capil.kematian"')
    config = folder / "padan.toml"
    config.write_text(config.read_text(encoding="utf-8").replace("tls = false", ""), encoding="utf-8")
    pulled = read(folder)
    assert problems(pulled) == [("siak.capil.kematian", "refused")]
    assert "the certificate of the server" in pulled.files["problem_text"][0]


def test_a_server_without_tls_is_not_talked_to(tmp_path: Path, port: int, made: Certificate) -> None:
    set_tls(port, "off")
    try:
        pulled = read(world(tmp_path, port, 'table = "capil.kematian"', made, retry_seconds=1))
    finally:
        set_tls(port, "on")
    assert "does not encrypt" in pulled.files["problem_text"][0]


@pytest.mark.parametrize(
    ("what", "problem"),
    [
        ('table = "capil.tiada"', "refused"),
        ('query = "SELECT salah FROM"', "refused"),
        ("query = \"SELECT 'SUPARNO MARTOWARDOJO'::int\"", "refused"),
        ('query = "SELECT * FROM pg_authid"', "refused"),
    ],
)
def test_what_the_server_says_no_to_repeats_no_value(tmp_path: Path, port: int, what: str, problem: str) -> None:
    assert [code for _, code in problems(read(world(tmp_path, port, what)))] == [problem]


def test_a_wrong_secret_is_refused(tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PADAN_PG", "salah-sekali")
    pulled = read(world(tmp_path, port, 'table = "capil.kematian"', retry_seconds=30))
    assert problems(pulled) == [("siak.capil.kematian", "refused")]
    assert "salah-sekali" not in str(pulled.files.rows())


def test_a_server_that_ends_the_query_half_way_gives_nothing(tmp_path: Path, port: int) -> None:
    query = (
        "SELECT nik, nama_lgkp, tgl_mati, no_akta, pg_terminate_backend(pg_backend_pid()) "
        "FROM capil.kematian, generate_series(1, 100000) n WHERE n < 90000 OR pg_terminate_backend(pg_backend_pid())"
    )
    pulled = read(world(tmp_path, port, f"query = '{query}'"))
    assert pulled.files["problem"].to_list() == ["unreachable"]
    assert pulled.frames == {}


def test_many_rows_keep_every_digit(tmp_path: Path, port: int) -> None:
    query = (
        "SELECT 3601010101500000 + n AS nik, md5(n::text) AS nama_lgkp, date '2026-01-02' AS tgl_mati, "
        "n AS no_akta FROM generate_series(1, 300000) n"
    )
    pulled = read(world(tmp_path, port, f'query = "{query}"'))
    assert pulled.frames["civil_deaths"]["nik"].n_unique() == 300_000
