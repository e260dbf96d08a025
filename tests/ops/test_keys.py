"""``yidang keys rotate``: the secrets file, a key from a vault, what is said, and what the old key is good for."""

from __future__ import annotations

import argparse
import base64
import json
from pathlib import Path
from uuid import uuid4

import pytest

from eventlog.keyring import Keyring
from ops.commands import master_keys
from ops.same_secrets import LostMasterKey, check_master_key
from ops.secrets_file import NEXT, Secrets, next_master_key, secrets_in
from ops.settings import Settings
from ops.ways import Ways

AAD = b"aad"


def run(what: str | None, settings: Settings, ways: Ways, secrets: Secrets) -> int:
    return master_keys(argparse.Namespace(what=what), settings, ways, secrets)


def keyring(ways: Ways, secrets: Secrets) -> Keyring:
    return Keyring(ways.writer_dsn, secrets.master_key, more=secrets.master_keys)


def test_the_key_of_the_file_is_changed_under_a_running_process(
    tmp_path: Path, ways: Ways, capsys: pytest.CaptureFixture[str]
) -> None:
    path, settings = tmp_path / "secrets.json", Settings(state=tmp_path)
    old = secrets_in(path)
    check_master_key(ways, old)
    running, scope = keyring(ways, old), f"child:{uuid4()}"
    box = running.seal(scope, b"value", AAD)
    assert run("rotate", settings, ways, old) == 0
    new = secrets_in(path)
    assert new.master_key != old.master_key
    assert NEXT not in json.loads(path.read_text())
    assert path.stat().st_mode & 0o777 == 0o600
    assert running.open(scope, box, AAD) == b"value"
    assert running.open(scope, running.seal(scope, b"more", AAD), AAD) == b"more"
    running.ensure([f"child:{uuid4()}"])
    running.close()
    check_master_key(ways, new)
    said = capsys.readouterr().out
    assert "已停用 retired" in said
    for key in (old.master_key, new.master_key):
        assert base64.b64encode(key).decode() not in said
        assert key.hex() not in said
    given_old = secrets_in(
        tmp_path / "elsewhere.json", {"master_key": base64.b64encode(old.master_key).decode()}
    )
    with pytest.raises(LostMasterKey):
        check_master_key(ways, given_old)
    assert run(None, settings, ways, new) == 0


def test_cut_after_the_database_and_before_the_file_it_is_ended_by_asking_again(
    tmp_path: Path, ways: Ways
) -> None:
    path, settings = tmp_path / "secrets.json", Settings(state=tmp_path)
    old = secrets_in(path)
    check_master_key(ways, old)
    first, following = next_master_key(path, {})
    assert next_master_key(path, {}) == (first, following), "the same again, until it is settled"
    assert secrets_in(path).master_keys() == (first, following)
    assert run("rotate", settings, ways, old) == 0
    assert secrets_in(path).master_key == following


def test_a_key_from_a_vault_is_followed_by_one_from_there(
    tmp_path: Path, ways: Ways, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = (base64.b64encode(bytes([n] * 32)).decode() for n in (1, 2))
    path = tmp_path / "secrets.json"
    alone = {"master_key": one}
    check_master_key(ways, secrets_in(path, alone))
    settings = Settings(state=tmp_path, given_secrets=alone)
    assert run("rotate", settings, ways, secrets_in(path, alone)) == 2
    assert "YIDANG_NEXT_MASTER_KEY" in capsys.readouterr().out
    both = {**alone, NEXT: two}
    settings = Settings(state=tmp_path, given_secrets=both)
    assert run("rotate", settings, ways, secrets_in(path, both)) == 0
    assert "YIDANG_MASTER_KEY" in capsys.readouterr().out
    kept = path.read_text()
    assert one not in kept
    assert two not in kept
    check_master_key(ways, secrets_in(path, {"master_key": two}))
    with pytest.raises(LostMasterKey):
        check_master_key(ways, secrets_in(path, alone))
