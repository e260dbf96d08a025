"""Which packs bind where on which day, what they add up to, and whose words are cited."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.clauses import clause
from domain.divisions import BadCode, Divisions, UnknownDivision
from domain.packfile import Mark
from domain.periods import Period
from domain.rulebook import (
    Jurisdiction,
    Rulebook,
    Rules,
    SilentInTexts,
    jurisdiction_of,
)

JINSHAN = Jurisdiction("310000000000", "310116000000")
CHANGNING = Jurisdiction("310000000000", "310105000000")
FENGJIE = Jurisdiction("500000000000", "500236000000")


def rules(place: Jurisdiction | None, on: str) -> Rules:
    return Rulebook.load().in_force(place, date.fromisoformat(on))


def packs(place: Jurisdiction | None, on: str) -> list[str]:
    return [pack for pack, _ in rules(place, on).packs]


# Domain model E.4, with both days of every boundary. The baseline is always last and left out here.
@pytest.mark.parametrize(
    ("day", "shanghai", "changning", "chongqing"),
    [
        ("2016-06-29", [], [], []),
        ("2016-06-30", [], [], ["CQ2016"]),
        ("2017-08-20", [], [], ["CQ2016"]),
        ("2017-08-21", [], ["CN2017"], ["CQ2016"]),
        ("2020-12-31", [], ["CN2017"], ["CQ2016"]),
        ("2021-01-01", ["SH2020"], ["CN2017", "SH2020"], ["CQ2016"]),
        ("2022-07-31", ["SH2020"], ["CN2017", "SH2020"], ["CQ2016"]),
        ("2022-08-01", ["SH2020"], ["SH2020"], ["CQ2016"]),
        ("2023-11-30", ["SH2020"], ["SH2020"], ["CQ2016"]),
        ("2023-12-01", ["SH2024", "SH2020"], ["SH2024", "SH2020"], ["CQ2016"]),
        ("2024-06-13", ["SH2024", "SH2020"], ["SH2024", "SH2020"], ["CQ2016"]),
        ("2024-06-14", ["SH2024", "SH2020"], ["SH2024", "SH2020"], ["CQ2024", "CQ2016"]),
        ("2025-12-31", ["SH2024", "SH2020"], ["SH2024", "SH2020"], ["CQ2024", "CQ2016"]),
        ("2026-01-01", ["SH2024"], ["SH2024"], ["CQ2024", "CQ2016"]),
        ("2026-10-31", ["SH2024"], ["SH2024"], ["CQ2024", "CQ2016"]),
        ("2026-11-01", [], [], ["CQ2024", "CQ2016"]),
    ],
)
def test_what_is_in_force_when(
    day: str, shanghai: list[str], changning: list[str], chongqing: list[str]
) -> None:
    assert packs(JINSHAN, day) == [*shanghai, "PLATFORM"]
    assert packs(CHANGNING, day) == [*changning, "PLATFORM"]
    assert packs(FENGJIE, day) == [*chongqing, "PLATFORM"]


def test_without_a_place_or_elsewhere_the_baseline_alone_binds() -> None:
    assert packs(None, "2025-03-03") == ["PLATFORM"]
    assert packs(Jurisdiction("320000000000"), "2025-03-03") == ["PLATFORM"]


def test_a_district_pack_does_not_bind_where_only_the_city_is_known() -> None:
    assert packs(Jurisdiction("310000000000"), "2018-01-01") == ["PLATFORM"]


def test_packs_are_named_with_their_version() -> None:
    assert rules(FENGJIE, "2025-03-03").packs == (("CQ2024", 1), ("CQ2016", 1), ("PLATFORM", 1))


# The packs in force from the domain model's divisions: real ids, real codes.
@pytest.mark.parametrize(
    ("name", "day", "expected"),
    [
        ("长宁区", "2019-03-30", ["CN2017", "PLATFORM"]),
        ("崇明区", "2022-03-01", ["SH2020", "PLATFORM"]),
        ("奉节县", "2025-03-03", ["CQ2024", "CQ2016", "PLATFORM"]),
    ],
)
def test_the_jurisdiction_of_a_division(name: str, day: str, expected: list[Any]) -> None:
    divisions, on = Divisions.load(), date.fromisoformat(day)
    (district,) = [d for d in divisions.search(name) if d.name == name]
    inside = divisions.children(divisions.children(district.id)[0].id)[0]
    for division in (district, inside):
        assert packs(jurisdiction_of(divisions, division.id, on), day) == expected


def test_a_province_and_no_division() -> None:
    divisions = Divisions.load()
    on = date(2025, 3, 3)
    assert jurisdiction_of(divisions, "sh00001", on) == Jurisdiction("310000000000")
    assert jurisdiction_of(divisions, None, on) is None
    with pytest.raises(UnknownDivision):
        jurisdiction_of(divisions, "sh99999", on)


@pytest.mark.parametrize("codes", [("31",), ("310000",), ("310000000000", "310105")])
def test_a_stripped_code_is_no_jurisdiction(codes: tuple[str, ...]) -> None:
    with pytest.raises(BadCode):
        Jurisdiction(*codes)


# --- what several texts add up to ---------------------------------------------------------------


def test_changning_reports_go_to_police_or_street() -> None:
    both = rules(CHANGNING, "2021-06-01")
    assert both.codes("addressees") == {"POLICE", "STREET"}
    assert both.cite("addressees", "STREET") == ("CN2017-4.1-c",)
    assert both.cite("addressees", "POLICE") == ("CN2017-4.1-c", "SH2020-4.1-e")
    assert rules(JINSHAN, "2021-06-01").codes("addressees") == {"POLICE"}


def test_escort_destinations_are_those_of_the_text_and_no_others() -> None:
    assert rules(FENGJIE, "2025-03-03").codes("escort_destinations") == {
        "CLOSE_RELATIVE",
        "VILLAGE_COMMITTEE",
        "RESCUE_MANAGEMENT_INSTITUTION",
        "WELFARE_INSTITUTION",
    }
    assert rules(FENGJIE, "2025-03-03").cite("escort_destinations") == ("CQ2016-4.2-g",)


def test_a_layer_adds_to_its_base() -> None:
    layered = rules(FENGJIE, "2024-06-14")
    assert layered.codes("reporter_duties") == {"DISSUADE_STOP", "REPORT_POLICE", "ASSIST"}
    assert layered.cite("reporter_duties", "REPORT_POLICE") == ("CQ2024-3.1-h", "CQ2016-4.1-c")
    assert layered.cite("triggers", "LIVING_ALONE") == ("CQ2016-4.1-b",)
    assert layered.cite("triggers", "OUT_OF_GUARDIANSHIP") == ("CQ2024-3.1-g",)
    assert list(layered.categories()) == ["LBC_CQ_RURAL", "LBC_CQ_URBAN_RURAL", "IN_DIFFICULTY"]


def test_a_layer_does_not_reach_back() -> None:
    before = rules(FENGJIE, "2024-06-13")
    assert before.codes("reporter_duties") == {"REPORT_POLICE", "ASSIST"}
    assert list(before.categories()) == ["LBC_CQ_RURAL", "IN_DIFFICULTY"]
    assert before.codes("clue_addressees") == frozenset()


def test_the_district_prevails_over_the_city() -> None:
    both, city = rules(CHANGNING, "2021-06-01"), rules(JINSHAN, "2021-06-01")
    assert both.codes("assessment_dimensions") == {"FAMILY", "GUARDIANSHIP", "HEALTH"}
    assert city.codes("assessment_dimensions") == {"SAFETY", "GUARDIANSHIP", "HEALTH"}
    assert both.code("revocation_modality") == "MUST"
    assert city.code("revocation_modality") == "MAY"
    assert not both.flag("failure_needs_serious_consequences")
    assert city.flag("failure_needs_serious_consequences")


def test_the_words_of_a_text_prevail_over_a_number_of_ours() -> None:
    # SH2024 states the cadence for which SH2020 has but a word, and has no word on the notice.
    both = rules(JINSHAN, "2024-07-01")
    assert both.get("contact_interval_normal").mark is Mark.TEXT
    assert both.cite("contact_interval_normal") == ("SH2024-2.3.7-c",)
    assert both.cite("township_notice_hours") == ("SH2020-4.2-o",)


def test_a_text_of_the_city_prevails_over_a_default_for_the_district() -> None:
    assert not rules(CHANGNING, "2018-06-01").flag("township_notice_required")
    assert rules(CHANGNING, "2021-06-01").flag("township_notice_required")
    assert rules(CHANGNING, "2021-06-01").cite("township_notice_required") == ("SH2020-4.2-o",)


def test_rules_about_one_group_of_children() -> None:
    both = rules(CHANGNING, "2021-06-01")
    assert both.for_groups({"LBC"}).packs == (("SH2020", 1), ("PLATFORM", 1))
    assert both.for_groups({"CID"}).packs == (("CN2017", 1), ("PLATFORM", 1))
    assert both.for_groups({"LBC"}).code("assessment_lead") == "TOWNSHIP"


# --- values with their words --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "contact", "visit"), [("2024-07-01", "P1M", "P2M"), ("2022-03-01", "P1M", "P2M")]
)
def test_cadence_in_shanghai(day: str, contact: str, visit: str) -> None:
    here = rules(JINSHAN, day)
    assert here.duration("contact_interval_normal") == Period.parse(contact)
    assert here.duration("home_visit_interval_normal") == Period.parse(visit)


def test_a_default_of_ours_cites_the_word_it_answers() -> None:
    accept = rules(FENGJIE, "2025-03-03").get("accept_minutes")
    assert accept.value == 30
    assert accept.mark is Mark.PLATFORM_DEFAULT
    (cited,) = accept.cite
    assert (cited.document, cited.clause_id, cited.word) == ("CQ2016", "CQ2016-4.2-a", "及时受理")
    assert cited.quote_zh == "公安机关要及时受理有关报告"
    assert cited.pack_version == 1
    assert cited.zh.endswith("“公安机关要及时受理有关报告”（数值为平台默认）")


def test_a_value_of_the_text_cites_it_without_reservation() -> None:
    (cited,) = rules(JINSHAN, "2024-07-01").cited("home_visit_interval_enhanced")
    assert cited.quote_zh == clause("SH2024-2.3.7-d").quote_zh
    assert cited.zh.endswith("每月入户走访一次”")


def test_a_value_the_owner_must_decide_says_so() -> None:
    (cited,) = rules(JINSHAN, "2024-07-01").cited("home_visit_counts_as_contact")
    assert cited.mark is Mark.OWNER_DECIDES
    assert cited.zh.endswith("（待规则负责人裁定）")


def test_a_baseline_value_says_that_no_clause_stands_behind_it() -> None:
    nowhere = rules(None, "2025-03-03")
    assert nowhere.minutes("accept_minutes") == 30
    assert nowhere.cite("accept_minutes") == ()
    (cited,) = nowhere.cited("accept_minutes")
    assert (cited.pack_id, cited.clause_id) == ("PLATFORM", None)
    assert cited.zh == "平台默认值，无条款依据"


def test_each_member_cites_its_own_clause() -> None:
    here = rules(JINSHAN, "2023-04-10")
    assert here.cite("reporters", "CLOSE_CONTACT") == ("SH2020-4.1-c",)
    assert here.cite("reporters") == ("SH2020-4.1-a", "SH2020-4.1-b", "SH2020-4.1-c")
    assert here.cite("reporters", "KINDERGARTEN") == ()


def test_the_one_month_limit_of_changning() -> None:
    short = rules(CHANGNING, "2019-03-31").placement("SHORT_TERM")
    assert (short.limit, short.soft) == (Period(months=1), True)
    longer = rules(CHANGNING, "2019-03-31").placement("LONGER_TERM")
    assert longer.limit == Period(months=6)
    assert longer.needs == {"POLICE_SEARCH_CERTIFICATE"}
    assert rules(CHANGNING, "2019-03-31").cite("placement_kinds", "LONGER_TERM") == (
        "CN2017-4.3-e",
        "CN2017-4.3-f",
    )
    assert rules(CHANGNING, "2019-03-31").numbers("short_term_warn_days") == (10, 3)


def test_no_kind_of_placement_is_refused_because_a_text_is_silent() -> None:
    here = rules(FENGJIE, "2025-03-03")
    assert here.placement("SHORT_TERM").limit is None
    assert "TEMP_LIVING_CARE" in here.table("placement_kinds")
    assert here.cite("placement_kinds", "TEMP_LIVING_CARE") == ()
    assert here.cite("placement_kinds", "PROTECTIVE") == ("CQ2016-4.2-k",)


def test_the_four_limbs_of_shanghai() -> None:
    limb = rules(JINSHAN, "2022-03-01").categories()["LBC_RURAL_SH"]
    assert limb.age_below == 16
    assert limb.child_hukou_province == "310000000000"
    assert limb.area_types == {"SUBURBAN_RURAL"}
    assert limb.parents_hukou == {
        "BOTH_LOCAL_AGRICULTURAL",
        "ONE_LOCAL_AGRICULTURAL_OTHER_PERMIT",
    }
    assert limb.absence == {"BOTH_AWAY_FOR_WORK", "ONE_AWAY_OTHER_INCAPABLE"}


def test_periodic_duties_come_with_their_warnings() -> None:
    duties = rules(JINSHAN, "2025-01-01").periodic_duties()
    duty, warning = duties["ANNUAL_REPORT"]
    assert (duty.unit, duty.every, duty.due) == ("DISTRICT", "YEAR", "11-30")
    assert warning.month_days == ("11-01", "11-15", "11-25")
    assert duties["STATION_ACTIVITY"][0].every == "QUARTER"
    assert rules(FENGJIE, "2025-01-01").periodic_duties() == {}


def test_revocation_grounds_per_text() -> None:
    assert set(rules(CHANGNING, "2019-01-01").table("revocation_grounds")) == {
        "GROUND_1",
        "GROUND_2",
        "GROUND_3",
        "GROUND_4",
    }
    shanghai = rules(JINSHAN, "2022-01-01").table("revocation_grounds")
    assert set(shanghai) == {"GROUND_1", "GROUND_2", "GROUND_3"}
    assert shanghai["GROUND_3"].open_ended
    assert not rules(FENGJIE, "2022-01-01").table("revocation_grounds")["GROUND_3"].open_ended


def test_the_fallback_of_civil_affairs_is_in_shanghai_alone() -> None:
    assert rules(JINSHAN, "2022-03-01").code("revocation_fallback") == "CIVIL_AFFAIRS"
    assert not rules(FENGJIE, "2022-03-01").has("revocation_fallback")
    with pytest.raises(SilentInTexts, match="revocation_fallback"):
        rules(FENGJIE, "2022-03-01").code("revocation_fallback")


def test_a_written_agreement_is_asked_for_in_chongqing_alone() -> None:
    assert rules(FENGJIE, "2023-02-06").code("entrusted_agreement") == "WRITTEN"
    assert not rules(JINSHAN, "2024-11-01").has("entrusted_agreement")


def test_asking_wrongly_is_a_mistake_of_the_programmer() -> None:
    here = rules(JINSHAN, "2024-07-01")
    with pytest.raises(KeyError):
        here.has("accept_minute")
    with pytest.raises(TypeError, match=r"rules.minutes\("):
        here.days("accept_minutes")
