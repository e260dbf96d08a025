"""监护干预 · The words of orders, refusal, revocation and the new guardian (C.9, D.3)."""

from __future__ import annotations

from domain.labels import Term


class InterventionStep(Term):
    """监护干预进程 · How far the intervention with one guardian has come (D.3); shown, never a condition of help."""

    OBSERVED = "OBSERVED", "已发现", "Observed"
    DISSUADED = "DISSUADED", "已劝诫", "Dissuaded"
    POLICE_STEP = "POLICE_STEP", "公安已采取措施", "Police measure taken"
    PENALISED = "PENALISED", "已处罚", "Penalised"
    CRIMINAL = "CRIMINAL", "已立案(移送)", "Criminal case"
    ORDERED = "ORDERED", "已出具令状", "Under an order"
    COMPLIED = "COMPLIED", "已履行令状", "Order complied with"
    BREACHED = "BREACHED", "违反令状", "Order breached"
    AWAIT_APPLICATION = "AWAIT_APPLICATION", "待申请撤销", "Application awaited"
    FALLBACK_DUE = "FALLBACK_DUE", "民政部门应当申请", "Civil affairs must apply"
    IN_COURT = "IN_COURT", "法院审理中", "In court"
    REVOKED = "REVOKED", "已撤销监护人资格", "Guardianship revoked"
    NEW_GUARDIAN = "NEW_GUARDIAN", "已另行指定监护人", "Another guardian appointed"
    RETURN_OR_SUPERVISE = "RETURN_OR_SUPERVISE", "未撤销,回归或监督", "Denied: return or supervise"
    RETURN_SUPERVISED = "RETURN_SUPERVISED", "监护监督中", "Supervised"


class OrderKind(Term):
    """令状种类 · Measures by which justice watches over guardianship: 司法监督措施 (CQ2024-3.3-b, SH2024-2.2.4-c)."""

    FAMILY_EDUCATION = (
        "FAMILY_EDUCATION",
        "责令接受家庭教育指导(家庭教育指导令)",
        "Family education",
    )
    GUARDIANSHIP_URGING = "GUARDIANSHIP_URGING", "监护督促令", "Guardianship urging"
    PROTECTION = "PROTECTION", "人身安全保护令", "Personal protection"


class OrderIssuer(Term):
    """出具机关 · Who issued an order; CQ2024-3.3-b does not say who may (domain model I.15)."""

    POLICE = "POLICE", "公安机关", "Police"
    PROCURATORATE = "PROCURATORATE", "人民检察院", "Procuratorate"
    COURT = "COURT", "人民法院", "Court"


class OrderExecution(Term):
    """执行情况 · What a check of an order found: 运用执行力度 (CQ2024-3.3-b)."""

    COMPLIED = "COMPLIED", "已履行", "Complied with"
    BREACHED = "BREACHED", "违反", "Breached"


class JudiciaryOrgan(Term):
    """移送机关 · To whom a case is transferred (移送司法机关)."""

    PROCURATORATE = "PROCURATORATE", "人民检察院", "Procuratorate"
    COURT = "COURT", "人民法院", "Court"
    OTHER_POLICE = "OTHER_POLICE", "有管辖权的公安机关", "Police of another place"


class LiabilityKind(Term):
    """追究责任种类 · For what kind of liability somebody answers (SH2020-3.1-e, CQ2024-3.3-c)."""

    ADMINISTRATIVE = "ADMINISTRATIVE", "行政责任", "Administrative"
    CRIMINAL = "CRIMINAL", "刑事责任", "Criminal"
    CIVIL = "CIVIL", "民事责任", "Civil"
    DISCIPLINARY = "DISCIPLINARY", "处分", "Disciplinary"
    NONE = "NONE", "不予追究", "None"


class Ground(Term):
    """撤销监护人资格情形 · Grounds of revocation; which of them a text knows, its pack says
    (``revocation_grounds``).
    """

    GROUND_1 = (
        "GROUND_1",
        "置于无人监管状态面临危险且经教育不改",
        "Unsupervised, in danger, unreformed",
    )
    GROUND_2 = (
        "GROUND_2",
        "拒不履行监护职责六个月以上导致生活无着",
        "Six months' refusal, without means",
    )
    GROUND_3 = "GROUND_3", "家庭暴力、虐待或遗弃致身心健康严重受损", "Violence, abuse, abandonment"
    GROUND_4 = "GROUND_4", "其他可以撤销监护人资格的情形", "Another revocable situation"


