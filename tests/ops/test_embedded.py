"""The embedded server's life: first start, share, kill -9, end; as root and as an ordinary user."""

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import sysconfig
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from ops.embedded import LONGEST_SOCKET_PATH, SOCKET_NAME, EmbeddedPostgres
from ops.postgres_install import PostgresUnavailableError, find_installation
from tests.database import SETTINGS, embedded_in

WAIT_S = 400
CHECKOUT = Path(__file__).parents[2]


def write_row(dsn: str) -> None:
    with psycopg.connect(dsn) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (row int)")
        connection.execute("INSERT INTO kept VALUES (1)")


def rows(dsn: str) -> int:
    with psycopg.connect(dsn) as connection:
        counted = connection.execute("SELECT count(*) FROM kept").fetchone()
    assert counted is not None
    return int(counted[0])


def kill(embedded: EmbeddedPostgres) -> int:
    pid = int((embedded.data / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    return pid


def test_what_was_committed_is_there_after_kill_9_and_after_a_clean_stop(folder: Path) -> None:
    embedded = EmbeddedPostgres(folder / "state")  # as in real life, waiting for the disk
    folder.chmod(0o755)
    assert not embedded.running()
    first = embedded.start()
    assert first.started
    assert embedded.running()
    write_row(first.dsn)
    kill(embedded)
    again = embedded.start()
    assert again.started
    assert again.dsn == first.dsn
    write_row(again.dsn)
    assert embedded.stop()
    assert not embedded.running()
    assert not (embedded.data / "postmaster.pid").exists()
    with embedded as warm:
        assert rows(warm.dsn) == 2
    assert not embedded.running()


def test_a_server_left_by_a_killed_process_is_taken_over(folder: Path) -> None:
    embedded = embedded_in(folder)
    script = (
        "import os, signal, sys; from pathlib import Path; from tests.database import embedded_in;"
        "embedded_in(Path(sys.argv[1])).start(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run(
        [sys.executable, "-c", script, folder], cwd=CHECKOUT, check=False, timeout=WAIT_S
    )
    assert killed.returncode == -signal.SIGKILL
    assert embedded.running()
    taken_over = embedded.start()
    assert not taken_over.started
    assert embedded.stop()
    assert not embedded.running()


def test_the_last_to_leave_stops_the_server(folder: Path) -> None:
    first, second = embedded_in(folder), embedded_in(folder)
    first.start()
    assert not second.start().started
    assert not first.stop()
    assert second.running()
    assert second.stop()
    assert not second.running()
    assert not second.stop()


def test_starting_at_once_on_an_empty_folder_makes_one_server(folder: Path) -> None:
    each = [embedded_in(folder) for _ in range(4)]
    with ThreadPoolExecutor(len(each)) as pool:
        servers = list(pool.map(EmbeddedPostgres.start, each))
    try:
        assert sorted(server.started for server in servers) == [False, False, False, True]
        assert len({server.dsn for server in servers}) == 1
    finally:
        assert sum(embedded.stop() for embedded in each) == 1


def test_a_pid_file_that_names_another_program_is_no_obstacle(folder: Path) -> None:
    embedded = embedded_in(folder)
    embedded.start()
    kept = (embedded.data / "postmaster.pid").read_text().split("\n")
    pid = kill(embedded)
    assert kept[0] == str(pid)
    # As after a restart of a container: the number has come again, for a program of the same user.
    owner = embedded.data.stat().st_uid
    sleeper = subprocess.Popen(["/bin/sleep", "600"], user=owner if os.geteuid() == 0 else None)
    try:
        stale = "\n".join([str(sleeper.pid), *kept[1:]])
        (embedded.data / "postmaster.pid").write_text(stale)
        (embedded.home / "run" / f"{SOCKET_NAME}.lock").write_text(stale)
        assert embedded.start().started
    finally:
        embedded.stop()
        sleeper.kill()
        sleeper.wait(WAIT_S)


def test_an_interrupted_first_start_leaves_no_ruin(folder: Path) -> None:
    embedded = embedded_in(folder)
    with embedded:
        pass
    ruin = embedded.data.rename(embedded.home / "data.half-made")
    (ruin / "PG_VERSION").unlink()
    with embedded as server:
        write_row(server.dsn)
    assert not ruin.exists()


def test_only_a_password_opens_the_server_and_only_its_owner_reads_it(folder: Path) -> None:
    embedded = embedded_in(folder)
    with embedded as server:
        assert (embedded.home / "password").stat().st_mode & 0o777 == 0o600
        assert (embedded.home / "password").read_text() not in repr(server)
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(server.dsn, password="guessed")
        with psycopg.connect(server.dsn) as connection:
            shown = connection.execute(
                "SELECT current_setting('listen_addresses'), datlocale, datcollversion IS NOT NULL"
                " FROM pg_database WHERE datname = current_database()"
            ).fetchone()
        assert shown is not None
        assert shown[:2] == ("", "C.UTF-8")


def test_a_long_path_gets_a_short_socket(folder: Path) -> None:
    folder.chmod(0o755)
    embedded = EmbeddedPostgres(folder / ("深" * 40) / "state", settings=SETTINGS)
    with embedded as server:
        write_row(server.dsn)
        host = psycopg.conninfo.conninfo_to_dict(server.dsn)["host"]
        assert not str(host).startswith(str(embedded.home))
        assert len(os.fsencode(f"{host}/{SOCKET_NAME}")) <= LONGEST_SOCKET_PATH
    shutil.rmtree(str(host))


def test_a_server_that_cannot_start_says_why(folder: Path) -> None:
    embedded = EmbeddedPostgres(folder / "state", settings={**SETTINGS, "shared_buffers": "none"})
    folder.chmod(0o755)
    with pytest.raises(PostgresUnavailableError, match=r"(?s)无法启动.*shared_buffers"):
        embedded.start()


def test_data_of_another_major_version_ask_for_that_version() -> None:
    with pytest.raises(PostgresUnavailableError, match="No PostgreSQL 99 found"):
        find_installation(99)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the server to another account")
def test_root_keeps_its_private_folders_private(folder: Path) -> None:
    embedded = EmbeddedPostgres(folder / "state", settings=SETTINGS)
    assert folder.stat().st_mode & 0o777 == 0o700
    with embedded as server:
        write_row(server.dsn)
        assert folder.stat().st_mode & 0o777 == 0o700
        assert server.home.parent == Path("/var/lib/yidang")
    elsewhere = embedded.home
    with embedded as server:
        assert rows(server.dsn) == 1
    shutil.rmtree(elsewhere)


@pytest.mark.skipif(os.geteuid() != 0, reason="the other tests run as an ordinary user already")
def test_an_ordinary_user_runs_it_too(folder: Path) -> None:
    """From a copy of the code where such a user can read it, as this checkout may not be."""
    shutil.copytree(CHECKOUT / "ops", folder / "code" / "ops")
    folder.chmod(0o755)
    home = folder / "home"
    home.mkdir()
    os.chown(home, NOBODY.pw_uid, NOBODY.pw_gid)
    python = reachable_python()
    script = (
        "import json, sys; from pathlib import Path; from ops.embedded import EmbeddedPostgres\n"
        "embedded = EmbeddedPostgres(Path(sys.argv[1]), settings=json.loads(sys.argv[2]))\n"
        "with embedded as server: print(server.started, embedded.data.stat().st_uid)\n"
        "print(embedded.running())"
    )
    arguments = (str(home / "state"), json.dumps(dict(SETTINGS)))
    ran = as_nobody(python, "-c", script, *arguments, path=folder / "code")
    assert (ran.stderr, ran.stdout.split()) == ("", ["True", str(NOBODY.pw_uid), "False"])


NOBODY = pwd.getpwnam("nobody")


def as_nobody(
    python: str, *arguments: str, path: Path = CHECKOUT
) -> subprocess.CompletedProcess[str]:
    """Run this environment's packages, and the code in `path`, as a user without any rights."""
    return subprocess.run(
        [python, "-B", *arguments],
        user=NOBODY.pw_uid,
        group=NOBODY.pw_gid,
        extra_groups=[],
        cwd="/",
        env={"PATH": os.defpath, "PYTHONPATH": f"{path}:{sysconfig.get_path('purelib')}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=WAIT_S,
    )


def reachable_python() -> str:
    """An interpreter such a user may run; root's own often lies in a private home."""
    same_version = f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"
    for python in (sys.executable, same_version):
        try:
            if as_nobody(python, "-c", "import psycopg").returncode == 0:
                return python
        except OSError:
            continue
    pytest.skip("an ordinary user can run no Python with this environment's packages")
