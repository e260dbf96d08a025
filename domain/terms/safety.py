"""安全 · The words of safety: activities, inspections of sites, duty rosters, providers (domain model C.12)."""

from __future__ import annotations

from domain.labels import Term


class SafetyTopic(Term):
    """安全教育主题 · What an activity teaches; the five standing topics of CQ2024-2.6-j among them."""

    DROWNING = "DROWNING", "防溺水", "Drowning"
    BULLYING = "BULLYING", "防欺凌", "Bullying"
    SEXUAL_SAFETY = "SEXUAL_SAFETY", "性与生殖健康、防性侵害", "Sexual safety"
    LAW = "LAW", "法治教育", "Law"
    MORALS = "MORALS", "道德教育", "Morals"
    SAFETY = "SAFETY", "安全教育", "Safety"
    MENTAL_HEALTH = "MENTAL_HEALTH", "心理健康教育", "Mental health"
    NETWORK = "NETWORK", "网络素养、防沉迷", "Network literacy"
    RESCUE_SKILLS = "RESCUE_SKILLS", "应急救援知识技能", "Rescue skills"
    ACCIDENTS = "ACCIDENTS", "意外伤害防范", "Accidents"


class SafetyAudience(Term):
    """安全教育活动对象 · Whom an activity reaches."""

    PUPILS = "PUPILS", "学生", "Pupils"
    VILLAGE_CHILDREN = "VILLAGE_CHILDREN", "村(居)儿童", "Children of the village"
    CARE_CHILDREN = "CARE_CHILDREN", "留守儿童和困境儿童", "Left-behind and children in difficulty"
    GIRLS = "GIRLS", "女童", "Girls"
    GUARDIANS = "GUARDIANS", "父母或其他监护人", "Guardians"
    PUBLIC = "PUBLIC", "公众", "The public"


class SiteHazardTopic(Term):
    """场所隐患类别 · What is looked at in places where children are (SH2024-2.4.13-a, -b, CQ2024-2.6-e, -k)."""

    FIRE = "FIRE", "消防安全", "Fire"
    SCHOOL_BUS = "SCHOOL_BUS", "校车安全", "School bus"
    FOOD = "FOOD", "卫生食品安全", "Hygiene and food"
    DISASTER = "DISASTER", "自然灾害防范", "Natural disaster"
    WATER = "WATER", "涉水安全、河湖巡查", "Water"
    DEFENCE = "DEFENCE", "人防物防技防", "Guards and alarms"
    CAMPUS = "CAMPUS", "校园及周边", "Campus and surroundings"
    BULLYING = "BULLYING", "校园欺凌和暴力防治", "Bullying and violence"


class HazardSite(Term):
    """检查场所类别 · Kind of site that is inspected."""

    SCHOOL = "SCHOOL", "中小学", "School"
    KINDERGARTEN = "KINDERGARTEN", "幼儿园", "Kindergarten"
    WELFARE = "WELFARE", "儿童福利机构", "Child-welfare institution"
    RESCUE = "RESCUE", "未成年人救助保护机构", "Rescue institution"
    PLACEMENT = "PLACEMENT", "临时照料场所", "Placement site"
    WATERSIDE = "WATERSIDE", "河湖水域", "Waterside"
    OTHER = "OTHER", "其他涉及儿童场所", "Other place for children"


class VenueKind(Term):
    """禁入场所类型 · Venues that must not take children in (CQ2024-2.6-g)."""

    BAR = "BAR", "酒吧", "Bar"
    KTV = "KTV", "歌舞娱乐场所", "Karaoke"
    INTERNET_CAFE = "INTERNET_CAFE", "网吧", "Internet café"
    HOTEL = "HOTEL", "旅馆", "Hotel"
    OTHER = "OTHER", "其他", "Other"


class VenueAction(Term):
    """场所处理措施 · What was done about the venue."""

    WARNED = "WARNED", "警告、责令改正", "Warned"
    FINED = "FINED", "罚款", "Fined"
    SUSPENDED = "SUSPENDED", "停业整顿", "Suspended"
    LICENCE_REVOKED = "LICENCE_REVOKED", "吊销许可", "Licence revoked"


