"""R-E1 … R-X1 · The risk rules, read from the top: each is a sentence, its basis and the facts
that make it true.

Source: domain model F.3. Which tier a rule gives is not said here but in the scale
(``domain.risk.scale``), so that a city with other levels changes data, not code.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from domain.labels import Term
from domain.risk import conditions as c
from domain.risk.conditions import INFRINGEMENTS, Cited, Situation, Turn
from domain.risk.factors import RiskFactor as F
from domain.risk.facts import Access
from domain.risk.scale import Scale, Tier


class RuleBasis(Term):
    """规则出处 · Whether the documents name what the rule rests on, or the platform proposes it. The tier is
    always proposed.
    """

    DOCUMENT = "D", "文件规定", "Named in the documents"
    PLATFORM = "P", "平台默认", "Platform default"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule: what it says, what it rests on, the facts it cites when it holds, and when time
    alone turns it.
    """

    id: str
    zh: str
    en: str
    basis: RuleBasis
    clauses: tuple[str, ...] = ()
    """The clauses the rule itself rests on; none where the rule is a platform default."""
    cites: Callable[[Situation], tuple[Cited, ...]]
    """The facts that make it true; none where it does not hold."""
    turns_on: Turn = c.never

    def tier(self, scale: Scale) -> Tier:
        """The tier it gives on this scale."""
        return scale.tier_by_rule(self.id)


