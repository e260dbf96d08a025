"""走访联系 · The words of contacts, home visits, concerns and warnings (domain model C.4, C.7, C.11)."""

from __future__ import annotations

from domain.labels import Term


class CadenceClass(Term):
    """走访频次等级 · How often the director contacts and visits (SH2024-2.3.7-c, SH2024-2.3.7-d)."""

    NORMAL = "NORMAL", "一般", "Normal"
    ENHANCED = "ENHANCED", "加强", "Enhanced"


class VisitObligation(Term):
    """走访义务 · The two repeated duties of the director."""

    CONTACT = "CONTACT", "联系", "Contact"
    HOME_VISIT = "HOME_VISIT", "入户走访", "Home visit"


class VisitContactChannel(Term):
    """联系途径 · By what a director contacts: a home visit is another thing and has its own form."""

    PHONE = "PHONE", "电话", "Phone"
    VIDEO = "VIDEO", "视频", "Video"
    MESSAGE = "MESSAGE", "短信或即时通讯", "Message"
    IN_PERSON = "IN_PERSON", "当面(未入户)", "In person, not at home"
    AT_SCHOOL = "AT_SCHOOL", "在校见面", "At school"


class VisitContactWith(Term):
    """联系对象 · With whom the director was in contact."""

    CHILD = "CHILD", "儿童", "The child"
    PARENT = "PARENT", "父母", "A parent"
    GUARDIAN = "GUARDIAN", "其他监护人", "Another guardian"
    CARER = "CARER", "受委托照护人", "The entrusted carer"


class VisitContactResult(Term):
    """联系结果 · Only a contact that came about meets the duty."""

    REACHED = "REACHED", "已联系上", "Reached"
    NOT_REACHED = "NOT_REACHED", "未联系上", "Not reached"


class VisitPresent(Term):
    """在场人员 · Who besides the child was at home."""

    FATHER = "FATHER", "父亲", "Father"
    MOTHER = "MOTHER", "母亲", "Mother"
    GUARDIAN = "GUARDIAN", "其他监护人", "Another guardian"
    CARER = "CARER", "受委托照护人", "The entrusted carer"
    OTHER_FAMILY = "OTHER_FAMILY", "其他家庭成员", "Another member of the family"
    OTHER_ADULT = "OTHER_ADULT", "其他成年人", "Another adult"


class InfringementSign(Term):
    """疑似侵害迹象 · Signs that are looked for (CQ2024-2.4-f). The text gives no list: the platform's own."""

    INJURY = "INJURY", "不明伤痕", "Unexplained injury"
    FEAR = "FEAR", "惧怕特定人员", "Fear of a certain person"
    SUDDEN_CHANGE = "SUDDEN_CHANGE", "情绪行为突变", "Sudden change of mood or conduct"
    NEGLECT = "NEGLECT", "缺衣少食、无人照料", "Without food, clothes or care"
    CONFINED = "CONFINED", "被关锁或限制外出", "Locked in or kept from going out"
    STRANGER = "STRANGER", "陌生成年人频繁接触", "An unknown adult often around"


class HomeHazardKind(Term):
    """居家隐患种类 · Dangers of accident at home: 触电、烫伤、跌落 (CQ2024-2.6-m), 防溺水 (CQ2024-2.6-k)."""

    ELECTRIC_SHOCK = "ELECTRIC_SHOCK", "触电", "Electric shock"
    BURN = "BURN", "烫伤", "Burns and scalds"
    FALL = "FALL", "跌落", "Falls"
    WATER = "WATER", "涉水", "Water"
    OTHER = "OTHER", "其他隐患", "Another hazard"


class VisitProblemKind(Term):
    """走访问题类别 · What a problem found on a contact or visit is about (SH2024-2.3.7-e)."""

    LIVING = "LIVING", "生活", "Living"
    GUARDIANSHIP = "GUARDIANSHIP", "监护", "Guardianship"
    HEALTH = "HEALTH", "健康", "Health"
    SCHOOLING = "SCHOOLING", "就学", "Schooling"
    SAFETY = "SAFETY", "安全", "Safety"
    OTHER = "OTHER", "其他", "Other"


class FollowUpGround(Term):
    """回访事由 · After what a child is followed up (SH2024-2.2.6-c, CN2017-5.1-e)."""

    RETURNED_HOME = "RETURNED_HOME", "回归家庭后", "After the return to the family"
    PLACEMENT_ENDED = "PLACEMENT_ENDED", "临时监护、照料终止后", "After a placement"


class FamilyChannel(Term):
    """亲子联系方式 · By what parents and child are in touch (CQ2016-3.2-j: 电话、视频等)."""

    PHONE = "PHONE", "电话", "Phone"
    VIDEO = "VIDEO", "视频", "Video"
    MESSAGE = "MESSAGE", "短信或即时通讯", "Message"
    LETTER = "LETTER", "书信", "Letter"
    MEETING = "MEETING", "见面", "Meeting"


