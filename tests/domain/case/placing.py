"""Steps of the placement stories: a child heard, handed over, placed (scenario 4), or cared for without fault."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid5

from domain.case.handover import CompleteWrittenHandover
from domain.case.opinion import SeekChildOpinion
from domain.case.placement_care import ArrangeTemporaryLivingCare
from domain.case.placement_start import StartShortTermGuardianship
from domain.kernel import Command, Event
from domain.terms.emergency import OpinionSubject
from domain.terms.placement import Arranger, SiteKind, SuddenCause
from tests.domain.case.cast import LI, MIAOZHEN, child, cn, sh
from tests.domain.case.on_scene import INJURED_CN, then
from tests.dsl import an_id, local, person

STREET_WORKER = person("street worker", "township", unit_id=an_id("江苏路街道办事处"))
HOTEL = an_id("hotel site")
HOTEL_STAFF = person("hotel staff", "placement_site", unit_id=HOTEL)
GOOD = "远离施暴者,就近上学"


def made(command: Command[Any], what: str = "placement") -> UUID:
    """The id this command gives to what it makes."""
    return uuid5(command.context.command_id, what)


def opinion(at: str = "2019-03-30 11:00", **more: Any) -> Command[Any]:
    """He does not want to go to the aunt."""
    asked = SeekChildOpinion(
        **{
            "opinion_about": OpinionSubject.ESCORT_PLACE,
            "able_to_express": True,
            "child_words": "不去姨妈家",
            "opinion_followed": True,
            **more,
        }
    )
    return cn(asked, at=at)


def handover(at: str = "2019-03-31 09:00", **more: Any) -> Command[Any]:
    """In writing, signed by both."""
    signed = CompleteWrittenHandover(
        **{
            "giver_name": "民警",
            "receiver_name": "街道工作人员",
            "handover_place": "江苏路某酒店",
            "handed_over_at": local(at),
            "child_condition": "右臂擦伤,情绪平稳",
            "belongings": "书包一个",
            "giver_signed": True,
            "receiver_signed": True,
            "handover_hash": "a" * 64,
            **more,
        }
    )
    return cn(signed, at=at)


def short_term(at: str = "2019-03-31 10:00", **more: Any) -> Command[Any]:
    """In a hotel used as a temporary site, with all four factors."""
    start = StartShortTermGuardianship(
        **{
            "site_kind": SiteKind.HOTEL,
            "site_unit_id": HOTEL,
            "site_address": "江苏路某酒店",
            "best_interest_reason": GOOD,
            "placement_ground": "母亲为唯一监护人且施暴",
            "child_wishes": "不去姨妈家",
            "health_considered": "擦伤,可正常生活",
            "address_considered": "距学校两站",
            "school_considered": "不转学",
            **more,
        }
    )
    return cn(start, at=at)


HEARD = then(INJURED_CN, opinion())
HANDED_OVER = then(HEARD, handover())
START = short_term()
PLACED: tuple[Event[Any], ...] = then(HANDED_OVER, START)
PLACEMENT = made(START)
LIMIT = date(2019, 4, 30)
"""The last day of this placement."""


def living_care(at: str = "2022-03-02 09:00", **more: Any) -> Command[Any]:
    """The village committee steps in when the guardian is quarantined; the child lives in the township."""
    care = ArrangeTemporaryLivingCare(
        **{
            "site_kind": SiteKind.VILLAGE_ARRANGED,
            "sudden_cause": SuddenCause.EPIDEMIC,
            "cause_facts": "祖母隔离治疗",
            "arranged_by": Arranger.VILLAGE_COMMITTEE,
            "best_interest_reason": "不离开村里",
            **more,
        }
    )
    return sh(care, at=at, linked={LI: child(home=MIAOZHEN)})
