"""An answer on its way out: its status, its bytes, and header lines that are written once for all that are alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from starlette.types import Send

NO_STORE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
VARY = {"Vary": "Origin, Accept"}
ALIKE = 256
"""Kinds of answers whose header lines are kept: by media type and the origin they are for."""

Line = tuple[bytes, bytes]


def allowing(origin: str | None) -> dict[str, str]:
    """CORS (Fetch standard) for an allowed origin; without credentials, as none exist."""
    if origin is None:
        return {}
    return {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": "Retry-After"}


@dataclass(slots=True)
class Reply:
    """``media``: of its content, None where it has none; ``headers``: what this one says beside what all say."""

    status: int
    content: bytes
    media: str | None
    headers: Mapping[str, str] = field(default_factory=dict)

    def lines(self, origin: str | None) -> list[Line]:
        """The header lines, for a page of an allowed ``origin`` or for nobody in particular."""
        told = [*standing(self.media, origin), *map(_line, self.headers.items())]
        if self.media is not None:
            told.append((b"content-length", b"%d" % len(self.content)))
        return told

    async def send(self, send: Send, origin: str | None) -> None:
        """By ASGI."""
        headers = self.lines(origin)
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.content})


@lru_cache(maxsize=ALIKE)
def standing(media: str | None, origin: str | None) -> tuple[Line, ...]:
    """What all answers of a kind say."""
    told = {**NO_STORE, **VARY, **allowing(origin)}
    if media is not None:
        told["Content-Type"] = f"{media}; charset=utf-8"
    return tuple(map(_line, told.items()))


def _line(said: tuple[str, str]) -> Line:
    name, value = said
    return name.lower().encode("latin-1"), value.encode("latin-1")
