"""A busy machine is no fault: what an installation gives up after seconds, the servers of the tests wait for."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any

from eventlog.connections import ReadLimits, Timeouts
from schema.transport import Settings
from schema.transport.admission import Places

PATIENT_S = 60.0


def be_patient() -> None:
    """In this process. Whatever tests a limit names it; an installation in processes of its own has the real ones."""
    _by_default(
        Timeouts, connect_s=60, statement_s=PATIENT_S, lock_s=PATIENT_S - 10, answer_s=2 * PATIENT_S
    )
    _by_default(
        ReadLimits, connect_s=60, place_s=PATIENT_S, statement_s=PATIENT_S, lock_s=PATIENT_S - 10
    )
    waits = ("operation_timeout", "pong_within", "send_timeout", "init_timeout")
    bodies = ("head_timeout", "body_timeout")
    _by_default(Settings, **dict.fromkeys((*waits, *bodies), PATIENT_S))
    _by_default(Places, wait=PATIENT_S)


def _by_default(made: type, **values: float) -> None:
    """Changes what fields are when nothing is said of them."""
    with_defaults = [
        each.name
        for each in fields(made)
        if each.default is not MISSING or each.default_factory is not MISSING
    ]
    assert values.keys() <= set(with_defaults)
    init: Any = made.__init__  # type: ignore[misc]
    now = dict(zip(with_defaults, init.__defaults__, strict=True))
    init.__defaults__ = tuple((now | values).values())