class ProviderKind(Term):
    """服务机构类别 · Who offers services or resources."""

    SOCIAL_WORK = "SOCIAL_WORK", "社会工作服务机构", "Social-work provider"
    VOLUNTEERS = "VOLUNTEERS", "志愿服务组织", "Volunteers"
    RETIREES = "RETIREES", "老干部、老战士、老专家、老教师、老模范等离退休老同志", "Retired people"
    CHARITY = "CHARITY", "公益慈善组织", "Charity"
    AFTER_SCHOOL = "AFTER_SCHOOL", "托管服务机构", "After-school care"
    ENTERPRISE = "ENTERPRISE", "爱心企业", "Enterprise"
    SPECIAL_SCHOOL = "SPECIAL_SCHOOL", "特殊教育学校", "Special school"
    KINDERGARTEN = "KINDERGARTEN", "普通幼儿园", "Kindergarten"
    REHABILITATION = "REHABILITATION", "残疾儿童康复机构", "Rehabilitation institution"
    CONSORTIUM = "CONSORTIUM", "公益慈善服务联合体", "Charity consortium"
    MIND_CLINIC = "MIND_CLINIC", "儿童青少年心理健康科(门诊)", "Clinic for the mind of children"


class ResourceService(Term):
    """联合体提供的支持 · What a consortium offers for the care of left-behind children (CQ2024-2.5-h)."""

    VENUE = "VENUE", "场地支持", "A place"
    ADVICE = "ADVICE", "政策咨询", "Advice on policies"
    GOVERNMENT_AID = "GOVERNMENT_AID", "政府救助", "Aid by government"
    CHARITY_AID = "CHARITY_AID", "慈善帮扶", "Help by charity"
    RESOURCE_LINKING = "RESOURCE_LINKING", "资源链接", "Linking of resources"


class FundingMode(Term):
    """经费方式 · How the service is paid for (SH2020-3.5-a)."""

    INCUBATED = "INCUBATED", "孵化培育", "Incubated"
    PURCHASED = "PURCHASED", "政府购买服务", "Purchased by government"
    VOLUNTEER = "VOLUNTEER", "志愿服务", "Volunteer"
    OWN = "OWN", "自有经费", "Own funds"


class ProviderStanding(Term):
    """服务机构状态 · How a registered provider stands (CQ2024-2.7-a 引导规范其参与)."""

    GOOD = "GOOD", "正常", "In good standing"
    TO_CORRECT = "TO_CORRECT", "限期整改", "To correct"
    SUSPENDED = "SUSPENDED", "暂停承接", "Suspended"
    REMOVED = "REMOVED", "移出名录", "Removed"


class ShelterKind(Term):
    """安置站点类别 · What a placement site is (SH2020-5.3-b, CN2017-4.3-b, CQ2016-6.2-a, CQ2016-4.2-k)."""

    RESCUE = "RESCUE", "未成年人救助保护机构", "Rescue institution"
    WELFARE = "WELFARE", "儿童福利机构", "Child-welfare institution"
    ELDERLY_HOME = "ELDERLY_HOME", "养老机构", "Elderly home"
    WELFARE_FACILITY = "WELFARE_FACILITY", "福利设施", "Welfare facility"
    HOTEL = "HOTEL", "酒店", "Hotel"
    FOSTER_HOME = "FOSTER_HOME", "寄养家庭", "Foster home"
    RESCUE_MANAGEMENT = "RESCUE_MANAGEMENT", "救助管理机构", "Rescue-management institution"
    TEMPORARY_SHELTER = "TEMPORARY_SHELTER", "临时庇护场所", "Temporary shelter"


class FacilityKind(Term):
    """场所功能 · A place for activities and care (SH2020-5.3-d, CQ2016-6.2-c, CN2017-5.2-a, SH2020-3.5-c)."""

    CHILDREN_HOME = "CHILDREN_HOME", "儿童之家", "Children's home"
    PROTECTION_STATION = "PROTECTION_STATION", "未成年人保护工作站", "Protection station"
    SERVICE_POST = "SERVICE_POST", "关爱服务阵地", "Care service post"
    READING_ROOM = "READING_ROOM", "农家书屋", "Reading room"
    SPORTS = "SPORTS", "文体活动场所", "Sports and culture"
    PUBLIC_SERVICE = "PUBLIC_SERVICE", "公共服务设施、便民服务中心", "Public service centre"
    SCIENCE_MUSEUM = "SCIENCE_MUSEUM", "科技馆", "Science museum"
    MUSEUM = "MUSEUM", "博物馆", "Museum"
    AFTER_SCHOOL_CARE = "AFTER_SCHOOL_CARE", "托管服务场所", "After-school care"
    WORKERS_HOME = "WORKERS_HOME", "职工之家", "Workers' home"
    WOMENS_HOME = "WOMENS_HOME", "妇女之家", "Women's home"
    PARENT_SCHOOL = "PARENT_SCHOOL", "家长学校", "Parent school"
    FAMILY_EDUCATION_CENTRE = (
        "FAMILY_EDUCATION_CENTRE",
        "家庭教育指导中心",
        "Family-education centre",
    )
    YOUTH_CENTRE = "YOUTH_CENTRE", "青年中心", "Youth centre"


