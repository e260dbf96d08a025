"""待遇规则 · What the packs say of one entitlement here and today: facts, age, who decides, by when (E.2, D.6)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from domain.child.entitlement_state import Item
from domain.child.state import Child
from domain.kernel import Command, Refusal
from domain.labels import name_fields
from domain.periods import birthday, under
from domain.provisions import EntitlementRule
from domain.replacing import replace
from domain.terms.units import UnitKind
from domain.workdays import DueDay

name_fields(
    entitlement=("保障待遇", "Entitlement"),
    entitlement_item_id=("待遇事项", "Entitlement item"),
    newly_opened=("新立或转由其他部门认定", "The item begins with this, or goes to another unit"),
    entitlement_route=("办理途径", "Route"),
)

TOPIC = "entitlements"
UNKNOWN_ENTITLEMENT = Refusal(
    "unknown_entitlement", zh="没有此待遇事项", en="There is no such entitlement item"
)


def rule_of(command: Command[Child], entitlement: str) -> EntitlementRule:
    """The row of the packs; an entitlement no pack knows is open to everybody and decided by civil affairs."""
    row: EntitlementRule = command.rules.table(TOPIC).get(entitlement, EntitlementRule())
    return row


def cite(command: Command[Child], entitlement: str) -> tuple[str, ...]:
    """The clauses behind it here."""
    return command.rules.cite(TOPIC, entitlement)


def age_limit(command: Command[Child], entitlement: str) -> int | None:
    """The age under which it is given, where a text here names one (T-09, T-11)."""
    named = rule_of(command, entitlement).age_parameter
    return command.rules.count(named) if named and command.rules.has(named) else None


def young_enough(command: Command[Child], state: Child, entitlement: str, on: date) -> bool:
    """Whether age does not stand in the way on that day; an unknown birth date does not."""
    limit, born = age_limit(command, entitlement), state.file.birth_on
    return limit is None or born is None or under(born, limit, on)


def facts_match(command: Command[Child], entitlement: str, facts: Collection[str]) -> bool:
    """Whether these facts are those the text asks for."""
    row, given = rule_of(command, entitlement), {str(f) for f in facts}
    return row.facts <= given and (not row.any_facts or bool(row.any_facts & given))


def last_days(
    command: Command[Child], state: Child, entitlement: str
) -> tuple[date | None, date | None]:
    """When it must be reviewed because of age, and the day on which it ends (T-09: sixty days before)."""
    limit, born = age_limit(command, entitlement), state.file.birth_on
    if limit is None or born is None:
        return None, None
    ends = birthday(born, limit)
    return ends - timedelta(days=command.rules.days("age_review_warn_days")), ends


def deciding_unit(command: Command[Child], state: Child, entitlement: str | None) -> UUID | None:
    """Whose decision it is; hukou-bound as it is, the unit at the place of the file stands in (A.3)."""
    kind = UnitKind.DISTRICT_CIVIL_AFFAIRS
    if entitlement is not None:
        kind = UnitKind(rule_of(command, entitlement).unit)
    found = command.directory.owner_for(kind, state.place, command.divisions, command.rules.on)
    return found.id if found else None


def decide_by(command: Command[Child]) -> DueDay:
    """及时: by when a decision is owed; provisional while the calendar is not published."""
    return command.workdays.add(
        command.rules.on, command.rules.working_days("entitlement_working_days")
    )


def with_item(state: Child, item_id: UUID, **more: Any) -> Child:
    """The child with one item changed."""
    return replace(state, entitlements=state.entitlements.changed(item_id, **more))


def the_item(state: Child, entitlement: str) -> Item:
    """The latest item of this type; refuses where nobody has ever asked."""
    found = state.entitlements.current(entitlement)
    if found is None:
        raise UNKNOWN_ENTITLEMENT(field="entitlement")
    return found
