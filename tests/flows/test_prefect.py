"""The night on a real Prefect server with a real worker: deploy, trigger, see it complete, refuse a second."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

ROOT = Path(__file__).parents[2]
BUSY_TRIES = 20
PREFECT = [sys.executable, "-m", "prefect"]
DETACHED: dict[str, Any] = {"stdin": subprocess.DEVNULL, "start_new_session": True}


@dataclass(frozen=True)
class Server:
    """A running Prefect server: its API address and the environment of everything that talks to it."""

    api: str
    environment: dict[str, str]
    log: Path

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        request = urllib.request.Request(
            f"{self.api}{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        for attempt in range(BUSY_TRIES):
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    return json.loads(answer.read() or b"null")
            except urllib.error.HTTPError as error:
                # The server says 503 while its SQLite is locked; Prefect's own client asks again too.
                if error.code != 503 or attempt == BUSY_TRIES - 1:
                    raise
                time.sleep(1)
        raise AssertionError("not reached")

    def cli(self, *arguments: str) -> str:
        done = subprocess.run(
            [*PREFECT, *arguments], cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=180
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def _wait(true: Any, seconds: float, what: str) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = true()
        if found:
            return found
        time.sleep(0.3)
    raise AssertionError(f"waited {seconds} s in vain for {what}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from flows.recognise import init
    from sample_data.world import write_world

    folder = tmp_path_factory.mktemp("world")
    write_world(folder, 600, seed=5)
    init(folder)
    return folder


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, world: Path) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("prefect")
    port = _free_port()
    environment = {
        **os.environ,
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_WORKER_QUERY_SECONDS": "1",
        "PADAN_HOME": str(ROOT),
        "PADAN_CONFIG": str(world / "padan.toml"),
    }
    log = home / "server.log"
    processes = []
    try:
        with log.open("w") as out:
            start = [*PREFECT, "server", "start", "--host", "127.0.0.1", "--port", str(port)]
            processes.append(subprocess.Popen(start, env=environment, stdout=out, stderr=out, **DETACHED))
            running = Server(environment["PREFECT_API_URL"], environment, log)
            _wait(lambda: _healthy(running), 90, "the server")
            running.cli("work-pool", "create", "padan", "--type", "process", "--overwrite")
            running.cli("--no-prompt", "deploy", "--all")
            work = [*PREFECT, "worker", "start", "--pool", "padan", "--name", "night"]
            processes.append(
                subprocess.Popen(
                    work,
                    cwd=ROOT,
                    env=environment,
                    stdout=out,
                    stderr=out,
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,
                )
            )
            yield running
    finally:
        for process in reversed(processes):
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def _healthy(server: Server) -> bool:
    try:
        return bool(server.ask("/health"))
    except OSError:
        return False


def _deployment(server: Server) -> dict[str, Any]:
    found = server.ask("/deployments/filter", {})
    assert [one["name"] for one in found] == ["nightly"]
    return dict(found[0])


def _trigger(server: Server, deployment: str) -> str:
    return str(server.ask(f"/deployments/{deployment}/create_flow_run", {"parameters": {"as_of": "2026-11-20"}})["id"])


def _state(server: Server, run: str) -> str:
    return str(server.ask(f"/flow_runs/{run}")["state_type"])


def test_the_night_is_deployed_for_one_in_the_morning_in_jakarta(server: Server) -> None:
    deployment = _deployment(server)
    (schedule,) = deployment["schedules"]
    assert schedule["schedule"]["cron"] == "0 1 * * *"
    assert schedule["schedule"]["timezone"] == "Asia/Jakarta"
    assert deployment["global_concurrency_limit"]["limit"] == 1
    assert deployment["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"


def test_a_triggered_night_completes_and_a_second_one_meanwhile_is_refused(server: Server, world: Path) -> None:
    deployment = _deployment(server)["id"]
    first = _trigger(server, deployment)
    _wait(lambda: _state(server, first) == "RUNNING", 90, "the first run to start")
    second = _trigger(server, deployment)
    _wait(lambda: _state(server, second) == "CANCELLED", 90, "the second run to be refused")
    _wait(lambda: _state(server, first) not in {"RUNNING", "PENDING", "SCHEDULED"}, 180, "the first run to end")
    assert _state(server, first) == "COMPLETED", server.log.read_text()[-3000:]

    with duckdb.connect(str((world / "out" / "padan.duckdb").resolve()), read_only=True) as con:
        people = con.execute("SELECT count(*) FROM person").fetchone()
    assert people is not None
    assert people[0] > 0
    (artifact,) = server.ask("/artifacts/filter", {"artifacts": {"key": {"any_": ["padan-night"]}}})
    assert f"| people | {people[0]} |" in artifact["data"]
    assert (world / "out" / "reports" / "2026-11-20" / "index.html").exists()


def test_states_logs_and_artifacts_hold_no_personal_value(server: Server, world: Path) -> None:
    with duckdb.connect(str((world / "out" / "padan.duckdb").resolve()), read_only=True) as con:
        rows = con.execute("SELECT DISTINCT nik FROM record WHERE nik IS NOT NULL").fetchall()
        names = con.execute("SELECT DISTINCT name_std FROM record WHERE name_std LIKE '% % %'").fetchall()
    told = server.log.read_text()
    told += json.dumps(server.ask("/artifacts/filter", {}))
    told += json.dumps(server.ask("/logs/filter", {"limit": 200}))
    told += json.dumps(server.ask("/task_runs/filter", {})) + json.dumps(server.ask("/flow_runs/filter", {}))
    assert len(rows) > 100
    assert not [nik for (nik,) in rows if nik in told]
    assert not [name for (name,) in names if name in told.upper()]
