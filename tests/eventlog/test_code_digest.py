"""Of which code a snapshot is: known when the first one is asked for, and of no other code than that which runs."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any, cast

import pytest

import domain
import eventlog
from eventlog import snapshots
from eventlog.grammar import changed_since, digest_of
from eventlog.snapshots import Snapshots


def module_in(folder: Path) -> ModuleType:
    """A package of one file."""
    made = ModuleType("made")
    made.__file__ = str(folder / "__init__.py")
    (folder / "__init__.py").write_text("")
    return made


def test_it_is_taken_when_a_snapshot_is_asked_for() -> None:
    snapshots._grammar.cache_clear()
    of_nobody = Snapshots(cast("Any", None))
    assert snapshots._grammar.cache_info().currsize == 0
    assert of_nobody.grammar == digest_of(domain, eventlog)
    assert snapshots._grammar.cache_info().currsize == 1


def test_none_is_read_or_kept_by_a_process_whose_code_was_changed_beneath_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    snapshots._grammar.cache_clear()
    with monkeypatch.context() as earlier:
        earlier.setattr(snapshots, "_BEGAN", 0.0)
        assert Snapshots(cast("Any", None)).grammar == ""
    snapshots._grammar.cache_clear()


def test_a_file_that_is_put_in_its_place_later_is_met(tmp_path: Path) -> None:
    made = module_in(tmp_path)
    began = (tmp_path / "__init__.py").stat().st_ctime
    assert not changed_since(began, made)
    assert changed_since(began - 1, made)
