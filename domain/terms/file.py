"""档案 · The words of the child's file: identity, places, categories, key targets, verification, closing.

Which category exists where, and limb by limb what it asks, is said by the rule packs; here stands only what each code
means (domain model B, C.2, D.7).
"""

from __future__ import annotations

from typing import NewType

from domain.labels import Term

ClauseId = NewType("ClauseId", str)
"""A clause of one of the texts, such as ``SH2020-1-a``; an identifier, not free text."""


class Sex(Term):
    """性别 · As on the household register."""

    FEMALE = "FEMALE", "女", "Female"
    MALE = "MALE", "男", "Male"
    UNKNOWN = "UNKNOWN", "不详", "Not known"


class HukouKind(Term):
    """户籍类型 · Kind of household registration (SH2020-1-b asks for 农业户籍)."""

    AGRICULTURAL = "AGRICULTURAL", "农业户籍", "Agricultural"
    NON_AGRICULTURAL = "NON_AGRICULTURAL", "非农业户籍", "Non-agricultural"
    RESIDENT = "RESIDENT", "居民户籍(不分农业、非农业)", "Resident, undivided"


class IdRemark(Term):
    """身份号码提示 · What does not fit about an identity number that is well-formed: shown, never refused."""

    PLACE_UNKNOWN = "PLACE_UNKNOWN", "地址码不在目录中", "Place part is not in the list"
    BIRTH_DIFFERS = "BIRTH_DIFFERS", "与出生日期不一致", "Differs from the birth date"
    SEX_DIFFERS = "SEX_DIFFERS", "与性别不一致", "Differs from the sex"


class ScreeningSource(Term):
    """排查来源 · How the child came to notice."""

    VILLAGE_VISIT = "VILLAGE_VISIT", "村(居)走访排查", "Village visit"
    SCHOOL_HOME_VISIT = "SCHOOL_HOME_VISIT", "学校家访排查", "School home visit"
    SCHOOL_CENSUS = "SCHOOL_CENSUS", "学校普查登记", "School census"
    REPORT = "REPORT", "报告", "Report"
    DATA_MATCH = "DATA_MATCH", "数据比对", "Data match"
    FAMILY = "FAMILY", "家庭或本人申报", "The family or the child"


class TerritorialBasis(Term):
    """属地依据 · On what the one owner of a file rests (domain model A.3)."""

    RESIDENCE = "RESIDENCE", "居住地负责建档和走访", "The residence owns the file and the visits"
    LONG_TERM_FACT = (
        "LONG_TERM_FACT",
        "事实长期居住地负责建档和走访",
        "The long-term residence in fact owns the file and the visits",
    )
    HUKOU = "HUKOU", "居住地不明,由户籍地负责", "Residence unknown: the hukou place owns the file"
    INCIDENT = (
        "INCIDENT",
        "居住地、户籍地不明,由事发地负责",
        "Neither known: the incident place owns it",
    )
    DECISION = "DECISION", "人工确定或争议裁定", "Assigned by decision"


class CompetenceRoute(Term):
    """区县属地依据 · By what a district answers for a child (CN2017-5.1-d; SH2020-2.2-d, CQ2016-2.2-c)."""

    CHILD_HUKOU = "CHILD_HUKOU", "儿童为本区户籍", "The child's hukou is of the district"
    PARENT_HUKOU = "PARENT_HUKOU", "父母一方或双方为本区户籍", "A parent's hukou is of the district"
    PARENT_PERMIT = (
        "PARENT_PERMIT",
        "父母一方或双方持有居住证",
        "A parent holds a residence permit of the municipality",
    )
    UNFINDABLE_PARENTS_LONG_TERM_FACT = (
        "UNFINDABLE_PARENTS_LONG_TERM_FACT",
        "无法查找父母但长期事实生活在本区",
        "The parents cannot be found, and the child lives in the district for long in fact",
    )
    RESIDENCE = "RESIDENCE", "生活在本区", "Lives in the district"
    ADMINISTRATIVE_AREA = "ADMINISTRATIVE_AREA", "在本行政区域内", "In the administrative area"


class CategoryGroup(Term):
    """对象群体 · Which of the three groups of the texts a category belongs to."""

    LBC = "LBC", "留守儿童", "Left-behind children"
    CID = "CID", "困境儿童", "Children in difficulty"
    VISITOR = "VISITOR", "来沪团聚儿童", "Children visiting their parents"


