"""权限变动 · Word that rights have moved, for the open streams they may have ended: each asks anew at once.

PostgreSQL says whose (channel ``rights``): ``post:<assignment>`` once a post was suspended, barred or ended,
``person:<id>`` and ``token:<digest>`` once they were signed out. ``ALL`` is the policy, or that words may have been
lost. Between words each stream asks at its heartbeat, so a lost word is a slower end and never a missed one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from schema.context import RequestContext
from schema.transport.word import Word

ALL = ""
"""As ``authz.current.EVERYBODY``."""


class Rights:
    """``watching`` while a stream is open; ``heard`` from the thread that listens."""

    def __init__(self, forget: Callable[[], None]) -> None:
        self._forget = forget
        self._loop: asyncio.AbstractEventLoop | None = None
        self._watching: dict[str, set[Word]] = {}

    @contextmanager
    def watching(self, context: RequestContext) -> Iterator[Word]:
        """A word that is told each time this capacity, its person or its token is named."""
        self._loop = asyncio.get_running_loop()
        word, names = Word(), names_of(context)
        for name in names:
            self._watching.setdefault(name, set()).add(word)
        try:
            yield word
        finally:
            for name in names:
                left = self._watching[name]
                left.discard(word)
                if not left:
                    del self._watching[name]

    def heard(self, name: str) -> None:
        """The rights of whoever bears this name have moved. Safe to call from any thread."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._tell, name)

    def _tell(self, name: str) -> None:
        self._forget()  # what was believed of a stream before the word is not believed after it
        named = self._watching.values() if name == ALL else (self._watching.get(name, ()),)
        for words in named:
            for word in words:
                word.tell()


def names_of(context: RequestContext) -> tuple[str, ...]:
    """The names by which word of this stream's rights comes."""
    a, session = context.assignment, context.session
    names = (f"post:{a.id}", f"person:{a.person_id}")
    return (*names, f"token:{session.token.hex()}") if session is not None else names
