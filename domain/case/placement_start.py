"""短期临时监护 · How a placement is decided, and the short-term guardianship of CN2017-4.3-c.

Elsewhere the texts name no limit and no factors; the kind can be used there all the same, because no
child may be left without a place for want of a sentence (law 10).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, ClassVar, TypeVar

from domain.case.placement_begun import PlacementActivated, PlacementBegun, activated
from domain.case.placement_rules import Placing, decided_well, handover_for, may_follow
from domain.case.state import CASE_OPEN, Case
from domain.case.which_child import the_child
from domain.kernel import Command, Event, Message, Refusal
from domain.labels import name_fields
from domain.sensitivity import P3, P3_SCHOOL, P4, P6_ADDRESS
from domain.terms.placement import PlacementFactor, PlacementKind

name_fields(
    child_wishes=("儿童个人意愿", "The child's wishes"),
    health_considered=("健康状况考虑", "Health considered"),
    address_considered=("居住地址考虑", "Address considered"),
    school_considered=("学校情况考虑", "School considered"),
    placement_ground=("安置理由", "Ground of the placement"),
)

FACTORS_MISSING = Refusal(
    "placement_factors_missing",
    zh="安置须考虑个人意愿、健康状况、居住地址、学校情况",
    en="A placement looks at wishes, health, address and school",
    clauses=("CN2017-4.3-c",),
)

BEFORE_GUARDIANSHIP = frozenset(
    {
        PlacementKind.TEMP_LIVING_CARE,
        PlacementKind.INSTITUTION_BY_ENTRUSTMENT,
        PlacementKind.ESCORT_CARE,
        PlacementKind.PROTECTIVE,
        PlacementKind.CUSTODY_CARE,
    }
)
"""What a temporary guardianship may follow without being ended first: first help of any kind."""

B = TypeVar("B", bound=PlacementBegun)


class PlaceChild(Placing, Command[Case]):
    """What every decision to place has in common. ``after``: the kinds it may follow directly.

    ``at_once``: the child goes there with the decision; otherwise it waits to be received.
    """

    after: ClassVar[frozenset[PlacementKind]] = frozenset()
    at_once: ClassVar[bool] = True
    urgent: ClassVar[bool] = False
    """First help in a sudden event: no paper comes before it."""

    def begin(self, case: Case, kind: type[B], **more: Any) -> B:
        """The beginning, once it may begin."""
        child = the_child(case, self.child_id)
        before = may_follow(case, child, self.after)
        decided_well(self, case, child, self.best_interest_reason)
        needs_paper = self.at_once and not self.urgent
        handover = handover_for(self, case, child, self.handover_id) if needs_paper else None
        return kind.of(
            self,
            child_id=child,
            handover_id=handover,
            placement_id=self.new_id("placement"),
            follows_placement_id=before.placement_id if before else None,
            **more,
        )

    def activate(
        self, case: Case, begun: PlacementBegun, *, review_on: date | None = None
    ) -> PlacementActivated:
        """The child is there."""
        after = begun.evolve(case)
        placement = after.placement.of(begun.placement_id)
        assert placement is not None, "a placement that has begun is on the case"
        return activated(self, after, placement, review_on=review_on)


class Factors(Message):
    """The four things a placement must look at (CN2017-4.3-c)."""

    child_wishes: Annotated[str | None, P3] = None
    health_considered: Annotated[str | None, P4] = None
    address_considered: Annotated[str | None, P6_ADDRESS] = None
    school_considered: Annotated[str | None, P3_SCHOOL] = None


_FACTOR = {
    PlacementFactor.WISHES: ("child_wishes", "childWishes"),
    PlacementFactor.HEALTH: ("health_considered", "healthConsidered"),
    PlacementFactor.ADDRESS: ("address_considered", "addressConsidered"),
    PlacementFactor.SCHOOL: ("school_considered", "schoolConsidered"),
}


class ShortTermGuardianshipStarted(
    Factors,
    PlacementBegun,
    name="case.short_term_guardianship_started",
    zh="短期临时监护",
    en="Short-term guardianship started",
):
    """The street looks after the child at a temporary site."""

    placement_ground: Annotated[str, P4]
    begins = PlacementKind.SHORT_TERM


class StartShortTermGuardianship(
    Factors,
    PlaceChild,
    name="case.start_short_term_guardianship",
    zh="开始短期临时监护",
    en="Start short-term guardianship",
    when=CASE_OPEN,
    clauses=(
        "CN2017-4.3-b",
        "CN2017-4.3-c",
        "CN2017-4.3-d",
        "CN2017-4.2-e",
        "CN2017-2-b",
        "CQ2024-3.2-b",
        "CQ2024-1-a",
    ),
):
    """根据受助儿童的个人意愿、健康状况、居住地址、学校情况等有针对性地安置."""

    placement_ground: Annotated[str, P4]
    after = BEFORE_GUARDIANSHIP

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """With the four factors and the handover, then it is active, for one month in principle."""
        for factor in PlacementFactor:
            name, shown = _FACTOR[factor]
            text = getattr(self, name) or ""
            if factor in self.rules.codes("placement_factors") and not text.strip():
                raise FACTORS_MISSING(
                    cite=self.rules.cite("placement_factors", factor),
                    field=shown,
                    zh=factor.zh,
                    en=factor.en,
                )
        begun = self.begin(case, ShortTermGuardianshipStarted)
        yield begun
        yield self.activate(case, begun)
