"""What keeps a command from running is said in a sentence, with a status; nothing is tried for ever."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pytest

from eventlog.errors import OUT_OF_REACH
from ops.commands import COMMANDS
from ops.explained import explain
from ops.saying import say
from ops.supervise import Supervisor
from ops.wrong import FAILED, MISUSE, told
from tests.database import READER_PASSWORD, WRITER_PASSWORD, Database, Postgres, database_of
from tests.projections.town import SECRETS, town_on

ROOT = Path(__file__).resolve().parents[2]
PASSWORDS = {"WRITER": WRITER_PASSWORD, "READER": READER_PASSWORD}
NOWHERE = "postgresql://nobody@127.0.0.1:1/none"


def yidang(state: Path, *words: str, **given: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("YIDANG_")}
    return subprocess.run(
        [sys.executable, str(ROOT / "app.py"), *words],
        env={**clean, "YIDANG_STATE": str(state), "YIDANG_DATABASE_URL": NOWHERE, **given},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    ("words", "given", "status", "said"),
    [
        ("keys", {"YIDANG_PORT": "abc"}, MISUSE, "YIDANG_PORT must be a whole number"),
        ("keys", {"YIDANG_PORT": "99999"}, MISUSE, "YIDANG_PORT is at most 65535"),
        ("keys", {"YIDANG_DOCUMENTS_MODE": "on"}, MISUSE, "is off, log or require"),
        ("keys", {"YIDANG_MODE": "prod"}, MISUSE, "YIDANG_MODE is demo or production"),
        ("keys", {"YIDANG_MASTER_KEY": "short"}, MISUSE, "master_key must be 32 bytes as base64"),
        ("up", {"YIDANG_MODE": "production", "YIDANG_PORT": "0"}, MISUSE, "YIDANG_OIDC_ISSUER"),
        ("up", {"YIDANG_PORT": "99999"}, MISUSE, "YIDANG_PORT is at most 65535"),
        ("up", {"YIDANG_DATABASE_URL": "hunter2"}, MISUSE, "YIDANG_DATABASE_URL is no address"),
        ("up", {"YIDANG_DATABASE_URL": f"{NOWHERE}?port=99999"}, MISUSE, "is no address"),
        ("up", {"YIDANG_DOCUMENTS_MODE": "strict"}, MISUSE, "is off, log or require"),
        ("up", {"YIDANG_DOCUMENTS": "/none"}, MISUSE, "the manifest of documents cannot be used"),
        (
            "up",
            {"YIDANG_HOST": "192.0.2.1"},
            MISUSE,
            "on a loopback address only, not on 192.0.2.1",
        ),
        ("up", {"YIDANG_HOST": "127.0.0.999"}, MISUSE, "on a loopback address only"),
        (
            "up",
            {
                "YIDANG_HOST": "192.0.2.1",
                "YIDANG_MODE": "production",
                "YIDANG_OIDC_ISSUER": "https://id.example",
            },
            MISUSE,
            "cannot listen at 192.0.2.1:8000",
        ),
        ("keys", {}, FAILED, "the database does not answer"),
        ("verify", {}, FAILED, "the database does not answer"),
        ("clocks", {}, FAILED, "the database does not answer"),
    ],
)
def test_a_sentence_and_a_status(
    tmp_path: Path, words: str, given: dict[str, str], status: int, said: str
) -> None:
    done = yidang(tmp_path, words, **given)
    assert (done.returncode, "Traceback" in done.stderr) == (status, False), done.stderr
    assert said in done.stderr
    assert " · " in done.stderr, "in both languages"
    assert "hunter2" not in done.stderr, "an address may hold a password"


@pytest.mark.parametrize("words", ["clocks", "verify"])
def test_a_database_that_was_never_made_ready_is_no_fault_and_no_silence(
    postgres: Postgres, tmp_path: Path, words: str
) -> None:
    with database_of(postgres) as empty:
        done = yidang(tmp_path, words, YIDANG_DATABASE_URL=empty.admin_dsn)
    assert (done.returncode, "Traceback" in done.stderr) == (MISUSE, False), done.stderr
    assert "the database is not ready: run yidang migrate first" in done.stderr


def test_a_clock_is_not_fired_with_other_secrets(database: Database, tmp_path: Path) -> None:
    """What a command of another scope key left in the log nobody's retry would be answered from."""
    given = {"YIDANG_DATABASE_URL": database.admin_dsn}
    given |= {f"YIDANG_{name}_PASSWORD": word for name, word in PASSWORDS.items()}
    given["YIDANG_MASTER_KEY"] = b64encode(SECRETS.master_key).decode()
    with town_on(database):
        done = yidang(tmp_path, "tick", **given)
        assert (done.returncode, "Traceback" in done.stderr) == (MISUSE, False), done.stderr
        assert "OTHER_SECRETS YIDANG_SCOPE_KEY " in done.stderr
        given["YIDANG_SCOPE_KEY"] = b64encode(SECRETS.scope_key).decode()
        done = yidang(tmp_path, "tick", **given)
    assert (done.returncode, done.stderr) == (0, "")
    assert "fired 0" not in done.stdout, "they waited for those who have the secrets"


