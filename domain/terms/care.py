"""监护与照护 · The words of guardianship, household and entrusted care (domain model B, C.3, D.4)."""

from __future__ import annotations

from domain.labels import Term


class Kinship(Term):
    """与儿童关系 · Who somebody is to the child."""

    # Parents by adoption are father and mother, in every right and here (民法典 1111): a word of their own would
    # tell of the adoption wherever a guardian is told of (民法典 1110).

    FATHER = "FATHER", "父亲", "Father"
    MOTHER = "MOTHER", "母亲", "Mother"
    STEP_FATHER = "STEP_FATHER", "继父", "Stepfather"
    STEP_MOTHER = "STEP_MOTHER", "继母", "Stepmother"
    PATERNAL_GRANDFATHER = "PATERNAL_GRANDFATHER", "祖父", "Paternal grandfather"
    PATERNAL_GRANDMOTHER = "PATERNAL_GRANDMOTHER", "祖母", "Paternal grandmother"
    MATERNAL_GRANDFATHER = "MATERNAL_GRANDFATHER", "外祖父", "Maternal grandfather"
    MATERNAL_GRANDMOTHER = "MATERNAL_GRANDMOTHER", "外祖母", "Maternal grandmother"
    SIBLING = "SIBLING", "兄弟姐妹", "Brother or sister"
    UNCLE_OR_AUNT = "UNCLE_OR_AUNT", "叔伯姑舅姨", "Uncle or aunt"
    OTHER_RELATIVE = "OTHER_RELATIVE", "其他亲属", "Other relative"
    OTHER_ADULT = "OTHER_ADULT", "其他成年人", "Another adult"
    CIVIL_AFFAIRS = "CIVIL_AFFAIRS", "民政部门", "Civil affairs"
    COMMITTEE = "COMMITTEE", "村(居)民委员会", "Village committee"

    @classmethod
    def _missing_(cls, value: object) -> Kinship | None:
        """What a log may still hold from when there was such a word: told as what it means in law."""
        said = str(value)
        return cls(said.removeprefix(_BY_ADOPTION)) if said in _NO_LONGER_TOLD else None


_BY_ADOPTION = "ADOPTIVE_"
_NO_LONGER_TOLD = frozenset({"ADOPTIVE_FATHER", "ADOPTIVE_MOTHER"})

PARENTS = frozenset(
    {
        Kinship.FATHER,
        Kinship.MOTHER,
        Kinship.STEP_FATHER,
        Kinship.STEP_MOTHER,
    }
)
"""SH2020-2.2-a2: parents are the statutory guardians."""
NO_RELATIVES = frozenset({Kinship.OTHER_ADULT, Kinship.CIVIL_AFFAIRS, Kinship.COMMITTEE})
"""Who looks after a child without being of its family."""


class GuardianBasis(Term):
    """监护依据 · On what a guardianship rests."""

    PARENT = "PARENT", "父母", "Parent"
    STATUTORY_ORDER = "STATUTORY_ORDER", "法定顺位", "Statutory order after the parents"
    COURT_ORDER = "COURT_ORDER", "人民法院指定", "Appointed by the court"
    DESIGNATION = "DESIGNATION", "有关组织指定", "Designated by a competent body"
    TESTAMENT = "TESTAMENT", "遗嘱指定", "By testament"
    ENTRUSTMENT = "ENTRUSTMENT", "委托", "Entrusted by the parents"


class GuardianshipEnd(Term):
    """监护关系终止依据 · By what a guardianship is over; which law, or which decision, its document says."""

    COURT = "COURT", "人民法院裁判", "Decided by a court"
    LAW = "LAW", "依法律规定", "By law"
    OTHER = "OTHER", "其他", "Other"


class LifeStatus(Term):
    """生存状况 · Whether a guardian lives and can be found."""

    LIVING = "LIVING", "健在", "Living"
    DECEASED = "DECEASED", "死亡", "Died"
    UNTRACEABLE = "UNTRACEABLE", "失联或查找不到", "Cannot be found"


