"""The scope of one request: for every object and class the tokens through which it may be read.

Computed once from Casbin's answers, held as sets for the resolvers, and signed as canonical text
for PostgreSQL, so that both answer from the same words. Times are aware UTC datetimes; the
signature is HMAC-SHA256 (RFC 2104) in hex.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Final
from uuid import UUID

from authz.words import KEEPS_AWAY, RESOURCES, Prefix, Resource
from domain.bounded import Bounded
from domain.sensitivity import P0, Sensitivity

LIFETIME = timedelta(minutes=2)
"""How long a signed scope opens rows: longer than any request, shorter than a leaked log line is
useful."""

GRANTED = f"{Prefix.GRANT}:"
HOME = f"{Prefix.RESIDENCE}:"
CLASSES_OF_GRANT = "|"
"""A grant among a row's tokens is its grantee, then this, then the classes it opens:
``G:referral:<uuid>|P0 P1 P2``. It opens no other class, whatever the policy allows the relation. One for a period has
its last day behind: ``G:oversight:<uuid>|P0 P1 P2|2025-03-31``."""

Pairs = frozenset[tuple[str, Sensitivity]]
"""Pairs of object and class."""
TAB: Final = "\t"
"""Stands around each pair in the signed text; no token holds one."""
SERVES = timedelta(seconds=30)
"""How long one begun signature is used, well within its life."""
SIGNINGS_MAX = 200
"""Signatures begun and kept for one scope, by what they open."""
MASKS_MAX = 200
"""Masks remembered for one scope, by the tokens of rows: those of a request, and not of all the rows there are."""
Grid = Mapping[Resource, Mapping[Sensitivity, frozenset[str]]]
_NOTHING: frozenset[Sensitivity] = frozenset()


def ordered(tokens: Iterable[str]) -> list[str]:
    """The tokens as they are looked for in a row's: where one serves first, since a row carries every place over its
    own; grants last, since they lie in a table of their own."""
    return sorted(tokens, key=lambda t: (t.startswith(GRANTED), not t.startswith(HOME), t))


@dataclass(frozen=True, slots=True)
class SignedScope:
    """What goes into the transaction: ``authz.scope_db.apply`` sets it, ``sec.scope`` in
    PostgreSQL checks it.

    ``actor`` is the person's id, ``expires`` epoch seconds as text.
    """

    text: str
    signature: str
    actor: str
    expires: str


@dataclass(frozen=True, slots=True)
class Signing:
    """A signature that waits for its moment: the long text before it is hashed once."""

    base: bytes
    end: bytes
    actor: bytes
    expires: bytes
    begun: hmac.HMAC

    def at(self, moment: datetime) -> SignedScope:
        """The scope at a moment of the platform's (aware)."""
        text, actor, expires, signature = (sent.decode() for sent in self.sent(moment))
        return SignedScope(text, signature, actor, expires)

    def sent(self, moment: datetime) -> tuple[bytes, bytes, bytes, bytes]:
        """The same as it is sent: text, actor, end, signature (``authz.scope_db.arguments``)."""
        tail = b"@=%b%b" % (moment.isoformat().encode(), self.end)
        whole = self.begun.copy()
        whole.update(tail)
        return self.base + tail, self.actor, self.expires, whole.hexdigest().encode()


