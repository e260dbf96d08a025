"""入职查询 · Employment checks: the employer asks, the police answer, and only then is somebody appointed (D.10)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P0, P1, P2, P5_OUTCOME
from domain.terms.roles import ROLES_OF, Role
from domain.terms.units import UnitKind
from domain.terms.workforce import CHILD_FACING, CheckResult
from domain.unit.eligibility import PERSON_BARRED, VETTING
from domain.unit.posts import ROLE_NOT_OF_UNIT
from domain.unit.state import Unit
from domain.unit.workforce_state import CheckHeld

name_fields(
    check_id=("入职查询", "Employment check"),
    check_result=("查询结果", "Result of the check"),
    check_reference=("查询回执编号", "Reference of the answer"),
    checking_unit_ids=("用人单位和查询机关", "Employer and police"),
)

ROLE_NEEDS_NO_CHECK = Refusal(
    "role_needs_no_check",
    zh="该岗位不属于密切接触儿童的岗位",
    en="This post is not close to children",
)
UNKNOWN_CHECK = Refusal("unknown_check", zh="没有这项入职查询", en="There is no such check")
CHECK_ANSWERED = Refusal(
    "check_already_answered", zh="该入职查询已有结果", en="This check has been answered"
)


class EmploymentCheckRequested(
    Event[Unit],
    name="unit.employment_check_requested",
    zh="已申请入职查询",
    en="Employment check requested",
):
    """A candidate: CANDIDATE → CHECKING. ``checking_unit_ids``: the employer, and the police of the place."""

    check_id: Annotated[UUID, P0]
    person_id: Annotated[UUID, P0]
    person_name: Annotated[str, P1]
    role: Annotated[Role, P0]
    checking_unit_ids: Annotated[tuple[UUID, ...], P0] = ()

    def evolve(self, state: Unit) -> Unit:
        check = CheckHeld(check_id=self.check_id, person_id=self.person_id, role=self.role.value)
        checks = (*state.workforce.checks, check)
        return replace(state, workforce=replace(state.workforce, checks=checks))


class RequestEmploymentCheck(
    Command[Unit],
    name="unit.request_employment_check",
    zh="申请入职查询",
    en="Request an employment check",
    clauses=VETTING,
):
    """For one person and one post; asking again while it runs changes nothing."""

    person_id: Annotated[UUID, P0]
    person_name: Annotated[str, P1]
    role: Annotated[Role, P0]

    def decide(self, state: Unit) -> Iterator[Event[Unit]]:
        if state.kind is None or self.role not in ROLES_OF[state.kind]:
            raise ROLE_NOT_OF_UNIT(field="role")
        if self.role not in CHILD_FACING:
            raise ROLE_NEEDS_NO_CHECK(cite=self.rules.cite("entry_check_required"), field="role")
        if self.directory.is_barred(self.person_id):
            raise PERSON_BARRED(cite=self.rules.cite("entry_check_required"), field="personId")
        last = state.workforce.check_of(self.person_id, self.role.value)
        if last is not None and last.result is None:
            return
        asked = (*self._employer(state), *self._police(state))
        yield EmploymentCheckRequested.of(
            self, check_id=self.new_id("check"), checking_unit_ids=asked
        )

    def _employer(self, state: Unit) -> Iterator[UUID]:
        """The employer itself, once somebody serves there who can wait for the answer."""
        if any(post.active for post in state.posts):
            yield state.id

    def _police(self, state: Unit) -> Iterator[UUID]:
        """The police of the place, who answer."""
        for kind in (UnitKind.POLICE, UnitKind.DISTRICT_POLICE):
            unit = self.directory.unit_for(kind, state.place, self.divisions, self.rules.on)
            if unit is not None:
                yield unit.id
                return


class EmploymentCheckCompleted(
    Event[Unit],
    name="unit.employment_check_completed",
    zh="入职查询已有结果",
    en="Employment check completed",
):
    """CHECKING → ELIGIBLE if clear."""

    check_id: Annotated[UUID, P0]
    person_id: Annotated[UUID, P0]
    role: Annotated[Role, P0]
    check_result: Annotated[CheckResult, P5_OUTCOME]
    check_reference: Annotated[str | None, P2] = None

    def evolve(self, state: Unit) -> Unit:
        workforce = state.workforce.answered(self.check_id, self.check_result)
        return replace(state, workforce=workforce)


class CompleteEmploymentCheck(
    Command[Unit],
    name="unit.complete_employment_check",
    zh="答复入职查询",
    en="Answer an employment check",
    clauses=VETTING,
):
    """Nobody under a ban is ever clear."""

    check_id: Annotated[UUID, P0]
    check_result: Annotated[CheckResult, P5_OUTCOME]
    check_reference: Annotated[str | None, P2] = None

    def decide(self, state: Unit) -> Iterator[Event[Unit]]:
        check = state.workforce.check(self.check_id)
        if check is None:
            raise UNKNOWN_CHECK(field="checkId")
        if check.result is self.check_result:
            return
        if check.result is not None:
            raise CHECK_ANSWERED(field="checkId")
        if self.check_result is CheckResult.CLEAR and self.directory.is_barred(check.person_id):
            raise PERSON_BARRED(cite=self.rules.cite("entry_check_required"), field="checkResult")
        yield EmploymentCheckCompleted.of(self, person_id=check.person_id, role=Role(check.role))
