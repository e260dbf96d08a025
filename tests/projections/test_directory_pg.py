"""The snapshot of the directory: taken anew when somebody came or went, and not for what else happens to a unit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from domain.kernel import EVENTS, Event
from domain.unit.obligations import ObligationYearOpened
from domain.unit.posts import AssignmentEnded, PersonAppointed, UnitRegistered
from domain.unit.suspension import AssignmentReinstated, AssignmentSuspended
from projections.lookup import Lookup
from projections.units import DirectorySource
from tests.database import Database, Postgres, database_of
from tests.journeys.conftest import founded_template, templates

__all__ = ["founded_template", "templates"]


@pytest.fixture(scope="module")
def source(postgres: Postgres, founded_template: Database) -> Iterator[DirectorySource]:
    with database_of(postgres, founded_template.name) as clone:
        lookup = Lookup.open(clone.writer_dsn)
        yield DirectorySource(lookup)
        lookup.close()


@pytest.mark.parametrize(
    "kind",
    [UnitRegistered, PersonAppointed, AssignmentEnded, AssignmentSuspended, AssignmentReinstated],
)
def test_whoever_comes_or_goes_moves_it(source: DirectorySource, kind: type[Event[Any]]) -> None:
    before = source()
    source.heard({kind.name, ObligationYearOpened.name})
    assert source() is not before


def test_what_is_not_known_moves_it(source: DirectorySource) -> None:
    before = source()
    source.heard(None)
    assert source() is not before


def test_a_year_of_obligations_leaves_it_as_it_is(source: DirectorySource) -> None:
    before = source()
    source.heard({ObligationYearOpened.name})
    source.heard({name for name in EVENTS if not name.startswith("unit.")})
    assert source() is before
