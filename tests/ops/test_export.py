"""An export and who checks it with one small file: every change of an export is refused with a sentence."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from eventlog.export import NoSuchStream, NotUnderARoot, export
from eventlog.outside import whole_lines
from ops import check_export
from ops.checkpointing import anchor_in, key_in_force
from ops.secrets_file import secrets_in
from ops.ways import Ways
from tests.eventlog.conftest import event
from tests.ops.test_checkpointing import checkpointer, log_of, rotate

CASE, OTHER = uuid4(), uuid4()
Change = Callable[[dict[str, Any]], object]


def exported(ways: Ways, state: Path, stream: UUID = CASE) -> dict[str, Any]:
    secrets = secrets_in(state / "secrets.json")
    return export(ways.writer_dsn, stream, key_in_force(ways.writer_dsn, secrets))


@dataclass
class Handed:
    """What an auditor has: the export, the roots, and the one file."""

    folder: Path
    export: dict[str, Any]

    def checked(self, *more: str) -> tuple[int, str]:
        """By an interpreter that knows nothing of this program."""
        (self.folder / "case.json").write_text(json.dumps(self.export), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-I", "check_export.py", "case.json", "checkpoints.log", *more],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stderr == ""
        return done.returncode, done.stdout


@pytest.fixture
def handed(ways: Ways, tmp_path: Path) -> Handed:
    """A case of five events under four roots of two keys, other events between them."""
    state, folder = tmp_path / "state", tmp_path / "auditor"
    folder.mkdir()
    running = checkpointer(ways, state)
    with log_of(ways) as log:
        for version in range(1, 6):
            log.insert_events(
                [
                    event(OTHER, 2 * version - 1),
                    event(CASE, version, note=f"第{version}"),
                    event(OTHER, 2 * version),
                ]
            )
            if version != 4:
                assert running.make() == 1
            if version == 2:
                rotate(ways, state)
    found = exported(ways, state)
    shutil.copy(str(check_export.__file__), folder)
    shutil.copy(anchor_in(state), folder)
    return Handed(folder, found)


def test_it_is_checked_by_one_file_alone(handed: Handed) -> None:
    status, said = handed.checked()
    assert status == 0, said
    assert f"case {CASE}: 5 个事件" in said
    key = said.split("signed by ")[1].split()[0]
    assert handed.checked("--key", key)[0] == 0
    status, said = handed.checked("--key", "00" * 32)
    assert (status, "another key than the one given" in said) == (1, True)


def swapped(export: dict[str, Any]) -> None:
    events = export["events"]
    events[1], events[2] = events[2], events[1]


def renumbered(export: dict[str, Any]) -> None:
    """Reordered, and the versions made to fit."""
    swapped(export)
    for number, each in enumerate(export["events"], 1):
        each["version"] = number


def cut_with_its_number(export: dict[str, Any]) -> None:
    """The end is gone, and the header says so."""
    export["events"].pop()
    export["version"] -= 1


CHANGES: list[tuple[Change, str]] = [
    (lambda e: e["events"][2].update(state="{}"), "version 3 is not what its hash was made of"),
    (lambda e: e["events"][2].update(topic="case.gone"), "version 3 is not what its hash"),
    (lambda e: e["events"][2].update(recorded_at=0), "version 3 is not under the root of"),
    (lambda e: e["events"][2].update(checkpoint=1), "version 3 is not under the root of"),
    (lambda e: e["events"][2].update(checkpoint=9), "checkpoint 9 is not among the roots"),
    (lambda e: e["events"][2].update(path=[]), "version 3 is not under the root of"),
    (lambda e: e.update(stream="child"), "version 1 is not under the root of"),
    (lambda e: e.update(stream_id=str(OTHER)), "version 1 is not what its hash was made of"),
    (lambda e: e["events"].pop(), "4 events where 5 were exported"),
    (cut_with_its_number, "the export: 签名不符 · not signed by its key"),
    (lambda e: e["events"].pop(0), "where version 1 should stand there is version 2"),
    (lambda e: e["events"].pop(2), "where version 3 should stand there is version 4"),
    (swapped, "where version 2 should stand there is version 3"),
    (renumbered, "version 2 is not what its hash was made of"),
    (lambda e: e.update(exported_at="2020-01-01T00:00:00+00:00"), "the export: 签名不符"),
    (lambda e: e["keys"].pop(), "a signing key told outside is not in the export"),
    (lambda e: e["keys"].clear(), "no signing key in the export"),
    (lambda e: e["events"].clear(), "0 events where 5 were exported"),
    (lambda e: e.pop("keys"), "the file is not whole"),
    (lambda e: e.update(format="else"), "not of the format"),
]
ROOTS: list[tuple[Callable[[list[str]], list[str]], str]] = [
    (lambda lines: lines[:-1], "checkpoint 4 is not among the roots given"),
    (lambda lines: lines[:1] + lines[2:], "checkpoint 2 does not follow the one before"),
    (lambda lines: [*lines[:1], *lines[2:3], *lines[1:2], *lines[3:]], "checkpoint 2 does not"),
    (lambda lines: [line.replace(" 1 3 ", " 1 4 ") for line in lines], "signing key 2 found"),
    (lambda lines: [*lines[:-1], lines[-1][:-4] + "0000"], "checkpoint 4: 签名不符"),
]


def test_what_was_changed_is_refused(handed: Handed) -> None:
    whole = handed.export
    for change, said in CHANGES:
        handed.export = deepcopy(whole)
        change(handed.export)
        status, told = handed.checked()
        assert (status, said in told, " · " in told) == (1, True, True), (said, told)


def test_roots_that_are_not_those_told_are_refused(handed: Handed) -> None:
    file = handed.folder / "checkpoints.log"
    whole = whole_lines(file)
    for change, said in ROOTS:
        file.write_text("".join(f"{line}\n" for line in change(whole)))
        status, told = handed.checked()
        assert (status, said in told) == (1, True), (said, told)


def test_what_is_no_export_cannot_be_read(handed: Handed) -> None:
    (handed.folder / "checkpoints.log").unlink()
    assert handed.checked()[0] == 2


def test_what_is_under_no_root_yet_waits_for_one(ways: Ways, tmp_path: Path) -> None:
    running = checkpointer(ways, tmp_path)
    with pytest.raises(NoSuchStream):
        exported(ways, tmp_path)
    with log_of(ways) as log:
        log.insert_events([event(CASE, 1)])
    with pytest.raises(NotUnderARoot):
        exported(ways, tmp_path)
    assert running.make() == 1
    assert exported(ways, tmp_path)["version"] == 1
