"""A file at a web address, against a real server on this machine that can do all the wrong things."""

import base64
import contextlib
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.sources.servers import SECRET, Answer, Web, certificate, web, whole
from tests.sources.worlds import certificates, configured, deaths, problems, read


@pytest.fixture
def server() -> Iterator[Web]:
    with web() as running:
        yield running


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PADAN_WEB", SECRET)


def in_turn(*answers: Answer) -> Answer:
    left = list(answers)

    def answer(asked: BaseHTTPRequestHandler) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(asked)

    return answer


def address(server: Web, path: str) -> str:
    return f'url = "http://127.0.0.1:{server.port}{path}"'


def test_a_file_at_an_address(tmp_path: Path, server: Web) -> None:
    server.answers["/data/kematian.csv?tahun=2026"] = whole(deaths())
    pulled = read(configured(tmp_path, address(server, "/data/kematian.csv?tahun=2026")))
    assert problems(pulled) == [("kematian.csv", None)]
    assert len(certificates(pulled)) == 2


def test_the_newest_date_that_is_there_and_not_after_the_day(tmp_path: Path, server: Web) -> None:
    for day, count in (("2026-11-21", 1), ("2026-11-17", 3), ("2026-11-10", 1)):
        server.answers[f"/kematian-{day}.csv"] = whole(deaths(count))
    pulled = read(configured(tmp_path, address(server, "/kematian-{YYYY-MM-DD}.csv")))
    assert problems(pulled) == [("kematian-2026-11-17.csv", None)]
    assert len(certificates(pulled)) == 3
    server.answers["/November 2026.csv".replace(" ", "%20")] = whole(deaths(4))
    assert len(certificates(read(configured(tmp_path, address(server, "/{MMMM YYYY}.csv"))))) == 4


@pytest.mark.parametrize(
    ("settings", "sent"),
    [
        ("", f"Bearer {SECRET}"),
        ('user = "padan"', "Basic " + base64.b64encode(f"padan:{SECRET}".encode()).decode()),
        ('header = "X-Kunci"', SECRET),
    ],
)
def test_the_secret_goes_as_the_connection_says(tmp_path: Path, server: Web, settings: str, sent: str) -> None:
    server.answers["/api/kematian"] = whole(deaths())
    connection = (
        f'[connection.kantor]\ntype = "http"\nendpoint = "http://127.0.0.1:{server.port}/api"\n'
        f'secret = "env:PADAN_WEB"\ntls = false\n{settings}\n'
    )
    pulled = read(configured(tmp_path, 'connection = "kantor"\npath = "kematian"', more=connection))
    assert problems(pulled) == [("kematian", None)]
    assert server.asked == [("/api/kematian", sent)]


def test_a_redirection_is_followed_but_never_with_the_secret_elsewhere(tmp_path: Path, server: Web) -> None:
    with web() as other:
        other.answers["/b.csv"] = whole(deaths())
        server.answers["/a.csv"] = whole("", 302, Location=f"http://127.0.0.1:{other.port}/b.csv")
        assert len(certificates(read(configured(tmp_path, address(server, "/a.csv"))))) == 2
        connection = (
            f'[connection.kantor]\ntype = "http"\nendpoint = "http://127.0.0.1:{server.port}"\n'
            'secret = "env:PADAN_WEB"\ntls = false\n'
        )
        other.asked.clear()
        pulled = read(configured(tmp_path, 'connection = "kantor"\npath = "a.csv"', more=connection))
        assert problems(pulled) == [("kantor:a.csv", "refused")]
        assert not other.asked


@pytest.mark.parametrize(
    ("status", "problem"),
    [(401, "refused"), (403, "refused"), (404, "missing"), (500, "unreachable"), (418, "refused")],
)
def test_what_the_server_says_no_to(tmp_path: Path, server: Web, status: int, problem: str) -> None:
    server.answers["/a.csv"] = whole("SUPARNO MARTOWARDOJO", status)
    assert problems(read(configured(tmp_path, address(server, "/a.csv")))) == [
        (f"http://127.0.0.1/a.csv", problem)  # noqa: F541
    ]


def test_a_busy_server_is_asked_again(tmp_path: Path, server: Web) -> None:
    server.answers["/a.csv"] = in_turn(whole("", 503), whole("", 429), whole(deaths()))
    pulled = read(configured(tmp_path, address(server, "/a.csv"), retry_seconds=20))
    assert problems(pulled) == [("a.csv", None)]
    assert len(server.asked) == 3