class Scope:
    """The reach of one assignment for one purpose. ``scope[obj][cls]`` is a frozenset of tokens.

    Build it with ``Gate.scope``. Row tokens are what the read model stores, and the grants on the
    row that are valid now (``G:…|classes``). A row that carries a token of ``conflicts`` is never
    seen.
    """

    __slots__ = ("__dict__", "_begun", "_memo", "actor", "conflicts", "grid", "lists", "purpose")

    def __init__(
        self,
        actor: UUID,
        grid: Grid,
        conflicts: Iterable[str] = (),
        lists: frozenset[Resource] = frozenset(),
        purpose: str = "",
    ) -> None:
        self.actor, self.grid, self.lists, self.purpose = actor, grid, lists, purpose
        self.conflicts = frozenset(conflicts)
        if any(token.partition(":")[0] not in KEEPS_AWAY for token in self.conflicts):
            raise ValueError("a token that cannot keep anybody from a row")
        self._memo = Bounded[tuple[str, Collection[str]], frozenset[Sensitivity]](MASKS_MAX)
        self._begun = Bounded[tuple[bytes, Pairs | None], tuple[datetime, Signing]](SIGNINGS_MAX)

    def __getitem__(self, obj: str) -> Mapping[Sensitivity, frozenset[str]]:
        return self.grid.get(RESOURCES[obj], {})

    def __bool__(self) -> bool:
        """Whether anything at all can be read."""
        return bool(self.grid)

    def sees(self, obj: str, cls: Sensitivity, row_tokens: Collection[str]) -> bool:
        """Whether values of ``cls`` on a row with these tokens may be read. Pass a tuple or
        frozenset: it is remembered."""
        return cls in self.mask(obj, row_tokens)

    def mask(self, obj: str, row_tokens: Collection[str]) -> frozenset[Sensitivity]:
        """Every class that may be read on a row with these tokens."""
        if row_tokens.__class__ is list:
            row_tokens = tuple(row_tokens)
        key = (obj, row_tokens)
        known = self._memo.get(key)
        if known is None:
            known = self._memo[key] = self._mask(obj, row_tokens)
        return known

    def _mask(self, obj: str, row_tokens: Collection[str]) -> frozenset[Sensitivity]:
        if not self.conflicts.isdisjoint(row_tokens):
            return _NOTHING
        grants = [t.split(CLASSES_OF_GRANT) for t in row_tokens if CLASSES_OF_GRANT in t]
        return frozenset(
            cls
            for cls, own in self[obj].items()
            if not own.isdisjoint(row_tokens)
            or any(held in own and cls in opens.split() for held, opens, *_ in grants)
        )

    def until(self, obj: str, row_tokens: Iterable[str]) -> date | None:
        """The last day of what is open on a row by grants for periods and by nothing else; None where more is open."""
        own, last = self[obj].get(P0, frozenset()), ""
        for token in row_tokens:
            held, *bounds = token.split(CLASSES_OF_GRANT)
            if held not in own:
                continue
            if len(bounds) < len(("classes", "day")):
                return None
            last = max(last, bounds[1])
        return date.fromisoformat(last) if last else None

    @cached_property
    def grantees(self) -> frozenset[str]:
        """The names under which time-limited grants open anything at all to this actor."""
        sets = {own for classes in self.grid.values() for own in classes.values()}
        return frozenset(token for own in sets for token in own if token.startswith(GRANTED))

    @cached_property
    def text(self) -> str:
        """The canonical text of the whole reach."""
        return self.text_of(None)

    def text_of(self, asked: Pairs | None) -> str:
        """The canonical text: a line of tokens for each set of them, behind the pairs it opens
        (``<tab>child/P0<tab>case/P0<tab>=tokens``), then ``!=conflict tokens``, then ``G=grantees``.

        ``asked``: the pairs of object and class the transaction will ask for; what it does not name
        is not open there. The shorter the text, the less PostgreSQL has to hash at every question.
        The same reach gives the same text. Every line starts with a line break, so that a name is
        found only whole.
        """
        named: dict[frozenset[str], list[str]] = {}
        for obj in sorted(self.grid):
            for cls in sorted(self.grid[obj]):
                if asked is None or (obj, cls) in asked:
                    named.setdefault(self.grid[obj][cls], []).append(f"{obj}/{cls}")
        lines = [f"\t{TAB.join(of)}\t={' '.join(ordered(own))}" for own, of in named.items()]
        if self.conflicts:
            lines.append(f"!={' '.join(sorted(self.conflicts))}")
        if self.grantees:
            lines.append(f"G={' '.join(sorted(self.grantees))}")
        return "".join(f"\n{line}" for line in lines) + "\n"

    def signed(
        self,
        secret: bytes,
        now: datetime,
        lifetime: timedelta = LIFETIME,
        *,
        moment: datetime | None = None,
        asked: Pairs | None = None,
    ) -> SignedScope:
        """The scope as PostgreSQL takes it, bound to the actor and to a time.

        ``now`` is the server's time, by which the signature ends; ``moment`` the platform's, by
        which grants end (both aware, the same unless given). ``asked``: as for ``text_of``.
        """
        return self.signing(secret, now, lifetime, asked=asked).at(moment or now)

    def signing(
        self,
        secret: bytes,
        now: datetime,
        lifetime: timedelta = LIFETIME,
        *,
        asked: Pairs | None = None,
    ) -> Signing:
        """As ``signed``, for as many moments as come before it ends."""
        actor, expires = str(self.actor).encode(), b"%d" % (now + lifetime).timestamp()
        base = self.text_of(asked).encode()
        begun = hmac.new(secret, b"%b|%b|%b" % (actor, expires, base), sha256)
        return Signing(base, f"\n?={self.purpose}\n".encode(), actor, expires, begun)

    def begun(self, secret: bytes, now: datetime, *, asked: Pairs | None = None) -> Signing:
        """As ``signing``, kept for a while: what is signed but for the moment is hashed once."""
        at, made = self._begun.get((secret, asked), (now, None))
        if made is None or not timedelta() <= now - at < SERVES:
            made = self.signing(secret, now, asked=asked)
            self._begun[secret, asked] = now, made
        return made
