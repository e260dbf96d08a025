"""The demonstration's world: synthetic people in real divisions, of the capacities that work there every day.

Ids follow from names, so that tokens and links stay the same from one start to the next. Nobody here exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid5
from zlib import crc32

from domain.divisions import Divisions
from domain.terms.places import DivisionId
from domain.terms.roles import Role
from domain.terms.units import UnitKind
from domain.terms.workforce import CHILD_FACING, CheckResult
from domain.unit.contacts import SetUnitContact
from domain.unit.posts import AppointPerson, RegisterUnit
from domain.unit.vetting import CompleteEmploymentCheck, RequestEmploymentCheck
from eventlog.casebook import Casebook, Request

SPACE = UUID("d1a7d1a7-0000-5000-8000-000000000001")


@dataclass(frozen=True)
class DemoUnit:
    """A unit: its key here, its kind, its name, and its division by names from the province down."""

    key: str
    kind: UnitKind
    name: str
    division: str

    @property
    def command_id(self) -> UUID:
        """The command that registers it."""
        return uuid5(SPACE, f"unit/{self.key}")

    @property
    def id(self) -> UUID:
        """The unit's id."""
        return uuid5(self.command_id, "stream")

    @property
    def contact(self) -> SetUnitContact | None:
        """How its desk is reached: by a number that rings nowhere, for none begins with 0 behind the area code.

        None for a shelter, which must not be found, and for the public, which has no desk.
        """
        if self.kind is UnitKind.PLACEMENT_SITE or self.key in PUBLIC:
            return None
        area = "021" if self.division.startswith("上海市") else "023"
        return SetUnitContact(
            public_phone=f"{area}-0000 {crc32(self.key.encode()) % 10_000:04d}",
            public_hours="全天" if self.kind in ALWAYS_ANSWERED else "工作日 8:30-17:30",
            desk_contact=f"{self.name}值班室",
        )


@dataclass(frozen=True)
class DemoPerson:
    """A person in one capacity; ``division`` narrows the post below the unit's territory."""

    key: str
    name: str
    role: Role
    unit: str
    purpose: str
    division: str | None = None

    @property
    def id(self) -> UUID:
        """The person's id."""
        return uuid5(SPACE, f"person/{self.key}")

    @property
    def command_id(self) -> UUID:
        """The command that appoints them."""
        return uuid5(SPACE, f"post/{self.key}")

    @property
    def assignment_id(self) -> UUID:
        """The assignment their token acts in."""
        return uuid5(self.command_id, "assignment")


FENGJIE = "重庆市/奉节县"
CAOTANG = f"{FENGJIE}/草堂镇"
OUYING = f"{CAOTANG}/欧营村村民委员会"
LINZHENG = f"{CAOTANG}/林政村村民委员会"
KANGLE = f"{FENGJIE}/康乐镇"
CHONGMING = "上海市/崇明区"
XIANGHUA = f"{CHONGMING}/向化镇"
CHUNGUANG = f"{XIANGHUA}/春光村村委会"
CHANGNING = "上海市/长宁区"
XIANXIA = f"{CHANGNING}/仙霞新村街道"
DAJINGENG = f"{XIANXIA}/大金更居委会"
JIADING = "上海市/嘉定区"
ANTING = f"{JIADING}/安亭镇"
YINGCHUN = f"{ANTING}/迎春社区居委会"

K = UnitKind
PUBLIC = ("public", "sh_public")
"""In what unit people are who serve in none."""
ALWAYS_ANSWERED = (K.POLICE, K.DISTRICT_POLICE, K.HOTLINE, K.RESCUE_INSTITUTION, K.PLATFORM)


