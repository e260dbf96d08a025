"""户籍地、居住地、事发地与属地 · A child's places, and the one owner computed from them (domain model A.3, C.1).

All places are recorded; where the child lives owns the file and the visits, the others are associated with
task-limited access. CN2017-2-g gives three bases without an order, so the order is the platform's and is shown as the
basis of every assignment; a decision with a reason may depart from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from domain.child.competence import basis_clauses
from domain.child.file_state import FileState, PlaceOnFile
from domain.child.standing import id_of, settled
from domain.child.state import ON_FILE, Child
from domain.codec import says_more
from domain.divisions import Level
from domain.kernel import Command, Event, Refusal, Value
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P0_PROCESS, P1_PLACE, P2, P3
from domain.terms.file import ClauseId, HukouKind, TerritorialBasis
from domain.terms.places import AreaType, DivisionId, PlaceKind
from domain.terms.units import UnitKind

name_fields(
    place_kind=("地点类别", "Kind of place"),
    place_division=("所在行政区划", "Division of the place"),
    place_elsewhere=("外省市地名", "Place in another province"),
    place_address=("详细地址", "Address"),
    area_type=("地区类型", "Type of area"),
    hukou_kind=("户籍类型", "Kind of hukou"),
    place_from_on=("自", "From"),
    place_to_on=("至", "To"),
    territorial_basis=("属地依据", "Territorial basis"),
    township_division=("负责乡镇(街道)", "Township in charge"),
    district_division=("负责区县", "District in charge"),
    city_division=("所属市", "Municipality"),
    owner_unit_id=("负责单位", "Unit in charge"),
    district_unit_id=("区县民政部门", "District civil affairs"),
    associated_places=("关联地", "Associated places"),
    associated_unit_id=("关联单位", "Associated unit"),
    jurisdiction_reason=("确定理由", "Reason for the assignment"),
    former_unit_id=("原负责单位", "Unit in charge until then"),
    basis_clauses=("属地条款", "Clauses of the basis"),
)

UNKNOWN_PLACE = Refusal("unknown_place", zh="没有这个行政区划", en="There is no such division")
PLACE_MISSING = Refusal(
    "place_missing", zh="须指明行政区划或外省市地名", en="Name a division, or a place elsewhere"
)
PERIOD_REVERSED = Refusal(
    "period_reversed", zh="结束日期早于开始日期", en="It ends before it begins"
)
REASON_MISSING = Refusal(
    "jurisdiction_reason_missing",
    zh="人工确定属地须说明理由",
    en="An assignment by hand needs a reason",
)


NOT_THE_SUPERIOR = Refusal(
    "not_the_superior", zh="由共同上级裁定", en="The common superior decides"
)


def superior_decides(command: Command[Any], superior: UUID | None) -> None:
    """What is in dispute is for the common superior, or for the city above it; for no party of the dispute."""
    unit = command.directory.units.get(command.by.unit_id) if command.by.unit_id else None
    above = unit is not None and unit.kind is UnitKind.CITY_CIVIL_AFFAIRS
    if superior is not None and command.by.unit_id not in {None, superior} and not above:
        raise NOT_THE_SUPERIOR(field="id")


class AssociatedPlace(Value):
    """A place that does not own the file: its unit gets the tasks that touch it, and no more."""

    place_kind: Annotated[PlaceKind, P2]
    place_division: Annotated[DivisionId, P2]
    associated_unit_id: Annotated[UUID | None, P2] = None


class ChildLocationRecorded(
    Event[Child], name="child.location_recorded", zh="地点已登记", en="Location recorded"
):
    place_kind: Annotated[PlaceKind, P2]
    place_division: Annotated[DivisionId | None, P2] = None
    place_elsewhere: Annotated[str | None, P1_PLACE] = None
    place_address: Annotated[str | None, P1_PLACE] = None
    area_type: Annotated[AreaType | None, P2] = None
    hukou_kind: Annotated[HukouKind | None, P2] = None
    place_from_on: Annotated[date | None, P2] = None
    place_to_on: Annotated[date | None, P2] = None

    def evolve(self, state: Child) -> Child:
        place = PlaceOnFile(
            kind=self.place_kind,
            division=self.place_division,
            area_type=self.area_type,
            event_id=id_of(self),
        )
        return settled(replace(state, file=state.file.with_place(place)), self)


def move_in(new: Iterable[Event[Any]]) -> ChildLocationRecorded | None:
    """The place that was recorded among these events, if one was."""
    return next((e for e in new if isinstance(e, ChildLocationRecorded)), None)


class JurisdictionAssigned(
    Event[Child],
    name="child.jurisdiction_assigned",
    zh="属地已确定",
    en="Jurisdiction assigned",
    version=3,
):
    territorial_basis: Annotated[TerritorialBasis, P2]
    township_division: Annotated[DivisionId | None, P2]
    district_division: Annotated[DivisionId | None, P2]
    city_division: Annotated[DivisionId | None, P2]
    owner_unit_id: Annotated[UUID | None, P2]
    district_unit_id: Annotated[UUID | None, P2]
    associated_places: Annotated[tuple[AssociatedPlace, ...], P2] = ()
    jurisdiction_reason: Annotated[str | None, P3] = None
    former_unit_id: Annotated[UUID | None, P2] = None
    """Where the child is another unit's from now on: its worker looks after the child no longer, as with a receipt."""
    basis_clauses: Annotated[tuple[ClauseId, ...], P0_PROCESS] = ()
    """Those of the texts in force that name such a place (CN2017-2-g, SH2020-1-a, CQ2016-2.2-c)."""

    def evolve(self, state: Child) -> Child:
        owner = self.township_division or self.district_division or self.city_division
        was = state.file
        stays = (was.owner_unit_id, was.owner_division) == (self.owner_unit_id, owner)
        file = replace(
            state.file,
            owner_unit_id=self.owner_unit_id,
            owner_division=owner,
            associated=frozenset((a.place_kind, a.place_division) for a in self.associated_places),
            assigned_by_decision=self.territorial_basis is TerritorialBasis.DECISION,
            in_dispute=was.in_dispute and stays,
        )
        if self.former_unit_id is not None:
            file = replace(file, responsible_person=None)
        return replace(state, file=file)


