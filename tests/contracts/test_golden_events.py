"""Golden events: what was stored stays readable, and nothing about a stored shape changes unseen."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import pytest

from domain.case.state import Case
from domain.codec import REPORTER, SUBJECT, UPCASTS, decode, upcasts
from domain.kernel import EVENTS, Event
from domain.labels import FIELD_LABELS, name_fields
from domain.sensitivity import P2, P4
from ops.golden import FOLDER, missing, path_of, sample_of, text_of

pytestmark = pytest.mark.contract
FILES = sorted(FOLDER.glob("*.json"))
OLD = Path(__file__).parent / "upcast" / "case.tested_note.json"


def read_back(path: Path) -> Event[Any]:
    stored = json.loads(path.read_text(encoding="utf-8"))
    return decode(stored["name"], stored["version"], stored["plain"], stored["boxes"])


def test_many_threads_may_be_the_first_to_read_an_event() -> None:
    """A class that two threads read for the first time at once used to end the process (``domain.typed``)."""
    told = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-m", "tests.contracts.read_at_once", FOLDER],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.returncode, told.stderr) == (0, "")


def test_every_event_has_its_golden() -> None:
    """``make regen`` writes those that are missing; it never writes one anew."""
    assert [path.name for path, _ in missing()] == []


@pytest.mark.parametrize("path", FILES, ids=[p.stem for p in FILES])
def test_a_golden_is_read_and_written_again_the_same(path: Path) -> None:
    event = read_back(path)
    kind = type(event)
    if path == path_of(kind.name, kind.schema_version):
        assert event == sample_of(kind), "the shape changed: raise its version and write an upcast"
        assert text_of(event) == path.read_text(encoding="utf-8")


def test_no_golden_is_left_of_an_event_that_is_gone() -> None:
    names = {json.loads(p.read_text(encoding="utf-8"))["name"] for p in FILES}
    assert names - set(EVENTS) == set(), (
        "an event that was ever stored stays readable under its name"
    )


def test_personal_values_are_apart_in_every_golden() -> None:
    for path in FILES:
        stored = json.loads(path.read_text(encoding="utf-8"))
        assert set(stored["boxes"]) <= {SUBJECT, REPORTER}
        assert "文本" not in json.dumps(stored["plain"], ensure_ascii=False), path.name


def test_a_changed_event_changes_its_golden_and_a_lost_one_is_named(tmp_path: Path) -> None:
    name, kind = next((n, e) for n, e in EVENTS.items() if any(s.type is str for s in e.specs))
    for path in FILES:
        if path.name != f"{name}.json":
            (tmp_path / path.name).write_bytes(path.read_bytes())
    assert f"{name}.json" in {path.name for path, _ in missing(tmp_path)}
    spec = next(s for s in kind.specs if s.type is str)
    changed: Any = {spec.name: "another text"}
    assert text_of(replace(sample_of(kind), **changed)) != text_of(sample_of(kind))


@pytest.fixture
def version_2() -> Iterator[type[Event[Case]]]:
    """An event whose shape changed: ``note`` became ``note_text``, and a ``weight`` was added."""
    name_fields(note_text=("测试", "Note of the test"), weight=("测试", "Weight of the test"))

    class TestedNote(Event[Case], name="case.tested_note", zh="测试", en="Tested note", version=2):
        note_text: Annotated[str, P4]
        weight: Annotated[int, P2]

    @upcasts("case.tested_note", 1)
    def renamed(values: dict[str, Any]) -> dict[str, Any]:
        kept = {k: v for k, v in values.items() if k != "note"}
        return {**kept, "note_text": values["note"], "weight": 1}

    yield TestedNote
    del EVENTS["case.tested_note"], UPCASTS["case.tested_note", 1]
    del FIELD_LABELS["note_text"], FIELD_LABELS["weight"]


def test_an_old_shape_is_read_through_its_upcast(version_2: type[Event[Case]]) -> None:
    read = read_back(OLD)
    assert read == version_2(note_text="以前写下的话", weight=1)  # type: ignore[call-arg]
    assert json.loads(text_of(read))["version"] == 2
    assert path_of(version_2.name, 2, OLD.parent).name == "case.tested_note.v2.json"


def test_an_old_shape_without_an_upcast_is_not_guessed(version_2: type[Event[Case]]) -> None:
    step = UPCASTS.pop((version_2.name, 1))
    try:
        with pytest.raises(KeyError):
            read_back(OLD)
    finally:
        UPCASTS[version_2.name, 1] = step
