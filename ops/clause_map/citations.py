"""What fulfils a clause: every declaration that cites one, and the words by which a test names it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

import domain.actions  # noqa: F401 - registers the domain
import projections.registry  # noqa: F401 - registers the read models
from authz.policy import ROLE_PREFIX, committed
from domain.fields import camel
from domain.refusals import REFUSALS
from domain.risk import RiskFactor
from domain.rulebook import Rulebook
from ops.declared import follows
from ops.pages.order import chapters, streams
from projections.queues import QUEUES
from projections.readmodel import READ_MODELS
from projections.reports.catalogue import REPORTS
from schema.query import ASKED_BY, Query
from schema.scalars import mutation_name

ROLES_NAMED = 3


class Kind(Enum):
    """What a declaration is: what is done, where it waits, what is counted, who sees it, and the rules behind."""

    ACTION = "事项"
    QUEUE = "队列"
    REPORT = "报表"
    VIEW = "视图"
    POLICY = "权限"
    FACTOR = "风险因素"
    REFUSAL = "拒绝"
    PARAMETER = "规则参数"


@dataclass(frozen=True)
class Declaration:
    """One declaration. A test names it by one of ``words``: a class, a mutation, a code, a queue, a parameter."""

    kind: Kind
    name: str
    clauses: tuple[str, ...]
    words: frozenset[str]


def declarations() -> list[Declaration]:
    """All that cite or may cite a clause, by kind and in the order of their tables."""
    return [
        *_actions(),
        *_queues(),
        *_reports(),
        *_views(),
        *_policy(),
        *_rules(),
    ]


def _actions() -> Iterator[Declaration]:
    commands = [c for s in streams() for chapter in chapters(s).values() for c in chapter]
    by_event = Counter(name for c in commands for name in follows(c).events)
    for command in commands:
        words = {command.name, command.__name__, mutation_name(command)}
        for name, event in follows(command).events.items():
            derived = getattr(event, "Command", None) is command
            if derived or by_event[name] == 1:  # what nothing else records tells of the action
                words |= {name, event.__name__}
        yield Declaration(Kind.ACTION, command.name, command.clauses, frozenset(words))


def _queues() -> Iterator[Declaration]:
    for queue in QUEUES.values():
        yield Declaration(Kind.QUEUE, queue.code, queue.every_clause, frozenset({queue.code}))


def _reports() -> Iterator[Declaration]:
    for report in REPORTS.values():
        yield Declaration(Kind.REPORT, report.code, report.clauses, frozenset({report.code}))


def _views() -> Iterator[Declaration]:
    for model in READ_MODELS.values():
        yield Declaration(Kind.VIEW, model.table, model.asked_by, frozenset({model.__name__}))
    for one in Query.__strawberry_definition__.fields:  # type: ignore[attr-defined]
        asked_by = tuple(one.metadata.get(ASKED_BY, ()))
        yield Declaration(Kind.VIEW, f"query.{camel(one.python_name)}", asked_by, frozenset())


def _policy() -> Iterator[Declaration]:
    for line, clauses in committed().cited.items():
        rows = [row for row in committed().rows if row.id == line]
        roles = list(dict.fromkeys(row.role.removeprefix(ROLE_PREFIX) for row in rows))
        who = " ".join(roles if len(roles) <= ROLES_NAMED else (*roles[:ROLES_NAMED], "…"))
        objects = " ".join(dict.fromkeys(row.resource for row in rows))
        yield Declaration(Kind.POLICY, f"{who}: {objects}", clauses, frozenset())


def _rules() -> Iterator[Declaration]:
    for factor in RiskFactor:
        words = frozenset({factor.value, factor.name})
        yield Declaration(Kind.FACTOR, factor.value, factor.clauses, words)
    for code, refusal in sorted(REFUSALS.items()):
        yield Declaration(Kind.REFUSAL, code, refusal.clauses, frozenset({code}))
    for pack in Rulebook.load().all_packs:
        validity = pack.validity.clauses
        yield Declaration(Kind.PARAMETER, f"{pack.id}:valid", validity, frozenset())
        for name, provision in pack.provisions.items():
            place = f"{pack.id}:{name}"
            yield Declaration(Kind.PARAMETER, place, provision.clauses, frozenset({name}))


def unknown(found: list[Declaration], known: frozenset[str]) -> list[str]:
    """Citations of clauses that no text has."""
    return [f"{d.name} cites {c}" for d in found for c in d.clauses if c not in known]
