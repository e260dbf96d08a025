"""查找监护人 · Civil affairs, court and police search together (CN2017-4.3-g), and the police certify a failed
search in writing (CN2017-4.3-e).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.case.placement_state import GuardianSearch
from domain.case.report_routing import unit_at
from domain.case.state import OPEN_OR_PLACED, Case
from domain.case.which_child import the_child
from domain.case.whose_child import files_of
from domain.codec import says_more
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import add, local_date
from domain.replacing import replace
from domain.sensitivity import P0, P1, P2, P4, P5
from domain.terms.placement import SearchAgency
from domain.terms.units import UnitKind

name_fields(
    search_id=("监护人查找", "Search for the guardian"),
    search_agencies=("参与查找的部门", "Agencies that search"),
    search_unit_ids=("参与查找的单位", "Units that search"),
    search_agency=("查找部门", "Agency that searched"),
    search_result=("查找结果", "What the search brought"),
    search_exhausted=("查找途径已穷尽", "Nothing is left to try"),
    progress_by=("下次报告进展日期", "Next report of progress by"),
    nobody_known=("档案中没有在世监护人", "The file names no living guardian"),
    certificate_unit_id=("开具证明的公安机关", "Police unit that certifies"),
    found_guardian=("查找到的监护人", "Guardian found"),
    found_how=("查找情况", "How the guardian was found"),
    certificate_number=("证明编号", "Number of the certificate"),
    certified_on=("证明日期", "Certified on"),
)

SEARCH_RUNNING = Refusal(
    "guardian_search_running", zh="正在查找监护人", en="The guardian is being searched for already"
)
NO_SEARCH = Refusal(
    "no_guardian_search", zh="没有进行中的监护人查找", en="No search for a guardian is running"
)
SEARCH_UNTRIED = Refusal(
    "guardian_search_untried",
    zh="尚无查找记录,不能证明查找无果",
    en="Nothing has been tried yet: a failed search cannot be certified",
    clauses=("CN2017-4.3-e",),
)

_UNIT = {
    SearchAgency.CIVIL_AFFAIRS: UnitKind.DISTRICT_CIVIL_AFFAIRS,
    SearchAgency.COURT: UnitKind.COURT,
    SearchAgency.POLICE: UnitKind.POLICE,
}


def _running(case: Case, child_id: UUID | None) -> GuardianSearch:
    search = case.placement.search_for(child_id)
    if search is None or not search.running:
        raise NO_SEARCH(field="childId")
    return search


def _keep(case: Case, search: GuardianSearch) -> Case:
    return replace(case, placement=case.placement.put_search(search))


def _to_dissuade(case: Case, waiting: frozenset[UUID | None]) -> Case:
    return replace(case, emergency=replace(case.emergency, to_dissuade=waiting))


def _known(case: Case, search_id: UUID, child_id: UUID | None) -> GuardianSearch:
    kept = (s for s in case.placement.searches if s.search_id == search_id)
    return next(kept, GuardianSearch(search_id=search_id, child_id=child_id))


def _progress_by(command: Command[Case]) -> date:
    interval = command.rules.duration("guardian_search_report_interval")
    return add(local_date(command.occurred_at), interval)


class GuardianSearchStarted(
    Event[Case],
    name="case.guardian_search_started",
    zh="查找监护人",
    en="Guardian search started",
    version=2,
):
    """These agencies search, and report every month (Q-23)."""

    search_id: Annotated[UUID, P0]
    child_id: Annotated[UUID | None, P2] = None
    search_agencies: Annotated[tuple[SearchAgency, ...], P2]
    search_unit_ids: Annotated[tuple[UUID, ...], P2] = ()
    progress_by: Annotated[date, P2]
    nobody_known: Annotated[bool, P2] = False

    def evolve(self, case: Case) -> Case:
        """It runs, in the place of dissuading somebody whom nobody knows."""
        waiting, before = case.emergency.to_dissuade, case.placement.search_for(self.child_id)
        still = before is not None and before.to_dissuade
        search = GuardianSearch(
            search_id=self.search_id,
            child_id=self.child_id,
            nobody_known=self.nobody_known,
            to_dissuade=still or (self.nobody_known and self.child_id in waiting),
        )
        kept = _keep(case, search)
        return _to_dissuade(kept, waiting - {self.child_id}) if self.nobody_known else kept


# At first a search said nothing of whom the file names.
says_more("case.guardian_search_started", 1)


class StartGuardianSearch(
    Command[Case],
    name="case.start_guardian_search",
    zh="开始查找监护人",
    en="Start to search for the guardian",
    when=OPEN_OR_PLACED,
    needs=("child",),
    clauses=("CN2017-4.3-g",),
):
    """民政、法院、公安等部门要加强联动."""

    child_id: Annotated[UUID | None, P2] = None
    search_agencies: Annotated[tuple[SearchAgency, ...], P2] = tuple(SearchAgency)

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """All three, unless fewer are named."""
        child = the_child(case, self.child_id)
        before = case.placement.search_for(child)
        if before is not None and before.running:
            raise SEARCH_RUNNING(field="childId")
        agencies = self.search_agencies or tuple(SearchAgency)
        units = (unit_at(self, _UNIT[a], case.place) for a in agencies)
        yield GuardianSearchStarted(
            search_id=self.new_id("search"),
            child_id=child,
            search_agencies=agencies,
            search_unit_ids=tuple(dict.fromkeys(u for u in units if u is not None)),
            progress_by=_progress_by(self),
            nobody_known=not any(
                g.living
                for f in files_of(self, () if child is None else (child,))
                for g in f.care.guardians
            ),
        )


class GuardianSearchAttempted(
    Event[Case], name="case.guardian_search_attempted", zh="查找进展", en="Search attempted"
):
    """One agency tried; when nothing is left to try the police may certify it (Q-24)."""

    search_id: Annotated[UUID, P0]
    child_id: Annotated[UUID | None, P2] = None
    search_agency: Annotated[SearchAgency, P2]
    search_result: Annotated[str, P4]
    search_exhausted: Annotated[bool, P2] = False
    certificate_unit_id: Annotated[UUID | None, P2] = None
    progress_by: Annotated[date, P2]

    def evolve(self, case: Case) -> Case:
        """One attempt more."""
        search = _known(case, self.search_id, self.child_id)
        tried = replace(
            search,
            attempts=search.attempts + 1,
            exhausted=search.exhausted or self.search_exhausted,
        )
        return _keep(case, tried)


class AttemptGuardianSearch(
    Command[Case],
    name="case.attempt_guardian_search",
    zh="记录查找进展",
    en="Record an attempt of the search",
    when=OPEN_OR_PLACED,
    clauses=("CN2017-4.3-g",),
):
    """By each agency for itself."""

    child_id: Annotated[UUID | None, P2] = None
    search_agency: Annotated[SearchAgency, P2]
    search_result: Annotated[str, P4]
    search_exhausted: Annotated[bool, P2] = False

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """While the search runs."""
        child = the_child(case, self.child_id)
        search = _running(case, child)
        police = unit_at(self, UnitKind.POLICE, case.place)
        yield GuardianSearchAttempted.of(
            self,
            child_id=child,
            search_id=search.search_id,
            certificate_unit_id=police if self.search_exhausted else None,
            progress_by=_progress_by(self),
        )


class GuardianFound(Event[Case], name="case.guardian_found", zh="找到监护人", en="Guardian found"):
    """The search is over."""

    search_id: Annotated[UUID, P0]
    child_id: Annotated[UUID | None, P2] = None
    found_guardian: Annotated[str, P1]
    found_how: Annotated[str, P4]

    def evolve(self, case: Case) -> Case:
        """Found; what becomes of the placement is another decision. Now there is somebody to dissuade."""
        search = _known(case, self.search_id, self.child_id)
        kept = _keep(case, replace(search, found=True, to_dissuade=False))
        if not search.to_dissuade:
            return kept
        return _to_dissuade(kept, case.emergency.to_dissuade | {self.child_id})


class RecordGuardianFound(
    Command[Case],
    name="case.record_guardian_found",
    zh="记录找到监护人",
    en="Record that the guardian was found",
    when=OPEN_OR_PLACED,
    clauses=("CN2017-4.3-g",),
):
    """By whoever found them; also after a certificate, for people turn up."""

    child_id: Annotated[UUID | None, P2] = None
    found_guardian: Annotated[str, P1]
    found_how: Annotated[str, P4]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Once."""
        child = the_child(case, self.child_id)
        search = case.placement.search_for(child)
        if search is None or search.found:
            raise NO_SEARCH(field="childId")
        yield GuardianFound.of(self, child_id=child, search_id=search.search_id)


