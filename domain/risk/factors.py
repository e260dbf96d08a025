"""风险因素 · What the five documents name as a risk to a child, each with the clauses that name it
(domain model F.1).

Not a risk factor by any document, and so not here: being raised by grandparents, boarding, being a
boy, migrant hukou.
"""

from __future__ import annotations

from typing import Self

from domain.clauses import clause
from domain.labels import Term


class RiskFactor(Term):
    """风险因素 · One kind of fact the documents name, with the ids of the clauses that name it."""

    clauses: tuple[str, ...]

    def __new__(cls, value: str, zh: str, en: str, *clauses: str) -> Self:
        """A term with its clauses; raises ``UnknownClause`` for an id none of the texts has."""
        for clause_id in clauses:
            clause(clause_id)
        member = str.__new__(cls, value)
        member._value_ = value
        member.zh, member.en, member.clauses = zh, en, clauses
        return member

    # fmt: off

    RF_01 = (
        "RF-01", "不满十六周岁儿童脱离监护单独居住生活",
        "Child under 16 lives alone without guardianship",
        "CQ2016-3.1-d", "SH2020-4.1-d", "CQ2016-4.1-b", "CN2017-4.1-b", "CQ2024-3.1-g",
    )
    RF_02 = (
        "RF-02", "儿童失踪", "Child missing",
        "SH2020-4.1-d", "CQ2016-4.1-b", "CN2017-4.1-b",
    )
    RF_03 = (
        "RF-03", "监护人丧失监护能力", "Guardian has lost capacity",
        "SH2020-4.1-d", "CQ2016-4.1-b",
    )
    RF_04 = (
        "RF-04", "监护人不履行监护责任", "Guardian does not perform",
        "SH2020-4.1-d", "CQ2016-4.1-b",
    )
    RF_05 = (
        "RF-05", "监护缺失", "Guardianship missing",
        "CN2017-4.1-b", "CN2017-1-c", "CN2017-2-e",
    )
    RF_06 = (
        "RF-06", "疑似遭受家庭暴力", "Suspected domestic violence",
        "SH2020-4.1-d", "CQ2016-4.1-b", "CN2017-4.1-b",
    )
    RF_07 = (
        "RF-07", "疑似遭受意外伤害", "Suspected accidental injury",
        "SH2020-4.1-d", "CQ2016-4.1-b", "CN2017-4.1-b",
    )
    RF_08 = (
        "RF-08", "疑似遭受不法侵害", "Suspected unlawful infringement",
        "SH2020-4.1-d", "CQ2016-4.1-b", "CN2017-4.1-b", "CQ2024-3.1-g",
    )
    RF_09 = (
        "RF-09", "身体受到严重伤害、面临严重威胁或无人照料",
        "Serious bodily injury, serious threat or unattended",
        "CN2017-4.2-b",
    )
    RF_10 = (
        "RF-10", "遭受性侵害、性骚扰或被拐卖", "Sexual abuse, sexual harassment or selling",
        "CQ2024-3.3-c", "CQ2024-2.4-a",
    )
    RF_11 = (
        "RF-11", "被成年人利用实施犯罪", "Used for crime by adults",
        "CQ2024-2.3-f",
    )
    RF_12 = (
        "RF-12", "学生欺凌或校园暴力", "Bullying or violence at school",
        "CQ2024-2.4-e",
    )
    RF_13 = (
        "RF-13", "无法与父母取得联系", "Parents unreachable",
        "SH2020-4.2-g", "CQ2016-4.2-g",
    )
    RF_14 = (
        "RF-14", "批评教育或告诫后再次侵害",
        "Repeat infringement after criticism or written admonition",
        "CN2017-4.4.3-b",
    )
    RF_15 = (
        "RF-15", "具有撤销监护人资格情形之一", "Any ground for revoking guardianship",
        "SH2020-4.4-d", "SH2020-4.4-e", "SH2020-4.4-f", "CQ2016-4.4-d", "CQ2016-4.4-e",
        "CQ2016-4.4-f", "CN2017-4.4.3-g",
    )
    RF_16 = (
        "RF-16", "父母外出或另一方无监护能力，未委托有能力的成年人照料",
        "Both parents away, or one away and the other incapable, and no capable adult entrusted",
        "CQ2016-3.1-c",
    )
    RF_17 = (
        "RF-17", "受委托照料人缺乏能力或怠于照料", "Entrusted carer lacks ability or neglects",
        "SH2024-2.2.5-c",
    )
    RF_18 = (
        "RF-18", "父母外出，委托照料落实", "Parents away, entrusted care in order",
        "SH2020-1-c", "CQ2016-1-a",
    )
    RF_19 = (
        "RF-19", "父母一方或双方严重身体或智力残疾",
        "A parent severely physically or intellectually disabled",
        "SH2024-2.3.7-d",
    )
    RF_20 = (
        "RF-20", "儿童身体或智力残疾", "Child physically or intellectually disabled",
        "SH2024-2.3.7-d", "CQ2016-4.3-e", "CN2017-1-b",
    )
    RF_21 = (
        "RF-21", "儿童心理或行为异常", "Child psychologically or behaviourally abnormal",
        "SH2024-2.3.7-d", "CQ2024-2.2-h", "CQ2024-3.1-e",
    )
    RF_22 = (
        "RF-22", "精神疾病", "Mental illness",
        "SH2024-2.1.2-d",
    )
    RF_23 = (
        "RF-23", "曾遭受侵害", "Victim of an infringement in the past",
        "CQ2024-2.2-j",
    )
    RF_24 = (
        "RF-24", "家庭贫困、生活困难", "Poverty or life in hardship",
        "CQ2016-4.3-e", "CN2017-1-a", "SH2020-4.3-d",
    )
    RF_25 = (
        "RF-25", "患重大疾病", "Serious illness",
        "CN2017-2-f", "CN2017-3.2-e",
    )
    RF_26 = (
        "RF-26", "留守女童", "Left-behind girl",
        "CQ2016-4.3-e", "CQ2024-2.4-b",
    )
    RF_27 = (
        "RF-27", "失学辍学或未入学", "Dropout or not enrolled",
        "SH2020-5.4-b", "CQ2016-3.3-r", "CQ2024-2.5-b",
    )
    RF_28 = (
        "RF-28", "无故旷课或学习困难", "Unexcused absence or learning difficulty",
        "SH2020-5.4-a", "SH2020-3.3-i",
    )
    RF_29 = (
        "RF-29", "严重不良行为或涉罪", "Serious misconduct or involved in crime",
        "CQ2024-1-g",
    )
    RF_30 = (
        "RF-30", "沉迷网络", "Internet addiction",
        "SH2024-2.4.14-b",
    )
    RF_31 = (
        "RF-31", "出入酒吧、KTV等场所", "Found in a bar or KTV",
        "CQ2024-2.6-g",
    )
    RF_32 = (
        "RF-32", "居家或涉水安全隐患", "Home hazard or water hazard",
        "CQ2024-2.6-m", "CQ2024-2.6-k",
    )
    RF_33 = (
        "RF-33", "监护人被羁押、服刑或强制隔离戒毒",
        "Guardian in custody, prison or compulsory detoxification",
        "CN2017-3.4-c", "CN2017-3.4-d",
    )
    RF_34 = (
        "RF-34", "干预后返回家庭", "Returned to the family after intervention",
        "SH2024-2.2.6-b", "SH2024-2.2.6-c",
    )
    RF_35 = (
        "RF-35", "正处于或刚结束临时监护", "In or just out of temporary guardianship",
        "CN2017-5.1-e",
    )
    RF_36 = (
        "RF-36", "无法定抚养人、抚养人无能力或散居孤儿",
        "No statutory supporter, supporter incapable, or scattered orphan",
        "CN2017-3.1-b", "CN2017-3.1-c",
    )
    RF_37 = (
        "RF-37", "突发事件致儿童无人照料", "Sudden event, nobody cares for the child",
        "SH2020-3.2-e",
    )
    RF_38 = (
        "RF-38", "未及时核查、走访逾期", "File not verified in time, visit overdue",
        "CQ2016-6.3-d",
    )
