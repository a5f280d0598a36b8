"""Files of an SFTP server, against a real one on this machine."""

from collections.abc import Iterator
from pathlib import Path

import asyncssh
import pytest

from tests.sources.servers import SECRET, USER, Sftp, sftp
from tests.sources.worlds import certificates, configured, deaths, problems, read

PATH = 'connection = "dukcapil"\npath = "{}"'


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sftp]:
    with sftp(tmp_path_factory.mktemp("sftp")) as server:
        yield server


@pytest.fixture
def server(running: Sftp, monkeypatch: pytest.MonkeyPatch) -> Sftp:
    for path in running.root.rglob("*.csv"):
        path.unlink()
    running.authorized.unlink(missing_ok=True)
    running.cut_after, running.grow, running.cuts = None, False, 0
    monkeypatch.setenv("PADAN_SFTP", SECRET)
    return running


def world(folder: Path, server: Sftp, path: str, retry_seconds: int = 0, **settings: str) -> Path:
    (folder / "known_hosts").write_text(server.known_hosts, encoding="utf-8")
    wanted = {"user": USER, "secret": "env:PADAN_SFTP", "known_hosts": "known_hosts", **settings}
    lines = "".join(f'{name} = "{value}"\n' for name, value in wanted.items() if value)
    connection = f'[connection.dukcapil]\ntype = "sftp"\nhost = "127.0.0.1"\nport = {server.port}\n{lines}'
    return configured(folder, PATH.format(path), retry_seconds=retry_seconds, more=connection)


def put(server: Sftp, name: str, content: str, old: bool = True) -> None:
    path = server.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    if old:
        import os

        os.utime(path, (1_760_000_000, 1_760_000_000))


def test_the_newest_file_of_a_dated_name_that_is_not_after_the_day(tmp_path: Path, server: Sftp) -> None:
    for day in ("20261031", "20261119", "20261121"):
        put(server, f"keluar/kematian_{day}.csv", deaths(int(day[-1]) + 1))
    pulled = read(world(tmp_path, server, "keluar/kematian_{YYYYMMDD}.csv"))
    assert problems(pulled) == [("kematian_20261119.csv", None)]
    assert len(certificates(pulled)) == 10


def test_every_file_of_a_glob_over_folders(tmp_path: Path, server: Sftp) -> None:
    put(server, "36/a/kematian.csv", deaths(1))
    put(server, "36/b/kematian.csv", deaths(2))
    put(server, "36/b/.kematian.csv", "half")
    pulled = read(world(tmp_path, server, "36/*/*.csv"))
    assert problems(pulled) == [("dukcapil:36/a/kematian.csv", None), ("dukcapil:36/b/kematian.csv", None)]


def test_an_address_says_the_same_as_a_path(tmp_path: Path, server: Sftp) -> None:
    put(server, "keluar/kematian.csv", deaths())
    folder = world(tmp_path, server, "x")
    config = folder / "padan.toml"
    address = f'url = "sftp://127.0.0.1:{server.port}/keluar/kematian.csv"'
    config.write_text(config.read_text(encoding="utf-8").replace('path = "x"', address), encoding="utf-8")
    assert len(certificates(read(folder))) == 2


def test_a_key_with_a_passphrase_opens_too(tmp_path: Path, server: Sftp) -> None:
    put(server, "kematian.csv", deaths())
    key = asyncssh.generate_private_key("ssh-ed25519")
    key.write_private_key(tmp_path / "id", passphrase=SECRET, rounds=50)
    key.write_public_key(server.authorized)
    assert len(certificates(read(world(tmp_path, server, "kematian.csv", key="id")))) == 2


@pytest.mark.parametrize("known", ["other", "none"])
def test_a_server_that_is_not_the_known_one_is_not_talked_to(tmp_path: Path, server: Sftp, known: str) -> None:
    put(server, "kematian.csv", deaths())
    folder = world(tmp_path, server, "kematian.csv")
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    line = f"[127.0.0.1]:{server.port} {other}" if known == "other" else ""
    (folder / "known_hosts").write_text(line, encoding="utf-8")
    pulled = read(folder)
    assert problems(pulled) == [("dukcapil:kematian.csv", "refused")]
    assert "the host key of the server" in pulled.files["problem_text"][0]


def test_a_wrong_secret_is_told_without_it(tmp_path: Path, server: Sftp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PADAN_SFTP", "salah-sekali")
    pulled = read(world(tmp_path, server, "kematian.csv", retry_seconds=30))
    assert problems(pulled) == [("dukcapil:kematian.csv", "refused")]
    assert "salah-sekali" not in str(pulled.files.rows())


def test_a_secret_that_is_not_set_is_told_by_name(
    tmp_path: Path, server: Sftp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PADAN_SFTP")
    pulled = read(world(tmp_path, server, "kematian.csv"))
    assert "the secret env:PADAN_SFTP is not set" in pulled.files["problem_text"][0]


def test_names_that_do_harm_here_do_none(tmp_path: Path, server: Sftp) -> None:
    names = ["baris\nbaru.csv", "balik\u202evsc.csv", "x" * 240 + ".csv", "..csv", "a\\b.csv", "$(touch x).csv"]
    for number, name in enumerate(names, 1):
        put(server, f"aneh/{name}", deaths(number))
    pulled = read(world(tmp_path, server, "aneh/*.csv"))
    assert sorted(pulled.files["file"]) == sorted(
        name.replace("\n", "?").replace("\u202e", "?") for name in names if not name.startswith(".")
    )
    assert pulled.files["problem"].null_count() == len(names) - 1
    server.grow = True
    for path in server.root.rglob("*.csv"):
        path.touch()
    assert {code for _, code in problems(read(tmp_path))} == {"growing"}


@pytest.mark.parametrize("path", ["tiada.csv", "tiada/*.csv", "tiada_{YYYY-MM}.csv"])
def test_nothing_there(tmp_path: Path, server: Sftp, path: str) -> None:
    pulled = read(world(tmp_path, server, path))
    assert pulled.files["problem"].to_list() == ["missing"]


def test_a_transfer_that_breaks_is_tried_again_and_then_whole(tmp_path: Path, server: Sftp) -> None:
    put(server, "kematian.csv", deaths(60_000))
    server.cut_after = 1_000_000
    folder = world(tmp_path, server, "kematian.csv")
    pulled = read(folder)
    assert pulled.files["problem"].to_list() == ["unreachable"]
    assert pulled.frames == {}
    assert server.cuts

    class Once(int):
        def __le__(self, other: object) -> bool:  # breaks the first transfer only
            server.cut_after = None
            return True

    server.cut_after = Once(1_000_000)
    pulled = read(world(tmp_path, server, "kematian.csv", retry_seconds=20))
    assert pulled.files["problem"].to_list() == [None]
    assert len(certificates(pulled)) == 60_000


def test_a_file_that_grows_while_it_is_read_is_not_read(tmp_path: Path, server: Sftp) -> None:
    put(server, "kematian.csv", deaths())
    server.grow = True
    pulled = read(world(tmp_path, server, "kematian.csv"))
    assert problems(pulled) == [("kematian.csv", "growing")]
    assert pulled.frames == {}


def test_a_server_that_is_away_is_told_in_time(tmp_path: Path, server: Sftp) -> None:
    folder = world(tmp_path, server, "kematian.csv")
    config = folder / "padan.toml"
    config.write_text(config.read_text(encoding="utf-8").replace(f"port = {server.port}", "port = 9"), encoding="utf-8")
    assert problems(read(folder)) == [("dukcapil:kematian.csv", "unreachable")]
