"""What `make env` says on a machine that is not ready, and that a second start installs nothing."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
WAIT_S = 300


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "ops").mkdir()
    shutil.copy(CHECKOUT / "ops" / "environment.sh", tmp_path / "ops")
    shutil.copy(CHECKOUT / "requirements.lock", tmp_path)
    return tmp_path


def environment(checkout: Path, python: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", checkout / "ops" / "environment.sh"],
        env={"PATH": "/usr/bin:/bin", "PYTHON": str(python)},
        capture_output=True,
        text=True,
        check=False,
        timeout=WAIT_S,
    )


def interpreter(path: Path, *, refuses: str) -> Path:
    """The Python we run, but failing when its program speaks of `refuses`."""
    path.write_text(
        f'#!/bin/sh\ncase "$*" in *{refuses}*) exit 1;; esac\nexec "{sys.executable}" "$@"\n'
    )
    path.chmod(0o755)
    return path


def test_an_old_python_is_named_as_the_reason(checkout: Path) -> None:
    ended = environment(checkout, interpreter(checkout / "old", refuses="version_info"))
    assert ended.returncode == 1
    assert "需要 Python 3.11 或更新版本" in ended.stderr
    assert "Python 3.11 or newer is needed" in ended.stderr


def test_a_missing_venv_module_is_named_with_its_remedy(checkout: Path) -> None:
    ended = environment(checkout, interpreter(checkout / "bare", refuses="ensurepip"))
    assert ended.returncode == 1
    assert "缺少 venv / ensurepip 模块" in ended.stderr
    assert "apt-get install python3-venv" in ended.stderr
    assert not (checkout / ".venv").exists()


def test_an_environment_of_this_lock_is_left_alone(checkout: Path) -> None:
    (checkout / ".venv" / "bin").mkdir(parents=True)
    # Its only power is to exist: to install anything it would have to run pip.
    interpreter(checkout / ".venv" / "bin" / "python", refuses="pip")
    summed = subprocess.run(
        ["/usr/bin/cksum"],
        input=(CHECKOUT / "requirements.lock").read_bytes(),
        capture_output=True,
        check=True,
        timeout=WAIT_S,
    )
    stamp = checkout / ".venv" / "requirements.stamp"
    stamp.write_text(f"{summed.stdout.decode().strip()} {checkout}")
    ended = environment(checkout, checkout / "none")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    with (checkout / "requirements.lock").open("a") as lock:
        lock.write("# changed\n")
    changed = environment(checkout, checkout / "none")
    assert changed.returncode == 1
    assert "安装依赖" in changed.stdout
    assert not stamp.exists()
