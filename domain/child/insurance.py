"""参保 · The three insurances of a child, looked after once a year (CN2017-3.2-a, CN2017-5.1-u)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from domain.child.categories import CategoryDetermined
from domain.child.state import ON_FILE, Child
from domain.kernel import Command, Event, Refusal, State
from domain.labels import name_fields
from domain.periods import add
from domain.reactions import Put, World, reaction
from domain.replacing import replace
from domain.sensitivity import P2, P3
from domain.terms.entitlements import InsuranceScheme
from domain.terms.units import UnitKind

name_fields(
    insurance_schemes=("参保险种", "Schemes enrolled in"),
    insurance_year=("参保年度", "Year of enrolment"),
    schemes_missing=("未参保险种", "Schemes missing"),
    insurance_unit_id=("参保工作单位", "Unit that sees to enrolment"),
    insurance_check_on=("下次参保核查日期", "Next check of enrolment"),
)

NO_SCHEME = Refusal("no_insurance_scheme", zh="须选择参保险种", en="Say in which scheme")


class InsuranceEnrolmentRecorded(
    Event[Child], name="child.insurance_enrolment_recorded", zh="参保已登记", en="Insured"
):
    insurance_schemes: Annotated[tuple[InsuranceScheme, ...], P3]
    insurance_year: Annotated[int, P3]

    def evolve(self, state: Child) -> Child:
        new = {(scheme.value, self.insurance_year) for scheme in self.insurance_schemes}
        held = replace(state.entitlements, insured=state.entitlements.insured | new)
        return replace(state, entitlements=held)


class RecordInsuranceEnrolment(
    Command[Child],
    name="child.record_insurance_enrolment",
    zh="登记参保",
    en="Record an enrolment in insurance",
    when=ON_FILE,
    clauses=("CN2017-3.2-a", "CN2017-5.1-u"),
):
    """By human resources, for a year; what is recorded already is not recorded twice."""

    insurance_schemes: Annotated[tuple[InsuranceScheme, ...], P3]
    insurance_year: Annotated[int, P3]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if not self.insurance_schemes:
            raise NO_SCHEME(field="insuranceSchemes")
        new = {(scheme.value, self.insurance_year) for scheme in self.insurance_schemes}
        if not new <= state.entitlements.insured:
            yield InsuranceEnrolmentRecorded.of(self)


class InsuranceChecked(
    Event[Child], name="child.insurance_checked", zh="参保已核查", en="Insurance checked"
):
    """``schemes_missing`` empty: the child is in all of them this year."""

    insurance_year: Annotated[int, P3]
    schemes_missing: Annotated[tuple[InsuranceScheme, ...], P3] = ()
    insurance_unit_id: Annotated[UUID | None, P2] = None
    insurance_check_on: Annotated[date, P2]

    def evolve(self, state: Child) -> Child:
        held = replace(state.entitlements, insurance_check_on=self.insurance_check_on)
        return replace(state, entitlements=held)


class CheckInsurance(
    Command[Child],
    name="child.check_insurance",
    zh="核查参保",
    en="Check the enrolment in insurance",
    clauses=("CN2017-3.2-a", "CN2017-5.1-u"),
    by_system=True,
):
    """When the child is first found in difficulty, then every year, where a text names the schemes."""

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        today, held = self.rules.on, state.entitlements
        schemes = self.rules.codes("insurance_schemes")
        if not schemes or (held.insurance_check_on is not None and today < held.insurance_check_on):
            return
        missing = (InsuranceScheme(s) for s in sorted(schemes))
        unit = self.directory.owner_for(
            UnitKind.DISTRICT_HUMAN_RESOURCES, state.place, self.divisions, today
        )
        yield InsuranceChecked(
            insurance_year=today.year,
            schemes_missing=tuple(s for s in missing if (s.value, today.year) not in held.insured),
            insurance_unit_id=unit.id if unit else None,
            insurance_check_on=add(today, self.rules.duration("insurance_gap_interval")),
        )


@reaction
def insurance_is_checked(_world: World, state: State, new: tuple[Event[Any], ...]) -> Iterator[Put]:
    """A child that enters a category is looked after at once."""
    if any(isinstance(event, CategoryDetermined) for event in new):
        yield Put(state.id, CheckInsurance())
