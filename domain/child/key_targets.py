"""重点对象 · Key targets: flagged on a ground the pack names, verified by those it names, cleared with a reason.

The word has four meanings in the texts (I.28), so the ground is kept with the flag. In Chongqing poverty, disability
and being a left-behind girl flag by themselves (CQ2016-4.3-e), whatever the tier.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.child.file_state import FileState, KeyTargetHeld
from domain.child.standing import id_of, settled
from domain.child.state import Child
from domain.child.turns import ON_LEDGER
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import add
from domain.replacing import replace
from domain.sensitivity import P2, P3, P4
from domain.terms.file import KeyTargetGround, KeyTargetResult, KeyTargetVerifier, Sex
from domain.terms.units import UnitKind

name_fields(
    key_target_ground=("重点对象情形", "Ground of the key target"),
    flag_reason=("标记说明", "Reason for the flag"),
    clear_reason=("解除理由", "Reason for clearing"),
    verify_by_on=("核查期限", "Verify by"),
    verifying_unit_id=("核查单位", "Unit to verify"),
    joint_unit_id=("会同核查单位", "Unit to verify with"),
    verified_by_kinds=("核查人员", "Who verified"),
    verification_findings=("核查情况", "What the verification found"),
    key_target_result=("核查结论", "Result of the verification"),
)

GROUND_NOT_LISTED = Refusal(
    "ground_not_listed",
    zh="现行文件未列该重点对象情形,可选“其他”并说明",
    en="The texts in force do not name this ground: use OTHER and say why",
)
FLAG_REASON_MISSING = Refusal(
    "flag_reason_missing", zh="其他情形须说明", en="Another ground needs a reason"
)
NOT_A_KEY_TARGET = Refusal(
    "not_a_key_target",
    zh="该儿童不是此情形的重点对象",
    en="The child is no key target on this ground",
)
VERIFIER_NOT_LISTED = Refusal(
    "verifier_not_listed", zh="核查人员不在文件所列范围", en="The texts name others to verify"
)
JOINT_MISSING = Refusal(
    "joint_verification_missing",
    zh="须由民政部门会同乡镇(街道)核查",
    en="Civil affairs and the township verify together",
)


class KeyTargetFlagged(
    Event[Child], name="child.key_target_flagged", zh="重点对象已标记", en="Key target flagged"
):
    key_target_ground: Annotated[KeyTargetGround, P4]
    flag_reason: Annotated[str | None, P4] = None
    verify_by_on: Annotated[date | None, P2] = None
    verifying_unit_id: Annotated[UUID | None, P2] = None
    joint_unit_id: Annotated[UUID | None, P2] = None

    def evolve(self, state: Child) -> Child:
        flag = KeyTargetHeld(ground=self.key_target_ground.value, event_id=id_of(self))
        others = tuple(f for f in state.file.flags if f.ground != flag.ground)
        after = replace(state, file=replace(state.file, flags=(*others, flag)))
        return settled(after, self)


def flagged(
    command: Command[Child], state: Child, ground: KeyTargetGround, reason: str | None = None
) -> KeyTargetFlagged:
    """The flag, due for verification by township and civil affairs (Q-13)."""
    on, where = command.rules.on, state.place
    civil = command.directory.owner_for(
        UnitKind.DISTRICT_CIVIL_AFFAIRS, where, command.divisions, on
    )
    return KeyTargetFlagged(
        key_target_ground=ground,
        flag_reason=reason,
        verify_by_on=add(on, command.rules.duration("key_target_review_interval")),
        verifying_unit_id=state.file.owner_unit_id,
        joint_unit_id=civil.id if civil else None,
    )


def grounds_on_file(file: FileState) -> frozenset[KeyTargetGround]:
    """The grounds of CQ2016-4.3-e that hold of a left-behind child; sex counts only where a text names it (RF-26)."""
    if not file.left_behind:
        return frozenset()
    holds = {
        KeyTargetGround.POVERTY: file.poor,
        KeyTargetGround.DISABILITY: file.has_disability or bool(file.disabilities_now),
        KeyTargetGround.GIRL: file.sex == Sex.FEMALE,
    }
    return frozenset(ground for ground, so in holds.items() if so)


def flags_due(command: Command[Child], state: Child) -> Iterator[KeyTargetFlagged]:
    """The flags a text in force attaches to what is on file now."""
    holds = grounds_on_file(state.file)
    for ground in (g for g in KeyTargetGround if g in holds):
        named = command.rules.cite("key_target_grounds", ground.value)
        if named and ground.value not in state.file.key_targets:
            yield flagged(command, state, ground)


def flags_that_follow(
    command: Command[Child], before: Child, after: Child
) -> Iterator[KeyTargetFlagged]:
    """The flags due only now: what a person has cleared is not flagged again by a record about something else."""
    known = grounds_on_file(before.file)
    yield from (f for f in flags_due(command, after) if f.key_target_ground not in known)


def flags_unfounded(
    history: Iterable[Event[Child]], before: Child, after: Child
) -> Iterator[Event[Child]]:
    """Flags that came with another record and whose ground fell just now; what a person flagged stays."""
    was, now = (grounds_on_file(replace(c.file, flags=())) for c in (before, after))
    told = {id_of(e): e for e in history}
    commands = Counter(e.told.command_id for e in told.values())
    for held in after.file.flags:
        flag = told.get(held.event_id)
        if flag and held.ground in was - now and commands[flag.told.command_id] > 1:
            yield flag


class FlagKeyTarget(
    Command[Child],
    name="child.flag_key_target",
    zh="标记重点对象",
    en="Flag a key target",
    when=ON_LEDGER,
    clauses=("SH2020-3.2-i", "CQ2016-3.2-m", "CQ2016-4.3-e", "SH2024-2.2.6-c", "CQ2024-2.5-b"),
):
    """The lists of the texts end with 等: another ground is entered as OTHER, with its reason."""

    key_target_ground: Annotated[KeyTargetGround, P4]
    flag_reason: Annotated[str | None, P4] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        ground = self.key_target_ground
        listed = self.rules.codes("key_target_grounds")
        if ground is not KeyTargetGround.OTHER and ground.value not in listed:
            cite = self.rules.cite("key_target_grounds")
            raise GROUND_NOT_LISTED(cite=cite, field="keyTargetGround")
        if ground is KeyTargetGround.OTHER and not (self.flag_reason or "").strip():
            raise FLAG_REASON_MISSING(field="flagReason")
        if ground.value not in state.file.key_targets:
            yield flagged(self, state, ground, self.flag_reason)


class KeyTargetCleared(
    Event[Child], name="child.key_target_cleared", zh="重点对象已解除", en="Key target cleared"
):
    key_target_ground: Annotated[KeyTargetGround, P4]
    clear_reason: Annotated[str | None, P4] = None

    def evolve(self, state: Child) -> Child:
        kept = tuple(f for f in state.file.flags if f.ground != self.key_target_ground.value)
        return settled(replace(state, file=replace(state.file, flags=kept)), self)


class ClearKeyTarget(
    Command[Child],
    name="child.clear_key_target",
    zh="解除重点对象",
    en="Clear a key target",
    when=ON_LEDGER,
    clauses=("SH2020-3.2-i", "CQ2016-4.3-e"),
):
    """No text says when the state ends (I.22): a person clears it and says why."""

    key_target_ground: Annotated[KeyTargetGround, P4]
    clear_reason: Annotated[str, P4]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if self.key_target_ground.value in state.file.key_targets:
            yield KeyTargetCleared.of(self)


class KeyTargetVerified(
    Event[Child], name="child.key_target_verified", zh="重点对象已核查", en="Key target verified"
):
    key_target_ground: Annotated[KeyTargetGround, P4]
    verified_by_kinds: Annotated[tuple[KeyTargetVerifier, ...], P2]
    key_target_result: Annotated[KeyTargetResult, P3]
    verification_findings: Annotated[str, P4]
    verify_by_on: Annotated[date | None, P2] = None
    """The next verification; none where the ground is no longer so."""


class VerifyKeyTarget(
    Command[Child],
    name="child.verify_key_target",
    zh="核查重点对象",
    en="Verify a key target",
    when=ON_LEDGER,
    clauses=("SH2020-3.2-i", "CQ2016-3.2-m"),
):
    key_target_ground: Annotated[KeyTargetGround, P4]
    verified_by_kinds: Annotated[tuple[KeyTargetVerifier, ...], P2]
    key_target_result: Annotated[KeyTargetResult, P3]
    verification_findings: Annotated[str, P4]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if self.key_target_ground.value not in state.file.key_targets:
            raise NOT_A_KEY_TARGET(field="keyTargetGround")
        listed = self.rules.codes("key_target_verifiers")
        came = {kind.value for kind in self.verified_by_kinds}
        cite = self.rules.cite("key_target_verifiers")
        if not came or (listed and not came & listed):
            raise VERIFIER_NOT_LISTED(cite=cite, field="verifiedByKinds")
        together = {KeyTargetVerifier.CIVIL_AFFAIRS.value, KeyTargetVerifier.TOWNSHIP.value}
        if together <= listed and not together <= came:  # 会同: not one without the other
            raise JOINT_MISSING(cite=cite, field="verifiedByKinds")
        over = self.key_target_result is KeyTargetResult.NO_LONGER
        interval = self.rules.duration("key_target_review_interval")
        yield KeyTargetVerified.of(
            self, verify_by_on=None if over else add(self.rules.on, interval)
        )
