"""查阅与共享 · The words of access: what for, which fields, on which ground, with which outcome (A.2, C.13)."""

from __future__ import annotations

from domain.labels import Term


class AccessPurpose(Term):
    """查阅目的 · What somebody looks for; the same words that the policy and the access tokens use."""

    CASEWORK = "casework", "个案工作", "Casework"
    INVESTIGATION = "investigation", "调查处置", "Investigation"
    TREATMENT = "treatment", "医疗救治", "Treatment"
    SCHOOLING = "schooling", "教育教学", "Schooling"
    JUDICIAL = "judicial", "司法办案", "Judicial proceedings"
    EMERGENCY = "emergency", "紧急处置", "Emergency"


class SharedField(Term):
    """可共享信息 · What one agency may tell another: 相关信息 (CQ2024-3.4-c). Psychology, justice and P6 are not."""

    IDENTITY = "IDENTITY", "身份信息", "Identity"
    CONTACTS = "CONTACTS", "监护人及联系方式", "Guardians and contacts"
    COORDINATION = "COORDINATION", "照护协调信息", "Care coordination"
    ATTENDANCE = "ATTENDANCE", "到校情况", "Attendance"
    DROPOUT = "DROPOUT", "失学辍学情况", "Dropout"
    CARE_NEEDS = "CARE_NEEDS", "照料需要", "Care needs"
    HEALTH_ALERTS = "HEALTH_ALERTS", "健康警示", "Health alerts"
    HOUSEHOLD_INCOME = "HOUSEHOLD_INCOME", "家庭收入", "Household income"
    ENTITLEMENTS = "ENTITLEMENTS", "保障待遇", "Entitlements"


class BreakGlassGround(Term):
    """紧急情形 · Why the usual ways were too slow: the platform's own list, for the review."""

    LIFE_IN_DANGER = "LIFE_IN_DANGER", "生命危险", "Life in danger"
    MISSING = "MISSING", "走失、失踪", "Missing"
    FOUND_ALONE = "FOUND_ALONE", "发现无人照料", "Found without anybody"
    RECEIVED = "RECEIVED", "紧急接收", "Received in an emergency"
    OTHER = "OTHER", "其他紧急情况", "Another emergency"


class AccessReview(Term):
    """查阅复核结论 · The one answer of a review."""

    JUSTIFIED = "JUSTIFIED", "理由成立", "Justified"
    NOT_JUSTIFIED = "NOT_JUSTIFIED", "理由不成立", "Not justified"


class MatterKind(Term):
    """查阅事项种类 · What a matter of access is."""

    BREAK_GLASS = "BREAK_GLASS", "紧急调阅", "Emergency access"
    AUDIT = "AUDIT", "审计令", "Audit order"
    SHARING_CONTRACT = "SHARING_CONTRACT", "信息共享约定", "Sharing contract"
    ERASURE = "ERASURE", "销毁", "Erasure"


class ShareBasis(Term):
    """共享依据 · On what the passing of a child's information rests."""

    CONSENT = "CONSENT", "同意", "Consent"
    STATUTORY = "STATUTORY", "法定职责", "Statutory duty"


class ConsentGiver(Term):
    """同意人类别 · Who agrees: for a child below fourteen a parent or guardian (PIPL 31), and the child as far
    as it can.
    """

    GUARDIAN = "GUARDIAN", "父母或其他监护人", "Parent or guardian"
    CHILD = "CHILD", "儿童本人", "The child"


class ConflictGround(Term):
    """回避情形 · Why somebody is kept from a child's file and cases."""

    FAMILY = "FAMILY", "近亲属", "Family"
    ALLEGED_HARM = "ALLEGED_HARM", "涉嫌侵害", "Said to have harmed the child"
    REPORTED_STAFF = "REPORTED_STAFF", "本单位人员被报告", "One's own staff was reported"
    OWN_MATTER = "OWN_MATTER", "与本人有利害关系", "One's own interest"
