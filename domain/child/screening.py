"""排查 · Screening: somebody looked, and this is what they found (SH2020-3.2-c, CQ2016-3.2-e, CQ2024-3.1-a)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from domain.child.file_state import FileStatus, PlaceOnFile
from domain.child.identity import clean_name
from domain.child.places import known_place
from domain.child.standing import id_of
from domain.child.state import ON_FILE, Child
from domain.kernel import Command, Event
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P1, P2, P3
from domain.terms.file import ScreeningSource, Sex
from domain.terms.places import DivisionId, PlaceKind

name_fields(
    screening_source=("排查来源", "How found"),
    screening_findings=("排查情况", "What was found"),
    needs_file=("需要建档", "Needs a file"),
    residence=("居住地", "Residence"),
)

_CLAUSES = ("SH2020-3.2-c", "CQ2016-3.2-e", "CQ2024-3.1-a", "SH2024-2.3.7-a")


class ChildScreened(Event[Child], name="child.screened", zh="已排查", en="Child screened"):
    screening_source: Annotated[ScreeningSource, P2]
    screening_findings: Annotated[str, P3]
    needs_file: Annotated[bool, P2] = True
    child_name: Annotated[str | None, P1] = None
    sex: Annotated[Sex | None, P1] = None
    birth_on: Annotated[date | None, P1] = None
    residence: Annotated[DivisionId | None, P2] = None

    def evolve(self, state: Child) -> Child:
        file = state.file
        if file.status is FileStatus.NONE:
            file = replace(file, status=FileStatus.SCREENED, birth_on=self.birth_on, sex=self.sex)
        if self.residence is not None:
            place = PlaceOnFile(
                kind=PlaceKind.RESIDENCE, division=self.residence, event_id=id_of(self)
            )
            file = file.with_place(place)
        return replace(state, file=file)


class ScreenChild(
    Command[Child],
    name="child.screen_child",
    zh="排查儿童",
    en="Screen a child",
    opens=True,
    place_field="residence",
    clauses=_CLAUSES,
):
    """Begins what is known of a child; the file itself is opened afterwards, with the full identity."""

    child_name: Annotated[str, P1]
    residence: Annotated[DivisionId, P2]
    screening_source: Annotated[ScreeningSource, P2]
    screening_findings: Annotated[str, P3]
    needs_file: Annotated[bool, P2] = True
    sex: Annotated[Sex | None, P1] = None
    birth_on: Annotated[date | None, P1] = None

    def decide(self, _child: Child) -> Iterator[Event[Child]]:
        known_place(self, self.residence, "residence")
        yield ChildScreened.of(self, child_name=clean_name(self.child_name))


class RecordScreening(
    Command[Child],
    name="child.record_screening",
    zh="登记再次排查",
    en="Record a further screening",
    when=ON_FILE,
    clauses=_CLAUSES,
):
    """Of a child already on file, for instance one named in a report that proved unfounded."""

    screening_source: Annotated[ScreeningSource, P2]
    screening_findings: Annotated[str, P3]
    needs_file: Annotated[bool, P2] = True

    def decide(self, _child: Child) -> Iterator[Event[Child]]:
        yield ChildScreened.of(self)
