"""A table or a query of MariaDB, against Debian's server started here."""

from collections.abc import Iterator
from pathlib import Path

import pymysql
import pytest

from tests.sources.servers import SECRET, USER, Certificate, certificate, mariadb
from tests.sources.worlds import NAME, certificates, configured, problems, read

TABLE = (
    "CREATE DATABASE capil CHARACTER SET utf8mb4",
    "CREATE TABLE capil.kematian "
    "(nik bigint, nama_lgkp varchar(80), tgl_lhr date, tgl_mati datetime, no_akta varchar(30))",
    "INSERT INTO capil.kematian VALUES "
    "(9201010101500001, 'SUPARNO MARTOWARDOJO', '1950-01-31', '2026-01-02', '3671-KM-1'), "
    "(3601010101500002, 'SITI \"ITI\" A; B, C', '0000-00-00', '2026-01-02', '3671-KM-2'), "
    "(NULL, 'DUA\\nBARIS', NULL, '2026-01-02', '3671-KM-3')",
    "CREATE TABLE capil.biner (nik binary(16), nama_lgkp varchar(80), tgl_mati date, no_akta blob)",
    "INSERT INTO capil.biner VALUES ('3601010101500001', 'SITI', '2026-01-02', 0xFF00FE)",
    f"CREATE USER {USER}@'127.0.0.1' IDENTIFIED BY '{SECRET}'",
    f"GRANT SELECT, INSERT ON capil.* TO {USER}@'127.0.0.1'",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def port(made: Certificate) -> Iterator[int]:
    with mariadb(made) as running:
        boss(running, "SET sql_mode = ''", *TABLE)
        yield running


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PADAN_MARIADB", SECRET)


def boss(port: int, *statements: str) -> None:
    """Say something to the server as its superuser."""
    with pymysql.connect(host="127.0.0.1", port=port, user="boss", autocommit=True) as connection:
        for statement in statements:
            connection.cursor().execute(statement)


def world(folder: Path, port: int, what: str, tls: str = "tls = false", retry_seconds: int = 0) -> Path:
    connection = (
        f'[connection.siak]\ntype = "mysql"\nhost = "127.0.0.1"\nport = {port}\ndatabase = "capil"\n'
        f'user = "{USER}"\nsecret = "env:PADAN_MARIADB"\n{tls}\n'
    )
    return configured(folder, f'connection = "siak"\n{what}', retry_seconds=retry_seconds, more=connection)


def test_a_table_as_the_server_writes_it(tmp_path: Path, port: int, made: Certificate) -> None:
    pulled = read(world(tmp_path, port, 'table = "kematian"', tls=f'ca = "{made.certificate}"'))
    assert problems(pulled) == [("siak.kematian", None)]
    frame = pulled.frames["civil_deaths"].select("source_row", "nik", "name", "birth_date", "certificate_no")
    assert frame.rows() == [
        (1, "9201010101500001", NAME, "1950-01-31", "3671-KM-1"),
        (2, "3601010101500002", 'SITI "ITI" A; B, C', "0000-00-00", "3671-KM-2"),
        (3, None, "DUA\nBARIS", None, "3671-KM-3"),
    ]


def test_a_query(tmp_path: Path, port: int) -> None:
    query = "SELECT nik, nama_lgkp, tgl_mati, no_akta FROM kematian WHERE nama_lgkp LIKE '%O%' ORDER BY 1;"
    pulled = read(world(tmp_path, port, f'query = "{query}"'))
    assert problems(pulled) == [("siak.civil_deaths", None)]
    assert certificates(pulled) == ["3671-KM-1"]


def test_numbers_kept_as_bytes_are_text_and_other_bytes_are_told(tmp_path: Path, port: int) -> None:
    good = read(world(tmp_path, port, 'query = "SELECT nik, nama_lgkp, tgl_mati FROM biner"'))
    assert good.frames["civil_deaths"]["nik"].to_list() == ["3601010101500001"]
    bad = read(world(tmp_path, port, 'table = "biner"'))
    assert bad.files["problem"].to_list() == ["unreadable"]
    assert "its column no_akta holds bytes" in bad.files["problem_text"][0]


def test_nothing_is_written_even_by_a_user_who_may(tmp_path: Path, port: int) -> None:
    query = "SELECT nik, nama_lgkp, tgl_mati INTO OUTFILE '/tmp/padan-outfile' FROM kematian"
    assert read(world(tmp_path, port, f'query = "{query}"')).files["problem"].to_list() == ["refused"]
    assert not Path("/tmp/padan-outfile").exists()


def test_a_server_whose_certificate_is_not_known_is_not_talked_to(tmp_path: Path, port: int) -> None:
    pulled = read(world(tmp_path, port, 'table = "kematian"', tls=""))
    assert problems(pulled) == [("siak.kematian", "refused")]
    assert "the certificate of the server" in pulled.files["problem_text"][0]


@pytest.mark.parametrize("what", ['table = "tiada"', 'query = "SELECT salah FROM"', 'table = "mysql.user"'])
def test_what_the_server_says_no_to_repeats_no_value(tmp_path: Path, port: int, what: str) -> None:
    assert [code for _, code in problems(read(world(tmp_path, port, what)))] == ["refused"]


def test_a_wrong_secret_is_refused(tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PADAN_MARIADB", "salah-sekali")
    pulled = read(world(tmp_path, port, 'table = "kematian"', retry_seconds=30))
    assert problems(pulled) == [("siak.kematian", "refused")]
    assert "salah-sekali" not in str(pulled.files.rows())


def test_a_server_that_ends_the_query_half_way_gives_nothing(tmp_path: Path, port: int) -> None:
    query = (
        "SELECT seq AS nik, REPEAT('A', 60) AS nama_lgkp, '2026-01-02' AS tgl_mati FROM seq_1_to_3000000 "
        "WHERE seq < 2000000 OR SLEEP(30) = 0"
    )
    import threading

    def kill() -> None:
        with pymysql.connect(host="127.0.0.1", port=port, user="boss") as connection:
            cursor = connection.cursor()
            cursor.execute("SELECT id FROM information_schema.processlist WHERE user = %s", [USER])
            for (found,) in cursor.fetchall():
                cursor.execute(f"KILL {found}")

    timer = threading.Timer(3, kill)
    timer.start()
    pulled = read(world(tmp_path, port, f'query = "{query}"'))
    timer.join()
    assert pulled.files["problem"].to_list() == ["unreachable"]
    assert pulled.frames == {}


def test_a_server_that_is_away(tmp_path: Path) -> None:
    assert read(world(tmp_path, 9, 'table = "kematian"')).files["problem"].to_list() == ["unreachable"]