class GuardianSearchFailedCertified(
    Event[Case],
    name="case.guardian_search_failed_certified",
    zh="查找无果书面证明",
    en="Failed search certified",
):
    """The police certify in writing: a longer-term guardianship may rest on it."""

    search_id: Annotated[UUID, P0]
    child_id: Annotated[UUID | None, P2] = None
    certificate_number: Annotated[str, P5]
    certified_on: Annotated[date, P2]

    def evolve(self, case: Case) -> Case:
        """Certified."""
        search = _known(case, self.search_id, self.child_id)
        return _keep(case, replace(search, certified=True))


class CertifyGuardianSearchFailed(
    Command[Case],
    name="case.certify_guardian_search_failed",
    zh="开具查找无果书面证明",
    en="Certify that the search failed",
    when=OPEN_OR_PLACED,
    clauses=("CN2017-4.3-e",),
):
    """在公安部门查找无果、开具相关书面证明后."""

    child_id: Annotated[UUID | None, P2] = None
    certificate_number: Annotated[str, P5]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Only of a search that was made, and brought nothing."""
        child = the_child(case, self.child_id)
        search = _running(case, child)
        if not search.attempts:
            raise SEARCH_UNTRIED(field="childId")
        yield GuardianSearchFailedCertified.of(
            self,
            child_id=child,
            search_id=search.search_id,
            certified_on=local_date(self.occurred_at),
        )
