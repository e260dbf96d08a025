"""S-01, S-02 and S-20 of those who are known without a file, and of what files lack (SH2020-3.2-b, CQ2024-3.1-b)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from domain.child.corrections import CorrectEvent
from domain.child.file import EnrolmentRecorded, OpenScreenedFile
from domain.child.records import FileVerified, UpdateChildInfo
from domain.child.screening import RecordScreening, ScreenChild
from domain.terms.file import FileSection, ScreeningSource, Sex, VerificationScope
from domain.terms.places import AreaType, DivisionId
from eventlog.casebook import Request
from tests.database import Database
from tests.dsl import an_id
from tests.projections.town import CLERK, FENGJIE, HUANHUA, town_on
from tests.reports.district import (
    INSPECTOR,
    NAMES,
    OFFICIAL,
    County,
    cells,
    county_on,
    left_behind,
    of_whole,
    value,
)
from tests.reports.steps import noted

HEALTHY = UpdateChildInfo(
    section=FileSection.HEALTH,
    info_source=ScreeningSource.VILLAGE_VISIT,
    health_content="身体健康,情绪平稳",
)


def screened(county: County, number: int, source: ScreeningSource, *, needs: bool = True) -> UUID:
    """A child of Huanhua who came to notice."""
    county.steps += 1
    seen = ScreenChild(
        child_name=f"文小{NAMES[number]}",
        residence=DivisionId(HUANHUA),
        screening_source=source,
        screening_findings="父母均外出",
        needs_file=needs,
        birth_on=date(2014, 5, 6),
    )
    asked = Request(command=seen, command_id=an_id(f"county {county.steps}"), actor=CLERK)
    return county.town.platform.casebook.perform(asked).stream_id


def test_who_is_known_without_a_file_is_counted_until_it_is_opened(database: Database) -> None:
    """Twenty-eight have files; six of the census and five of the village are to have one, seven need none."""
    with town_on(database) as town:
        county = county_on(town)
        town.at("2025-04-02 09:00")
        census = [screened(county, n, ScreeningSource.SCHOOL_CENSUS) for n in range(6)]
        village = [screened(county, n, ScreeningSource.VILLAGE_VISIT) for n in range(6, 11)]
        fine = [
            screened(county, n, ScreeningSource.VILLAGE_VISIT, needs=False) for n in range(11, 16)
        ]
        who: Any = {"by": OFFICIAL, "purpose": "casework"}
        known = county.told().report("S-01", FENGJIE, **who)
        assert of_whole(known, "with_file") == (28, 28 + 11)
        assert value(known, "unregistered") == 11
        sources = {"SCHOOL_CENSUS": 6, "VILLAGE_VISIT": 5}
        assert cells(known, "unregistered", "source") == sources
        town.at("2025-04-20 09:00")
        again = RecordScreening(
            screening_source=ScreeningSource.SCHOOL_HOME_VISIT, screening_findings="仍未建档"
        )
        for child in census:
            county.put(again, child)
            opening = town.platform.store.history(child)[0].event_id
            born = CorrectEvent(
                target_event_id=opening, what_was_wrong="出生日期", birth_on=date(2014, 6, 6)
            )
            county.put(born, child)
        town.at("2025-05-01 09:00")
        inspected: Any = {"by": INSPECTOR, "purpose": "oversight"}
        work = county.told().report("S-20", FENGJIE, **inspected)
        assert of_whole(work, "screening_overdue") == (11, 11)
        filed = OpenScreenedFile(
            child_name="文小妹",
            sex=Sex.FEMALE,
            birth_on=date(2014, 5, 6),
            residence=DivisionId(HUANHUA),
            hukou=DivisionId(HUANHUA),
            area_type=AreaType.RURAL,
        )
        for child in village:
            county.put(filed, child)
        known = county.told().report("S-01", FENGJIE, **who)
        assert of_whole(known, "with_file") == (33, 39)
        assert cells(known, "unregistered", "source") == {"SCHOOL_CENSUS": 6}
        assert len(fine) == 5


def test_what_a_file_lacks_of_what_the_text_asks_for(database: Database) -> None:
    """Health, schooling, guardianship (CQ2024-3.1-b): six files have all, six lack health, sixteen have nothing."""
    with town_on(database) as town:
        county = county_on(town)
        town.at("2025-03-05 09:00")
        for number, child in enumerate(county.children[HUANHUA]):
            left_behind(county, child)
            county.put(noted(EnrolmentRecorded, school_name="白帝小学"), child)
            if number < 6:
                county.put(HEALTHY, child)
        who: Any = {"by": OFFICIAL, "purpose": "casework"}
        known = county.told().report("S-01", FENGJIE, **who)
        assert of_whole(known, "complete_files") == (6, 28)
        assert value(known, "completeness") == 0
        assert value(known, "sections_missing") == 22
        missing = {"GUARDIANSHIP": 16, "HEALTH": 22, "SCHOOLING": 16}
        assert cells(known, "sections_missing", "section") == missing
        huanhua = county.report("S-01", HUANHUA, **who)
        assert of_whole(huanhua, "complete_files") == (6, 12)
        assert value(huanhua, "completeness") == 66


def test_a_check_in_part_is_no_verification_of_the_file(database: Database) -> None:
    """Six in full, seven against the school roll (全面核查, SH2024-3.2-a)."""
    with town_on(database) as town:
        county = county_on(town)
        town.at("2025-03-05 09:00")
        for number, child in enumerate(county.children[HUANHUA]):
            scope = VerificationScope.FULL if number < 6 else VerificationScope.SCHOOL_ROLL
            county.put(noted(FileVerified, verification_scope=scope), child)
        who: Any = {"by": OFFICIAL, "purpose": "casework"}
        known = county.told().report("S-02", FENGJIE, **who)
        assert of_whole(known, "verified") == (6, 28)
