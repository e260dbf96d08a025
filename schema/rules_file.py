"""规则事项 · To which stream, at which version, the owner of a jurisdiction's rules puts a decision."""

from __future__ import annotations

import asyncio
from uuid import UUID

import strawberry

from domain.rules.packs import SetRuleParameter
from domain.rules.state import RulesFile, rules_file_id
from schema.objects import Info


@strawberry.type(description="规则事项 · The rules file of a jurisdiction.")
class RulesFileHead:
    """What a command on it needs."""

    id: UUID
    version: int


async def rules_file(info: Info) -> RulesFileHead | None:
    """The file of the viewer's own territory, for those who decide on rules; None before it was opened."""
    who, gate = info.context.assignment, info.context.services.gate()
    territory = who.division_id
    decides = gate.permits(who, SetRuleParameter.name, "rules", (), info.context.purpose).allowed
    if territory is None or not decides:
        return None
    key = rules_file_id(territory)
    state = await asyncio.get_running_loop().run_in_executor(
        None, info.context.services.casebook.state, RulesFile, key
    )
    return RulesFileHead(id=key, version=state.version) if state.version else None