class SchoolHomeChannel(Term):
    """家校沟通方式 · By what school and home are in touch (SH2020-3.3-d)."""

    PHONE = "PHONE", "电话", "Phone"
    HOME_VISIT = "HOME_VISIT", "家访", "Teacher's home visit"
    PARENTS_MEETING = "PARENTS_MEETING", "家长会", "Parents' meeting"
    PARENTS_SCHOOL = "PARENTS_SCHOOL", "家长学校", "Parents' school"
    OTHER = "OTHER", "其他", "Other"


class SchoolHomeWith(Term):
    """家校沟通对象 · With whom a school was in contact."""

    PARENT = "PARENT", "父母", "A parent"
    GUARDIAN = "GUARDIAN", "其他监护人", "Another guardian"
    CARER = "CARER", "受委托照护人", "The entrusted carer"


class SchoolHomePeriod(Term):
    """家校沟通时段 · When in the school year; before both holidays it is a duty (SH2024-2.4.12-d)."""

    TERM = "TERM", "学期中", "During the term"
    BEFORE_WINTER_HOLIDAY = "BEFORE_WINTER_HOLIDAY", "寒假前", "Before the winter holiday"
    BEFORE_SUMMER_HOLIDAY = "BEFORE_SUMMER_HOLIDAY", "暑假前", "Before the summer holiday"


class HeardAbout(Term):
    """听取意见事项 · About what the child was asked on its own file, outside a case (SH2024-0-b: 参与权)."""

    DAILY_CARE = "DAILY_CARE", "日常照料", "Daily care"
    ENTRUSTED_CARER = "ENTRUSTED_CARER", "受委托照护人人选", "Who looks after it"
    CONTACT_WITH_PARENTS = "CONTACT_WITH_PARENTS", "与父母联系", "Contact with the parents"
    SCHOOLING = "SCHOOLING", "就学", "Schooling"
    SUPPORT = "SUPPORT", "关爱服务", "Support"
    OTHER = "OTHER", "其他", "Other"


class MindConcern(Term):
    """心理问题类型 · What is wrong with a child's mind: 存在心理问题 (CQ2024-2.2-h)."""

    LOW_MOOD = "LOW_MOOD", "情绪低落", "Low mood"
    ANXIETY = "ANXIETY", "焦虑恐惧", "Anxiety or fear"
    WITHDRAWN = "WITHDRAWN", "孤僻退缩", "Withdrawn"
    TRAUMA = "TRAUMA", "创伤反应", "Trauma"
    SELF_HARM = "SELF_HARM", "自伤或自杀倾向", "Self-harm or suicidal"
    DIAGNOSED_ILLNESS = "DIAGNOSED_ILLNESS", "确诊精神疾病", "Diagnosed mental illness"
    OTHER = "OTHER", "其他", "Other"


class BehaviourConcern(Term):
    """行为异常类型 · 行为异常 (SH2024-2.3.7-d); named apart: 沉迷网络 (SH2024-2.4.14-b), bars and KTV
    (CQ2024-2.6-g).
    """

    AGGRESSION = "AGGRESSION", "攻击他人", "Aggression"
    RUNNING_AWAY = "RUNNING_AWAY", "离家出走", "Running away"
    STEALING = "STEALING", "偷拿", "Stealing"
    INTERNET_ADDICTION = "INTERNET_ADDICTION", "沉迷网络", "Internet addiction"
    ADULT_VENUE = "ADULT_VENUE", "出入酒吧、KTV等场所", "Found in a bar or KTV"
    BAD_COMPANY = "BAD_COMPANY", "不良交往", "Bad company"
    OTHER = "OTHER", "其他", "Other"


class ConcernSource(Term):
    """问题来源 · On whose word a concern rests."""

    TEACHER = "TEACHER", "教师观察", "Teacher"
    COUNSELLOR = "COUNSELLOR", "心理教师评估", "School counsellor"
    MONITORING = "MONITORING", "心理健康监测", "Mental-health monitoring"
    DIRECTOR = "DIRECTOR", "儿童主任走访", "Child director"
    FAMILY = "FAMILY", "家庭反映", "Family"
    CLINIC = "CLINIC", "医疗机构", "Clinic"
    OTHER = "OTHER", "其他", "Other"


class WarningType(Term):
    """预警类型 · Odd behaviour, hidden danger, dangerous circumstances (CQ2024-3.1-e) and the mind (CQ2024-2.2-a)."""

    BEHAVIOUR = "BEHAVIOUR", "异常行为", "Abnormal behaviour"
    HAZARD = "HAZARD", "安全隐患", "Safety hazard"
    DANGER = "DANGER", "危险因素", "Danger factor"
    MENTAL = "MENTAL", "心理", "Mental health"


class WarningOutcome(Term):
    """预警处置结果 · With what a warning ends; without an outcome it stays open."""

    REMOVED = "REMOVED", "已消除", "Removed"
    REPORTED = "REPORTED", "已依法报告", "Reported by law"
    REFERRED = "REFERRED", "已转介服务", "Referred to a service"
    UNFOUNDED = "UNFOUNDED", "经查不属实", "Unfounded"