def _cut(asked: BaseHTTPRequestHandler) -> None:
    body = deaths(1000).encode()
    asked.send_response(200)
    asked.send_header("Content-Length", str(len(body)))
    asked.end_headers()
    asked.wfile.write(body[:5000])
    asked.close_connection = True


def _cut_chunk(asked: BaseHTTPRequestHandler) -> None:
    asked.send_response(200)
    asked.send_header("Transfer-Encoding", "chunked")
    asked.end_headers()
    asked.wfile.write(b"%x\r\n" % 5000 + deaths(1000).encode()[:5000] + b"\r\n")
    asked.close_connection = True


def _endless(asked: BaseHTTPRequestHandler) -> None:
    asked.send_response(200)
    asked.end_headers()
    asked.wfile.write(deaths().encode())
    asked.close_connection = True


@pytest.mark.parametrize("answer", [_cut, _cut_chunk, _endless])
def test_half_a_file_is_never_read(tmp_path: Path, server: Web, answer: Answer) -> None:
    server.answers["/a.csv"] = answer
    pulled = read(configured(tmp_path, address(server, "/a.csv")))
    assert pulled.files["problem"].to_list() == ["unreachable"]
    assert pulled.frames == {}


def test_a_transfer_that_takes_too_long_is_given_up(tmp_path: Path, server: Web) -> None:
    def drip(asked: BaseHTTPRequestHandler) -> None:
        asked.send_response(200)
        asked.send_header("Content-Length", "1000000")
        asked.end_headers()
        with contextlib.suppress(OSError):
            for _ in range(200):
                asked.wfile.write(b"x" * 5000)
                time.sleep(0.05)

    server.answers["/a.csv"] = drip
    pulled = read(configured(tmp_path, address(server, "/a.csv"), more="transfer_seconds = 1"))
    assert problems(pulled) == [("http://127.0.0.1/a.csv", "unreachable")]
    assert "fetch.transfer_seconds" in pulled.files["problem_text"][0]


def test_a_file_that_is_too_large_is_left(tmp_path: Path, server: Web) -> None:
    server.answers["/a.csv"] = whole(deaths(1000))
    pulled = read(configured(tmp_path, address(server, "/a.csv"), more="max_gigabytes = 0.00001"))
    assert pulled.files["problem"].to_list() == ["too_large"]


def test_tls_is_verified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = certificate(tmp_path)
    with web(made) as server:
        server.answers["/a.csv"] = whole(deaths())
        place = f"https://localhost:{server.port}"
        pulled = read(configured(tmp_path, f'url = "{place}/a.csv"'))
        assert problems(pulled) == [("https://localhost/a.csv", "refused")]
        assert "the certificate of the server" in pulled.files["problem_text"][0]
        assert not server.asked
        trusted = f'[connection.kantor]\ntype = "http"\nendpoint = "{place}"\nca = "server.crt"\n'
        assert len(certificates(read(configured(tmp_path, 'connection = "kantor"\npath = "a.csv"', more=trusted)))) == 2


def test_one_place_that_is_away_does_not_keep_the_others(tmp_path: Path, server: Web) -> None:
    server.answers["/a.csv"] = whole(deaths())
    pulled = read(configured(tmp_path, 'url = "http://127.0.0.1:9/x.csv"', address(server, "/a.csv")))
    assert problems(pulled) == [("http://127.0.0.1/x.csv", "unreachable"), ("a.csv", None)]


def test_files_of_one_name_are_told_apart(tmp_path: Path, server: Web) -> None:
    for number, path in enumerate(("/a/k.csv", "/b/k.csv", "/b/k.csv?bulan=2"), 1):
        server.answers[path] = whole(deaths(number))
    pulled = read(configured(tmp_path, *(address(server, path) for path in server.answers)))
    assert problems(pulled) == [
        ("http://127.0.0.1/a/k.csv", None),
        ("http://127.0.0.1/b/k.csv", None),
        ("http://127.0.0.1/b/k.csv (2)", None),
    ]


def test_what_two_sources_name_is_fetched_once(tmp_path: Path, server: Web) -> None:
    server.answers["/a.csv"] = whole(deaths())
    place = address(server, "/a.csv")
    read(configured(tmp_path, place, place + '\nlayout = "civil_deaths"'))
    assert len(server.asked) == 1
