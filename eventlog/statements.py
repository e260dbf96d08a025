"""The one statement that appends, and how a batch of requests becomes its parameters."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, LiteralString

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eventlog.group import Request

APPEND: LiteralString = """
    SELECT positions, hashes, recorded_at, known, stale, stale_streams, heads
    FROM es.append(
        %(requests)b::int[], %(streams)b::text[], %(ids)b::uuid[], %(versions)b::bigint[],
        %(topics)b::text[], %(states)b::bytea[],
        %(command_requests)b::int[], %(command_ids)b::uuid[], %(actors)b::uuid[],
        %(digests)b::bytea[],
        %(command_streams)b::uuid[], %(command_versions)b::bigint[], %(answers)b::text[])
"""


def append_params(batch: Sequence[Request]) -> dict[str, list[Any]]:
    """Parallel arrays for ``es.append``; requests are numbered from 1 in the order of the batch."""
    events = [
        (number, stream, event)
        for number, request in enumerate(batch, start=1)
        for stream, event in zip(request.streams, request.events, strict=True)
    ]
    commands = [
        (number, request.command)
        for number, request in enumerate(batch, start=1)
        if request.command is not None
    ]
    return {
        "requests": [number for number, _, _ in events],
        "streams": [stream for _, stream, _ in events],
        "ids": [event.originator_id for _, _, event in events],
        "versions": [event.originator_version for _, _, event in events],
        "topics": [event.topic for _, _, event in events],
        "states": [event.state for _, _, event in events],
        "command_requests": [number for number, _ in commands],
        "command_ids": [command.command_id for _, command in commands],
        "actors": [command.actor for _, command in commands],
        "digests": [command.digest for _, command in commands],
        "command_streams": [command.stream_id for _, command in commands],
        "command_versions": [command.version for _, command in commands],
        "answers": [_json(command.answer) for _, command in commands],
    }


def _json(answer: Any) -> str:
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