RULES: tuple[Rule, ...] = (
    Rule(
        id="R-E1",
        zh="儿童失踪",
        en="The child is missing",
        basis=RuleBasis.DOCUMENT,
        clauses=F.RF_02.clauses,
        cites=c.standing(F.RF_02),
    ),
    Rule(
        id="R-E2",
        zh="不满十六周岁儿童脱离监护单独居住生活",
        en="A child under 16 lives alone without guardianship",
        basis=RuleBasis.DOCUMENT,
        clauses=F.RF_01.clauses,
        cites=c.standing(F.RF_01),
    ),
    Rule(
        id="R-E3",
        zh="儿童身体受到严重伤害、面临严重威胁或无人照料",
        en="The child is seriously injured, seriously threatened or unattended",
        basis=RuleBasis.DOCUMENT,
        clauses=F.RF_09.clauses,
        cites=c.standing(F.RF_09),
    ),
    Rule(
        id="R-E4",
        zh="疑似遭受家庭暴力、侵害或被利用犯罪，涉嫌人可接触儿童或是否可接触不明",
        en="Suspected violence or infringement, and the suspected person has access or may have",
        basis=RuleBasis.DOCUMENT,
        clauses=(*F.RF_08.clauses, *F.RF_10.clauses, *F.RF_11.clauses),
        cites=c.where(lambda f: not f.handled and f.access is not Access.NO_ACCESS, *INFRINGEMENTS),
    ),
    Rule(
        id="R-E5",
        zh="监护人被羁押、服刑、强制隔离戒毒或发生突发事件，且未登记照料人",
        en="The guardian is detained or a sudden event struck, and no carer is recorded",
        basis=RuleBasis.DOCUMENT,
        clauses=(*F.RF_33.clauses, *F.RF_37.clauses),
        cites=c.where(lambda f: not f.carer_named, F.RF_33, F.RF_37),
    ),
    Rule(
        id="R-E6",
        zh="应急处置中无法与父母取得联系，儿童尚未护送",
        en="In an open emergency the parents are unreachable and the child has not been escorted",
        basis=RuleBasis.PLATFORM,
        cites=c.where(lambda f: f.in_emergency and not f.escorted, F.RF_13),
    ),
    Rule(
        id="R-H1",
        zh="具有撤销监护人资格情形，或批评教育、告诫后再次侵害",
        en="A ground for revocation, or a repeat after criticism or written admonition",
        basis=RuleBasis.DOCUMENT,
        clauses=(*F.RF_15.clauses, *F.RF_14.clauses),
        cites=c.standing(F.RF_15, F.RF_14),
    ),
    Rule(
        id="R-H2",
        zh="未委托有能力的成年人照料，超过规定天数",
        en="No capable adult has been entrusted for longer than the configured days",
        basis=RuleBasis.DOCUMENT,
        clauses=F.RF_16.clauses,
        cites=c.since(c.care_gap_over),
        turns_on=c.care_gap_over,
    ),
    Rule(
        id="R-H3",
        zh="监护人丧失监护能力、不履行监护责任、监护缺失或疑似遭受意外伤害",
        en="Guardian incapable or not performing, guardianship missing, or suspected injury",
        basis=RuleBasis.DOCUMENT,
        clauses=(*F.RF_03.clauses, *F.RF_05.clauses),
        cites=c.standing(F.RF_03, F.RF_04, F.RF_05, F.RF_07),
    ),
    Rule(
        id="R-H4",
        zh="干预后返回家庭、处于临时监护或结束不久，在重点关注期内",
        en="Returned to the family, or in or just out of temporary guardianship",
        basis=RuleBasis.DOCUMENT,
        clauses=(*F.RF_34.clauses, *F.RF_35.clauses),
        cites=c.in_aftercare,
        turns_on=c.aftercare_over,
    ),
    Rule(
        id="R-H5",
        zh="家庭暴力、侵害或被利用犯罪已经处置，或涉嫌人无法接触儿童",
        en="Violence or infringement has been dealt with, or the suspected person has no access",
        basis=RuleBasis.PLATFORM,
        # F.3 says "handled and no access"; either alone would match no rule, and nobody may
        # drop out of the rules half-way from R1 to safety, so each is enough
        cites=c.where(lambda f: f.handled or f.access is Access.NO_ACCESS, *INFRINGEMENTS),
    ),
    Rule(
        id="R-H6",
        zh="严重不良行为或涉罪，未纳入帮教矫治",
        en="Serious misconduct or crime, and not enrolled in help and correction",
        basis=RuleBasis.DOCUMENT,
        clauses=F.RF_29.clauses,
        cites=c.where(lambda f: not f.in_correction, F.RF_29),
    ),
    Rule(
        id="R-H7",
        zh="失学辍学，劝返无效",
        en="Out of school, and persuasion to return has failed",
        basis=RuleBasis.DOCUMENT,
        clauses=F.RF_27.clauses,
        cites=c.where(lambda f: f.persuasion_failed, F.RF_27),
    ),
    Rule(
        id="R-H8",
        zh="受委托照料人缺乏能力或怠于照料，告知父母后逾期未答复",
        en="Concern about the entrusted carer, and the informed parents have not answered",
        basis=RuleBasis.PLATFORM,
        cites=c.since(c.answer_overdue),
        turns_on=c.answer_overdue,
    ),
    Rule(
        id="R-H9",
        zh="RF-19至RF-32中不同风险因素累积达到规定数",
        en="Different factors of RF-19 to RF-32 have accumulated to the configured number",
        basis=RuleBasis.PLATFORM,
        cites=c.accumulated,
    ),
    Rule(
        id="R-M1",
        zh="父母严重残疾、儿童残疾或心理、行为异常",
        en="Parent severely disabled, or child disabled or abnormal in mind or behaviour",
        basis=RuleBasis.DOCUMENT,
        clauses=("SH2024-2.3.7-d",),
        cites=c.standing(F.RF_19, F.RF_20, F.RF_21),
    ),
    Rule(
        id="R-M2",
        zh="精神疾病、曾遭受侵害、患重大疾病或无法定抚养人",
        en="Mental illness, a past infringement, serious illness, or no statutory supporter",
        basis=RuleBasis.PLATFORM,
        cites=c.standing(F.RF_22, F.RF_23, F.RF_25, F.RF_36),
    ),
    Rule(
        id="R-M3",
        zh="生活困难，或留守女童同时具有其他风险因素",
        en="Life in hardship, or a left-behind girl together with any other factor",
        basis=RuleBasis.DOCUMENT,
        clauses=("CQ2016-4.3-e",),
        cites=c.hardship_or_girl,
    ),
    Rule(
        id="R-M4",
        zh="欺凌、照料不当、失学登记、已入帮教、沉迷网络、出入不宜场所或安全隐患未整改",
        en="Bullying, care concern, dropout, in correction, internet, bar or KTV, or hazard",
        basis=RuleBasis.PLATFORM,
        cites=c.standing(F.RF_12, F.RF_17, F.RF_27, F.RF_29, F.RF_30, F.RF_31, F.RF_32),
    ),
    Rule(
        id="R-L1",
        zh="已登记，无上述情形",
        en="Registered, and none of the above",
        basis=RuleBasis.PLATFORM,
        cites=c.registered,
    ),
    Rule(
        id="R-X1",
        zh="超过规定倍数的联系周期未联系，上调一级",
        en="No contact within the configured multiple of the cadence: one tier up",
        basis=RuleBasis.PLATFORM,
        cites=c.lapsed_contact,
        turns_on=c.contact_lapsed,
    ),
)
"""In the order they are read; the last two are the floor (R-L1) and the lift (R-X1)."""

FLOOR, LIFT = RULES[-2:]
RANKED = RULES[:-2]
