"""转介 · Referrals: another unit is given named fields of a child's file, for a purpose, until a day.

What a unit outside the territory needs for its task and nothing else (scenario 17 line 13). Until it accepts, the other
unit knows only that there is something to accept; declined, recalled, completed or past its day, it is closed again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from uuid import UUID

from domain.child.access_state import Referral, ReferralStatus
from domain.child.state import ON_FILE, Child
from domain.codec import says_more
from domain.context import NOBODY
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import SHANGHAI, local_date
from domain.replacing import replace
from domain.sensitivity import P0, P2, P3, P6_ADDRESS
from domain.terms.access import AccessPurpose, SharedField
from domain.terms.units import SITES

name_fields(
    file_referral_id=("转介", "Referral"),
    referred_by_unit_id=("转出单位", "Unit that refers"),
    referred_to_unit_id=("承接单位", "Unit referred to"),
    referred_to_site_id=("承接单位(安置机构)", "Unit referred to, a placement site"),
    referral_fields=("转介字段", "Fields referred"),
    referral_purpose=("转介目的", "Purpose of the referral"),
    referral_need=("转介事由", "What is asked"),
    referral_until_on=("转介截止日期", "Referral until"),
    referral_closed_because=("谢绝或撤回理由", "Why it is closed"),
    referral_outcome=("转介办理结果", "What came of the referral"),
)

RELATED = ("CQ2024-3.4-c", "CN2017-5.1-b", "SH2024-4.3-c")
DUTY = ("SH2020-4.3-c", "CQ2016-4.3-c", "CN2017-4.4-a")
REFERRED_NOWHERE = Refusal(
    "referred_to_unknown_unit",
    zh="没有此承接单位",
    en="There is no such unit to refer to, or it is your own",
)
REFERRAL_EMPTY = Refusal(
    "referral_fields_missing",
    zh="转介须列明字段",
    en="A referral lists the fields it gives",
    clauses=RELATED,
)
REFERRAL_SILENT = Refusal("referral_need_missing", zh="须写明转介事由", en="Say what is asked")
REFERRAL_TOO_LONG = Refusal(
    "referral_period_invalid",
    zh="转介期限须在今天之后且不超过最长期限",
    en="A referral ends after today and within the longest time it may run",
)
NO_SUCH_REFERRAL = Refusal(
    "unknown_file_referral", zh="没有此项待办转介", en="There is no such referral, or it is over"
)
NOT_REFERRED_TO_YOU = Refusal(
    "not_referred_to_you", zh="转介的承接单位不是本单位", en="It was referred to another unit"
)
NOT_YOUR_REFERRAL = Refusal(
    "not_your_referral", zh="转介由另一单位作出", en="Another unit made this referral"
)
REFERRAL_REASON = Refusal("referral_reason_missing", zh="须写明理由", en="Say why")


class Asked(Event[Child]):
    """Whom a referral asks: a site is told apart, because it may be where the child is (A.2, P6)."""

    referred_to_unit_id: Annotated[UUID | None, P2] = None
    referred_to_site_id: Annotated[UUID | None, P6_ADDRESS] = None

    @property
    def asked_unit_id(self) -> UUID:
        """The unit, of either kind; nobody once that is erased."""
        return self.referred_to_site_id or self.referred_to_unit_id or NOBODY


def asked(command: Command[Child], unit_id: UUID) -> dict[str, Any]:
    """Whom it asks."""
    return of_its_kind(command, "referred_to", unit_id)


def of_its_kind(command: Command[Child], prefix: str, unit_id: UUID) -> dict[str, Any]:
    """The unit, in the field that its kind belongs to."""
    unit = command.directory.units.get(unit_id)
    is_site = unit is not None and unit.kind in SITES
    return {f"{prefix}_site_id" if is_site else f"{prefix}_unit_id": unit_id}


class FileReferred(Asked, name="child.file_referred", zh="已转介", en="Referred", version=2):
    file_referral_id: Annotated[UUID, P0]
    referred_by_unit_id: Annotated[UUID | None, P2] = None
    referral_fields: Annotated[tuple[SharedField, ...], P2]
    referral_purpose: Annotated[AccessPurpose, P2]
    referral_need: Annotated[str, P3]
    open_until: Annotated[datetime, P0]

    def evolve(self, state: Child) -> Child:
        made = Referral(
            referral_id=self.file_referral_id,
            from_unit_id=self.referred_by_unit_id,
            to_unit_id=self.asked_unit_id,
            until=self.open_until,
            fields=self.referral_fields,
            purpose=self.referral_purpose,
        )
        return replace(
            state, access=replace(state.access, referrals=(*state.access.referrals, made))
        )


# Sites were not told apart.
says_more("child.file_referred", 1)
says_more("child.file_referral_accepted", 1)


class ReferFile(
    Command[Child],
    name="child.refer_file",
    zh="转介",
    en="Refer to another unit",
    when=ON_FILE,
    clauses=(*DUTY, *RELATED),
):
    """Psychology, justice and what protects the child are on no list: they are asked for where they are kept."""

    referred_to_unit_id: Annotated[UUID, P2]
    referral_fields: Annotated[tuple[SharedField, ...], P2]
    referral_purpose: Annotated[AccessPurpose, P2]
    referral_need: Annotated[str, P3]
    referral_until_on: Annotated[date, P2]

    def decide(self, _state: Child) -> Iterator[Event[Child]]:
        target = self.referred_to_unit_id
        if target not in self.directory.units or target == self.by.unit_id:
            raise REFERRED_NOWHERE(field="referredToUnitId")
        if not self.referral_fields:
            raise REFERRAL_EMPTY(field="referralFields")
        if not self.referral_need.strip():
            raise REFERRAL_SILENT(field="referralNeed")
        today = local_date(self.at)
        last = today + timedelta(days=self.rules.days("referral_access_days"))
        if not today <= self.referral_until_on <= last:
            raise REFERRAL_TOO_LONG(field="referralUntilOn")
        yield FileReferred(
            file_referral_id=self.new_id("referral"),
            referred_by_unit_id=self.by.unit_id,
            referral_fields=self.referral_fields,
            referral_purpose=self.referral_purpose,
            referral_need=self.referral_need,
            open_until=datetime.combine(self.referral_until_on, time(23, 59, 59), SHANGHAI),
            **asked(self, target),
        )


class FileReferralAccepted(
    Asked,
    name="child.file_referral_accepted",
    zh="转介已承接",
    en="Referral accepted",
    version=2,
):
    file_referral_id: Annotated[UUID, P0]
    referral_fields: Annotated[tuple[SharedField, ...], P2]
    referral_purpose: Annotated[AccessPurpose, P2]
    open_until: Annotated[datetime, P0]

    def evolve(self, state: Child) -> Child:
        settled = state.access.settled(self.file_referral_id, ReferralStatus.ACCEPTED)
        return replace(state, access=settled)


class AcceptFileReferral(
    Command[Child],
    name="child.accept_file_referral",
    zh="承接转介",
    en="Accept a referral",
    when=ON_FILE,
    clauses=DUTY,
):
    """Opens the listed fields to the accepting unit, for the referral's purpose."""

    file_referral_id: Annotated[UUID, P0]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        made = _to_us(self, state)
        if made.status is ReferralStatus.ACCEPTED:
            return
        yield FileReferralAccepted(
            file_referral_id=made.referral_id,
            referral_fields=made.fields,
            referral_purpose=made.purpose,
            open_until=made.until,
            **asked(self, made.to_unit_id),
        )


