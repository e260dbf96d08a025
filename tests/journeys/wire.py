"""Times of day in Shanghai, and how values travel to the API (``ops.client``)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from ops.client import command_of, mutation_document, wire

__all__ = ["LOCAL", "command_of", "local", "mutation_document", "wire"]

LOCAL = ZoneInfo("Asia/Shanghai")


def local(text: str) -> datetime:
    """``"2025-03-03 08:40"`` (or a day alone: its beginning) in Asia/Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)
