"""就学 · The words of schooling, pairing and dropout control (domain model C.11, D.5)."""

from __future__ import annotations

from domain.labels import Term


class PairingKind(Term):
    """结对类型 · By a teacher (SH2020-3.3-b), a growth mentor, a peer (SH2024-2.1.2-a); outside school CQ2016-3.4-f."""

    TEACHER = "TEACHER", "教师结对", "Teacher"
    MENTOR = "MENTOR", "成长导师", "Growth mentor"
    PEER = "PEER", "互助伙伴", "Peer partner"
    ONE_TO_ONE = "ONE_TO_ONE", "一对一结对", "One to one"
    VOLUNTEER = "VOLUNTEER", "志愿者结对", "Volunteer"
    LOVING_PARENT = "LOVING_PARENT", "爱心父母", "Loving parent"
    TUTOR = "TUTOR", "课业辅导", "Tutor"


PAIRED_BY_SCHOOL = frozenset({PairingKind.TEACHER, PairingKind.MENTOR, PairingKind.PEER})
"""These rest on the child's school; the others on whom the child knows outside it."""


class TeacherRole(Term):
    """结对教师身份 · Which teacher is paired with a pupil (SH2020-3.3-b, CQ2016-3.3-m)."""

    SCHOOL_LEADER = "SCHOOL_LEADER", "校领导", "School leader"
    CLASS_TEACHER = "CLASS_TEACHER", "班主任", "Class teacher"
    SUBJECT_TEACHER = "SUBJECT_TEACHER", "任课教师", "Subject teacher"


class BarrierKind(Term):
    """入学障碍类型 · Fees are named by the text (CQ2016-5.1-f); the rest is the platform's own list."""

    FEE = "FEE", "收取择校费、赞助费或变相收费", "School-choice, sponsorship or disguised fee"
    NO_PLACE = "NO_PLACE", "无学位", "No place"
    DOCUMENTS = "DOCUMENTS", "证件或户籍", "Documents or household registration"
    DISABILITY = "DISABILITY", "因残疾被拒", "Refused because of a disability"
    DISTANCE = "DISTANCE", "路途过远", "Too far"
    GUARDIAN = "GUARDIAN", "监护人不送入学", "Guardian does not send the child"
    OTHER = "OTHER", "其他", "Other"


class CensusResult(Term):
    """普查结果 · What the school census found (CQ2016-3.3-c, CQ2016-3.3-d)."""

    AS_ON_FILE = "AS_ON_FILE", "与档案一致", "As on file"
    NOT_ENROLLED = "NOT_ENROLLED", "未入学", "Not enrolled"


class DropoutReason(Term):
    """辍学原因 · Why a pupil stays away. The texts name two (SH2020-3.3-i, CQ2016-3.3-e); never why a family is
    poor.
    """

    LEARNING_DIFFICULTY = "LEARNING_DIFFICULTY", "学习困难", "Learning difficulty"
    POVERTY = "POVERTY", "家庭经济困难", "Poverty"
    WEARY_OF_SCHOOL = "WEARY_OF_SCHOOL", "厌学", "Weary of school"
    WORK = "WORK", "外出务工", "Gone to work"
    ILLNESS = "ILLNESS", "疾病", "Illness"
    LEFT_WITH_FAMILY = "LEFT_WITH_FAMILY", "随家庭外出", "Left with the family"
    UNKNOWN = "UNKNOWN", "原因不明", "Not known"
    OTHER = "OTHER", "其他", "Other"


class PersuasionMeans(Term):
    """劝返方式 · By what the school tried to persuade a pupil to come back."""

    PHONE = "PHONE", "电话", "Phone"
    MESSAGE = "MESSAGE", "短信或即时通讯", "Message"
    HOME_VISIT = "HOME_VISIT", "家访", "Home visit"
    AT_SCHOOL = "AT_SCHOOL", "在校面谈", "Talk at school"


class PersuasionWith(Term):
    """劝返对象与参与方 · With whom the school spoke of coming back, and together with whom."""

    CHILD = "CHILD", "儿童本人", "The child"
    GUARDIAN = "GUARDIAN", "监护人", "The guardian"
    CARER = "CARER", "受委托照护人", "The entrusted carer"
    VILLAGE_COMMITTEE = "VILLAGE_COMMITTEE", "村(居)民委员会", "Village committee"
    POLICE = "POLICE", "公安派出所", "Police station"