class FileReferralDeclined(
    Event[Child], name="child.file_referral_declined", zh="转介已谢绝", en="Referral declined"
):
    file_referral_id: Annotated[UUID, P0]
    referral_closed_because: Annotated[str, P3]

    def evolve(self, state: Child) -> Child:
        return replace(
            state, access=state.access.settled(self.file_referral_id, ReferralStatus.OVER)
        )


class DeclineFileReferral(
    Command[Child],
    name="child.decline_file_referral",
    zh="谢绝转介",
    en="Decline a referral",
    when=ON_FILE,
    clauses=DUTY,
):
    """Also after acceptance: then it is handed back, and closed at once."""

    file_referral_id: Annotated[UUID, P0]
    referral_closed_because: Annotated[str, P3]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        _to_us(self, state)
        _because(self.referral_closed_because)
        yield FileReferralDeclined.of(self)


class FileReferralRecalled(
    Event[Child], name="child.file_referral_recalled", zh="转介已撤回", en="Referral recalled"
):
    file_referral_id: Annotated[UUID, P0]
    referral_closed_because: Annotated[str, P3]

    def evolve(self, state: Child) -> Child:
        return replace(
            state, access=state.access.settled(self.file_referral_id, ReferralStatus.OVER)
        )


class RecallFileReferral(
    Command[Child],
    name="child.recall_file_referral",
    zh="撤回转介",
    en="Recall a referral",
    when=ON_FILE,
    clauses=RELATED,
):
    """By the unit that made it; what it opened is closed with this very fact."""

    file_referral_id: Annotated[UUID, P0]
    referral_closed_because: Annotated[str, P3]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        made = _open(self, state)
        if self.by.unit_id != made.from_unit_id:
            raise NOT_YOUR_REFERRAL()  # noqa: RSE102 - a refusal makes its exception
        _because(self.referral_closed_because)
        yield FileReferralRecalled.of(self)


class FileReferralCompleted(
    Event[Child], name="child.file_referral_completed", zh="转介已办结", en="Referral completed"
):
    file_referral_id: Annotated[UUID, P0]
    referral_outcome: Annotated[str, P3]

    def evolve(self, state: Child) -> Child:
        return replace(
            state, access=state.access.settled(self.file_referral_id, ReferralStatus.OVER)
        )


class CompleteFileReferral(
    Command[Child],
    name="child.complete_file_referral",
    zh="办结转介",
    en="Complete a referral",
    when=ON_FILE,
    clauses=DUTY,
):
    """What came of it goes back to the file; the fields are closed again."""

    file_referral_id: Annotated[UUID, P0]
    referral_outcome: Annotated[str, P3]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        made = _to_us(self, state)
        if made.status is not ReferralStatus.ACCEPTED:
            raise NO_SUCH_REFERRAL(field="fileReferralId")
        _because(self.referral_outcome)
        yield FileReferralCompleted.of(self)


def _open(command: Command[Child], state: Child) -> Referral:
    """The referral the command names, if it is not over by deed or by time."""
    named: UUID = command.file_referral_id  # type: ignore[attr-defined]
    made = state.access.referral(named)
    if made is None or made.status is ReferralStatus.OVER or command.at >= made.until:
        raise NO_SUCH_REFERRAL(field="fileReferralId")
    return made


def _to_us(command: Command[Child], state: Child) -> Referral:
    """The same, if it was referred to the actor's own unit."""
    made = _open(command, state)
    if command.by.unit_id != made.to_unit_id:
        raise NOT_REFERRED_TO_YOU()  # noqa: RSE102 - a refusal makes its exception
    return made


def _because(reason: str) -> None:
    if not reason.strip():
        raise REFERRAL_REASON()  # noqa: RSE102 - a refusal makes its exception
