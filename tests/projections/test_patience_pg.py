"""Who reads the log from end to end is patient: limits made for commands would end it on a busy machine."""

from __future__ import annotations

from eventlog.recorder import LogRecorder
from ops.platform import PATIENT, patient_store
from tests.database import Database
from tests.journeys.world import SECRETS, ways_of


def test_a_slow_page_does_not_end_a_retelling(database: Database) -> None:
    with patient_store(ways_of(database), SECRETS) as store:
        recorder = store.recorder
        assert isinstance(recorder, LogRecorder)
        assert recorder.timeouts == PATIENT
        with recorder.datastore.get_connection() as conn:
            found = conn.execute("select current_setting('statement_timeout') as said").fetchone()
    assert found is not None
    assert found["said"] == f"{PATIENT.statement_s / 60:.0f}min"
