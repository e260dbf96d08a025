"""Which test shows which declaration, and with it the clauses that the declaration cites.

A test shows an action, queue, report, risk factor or refusal that one of its assertions speaks of. A parameter of a
pack it shows if it speaks of the pack or of a clause of the parameter as well. A view or a policy line has no word of
its own in a test: there the test says with ``@pytest.mark.clause`` which clause it shows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from domain.clauses import CLAUSES, Clause
from ops.clause_map.assertions import Assertions
from ops.clause_map.citations import Declaration, Kind, declarations, unknown
from ops.clause_map.test_sources import Sources, is_contract, marked_clauses

TESTS = Path(__file__).parent.parent.parent / "tests"
OWED = ("SYSTEM", "RECORD")
"""Kinds of clauses that must be fulfilled; a CONTEXT row asks nothing of the platform."""
BY_MARK = frozenset({Kind.VIEW, Kind.POLICY})
CARRIERS = frozenset({"authz", "eventlog", "transport", "ops", "reference"})
ONLOOKERS = frozenset({"reports", "privacy"})
"""Tests of what is counted or seen of facts: that these facts came of an action is not what they ask."""


@dataclass(frozen=True)
class Test:
    """A test function: where it stands, what its assertions speak of, which clauses it is marked with."""

    __test__ = False
    id: str
    said: frozenset[str]
    own: frozenset[str]
    """What its own text names, without what helpers and tables add."""
    marked: tuple[str, ...]

    def is_about(self, kind: Kind) -> bool:
        """Whether it is about what the platform does, not about the gate, the wire or the log that carry it; of an
        action, not about what is counted or seen of it afterwards."""
        folder = self.id.split("/")[1]
        return folder not in CARRIERS and not (kind is Kind.ACTION and folder in ONLOOKERS)

    def names(self, clause_id: str) -> bool:
        """Whether it asserts about the clause itself."""
        return clause_id in self.said or clause_id in self.marked


@dataclass
class ClauseMap:
    """Every clause → the declarations that cite it → the tests that show them."""

    declared: list[Declaration]
    tests: list[Test]
    by_word: dict[str, list[Test]] = field(default_factory=lambda: defaultdict(list))
    by_clause: dict[str, list[Declaration]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for test in self.tests:
            for word in test.said.union(test.marked):
                self.by_word[word].append(test)
        for one in self.declared:
            for clause_id in dict.fromkeys(one.clauses):
                self.by_clause[clause_id].append(one)

    def fulfilling(self, clause_id: str) -> list[Declaration]:
        """What cites the clause."""
        return self.by_clause.get(clause_id, [])

    def showing(self, declaration: Declaration, clause_id: str) -> list[Test]:
        """The tests that show the declaration for this clause, best first: those that name the clause, then those that
        name the declaration in their own text, then those about the least else."""
        kind = declaration.kind
        if kind in BY_MARK:
            found = [t for t in self.by_word[clause_id] if clause_id in t.marked]
        elif kind is Kind.PARAMETER:
            found = list(self._of_parameter(declaration, clause_id))
        else:
            found = [t for t in self._naming(declaration.words) if t.is_about(kind)]
        return sorted(
            found,
            key=lambda t: (
                not t.names(clause_id),
                -len(declaration.words & t.own),
                len(t.said),
                t.id,
            ),
        )

    def _naming(self, words: Iterable[str]) -> list[Test]:
        return list({t.id: t for w in sorted(words) for t in self.by_word[w]}.values())

    def _of_parameter(self, declaration: Declaration, clause_id: str) -> Iterator[Test]:
        pack = declaration.name.partition(":")[0]
        tests = self._naming(declaration.words) if declaration.words else self.by_word[pack]
        for test in tests:
            if test.names(clause_id) or (declaration.words and pack in test.said):
                yield test

    # ── What is wrong

    def faults(self, clauses: Iterable[Clause] = tuple(CLAUSES.values())) -> list[str]:
        """Rows that nothing fulfils or no test shows, actions without a test, marks that hold nothing, unknown ids."""
        known = frozenset(CLAUSES)
        return [
            *(fault for c in clauses if c.kind in OWED for fault in self._row(c.id)),
            *self._without_test(),
            *(fault for test in self.tests for fault in self._mark(test)),
            *unknown(self.declared, known),
        ]

    def _row(self, clause_id: str) -> Iterator[str]:
        fulfilling = self.fulfilling(clause_id)
        if not fulfilling:
            yield f"{clause_id}: nothing fulfils it"
        elif not any(self.showing(d, clause_id) for d in fulfilling):
            names = ", ".join(d.name for d in fulfilling)
            yield f"{clause_id}: no test shows {names}"

    def _without_test(self) -> Iterator[str]:
        for one in self.declared:
            if one.kind not in {Kind.REFUSAL, Kind.PARAMETER} and one.clauses:
                for clause_id in one.clauses:
                    if not self.showing(one, clause_id):
                        yield f"{one.name} ({one.kind.value}): no test shows it for {clause_id}"
                        break

    def _mark(self, test: Test) -> Iterator[str]:
        for clause_id in test.marked:
            fulfilling = self.fulfilling(clause_id)
            if clause_id not in CLAUSES:
                yield f"{test.id} is marked with {clause_id}, which no text has"
            elif not test.said:
                yield f"{test.id} is marked with {clause_id} and asserts nothing"
            elif not any(test in self.showing(d, clause_id) for d in fulfilling):
                yield f"{test.id} is marked with {clause_id} and asserts about nothing that fulfils it"


def read_tests(folder: Path = TESTS) -> list[Test]:
    """Every test below a folder, but those that promise something of whole tables."""
    sources = Sources(folder)
    reading = Assertions(sources)
    found = []
    for module in sources.modules.values():
        for function in () if module.promises else module.tests():
            if not is_contract(function):
                said = reading.of(module, function)
                own = frozenset(reading.own(function))
                id_ = f"{module.path}::{function.name}"
                found.append(Test(id_, said, own, marked_clauses(function)))
    return found


@cache
def the_map() -> ClauseMap:
    """The map of this version of the platform."""
    return ClauseMap(declarations(), read_tests())