def _city_units(
    prefix: str, district: str, township: str, village: str, names: tuple[str, ...]
) -> tuple[DemoUnit, ...]:
    """The usual agencies of one district, one township and one village."""
    d, t, v = names
    return (
        DemoUnit(f"{prefix}_ca", K.DISTRICT_CIVIL_AFFAIRS, f"{d}民政局", district),
        DemoUnit(
            f"{prefix}_police_district",
            K.DISTRICT_POLICE,
            f"{d}公安{'分局' if d.endswith('区') else '局'}",
            district,
        ),
        DemoUnit(f"{prefix}_edu", K.DISTRICT_EDUCATION, f"{d}教育局", district),
        DemoUnit(f"{prefix}_wf", K.WOMENS_FEDERATION, f"{d}妇联", district),
        DemoUnit(f"{prefix}_proc", K.PROCURATORATE, f"{d}人民检察院", district),
        DemoUnit(f"{prefix}_court", K.COURT, f"{d}人民法院", district),
        DemoUnit(f"{prefix}_hospital", K.MEDICAL, f"{d}人民医院", district),
        DemoUnit(f"{prefix}_rescue", K.RESCUE_INSTITUTION, f"{d}未成年人救助保护中心", district),
        DemoUnit(f"{prefix}_welfare", K.CHILD_WELFARE_INSTITUTION, f"{d}儿童福利院", district),
        DemoUnit(f"{prefix}_site", K.PLACEMENT_SITE, f"{t}临时照料点", township),
        DemoUnit(f"{prefix}_police", K.POLICE, f"{t}派出所", township),
        DemoUnit(
            f"{prefix}_township",
            K.TOWNSHIP,
            f"{t}{'办事处' if t.endswith('街道') else '人民政府'}",
            township,
        ),
        DemoUnit(f"{prefix}_school", K.SCHOOL, f"{t}中心小学", township),
        DemoUnit(f"{prefix}_sw", K.SOCIAL_WORK_PROVIDER, f"{d}社工服务中心", district),
        DemoUnit(f"{prefix}_village", K.VILLAGE_COMMITTEE, f"{v}", village),
    )


UNITS: tuple[DemoUnit, ...] = (
    DemoUnit("platform", K.PLATFORM, "一档平台值守", "重庆市"),
    DemoUnit("public", K.HOTLINE, "社会公众", "重庆市"),
    DemoUnit("sh_public", K.HOTLINE, "社会公众(上海)", "上海市"),
    DemoUnit("cq_city_ca", K.CITY_CIVIL_AFFAIRS, "重庆市民政局", "重庆市"),
    DemoUnit("sh_city_ca", K.CITY_CIVIL_AFFAIRS, "上海市民政局", "上海市"),
    *_city_units("fj", FENGJIE, CAOTANG, OUYING, ("奉节县", "草堂镇", "欧营村村民委员会")),
    DemoUnit("kl_township", K.TOWNSHIP, "康乐镇人民政府", KANGLE),
    *_city_units("cm", CHONGMING, XIANGHUA, CHUNGUANG, ("崇明区", "向化镇", "春光村村委会")),
    *_city_units("cn", CHANGNING, XIANXIA, DAJINGENG, ("长宁区", "仙霞新村街道", "大金更居委会")),
    DemoUnit("cn_justice", K.DISTRICT_JUSTICE, "长宁区司法局", CHANGNING),
    *_city_units("jd", JIADING, ANTING, YINGCHUN, ("嘉定区", "安亭镇", "迎春社区居委会")),
    DemoUnit("cn_dpf", K.DISABLED_FEDERATION, "长宁区残联", CHANGNING),
    DemoUnit("cn_resources", K.DISTRICT_HUMAN_RESOURCES, "长宁区人社局", CHANGNING),
    DemoUnit("cn_housing", K.DISTRICT_HOUSING, "长宁区房管局", CHANGNING),
    DemoUnit("jd_dpf", K.DISABLED_FEDERATION, "嘉定区残联", JIADING),
    DemoUnit("cn_wco", K.WOMEN_CHILDREN_OFFICE, "长宁区妇儿工委办", CHANGNING),
    DemoUnit("fj_culture", K.DISTRICT_CULTURE, "奉节县文化和旅游发展委员会", FENGJIE),
    DemoUnit("cq_hotline", K.HOTLINE, "重庆市未成年人保护热线", "重庆市"),
)

R = Role


