"""How the transport is run: what it lets in, how much of it, and how long it waits."""

from collections.abc import Callable
from dataclasses import dataclass, field

from .admission import Places
from .errors import Translate
from .limits import Limits
from .trusted import TrustedDocuments


@dataclass(frozen=True, slots=True)
class Settings:
    """How the transport is run; times in seconds, sizes in bytes."""

    allowed_origins: frozenset[str] = frozenset()  # "https://host[:port]", as browsers send it
    limits: Limits = field(default_factory=Limits)
    demo: bool = False  # keeps "Did you mean …?"
    trusted: TrustedDocuments = field(default_factory=TrustedDocuments)
    stranger_introspection: bool = False  # for GraphiQL before a token is given
    max_body_bytes: int = 1_000_000
    max_url_bytes: int = 16_000
    max_head_bytes: int = 32_768  # twice the longest URL: a long token and what proxies add
    head_timeout: float = 10.0  # from the first byte of a head, or from connecting, to its end
    body_timeout: float = 10.0
    operation_timeout: float = 3.5  # from sign-in to the answer, once admitted
    max_bodies_bytes: int = 64_000_000  # of all requests whose body is arriving
    document_cache_bytes: int = 64_000_000
    heartbeat: float = 5.0  # comment line or ping, and re-check of rights, on an idle stream
    pong_within: float = 15.0  # WebSocket: a peer that is silent so long after a ping is dead
    send_timeout: float = 10.0  # a reader slower than this is cut off
    init_timeout: float = 3.0  # WebSocket: until connection_init is acknowledged
    max_subscriptions: int = 20  # operations at once on one socket
    max_streams: int = 5_000  # event streams and sockets at once
    places: Places = field(default_factory=Places)
    translate: Translate = lambda _: None  # what the application's own exceptions mean
    out_of_order: Callable[[], bool] = lambda: False  # it cannot serve now: refuse at once