class ActivityPeriod(Term):
    """活动时段 · The key periods of CQ2016-3.4-a."""

    AFTER_SCHOOL = "AFTER_SCHOOL", "课后", "After school"
    WEEKEND = "WEEKEND", "周末", "Weekend"
    FESTIVAL = "FESTIVAL", "节假日", "Festival"
    WINTER_HOLIDAY = "WINTER_HOLIDAY", "寒假", "Winter holiday"
    SUMMER_HOLIDAY = "SUMMER_HOLIDAY", "暑假", "Summer holiday"


class CareProgramme(Term):
    """关爱项目 · The programmes the texts name (CQ2016-3.4-d, -f, -i, -l, CQ2024-2.1-f, 2.2-g, SH2024-2.1.3, -2.2.5-d,
    -2.3.10-c).
    """

    HALF_PAST_FOUR = "HALF_PAST_FOUR", "四点半课堂", "Half-past-four class"
    COLOURFUL_HOLIDAY = "COLOURFUL_HOLIDAY", "七彩假期", "Colourful holiday"
    MOBILE_PALACE = "MOBILE_PALACE", "流动少年宫", "Mobile children's palace"
    THEME_EDUCATION = "THEME_EDUCATION", "主题教育", "Theme education"
    VOLUNTEERING = "VOLUNTEERING", "志愿服务", "Volunteering"
    SOCIAL_PRACTICE = "SOCIAL_PRACTICE", "社会实践", "Social practice"
    PAIRED_HELP = "PAIRED_HELP", "结对帮扶", "Help in pairs"
    LASTING_LOVE = "LASTING_LOVE", "恒爱行动", "Lasting love"
    SPRING_BUDS = "SPRING_BUDS", "春蕾圆梦行动", "Spring buds"
    SHARED_LOVE = "SHARED_LOVE", "爱心童享筑梦行动", "Shared love"
    HAND_IN_HAND = "HAND_IN_HAND", "手拉手", "Hand in hand"
    HAPPY_SATURDAY = "HAPPY_SATURDAY", "欢乐星期六", "Happy Saturday"
    HEARTS_TOGETHER = "HEARTS_TOGETHER", "童心相伴", "Hearts together"
    LOVE_AND_COMPANY = "LOVE_AND_COMPANY", "爱伴童行", "Love and company"
    GUARDIAN_STAR = "GUARDIAN_STAR", "守护星", "Guardian star"
    SCIENCE_CAMP = "SCIENCE_CAMP", "科普夏令营", "Science summer camp"
    MOTHER_NEXT_DOOR = "MOTHER_NEXT_DOOR", "邻家妈妈", "Mother next door"
    LABOUR_WEEK = "LABOUR_WEEK", "学生劳动教育宣传周", "Labour education week"
    VOCATION_DAY = "VOCATION_DAY", "学生职业体验日", "Vocation day"
    ROOM_OF_LIGHT = "ROOM_OF_LIGHT", "追光小屋", "Room of light"
    WARM_HEARTS = "WARM_HEARTS", "情暖童心", "Warm hearts"
    HARBOUR = "HARBOUR", "童心港湾", "Harbour of the heart"
    YOUTH_CHARITY = "YOUTH_CHARITY", "爱心上海·青春公益", "Youth charity of Shanghai"
    AUGUST_AID = "AUGUST_AID", "“8.18”帮困", "Aid of 18 August"
    PARENT_GROWTH = "PARENT_GROWTH", "父母成长计划", "Parents' growth plan"
    OTHER = "OTHER", "其他关爱活动", "Other"