class CategoryCode(Term):
    """儿童类别 · Every category a pack or the platform may enter a child under."""

    LBC_RURAL_SH = "LBC_RURAL_SH", "农村留守儿童(上海)", "Rural left-behind child (Shanghai)"
    LBC_CQ_RURAL = "LBC_CQ_RURAL", "农村留守儿童(重庆)", "Rural left-behind child (Chongqing)"
    LBC_CQ_URBAN_RURAL = (
        "LBC_CQ_URBAN_RURAL",
        "城乡留守儿童(重庆)",
        "Urban or rural left-behind child (Chongqing)",
    )
    DIFFICULTY_POVERTY = "DIFFICULTY_POVERTY", "家庭贫困类困境儿童", "In difficulty: poverty"
    DIFFICULTY_DISABILITY = (
        "DIFFICULTY_DISABILITY",
        "自身残疾类困境儿童",
        "In difficulty: disability",
    )
    DIFFICULTY_GUARDIANSHIP = (
        "DIFFICULTY_GUARDIANSHIP",
        "监护缺失或不当类困境儿童",
        "In difficulty: guardianship",
    )
    REUNITING_VISITOR = "REUNITING_VISITOR", "来沪与父母团聚儿童", "Child visiting the parents"
    LEFT_BEHIND = "LEFT_BEHIND", "留守儿童(平台基线)", "Left-behind child (platform baseline)"
    IN_DIFFICULTY = "IN_DIFFICULTY", "困境儿童(平台基线)", "Child in difficulty (platform baseline)"


GROUP_OF = {
    code: CategoryGroup.LBC
    if code.startswith("LBC_") or code is CategoryCode.LEFT_BEHIND
    else CategoryGroup.VISITOR
    if code is CategoryCode.REUNITING_VISITOR
    else CategoryGroup.CID
    for code in CategoryCode
}
BASELINE_OF = {
    CategoryGroup.LBC: CategoryCode.LEFT_BEHIND,
    CategoryGroup.CID: CategoryCode.IN_DIFFICULTY,
    CategoryGroup.VISITOR: CategoryCode.REUNITING_VISITOR,
}


class CategoryBasis(Term):
    """类别认定依据 · On whose word a category stands."""

    TEXT = "TEXT", "文件规定", "Defined in the text"
    ASSUMPTION = "ASSUMPTION", "文件未定义,按假设认定", "Assumed: the text gives no definition"
    PLATFORM_BASELINE = "PLATFORM_BASELINE", "平台基线", "Platform baseline"
    DEFINITION_ENDED = "DEFINITION_ENDED", "定义已失效", "Definition ended"
    SILENT = "SILENT", "文件未作规定", "Silent in the texts"


class Limb(Term):
    """认定要件 · One limb of a definition."""

    AGE = "AGE", "年龄", "Age"
    AREA = "AREA", "居住地区类型", "Area of residence"
    CHILD_HUKOU = "CHILD_HUKOU", "儿童户籍", "The child's hukou"
    PARENTS_HUKOU = "PARENTS_HUKOU", "父母户籍或居住证", "The parents' hukou or permit"
    ABSENCE = "ABSENCE", "父母外出情况", "Absence of the parents"
    CAUSE = "CAUSE", "困境原因", "Cause of the difficulty"
    DIFFICULTY = "DIFFICULTY", "困难情形", "The difficulty itself"


class DifficultyCause(Term):
    """困境原因 · Why a child is in difficulty (CN2017-1-a, CN2017-1-b, CN2017-1-c, CN2017-2-f)."""

    POVERTY = "POVERTY", "家庭贫困", "Family poverty"
    DISABILITY = "DISABILITY", "自身残疾", "Own disability"
    GUARDIANSHIP = "GUARDIANSHIP", "监护缺失或监护不当", "Guardianship missing or improper"
    ILLNESS = "ILLNESS", "患病", "Illness"


class Difficulty(Term):
    """困难情形 · In what the difficulty shows (CN2017-1-a, CN2017-1-b, CN2017-1-c); OTHER where a list ends
    with 等困难.
    """

    LIVING = "LIVING", "生活", "Living"
    MEDICAL = "MEDICAL", "就医", "Medical care"
    SCHOOLING = "SCHOOLING", "就学", "Schooling"
    REHABILITATION = "REHABILITATION", "康复", "Rehabilitation"
    DAILY_CARE = "DAILY_CARE", "照料", "Care"
    NURSING = "NURSING", "护理", "Nursing"
    INTEGRATION = "INTEGRATION", "社会融入", "Integration"
    SAFETY = "SAFETY", "人身安全受到威胁或侵害", "Safety threatened or infringed"
    OTHER = "OTHER", "其他困难", "Another difficulty"


