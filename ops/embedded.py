"""A PostgreSQL of our own for machines without one.

    with EmbeddedPostgres(checkout / ".state") as server:
        psycopg.connect(server.dsn)

Every process that uses the server holds a share in it; the last to leave stops it. A process that
is killed leaves the server running, and the next start takes it over. Connections go over a Unix
socket only, with a generated password; nothing listens on the network.
"""

import contextlib
import fcntl
import hashlib
import os
import secrets
import shlex
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import psycopg
from psycopg import pq
from psycopg.conninfo import make_conninfo

from ops.postgres_install import (
    Installation,
    PostgresUnavailableError,
    find_installation,
    within_reach,
)
from ops.secrets_file import write_private
from ops.server_account import ServerAccount, server_account
from ops.turns import begins_what_gives_way

ADMIN = "postgres"
DATABASE = "yidang"
SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 103  # sun_path holds 104 bytes on macOS and 108 on Linux, with its final NUL
OUTSIDE = Path("/var/lib/yidang")  # root's data when the checkout lies in a private home
BUILTIN_LOCALES_SINCE = 17  # C.UTF-8 without the machine's own locales
SETTINGS = {
    "listen_addresses": "",
    "port": "5432",  # names the socket only
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "200",  # four processes at full load hold some ninety
    # A failed statement may quote a child's data: the log says what failed, not with which values.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
ALONE_S = 300.0
"""How long one waits for another process that starts or stops the server."""
PASSING = (  # reasons not to start that mend themselves while children of a killed server leave
    "pre-existing shared memory block",
    "lock file",
    "the database system is starting up",
)


@dataclass(frozen=True)
class Server:
    """A running server. `dsn` is the administrator's; `started` says this process started it."""

    dsn: str = field(repr=False)
    home: Path
    started: bool


class EmbeddedPostgres:
    """The server whose data lie under `state_dir`; `settings` are added to its configuration."""

    def __init__(self, state_dir: Path, settings: Mapping[str, str] | None = None) -> None:
        self.state_dir = state_dir.absolute()
        self.settings = SETTINGS | dict(settings or {})
        self._share: int | None = None  # the file descriptor that holds it

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self, *, within_s: float = 120) -> Server:
        """Make the server run, from nothing or after any end; raises PostgresUnavailableError."""
        _make_passable(self.state_dir)
        with self._alone():
            account = server_account(self.data)
            self._make_home(account)
            started = not self.running()
            if started:
                programs = within_reach(find_installation(self._major()), account, self.home)
                self._make_data(programs, account)
                self._launch(programs, account, within_s)
                self._make_database()
            if self._share is None:
                self._share = self._lock_file("postgres.users")
                fcntl.flock(self._share, fcntl.LOCK_SH)
        return Server(dsn=self._dsn(DATABASE), home=self.home, started=started)

    def stop(self) -> bool:
        """Give our share back; stop the server and say True if nobody else holds one."""
        if self._share is None:
            return False
        share, self._share = self._share, None
        try:
            with self._alone():
                fcntl.flock(share, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._shut_down()
        except BlockingIOError:
            return False
        finally:
            os.close(share)
        return True

    def _shut_down(self) -> None:
        if not self.running():
            return
        account = server_account(self.data)
        programs = within_reach(find_installation(self._major()), account, self.home)
        pg_ctl = programs.bin / "pg_ctl"
        ended = account.run(pg_ctl, "-D", self.data, "-s", "-w", "-m", "fast", "stop")
        if ended.returncode and self.running():
            raise PostgresUnavailableError(_says("无法停止", "does not stop", ended.stderr))

    def running(self) -> bool:
        """Whether the server takes connections now. It is asked itself: its pid file may lie."""
        return self._ping() == pq.Ping.OK

    def gone(self) -> bool:
        """Whether its process is no more. One that is frozen, or just starting, is there."""
        file = self.data / "postmaster.pid"
        with contextlib.suppress(FileNotFoundError):
            first = file.read_text().split("\n")[0].strip()
            if first.isdecimal() and Path("/proc/self/stat").exists():
                return not self._is_ours(int(first))
        return not self.running()

    # -- where things are

    @property
    def home(self) -> Path:
        """Where the server's files really are: root's may lie elsewhere, see `_make_home`."""
        return (self.state_dir / "postgres").resolve()

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "log" / "postgres.log"

    def _socket_dir(self) -> Path:
        """Outside the data directory, where pg_rewind and pg_basebackup would trip over it."""
        inside = self.home / "run"
        if len(os.fsencode(inside / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
            return inside
        name = f"yidang-{hashlib.sha256(os.fsencode(inside)).hexdigest()[:16]}"
        short = Path(tempfile.gettempdir()) / name
        fits = len(os.fsencode(short / SOCKET_NAME)) <= LONGEST_SOCKET_PATH
        return short if fits else Path("/tmp") / name  # noqa: S108 (owner checked when it is made)

    def _dsn(self, database: str) -> str:
        return make_conninfo(
            host=str(self._socket_dir()),
            port=self.settings["port"],
            user=ADMIN,
            password=(self.home / "password").read_text(),
            dbname=database,
        )

    def _ping(self) -> int:
        asked = make_conninfo(
            host=str(self._socket_dir()), port=self.settings["port"], connect_timeout=5
        )
        return pq.PGconn.ping(asked.encode())

    def _major(self) -> int | None:
        version = self.data / "PG_VERSION"
        return int(version.read_text().split(".")[0]) if version.exists() else None

    # -- making what is missing

    def _lock_file(self, name: str) -> int:
        """Opened to read only, so that a file root made serves the folder's owner too."""
        return os.open(self.state_dir / name, os.O_RDONLY | os.O_CREAT, 0o644)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time starts or stops the server; the lock goes when its holder dies."""
        lock = self._lock_file("postgres.lock")
        try:
            _lock_within(lock, ALONE_S)
            yield
        finally:
            os.close(lock)

    def _make_home(self, account: ServerAccount) -> None:
        """In the state folder, or in OUTSIDE when the server's account cannot enter that.

        A link then stands in the state folder. Its name is drawn by lot: who deletes the state
        folder, and its keys with it, gets a new server, not old data that no key opens.
        """
        link = self.state_dir / "postgres"
        if not self.home.exists():
            if link.is_symlink() or account.can_enter(self.state_dir):
                _make_passable(self.home)
            else:
                elsewhere = OUTSIDE / f"{self.state_dir.parent.name}-{secrets.token_hex(4)}"
                _make_passable(elsewhere)
                link.symlink_to(elsewhere)
        account.make_folder(self.home / "run", 0o755)
        account.make_folder(self.home / "log", 0o700)
        account.make_folder(self._socket_dir(), 0o755)
        for ours in filter(Path.exists, (self._socket_dir(), self.data)):
            if ours.lstat().st_uid != account.uid:
                raise PostgresUnavailableError(
                    f"{ours} 属于另一账户，请以该账户运行，或换一个状态目录。\n"
                    f"{ours} belongs to another account: run as that one, or use another folder."
                )

    def _make_data(self, programs: Installation, account: ServerAccount) -> None:
        """By initdb into a folder beside, renamed when whole: a broken start leaves no ruin."""
        if self.data.exists():
            return
        password = self.home / "password"
        if not password.exists():
            write_private(password, secrets.token_urlsafe(24))
        builtin = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
        shown = self.home / "run" / "password"  # initdb runs under the server's account
        for ruin in self.home.glob("data.*"):
            shutil.rmtree(ruin, ignore_errors=True)
        fresh = self.home / f"data.{secrets.token_hex(4)}"
        account.make_folder(fresh, 0o700)
        try:
            write_private(shown, password.read_text())
            account.own(shown)
            made = account.run(
                *(programs.bin / "initdb", "-D", fresh, "-U", ADMIN, "-E", "UTF8"),
                *(builtin if programs.major >= BUILTIN_LOCALES_SINCE else ("--locale=C.UTF-8",)),
                *("--auth=scram-sha-256", f"--pwfile={shown}", "--data-checksums"),
                *(("--no-sync",) if self.settings.get("fsync") == "off" else ()),
            )
        finally:
            shown.unlink(missing_ok=True)
        if made.returncode:
            raise PostgresUnavailableError(_says("无法建立数据目录", "initdb failed", made.stderr))
        fresh.rename(self.data)

    def _make_database(self) -> None:
        with psycopg.connect(
            self._dsn("postgres"), autocommit=True, connect_timeout=10
        ) as connection:
            known = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)
            ).fetchone()
            if not known:
                connection.execute(f'CREATE DATABASE "{DATABASE}"'.encode())

    # -- starting

    def _launch(self, programs: Installation, account: ServerAccount, within_s: float) -> None:
        """Start, and again while the remains of a killed server stand in the way."""
        sockets = '"' + str(self._socket_dir()).replace('"', '""') + '"'
        settings = {**self.settings, "unix_socket_directories": sockets}
        options = " ".join(f"-c {shlex.quote(f'{k}={v}')}" for k, v in settings.items())
        end = time.monotonic() + within_s
        while True:
            self._remove_stale_pid_files()
            said_before = self.log.stat().st_size if self.log.exists() else 0
            with begins_what_gives_way():
                begun = account.run(
                    *(programs.bin / "pg_ctl", "-D", self.data, "-s", "-w", "-l", self.log),
                    *("-t", str(max(1, int(within_s))), "-o", options, "start"),
                )
            if begun.returncode == 0 or self.running():
                return
            said = self.log.read_bytes()[said_before:] if self.log.exists() else begun.stderr
            starting = self._ping() == pq.Ping.REJECT
            passing = starting or any(reason.encode() in said for reason in PASSING)
            if not passing or time.monotonic() > end:
                raise PostgresUnavailableError(_says("无法启动", "does not start", said))
            time.sleep(0.1)

    def _remove_stale_pid_files(self) -> None:
        """Take away pid files whose number now belongs to another program, or to a zombie.

        PostgreSQL takes any living process of that number for its own kind, and process numbers
        come again soon in a container. Shared memory still tells it of a real survivor.
        """
        for file in (self.data / "postmaster.pid", self._socket_dir() / f"{SOCKET_NAME}.lock"):
            if file.exists():
                first = file.read_text().split("\n")[0].strip()
                if not (first.isdecimal() and self._is_ours(int(first))):
                    file.unlink(missing_ok=True)

    def _is_ours(self, pid: int) -> bool:
        """Whether `pid` is a living postgres over our data, as far as one can see."""
        process = Path(f"/proc/{pid}")
        if not Path("/proc/self/stat").exists():
            return True  # no /proc: leave the judgement to PostgreSQL
        try:
            name, state = (process / "stat").read_text().split("(", 1)[1].rsplit(") ", 1)
            if name != "postgres" or state.startswith("Z"):
                return False
            return (process / "cwd").readlink() == self.data.resolve()
        except (FileNotFoundError, ProcessLookupError):
            return False
        except PermissionError:
            return True


def _lock_within(lock: int, seconds: float) -> None:
    """The lock, or PostgresUnavailableError when another process has held it for so long."""
    until = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise PostgresUnavailableError(
                    "另一进程正在启动或停止数据库,久未结束 · "
                    "another process has been starting or stopping the server for too long"
                ) from None
            time.sleep(0.05)
        else:
            return


def _make_passable(folder: Path) -> None:
    """Made so that the server's account can pass through it; the secrets inside are 0600."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(exist_ok=True)  # another process may start just now
        each.chmod(0o755)  # mkdir's mode passes through the umask


def _says(zh: str, en: str, output: bytes) -> str:
    tail = output.decode(errors="replace")[-2000:].strip()
    return f"PostgreSQL {zh} · PostgreSQL {en}:\n{tail}"