def _city_people(prefix: str, names: tuple[str, ...]) -> tuple[DemoPerson, ...]:
    """The usual people of those agencies, in the same order everywhere."""
    seats = (
        ("director", R.CHILD_DIRECTOR, "village", "casework"),
        ("committee", R.VILLAGE_COMMITTEE, "village", "casework"),
        ("supervisor", R.CHILD_SUPERVISOR, "township", "casework"),
        ("township", R.TOWNSHIP, "township", "casework"),
        ("ca", R.DISTRICT_CIVIL_AFFAIRS, "ca", "casework"),
        ("police", R.POLICE, "police", "investigation"),
        ("police_chief", R.POLICE, "police_district", "investigation"),
        ("edu", R.DISTRICT_EDUCATION, "edu", "schooling"),
        ("head", R.SCHOOL_HEAD, "school", "schooling"),
        ("teacher", R.CLASS_TEACHER, "school", "schooling"),
        ("doctor", R.MEDICAL, "hospital", "treatment"),
        ("wf", R.WOMENS_FEDERATION, "wf", "casework"),
        ("proc", R.PROCURATORATE, "proc", "judicial"),
        ("judge", R.COURT, "court", "judicial"),
        ("site", R.PLACEMENT_SITE, "site", "casework"),
        ("rescue", R.RESCUE_INSTITUTION, "rescue", "casework"),
        ("welfare", R.CHILD_WELFARE_INSTITUTION, "welfare", "casework"),
        ("sw", R.SOCIAL_WORKER, "sw", "casework"),
    )
    return tuple(
        DemoPerson(f"{prefix}_{seat}", name, role, f"{prefix}_{unit}", purpose)
        for (seat, role, unit, purpose), name in zip(seats, names, strict=True)
    )


PEOPLE: tuple[DemoPerson, ...] = (
    *_city_people(
        "fj",
        (
            "冉秋萍",
            "向国福",
            "牟晓琴",
            "谭文斌",
            "龚雪梅",
            "覃志刚",
            "彭海峰",
            "易春兰",
            "熊正平",
            "田小禾",
            "吴明哲",
            "冯丽华",
            "姚建民",
            "邓书云",
            "文素珍",
            "罗永康",
            "汪玉洁",
            "蒲青青",
        ),
    ),
    DemoPerson("kl_township", "涂建国", R.TOWNSHIP, "kl_township", "casework"),
    DemoPerson("fj_director2", "侯玉芬", R.CHILD_DIRECTOR, "fj_village", "casework", LINZHENG),
    *_city_people(
        "cm",
        (
            "施雅芳",
            "顾才根",
            "陆佩华",
            "倪志明",
            "龚美娟",
            "沈国强",
            "茅建军",
            "汤月英",
            "宋文涛",
            "黄晓雯",
            "俞仁杰",
            "范秀英",
            "季永平",
            "杜正言",
            "袁桂花",
            "朱德明",
            "蔡慧敏",
            "樊小舟",
        ),
    ),
    *_city_people(
        "cn",
        (
            "徐丽萍",
            "唐培根",
            "金慧芳",
            "孙立新",
            "郑雅琴",
            "丁伟民",
            "曹振华",
            "严玉珍",
            "钱学文",
            "贺晓岚",
            "葛医明",
            "章美玲",
            "祝建成",
            "白静言",
            "尤桂芳",
            "项永福",
            "卢慧芬",
            "成小帆",
        ),
    ),
    *_city_people(
        "jd",
        (
            "戴国良",
            "印培德",
            "侯雅琴",
            "周立群",
            "赵美琴",
            "须伟强",
            "朱振兴",
            "王玉芳",
            "陈学军",
            "李晓曼",
            "张仁医",
            "浦秀珍",
            "甘建平",
            "封正明",
            "钮桂英",
            "杨永安",
            "沈慧玲",
            "毛小舸",
        ),
    ),
    DemoPerson("cn_volunteer", "温学友", R.VOLUNTEER, "cn_sw", "casework"),
    DemoPerson("cn_justice", "侯正清", R.DISTRICT_JUSTICE, "cn_justice", "casework"),
    DemoPerson("cq_city_ca", "余宗明", R.CITY_CIVIL_AFFAIRS, "cq_city_ca", "casework"),
    DemoPerson("sh_city_ca", "诸葆华", R.CITY_CIVIL_AFFAIRS, "sh_city_ca", "casework"),
    DemoPerson("citizen", "路正义", R.CITIZEN, "public", "casework"),
    DemoPerson("sh_citizen", "沪生平", R.CITIZEN, "sh_public", "casework"),
    DemoPerson("fj_mother", "莫春花", R.GUARDIAN, "public", "family"),
    DemoPerson("fj_father", "冷大山", R.GUARDIAN, "public", "family"),
    DemoPerson("fj_grandmother", "莫阿秀", R.ENTRUSTED_CARER, "public", "family"),
    DemoPerson("cm_father", "石根生", R.GUARDIAN, "sh_public", "family"),
    DemoPerson("cm_uncle", "石根水", R.ENTRUSTED_CARER, "sh_public", "family"),
    DemoPerson("cn_mother", "万晓琳", R.GUARDIAN, "sh_public", "family"),
    DemoPerson("jd_mother", "鲍秋月", R.GUARDIAN, "sh_public", "family"),
    DemoPerson("cn_worker", "毕晓春", R.COMMUNITY_WORKER, "cn_village", "casework"),
    DemoPerson("cn_dpf", "江平安", R.DISABLED_FEDERATION, "cn_dpf", "casework"),
    DemoPerson("cn_resources", "童建业", R.DISTRICT_HUMAN_RESOURCES, "cn_resources", "casework"),
    DemoPerson("cn_housing", "房安居", R.DISTRICT_HOUSING, "cn_housing", "casework"),
    DemoPerson("jd_dpf", "平小康", R.DISABLED_FEDERATION, "jd_dpf", "casework"),
    DemoPerson("cq_rules", "章守正", R.RULE_OWNER, "cq_city_ca", "oversight"),
    DemoPerson("sh_rules", "规则明", R.RULE_OWNER, "sh_city_ca", "oversight"),
    DemoPerson("cn_rules", "程法平", R.RULE_OWNER, "cn_ca", "oversight"),
    DemoPerson("cq_inspector", "查明言", R.INSPECTOR, "cq_city_ca", "oversight"),
    DemoPerson("sh_inspector", "巡实之", R.INSPECTOR, "sh_city_ca", "oversight"),
    DemoPerson("auditor", "审文鉴", R.AUDITOR, "platform", "audit"),
    DemoPerson("auditor2", "复正明", R.AUDITOR, "platform", "audit"),
    DemoPerson("desk", "值守真", R.CITY_CIVIL_AFFAIRS, "platform", "casework"),
    DemoPerson("hotline", "安听之", R.HOTLINE_OPERATOR, "cq_hotline", "casework"),
    DemoPerson("cn_wco", "尤督成", R.WOMEN_CHILDREN_OFFICE, "cn_wco", "oversight"),
    DemoPerson("fj_culture", "文旅清", R.VENUE_SUPERVISION, "fj_culture", "casework"),
    DemoPerson("admin", "技维安", R.TECHNICAL_ADMINISTRATOR, "platform", "casework"),
)

