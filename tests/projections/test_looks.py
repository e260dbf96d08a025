"""What many looks become in the journal: a line a kind, as if an entry were kept for each child and case."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from uuid import UUID, uuid4

import pytest

from domain.sensitivity import Sensitivity
from projections.journal import (
    FIELDS,
    LOOKS,
    OPEN_FIGURES,
    Look,
    Outcome,
    Seen,
    Viewer,
    kind,
    look_at,
    told,
)
from tests.dsl import an_id

CHILDREN = [an_id(f"child {i}") for i in range(6)]
CASES = [an_id(f"case {i}") for i in range(3)]
RELATIONS = ["residence", "assigned", None]
CLASSES = [frozenset({"P0"}), frozenset({"P0", "P1"}), frozenset({"P0", "P1", "P3"})]
Line = tuple[str, str, str, str | None, str, str, list[str]]
"""Object, act, outcome, relation, classes, classes held back, and whom it was at."""


@dataclass
class Entry:
    """One look, kept by itself."""

    obj: str
    outcome: Outcome
    subject: UUID
    relation: str | None = None
    classes: set[str] = field(default_factory=set)
    withheld: set[str] = field(default_factory=set)


@dataclass
class Oracle:
    """The same request, told the long way."""

    seen: dict[tuple[str, UUID], Entry] = field(default_factory=dict)
    held: list[tuple[UUID | None, UUID | None, str]] = field(default_factory=list)
    denied: list[Entry] = field(default_factory=list)

    def lines(self) -> list[Line]:
        for case, child, cls in self.held:
            entry = self.seen.get(("case", case)) if case else None
            entry = entry or (self.seen.get(("child", child)) if child else None)
            if entry is not None:
                entry.withheld.add(cls)
        kinds: dict[tuple[object, ...], tuple[Entry, list[str]]] = {}
        for entry in [*self.seen.values(), *self.denied]:
            said = entry.classes | entry.withheld
            if entry.outcome is Outcome.SEEN and said <= OPEN_FIGURES:
                continue
            shown, kept = frozenset(entry.classes), frozenset(entry.withheld)
            key = (entry.obj, entry.outcome, entry.relation, shown, kept)
            kinds.setdefault(key, (entry, []))[1].append(str(entry.subject))
        return [
            line(e, [s for s in dict.fromkeys(at) if at.count(s) > nth])
            for e, at in kinds.values()
            for nth in range(max(map(at.count, at)))
        ]


def line(e: Entry, at: list[str]) -> Line:
    classes, withheld = " ".join(sorted(e.classes)), " ".join(sorted(e.withheld))
    return (e.obj, "read", e.outcome.value, e.relation, classes, withheld, at)


def lines_of(looks: list[Look]) -> list[Line]:
    viewer = Viewer(
        person_id=uuid4(),
        assignment_id=uuid4(),
        role="district_civil_affairs",
        unit_id=None,
        division_id=None,
        purpose="casework",
        trace_id="t",
        policy_version="p",
    )
    found = []
    for text in (told(viewer, looks) or "").split(LOOKS):
        if text:
            obj, act, outcome, relation, classes, withheld, at = text.split(FIELDS)[10:]
            said = None if relation == "\x1a" else relation
            found.append((obj, act, outcome, said, classes, withheld, at.split(",")))
    return found


def request(seed: int, *, texts: bool) -> tuple[list[Line], list[Line]]:
    """A request of many rows, told both ways. ``texts``: ids come as text, as a plan has them."""
    draw, oracle, seen = Random(seed), Oracle(), Seen()  # noqa: S311 - the same every time
    others: list[Look] = []
    for _ in range(draw.randrange(1, 40)):
        child, case = draw.choice(CHILDREN), draw.choice([*CASES, None])
        what = draw.choice(["look", "look", "look", "hold", "deny"])
        if what == "look":
            obj, subject = ("case", case) if case and draw.random() < 0.5 else ("child", child)
            relation, classes = draw.choice(RELATIONS), draw.choice(CLASSES)
            entry = oracle.seen.setdefault(
                (obj, subject), Entry(obj, Outcome.SEEN, subject, relation)
            )
            entry.classes |= classes
            entry.relation = entry.relation or relation
            of, at = look_at(obj, "read", subject, relation=relation, classes=classes)
            seen.note((obj, at), of)
        elif what == "hold":
            about, cls = draw.choice([child, None]), draw.choice(list(Sensitivity))
            oracle.held.append((case, about, cls))
            ids = {"case_id": case, "child_id": about}
            seen.withhold({k: str(v) if texts and v else v for k, v in ids.items()}, cls)
        else:
            oracle.denied.append(Entry("child", Outcome.DENIED, child))
            others.append(look_at("child", "read", child, Outcome.DENIED))
        if draw.random() < 0.1:
            kind.cache_clear()  # what is made anew is told with what was made before
    return lines_of([*seen.settled(), *others]), oracle.lines()


@pytest.mark.parametrize("texts", [True, False])
def test_a_request_is_told_as_if_an_entry_were_kept_for_each(texts: bool) -> None:  # noqa: FBT001
    several = withheld = twice = 0
    for seed in range(400):
        ours, entries = request(seed, texts=texts)
        assert ours == entries, seed
        several += len(ours) > 2
        withheld += any(kept for *_, kept, _ in ours)
        twice += len({line[:-1] for line in ours}) < len(ours)
    assert min(several, withheld, twice) > 20


def test_a_second_look_joins_the_first() -> None:
    """The relation that was said first stays; the classes of both were open."""
    child, seen = str(an_id("child")), Seen()
    for relation, classes in ((None, {"P1"}), ("assigned", {"P3"}), ("residence", {"P1"})):
        of, _ = look_at("child", "read", relation=relation, classes=classes)
        seen.note(("child", child), of)
    ((of, at),) = seen.settled()
    assert (of.relation, set(of.classes), at) == ("assigned", {"P1", "P3"}, child)


def test_what_did_not_go_out_is_told_as_failed() -> None:
    of, at = look_at("child", "read", an_id("child"), relation="assigned", classes={"P1"})
    assert lines_of([(of.failed(), at)]) == [
        ("child", "read", "FAILED", "assigned", "P1", "", [str(an_id("child"))])
    ]
