"""儿童档案 · The child's file as the rules see it: only what some decision needs to know."""

from __future__ import annotations

from dataclasses import field
from uuid import UUID

from domain.child.access_state import AccessState
from domain.child.care_state import CareState
from domain.child.conduct_state import ConductState
from domain.child.entitlement_state import EntitlementState
from domain.child.file_state import FileState, FileStatus
from domain.child.mind_state import MindState
from domain.child.school_state import SchoolState
from domain.child.tier_state import TierState
from domain.child.visits_state import VisitsState
from domain.factbook import FactBook
from domain.kernel import State, Turn


class Child(State, stream="child", zh="儿童档案", en="Child file"):
    """One child, one file (SH2020-3.2-g, CQ2016-3.2-k, CN2017-5.1-af)."""

    file: FileState = field(default_factory=FileState)
    care: CareState = field(default_factory=CareState)
    visits: VisitsState = field(default_factory=VisitsState)
    tier: TierState = field(default_factory=TierState)
    school: SchoolState = field(default_factory=SchoolState)
    mind: MindState = field(default_factory=MindState)
    conduct: ConductState = field(default_factory=ConductState)
    entitlements: EntitlementState = field(default_factory=EntitlementState)
    access: AccessState = field(default_factory=AccessState)
    facts: FactBook = field(default_factory=FactBook)

    @property
    def place(self) -> str | None:
        """Where the child lives owns the file and the visits (domain model A.3)."""
        return self.file.residence or self.file.hukou

    @property
    def concerns(self) -> tuple[UUID, ...]:
        """The child."""
        return (self.id,)


SCREENED: Turn[Child] = Turn(
    "screened", "已排查", "screened", lambda c: c.file.status is FileStatus.SCREENED
)
FILE_OPEN: Turn[Child] = Turn(
    "file_open", "档案在册", "file open", lambda c: c.file.status is FileStatus.OPEN
)
ON_FILE: Turn[Child] = Turn(
    "on_file",
    "有档案",
    "on file",
    lambda c: c.file.status in {FileStatus.SCREENED, FileStatus.OPEN, FileStatus.DORMANT},
)
