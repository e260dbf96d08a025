"""The girl M. in a shelter, the ground established, the application filed, the judgment (scenario 3, steps 3 to 6)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid5

from domain.case.court import RecordGuardianshipRevocation, RecordRevocationDenial
from domain.case.new_guardian import AppointGuardian
from domain.case.placement_guardianship import DecideProtectivePlacement
from domain.case.return_home import AppointGuardianshipSupervisor
from domain.case.revocation_application import (
    FileRevocationApplication,
    TriggerCivilAffairsFallback,
)
from domain.child.state import Child
from domain.kernel import Command
from domain.terms.care import (
    Kinship,
)
from domain.terms.intervention import (
    Applicant,
    AppointedGuardian,
)
from domain.terms.placement import SiteKind
from tests.domain.case.cast import (
    CIVIL_SH,
)
from tests.domain.case.on_scene import then
from tests.domain.case.revoking import (
    GIRL,
    GRANDFATHER,
    VIOLENT,
    ground,
    in_sh,
)

A = Applicant
GROUND = in_sh(ground(relatives=(GRANDFATHER,)))
REVOCATION = uuid5(GROUND.context.command_id, "revocation")
SHELTER = in_sh(
    DecideProtectivePlacement(
        site_kind=SiteKind.CHILD_WELFARE_INSTITUTION,
        site_address="崇明区某处",
        best_interest_reason="远离施暴者",
        placement_ground="父亲、叔叔施暴",
    ),
    at="2022-03-01 15:00",
)
PLACEMENT = uuid5(SHELTER.context.command_id, "placement")
PLACED = then(VIOLENT, SHELTER)
ESTABLISHED = then(PLACED, GROUND)


def fallback(at: str, put_: Any = in_sh, of: UUID = REVOCATION) -> Command[Any]:
    """The clock, as the next day begins."""
    command: Command[Any] = put_(TriggerCivilAffairsFallback(revocation_id=of), at=at)
    return command


FALLBACK = fallback("2022-06-10 00:00")


def application(applicant: Applicant = A.CIVIL_AFFAIRS, **more: Any) -> FileRevocationApplication:
    """An application in Chongming."""
    return FileRevocationApplication(
        **{
            "revocation_id": REVOCATION,
            "applicant": applicant,
            "applicant_unit_id": CIVIL_SH.id,
            "court_name": "崇明区人民法院",
            "application_reference": "(2022)沪0151民特1号",
            **more,
        }
    )


FILED = in_sh(application(), at="2022-06-20 10:00")
IN_COURT = then(ESTABLISHED, FALLBACK, FILED)


def revoke(at: str = "2022-08-01 10:00", file: Child = GIRL, **more: Any) -> Command[Any]:
    """The court revokes."""
    return in_sh(
        RecordGuardianshipRevocation(
            **{
                "revocation_id": REVOCATION,
                "judgment_reference": "(2022)沪0151民特1号判决",
                "judged_on": date(2022, 7, 29),
                **more,
            }
        ),
        at=at,
        file=file,
    )


def deny(
    at: str = "2022-08-01 10:00",
    judged: date = date(2022, 7, 29),
    revocation_id: UUID = REVOCATION,
    **more: Any,
) -> Command[Any]:
    """The court denies."""
    denied = RecordRevocationDenial(
        revocation_id=revocation_id,
        judgment_reference="(2022)沪0151民特1号裁定",
        judged_on=judged,
        denial_reason="情节未达严重程度",
    )
    return in_sh(denied, at=at, **more)


REVOKED = then(IN_COURT, revoke())


def appoint(at: str = "2022-08-02 10:00", **more: Any) -> Command[Any]:
    """The court appoints the grandfather."""
    appointed = AppointGuardian(
        **{
            "revocation_id": REVOCATION,
            "appointed": AppointedGuardian.RELATIVE,
            "appointed_name": GRANDFATHER,
            "appointed_relation": Kinship.PATERNAL_GRANDFATHER,
            "appointment_reference": "(2022)沪0151民特1号判决",
            "appointed_on": date(2022, 7, 29),
            "best_interest_reason": "祖父身体健康,孩子愿意随祖父生活",
            **more,
        }
    )
    return in_sh(appointed, at=at)


def supervisor(at: str = "2024-05-10 10:00") -> Command[Any]:
    """The procuratorate appoints one."""
    appointed = AppointGuardianshipSupervisor(supervisor_name="监督员", together_with="民政局")
    return in_sh(appointed, at=at)
