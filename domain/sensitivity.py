"""敏感等级 · Sensitivity classes: what a value is, declared once in its type.

Every value of an event, a command or a read model is written ``Annotated[T, P4]``. That one word drives every door:
the GraphQL mask, the timeline, search, exports, error texts, and whether the value is sealed at rest (law 3).

Source: the class table of the domain model A.2 (P0-P6). The facets after the underscore are the special cells of its
role matrix: a site may read care needs but no household means (``P3_CARE``), police injuries but no psychology
(``P4_INJURY``), a township the placement address but never the reporter (``P6_ADDRESS`` against ``P6_REPORTER``). A
family whose child was taken out of its violence is told who the child is, how closely it is looked after
(``P2_STANDING``) and what it is given (``P3_AID``), but not where it lives (``P1_PLACE``). Whoever reported sees that
there is a case, and not how it is worked on and by the rules of which place (``P0_PROCESS``).
"""

from __future__ import annotations

from domain.labels import Term


class Sensitivity(Term):
    """敏感等级 · One class of personal value, from open figures (P0) to what protects a child (P6)."""

    P0 = "P0", "公开与汇总", "Open, and summaries"
    P0_PROCESS = "P0_PROCESS", "办理过程", "How the case is worked on"
    P1 = "P1", "身份信息", "Who it is"
    P1_PLACE = "P1_PLACE", "住处", "Where it lives"
    P2 = "P2", "照护协调", "Care and its coordination"
    P2_STANDING = "P2_STANDING", "关爱状态", "How closely it is looked after"
    P3 = "P3", "福利与家境", "Welfare and means"
    P3_AID = "P3_AID", "保障待遇", "What it is given"
    P3_SCHOOL = "P3_SCHOOL", "在校情况", "At school"
    P3_CARE = "P3_CARE", "照料需要", "Needs of care"
    P4 = "P4", "敏感信息", "Sensitive"
    P4_INJURY = "P4_INJURY", "伤情与侵害事实", "Injuries and infringement"
    P4_MIND = "P4_MIND", "心理", "The mind"
    P4_ALERT = "P4_ALERT", "健康警示", "Health alerts"
    P5 = "P5", "司法材料", "Justice"
    P5_OUTCOME = "P5_OUTCOME", "司法结果", "Outcomes of justice"
    P6_REPORTER = "P6_REPORTER", "报告人身份", "Who reported"
    P6_ADDRESS = "P6_ADDRESS", "保护地址", "Protected address"
    P6_CUSTODY = "P6_CUSTODY", "羁押询问答复", "Answers on custody"

    @property
    def level(self) -> int:
        """0 to 6, the class without its facet."""
        return int(self.value[1])

    @property
    def is_sensitive(self) -> bool:
        """Whether its values lie apart from the row they belong to, in a table of the class (P4 to P6).

        Authorization notes 0.7: medical, sexual, HIV (here P4 and its facets), sealed (P5), reporter, shelter and
        adoption (P6) are separate tables with a row security of their own.
        """
        return self.level >= 4  # noqa: PLR2004 - P4, sensitive personal information

    @property
    def is_silent(self) -> bool:
        """Whether a hidden value of this class is neither confirmed nor denied to exist."""
        return self.level >= 6  # noqa: PLR2004 - P6, the protection-critical class


P0 = Sensitivity.P0
P0_PROCESS = Sensitivity.P0_PROCESS
P1 = Sensitivity.P1
P1_PLACE = Sensitivity.P1_PLACE
P2 = Sensitivity.P2
P2_STANDING = Sensitivity.P2_STANDING
P3 = Sensitivity.P3
P3_AID = Sensitivity.P3_AID
P3_SCHOOL = Sensitivity.P3_SCHOOL
P3_CARE = Sensitivity.P3_CARE
P4 = Sensitivity.P4
P4_INJURY = Sensitivity.P4_INJURY
P4_MIND = Sensitivity.P4_MIND
P4_ALERT = Sensitivity.P4_ALERT
P5 = Sensitivity.P5
P5_OUTCOME = Sensitivity.P5_OUTCOME
P6_REPORTER = Sensitivity.P6_REPORTER
P6_ADDRESS = Sensitivity.P6_ADDRESS
P6_CUSTODY = Sensitivity.P6_CUSTODY
