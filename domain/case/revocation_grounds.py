"""撤销情形 · When a guardian's qualification may be revoked: grounds 1 to 4 with their elements, by text.

SH2020-4.4-d…-f, CQ2016-4.4-d…-f, CN2017-4.4.3-d…-g. Revocation is for guardians: an entrusted carer never had
guardianship, so the care is ended instead (D.3, last note).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.case.intervention import was_educated
from domain.case.non_performance import threshold_of
from domain.case.past_care import needs_no_guardian
from domain.case.state import Case
from domain.child.state import Child
from domain.kernel import Refusal
from domain.periods import age_on
from domain.provisions import RevocationGround
from domain.rulebook import Rules
from domain.terms.intervention import Ground, GroundElement

GROUND_NOT_IN_TEXT = Refusal(
    "ground_not_in_text",
    zh="现行规定没有这一撤销情形",
    en="The text in force knows no such ground",
)
ELEMENT_MISSING = Refusal(
    "ground_element_missing", zh="撤销情形的要件不齐", en="An element of the ground is missing"
)
NO_EARLIER_EDUCATION = Refusal(
    "no_earlier_education",
    zh="没有此前教育的记录,不能认定经教育不改",
    en="No earlier education is on file: it cannot be said that it did not help",
)
TOO_OLD_FOR_GROUND = Refusal(
    "too_old_for_ground",
    zh="儿童已超过此情形规定的年龄",
    en="The child is past the age of this ground",
)
WARD_OF_AGE = Refusal(
    "ward_of_age",
    zh="该儿童已成年或已死亡,没有未成年人监护可撤销",
    en="The child is of age, or has died: there is no guardianship over a minor to revoke",
)
SIX_MONTHS_NOT_REACHED = Refusal(
    "six_months_not_reached",
    zh="没有满六个月的拒不履行记录",
    en="No refusal of six months is on record",
)
GROUND_LAW_MISSING = Refusal(
    "ground_law_missing", zh="其他情形须写明法律依据", en="Another situation needs its legal basis"
)

_E = GroundElement
_NEEDED = {
    Ground.GROUND_1: (_E.UNSUPERVISED, _E.IN_DANGER, _E.NOT_REFORMED),
    Ground.GROUND_2: (_E.REFUSED, _E.WITHOUT_MEANS),
    Ground.GROUND_3: (_E.SERIOUS_HARM,),
    Ground.GROUND_4: (),
}
_DEEDS = frozenset({_E.VIOLENCE, _E.ABUSE, _E.ABANDONMENT})


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A ground as it is put forward against one guardian of one child."""

    ground: Ground
    elements: frozenset[GroundElement]
    guardian_id: UUID
    legal_basis: str
    on: date


def established(
    claim: Claim, rules: Rules, case: Case, file: Child, others: Iterator[Case]
) -> None:
    """Refuses where the text in force does not know the ground, or an element of it is missing."""
    if needs_no_guardian(file, rules, claim.on):
        raise WARD_OF_AGE(field="childId")
    grounds = rules.table("revocation_grounds")
    if grounds and claim.ground not in grounds:
        raise GROUND_NOT_IN_TEXT(cite=rules.cite("revocation_grounds"), field="revocationGround")
    row = grounds.get(claim.ground, RevocationGround(open_ended=True))
    cite = rules.cite("revocation_grounds", claim.ground) if grounds else ()
    _elements_are_there(claim, cite, open_ended=row.open_ended)
    if claim.ground is Ground.GROUND_1:
        _young_enough(claim, rules, file)
        if not any(was_educated(one, claim.guardian_id) for one in (case, *others)):
            raise NO_EARLIER_EDUCATION(cite=cite, field="guardianId")
    if claim.ground is Ground.GROUND_2 and not _six_months(claim, rules, case):
        raise SIX_MONTHS_NOT_REACHED(cite=cite, field="guardianId")
    if claim.ground is Ground.GROUND_4 and not claim.legal_basis.strip():
        raise GROUND_LAW_MISSING(cite=cite, field="legalBasis")


def _elements_are_there(claim: Claim, cite: tuple[str, ...], *, open_ended: bool) -> None:
    """Every element; of ground 3 one deed, or by the open end of SH2020-4.4-f another serious one."""
    if claim.ground is Ground.GROUND_3:
        if open_ended and _E.OTHER_SERIOUS_INFRINGEMENT in claim.elements:
            return
        if not claim.elements & _DEEDS:
            named = _E.VIOLENCE
            raise ELEMENT_MISSING(cite=cite, field="elements", zh=named.zh, en=named.en)
    for needed in _NEEDED[claim.ground]:
        if needed not in claim.elements:
            raise ELEMENT_MISSING(cite=cite, field="elements", zh=needed.zh, en=needed.en)


def _young_enough(claim: Claim, rules: Rules, file: Child) -> None:
    """十六周岁以下 (T-10): whether sixteen is included is the rule owner's; an unknown age refuses nobody."""
    birth = file.file.birth_on
    if birth is None or birth > claim.on or not rules.has("ground_1_age"):
        return
    age, limit = age_on(birth, claim.on), rules.count("ground_1_age")
    if age > limit or (age == limit and not rules.flag("ground_1_age_included")):
        raise TOO_OLD_FOR_GROUND(cite=rules.cite("ground_1_age"), field="childId")


def _six_months(claim: Claim, rules: Rules, case: Case) -> bool:
    """Whether some refusal of this guardian lasted for the months of the text, running or over."""
    return any(
        refusal.lasted_to(threshold_of(rules, refusal.since_on), claim.on)
        for refusal in case.intervention.refusals
        if refusal.subject_id == claim.guardian_id
    )
