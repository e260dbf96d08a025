"""队列的写法 · How a queue is declared: what opens its tasks, whose they are, until when, what ends them, who is above.

    Queue("Q-03", zh="出警、调查", en="Dispatch and find out",
          opens=(Opens("case.report_accepted", POLICE, unit="police_unit_id",
                       due=Due("dispatch_minutes", field="dispatch_due_at")),),
          closes=("case.police_finding_recorded", *CASE_ENDS),
          escalates=(DISTRICT_POLICE, DISTRICT_CIVIL_AFFAIRS), names=(Role.POLICE,),
          clauses=("SH2020-4.2-b", "CQ2016-4.2-b", "CN2017-4.2-a"))

Events are named as they are stored; their fields are named too, and both are checked when the table is read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from domain.clauses import clause
from domain.kernel import EVENTS
from domain.labels import Label
from domain.parameters import PARAMETERS
from domain.sensitivity import P0, P3_CARE, P4, P4_ALERT, P4_MIND, P5, P5_OUTCOME, Sensitivity
from domain.terms.roles import Role
from domain.terms.units import UnitKind

GUARDED = (P3_CARE, P4, P4_MIND, P4_ALERT, P5_OUTCOME, P5)
"""Classes of existence that a line of the timeline or a task may have beside P0."""
TASKS_GUARDED = {P3_CARE: P3_CARE, P4_MIND: P4_ALERT, P5: P5}
"""Those that a task keeps for itself, and the class it has then: of other classes whoever has the task knows what it is
about. A task about the mind is a flag (A.2: flags only) for those who must act and never see what is behind it."""

If = Callable[[Any, Any], bool]
"""A condition on the event and on its stream as it stands after it."""


@dataclass(frozen=True)
class Due:
    """Until when: ``parameter`` of the packs in force at the event's place and day, from when it happened.

    ``field``: the event already says the moment (or the day, whose end is meant); the parameter is then
    its basis. Where the field is empty nothing is due, or (``else_computed``) the parameter is counted.
    """

    parameter: str
    field: str | None = None
    else_computed: bool = False


@dataclass(frozen=True)
class Opens:
    """An event that makes a task. ``owner``: kinds of unit, the first there is at the place of the event.

    ``unit`` names the event's field with the unit, or with several: one task each. ``key``: the fields
    that tell one task of a stream from another. ``each`` opens one task for every child concerned, whose
    id is then the ``child_id`` of the key; ``unit_each`` names the field with each child's unit, in their
    order, before ``unit``. ``each_of`` names the field with the ids of several whom it is about: one task each,
    told apart by that id.
    ``only`` is a condition on event and state; ``flag`` a parameter that must hold by the packs in force.
    ``place``: the field with the division whose offices are meant, where that is not where it happened.
    ``clauses`` are those the duty rests on, where it is by others than the queue's.
    """

    event: str
    owner: UnitKind | tuple[UnitKind, ...]
    due: Due
    unit: str | None = None
    key: tuple[str, ...] = ()
    each: bool = False
    unit_each: str | None = None
    each_of: str | None = None
    only: If | None = None
    flag: str | None = None
    place: str | None = None
    clauses: tuple[str, ...] = ()

    @property
    def kinds(self) -> tuple[UnitKind, ...]:
        """The kinds of unit that may own it, in order."""
        return self.owner if isinstance(self.owner, tuple) else (self.owner,)


@dataclass(frozen=True)
class Moves:
    """An event that is a step of the work: the task stays, with a new time limit if ``due`` says one."""

    event: str
    due: Due | None = None
    key: tuple[str, ...] = ()
    only: If | None = None


@dataclass(frozen=True)
class Closes:
    """An event that ends tasks: ``done`` by its deed, or because the duty fell away with what it was about.

    ``own``: several units have the same duty each, and the deed is done only for the unit that did it.
    """

    event: str
    key: tuple[str, ...] = ()
    only: If | None = None
    done: bool = True
    own: bool = False


@dataclass(frozen=True)
class Queue:
    """One queue of the catalogue (domain model G).

    ``standing``: one task that stays and moves its due date each time one of ``opens`` is heard.
    ``responsible``: it belongs to the child's responsible worker. ``by_hand``: no deed is recorded yet, so
    a person completes it with the outcome. ``sees_child``: while it is open its unit may look at the child
    concerned, not only at the case; ``sees_case``: at the case. ``follows_case``: it is about the family where that
    lives, so it goes with a case that another place has received, whatever kind of unit has it.
    ``asks``: it was asked of a village for what that knows, and stays with it. ``follows_pupil``: it is the school's
    that the pupil goes to, so it goes with a pupil that changes schools. ``left_by_pupil``: it happened at the school,
    so it is district education's once the pupil is at another.
    """

    code: str
    zh: str
    en: str
    opens: tuple[Opens, ...]
    closes: tuple[str | Closes, ...]
    escalates: tuple[UnitKind, ...]
    clauses: tuple[str, ...]
    names: tuple[Role, ...]
    moves: tuple[Moves, ...] = ()
    standing: bool = False
    responsible: bool = False
    by_hand: bool = False
    sees_child: bool = True
    sees_case: bool = True
    follows_case: bool = False
    follows_pupil: bool = False
    left_by_pupil: bool = False
    asks: bool = False
    tells: Sensitivity | None = None
    """What its very name tells, where an event that may open it tells less."""
    label: Label = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "label", Label(self.zh, self.en))
        for one in self.every_clause:
            clause(one)

    @property
    def every_clause(self) -> tuple[str, ...]:
        """Those of the queue, and those by which an event opens a task of its own ground."""
        own = (one for opening in self.opens for one in opening.clauses)
        return tuple(dict.fromkeys((*self.clauses, *own)))

    @property
    def told(self) -> Sensitivity:
        """What a step of its tasks tells on a timeline: no more than the least grave event that may have opened one."""
        if self.tells is not None:
            return self.tells
        kinds = [EVENTS[o.event].existence_class for o in self.opens if o.event in EVENTS]
        return min(kinds, key=lambda c: c.level, default=P0)

    @property
    def existence(self) -> Sensitivity:
        """What it tells to know that there is a task here: it is shown to those who have it and who direct them."""
        return TASKS_GUARDED.get(self.told, P0)

    @cached_property
    def whom(self) -> list[str]:
        """The roles of whom it names, the first there is: its own, then of an office above who works there on children.

        The vocabulary has them in that order (SUP → TS → D-CA, domain model G); who keeps rules or looks on is last.
        """
        return [role.value for role in dict.fromkeys((*self.names, *Role))]

    @property
    def endings(self) -> tuple[Closes, ...]:
        """What closes it, each as a ``Closes``."""
        return tuple(Closes(c) if isinstance(c, str) else c for c in self.closes)


def faults(queue: Queue) -> list[str]:
    """What the queue names that there is not: events, fields of events, parameters."""
    found: list[str] = []
    for opening in queue.opens:
        found += _faults(
            queue.code,
            opening,
            opening.due,
            (opening.unit, opening.unit_each, opening.due.field, opening.place),
        )
        if opening.flag and opening.flag not in PARAMETERS:
            found.append(f"{queue.code}: no parameter {opening.flag}")
    for moving in queue.moves:
        due = moving.due
        found += _faults(queue.code, moving, due, (due.field,) if due else ())
    for closing in queue.endings:
        found += _faults(queue.code, closing, None, ())
    return found


def _faults(
    code: str, rule: Opens | Moves | Closes, due: Due | None, fields: tuple[str | None, ...]
) -> list[str]:
    event = EVENTS.get(rule.event)
    if event is None:
        return [f"{code}: no event {rule.event}"]
    own = {s.name for s in event.specs}
    own |= {"child_id"} if isinstance(rule, Opens) and rule.each else set()
    named = {*rule.key, *(f for f in fields if f)}
    found = [f"{code}: {rule.event} has no field {name}" for name in sorted(named - own)]
    if due is not None and due.parameter not in PARAMETERS:
        found.append(f"{code}: no parameter {due.parameter}")
    return found