class CategoryEndReason(Term):
    """类别终止原因 · Why a child leaves a category (D.7)."""

    AGE = "AGE", "年满规定年龄", "Age reached"
    PARENT_RETURNED = "PARENT_RETURNED", "父母返回", "A parent returned"
    MOVED = "MOVED", "迁离", "Moved away"
    SETTLED = "SETTLED", "随父母落户", "Settled with the parents"
    PACK_ENDED = "PACK_ENDED", "规则包届满", "The rule pack ended"
    CAUSE_OVER = "CAUSE_OVER", "困境原因消除", "The cause is over"
    VISIT_OVER = "VISIT_OVER", "团聚结束", "The visit is over"
    OTHER = "OTHER", "其他", "Other"


class FileSection(Term):
    """档案内容 · Sections of the file (SH2020-3.2-d, CQ2024-3.1-b, SH2024-2.3.7-a)."""

    BASIC = "BASIC", "基本信息", "Basic information"
    FAMILY = "FAMILY", "家庭情况", "Family"
    GUARDIANSHIP = "GUARDIANSHIP", "监护情况", "Guardianship"
    SCHOOLING = "SCHOOLING", "就学情况", "Schooling"
    HEALTH = "HEALTH", "身心健康", "Health of body and mind"
    HELP = "HELP", "关爱帮扶", "Help"
    PROBLEMS = "PROBLEMS", "发现问题", "Problems found"
    SOLUTIONS = "SOLUTIONS", "解决方案", "Solutions"


class SectionOnRecord(Term):
    """自动形成的档案内容 · Contents of a file that nobody writes down as such: they are there once something is
    on record.
    """

    VISITS = "VISITS", "走访情况", "Visits"
    WORK_LOG = "WORK_LOG", "工作日志", "Work log"


class FileView(Term):
    """档案形式 · In which forms files are kept (CQ2016-3.2-f, CQ2016-3.3-c, CN2017-5.1-af, CQ2024-3.1-b)."""

    TOWNSHIP_LEDGER = "TOWNSHIP_LEDGER", "乡镇(街道)信息台账", "Ledger of the township or street"
    VILLAGE_FAMILY_FILE = "VILLAGE_FAMILY_FILE", "村(居)家庭信息档案", "Family file of the village"
    SCHOOL_FILE = "SCHOOL_FILE", "学校(幼儿园)档案", "File of the school"
    PERSONAL_FILE = "PERSONAL_FILE", "一人一档", "One file for each child"


class VerificationScope(Term):
    """核查范围 · How much of a file was verified."""

    FULL = "FULL", "全面核查", "In full"
    BASIC = "BASIC", "基本信息", "Basic information"
    SCHOOL_ROLL = "SCHOOL_ROLL", "学籍信息", "School roll"


class KeyTargetGround(Term):
    """重点对象情形 · Why a child is a key target; the word has four meanings in the texts (I.28), so the ground
    is kept.
    """

    POVERTY = "POVERTY", "生活困难", "Life in hardship"
    DISABILITY = "DISABILITY", "残疾", "Disability"
    GIRL = "GIRL", "留守女童", "Left-behind girl"
    RETURNED_HOME = "RETURNED_HOME", "干预后回归家庭", "Returned home after intervention"
    DROPOUT_CONTROL = "DROPOUT_CONTROL", "控辍保学", "Dropout control"
    OTHER = "OTHER", "其他", "Other"


class KeyTargetVerifier(Term):
    """重点对象核查人员 · Who verifies a key target (CQ2016-3.2-m, SH2020-3.2-i)."""

    PARTY_CADRE = "PARTY_CADRE", "党员干部上门家访", "Party cadre"
    RESIDENT_CADRE = "RESIDENT_CADRE", "驻村干部探访", "Cadre resident in the village"
    SOCIAL_WORKER = "SOCIAL_WORKER", "专业社会工作者随访", "Social worker"
    CIVIL_AFFAIRS = "CIVIL_AFFAIRS", "民政部门", "Civil affairs"
    TOWNSHIP = "TOWNSHIP", "乡镇(街道)", "Township or street"
    OTHER = "OTHER", "其他", "Other"


class KeyTargetResult(Term):
    """重点对象核查结论 · What the verification found."""

    CONFIRMED = "CONFIRMED", "情况属实", "Confirmed"
    CHANGED = "CHANGED", "情况有变化", "Changed"
    NO_LONGER = "NO_LONGER", "情形已消除", "No longer so"


class FileCloseReason(Term):
    """结档原因 · Why a file is closed."""

    AFTERCARE_OVER = "AFTERCARE_OVER", "后续关注期满", "Aftercare is over"
    ADULT = "ADULT", "已成年", "Came of age"
    MOVED_AWAY = "MOVED_AWAY", "迁出", "Moved out of the area"
    DECEASED = "DECEASED", "死亡", "Died"
    OPENED_IN_ERROR = "OPENED_IN_ERROR", "误建档案", "Opened in error"
