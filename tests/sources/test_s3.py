"""Objects of a storage that speaks S3, against a real server on this machine that checks signatures."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.sources.servers import SECRET, Certificate, certificate, s3, web
from tests.sources.worlds import certificates, configured, deaths, problems, read


@pytest.fixture(scope="module")
def storage() -> Iterator[tuple[int, Any]]:
    with s3() as running:
        running[1].create_bucket(Bucket="ekstrak")
        yield running


@contextlib.contextmanager
def guarded(port: int) -> Iterator[None]:
    """While the block runs, each request must be signed by a user of the storage who may do it."""
    httpx.post(f"http://127.0.0.1:{port}/moto-api/reset-auth", content="0")
    try:
        yield
    finally:
        httpx.post(f"http://127.0.0.1:{port}/moto-api/reset-auth", content="inf")


def world(folder: Path, port: int, path: str, user: str = "padan", **more: str) -> Path:
    wanted = {"bucket": "ekstrak", "endpoint": f"http://127.0.0.1:{port}", **more}
    lines = "".join(f'{name} = "{value}"\n' for name, value in wanted.items())
    who = f'user = "{user}"\nsecret = "env:PADAN_S3"\n' if user else ""
    tls = "tls = false\n" if wanted["endpoint"].startswith("http:") else ""
    return configured(
        folder, f'connection = "awan"\npath = "{path}"', more=f'[connection.awan]\ntype = "s3"\n{lines}{who}{tls}'
    )


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PADAN_S3", SECRET)


def test_objects_by_glob_and_by_the_newest_date(tmp_path: Path, storage: tuple[int, Any]) -> None:
    port, client = storage
    for number, name in enumerate(("2026-09", "2026-10", "2026-12"), 1):
        client.put_object(Bucket="ekstrak", Key=f"bulanan/{name}/kematian.csv", Body=deaths(number).encode())
        client.put_object(Bucket="ekstrak", Key=f"bulanan/{name}/lain.txt", Body=b"x")
    pulled = read(world(tmp_path, port, "bulanan/{YYYY-MM}/kematian.csv"))
    assert problems(pulled) == [("kematian.csv", None)]
    assert len(certificates(pulled)) == 2
    everything = read(world(tmp_path, port, "bulanan/*/*.csv"))
    assert everything.files["file"].to_list() == [
        f"awan:bulanan/{name}/kematian.csv" for name in ("2026-09", "2026-10", "2026-12")
    ]
    assert len(certificates(everything)) == 6


def test_an_address_says_the_same_as_a_path(tmp_path: Path, storage: tuple[int, Any]) -> None:
    port, client = storage
    client.put_object(Bucket="ekstrak", Key="alamat/kematian.csv", Body=deaths().encode())
    folder = world(tmp_path, port, "x")
    config = folder / "padan.toml"
    config.write_text(
        config.read_text(encoding="utf-8").replace('path = "x"', 'url = "s3://ekstrak/alamat/*.csv"'), encoding="utf-8"
    )
    assert len(certificates(read(folder))) == 2


@pytest.mark.parametrize("path", ["tiada/kematian.csv", "tiada/*.csv"])
def test_nothing_there(tmp_path: Path, storage: tuple[int, Any], path: str) -> None:
    assert read(world(tmp_path, storage[0], path)).files["problem"].to_list() == ["missing"]


def test_who_has_no_right_is_refused_and_the_secret_not_told(tmp_path: Path, storage: tuple[int, Any]) -> None:
    port, client = storage
    client.put_object(Bucket="ekstrak", Key="milik/kematian.csv", Body=deaths().encode())
    with guarded(port):  # from now on each request must be signed by a user who may
        for path in ("milik/kematian.csv", "milik/*.csv"):
            pulled = read(world(tmp_path, port, path))
            assert problems(pulled) == [(f"awan:{path}", "refused")]
            assert SECRET not in str(pulled.files.rows())


def test_a_user_of_the_storage_is_known_by_the_signature(tmp_path: Path, storage: tuple[int, Any]) -> None:
    import boto3

    port, client = storage
    client.put_object(Bucket="ekstrak", Key="sah/kematian.csv", Body=deaths().encode())
    who = {"region_name": "us-east-1", "aws_access_key_id": "x", "aws_secret_access_key": "x"}
    iam = boto3.client("iam", endpoint_url=f"http://127.0.0.1:{port}", **who)
    iam.create_user(UserName="padan")
    allowed = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    iam.put_user_policy(UserName="padan", PolicyName="baca", PolicyDocument=json.dumps(allowed))
    key = iam.create_access_key(UserName="padan")["AccessKey"]
    with guarded(port), pytest.MonkeyPatch.context() as patch:
        patch.setenv("PADAN_S3", key["SecretAccessKey"])
        assert len(certificates(read(world(tmp_path, port, "sah/*.csv", user=key["AccessKeyId"])))) == 2
        patch.setenv("PADAN_S3", key["SecretAccessKey"][::-1])
        assert read(world(tmp_path, port, "sah/*.csv", user=key["AccessKeyId"])).files["problem"].to_list() == [
            "refused"
        ]


def test_a_storage_that_is_away_is_told(tmp_path: Path) -> None:
    assert read(world(tmp_path, 9, "a/*.csv")).files["problem"].to_list() == ["unreachable"]


def test_a_certificate_that_nobody_signed_is_not_trusted(tmp_path: Path) -> None:
    made: Certificate = certificate(tmp_path)
    with web(made) as running:
        pulled = read(world(tmp_path, 0, "a.csv", endpoint=f"https://localhost:{running.port}"))
        assert not running.asked
    assert pulled.files["problem"].to_list() == ["refused"]
    assert "the certificate of the server" in pulled.files["problem_text"][0]


def test_an_object_that_is_cut_off_is_not_read(tmp_path: Path) -> None:
    body = deaths(1000).encode()

    def head(asked: Any) -> None:
        asked.send_response(200)
        asked.send_header("Content-Length", str(len(body)))
        asked.send_header("ETag", '"a"')
        asked.send_header("Last-Modified", "Fri, 20 Nov 2026 00:00:00 GMT")
        asked.end_headers()

    def cut(asked: Any) -> None:
        head(asked)
        asked.wfile.write(body[: len(body) // 2])
        asked.close_connection = True

    with web() as running:
        running.heads["/ekstrak/a.csv"] = head
        running.answers["/ekstrak/a.csv"] = cut
        pulled = read(world(tmp_path, running.port, "a.csv"))
    assert pulled.files["problem"].to_list() == ["unreachable"]
    assert pulled.frames == {}
