"""就业帮扶 · Work for a member of the family (CN2017-5.1-v, CQ2016-5.2-c, SH2024-2.3.11-c, CQ2024-2.8-e; Q-41)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Self
from uuid import UUID

from domain.child.guardians import UNKNOWN_GUARDIAN
from domain.child.household import member_id
from domain.child.state import ON_FILE, Child
from domain.codec import says_more
from domain.kernel import Command, Event, Record
from domain.labels import name_fields
from domain.sensitivity import P2, P3
from domain.terms.care import Kinship
from domain.terms.entitlements import EmploymentHelp, WorkWish

name_fields(
    helped_member=("受帮扶家庭成员", "Member who is helped"),
    helped_member_relation=("受帮扶成员与儿童关系", "Relation of the member"),
    employment_help=("就业帮扶方式", "Kind of help"),
    employment_note=("就业帮扶说明", "Note on the help"),
    help_taken=("是否接受帮扶", "Whether it was taken"),
    guardian_helped=("受帮扶监护人", "Guardian who is helped"),
    work_wish=("就业创业意愿", "Wish to work or start a business"),
)


class EmploymentServiceOffered(
    Record[Child],
    name="child.employment_service_offered",
    zh="就业帮扶已提供",
    en="Employment help offered",
    version=2,
    act="child.offer_employment_service",
    does=("提供就业帮扶", "Offer help with employment"),
    when=ON_FILE,
    clauses=("CN2017-5.1-v", "CQ2016-5.2-c", "SH2024-2.3.11-c", "CQ2024-2.8-e", "SH2024-2.3.11-a"),
    finds=("member_helped",),
):
    """An offer is the duty; whether it is taken is the member's to say."""

    helped_member: Annotated[str, P3]
    helped_member_relation: Annotated[Kinship, P3]
    employment_help: Annotated[EmploymentHelp, P3]
    employment_note: Annotated[str | None, P3] = None
    help_taken: Annotated[bool | None, P3] = None
    guardian_helped: Annotated[UUID | None, P2] = None
    member_helped: Annotated[UUID | None, P3] = None

    @classmethod
    def recorded(cls, command: Any, before: Child) -> Self:
        """With whose task it ends, if it is one of the household."""
        return cls.of(command, member_helped=member_id(before.id, command.helped_member))


# At first help to one of the household was help to all.
says_more("child.employment_service_offered", 1)


class GuardianWorkWishRecorded(
    Event[Child],
    name="child.guardian_work_wish_recorded",
    zh="就业创业意愿已登记",
    en="Wish to work recorded",
):
    """Of a parent who is away as well as of one at home: whoever wants work near home is owed an offer (Q-41)."""

    guardian_helped: Annotated[UUID, P2]
    work_wish: Annotated[WorkWish, P3]
    employment_note: Annotated[str | None, P3] = None


class RecordGuardianWorkWish(
    Command[Child],
    name="child.record_guardian_work_wish",
    zh="登记就业创业意愿",
    en="Record a guardian's wish to work",
    when=ON_FILE,
    clauses=("CQ2016-5.2-c", "CQ2024-2.8-e", "CN2017-5.1-v"),
):
    """有意愿 is the parent's to say, by whoever speaks with them; that none is wished any more ends what was owed."""

    guardian_helped: Annotated[UUID, P2]
    work_wish: Annotated[WorkWish, P3]
    employment_note: Annotated[str | None, P3] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if state.care.guardian(self.guardian_helped) is None:
            raise UNKNOWN_GUARDIAN(field="guardianHelped")
        yield GuardianWorkWishRecorded.of(self)
