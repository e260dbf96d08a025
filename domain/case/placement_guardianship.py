"""监护安置 · Placement because the guardian harms, fails or cannot be found.

Shelter after violence (SH2020-4.2-k, CQ2016-4.2-k), institutions where parents do not reform
(CN2017-3.4-a), longer-term guardianship after a certified search (CN2017-4.3-e), long-term guardianship
by the state (CQ2024-3.2-b, SH2024-2.2.6-d).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from domain.case.notices import SITE_NOT_ALLOWED
from domain.case.placement_begun import PlacementBegun
from domain.case.placement_start import BEFORE_GUARDIANSHIP, PlaceChild
from domain.case.state import CASE_OPEN, OPEN_OR_PLACED, Case
from domain.case.which_child import the_child
from domain.kernel import Event, Refusal
from domain.labels import name_fields
from domain.sensitivity import P0, P2, P3, P4, P5
from domain.terms.emergency import Finding
from domain.terms.measures import MeasureKind
from domain.terms.placement import CareForm, PlacementKind

name_fields(
    education_reference=("公安机关教育的记录", "Record of the police education"),
    supporter_facts=("抚养义务人难以确定的情况", "Why no supporter can be determined"),
    search_id=("监护人查找", "Search for the guardian"),
    care_form=("长期监护方式", "Form of long-term guardianship"),
)

EDUCATION_MISSING = Refusal(
    "police_education_missing",
    zh="须先经公安机关教育仍不改正",
    en="The police must have educated the guardian before, in vain",
    clauses=("CN2017-3.4-a",),
)
CERTIFICATE_MISSING = Refusal(
    "search_certificate_missing",
    zh="须先由公安部门查找无果并开具书面证明",
    en="The police must first certify in writing that the search failed",
    clauses=("CN2017-4.3-e",),
)
SUPPORTER_FACTS_MISSING = Refusal(
    "supporter_facts_missing",
    zh="须写明父母、其他近亲属等抚养义务人难以确定的情况",
    en="Say why no parent or relative who must support the child can be determined",
    clauses=("CN2017-4.3-e",),
)

_EDUCATED = frozenset(
    {MeasureKind.CRITICISM, MeasureKind.REPRIMAND, MeasureKind.WARNING_LETTER, MeasureKind.PENALTY}
)
_FIRST_HELP = frozenset({PlacementKind.TEMP_LIVING_CARE, PlacementKind.ESCORT_CARE})
_SHORTER = BEFORE_GUARDIANSHIP | {
    PlacementKind.SHORT_TERM,
    PlacementKind.NON_PERFORMANCE_UNREFORMED,
}


class ProtectivePlacementDecided(
    PlacementBegun,
    name="case.protective_placement_decided",
    zh="庇护安置",
    en="Protective placement decided",
):
    """Civil affairs shelter a child that was harmed; the site receives it next."""

    placement_ground: Annotated[str, P4]
    begins = PlacementKind.PROTECTIVE


class DecideProtectivePlacement(
    PlaceChild,
    name="case.decide_protective_placement",
    zh="决定庇护安置",
    en="Decide on a protective placement",
    when=CASE_OPEN,
    clauses=("SH2020-4.2-k", "CQ2016-4.2-k", "CQ2024-3.2-b", "CQ2024-1-a"),
):
    """By civil affairs, at the notice of the police."""

    placement_ground: Annotated[str, P4]
    after = _FIRST_HELP
    at_once = False

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """After violence, in one of the sites the text names."""
        named = self.rules.codes("domestic_violence_placement")
        child = the_child(case, self.child_id)
        violence = Finding.DOMESTIC_VIOLENCE in case.emergency.findings_of(child)
        cite = self.rules.cite("domestic_violence_placement")
        if violence and cite and self.site_kind not in named:
            raise SITE_NOT_ALLOWED(cite=cite, field="siteKind")
        yield self.begin(case, ProtectivePlacementDecided)


class UnreformedGuardianPlacementDecided(
    PlacementBegun,
    name="case.unreformed_guardian_placement_decided",
    zh="监护人经教育不改的临时监护",
    en="Placement: guardian not reformed",
):
    """The parents do not perform their duty and did not reform; an institution takes over."""

    placement_ground: Annotated[str, P4]
    education_reference: Annotated[str | None, P5] = None
    begins = PlacementKind.NON_PERFORMANCE_UNREFORMED


class DecideUnreformedGuardianPlacement(
    PlaceChild,
    name="case.decide_unreformed_guardian_placement",
    zh="决定不履行监护职责的临时监护",
    en="Place the child: guardian not reformed",
    when=CASE_OPEN,
    clauses=("CN2017-3.4-a", "CN2017-3.4-b"),
):
    """不履行监护职责且经公安机关教育不改的."""

    placement_ground: Annotated[str, P4]
    education_reference: Annotated[str | None, P5] = None
    after = BEFORE_GUARDIANSHIP
    at_once = False

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """An education of this child's guardian in this case, or the record of an earlier one."""
        child, taken = the_child(case, self.child_id), case.emergency.measures
        here = any(m.kind in _EDUCATED and m.concerns(child) for m in taken)
        if not here and not (self.education_reference or "").strip():
            raise EDUCATION_MISSING(field="educationReference")
        yield self.begin(case, UnreformedGuardianPlacementDecided)


