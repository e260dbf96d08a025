"""回避 · Conflicts of interest: who is kept from a child, whatever else holds, from the moment it is on record.

Family members in office, whoever is said to have harmed the child, a unit whose own staff was reported: obstruction by
one's own unit is an offence of its own (SH2020-4.1-h). It replaces every other relation, in open sockets too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from domain.child.access_state import KeptAway
from domain.child.state import ON_FILE, Child
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P0, P2, P4
from domain.terms.access import ConflictGround
from domain.terms.roles import Role

name_fields(
    conflict_id=("回避", "Conflict of interest"),
    kept_away_id=("回避的人员或单位", "Person or unit kept away"),
    conflict_ground=("回避情形", "Ground of the conflict"),
    conflict_note=("回避说明", "What the conflict is"),
    conflict_over_because=("解除回避理由", "Why the conflict is over"),
)

FAIR = ("SH2020-4.1-h", "CN2017-4.1-d", "SH2024-4.3-c")
FILE_WOULD_BE_NOBODYS = Refusal(
    "file_needs_owner",
    zh="档案归属单位须先移交后才能回避",
    en="The unit that holds the file hands it over before it is kept away",
)
CONFLICT_OF_OTHERS = Refusal(
    "conflict_of_others",
    zh="只能为本人或本单位登记回避",
    en="You may declare your own conflict or your unit's, not another's",
)
JUDGING = frozenset(
    {Role.CHILD_SUPERVISOR, Role.TOWNSHIP, Role.DISTRICT_CIVIL_AFFAIRS, Role.POLICE}
)
"""Who may keep somebody else away: otherwise anybody could keep help from a child."""
ALREADY_KEPT_AWAY = Refusal("already_kept_away", zh="已登记回避", en="It is kept away already")
NO_SUCH_CONFLICT = Refusal("unknown_conflict", zh="没有此项回避", en="There is no such conflict")
KEPT_AWAY_THEMSELVES = Refusal(
    "lifted_by_kept_away", zh="回避人不得解除本人的回避", en="Nobody lifts their own conflict"
)


class ConflictDeclared(
    Event[Child],
    name="child.conflict_declared",
    zh="已登记回避",
    en="Conflict of interest declared",
):
    conflict_id: Annotated[UUID, P0]
    kept_away_id: Annotated[UUID, P2]
    conflict_ground: Annotated[ConflictGround, P4]
    conflict_note: Annotated[str | None, P4] = None

    def evolve(self, state: Child) -> Child:
        kept = KeptAway(conflict_id=self.conflict_id, kept_away_id=self.kept_away_id)
        return replace(
            state, access=replace(state.access, conflicts=(*state.access.conflicts, kept))
        )


class DeclareConflict(
    Command[Child],
    name="child.declare_conflict",
    zh="登记回避",
    en="Declare a conflict of interest",
    when=ON_FILE,
    clauses=FAIR,
):
    """A child is never left without an owner: the unit that holds the file cannot be kept away before it is moved."""

    kept_away_id: Annotated[UUID, P2]
    conflict_ground: Annotated[ConflictGround, P4]
    conflict_note: Annotated[str | None, P4] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        own = {self.by.person_id, self.by.unit_id}
        if self.kept_away_id not in own and self.by.role not in JUDGING:
            raise CONFLICT_OF_OTHERS(field="keptAwayId")
        if self.kept_away_id == state.file.owner_unit_id:
            raise FILE_WOULD_BE_NOBODYS(field="keptAwayId")
        if self.kept_away_id in state.access.kept_away:
            raise ALREADY_KEPT_AWAY(field="keptAwayId")
        yield ConflictDeclared.of(self, conflict_id=self.new_id("conflict"))


class ConflictLifted(
    Event[Child], name="child.conflict_lifted", zh="回避已解除", en="Conflict of interest lifted"
):
    conflict_id: Annotated[UUID, P0]
    conflict_over_because: Annotated[str, P4]

    def evolve(self, state: Child) -> Child:
        kept = tuple(c for c in state.access.conflicts if c.conflict_id != self.conflict_id)
        return replace(state, access=replace(state.access, conflicts=kept))


class LiftConflict(
    Command[Child],
    name="child.lift_conflict",
    zh="解除回避",
    en="Lift a conflict of interest",
    when=ON_FILE,
    clauses=FAIR,
):
    conflict_id: Annotated[UUID, P0]
    conflict_over_because: Annotated[str, P4]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        found = next((c for c in state.access.conflicts if c.conflict_id == self.conflict_id), None)
        if found is None:
            raise NO_SUCH_CONFLICT(field="conflictId")
        if found.kept_away_id in {self.by.person_id, self.by.unit_id}:
            raise KEPT_AWAY_THEMSELVES()  # noqa: RSE102 - a refusal makes its exception
        yield ConflictLifted.of(self)
