"""How this installation is run; read from the environment by ``app.py`` alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class OpenId:
    """A provider of identities; ``clients`` None: any of its clients."""

    issuer: str
    audience: str
    clients: frozenset[str] | None = None
    services: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Settings:
    """``demo``: a built-in issuer mints tokens for synthetic people, on a loopback address only."""

    state: Path
    database_url: str | None = field(default=None, repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    demo: bool = False
    open_id: OpenId | None = None
    program: tuple[str, ...] = ()
    """How this program is called, to start further processes of it."""
    given_secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def url(self) -> str:
        """Where the server is opened."""
        return f"http://{self.host}:{self.port}"
