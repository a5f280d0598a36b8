"""Secrets that Prefect keeps: a block of the type Secret, read through a real Prefect server's own API."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sources.servers import SECRET, Web, web, whole
from tests.sources.worlds import certificates, configured, deaths, problems, read


@pytest.fixture(scope="module")
def prefect() -> Iterator[None]:
    from prefect.blocks.system import Secret
    from prefect.settings import PREFECT_SERVER_ANALYTICS_ENABLED, temporary_settings
    from prefect.testing.utilities import prefect_test_harness

    with (
        temporary_settings({PREFECT_SERVER_ANALYTICS_ENABLED: False}),
        prefect_test_harness(server_startup_timeout=120),
    ):
        Secret(value=SECRET).save("dukcapil", _sync=True)
        yield


def world(folder: Path, server: Web, block: str) -> Path:
    server.answers["/a.csv"] = whole(deaths())
    connection = (
        f'type = "http"\nendpoint = "http://127.0.0.1:{server.port}"\nsecret = "prefect:{block}"\ntls = false\n'
    )
    return configured(folder, 'connection = "kantor"\npath = "a.csv"', more=f"[connection.kantor]\n{connection}")


def test_a_secret_in_a_block(tmp_path: Path, prefect: None) -> None:
    with web() as server:
        assert len(certificates(read(world(tmp_path, server, "dukcapil")))) == 2
        assert server.asked == [("/a.csv", f"Bearer {SECRET}")]


def test_a_block_that_is_not_there_is_told_by_name(tmp_path: Path, prefect: None) -> None:
    with web() as server:
        pulled = read(world(tmp_path, server, "tiada"))
        assert problems(pulled) == [("kantor:a.csv", "refused")]
        assert "the secret prefect:tiada is not set" in pulled.files["problem_text"][0]
        assert not server.asked