class AbsenceReason(Term):
    """外出原因 · Why a guardian is away; only 外出务工 makes a child left behind."""

    WORK = "WORK", "外出务工", "Away for work"
    STUDY = "STUDY", "求学", "Study"
    TREATMENT = "TREATMENT", "就医", "Treatment"
    LEFT_FAMILY = "LEFT_FAMILY", "离家", "Left the family"
    OTHER = "OTHER", "其他", "Other"


class Industry(Term):
    """从事行业 · The five industries SH2020-3.1-f names, and any other."""

    CONSTRUCTION = "CONSTRUCTION", "建筑安装", "Construction"
    DOMESTIC_SERVICE = "DOMESTIC_SERVICE", "家政服务", "Domestic service"
    HOSPITAL_CARE = "HOSPITAL_CARE", "医院护工", "Hospital care"
    ELDER_CARE = "ELDER_CARE", "养老护理", "Elder care"
    BEAUTY_FITNESS = "BEAUTY_FITNESS", "美容健身", "Beauty and fitness"
    OTHER = "OTHER", "其他", "Other"


class ConfinementKind(Term):
    """限制人身自由情形 · What took a guardian away by law (CN2017-3.4-c, CN2017-3.4-d)."""

    DETENTION = "DETENTION", "行政拘留", "Administrative detention"
    COERCIVE_MEASURE = "COERCIVE_MEASURE", "限制人身自由的强制措施", "Compulsory measure"
    SENTENCE = "SENTENCE", "服刑", "Serving a sentence"
    DETOX = "DETOX", "强制隔离戒毒", "Compulsory detoxification"


class DisabilityKind(Term):
    """残疾类别 · Kinds of disability."""

    LIMB = "LIMB", "肢体残疾", "Physical"
    VISUAL = "VISUAL", "视力残疾", "Visual"
    HEARING = "HEARING", "听力残疾", "Hearing"
    SPEECH = "SPEECH", "言语残疾", "Speech"
    INTELLECTUAL = "INTELLECTUAL", "智力残疾", "Intellectual"
    PSYCHIATRIC = "PSYCHIATRIC", "精神残疾", "Psychiatric"
    MULTIPLE = "MULTIPLE", "多重残疾", "Multiple"

    @property
    def bodily_or_intellectual(self) -> bool:
        """身体或智力残疾, the words of SH2024-2.3.7-d: every kind but 精神残疾."""
        return self is not DisabilityKind.PSYCHIATRIC


class DisabilityDegree(Term):
    """残疾等级 · Degrees of disability."""

    GRADE_1 = "GRADE_1", "一级(极重度)", "Grade 1, profound"
    GRADE_2 = "GRADE_2", "二级(重度)", "Grade 2, severe"
    GRADE_3 = "GRADE_3", "三级(中度)", "Grade 3, moderate"
    GRADE_4 = "GRADE_4", "四级(轻度)", "Grade 4, slight"

    @property
    def severe(self) -> bool:
        """严重: grades 1 and 2."""
        return self in {DisabilityDegree.GRADE_1, DisabilityDegree.GRADE_2}


class ArrangementKind(Term):
    """照料安排 · How the child is cared for when the parents go away (CQ2016-3.1-b, CQ2016-3.1-c)."""

    TAKEN_ALONG = "TAKEN_ALONG", "携带共同生活", "Taken along"
    ONE_STAYS = "ONE_STAYS", "父母一方留家照料", "One parent stays"
    ENTRUSTED = "ENTRUSTED", "委托照料", "Entrusted"
    NONE = "NONE", "未作安排", "None"


class CapacityAssessor(Term):
    """监护能力评估单位 · Who assesses guardianship capacity (SH2024-2.2.6-a; CQ2024-2.1-d names nobody)."""

    CIVIL_AFFAIRS = "CIVIL_AFFAIRS", "民政部门", "Civil affairs"
    POLICE = "POLICE", "公安机关", "Police"
    PROCURATORATE = "PROCURATORATE", "检察院", "Procuratorate"
    COURT = "COURT", "法院", "Court"
    TOWNSHIP = "TOWNSHIP", "乡镇(街道)", "Township or street"
    PROFESSIONAL = "PROFESSIONAL", "专业机构", "Professional institution"


