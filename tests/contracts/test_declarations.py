"""What a declaration must have: a class, a label, a golden, somebody who may do it; and what fails at import if not."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Annotated, Any, get_args
from uuid import UUID

import pytest

from authz.policy import ROLE_PREFIX, committed
from domain.case.state import CASE_OPEN, Case
from domain.child.state import Child
from domain.clauses import UnknownClause
from domain.fields import types_in
from domain.kernel import COMMANDS, EVENTS, Command, Event, Message, State
from domain.labels import FIELD_LABELS, name_fields
from domain.refusals import REFUSALS, Refusal
from domain.sensitivity import P0, P2
from ops.artefacts import CHECKOUT
from ops.declared import ALWAYS, follows
from projections.column_labels import COLUMN_LABELS
from projections.readmodel import READ_MODELS, ReadModel
from projections.registry import INLINE, LATER

pytestmark = pytest.mark.contract
MESSAGES: tuple[type[Message], ...] = (*EVENTS.values(), *COMMANDS.values())
PACKAGES = ("access", "case", "child", "rules", "unit")


# ── Nothing is left without a word or an owner


def values_in(plain: Any) -> Iterator[Any]:
    """The value objects inside a type."""
    if is_dataclass(plain):
        yield plain
    for inner in get_args(plain):
        yield from values_in(inner)


def test_every_field_of_every_message_is_named_in_both_languages() -> None:
    unnamed = {
        name
        for message in MESSAGES
        for spec in message.specs
        for name in (spec.name, *(f.name for v in values_in(spec.type) for f in fields(v)))
        if name not in FIELD_LABELS
    }
    assert unnamed == set()


def test_every_column_that_can_be_shown_is_named() -> None:
    known = {*COLUMN_LABELS, *FIELD_LABELS}
    assert INLINE
    assert LATER
    shown = [m for m in READ_MODELS.values() if not m.private]
    unnamed = {f"{m.table}.{s.name}" for m in shown for s in m.specs if s.name not in known}
    assert unnamed == set()


def test_every_event_and_command_is_labelled_in_both_languages() -> None:
    assert [m.name for m in MESSAGES if not (m.label.zh and m.label.en)] == []


def test_no_event_of_a_child_or_a_case_names_a_unit_to_everybody() -> None:
    """Who works on a child is care coordination (A.2, P2): a unit tells where the child is, and who looks after it."""
    told = {
        f"{event.name}.{spec.name}"
        for event in EVENTS.values()
        if event.state_type in {Child, Case}
        for spec in event.specs
        if "unit" in spec.name.split("_") and UUID in types_in(spec.type)
        if spec.sensitivity is P0
    }
    assert told == set()


def test_every_command_is_granted_to_somebody_and_every_act_is_a_command() -> None:
    assert committed().mismatch(COMMANDS) == ([], [])


def test_what_the_system_puts_is_granted_to_the_system_alone() -> None:
    system = f"{ROLE_PREFIX}system"
    for row in committed().rows:
        if row.act in COMMANDS and COMMANDS[row.act].by_system:
            assert row.role == system, row


def test_every_command_leads_somewhere_and_every_event_comes_from_a_command() -> None:
    assert [name for name, c in COMMANDS.items() if not follows(c).events] == []
    told = {event for c in COMMANDS.values() for event in follows(c).events}
    assert set(EVENTS) - told == set()


def test_every_refusal_can_be_met_and_has_a_test_that_names_it() -> None:
    met = {code for c in COMMANDS.values() for code in follows(c).refusals}
    assert set(REFUSALS) - met - {r.code for r in ALWAYS} == set()
    here = Path(__file__).parent
    texts = [p.read_text("utf-8") for p in here.parent.rglob("*.py") if here not in p.parents]
    unnamed = {
        code
        for code in REFUSALS
        if not any(f'"{code}"' in text or f'"{code.upper()}"' in text for text in texts)
    }
    assert unnamed == set()


def test_every_chapter_is_imported_by_its_package() -> None:
    """What is not imported by ``domain.actions`` is not registered, and would be missing without a word."""
    script = "import sys, domain.actions; print(*sorted(m for m in sys.modules if m.startswith('domain.')))"
    loaded = subprocess.run(
        [sys.executable, "-c", script], cwd=CHECKOUT, capture_output=True, text=True, check=True
    ).stdout.split()
    there = {
        f"domain.{package}.{path.stem}"
        for package in PACKAGES
        for path in (CHECKOUT / "domain" / package).glob("*.py")
        if path.stem != "__init__"
    }
    assert there - set(loaded) == set()


# ── What fails at import


def test_a_field_without_a_class_is_refused() -> None:
    with pytest.raises(TypeError, match="needs exactly one sensitivity class"):

        class Unclassified(Event[Case], name="case.tested_unclassified", zh="测", en="T"):
            note: str

    assert "case.tested_unclassified" not in EVENTS


def test_a_field_of_two_classes_is_refused() -> None:
    with pytest.raises(TypeError, match="needs exactly one sensitivity class"):

        class Twice(Command[Case], name="case.tested_twice", zh="测", en="T"):
            amount: Annotated[int, P0, P2]

    assert "case.tested_twice" not in COMMANDS


def test_free_text_cannot_be_open_to_everybody() -> None:
    with pytest.raises(TypeError, match="free text"):

        class Open(Event[Case], name="case.tested_open_text", zh="测", en="T"):
            note: Annotated[str, P0]

    assert "case.tested_open_text" not in EVENTS


def test_a_second_event_or_command_of_one_name_is_refused() -> None:
    event, command = EVENTS["case.closed"], COMMANDS["case.close_case"]
    with pytest.raises(AssertionError, match=r"two events named case\.closed"):

        class Again(Event[Case], name="case.closed", zh="测", en="T"):
            pass

    with pytest.raises(AssertionError, match=r"two commands named case\.close_case"):

        class AgainAsked(Command[Case], name="case.close_case", zh="测", en="T", when=CASE_OPEN):
            pass

    assert EVENTS["case.closed"] is event
    assert COMMANDS["case.close_case"] is command


def test_an_event_belongs_to_the_stream_it_is_named_for() -> None:
    with pytest.raises(AssertionError, match="is declared for stream child"):

        class Elsewhere(Event[Child], name="case.tested_elsewhere", zh="测", en="T"):
            pass


def test_a_clause_that_no_text_has_is_refused() -> None:
    with pytest.raises(UnknownClause, match=r"CQ2016-9\.9-z"):

        class Unfounded(
            Command[Case], name="case.tested_unfounded", zh="测", en="T", clauses=("CQ2016-9.9-z",)
        ):
            pass

    with pytest.raises(UnknownClause):
        Refusal("tested_unfounded", zh="测", en="T", clauses=("CQ2016-9.9-z",))
    assert "case.tested_unfounded" not in COMMANDS
    assert "tested_unfounded" not in REFUSALS


def test_a_second_stream_refusal_label_or_table_of_one_name_is_refused() -> None:
    with pytest.raises(AssertionError, match="two streams named case"):

        class Second(State, stream="case", zh="测", en="T"):
            pass

    code = next(iter(REFUSALS))
    with pytest.raises(AssertionError, match=f"two refusals named {code}"):
        Refusal(code, zh="测", en="T")
    name, label = next(iter(FIELD_LABELS.items()))
    with pytest.raises(AssertionError, match="is called both"):
        name_fields(**{name: (f"{label.zh}又名", label.en)})
    with pytest.raises(AssertionError, match="two read models named child"):

        class Twin(ReadModel, table="child", key=("id",), private=True, zh="测", en="T"):
            id: Annotated[int, P0]
