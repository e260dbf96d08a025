"""委托照护 · Entrusted care: a capable adult is named, an agreement signed where the pack asks for one (D.4).

Chongqing asks for a written agreement (CQ2016-3.2-h), so a carer is first DESIGNATED there; the Shanghai texts do not,
and the care is in force at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from domain.child.care_state import EntrustedCareStatus
from domain.child.standing import settled
from domain.child.state import ON_FILE, Child
from domain.child.turns import HAS_CARER
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import add, age_on
from domain.replacing import replace
from domain.sensitivity import P0, P1, P2, P3
from domain.terms.care import CarerCapability, Kinship
from domain.terms.units import UnitKind

name_fields(
    carer_name=("照料人", "Carer"),
    carer_person_id=("受委托照护人账号", "Carer's account"),
    carer_phone=("受委托照护人电话", "Carer's phone"),
    carer_relation=("受委托照护人与儿童关系", "Carer's relation"),
    carer_birth_on=("受委托照护人出生日期", "Carer's birth date"),
    carer_age=("受委托照护人年龄", "Carer's age"),
    carer_is_adult=("受委托照护人已成年", "The carer is of age"),
    carer_capability=("照护能力核查", "Check of the carer's capability"),
    capability_note=("照护能力说明", "Note on the capability"),
    entrusted_by=("委托人", "Entrusted by"),
    agreement_required=("须签订书面协议", "A written agreement is needed"),
    agreement_due_on=("签订协议期限", "Agreement due on"),
    village_unit_id=("村(居)民委员会", "Village committee"),
    supervision_due_on=("下次监督期限", "Supervise by"),
    parents_duties=("委托人责任和义务", "Duties of the parents"),
    carer_duties=("受委托人责任和义务", "Duties of the carer"),
    signed_on=("签订日期", "Signed on"),
    agreement_hash=("协议文本摘要(SHA-256)", "SHA-256 of the agreement"),
    guided_by=("指导人", "Guided by"),
    witnessed_by=("见证人", "Witness"),
)

CARER_IN_PLACE = Refusal(
    "carer_already_in_place",
    zh="已有受委托照护人,请先终止或更换",
    en="An entrusted carer is in place: end or replace that care first",
)
CARER_REVOKED = Refusal(
    "carer_was_revoked",
    zh="该人监护人资格已被法院撤销,不能受委托照护",
    en="A court has taken the guardianship of this child from this person: no care is entrusted to them",
    clauses=("SH2020-4.4-g", "CQ2016-4.4-g", "CN2017-4.4.3-h"),
)
CARER_AGE_UNKNOWN = Refusal(
    "carer_age_unknown", zh="须核实受委托照护人是否成年", en="Check that the carer is of age"
)
CARER_NOT_ADULT = Refusal(
    "carer_not_adult", zh="受委托照护人须为成年人", en="The carer must be of age"
)
CAPABILITY_UNCHECKED = Refusal(
    "capability_unchecked", zh="须核查受委托照护人的照护能力", en="Check the carer's capability"
)
CARER_NOT_CAPABLE = Refusal(
    "carer_not_capable", zh="受委托照护人须有照护能力", en="The carer must be capable"
)
ALREADY_SIGNED = Refusal(
    "agreement_already_signed", zh="委托协议已签订", en="The agreement is signed already"
)
DUTIES_MISSING = Refusal(
    "duties_missing",
    zh="协议须明确双方责任和义务",
    en="The agreement must state the duties of both sides",
)
HASH_MALFORMED = Refusal(
    "agreement_hash_malformed",
    zh="协议文本摘要须为64位十六进制",
    en="The hash is 64 hexadecimal digits",
)
SIGNED_LATER = Refusal(
    "signed_later", zh="签订日期不能晚于办理之日", en="It cannot have been signed after today"
)

_SHA256 = re.compile(r"[0-9a-f]{64}")


def supervise_by(command: Command[Child]) -> date:
    """When the care is next supervised (Q-15; CQ2016-3.2-i, CQ2024-2.1-c, SH2024-2.2.5-b)."""
    return add(command.rules.on, command.rules.duration("entrust_supervision_interval"))


def village_of(command: Command[Child], state: Child) -> UUID | None:
    """The committee whose task it is, or whoever stands in for it."""
    unit = command.directory.owner_for(
        UnitKind.VILLAGE_COMMITTEE, state.place, command.divisions, command.rules.on
    )
    return unit.id if unit else None


class EntrustedCarerDesignated(
    Event[Child], name="child.entrusted_carer_designated", zh="受委托照护人已确定", en="Carer named"
):
    carer_id: Annotated[UUID, P0]
    carer_name: Annotated[str, P2]
    carer_relation: Annotated[Kinship, P2]
    carer_is_adult: Annotated[bool, P2]
    carer_capability: Annotated[CarerCapability, P3]
    carer_person_id: Annotated[UUID | None, P2] = None
    carer_phone: Annotated[str | None, P2] = None
    carer_birth_on: Annotated[date | None, P1] = None
    carer_age: Annotated[int | None, P1] = None
    capability_note: Annotated[str | None, P3] = None
    entrusted_by: Annotated[tuple[UUID, ...], P2] = ()
    agreement_required: Annotated[bool, P2] = False
    agreement_due_on: Annotated[date | None, P2] = None
    supervision_due_on: Annotated[date | None, P2] = None
    village_unit_id: Annotated[UUID | None, P2] = None

    def evolve(self, state: Child) -> Child:
        status = EntrustedCareStatus.IN_FORCE
        if self.agreement_required:
            status = EntrustedCareStatus.DESIGNATED
        care = replace(
            state.care,
            entrusted=status,
            carer_id=self.carer_id,
            carer_person_id=self.carer_person_id,
            carer_relation=self.carer_relation.value,
            agreement_required=self.agreement_required,
            agreement_signed=False,
            child_in_need=False,
            supervise_by=self.supervision_due_on,
        )
        return settled(replace(state, care=care), self)


class CarerChoice(Command[Child]):
    """Who is to look after the child, and the two checks: of age, and capable (CQ2016-3.1-c)."""

    carer_name: Annotated[str, P2]
    carer_relation: Annotated[Kinship, P2]
    carer_capability: Annotated[CarerCapability | None, P3] = None
    carer_birth_on: Annotated[date | None, P1] = None
    carer_age: Annotated[int | None, P1] = None
    carer_person_id: Annotated[UUID | None, P2] = None
    carer_phone: Annotated[str | None, P2] = None
    capability_note: Annotated[str | None, P3] = None
    entrusted_by: Annotated[tuple[UUID, ...], P2] = ()

    def designated(self, state: Child) -> EntrustedCarerDesignated:
        """The designation; refuses whom a court removed, a minor, somebody of unknown age, unchecked or not capable."""
        self._not_revoked(state)
        adult, capability = self._of_age(), self._capable()
        written = self.rules.has("entrusted_agreement")
        days = timedelta(days=self.rules.days("agreement_days"))
        return EntrustedCarerDesignated.of(
            self,
            carer_id=self.new_id("carer"),
            carer_is_adult=adult,
            carer_capability=capability,
            agreement_required=written,
            agreement_due_on=self.rules.on + days if written else None,
            supervision_due_on=None if written else supervise_by(self),
            village_unit_id=village_of(self, state),
        )

    def _not_revoked(self, state: Child) -> None:
        """As no child is returned to them (``case.return_child_to_family``); known by their account."""
        if self.carer_person_id in state.care.revoked:
            raise CARER_REVOKED(field="carerPersonId")

    def _of_age(self) -> bool:
        """By birth date, else by the age that was stated."""
        cite, age = self.rules.cite("entrusted_carer_adult"), self.carer_age
        if self.carer_birth_on is not None:
            on, birth_on = self.rules.on, self.carer_birth_on
            age = age_on(birth_on, on) if birth_on <= on else 0
        if age is None:
            raise CARER_AGE_UNKNOWN(cite=cite, field="carerBirthOn")
        adult = age >= self.rules.count("adult_age")
        if self.rules.flag("entrusted_carer_adult") and not adult:
            field = "carerAge" if self.carer_birth_on is None else "carerBirthOn"
            raise CARER_NOT_ADULT(cite=cite, field=field)
        return adult

    def _capable(self) -> CarerCapability:
        cite = self.rules.cite("entrusted_carer_capable")
        if self.carer_capability is None:
            raise CAPABILITY_UNCHECKED(cite=cite, field="carerCapability")
        if (
            self.rules.flag("entrusted_carer_capable")
            and self.carer_capability is CarerCapability.NOT_CAPABLE
        ):
            raise CARER_NOT_CAPABLE(cite=cite, field="carerCapability")
        return self.carer_capability


class DesignateEntrustedCarer(
    CarerChoice,
    name="child.designate_entrusted_carer",
    zh="确定受委托照护人",
    en="Designate an entrusted carer",
    when=ON_FILE,
    clauses=(
        "CQ2016-3.1-c",
        "SH2020-4.2-d",
        "SH2020-4.2-f",
        "CQ2016-4.2-d",
        "CQ2016-4.2-f",
        "SH2024-2.2.5-c",
        "CQ2024-2.1-a",
    ),
):
    """Refused for a minor and for somebody whose capability was not checked; each child has its own carer."""

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if state.care.has_carer:
            raise CARER_IN_PLACE(field="carerName")
        yield self.designated(state)


class EntrustedCareAgreementSigned(
    Event[Child],
    name="child.entrusted_care_agreement_signed",
    zh="委托监护协议已签订",
    en="Entrusted-care agreement signed",
):
    carer_id: Annotated[UUID | None, P0]
    parents_duties: Annotated[tuple[str, ...], P3]
    carer_duties: Annotated[tuple[str, ...], P3]
    signed_on: Annotated[date, P2]
    agreement_hash: Annotated[str, P2]
    guided_by: Annotated[str | None, P2] = None
    witnessed_by: Annotated[str | None, P2] = None
    village_unit_id: Annotated[UUID | None, P2] = None
    supervision_due_on: Annotated[date | None, P2] = None

    def evolve(self, state: Child) -> Child:
        by = self.supervision_due_on or state.care.supervise_by
        care = replace(state.care, agreement_signed=True, supervise_by=by)
        if care.entrusted is EntrustedCareStatus.DESIGNATED:
            care = replace(care, entrusted=EntrustedCareStatus.IN_FORCE)
        return settled(replace(state, care=care), self)


class SignEntrustedCareAgreement(
    Command[Child],
    name="child.sign_entrusted_care_agreement",
    zh="签订委托监护协议",
    en="Sign the entrusted-care agreement",
    when=HAS_CARER,
    clauses=("CQ2016-3.2-h",),
):
    """For each child of a family its own agreement, with the duties of both sides."""

    parents_duties: Annotated[tuple[str, ...], P3]
    carer_duties: Annotated[tuple[str, ...], P3]
    signed_on: Annotated[date, P2]
    agreement_hash: Annotated[str, P2]
    guided_by: Annotated[str | None, P2] = None
    witnessed_by: Annotated[str | None, P2] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if state.care.agreement_signed:
            raise ALREADY_SIGNED(field="agreementHash")
        for field, duties in (
            ("parentsDuties", self.parents_duties),
            ("carerDuties", self.carer_duties),
        ):
            if not duties or not all(duty.strip() for duty in duties):
                raise DUTIES_MISSING(cite=self.rules.binding("CQ2016-3.2-h"), field=field)
        if self.signed_on > self.rules.on:
            raise SIGNED_LATER(field="signedOn")
        if not _SHA256.fullmatch(self.agreement_hash):
            raise HASH_MALFORMED(field="agreementHash")
        yield EntrustedCareAgreementSigned.of(
            self,
            carer_id=state.care.carer_id,
            village_unit_id=village_of(self, state),
            supervision_due_on=supervise_by(self),
        )