class PersuasionResult(Term):
    """劝返结果 · What came of persuading a pupil to come back."""

    RETURNS = "RETURNS", "同意返校", "Comes back"
    REFUSED = "REFUSED", "不愿返校", "Refuses"
    NOT_REACHED = "NOT_REACHED", "未联系上", "Not reached"


class PersuasionFailure(Term):
    """劝返无效依据 · When persuasion counts as failed; the texts give no number (domain model E.2)."""

    ATTEMPTS = "ATTEMPTS", "多次劝返无效", "After several attempts"
    TIME = "TIME", "劝返期限已过", "The time for it is over"
    SCHOOL_SAYS_SO = "SCHOOL_SAYS_SO", "学校认定无效", "The school says so"


class ReportAddressee(Term):
    """书面报告对象 · To both in writing: education and township (SH2020-5.4-c, CQ2016-3.3-s)."""

    EDUCATION = "EDUCATION", "区县教育行政部门", "District education"
    TOWNSHIP = "TOWNSHIP", "乡镇人民政府(街道办事处)", "Township or street office"


class DropoutMeasure(Term):
    """控辍措施 · Measures by law against dropping out (SH2020-5.4-d, CQ2016-3.3-t); the texts give no list."""

    URGE_GUARDIAN = "URGE_GUARDIAN", "督促监护人送学", "Urge the guardian"
    ORDER_GUARDIAN = "ORDER_GUARDIAN", "责令监护人限期改正", "Order the guardian to send the child"
    EDUCATION_AID = "EDUCATION_AID", "落实教育资助", "Education aid"
    LEARNING_HELP = "LEARNING_HELP", "学业辅导", "Help with learning"
    HOME_TEACHING = "HOME_TEACHING", "送教上门", "Teaching at home"
    STOP_CHILD_LABOUR = "STOP_CHILD_LABOUR", "查处使用童工", "Stop child labour"
    POLICE_SEARCH = "POLICE_SEARCH", "公安协助查找", "Police help to find the child"
    OTHER = "OTHER", "其他", "Other"


class BullyingKind(Term):
    """欺凌类型 · Bullying and violence among pupils: 校园欺凌和暴力 (CQ2024-2.4-e)."""

    PHYSICAL = "PHYSICAL", "身体欺凌", "Physical"
    VERBAL = "VERBAL", "言语欺凌", "Verbal"
    SOCIAL = "SOCIAL", "孤立排挤", "Exclusion"
    PROPERTY = "PROPERTY", "索要财物", "Extortion"
    ONLINE = "ONLINE", "网络欺凌", "Online"


class MonitoringResult(Term):
    """心理健康监测结果 · What monitoring of mental health found (CQ2024-2.2-a)."""

    NORMAL = "NORMAL", "正常", "Normal"
    WATCH = "WATCH", "需关注", "To be watched"
    CONCERN = "CONCERN", "有心理问题", "A concern"


class MindLesson(Term):
    """心理健康教育形式 · In which form mental-health education reaches a child (CQ2024-1-d, CQ2024-2.2-c): the
    platform's own list.
    """

    COURSE = "COURSE", "心理健康课程", "Course"
    LECTURE = "LECTURE", "专题讲座", "Lecture"
    ACTIVITY = "ACTIVITY", "主题活动", "Activity"
    VISITING = "VISITING", "送教上门", "At home"


class SessionKind(Term):
    """辅导方式 · Group or single sessions: 团体辅导、个案服务 (CQ2024-2.2-j)."""

    INDIVIDUAL = "INDIVIDUAL", "个案辅导", "Individual"
    GROUP = "GROUP", "团体辅导", "Group"


class SchoolStage(Term):
    """学段 · Stages of schooling; compulsory education ends with junior school."""

    KINDERGARTEN = "KINDERGARTEN", "学前教育", "Kindergarten"
    PRIMARY = "PRIMARY", "小学", "Primary school"
    JUNIOR = "JUNIOR", "初中", "Junior secondary school"
    SENIOR = "SENIOR", "高中阶段", "Senior secondary school"
    SPECIAL = "SPECIAL", "特殊教育", "Special education"


class MindReferral(Term):
    """转诊事由 · For what a child is referred about its mind: told to nobody but those who act on it
    (SH2024-2.1.2-c, -d).
    """

    CLINIC = "CLINIC", "心理门诊", "Clinic"
    COMMUNITY_REHABILITATION = (
        "COMMUNITY_REHABILITATION",
        "精神障碍社区康复",
        "Community rehabilitation",
    )