class CapacityResult(Term):
    """监护能力评估结果 · What an assessment of a guardian found."""

    CAPABLE = "CAPABLE", "有监护能力", "Capable"
    LIMITED = "LIMITED", "监护能力不足", "Limited"
    INCAPABLE = "INCAPABLE", "无监护能力", "Incapable"


class CapacityNextStep(Term):
    """评估后续措施 · What follows from the assessment (CQ2024-2.1-d 综合运用评估结果; SH2024-2.2.6-b,
    SH2024-2.2.6-d).
    """

    NONE = "NONE", "无需措施", "Nothing"
    SUPPORT = "SUPPORT", "支持帮扶", "Support"
    INTERVENTION = "INTERVENTION", "监护干预", "Intervention"
    CAN_RETURN = "CAN_RETURN", "可回归家庭", "The child can return"
    CANNOT_RETURN = "CANNOT_RETURN", "不可回归家庭", "The child cannot return"


class GuidanceTopic(Term):
    """监护指导内容 · About what guardians were guided."""

    DUTIES = "DUTIES", "监护职责", "Duties of a guardian"
    CONTACT = "CONTACT", "与子女联系见面", "Contact with the child"
    ENTRUSTMENT = "ENTRUSTMENT", "委托照护", "Entrusted care"
    SAFETY = "SAFETY", "安全", "Safety"
    SCHOOLING = "SCHOOLING", "就学", "Schooling"
    HEALTH = "HEALTH", "身心健康", "Health of body and mind"
    OTHER = "OTHER", "其他", "Other"


class LawTopic(Term):
    """法律内容 · Laws that are explained (SH2020-3.1-c)."""

    CIVIL_CODE = "CIVIL_CODE", "民法典", "Civil Code"
    MINORS_PROTECTION = "MINORS_PROTECTION", "未成年人保护法", "Minors Protection Law"
    LOCAL_MINORS_RULES = "LOCAL_MINORS_RULES", "未成年人保护条例", "Local regulation on minors"
    DELINQUENCY_PREVENTION = (
        "DELINQUENCY_PREVENTION",
        "预防未成年人犯罪法",
        "Prevention of juvenile delinquency",
    )
    FAMILY_EDUCATION = "FAMILY_EDUCATION", "家庭教育促进法", "Family Education Promotion Law"
    ANTI_DOMESTIC_VIOLENCE = (
        "ANTI_DOMESTIC_VIOLENCE",
        "反家庭暴力法",
        "Anti-Domestic-Violence Law",
    )
    OTHER = "OTHER", "其他", "Other"


class CareMeans(Term):
    """告知或指导方式 · By which means somebody in the family was reached or taught."""

    IN_PERSON = "IN_PERSON", "当面", "In person"
    AT_HOME = "AT_HOME", "送课上门", "A course brought home"
    PHONE = "PHONE", "电话", "Phone"
    VIDEO = "VIDEO", "视频", "Video"
    MESSAGE = "MESSAGE", "短信或即时通讯", "Message"
    LETTER = "LETTER", "书面", "In writing"
    MEETING = "MEETING", "集中宣讲", "At a meeting"


class CareAudience(Term):
    """宣传指导对象 · To whom publicity or a course was given."""

    AWAY_PARENT = "AWAY_PARENT", "外出务工父母", "Parent away for work"
    GUARDIAN = "GUARDIAN", "父母或其他监护人", "Parent or other guardian"
    ENTRUSTED_CARER = "ENTRUSTED_CARER", "受委托照护人", "Entrusted carer"
    ACTUAL_CARER = "ACTUAL_CARER", "实际照料人", "Actual carer"