# At first it was not said which unit had the file before.
says_more("child.jurisdiction_assigned", 1)


# Nor, for a while, on which clause the basis stands.
says_more("child.jurisdiction_assigned", 2)


def assigned(
    command: Command[Child], file: FileState, *, decided: str | None = None, why: str | None = None
) -> JurisdictionAssigned | None:
    """The assignment that follows from the places of ``file``; None while no place is known.

    ``decided``: the division somebody chose instead, with the reason ``why``.
    """
    basis, owner = _owner(file)
    if decided is not None:
        basis, owner = TerritorialBasis.DECISION, decided
    if basis is None or owner is None:
        return None
    on, divisions = command.rules.on, command.divisions
    steps = {level: divisions.ancestor(owner, level, on) for level in Level}
    ids = {level: DivisionId(step.id) if step else None for level, step in steps.items()}
    unit = command.directory.owner_for(UnitKind.TOWNSHIP, owner, divisions, on)
    district = command.directory.owner_for(UnitKind.DISTRICT_CIVIL_AFFAIRS, owner, divisions, on)
    return JurisdictionAssigned(
        territorial_basis=basis,
        township_division=ids[Level.TOWNSHIP],
        district_division=ids[Level.DISTRICT],
        city_division=ids[Level.PROVINCE],
        owner_unit_id=unit.id if unit else None,
        district_unit_id=district.id if district else None,
        associated_places=tuple(_others(command, file, owner)),
        jurisdiction_reason=why,
        former_unit_id=_left(file, ids, unit.id if unit else None),
        basis_clauses=tuple(map(ClauseId, basis_clauses(command.rules, basis))),
    )


def _left(
    file: FileState, ids: Mapping[Level, DivisionId | None], unit_id: UUID | None
) -> UUID | None:
    """The unit that was in charge of the place the child has left, where another is now."""
    here = ids[Level.TOWNSHIP] or ids[Level.DISTRICT] or ids[Level.PROVINCE]
    moved = file.owner_division not in {None, here}
    return file.owner_unit_id if moved and file.owner_unit_id != unit_id else None


