"""M. of scenario 3: eight years old, in Chongming; father violent, mother dead, the uncle looks after her.

SH2020 binds in 2022, SH2024 beside it in 2024. The family stands in Fengjie (CQ2016) and Changning (CN2017) too.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from domain.case.measures import GuardianDissuaded
from domain.case.revocation import EstablishRevocationGround
from domain.child.care_state import CareState, EntrustedCareStatus, Guardian
from domain.child.file_state import CategoryHeld, FileState, FileStatus
from domain.child.state import Child
from domain.directory import Directory, Unit
from domain.kernel import Command, Event
from domain.terms.care import LifeStatus
from domain.terms.emergency import Finding
from domain.terms.intervention import Ground, GroundElement
from domain.terms.measures import MeasureSubject
from domain.terms.places import DivisionId
from domain.terms.units import UnitKind
from tests.domain.case.cast import (
    CHANGNING,
    CHONGMING,
    DIRECTORY,
    FATHER,
    FENGJIE,
    HUANHUA,
    JIANGSU_ROAD,
    LI,
    MIAOZHEN,
    MOTHER,
    cn,
    cq,
    noting,
    sh,
)
from tests.domain.case.on_scene import findings, on_scene_cn, on_scene_cq, on_scene_sh, then
from tests.dsl import an_id, person

E = GroundElement
UNCLE = an_id("uncle")
GRANDFATHER = "石老根"


def unit(name: str, kind: UnitKind, where: str) -> Unit:
    """A unit of the story."""
    return Unit(id=an_id(name), kind=kind, name=name, division_id=where)


VILLAGE = unit("庙镇村委会", UnitKind.VILLAGE_COMMITTEE, MIAOZHEN)
SCHOOL = unit("庙镇小学", UnitKind.SCHOOL, MIAOZHEN)
CLINIC = unit("庙镇卫生院", UnitKind.MEDICAL, MIAOZHEN)
WOMEN = unit("崇明区妇联", UnitKind.WOMENS_FEDERATION, CHONGMING)
DPF = unit("崇明区残联", UnitKind.DISABLED_FEDERATION, CHONGMING)
RESCUE = unit("崇明区未成年人救助保护中心", UnitKind.RESCUE_INSTITUTION, CHONGMING)
COURT = unit("崇明区人民法院", UnitKind.COURT, CHONGMING)
PROC = unit("崇明区人民检察院", UnitKind.PROCURATORATE, CHONGMING)
SCHOOL_CQ = unit("白帝小学", UnitKind.SCHOOL, FENGJIE)
SCHOOL_CN = unit("江苏路小学", UnitKind.SCHOOL, CHANGNING)
COMMITTEE_CN = unit("江苏路居委会", UnitKind.VILLAGE_COMMITTEE, JIANGSU_ROAD)
UNITS = Directory.of(
    [
        *DIRECTORY.units.values(),
        *(VILLAGE, SCHOOL, CLINIC, WOMEN, DPF, RESCUE, COURT, PROC),
        *(SCHOOL_CQ, SCHOOL_CN, COMMITTEE_CN),
    ]
)

POLICE = person("officer of Miaozhen", "police")
CIVIL = person("civil affairs of Chongming", "district_civil_affairs")


def girl(
    home: str = MIAOZHEN,
    school: Unit = SCHOOL,
    *groups: str,
    birth_on: date | None = date(2013, 9, 1),
    mother: LifeStatus = LifeStatus.DECEASED,
) -> Child:
    """Her file."""
    file = FileState(
        status=FileStatus.OPEN,
        birth_on=birth_on,
        residence=DivisionId(home),
        school_unit_id=school.id,
        held=tuple(CategoryHeld(code=g, group=g) for g in groups),
    )
    care = CareState(
        guardians=(
            Guardian(guardian_id=FATHER, relation="FATHER", away=True),
            Guardian(guardian_id=MOTHER, relation="MOTHER", life=mother),
        ),
        entrusted=EntrustedCareStatus.IN_FORCE,
        carer_id=UNCLE,
    )
    return Child(id=LI, version=1, file=file, care=care)


GIRL = girl(MIAOZHEN, SCHOOL, "LBC")
GIRL_CQ = girl(HUANHUA, SCHOOL_CQ, "LBC")
GIRL_CN = girl(JIANGSU_ROAD, SCHOOL_CN, "CID")


def in_sh(
    command: Command[Any], at: str = "2022-05-10 10:00", file: Child = GIRL, **more: Any
) -> Command[Any]:
    """Put in Chongming."""
    return sh(command, at=at, **{"directory": UNITS, "linked": {LI: file}, **more})


def in_cq(
    command: Command[Any], at: str = "2025-05-10 10:00", file: Child = GIRL_CQ, **more: Any
) -> Command[Any]:
    """Put in Fengjie."""
    return cq(command, at=at, **{"directory": UNITS, "linked": {LI: file}, **more})


def in_cn(
    command: Command[Any], at: str = "2019-05-10 10:00", file: Child = GIRL_CN, **more: Any
) -> Command[Any]:
    """Put in Changning."""
    return cn(command, at=at, **{"directory": UNITS, "linked": {LI: file}, **more})


def found(history: tuple[Event[Any], ...], put: Any, at: str) -> tuple[Event[Any], ...]:
    """The police have found violence."""
    return then(history, put(findings(Finding.DOMESTIC_VIOLENCE), at=at))


VIOLENT = found(on_scene_sh(), in_sh, "2022-03-01 10:30")
VIOLENT_CQ = found(on_scene_cq(), in_cq, "2025-03-03 09:30")
VIOLENT_CN = found(on_scene_cn(), in_cn, "2019-03-30 10:30")


def ground(
    which: Ground = Ground.GROUND_3,
    *elements: GroundElement,
    guardian: UUID = FATHER,
    **more: Any,
) -> EstablishRevocationGround:
    """Serious harm by the father, unless said otherwise."""
    return EstablishRevocationGround(
        **{
            "guardian_id": guardian,
            "revocation_ground": which,
            "elements": elements or (E.VIOLENCE, E.SERIOUS_HARM),
            "ground_facts": "多次殴打,致左臂骨折",
            "ground_evidence": ("伤情鉴定 2022-031",),
            **more,
        }
    )


UNSUPERVISED = (E.UNSUPERVISED, E.IN_DANGER, E.NOT_REFORMED)


def dissuade(at: str, put: Any = in_sh) -> Command[Any]:
    """The village committee dissuades the father."""
    record = noting(
        GuardianDissuaded,
        subject_kind=MeasureSubject.PARENT,
        subject_id=FATHER,
        measure_ground="留女儿独自在家",
    )
    command: Command[Any] = put(record, at=at)
    return command
