"""An export and who checks it with one small file: every change of an export is refused with a sentence."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import StoredEvent

from eventlog.export import Days, NoSuchStream, NotUnderARoot, export
from eventlog.outside import whole_lines
from ops import check_export
from ops.checkpointing import anchor_in, key_in_force
from ops.secrets_file import secrets_in
from ops.ways import Ways
from tests.eventlog.conftest import event
from tests.ops.test_checkpointing import checkpointer, log_of, rotate

CASE, OTHER = uuid4(), uuid4()
EARLY = Path(__file__).parent / "early_export"
Change = Callable[[dict[str, Any]], object]


def exported(
    ways: Ways, state: Path, stream: UUID = CASE, periods: tuple[Days, ...] = ()
) -> dict[str, Any]:
    secrets = secrets_in(state / "secrets.json")
    return export(ways.writer_dsn, stream, key_in_force(ways.writer_dsn, secrets), periods)


def happened(version: int) -> StoredEvent:
    """On the morning of the day of March that its version says, by the clock of Shanghai."""
    at = "2025-02-28T17:00:00+00:00" if version == 1 else f"2025-03-{version:02}T01:00:00Z"
    said = {"data": {"note": f"第{version}"}, "meta": {"occurred": at}}
    state = json.dumps(said, ensure_ascii=False)
    return StoredEvent(CASE, version, "case.noted", state.encode())


@dataclass
class Handed:
    """What an auditor has: the export, the roots, and the one file."""

    folder: Path
    export: dict[str, Any]
    again: Callable[[tuple[Days, ...]], dict[str, Any]]
    """The same for somebody who may know these periods alone."""

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
                    happened(version),
                    event(OTHER, 2 * version),
                ]
            )
            if version != 4:
                assert running.make() == 1
            if version == 2:
                rotate(ways, state)
    shutil.copy(str(check_export.__file__), folder)
    shutil.copy(anchor_in(state), folder)
    return Handed(folder, exported(ways, state), partial(exported, ways, state, CASE))


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


MARCH_1 = Days(date(2025, 3, 1), date(2025, 3, 1))
MARCH_4 = Days(date(2025, 3, 4), date(2025, 3, 4))


def hidden(event: dict[str, Any]) -> None:
    """What was told is a stand-in."""
    for name in set(event) - {"version", "position", "hash"}:
        del event[name]


IN_PERIODS: list[tuple[Change, str]] = [
    (lambda e: e["events"][1].update(hash="00" * 32), "the export: 签名不符"),
    (lambda e: e["events"][2].update(hash="00" * 32), "version 4 is not what its hash"),
    (lambda e: e["events"][4].update(hash="00" * 32), "the export: 签名不符"),
    (lambda e: e["events"][1].update(position=3), "the export: 签名不符"),
    (lambda e: e["events"].pop(1), "where version 2 should stand there is version 3"),
    (lambda e: e["events"][3].pop("state"), "the file is not whole"),
    (lambda e: e["periods"].pop(), "the export: 签名不符"),
    (lambda e: e["periods"].clear(), "nothing is told of version 2 in an export of all times"),
    (lambda e: e.update(format="yidang export 1"), "nothing is told of version 2"),
    (lambda e: hidden(e["events"][3]), "the export: 签名不符"),
]
"""Of an export of two days: versions 1 and 4 are told."""


def test_of_a_period_alone_the_rest_is_a_place_and_a_hash(handed: Handed) -> None:
    whole = handed.export["events"]
    handed.export = handed.again((MARCH_1, MARCH_4))
    told = [each if each["version"] in {1, 4} else None for each in whole]
    for each, of_all, shown in zip(handed.export["events"], whole, told, strict=True):
        assert each == (shown or {k: of_all[k] for k in ("version", "position", "hash")})
    text = json.dumps(handed.export, ensure_ascii=False)
    assert ("第4" in text, "第2" in text, "第5" in text) == (True, False, False)
    status, said = handed.checked()
    assert status == 0, said
    assert "of 2025-03-01/2025-03-01, 2025-03-04/2025-03-04 alone: 2 are told" in said


def test_what_was_left_out_is_bound_all_the_same(handed: Handed) -> None:
    whole = handed.again((MARCH_1, MARCH_4))
    for change, said in IN_PERIODS:
        handed.export = deepcopy(whole)
        change(handed.export)
        status, told = handed.checked()
        assert (status, said in told) == (1, True), (said, told)


def test_an_export_of_the_first_format_is_checked_as_ever(handed: Handed) -> None:
    """``early_export`` was written by the release that had no other, and is never made anew."""
    for name in ("case.json", "checkpoints.log"):
        shutil.copy(EARLY / name, handed.folder)
    handed.export = json.loads((EARLY / "case.json").read_text(encoding="utf-8"))
    assert handed.export["format"] == check_export.WHOLE
    status, said = handed.checked()
    assert status == 0, said
    hidden(handed.export["events"][1])
    handed.export["periods"] = [str(MARCH_1)]
    status, said = handed.checked()
    assert (status, "nothing is told of version 2" in said) == (1, True), "no periods are signed"


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
