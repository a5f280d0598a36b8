"""The settings of sources elsewhere: what is accepted, and one sentence, without a secret, for each mistake."""

from pathlib import Path

import pytest

from flows.config import load
from schemas.errors import UsageError
from tests.sources.worlds import configured, deaths

SFTP = '[connection.a]\ntype = "sftp"\nhost = "h"\nuser = "u"\nsecret = "env:S"\n'
PG = '[connection.a]\ntype = "postgresql"\nhost = "h"\nuser = "u"\ndatabase = "d"\nsecret = "prefect:dukcapil"\n'
HTTP = '[connection.a]\ntype = "http"\nendpoint = "https://h/x"\nsecret = "env:S"\n'
S3 = '[connection.a]\ntype = "s3"\nbucket = "b"\n'
ON_A = 'connection = "a"\n'


@pytest.mark.parametrize(
    ("connection", "source"),
    [
        (SFTP, ON_A + 'path = "keluar/*_{YYYYMMDD}.csv"'),
        (SFTP + "port = 2222\n", ON_A + 'url = "sftp://h:2222/keluar/*.csv"'),
        (HTTP, ON_A + 'path = "a?b=c"'),
        (HTTP, ON_A + 'url = "https://h/x/a.csv"'),
        ("", 'url = "https://h/a_{YYYY-MM}.csv"'),
        (S3, ON_A + 'url = "s3://b/a/*.csv"'),
        (S3 + 'endpoint = "http://h"\ntls = false\n', ON_A + 'path = "a.csv"'),
        (PG, ON_A + 'table = "s.t"'),
        (PG.replace("postgresql", "mysql"), ON_A + "query = '''\nselect 1\n;'''"),
        ("", 'path = "a.zip"\nmembers = "*.csv"'),
    ],
)
def test_what_is_accepted(tmp_path: Path, connection: str, source: str) -> None:
    assert load(configured(tmp_path, source, more=connection)).sources


RAHASIA = "rahasia-91c"


