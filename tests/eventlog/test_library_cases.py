"""The eventsourcing library's own recorder test cases, run against this log's recorder."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import eventsourcing.cryptography
import pytest
from eventsourcing.persistence import StoredEvent

# The library's tests import its pycryptodome cipher; its `cryptography` one is the same class to them.
sys.modules.setdefault("eventsourcing.cipher", eventsourcing.cryptography)

from eventsourcing.tests.persistence import (  # noqa: E402
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
)

from eventlog.factory import LogFactory, environment  # noqa: E402
from eventlog.recorder import LogRecorder  # noqa: E402
from tests.database import Database  # noqa: E402


class FromNought(LogRecorder):
    """The cases number some streams from 0 and name no kind; the log numbers from 1 and wants one."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:
        shift = int(any(e.originator_version == 0 for e in stored_events))
        shifted = [
            replace(e, originator_version=e.originator_version + shift) for e in stored_events
        ]
        return super().insert_events(shifted, stream="case", **kwargs)


class OnThisLog:
    """What the library's cases ask of a recorder's environment."""

    EXPECT_CONTIGUOUS_NOTIFICATION_IDS = True

    @pytest.fixture(autouse=True)
    def _log(self, database: Database) -> Iterator[None]:
        self.factory = LogFactory(environment(database.writer_dsn))
        yield
        self.recorder.close()
        self.factory.close()

    def create_recorder(self) -> LogRecorder:
        self.recorder = FromNought(self.factory.datastore)
        return self.recorder


class TestApplicationRecorder(OnThisLog, ApplicationRecorderTestCase[LogRecorder]):
    def test_a_subscription_that_could_miss_an_append_is_not_offered(self) -> None:
        with pytest.raises(NotImplementedError):
            self.create_recorder().subscribe()


class TestNonInterleaving(OnThisLog, NonInterleavingNotificationIDsBaseCase):
    insert_num = 1000


del ApplicationRecorderTestCase, NonInterleavingNotificationIDsBaseCase  # not to be collected here