@pytest.mark.parametrize("below", ["", "/below"])
def test_a_state_folder_that_cannot_be_one_is_named(tmp_path: Path, below: str) -> None:
    file = tmp_path / "state"
    file.touch()
    done = yidang(Path(f"{file}{below}"), "up", YIDANG_DATABASE_URL="")
    assert (done.returncode, "Traceback" in done.stderr) == (MISUSE, False), done.stderr
    assert f"cannot be read or written: {file}{below}" in done.stderr


def test_a_token_is_signed_in_the_demo_alone(tmp_path: Path) -> None:
    done = yidang(tmp_path, "token", "fj_police", YIDANG_MODE="production")
    assert done.returncode == MISUSE
    assert "in demo mode only" in done.stderr


def test_a_broken_secrets_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text("{", encoding="ascii")
    done = yidang(tmp_path, "keys")
    assert done.returncode == MISUSE
    assert "secrets.json is broken: restore it from a backup" in done.stderr


def test_what_a_clause_is_needs_no_database(tmp_path: Path) -> None:
    done = yidang(tmp_path / "none", "explain", "CQ2016-4.2-g", YIDANG_DATABASE_URL="")
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "none").exists()


def test_processes_that_cannot_run_as_things_are_stop_all() -> None:
    program = (sys.executable, "-c", f"raise SystemExit({MISUSE})")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        supervisor = Supervisor(program, listener, lambda _: None, web=1)
        supervisor.start()
        assert supervisor.run() == MISUSE


def test_an_action_is_explained_by_either_name(capsys: pytest.CaptureFixture[str]) -> None:
    """Who may, under which clauses, and what work it opens and ends."""
    assert explain("escortChild", say) == explain("case.escort_child", say) == 0
    lines = capsys.readouterr().out.splitlines()
    half = len(lines) // 2
    assert lines[:half] == lines[half:]
    assert lines[0].startswith("case.escort_child 护送儿童")
    assert any(line.startswith("  CQ2016-4.2-g ") for line in lines)
    (police,) = [line for line in lines[:half] if "公安机关 Police" in line]
    assert "investigation" in police
    assert any(line.startswith("  Q-55-ESCORT_CHILD ") and "结 ends" in line for line in lines)
    assert explain("escortNobody", say) == 2


def test_every_command_that_makes_nothing_ready_says_what_it_needs() -> None:
    ready = {"up", "serve", "migrate", "seed", "demo-case", "token"}
    named = {name for name, verb in COMMANDS.items() if verb.alone is None and verb.needs}
    assert named == {n for n, v in COMMANDS.items() if v.alone is None} - ready


def test_a_database_that_goes_away_meanwhile_is_told_in_a_sentence() -> None:
    said: list[str] = []

    def gone() -> int:
        raise OUT_OF_REACH[0]

    assert told(gone, said.append) == FAILED
    assert "the database does not answer" in said[0]