class FamilyProgramme(Term):
    """家庭教育项目 · Programmes of family education the texts name (CQ2024-2.1-f, CQ2016-3.4-g, SH2024-2.2.4-d)."""

    PARENT_GROWTH = "PARENT_GROWTH", "父母成长计划", "Parents' growth plan"
    MOBILE_SCHOOL = "MOBILE_SCHOOL", "家庭教育流动学校", "Mobile family school"
    CITY_NETWORK = "CITY_NETWORK", "重庆家庭教育网", "Chongqing family-education network"
    GUIDANCE_CENTRE = "GUIDANCE_CENTRE", "家庭教育指导中心(站点)", "Family-education centre"
    LOVE_AND_COMPANY = "LOVE_AND_COMPANY", "爱伴童行", "Love and company"
    OTHER = "OTHER", "其他", "Other"


class CarerCapability(Term):
    """照护能力核查结果 · Result of the check whether somebody can look after a child (CQ2016-3.1-c)."""

    CAPABLE = "CAPABLE", "有照护能力", "Capable"
    NOT_CAPABLE = "NOT_CAPABLE", "无照护能力", "Not capable"


class CareConcern(Term):
    """照护问题 · What is wrong with entrusted care (SH2024-2.2.5-c)."""

    LACKS_ABILITY = "LACKS_ABILITY", "缺乏照护能力", "Lacks the ability"
    NEGLECTS = "NEGLECTS", "怠于履行照护职责", "Neglects the duties"


class ParentsAnswer(Term):
    """父母答复 · What the parents said when they were told (SH2024-2.2.5-c)."""

    CHOOSE_ANOTHER = "CHOOSE_ANOTHER", "重新选择照护人", "They choose another carer"
    KEEP_WITH_HELP = "KEEP_WITH_HELP", "保留并接受帮助督促", "They keep the carer, with help"
    NO_ANSWER_YET = "NO_ANSWER_YET", "已告知,未答复", "Told, no answer yet"
    UNREACHABLE = "UNREACHABLE", "无法联系", "Could not be reached"


class CareEndReason(Term):
    """委托终止原因 · Why entrusted care ends. A carer is never revoked: that is for guardians."""

    PARENT_RETURNED = "PARENT_RETURNED", "父母返回", "A parent returned"
    AGE_REACHED = "AGE_REACHED", "年满规定年龄", "Age reached"
    CATEGORY_ENDED = "CATEGORY_ENDED", "不再是留守儿童", "No longer left behind"
    REPLACED = "REPLACED", "重新选择照护人", "Replaced"
    CARER_WITHDREW = "CARER_WITHDREW", "照护人退出", "The carer withdrew"
    CARER_HARMED = "CARER_HARMED", "照护人侵害儿童", "The carer harmed the child"
    PLACED_ELSEWHERE = "PLACED_ELSEWHERE", "另行安置", "Placed elsewhere"
    OTHER = "OTHER", "其他", "Other"


class HouseholdMeans(Term):
    """主要经济来源 · What the household lives on."""

    WAGES = "WAGES", "务工收入", "Wages"
    FARMING = "FARMING", "务农", "Farming"
    BUSINESS = "BUSINESS", "经营", "Business"
    ALLOWANCE = "ALLOWANCE", "低保等救助", "Allowances"
    RELATIVES = "RELATIVES", "亲友接济", "Relatives"
    NONE = "NONE", "无稳定来源", "No steady means"


class HouseholdEmployment(Term):
    """家庭成员就业状况 · Employment of a member able to work (CN2017-5.1-v)."""

    EMPLOYED = "EMPLOYED", "在业", "Employed"
    UNEMPLOYED = "UNEMPLOYED", "无业", "Unemployed"
    UNABLE = "UNABLE", "无劳动能力", "Unable to work"
    NOT_OF_AGE = "NOT_OF_AGE", "未成年或已退休", "A minor or retired"


class HousingKind(Term):
    """住房情况 · Where the household lives."""

    OWNED = "OWNED", "自有", "Owned"
    RENTED = "RENTED", "租住", "Rented"
    PUBLIC_RENTAL = "PUBLIC_RENTAL", "公租房", "Public rental"
    BORROWED = "BORROWED", "借住", "With others"
    UNSAFE = "UNSAFE", "危房", "Unsafe"
