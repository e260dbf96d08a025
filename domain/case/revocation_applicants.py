"""申请主体 · Who may, or must, apply to the court, kind by kind, as far as they exist for the child.

SH2020-4.4-g (可以, eight kinds and 等), CQ2016-4.4-g (要, three and 等), CN2017-4.4.3-h (要, seven and 等).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from domain.case.report_routing import unit_at
from domain.case.state import Case
from domain.case.which_child import the_child
from domain.child.guardians import UNKNOWN_GUARDIAN
from domain.child.state import Child
from domain.kernel import Command, Refusal
from domain.rulebook import Rules
from domain.terms.intervention import Applicant, Modality
from domain.terms.units import UnitKind

REVOCATION_NEEDS_CHILD = Refusal(
    "revocation_needs_child",
    zh="须先确认儿童身份并有档案",
    en="The child must be known and on file first",
)
CARER_HAS_NO_GUARDIANSHIP = Refusal(
    "carer_has_no_guardianship",
    zh="受委托照护人没有监护人资格可撤销,请办理终止委托照护",
    en="An entrusted carer has no guardianship to revoke: end the entrusted care instead",
)

APPLY = (
    "SH2020-4.4-g",
    "CQ2016-4.4-g",
    "CN2017-4.4.3-h",
)
"""Who may or must apply, text by text."""

PERSONS = frozenset({Applicant.OTHER_QUALIFIED_GUARDIAN, Applicant.CLOSE_RELATIVE})
"""Kinds that are people, not units: other guardians on file, and whoever is named."""

_UNITS: Mapping[Applicant, tuple[UnitKind, ...]] = {
    Applicant.VILLAGE_COMMITTEE: (UnitKind.VILLAGE_COMMITTEE,),
    Applicant.RESIDENTIAL_COMMITTEE: (UnitKind.VILLAGE_COMMITTEE,),
    Applicant.SCHOOL: (UnitKind.SCHOOL,),
    Applicant.MEDICAL: (UnitKind.MEDICAL,),
    Applicant.WOMENS_FED: (UnitKind.WOMENS_FEDERATION,),
    Applicant.DPF: (UnitKind.DISABLED_FEDERATION,),
    Applicant.MINORS_PROTECTION_ORG: (UnitKind.RESCUE_INSTITUTION, UnitKind.YOUTH_LEAGUE),
}


@dataclass(frozen=True, kw_only=True)
class Eligible:
    """One who may apply: a unit, a guardian on file, or somebody named."""

    kind: Applicant
    unit_id: UUID | None = None
    guardian_id: UUID | None = None
    name: str | None = None


def file_of(command: Command[Case], case: Case, child_id: UUID | None) -> Child:
    """The file of the child meant; refuses a child nobody knows."""
    child = the_child(case, child_id)
    file = command.linked.get(child) if child else None
    if not isinstance(file, Child) or not file.version:
        raise REVOCATION_NEEDS_CHILD(field="childId")
    return file


def must_be_guardian(file: Child, guardian_id: UUID, rules: Rules) -> None:
    """Refuses the entrusted carer, who has no guardianship, and whoever is not on file."""
    if any(g.guardian_id == guardian_id for g in file.care.guardians):
        return
    if guardian_id in {file.care.carer_id, file.care.carer_person_id}:
        raise CARER_HAS_NO_GUARDIANSHIP(
            cite=rules.binding(*APPLY),
            field="guardianId",
            zh="child.end_entrusted_care · 终止委托照护",
            en="child.end_entrusted_care",
        )
    raise UNKNOWN_GUARDIAN(field="guardianId")


def modality_of(rules: Rules) -> Modality:
    """可以 or 要; where no text speaks nobody can be held to it."""
    spoken = rules.has("revocation_modality")
    return Modality(rules.code("revocation_modality")) if spoken else Modality.MAY


def kinds_of(rules: Rules) -> tuple[Applicant, ...]:
    """The kinds the text in force names; where none speaks, every kind any text has named."""
    named = rules.codes("revocation_applicants") or {a.value for a in Applicant}
    return tuple(a for a in Applicant if a in named and a is not Applicant.OTHER)


def eligible(
    command: Command[Case],
    rules: Rules,
    case: Case,
    file: Child,
    guardian_id: UUID | None,
    relatives: Iterable[str] = (),
) -> Iterator[Eligible]:
    """Everybody of the kinds of the text who exists for this child, each once."""
    named = tuple(dict.fromkeys(name.strip() for name in relatives if name.strip()))
    for kind in kinds_of(rules):
        if kind in PERSONS:
            for other in _others(file, guardian_id):
                yield Eligible(kind=kind, guardian_id=other)
            for name in named:
                yield Eligible(kind=kind, name=name)
        elif kind is Applicant.CIVIL_AFFAIRS:
            unit = unit_at(command, UnitKind.DISTRICT_CIVIL_AFFAIRS, _place(case, file))
            yield Eligible(kind=kind, unit_id=unit)
        elif (unit := _unit(command, kind, case, file)) is not None:
            yield Eligible(kind=kind, unit_id=unit)


def units_that_may_apply(command: Command[Case], case: Case) -> Iterator[UUID]:
    """The units among those who may apply, for any child of the case."""
    for child_id in case.children:
        file = command.linked.get(child_id)
        if isinstance(file, Child):
            found = eligible(command, rules_for(command, file), case, file, None)
            yield from (e.unit_id for e in found if e.unit_id is not None)


def rules_for(command: Command[Case], file: Child) -> Rules:
    """The texts about the groups this child is registered under; all, where it is under none."""
    groups = {str(held.group) for held in file.file.held}
    return command.rules.for_groups(groups) if groups else command.rules


def _others(file: Child, guardian_id: UUID | None) -> Iterator[UUID]:
    """Other guardians on file who live and are able: a parent as well, who is a guardian by law."""
    for guardian in file.care.guardians:
        if guardian.guardian_id != guardian_id and not guardian.unable:
            yield guardian.guardian_id


def _unit(command: Command[Case], kind: Applicant, case: Case, file: Child) -> UUID | None:
    if kind is Applicant.SCHOOL and file.file.school_unit_id is not None:
        return file.file.school_unit_id
    if kind is Applicant.SCHOOL:
        return None
    for unit_kind in _UNITS[kind]:
        unit = command.directory.unit_for(unit_kind, _place(case, file), command.divisions)
        if unit is not None:
            return unit.id
    return None


def _place(case: Case, file: Child) -> str | None:
    """Where the child lives; else where the case is."""
    return file.place or case.place
