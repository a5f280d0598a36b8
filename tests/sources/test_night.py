"""Whole nights from elsewhere: `padan check` and `padan run` on a web server, an SFTP server and a database at once.

Names and secrets are planted; none may be in what is said, logged, or left behind.
"""

import io
import logging
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.nights import asked, only, padan
from tests.sources.servers import SECRET, USER, Sftp, Web, sftp, web, whole

pytestmark = pytest.mark.long

KINDS = ("province", "bpjs_kesehatan", "decree", "civil_deaths")
MARKER = "ZZMARKERSUKARNOPUTRI"


@pytest.fixture
def servers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Web, Sftp]]:
    monkeypatch.setenv("PADAN_SECRET", SECRET)
    (tmp_path / "sftp").mkdir()
    with web() as site, sftp(tmp_path / "sftp") as files:
        yield site, files


def elsewhere(world: Path, site: Web, files: Sftp) -> None:
    """Move the extracts of a world to the servers; the configuration says where they are."""
    only(world, *KINDS)
    config = world / "padan.toml"
    head, *sources = config.read_text(encoding="utf-8").split("\n[[source]]\n")
    moved = []
    for number, source in enumerate(sources):
        name = source.split('path = "')[1].split('"')[0]
        data = (world / name).read_bytes()
        (world / name).unlink()
        if 'kind = "civil_deaths"' in source:
            data += f"3601010101500009;{MARKER};01-01-1950;99-99-9999;3671-KM-9\n".encode()
        if number % 2:
            memory = io.BytesIO()
            with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(Path(name).name, data)
            (files.root / f"kiriman-{number}-20261119.zip").write_bytes(memory.getvalue())
            place = f'connection = "dinas"\npath = "kiriman-{number}-{{YYYYMMDD}}.zip"'
        else:
            site.answers[f"/{number}/{Path(name).name}"] = whole(data)
            place = f'url = "http://127.0.0.1:{site.port}/{number}/{Path(name).name}"'
        moved.append(source.replace(f'path = "{name}"', place))
    (world / "known_hosts").write_text(files.known_hosts, encoding="utf-8")
    connection = (
        f'\n[fetch]\nretry_seconds = 0\n[connection.dinas]\ntype = "sftp"\nhost = "127.0.0.1"\nport = {files.port}\n'
        f'user = "{USER}"\nsecret = "env:PADAN_SECRET"\nknown_hosts = "known_hosts"\n'
    )
    config.write_text("\n[[source]]\n".join([head + connection, *moved]), encoding="utf-8")


def test_a_night_from_servers_publishes_what_one_from_a_folder_does_and_leaves_nothing_behind(
    world: Path,
    servers: tuple[Web, Sftp],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    own = tmp_path / "tmp"
    own.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(own))
    elsewhere(world, *servers)
    checked = padan("check", world)
    assert checked.code == 0, checked.out + checked.err
    assert not (world / "out").exists()
    told = padan("run", world)
    assert told.code == 0, told.err
    rows = asked(world, "select source, file, problem, rows_accepted > 0, sha256 from source_file order by file")
    assert all(problem is None and accepted for _, _, problem, accepted, _ in rows)
    assert {str(file).split("/")[0] for _, file, *_ in rows if ".zip" in str(file)} >= {"kiriman-1-20261119.zip"}
    for *_, sha256 in rows:
        assert (world / "out" / "archive" / str(sha256)[:2] / f"{sha256}.zst").exists()
    said = checked.out + checked.err + told.out + told.err + caplog.text
    left = [path for folder in (own, world) for path in folder.rglob("*") if path.is_file()]
    assert not [path for path in left if SECRET.encode() in path.read_bytes()]
    published = (world / "out" / "padan.duckdb").resolve()
    # The database, and what it leaves for the next night's matching, which is guarded as it is.
    kept = {published, *published.with_suffix(".state").iterdir()}
    assert not [path for path in left if path.resolve() not in kept and MARKER.encode() in path.read_bytes()]
    assert SECRET not in said
    assert MARKER not in said
    assert not list(own.glob("padan*"))
    assert not (world / "out" / ".work").exists() or not list((world / "out" / ".work").iterdir())


def test_a_server_that_is_away_holds_the_night_back_and_says_so(world: Path, servers: tuple[Web, Sftp]) -> None:
    site, files = servers
    elsewhere(world, site, files)
    for path in list(site.answers):
        site.answers[path] = whole("", 503)
    told = padan("run", world)
    assert told.code == 3
    assert "the server did not answer" in told.sentence
    assert not (world / "out" / "padan.duckdb").exists()
