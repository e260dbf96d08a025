"""走访发现的问题 · Problems found on contacts and visits: 发现问题及时报告并协调解决 (SH2024-2.3.7-e)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from domain.child.overdue import township_of
from domain.child.state import ON_FILE, Child
from domain.child.visits_state import Problem
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import local_date
from domain.replacing import replace
from domain.sensitivity import P0, P2, P3
from domain.terms.visits import VisitProblemKind

name_fields(
    problem_id=("问题", "Problem"),
    problem_kind=("问题类别", "Kind of problem"),
    problem_found=("发现的问题", "What was found"),
    problem_unit_id=("问题报告单位", "Problem reported to"),
    solve_by=("解决时限", "Solve by"),
    solution=("解决方案", "Solution"),
)

PROBLEM_MISSING = Refusal(
    "problem_missing",
    zh="须写明发现的问题",
    en="Say what was found",
    clauses=("SH2024-2.3.7-e",),
)
UNKNOWN_PROBLEM = Refusal("unknown_problem", zh="没有此问题", en="There is no such problem")
PROBLEM_SOLVED = Refusal(
    "problem_already_resolved", zh="该问题已经解决", en="This problem is resolved already"
)
SOLUTION_MISSING = Refusal(
    "solution_missing",
    zh="须写明解决方案",
    en="A problem is closed only with its solution",
    clauses=("SH2024-2.3.7-e", "SH2024-2.3.7-a"),
)


def _keep(state: Child, problem: Problem) -> Child:
    others = (p for p in state.visits.problems if p.problem_id != problem.problem_id)
    return replace(state, visits=replace(state.visits, problems=(*others, problem)))


class VisitProblemFound(
    Event[Child], name="child.visit_problem_found", zh="走访发现问题", en="Visit problem found"
):
    """The township coordinates the solution."""

    problem_id: Annotated[UUID, P0]
    problem_kind: Annotated[VisitProblemKind, P2]
    problem_found: Annotated[str, P3]
    problem_unit_id: Annotated[UUID | None, P2] = None
    solve_by: Annotated[date, P2]

    def evolve(self, state: Child) -> Child:
        return _keep(state, Problem(problem_id=self.problem_id))


class FindVisitProblem(
    Command[Child],
    name="child.find_visit_problem",
    zh="报告走访问题",
    en="Report a visit problem",
    when=ON_FILE,
    clauses=("SH2024-2.3.7-e", "SH2024-2.3.7-a"),
):
    """No visit waits for it: the visit stands, the problem stays open."""

    problem_kind: Annotated[VisitProblemKind, P2]
    problem_found: Annotated[str, P3]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if not self.problem_found.strip():
            raise PROBLEM_MISSING(field="problemFound")
        yield VisitProblemFound.of(
            self,
            problem_id=self.new_id("problem"),
            problem_unit_id=township_of(self, state),
            solve_by=local_date(self.at) + timedelta(days=self.rules.days("visit_problem_days")),
        )


class VisitProblemResolved(
    Event[Child], name="child.visit_problem_resolved", zh="问题已协调解决", en="Problem resolved"
):
    problem_id: Annotated[UUID, P0]
    solution: Annotated[str, P3]

    def evolve(self, state: Child) -> Child:
        return _keep(state, Problem(problem_id=self.problem_id, solved=True))


class ResolveVisitProblem(
    Command[Child],
    name="child.resolve_visit_problem",
    zh="解决走访问题",
    en="Resolve a visit problem",
    when=ON_FILE,
    clauses=("SH2024-2.3.7-e", "SH2024-2.3.7-a"),
):
    """协调解决."""

    problem_id: Annotated[UUID, P0]
    solution: Annotated[str, P3]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        problem = state.visits.problem(self.problem_id)
        if problem is None:
            raise UNKNOWN_PROBLEM(field="problemId")
        if problem.solved:
            raise PROBLEM_SOLVED(field="problemId")
        if not self.solution.strip():
            raise SOLUTION_MISSING(field="solution")
        yield VisitProblemResolved.of(self)
