"""A file that is closed takes its matters out of what is to be done, and brings them back when it is reopened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from domain.child.closing import CloseFile, ReopenFile
from domain.child.dropout import RegisterDropout
from domain.child.entitlement_application import FileEntitlementApplication
from domain.child.file import EnrolmentRecorded
from domain.child.truancy import RecordTruancy
from domain.terms.entitlements import AidApplicant, EntitlementType
from domain.terms.file import FileCloseReason
from domain.terms.school import DropoutReason
from tests.database import Database
from tests.projections.town import DIRECTOR, FENGJIE, HUANHUA, town_on
from tests.reports.caring import AGREEMENT, CARER
from tests.reports.district import (
    INSPECTOR,
    OFFICIAL,
    County,
    cells,
    county_on,
    left_behind,
    somebody,
    value,
)
from tests.reports.steps import noted

EDUCATION = somebody("education official", "district_education", FENGJIE, "education")


@pytest.fixture
def county(database: Database) -> Iterator[County]:
    """Six children of Huanhua out of school, with a carer to be supervised and an application to be decided."""
    with town_on(database) as town:
        county = county_on(town)
        town.at("2025-03-05 09:00")
        for child in county.children[HUANHUA][:6]:
            left_behind(county, child)
            applied = FileEntitlementApplication(
                family_applicant=AidApplicant.GUARDIAN,
                applied_for=(EntitlementType.MINIMUM_LIVING,),
            )
            county.put(applied, child)
            county.put(noted(EnrolmentRecorded, school_name="白帝小学"), child)
        for when, step in (("2025-04-02 09:00", CARER), ("2025-04-02 10:00", AGREEMENT)):
            town.at(when)
            for child in county.children[HUANHUA][:6]:
                county.put(step, child, DIRECTOR)
        town.at("2025-04-07 18:00")
        for child in county.children[HUANHUA][:6]:
            county.put(RecordTruancy(absence_dates=(date(2025, 4, 7),)), child)
            county.put(RegisterDropout(dropout_reason=DropoutReason.POVERTY), child)
        yield county


def to_do(county: County) -> list[int]:
    """Out of school (S-12), eligible, waiting and overdue (S-13), supervision overdue (S-20)."""
    county.told()
    board = county.report("S-12", FENGJIE, by=EDUCATION, purpose="schooling")
    aid = county.report("S-13", FENGJIE, by=OFFICIAL, purpose="casework")
    work = county.report("S-20", FENGJIE, by=INSPECTOR, purpose="oversight")
    late = cells(work, "visits_overdue", "kind").get("ENTRUST_SUPERVISION")
    told = [value(board, "open"), *(value(aid, k) for k in ("eligible", "backlog", "overdue"))]
    return [int(n or 0) for n in (*told, late)]


def test_what_no_list_shows_no_report_counts(county: County) -> None:
    """Inspectors are answered as of the ends of months, so each is asked on the first day of one."""
    town, children = county.town, county.children[HUANHUA][:6]
    town.at("2025-09-01 09:00")
    before = to_do(county)
    assert before == [6, 6, 6, 6, 6]
    town.at("2025-09-02 10:00")
    for child in children:
        county.put(CloseFile(file_close_reason=FileCloseReason.DECEASED), child)
    town.at("2025-10-01 09:00")
    assert to_do(county) == [0, 0, 0, 0, 0]
    town.at("2025-10-02 09:00")
    for child in children:
        county.put(ReopenFile(reopened_because="核实在册"), child)
    town.at("2025-11-01 09:00")
    assert to_do(county) == before
