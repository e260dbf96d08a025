"""干预措施与羁押 · The words of measures against guardians and of custody (C.6, C.9)."""

from __future__ import annotations

from domain.labels import Term


class MeasureSubject(Term):
    """措施对象身份 · Against whom a measure is taken: entrusted guardians as well (SH2020-4.4-a)."""

    PARENT = "PARENT", "父母", "Parent"
    OTHER_GUARDIAN = "OTHER_GUARDIAN", "其他监护人", "Other guardian"
    ENTRUSTED_CARER = "ENTRUSTED_CARER", "受委托监护人", "Entrusted guardian"


class Accused(Term):
    """被追究的人 · Who is held to account by law: 失职父母或侵害人 (CN2017-5.1-r).

    Guardians and carers are talked to, ordered and supervised as well; staff are barred from such work (CQ2024-2.4-d,
    SH2024-2.5.15-d); against anybody else the law alone is applied.
    """

    PARENT = "PARENT", "父母", "Parent"
    OTHER_GUARDIAN = "OTHER_GUARDIAN", "其他监护人", "Other guardian"
    ENTRUSTED_CARER = "ENTRUSTED_CARER", "受委托监护人", "Entrusted guardian"
    STAFF = (
        "STAFF",
        "学校等密切接触儿童机构的工作人员",
        "Staff of a school or another institution in close contact with children",
    )
    OTHER_PERSON = "OTHER_PERSON", "其他侵害人", "Somebody else who infringed the child's rights"


LOOK_AFTER_NOBODY = frozenset({Accused.STAFF, Accused.OTHER_PERSON})
"""What is done about them is no step of an intervention with a guardian."""


class MeasureKind(Term):
    """监护干预措施种类 · Steps against a guardian that a later step builds on (domain model D.3)."""

    DISSUASION = "DISSUASION", "劝诫", "Dissuasion"
    CRITICISM = "CRITICISM", "批评教育", "Criticism"
    REPRIMAND = "REPRIMAND", "训诫", "Reprimand"
    WARNING_LETTER = "WARNING_LETTER", "告诫书", "Written admonition"
    PENALTY = "PENALTY", "治安管理(行政)处罚", "Penalty"


class CriticisedBy(Term):
    """批评教育单位 · Who criticised (CQ2024-3.3-a names three)."""

    POLICE = "POLICE", "公安机关", "Police"
    VILLAGE_COMMITTEE = "VILLAGE_COMMITTEE", "村(居)民委员会", "Village committee"
    EMPLOYER = "EMPLOYER", "用人单位", "Employer"


class PenaltyClass(Term):
    """处罚种类 · Public-security or other administrative penalty."""

    WARNING = "WARNING", "警告", "Warning"
    FINE = "FINE", "罚款", "Fine"
    DETENTION = "DETENTION", "行政拘留", "Detention"
    OTHER = "OTHER", "其他行政处罚", "Other"


class CustodyDecision(Term):
    """羁押决定种类 · Decisions that take a guardian away (CN2017-3.4-c, CN2017-3.4-d)."""

    ADMINISTRATIVE_DETENTION = "ADMINISTRATIVE_DETENTION", "行政拘留", "Administrative detention"
    COMPULSORY_MEASURE = "COMPULSORY_MEASURE", "限制人身自由的强制措施", "Compulsory measure"
    IMPRISONMENT = "IMPRISONMENT", "服刑", "Imprisonment"
    COMPULSORY_DETOX = "COMPULSORY_DETOX", "强制隔离戒毒", "Compulsory detoxification"


class CustodyCarer(Term):
    """临时照料人类别 · To whom temporary living care is entrusted (CN2017-3.4-d)."""

    RELATIVE = "RELATIVE", "亲属", "Relative"
    OTHER_ADULT = "OTHER_ADULT", "其他成年人", "Another adult"
    CIVIL_AFFAIRS_INSTITUTION = (
        "CIVIL_AFFAIRS_INSTITUTION",
        "民政部门设立的机构",
        "Civil-affairs institution",
    )
