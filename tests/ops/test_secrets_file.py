"""Secrets: given ones win, missing ones are made once, none is shown."""

import base64
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ops.secrets_file import NAMES, SecretsError, secrets_in

KEY = base64.b64encode(bytes(range(32))).decode()


def test_made_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "state" / "secrets.json"
    made = secrets_in(path)
    assert secrets_in(path) == made
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(made.master_key) == len(made.scope_key) == len(made.token_key) == 32
    assert len({made.master_key, made.scope_key, made.token_key}) == 3
    assert made.writer_password != made.reader_password


def test_started_at_once_all_get_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(secrets_in, [tmp_path / "secrets.json"] * 8))
    assert made == [made[0]] * 8


def test_what_is_given_wins_and_is_not_written_down(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    given = secrets_in(path, {"master_key": KEY, "scope_key": ""})
    assert given.master_key == bytes(range(32))
    assert KEY not in path.read_text()
    assert secrets_in(path).scope_key == given.scope_key


def test_when_all_is_given_no_file_is_made(tmp_path: Path) -> None:
    path = tmp_path / "state" / "secrets.json"
    secrets_in(path, dict.fromkeys(NAMES, KEY))
    assert not path.parent.exists()


@pytest.mark.parametrize("bad", ["short", base64.b64encode(b"x" * 16).decode(), "密" * 44])
def test_a_key_of_the_wrong_size_is_refused_and_not_shown(tmp_path: Path, bad: str) -> None:
    with pytest.raises(SecretsError, match="scope_key must be 32 bytes") as refused:
        secrets_in(tmp_path / "secrets.json", {"scope_key": bad})
    assert bad not in str(refused.value)


def test_a_name_that_is_none_of_ours_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SecretsError, match="unknown secret: materkey"):
        secrets_in(tmp_path / "secrets.json", {"materkey": KEY})


def test_no_value_shows(tmp_path: Path) -> None:
    made = secrets_in(tmp_path / "secrets.json")
    assert repr(made) == "Secrets()"
