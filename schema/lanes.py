"""Who goes first when there is more to do than can be done: reports of a child in danger, and the police.

The lane is chosen before sign-in, by what costs nothing: the words of the document, and the role this token had when it
last signed in. It opens nothing; rights are looked up anew in every request.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from threading import Lock

from graphql import FieldNode

from domain.case.reports import Telling
from domain.kernel import COMMANDS
from domain.terms.roles import Role
from schema.context import RequestContext
from schema.transport.documents import Prepared
from schema.transport.lane import Ticket
from schema.transport.service import bearer_token
from schema.transport.trusted import TrustedDocuments

INTAKE = frozenset(
    kind.__name__[:1].lower() + kind.__name__[1:]
    for kind in COMMANDS.values()
    if issubclass(kind, Telling)
)
"""The mutations by which a report comes in."""
FIRST_ROLES = frozenset({Role.POLICE, Role.HOTLINE_OPERATOR})
"""Those who act on a report at once, and those who take it down for others."""
NONE_TRUSTED = TrustedDocuments()
KNOWN_MAX = 20_000
STRANGER = "stranger"


def names_one(text: str, words: Iterable[str]) -> bool:
    """Whether the text speaks of one of them; asked of every request, so by plain search. Whether it is one, is asked
    once the document is read (``goes_first``)."""
    for word in words:  # noqa: SIM110 - a generator costs more than what it asks
        if word in text:
            return True
    return False


class Lanes:
    """What is remembered of tokens, by a digest of each: the role it signed in with.

    ``trusted``: documents that are asked for by id; the id of one by which a report comes in says what it says.
    """

    def __init__(self, trusted: TrustedDocuments = NONE_TRUSTED) -> None:
        ids = {i for i, text in trusted.texts.items() if names_one(text, INTAKE)}
        self._intake = INTAKE | ids
        self._roles: OrderedDict[str, str] = OrderedDict()
        self._lock = Lock()

    def caller(self, presented: Mapping[str, object]) -> str:
        """A digest of the token that these headers (or this init payload) present."""
        token = bearer_token(presented)
        if token is None:
            return STRANGER
        return hashlib.blake2b(token.encode(), digest_size=16).hexdigest()

    def ticket(self, caller: str, text: str) -> Ticket:
        """The ticket of this caller's request, with this document."""
        if caller == STRANGER:
            return Ticket(caller=STRANGER, group=STRANGER)
        role = self._roles.get(caller, "newcomer")
        first = role in FIRST_ROLES or names_one(text, self._intake)
        return Ticket(caller=caller, group=role, priority=first)

    def ticket_of(self, context: RequestContext, text: str) -> Ticket:
        """The ticket of an operation on a socket, whose caller is known."""
        role = context.assignment.role
        first = role in FIRST_ROLES or names_one(text, self._intake)
        return Ticket(caller=str(context.assignment.id), group=role, priority=first)

    def signed_in(self, ticket: Ticket, context: RequestContext) -> None:
        """Remembers the role for the next time."""
        with self._lock:
            self._roles[ticket.caller] = context.assignment.role
            self._roles.move_to_end(ticket.caller)
            while len(self._roles) > KNOWN_MAX:
                self._roles.popitem(last=False)

    def goes_first(self, prepared: Prepared, context: RequestContext) -> bool:
        """Whether the operation really is what its words promised."""
        if context.assignment.role in FIRST_ROLES:
            return True
        fields = prepared.operation.selection_set.selections
        return any(isinstance(f, FieldNode) and f.name.value in INTAKE for f in fields)