BY_KEY = {p.key: p for p in PEOPLE}
UNIT_BY_KEY = {u.key: u for u in UNITS}


def division(path: str) -> DivisionId:
    """The stable id of a division by its names from the province down; ``LookupError`` if one is missing."""
    divisions = Divisions.load()
    first, *rest = path.split("/")
    here = next(d for d in divisions.search(first, limit=50) if d.name == first).id
    for name in rest:
        here = next(d.id for d in divisions.children(here) if d.name == name)
    return DivisionId(here)


def found(casebook: Casebook) -> None:
    """Registers the units and appoints the people; repeating it changes nothing."""
    for unit in UNITS:
        casebook.perform(
            Request(
                command=RegisterUnit(
                    kind=unit.kind, unit_name=unit.name, division_id=division(unit.division)
                ),
                command_id=unit.command_id,
            )
        )
    # Those who answer the checks first: then every check has somebody to answer it.
    for who in sorted(PEOPLE, key=lambda who: who.role in CHILD_FACING):
        _vetted(casebook, who)
        casebook.perform(
            Request(
                command=AppointPerson(
                    person_id=who.id,
                    person_name=who.name,
                    role=who.role,
                    division_id=division(who.division) if who.division else None,
                ),
                command_id=who.command_id,
                stream_id=UNIT_BY_KEY[who.unit].id,
            )
        )


def _vetted(casebook: Casebook, who: DemoPerson) -> None:
    """The clear employment check without which nobody takes up a post close to children (D.10)."""
    if who.role not in CHILD_FACING:
        return
    unit, asked = UNIT_BY_KEY[who.unit].id, uuid5(SPACE, f"check/{who.key}")
    check = RequestEmploymentCheck(person_id=who.id, person_name=who.name, role=who.role)
    casebook.perform(Request(command=check, command_id=asked, stream_id=unit))
    answer = CompleteEmploymentCheck(check_id=uuid5(asked, "check"), check_result=CheckResult.CLEAR)
    answered = uuid5(SPACE, f"checked/{who.key}")
    casebook.perform(Request(command=answer, command_id=answered, stream_id=unit))
