"""Where the clients come from: locked to the byte, named by no host, and never silently absent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.clients import node

FOLDER = Path(node.__file__).parent


def test_every_package_is_locked_by_its_digest_and_names_no_host() -> None:
    text = (FOLDER / "package-lock.json").read_text(encoding="utf-8")
    packages = json.loads(text)["packages"]
    wanted = json.loads((FOLDER / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert "://registry" not in text
    assert all("resolved" not in each for each in packages.values())
    assert all(each["integrity"] for path, each in packages.items() if path)
    assert {name: packages[f"node_modules/{name}"]["version"] for name in wanted} == wanted


def test_no_node_and_no_index_is_told_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert node._of_machine() is None
    with pytest.raises(node.NodeMissing, match=r"需要 Node\.js(.|\n)*YIDANG_WITHOUT_NODE=1"):
        node._of_index(tmp_path / "node")
    assert not node._is_of(tmp_path / "node", FOLDER / "node.txt")


@pytest.mark.parametrize(("version", "taken"), [("v18.20.4", 0), ("v20.0.0", 1)])
def test_a_node_too_old_for_the_clients_is_not_taken(
    version: str, taken: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("node", "npm"):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\necho {version}\n", encoding="ascii")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert (node._of_machine() is not None) == taken