class GroundElement(Term):
    """撤销情形要件 · What must be found for a ground, element by element."""

    UNSUPERVISED = "UNSUPERVISED", "无人监管和照看", "Unsupervised"
    IN_DANGER = "IN_DANGER", "面临危险", "In danger"
    NOT_REFORMED = "NOT_REFORMED", "经教育不改", "Not reformed after education"
    REFUSED = "REFUSED", "拒不履行监护职责", "Refuses to perform"
    WITHOUT_MEANS = "WITHOUT_MEANS", "生活无着", "Left without means"
    VIOLENCE = "VIOLENCE", "实施家庭暴力", "Domestic violence"
    ABUSE = "ABUSE", "虐待", "Abuse"
    ABANDONMENT = "ABANDONMENT", "遗弃", "Abandonment"
    SERIOUS_HARM = "SERIOUS_HARM", "身心健康严重受损", "Serious harm"
    OTHER_SERIOUS_INFRINGEMENT = (
        "OTHER_SERIOUS_INFRINGEMENT",
        "其他严重侵害合法权益行为",
        "Another serious infringement",
    )


class Applicant(Term):
    """申请主体类别 · Who may, or must, apply; all three lists end with 等 (SH2020-4.4-g)."""

    OTHER_QUALIFIED_GUARDIAN = (
        "OTHER_QUALIFIED_GUARDIAN",
        "其他具有监护资格的人",
        "Another person qualified as guardian",
    )
    CLOSE_RELATIVE = "CLOSE_RELATIVE", "近亲属", "Close relative"
    VILLAGE_COMMITTEE = "VILLAGE_COMMITTEE", "村(居)民委员会", "Village or neighbourhood committee"
    RESIDENTIAL_COMMITTEE = "RESIDENTIAL_COMMITTEE", "居民委员会", "Residential committee"
    SCHOOL = "SCHOOL", "学校", "School"
    MEDICAL = "MEDICAL", "医疗机构", "Medical institution"
    WOMENS_FED = "WOMENS_FED", "妇女联合会", "Women's Federation"
    DPF = "DPF", "残疾人联合会", "Disabled Persons' Federation"
    MINORS_PROTECTION_ORG = (
        "MINORS_PROTECTION_ORG",
        "未成年人保护组织",
        "Organisation for the protection of minors",
    )
    CIVIL_AFFAIRS = "CIVIL_AFFAIRS", "民政部门", "Civil affairs"
    OTHER = "OTHER", "其他个人或组织", "Another person or organisation"


class Modality(Term):
    """申请要求 · Whether the text allows or demands the application."""

    MAY = "MAY", "可以", "May"
    MUST = "MUST", "要依法", "Must"
    SHALL = "SHALL", "应当", "Shall"


class AppointedGuardian(Term):
    """指定的监护人类别 · Whom the court appoints (SH2020-4.4-i)."""

    RELATIVE = "RELATIVE", "亲属", "Relative"
    OTHER_PERSON = "OTHER_PERSON", "其他个人", "Another person"
    COMMITTEE = "COMMITTEE", "村(居)民委员会", "Village committee"
    CIVIL_AFFAIRS = "CIVIL_AFFAIRS", "民政部门", "Civil affairs"
    OTHER_ORGAN = "OTHER_ORGAN", "其他组织", "Another organisation"


class RevocationStage(Term):
    """撤销监护进程 · How far the revocation of one guardian for one child has come."""

    AWAIT_APPLICATION = "AWAIT_APPLICATION", "待申请", "Application awaited"
    FALLBACK_DUE = "FALLBACK_DUE", "民政部门应当申请", "Civil affairs must apply"
    IN_COURT = "IN_COURT", "法院审理中", "In court"
    REVOKED = "REVOKED", "已撤销", "Revoked"
    DENIED = "DENIED", "已驳回", "Denied"
    NEW_GUARDIAN = "NEW_GUARDIAN", "已另行指定监护人", "Another guardian appointed"
    LAPSED = "LAPSED", "因成年终止", "Over, because the child is of age"