class LongerTermGuardianshipStarted(
    PlacementBegun,
    name="case.longer_term_guardianship_started",
    zh="中长期临时监护",
    en="Longer-term guardianship started",
):
    """A child whose supporters cannot be determined lives in a child-welfare institution."""

    search_id: Annotated[UUID | None, P0] = None
    supporter_facts: Annotated[str, P3]
    begins = PlacementKind.LONGER_TERM


class StartLongerTermGuardianship(
    PlaceChild,
    name="case.start_longer_term_guardianship",
    zh="开始中长期临时监护",
    en="Start longer-term guardianship",
    when=OPEN_OR_PLACED,
    clauses=("CN2017-4.3-e", "CN2017-4.3-f"),
):
    """查找无果、开具相关书面证明后: six months in principle, by its own clock."""

    supporter_facts: Annotated[str, P3]
    after = _SHORTER

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """The certificate first, of somebody not found since, and the facts of the third class."""
        child = the_child(case, self.child_id)
        if not self.supporter_facts.strip():
            raise SUPPORTER_FACTS_MISSING(field="supporterFacts")
        search = case.placement.search_for(child)
        certified = search is not None and search.certified and not search.found
        needs = self.rules.placement(PlacementKind.LONGER_TERM).needs
        if "POLICE_SEARCH_CERTIFICATE" in needs and not certified:
            raise CERTIFICATE_MISSING(cite=self.rules.cite("placement_kinds", "LONGER_TERM"))
        begun = self.begin(
            case,
            LongerTermGuardianshipStarted,
            search_id=search.search_id if search and certified else None,
        )
        yield begun
        yield self.activate(case, begun)


class LongTermGuardianshipStarted(
    PlacementBegun,
    name="case.long_term_guardianship_started",
    zh="长期监护",
    en="Long-term guardianship started",
):
    """Civil affairs are the guardian for long; the list of forms ends with 等 in every text."""

    care_form: Annotated[CareForm, P2]
    placement_ground: Annotated[str, P4]
    begins = PlacementKind.STATE_LONG_TERM


class StartLongTermGuardianship(
    PlaceChild,
    name="case.start_long_term_guardianship",
    zh="开始长期监护",
    en="Start long-term guardianship",
    when=OPEN_OR_PLACED,
    clauses=("CQ2024-3.2-b", "SH2024-2.2.6-d", "CQ2024-1-a"),
):
    """委托亲属抚养、家庭寄养, 儿童福利机构、未成年人救助保护机构、街镇困境儿童临时照料场所等."""

    care_form: Annotated[CareForm, P2]
    placement_ground: Annotated[str, P4]
    after = _SHORTER | {PlacementKind.LONGER_TERM}

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """No text limits it."""
        begun = self.begin(case, LongTermGuardianshipStarted)
        yield begun
        yield self.activate(case, begun)
