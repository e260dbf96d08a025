"""类别认定与终止 · Which children the texts are about: entering a category, and leaving it (D.7).

Categories come and go independently, and a child may be in several (SH2020-2.2-f). Where no text in force defines the
group, the child is entered under the platform's baseline with a label that says so, and is never refused (law 10).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from domain.child.competence import routes_of
from domain.child.file_state import CategoryHeld, FileStatus
from domain.child.key_targets import flags_due
from domain.child.limbs import LIMB_CLAUSES, LIMB_REFUSED, limbs_of
from domain.child.standing import id_of, settled
from domain.child.state import Child
from domain.child.turns import ON_LEDGER
from domain.codec import says_more
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.packfile import PLATFORM, Mark
from domain.periods import birthday
from domain.provisions import Category
from domain.replacing import replace
from domain.rules_in_force import Rules
from domain.sensitivity import P0_PROCESS, P2, P3, P4
from domain.terms.file import (
    BASELINE_OF,
    GROUP_OF,
    CategoryBasis,
    CategoryCode,
    CategoryGroup,
    ClauseId,
    CompetenceRoute,
    Difficulty,
    DifficultyCause,
    Limb,
)
from domain.terms.units import UnitKind

name_fields(
    category=("类别", "Category"),
    category_asked=("申报类别", "Category asked for"),
    category_group=("对象群体", "Group"),
    category_basis=("认定依据", "Basis of the category"),
    limbs_met=("已符合要件", "Limbs met"),
    limbs_open=("未符合要件", "Limbs not met"),
    causes=("困境原因", "Causes of the difficulty"),
    difficulties=("困难情形", "Difficulties"),
    age_below=("年龄上限(不满)", "Under the age of"),
    review_on=("复核日期", "Review on"),
    review_unit_id=("复核单位", "Unit to review"),
    education_unit_id=("教育行政部门", "Education administration"),
    facts_note=("认定说明", "Note on the facts"),
    definition_clauses=("定义条款", "Clauses of the definition"),
    routes_met=("已符合的区级属地依据", "Routes by which the district answers for the child"),
    routes_open=("未符合的区级属地依据", "Routes that do not hold"),
    route_clauses=("区级属地条款", "Clauses of the routes"),
)

TOPICS = {
    CategoryGroup.LBC: "categories_left_behind",
    CategoryGroup.CID: "categories_in_difficulty",
    CategoryGroup.VISITOR: "categories_visiting",
}
NOT_DEFINED_HERE = Refusal(
    "category_not_defined_here",
    zh="本地现行文件未规定该类别",
    en="The texts in force here define this group otherwise",
)
OTHER_UNSAID = Refusal(
    "other_difficulty_unsaid", zh="其他困难须说明", en="Say which other difficulty it is"
)


class CategoryDetermined(
    Event[Child],
    name="child.category_determined",
    zh="类别已认定",
    en="Category determined",
    version=2,
):
    category: Annotated[CategoryCode, P2]
    category_asked: Annotated[CategoryCode, P2]
    category_group: Annotated[CategoryGroup, P2]
    category_basis: Annotated[CategoryBasis, P2]
    limbs_met: Annotated[tuple[Limb, ...], P2] = ()
    limbs_open: Annotated[tuple[Limb, ...], P2] = ()
    causes: Annotated[tuple[DifficultyCause, ...], P4] = ()
    difficulties: Annotated[tuple[Difficulty, ...], P3] = ()
    facts_note: Annotated[str | None, P3] = None
    definition_clauses: Annotated[tuple[ClauseId, ...], P0_PROCESS] = ()
    age_below: Annotated[int | None, P2] = None
    review_on: Annotated[date | None, P2] = None
    review_unit_id: Annotated[UUID | None, P2] = None
    education_unit_id: Annotated[UUID | None, P2] = None
    school_unit_id: Annotated[UUID | None, P2] = None
    routes_met: Annotated[tuple[CompetenceRoute, ...], P2] = ()
    routes_open: Annotated[tuple[CompetenceRoute, ...], P2] = ()
    """Where none holds the street serves the child all the same; the district sees that its own clause is not met."""
    route_clauses: Annotated[tuple[ClauseId, ...], P0_PROCESS] = ()

    def evolve(self, state: Child) -> Child:
        held = CategoryHeld(
            code=self.category.value,
            group=self.category_group.value,
            event_id=id_of(self),
            causes=frozenset(self.causes),
            age_below=self.age_below,
            packs=self.stamp.packs if self.stamp else (),
            clauses=self.definition_clauses,
        )
        others = tuple(c for c in state.file.held if c.code != held.code)
        file = replace(state.file, held=(*others, held))
        if file.status is FileStatus.DORMANT:
            file = replace(file, status=FileStatus.OPEN, dormant_until=None)
        still = self.category_group is CategoryGroup.LBC
        care = replace(state.care, of_age=False) if still else state.care
        return settled(replace(state, file=file, care=care), self)


# At first nobody asked by which route the district answers for the child.
says_more("child.category_determined", 1)


class DetermineCategory(
    Command[Child],
    name="child.determine_category",
    zh="认定类别",
    en="Determine a category",
    when=ON_LEDGER,
    clauses=(
        "SH2020-1-a",
        "SH2020-1-b",
        "SH2020-1-c",
        "SH2020-1-d",
        "SH2020-2.2-f",
        "CQ2016-1-a",
        "CN2017-1-a",
        "CN2017-1-b",
        "CN2017-1-c",
        "CQ2024-0-c",
        "SH2024-2.3.10-b",
        "CN2017-2-f",
        "CN2017-5.1-d",
    ),
):
    """Judged by the packs in force on the day of the fact, from what stands on the file."""

    category: Annotated[CategoryCode, P2]
    causes: Annotated[tuple[DifficultyCause, ...], P4] = ()
    difficulties: Annotated[tuple[Difficulty, ...], P3] = ()
    facts_note: Annotated[str | None, P3] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        group = GROUP_OF[self.category]
        topic = TOPICS[group]
        rows = self.rules.table(topic)
        defined = any(c.document is not None for c in self.rules.cited(topic))
        if defined and self.category.value not in rows:
            raise NOT_DEFINED_HERE(cite=self.rules.cite(topic), field="category")
        code = self.category if defined else BASELINE_OF[group]
        if code.value in state.file.categories:
            return
        row = rows.get(code.value, Category(group=group.value))
        if Difficulty.OTHER in self.difficulties and not (self.facts_note or "").strip():
            raise OTHER_UNSAID(field="factsNote")
        judged = dict(self._judged(row, state))
        if defined:
            self._refuse_open_limb(topic, judged)
        determined = self._determined(state, code, row, judged)
        yield determined
        yield from flags_due(self, determined.evolve(state))

    def _judged(self, row: Category, state: Child) -> Iterator[tuple[Limb, bool]]:
        return limbs_of(row, state, self.rules.on, self.divisions, self.causes, self.difficulties)

    def _refuse_open_limb(self, topic: str, judged: dict[Limb, bool]) -> None:
        """The first limb that is not met, with its own clause where the definition has one for each."""
        cited = self.rules.cite(topic, self.category.value)
        for limb, met in judged.items():
            if not met:
                own = tuple(c for c in LIMB_CLAUSES.get(limb, ()) if c in cited)
                raise LIMB_REFUSED[limb](cite=own or cited, field="category")

    def _determined(
        self, state: Child, code: CategoryCode, row: Category, judged: dict[Limb, bool]
    ) -> CategoryDetermined:
        review = review_day(state.file.birth_on, row.age_below, self.rules)
        home, on, topic = state.place, self.rules.on, TOPICS[GROUP_OF[code]]
        here = self.rules.for_groups((GROUP_OF[code].value,))
        routes = dict(routes_of(here, state, self.divisions))
        education = self.directory.owner_for(UnitKind.DISTRICT_EDUCATION, home, self.divisions, on)
        return CategoryDetermined.of(
            self,
            category=code,
            category_asked=self.category,
            category_group=GROUP_OF[code],
            category_basis=basis_of(self.rules, topic, code),
            limbs_met=tuple(limb for limb, met in judged.items() if met),
            limbs_open=tuple(limb for limb, met in judged.items() if not met),
            definition_clauses=tuple(map(ClauseId, self.rules.cite(topic, code.value))),
            age_below=row.age_below,
            review_on=review,
            review_unit_id=state.file.owner_unit_id,
            education_unit_id=education.id if education else None,
            school_unit_id=state.file.school_unit_id,
            routes_met=tuple(route for route, met in routes.items() if met),
            routes_open=tuple(route for route, met in routes.items() if not met),
            route_clauses=tuple(map(ClauseId, here.cite("competence_district"))) if routes else (),
        )


def basis_of(rules: Rules, topic: str, code: CategoryCode) -> CategoryBasis:
    """On whose word a category stands: the text's, an assumption of ours about it, or the platform's."""
    marks = {c.mark for c in rules.cited(topic, code.value) if c.pack_id != PLATFORM}
    if Mark.TEXT in marks:
        return CategoryBasis.TEXT
    if marks:
        return CategoryBasis.ASSUMPTION
    return CategoryBasis[rules.basis(topic).value]


def review_day(birth_on: date | None, age_below: int | None, rules: Rules) -> date | None:
    """When the township reviews a category before the age it ends with (T-08, Q-47).

    Whose text names no age ends with the age of majority: all of them are about children.
    """
    if birth_on is None:
        return None
    ends_on = birthday(birth_on, ends_at(age_below, rules))
    return ends_on - timedelta(days=rules.days("age_review_warn_days"))


def ends_at(age_below: int | None, rules: Rules) -> int:
    """The age a category ends with, by its text or by the platform's age of majority."""
    return rules.count("adult_age") if age_below is None else age_below