def _owner(file: FileState) -> tuple[TerritorialBasis | None, str | None]:
    """Residence, else long-term residence in fact, else hukou, else the place of an incident."""
    for basis in (
        TerritorialBasis.RESIDENCE,
        TerritorialBasis.LONG_TERM_FACT,
        TerritorialBasis.HUKOU,
        TerritorialBasis.INCIDENT,
    ):
        place = file.place_of(basis.value)
        if place is not None and place.division is not None:
            return basis, place.division
    return None, None


def _others(command: Command[Child], file: FileState, owner: str) -> Iterator[AssociatedPlace]:
    """The child's other places, each with the unit that serves it."""
    seen = set()
    for place in file.places:
        if (
            place.division is None
            or place.division == owner
            or (place.kind, place.division) in seen
        ):
            continue
        seen.add((place.kind, place.division))
        unit = command.directory.owner_for(
            UnitKind.TOWNSHIP, place.division, command.divisions, command.rules.on
        )
        yield AssociatedPlace(
            place_kind=PlaceKind[place.kind],
            place_division=DivisionId(place.division),
            associated_unit_id=unit.id if unit else None,
        )


def known_place(command: Command[Child], division: str | None, field: str) -> None:
    """Refuses a division that does not exist."""
    if division is not None and command.divisions.find(division) is None:
        raise UNKNOWN_PLACE(field=field)


def same_assignment(file: FileState, new: JurisdictionAssigned) -> bool:
    """Whether ``new`` says what already stands."""
    division = new.township_division or new.district_division or new.city_division
    others = frozenset((a.place_kind, a.place_division) for a in new.associated_places)
    was = (file.owner_unit_id, file.owner_division, file.associated)
    return was == (new.owner_unit_id, division, others)


class RecordLocation(
    Command[Child],
    name="child.record_location",
    zh="登记地点",
    en="Record a location",
    when=ON_FILE,
    clauses=(
        "SH2020-1-a",
        "SH2020-1-d",
        "SH2020-2.2-d",
        "CN2017-2-g",
        "CN2017-5.1-d",
        "CQ2016-2.2-c",
        "CQ2016-5.1-b",
    ),
):
    """The owner of the file is computed anew in the same breath, unless somebody decided otherwise."""

    place_kind: Annotated[PlaceKind, P2]
    place_division: Annotated[DivisionId | None, P2] = None
    place_elsewhere: Annotated[str | None, P1_PLACE] = None
    place_address: Annotated[str | None, P1_PLACE] = None
    area_type: Annotated[AreaType | None, P2] = None
    hukou_kind: Annotated[HukouKind | None, P2] = None
    place_from_on: Annotated[date | None, P2] = None
    place_to_on: Annotated[date | None, P2] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        known_place(self, self.place_division, "placeDivision")
        if self.place_division is None and not (self.place_elsewhere or "").strip():
            raise PLACE_MISSING(field="placeDivision")
        if self.place_from_on and self.place_to_on and self.place_to_on < self.place_from_on:
            raise PERIOD_REVERSED(field="placeToOn")
        recorded = ChildLocationRecorded.of(self)
        yield recorded
        if not state.file.assigned_by_decision:
            new = assigned(self, recorded.evolve(state).file)
            if new is not None and not same_assignment(state.file, new):
                yield new


class AssignJurisdiction(
    Command[Child],
    name="child.assign_jurisdiction",
    zh="确定属地",
    en="Assign jurisdiction",
    when=ON_FILE,
    clauses=("SH2020-2.2-d", "CQ2016-2.2-c", "CN2017-2-g"),
):
    """Without a division, the owner is computed from the places again; with one, a reason is needed."""

    township_division: Annotated[DivisionId | None, P2] = None
    jurisdiction_reason: Annotated[str | None, P3] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        known_place(self, self.township_division, "townshipDivision")
        if self.township_division is not None and not (self.jurisdiction_reason or "").strip():
            raise REASON_MISSING(cite=self.rules.binding("CN2017-2-g"), field="jurisdictionReason")
        if self.township_division is not None and state.file.in_dispute:
            superior_decides(self, state.file.dispute_unit_id)
        decided, why = self.township_division, self.jurisdiction_reason
        new = assigned(self, state.file, decided=decided, why=why)
        if new is not None and not same_assignment(state.file, new):
            yield new
