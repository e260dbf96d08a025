"""现行规则手册 · The rulebook of this moment: the packs of the files and what the log says rule owners changed.

Asked before each decision, so that every process, also one just started, decides by the same rules: what another
process has recorded binds here with the next question. The look costs one statement on an index of the rules streams.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

from domain.divisions import Divisions
from domain.rulebook import Rulebook
from domain.rules.ledger import told
from eventlog.recorded import Recorded, Unreadable
from eventlog.store import EventStore

_NEW = (
    "SELECT notification_id FROM es.event WHERE stream = 'rules' AND notification_id > %s "
    "ORDER BY notification_id"
)


@dataclass
class RulebookSource:
    """The rulebook over one log."""

    store: EventStore
    files: Rulebook
    divisions: Divisions
    _book: Rulebook = field(init=False, repr=False)
    _seen: int = field(default=0, init=False, repr=False)
    _lock: Lock = field(default_factory=Lock, init=False, repr=False)

    def __post_init__(self) -> None:
        self._book = self.files

    def __call__(self) -> Rulebook:
        """The rulebook with all that is recorded by now."""
        with self._lock:
            for position in self._new():
                self._book = told(self._book, [self._read(position).event], self.divisions)
                self._seen = position
            return self._book

    def _new(self) -> list[int]:
        (found,) = self.store.appending.ask((_NEW, (self._seen,)))
        return [position for (position,) in found.rows]

    def _read(self, position: int) -> Recorded:
        (notification,) = self.store.recorder.select_notifications(position, 1)
        try:
            return self.store.read(notification)
        except (
            KeyError,
            ValueError,
            TypeError,
        ):  # an event of a later release changes nothing here
            stamp = self.store.mapper.stamp_of(notification)  # type: ignore[attr-defined]
            return Recorded(
                originator_id=notification.originator_id,  # type: ignore[arg-type]
                originator_version=notification.originator_version,
                event=Unreadable.named(notification.topic, stamp),
            )
