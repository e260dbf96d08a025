"""任职条件 · Who may take up a child-facing post: checked, clear, and under no ban (D.10).

Without a text in force the platform's baseline asks for the same: a child is never the one to find out.
"""

from __future__ import annotations

from uuid import UUID

from domain.kernel import Command, Refusal
from domain.terms.roles import Role
from domain.terms.workforce import CHILD_FACING, CheckResult
from domain.unit.state import Unit

CHECK_NOT_CLEAR = Refusal(
    "check_not_clear",
    zh="密切接触儿童的岗位须先完成入职查询且无从业限制情形",
    en="A post close to children needs a clear employment check first",
)
PERSON_BARRED = Refusal(
    "person_barred", zh="此人被禁止从业", en="This person is barred from working with children"
)
VETTING = ("CQ2024-2.4-d", "SH2024-2.5.15-d")


def must_be_eligible(command: Command[Unit], state: Unit, person_id: UUID, role: Role) -> None:
    """CANDIDATE → CHECKING → ELIGIBLE: refuses anybody who is not there yet, or barred."""
    if role not in CHILD_FACING:
        return
    rules = command.rules
    if command.directory.is_barred(person_id):
        raise PERSON_BARRED(cite=rules.cite("entry_check_required"), field="personId")
    check = state.workforce.check_of(person_id, role.value)
    clear = check is not None and check.result is CheckResult.CLEAR
    if rules.flag("entry_check_required") and not clear:
        raise CHECK_NOT_CLEAR(cite=rules.cite("entry_check_required"), field="personId")
