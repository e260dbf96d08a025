"""Refusals: the rules say no, with a stable code, both languages, and the clause that says so (law 7).

A refusal is data for the caller, not an error of the system: ``Refusal`` declares it once, calling it makes the
exception. A refusal never carries a value of the state, so that it cannot tell what its reader may not read.
"""

from __future__ import annotations

from domain.clauses import clause
from domain.labels import Label

REFUSALS: dict[str, Refusal] = {}


class Refused(Exception):
    """The rules say no. ``code`` is stable; ``clauses`` cite why; ``field`` names the input concerned, if one is."""

    def __init__(
        self, refusal: Refusal, clauses: tuple[str, ...], field: str | None, detail: Label | None
    ) -> None:
        super().__init__(refusal.code)
        self.code, self.label = refusal.code, refusal.label
        self.clauses, self.field, self.detail = clauses, field, detail


class Refusal:
    """``DESTINATION_NOT_ALLOWED = Refusal("destination_not_allowed", zh=…, en=…, clauses=(…))``."""

    def __init__(self, code: str, *, zh: str, en: str, clauses: tuple[str, ...] = ()) -> None:
        for one in clauses:
            clause(one)
        self.code, self.label, self.clauses = code, Label(zh, en), clauses
        assert code not in REFUSALS, f"two refusals named {code}"
        REFUSALS[code] = self

    def __call__(
        self,
        *,
        cite: tuple[str, ...] = (),
        field: str | None = None,
        zh: str | None = None,
        en: str | None = None,
    ) -> Refused:
        """The exception to raise; ``cite`` adds the clauses of the packs in force, ``zh``/``en`` a detail."""
        clauses = tuple(dict.fromkeys((*cite, *self.clauses)))
        detail = Label(zh or "", en or "") if zh or en else None
        return Refused(self, clauses, field, detail)
