"""A scratch PostgreSQL to be killed, frozen, restarted and filled up; on a small disk of its own if root runs this."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ops.embedded import EmbeddedPostgres

SETTINGS = {
    "min_wal_size": "32MB",
    "max_wal_size": "64MB",
    "restart_after_crash": "on",
}
DISK_MB = 700
FILLER = "filler"


class Cluster:
    """The server; ``disk`` is the mount it lies on, or None."""

    def __init__(self, folder: Path, disk: Path | None) -> None:
        self._postgres = EmbeddedPostgres(folder / "state", settings=SETTINGS)
        self._disk = disk
        self.dsn = self._postgres.start().dsn

    @property
    def socket(self) -> str:
        """The path of its Unix socket."""
        return str(self._postgres._socket_dir() / ".s.PGSQL.5432")

    @property
    def has_own_disk(self) -> bool:
        """Whether the disk can be filled without hurting anybody."""
        return self._disk is not None

    def kill(self) -> None:
        """As a power cut does to the processes: kill -9 of the postmaster and all it started."""
        for pid in self._processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def start(self) -> None:
        """Runs again, after any end."""
        self._postgres.start()

    def restart(self) -> None:
        """Stopped as an administrator does, clients thrown out, and started again."""
        assert self._postgres.stop(), "somebody else holds the server"
        self._postgres.start()

    def freeze(self) -> None:
        """Every process stands still, its sockets open."""
        for pid in self._processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """They go on."""
        for pid in self._processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def fill_disk(self) -> None:
        """Not a byte left."""
        assert self._disk is not None
        with (self._disk / FILLER).open("wb", buffering=0) as filler:
            for size in (1 << 20, 4096):
                with suppress(OSError):
                    while True:
                        filler.write(b"\0" * size)

    def free_disk(self) -> None:
        """Room again; and the server, if it gave up meanwhile, runs again."""
        assert self._disk is not None
        (self._disk / FILLER).unlink(missing_ok=True)
        self._postgres.start()

    def stop(self) -> None:
        """The end."""
        self.thaw()
        self._postgres.stop()

    def _processes(self) -> list[int]:
        """The postmaster and its children."""
        file = self._postgres.data / "postmaster.pid"
        if not file.exists():
            return []
        postmaster = int(file.read_text().split("\n", 1)[0])
        found = [postmaster]
        for process in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError, IndexError, ValueError):
                parent = int(process.read_text().rsplit(") ", 1)[1].split()[1])
                if parent == postmaster:
                    found.append(int(process.parent.name))
        return found


@contextmanager
def scratch_cluster() -> Iterator[Cluster]:
    """A server of its own, gone at the end."""
    with tempfile.TemporaryDirectory(prefix="yidang-faults-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        disk = folder if _mounted(folder) else None
        try:
            cluster = Cluster(folder, disk)
            try:
                yield cluster
            finally:
                cluster.stop()
        finally:
            if disk is not None:
                subprocess.run(["/bin/umount", "-l", str(folder)], check=True)


def _mounted(folder: Path) -> bool:
    """Whether a small disk could be put in this place."""
    if os.geteuid() != 0:
        return False
    mount = ["/bin/mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=755", "tmpfs", str(folder)]
    return subprocess.run(mount, check=False, capture_output=True).returncode == 0