@pytest.mark.parametrize(
    ("connection", "source", "told"),
    [
        # A secret in the file, wherever it is put.
        (SFTP + f'password = "{RAHASIA}"\n', ON_A + 'path = "a"', "connection.a.password must not be there"),
        (SFTP.replace("env:S", RAHASIA), ON_A + 'path = "a"', "connection.a.secret is wrong: it must name where"),
        (S3 + f'secret_access_key = "{RAHASIA}"\n', ON_A + 'path = "a"', "must not be there"),
        (HTTP + f'token = "{RAHASIA}"\n', ON_A + 'path = "a"', "must not be there"),
        ("", f'url = "https://u:{RAHASIA}@h/a.csv"', "url of source 1 is wrong: it must not hold a password"),
        ("", f'url = "https://{RAHASIA}@h/a.csv"', "must not hold a password"),
        ("", f'url = "https://h/a.csv?access_token={RAHASIA}"', "must not hold a password"),
        ("", f'url = "https://h/a.csv?X-Amz-Signature={RAHASIA}"', "must not hold a password"),
        ("", f'path = "a"\npassword = "{RAHASIA}"', "password of source 1 must not be there"),
        (HTTP.replace("https://h", f"https://u:{RAHASIA}@h"), ON_A + 'path = "a"', "endpoint is wrong: it must not"),
        (PG, ON_A + f"query = \"select * from dblink('host=x password={RAHASIA}', 'y')\"", "must not hold a password"),
        (SFTP + 'key = "-----BEGIN OPENSSH PRIVATE KEY-----"\n', ON_A + 'path = "a"', "must not hold a password"),
        # Settings that do not go together.
        ("", 'url = "sftp://h/a.csv"', "needs a connection of the type sftp"),
        ("", 'url = "ftp://h/a.csv"', "must begin with http://, https://, sftp://, s3://"),
        ("", ON_A + 'path = "x"', "the connection 'a' of source 1 is not described"),
        ("", 'path = "a"\nurl = "https://h/a"', "source 1 has path and url"),
        ("", 'query = "select 1"', "needs a connection of the type postgresql or mysql"),
        (SFTP, ON_A + 'table = "t"', "needs a connection of the type postgresql or mysql"),
        (PG, ON_A + 'path = "t"', "is of a database, so it needs table or query"),
        (PG, ON_A + 'query = "delete from t"', "must be one SELECT"),
        (PG, ON_A + 'query = "select 1; drop table t"', "must be one SELECT"),
        (SFTP, ON_A + 'url = "sftp://other/a"', "is not on the server of its connection"),
        (HTTP, ON_A + 'url = "http://h/a"', "is not on the server of its connection"),
        (S3, ON_A + 'url = "s3://other/a"', "is not on the server of its connection"),
        (SFTP + 'bucket = "b"\n', ON_A + 'path = "a"', "connection.a.bucket is not one of the type 'sftp'"),
        ('[connection.a]\ntype = "sftp"\nuser = "u"\n', ON_A + 'path = "a"', "connection.a.host is missing"),
        ('[connection.a]\nhost = "h"\n', ON_A + 'path = "a"', "connection.a.type is missing"),
        ('[connection.a]\ntype = "ftp"\n', ON_A + 'path = "a"', "connection.a.type is wrong"),
        (SFTP + "port = 70000\n", ON_A + 'path = "a"', "connection.a.port is wrong"),
        (SFTP + 'hots = "h"\n', ON_A + 'path = "a"', "connection.a.hots is unknown; did you mean host"),
        (S3 + 'endpoint = "http://h"\n', ON_A + 'path = "a"', "is not encrypted"),
        (S3 + 'user = "u"\n', ON_A + 'path = "a"', "connection.a.secret is missing"),
        (S3 + 'secret = "env:S"\n', ON_A + 'path = "a"', "connection.a.user is missing"),
        (S3 + 'endpoint = "h"\n', ON_A + 'path = "a"', "must be an address that begins with https://"),
        ("", 'path = "a_{MMDD}.csv"', "the path of source 1 holds {MMDD}, which is no date"),
        ("", 'path = "a_{YYYYMD}.csv"', "holds {YYYYMD}, which is no date"),
        ("", 'url = "https://h/{YYYYMMDDhhmm}"', "holds {YYYYMMDDhhmm}, which is no date"),
        ("retry_second = 3\n", 'path = "a"', "fetch.retry_second is unknown; did you mean retry_seconds"),
        ("transfer_seconds = 0\n", 'path = "a"', "fetch.transfer_seconds is wrong"),
        ('[connection."a b"]\ntype = "s3"\n', 'path = "a"', "a connection's name is of letters"),
    ],
)
def test_each_mistake_is_one_sentence_without_the_secret(
    tmp_path: Path, connection: str, source: str, told: str
) -> None:
    with pytest.raises(UsageError, match=r"padan\.toml") as raised:
        load(configured(tmp_path, source, more=connection))
    sentence = str(raised.value)
    assert told in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert RAHASIA not in sentence
    assert raised.value.__cause__ is None


def test_every_setting_is_documented() -> None:
    from flows.config import Fetch
    from flows.config_sources import Connection, Source

    text = (Path(__file__).parents[2] / "docs" / "operating.md").read_text(encoding="utf-8")
    for model in (Fetch, Connection, Source):
        for name in model.model_fields:
            assert f"`{name}`" in text, name


def test_the_configuration_of_the_documentation_is_one(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "operating.md").read_text(encoding="utf-8")
    blocks = [part.split("```")[0] for part in text.split("```toml\n")[1:]]
    sources = next(block for block in blocks if "[[source]]" in block)
    (tmp_path / "padan.toml").write_text('[run]\nprovince = "36"\n' + sources, encoding="utf-8")
    assert len(load(tmp_path).sources) == 6


def test_init_keeps_what_no_file_of_the_folder_tells_of(tmp_path: Path) -> None:
    from flows.recognise import init

    (tmp_path / "kematian.csv").write_text(deaths(), encoding="utf-8")
    query = "query = '''\nSELECT \"nik\" \\ FROM x\n'''"
    configured(tmp_path, ON_A + query, 'path = "lama.csv"', more=PG + "port = 5433\ntls = false\n")
    before = load(tmp_path)
    report = init(tmp_path)
    after = load(tmp_path)
    assert [source.path for source in after.sources] == ["kematian.csv", None]
    assert after.sources[1] == before.sources[0]
    assert after.connection == before.connection
    assert report.backup is not None
