"""Real servers on this machine, for a test session: certificates, PostgreSQL, MariaDB, SFTP, object storage, the web.

Each is a context manager that gives its port. PostgreSQL and MariaDB are Debian's programs; where they are not there,
a test skips with the reason, unless PADAN_REQUIRE_SERVERS says that they must be.
"""

import asyncio
import contextlib
import datetime
import http.server
import ipaddress
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, SECRET = "padan", "kunci-rahasia-7c1f"  # what must be found in no log


@dataclass(frozen=True)
class Certificate:
    """A certificate for localhost and its key, PEM; it is its own authority."""

    certificate: Path
    key: Path


def certificate(folder: Path) -> Certificate:
    """A certificate for localhost that is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    made = Certificate(folder / "server.crt", folder / "server.key")
    made.certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    made.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    made.key.chmod(0o600)
    return made


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def program(*names: str) -> str:
    """The path of the first of some programs that is installed; skips the test when none is."""
    places = [*os.environ.get("PATH", "").split(":"), "/usr/sbin", *map(str, Path("/usr/lib/postgresql").glob("*/bin"))]
    found = next((path for name in names if (path := shutil.which(name, path=":".join(places)))), None)
    if found is None:
        if os.environ.get("PADAN_REQUIRE_SERVERS"):
            pytest.fail(f"{names[0]} is not installed")
        pytest.skip(f"{names[0]} is not installed on this machine")
    return found


# --- databases: not as root, in a folder of their own ---------------------------------------------------------------


@contextlib.contextmanager
def _owned_folder(owner: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """A folder for a server, and the arguments that make subprocess run it as somebody who is not root."""
    folder = Path(tempfile.mkdtemp(prefix="padan-server-"))
    run: dict[str, Any] = {"cwd": folder, "stdin": subprocess.DEVNULL}
    if os.geteuid() == 0:
        names = {entry.pw_name for entry in pwd.getpwall()}
        account = pwd.getpwnam(owner if owner in names else "nobody")
        os.chown(folder, account.pw_uid, account.pw_gid)
        run |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    try:
        yield folder, run
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _running(command: list[str], folder: Path, run: dict[str, Any], ready: Callable[[], bool]) -> Iterator[None]:
    """A server while the block runs; what it said is told when it does not start."""
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log, **run) as server:
        try:
            end = time.monotonic() + 60
            while not ready():
                assert server.poll() is None and time.monotonic() < end, (folder / "log").read_text()
                time.sleep(0.1)
            yield
        finally:
            server.terminate()
            server.wait(30)


def _place(made: Certificate, folder: Path) -> None:
    """Copies of a certificate and its key that belong to whom the folder belongs to."""
    for file in (made.certificate, made.key):
        copy = Path(shutil.copy(file, folder / file.name))
        copy.chmod(0o600)
        os.chown(copy, folder.stat().st_uid, folder.stat().st_gid)


@contextlib.contextmanager
def postgresql(made: Certificate) -> Iterator[int]:
    """PostgreSQL with a user of padan's own (may read), the superuser `boss` (no password from here) and TLS."""
    server, initdb = program("postgres"), program("initdb")
    with _owned_folder("postgres") as (folder, run):
        data, port = folder / "data", free_port()
        subprocess.run(
            [initdb, "-D", data, "-U", "boss", "--auth=trust", "--encoding=UTF8", "--no-sync"],
            check=True,
            capture_output=True,
            **run,
        )
        _place(made, folder)
        (data / "pg_hba.conf").write_text(
            "host all boss 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n", encoding="utf-8"
        )
        options = {"ssl": "on", "ssl_cert_file": "../server.crt", "ssl_key_file": "../server.key", "fsync": "off"}
        options |= {"listen_addresses": "127.0.0.1", "unix_socket_directories": str(folder)}
        with (data / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.writelines(f"{name} = '{value}'\n" for name, value in options.items())
        ready = [program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
        with _running(
            [server, "-D", str(data), "-p", str(port)],
            folder,
            run,
            lambda: subprocess.run(ready).returncode == 0,
        ):
            yield port


@contextlib.contextmanager
def mariadb(made: Certificate) -> Iterator[int]:
    """MariaDB with TLS and the superuser `boss` (no password)."""
    server, install = program("mariadbd", "mysqld"), program("mariadb-install-db")
    with _owned_folder("mysql") as (folder, run):
        port = free_port()
        paths = [f"--datadir={folder}/data", "--no-defaults"][::-1]
        subprocess.run(
            [install, *paths, "--auth-root-authentication-method=normal", "--skip-test-db"],
            check=True,
            capture_output=True,
            **run,
        )
        _place(made, folder)
        start = folder / "start.sql"
        start.write_text("CREATE USER boss@'127.0.0.1';\nGRANT ALL ON *.* TO boss@'127.0.0.1' WITH GRANT OPTION;\n")
        start.chmod(0o644)
        command = [
            *(server, *paths, f"--port={port}", "--bind-address=127.0.0.1", f"--socket={folder}/socket"),
            *(f"--ssl-cert={folder}/server.crt", f"--ssl-key={folder}/server.key", f"--init-file={start}"),
            *("--skip-name-resolve", "--character-set-server=utf8mb4", f"--pid-file={folder}/pid"),
        ]
        with _running(command, folder, run, lambda: _answers(port)):
            yield port


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as probe:
            return bool(probe.recv(1))
    except OSError:
        return False


# --- SFTP ------------------------------------------------------------------------------------------------------------


class _Door(asyncssh.SSHServer):
    """Lets in the one user with the one secret, or with the key that `authorized` holds."""

    def __init__(self, authorized: Path) -> None:
        self.authorized = authorized

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self.connection = conn

    def begin_auth(self, username: str) -> bool:
        if self.authorized.exists():
            self.connection.set_authorized_keys(str(self.authorized))
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, SECRET)


@dataclass
class Sftp:
    """A running SFTP server: its root, its key as a line of known_hosts, and what one test lets go wrong.

    `cut_after`: a transfer breaks when so many bytes of a file have been read. `grow`: a file grows while it is read.
    """

    port: int
    root: Path
    authorized: Path
    known_hosts: str
    cut_after: int | None = None
    grow: bool = False
    cuts: int = 0


@contextlib.contextmanager
def sftp(folder: Path) -> Iterator[Sftp]:
    """An SFTP server that shows `folder/root`."""
    root, authorized = folder / "root", folder / "authorized"
    root.mkdir()
    key = asyncssh.generate_private_key("ssh-ed25519")
    port = free_port()
    public = key.export_public_key().decode().strip()
    made = Sftp(port, root, authorized, f"[127.0.0.1]:{port} {public}\n")

    class Files(asyncssh.SFTPServer):
        def __init__(self, channel: asyncssh.SSHServerChannel[bytes]) -> None:
            super().__init__(channel, chroot=os.fsencode(root))

        def read(self, file_obj: object, offset: int, size: int) -> bytes:
            if made.cut_after is not None and offset >= made.cut_after:
                made.cuts += 1
                self.channel.get_connection().abort()
            if made.grow and offset == 0:
                for path in root.rglob("*.csv"):
                    with path.open("ab") as stream:
                        stream.write(b"x\n")
            return super().read(file_obj, offset, size)  # type: ignore[return-value]

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def listen() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1", port, server_host_keys=[key], server_factory=lambda: _Door(authorized), sftp_factory=Files
        )

    acceptor = asyncio.run_coroutine_threadsafe(listen(), loop).result(30)
    try:
        yield made
    finally:
        loop.call_soon_threadsafe(acceptor.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


# --- object storage --------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def s3() -> Iterator[tuple[int, Any]]:
    """An S3 server, and a client of it that may do everything; who asks with another key is refused."""
    import boto3
    from moto.server import ThreadedMotoServer

    port = free_port()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    try:
        yield (
            port,
            boto3.client(
                "s3",
                endpoint_url=f"http://127.0.0.1:{port}",
                region_name="us-east-1",
                aws_access_key_id=USER,
                aws_secret_access_key=SECRET,
            ),
        )
    finally:
        server.stop()


# --- the web ---------------------------------------------------------------------------------------------------------

Answer = Callable[[http.server.BaseHTTPRequestHandler], None]


@dataclass
class Web:
    """A running web server: its answers by path, and what it was asked: path and secret."""

    port: int = 0
    answers: dict[str, Answer] = field(default_factory=dict)
    heads: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)


def whole(body: str | bytes, status: int = 200, **headers: str) -> Answer:
    """An answer with a body and its length, as a proper server gives."""
    data = body.encode() if isinstance(body, str) else body

    def answer(asked: http.server.BaseHTTPRequestHandler) -> None:
        asked.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **headers}.items():
            asked.send_header(name, value)
        asked.end_headers()
        asked.wfile.write(data)

    return answer


@contextlib.contextmanager
def web(made: Certificate | None = None) -> Iterator[Web]:
    """A web server, with TLS when a certificate is given."""
    running = Web()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            running.asked.append((self.path, self.headers.get("Authorization", self.headers.get("X-Kunci", ""))))
            answer = running.answers.get(self.path)
            if answer is None:
                self.send_error(404)
            else:
                answer(self)

        def do_HEAD(self) -> None:
            running.heads.get(self.path, lambda asked: asked.send_error(404))(self)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if made is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(made.certificate, made.key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    running.port = int(server.server_address[1])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
