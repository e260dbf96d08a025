"""Which media type a client wants (RFC 9110, 12.5.1; GraphQL over HTTP, "Body")."""

from dataclasses import dataclass
from functools import lru_cache

from .errors import Code, CodedError

GRAPHQL_RESPONSE = "application/graphql-response+json"
JSON = "application/json"
EVENT_STREAM = "text/event-stream"
KEPT = 64
"""Of what clients say in a header, remembered: they all say the same few things."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """`json`: the media type of a single answer, None when only a stream is acceptable."""

    json: str | None
    events: bool
    prefers_events: bool


def wanted(accept: str | None) -> Wanted:
    """Read an Accept header; CodedError with status 406 when nothing we have is acceptable."""
    return _wanted(accept if accept and accept.strip() else "*/*")


@lru_cache(maxsize=KEPT)
def _wanted(accept: str) -> Wanted:
    ranges = _ranges(accept)
    modern, legacy, events = (
        _quality(media, ranges) for media in (GRAPHQL_RESPONSE, JSON, EVENT_STREAM)
    )
    best = max(modern, legacy)
    if not best and not events:
        raise CodedError(
            Code.BAD_USER_INPUT,
            zh="无法提供所要求的响应格式",
            en=f"Only {GRAPHQL_RESPONSE}, {JSON} and {EVENT_STREAM} can be served",
            status=406,
        )
    json = (GRAPHQL_RESPONSE if modern >= legacy else JSON) if best else None
    return Wanted(json, events=events > 0, prefers_events=events > best)


@lru_cache(maxsize=KEPT)
def is_json(content_type: str | None) -> bool:
    """Is it application/json in UTF-8? Only that forces a preflight, so only that is accepted."""
    media, *parameters = [part.strip() for part in (content_type or "").lower().split(";")]
    charset = next((p.partition("=")[2] for p in parameters if p.startswith("charset=")), "utf-8")
    return media == JSON and charset.strip('"') in {"utf-8", "utf8"}


def _ranges(accept: str) -> list[tuple[str, float]]:
    found = []
    for part in accept.lower().split(","):
        media, *parameters = [piece.strip() for piece in part.split(";")]
        values = dict(p.partition("=")[::2] for p in parameters)
        if values.get("charset", "utf-8").strip('"') in {"utf-8", "utf8"}:
            found.append((media, _weight(values.get("q", "1"))))
    return found


def _weight(text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0  # also refuses NaN


def _quality(media: str, ranges: list[tuple[str, float]]) -> float:
    """The weight of the most specific range that matches, 0 when none does."""
    for pattern in (media, media.partition("/")[0] + "/*", "*/*"):
        weights = [weight for name, weight in ranges if name == pattern]
        if weights:
            return max(weights)
    return 0.0
