"""The operating-system account an embedded PostgreSQL runs under.

PostgreSQL refuses to run as root. An ordinary user runs it as themselves; root hands it to a
system account: the one that owns the data already, else `yidang`, else `postgres`, else a new
`yidang`, and where accounts cannot be made, `nobody`.
"""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

NAME = "yidang"
RUN_S = 300.0
"""No tool of PostgreSQL's takes so long here."""
# The tools need nothing of the caller's environment: PG* variables would point them elsewhere.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True)
class ServerAccount:
    """`switch` is true when programs are to be started under another account than ours."""

    name: str
    uid: int
    gid: int
    switch: bool

    def run(
        self, program: Path | str, *arguments: Path | str
    ) -> subprocess.CompletedProcess[bytes]:
        """Run one program as this account, with output captured; OSError when it cannot start, or does not end."""
        try:
            return subprocess.run(
                [program, *arguments],
                check=False,
                cwd="/",
                env=ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=RUN_S,
                user=self.uid if self.switch else None,
                group=self.gid if self.switch else None,
                extra_groups=[] if self.switch else None,
            )
        except subprocess.TimeoutExpired as error:
            raise TimeoutError(f"{program} does not end") from error

    def can_run(self, program: Path | str, *arguments: Path | str) -> bool:
        try:
            return self.run(program, *arguments).returncode == 0
        except OSError:
            return False

    def can_enter(self, folder: Path) -> bool:
        return not self.switch or self.can_run("test", "-x", folder)

    def make_folder(self, folder: Path, mode: int) -> None:
        """A folder of this account's own; one that is there already is left as it is."""
        if not folder.exists():
            folder.mkdir(mode=mode)
            folder.chmod(mode)  # mkdir's mode passes through the umask
            self.own(folder)

    def own(self, path: Path) -> None:
        if self.switch:
            os.chown(path, self.uid, self.gid)


def server_account(data: Path) -> ServerAccount:
    """The account to run the server over the data directory `data`, which may not exist yet."""
    if os.geteuid() != 0:
        mine = os.geteuid()
        return ServerAccount(str(mine), mine, os.getegid(), switch=False)
    owner = data.stat().st_uid if data.exists() else 0
    known = _by_uid(owner) if owner else _system_account()
    return ServerAccount(known.pw_name, known.pw_uid, known.pw_gid, switch=True)


def _by_uid(uid: int) -> pwd.struct_passwd:
    try:
        return pwd.getpwuid(uid)
    except KeyError:  # restored from another machine: PostgreSQL needs an account with a name
        return _system_account()


def _system_account() -> pwd.struct_passwd:
    known = {each.pw_name: each for each in pwd.getpwall()}
    for name in (NAME, "postgres"):
        if name in known:
            return known[name]
    if useradd := shutil.which("useradd"):
        nowhere = ("--system", "--no-create-home", "--home-dir", "/nonexistent")
        subprocess.run(
            [useradd, *nowhere, "--shell", "/usr/sbin/nologin", NAME],
            check=False,
            capture_output=True,
            timeout=RUN_S,
        )
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        return pwd.getpwnam("nobody")
