"""One of the servers in a process of its own: ``python -m bench.reads.serve WAY DSN PORT``."""

from __future__ import annotations

import sys

from starlette.applications import Starlette

from bench.city.__main__ import SECRETS, ways_to
from bench.fanout.peer import broadcast
from bench.reads.hand import hand
from bench.reads.idiomatic import idiomatic
from bench.reads.open import unprotected
from ops.decider import Decider
from ops.platform import compose
from ops.serve import Place, run
from ops.server import application
from ops.settings import Reads
from schema.transport.admission import Places

HOST = "127.0.0.1"
CROWD = Places(running=64, waiting=256, per_caller=256, streams_per_caller=5_000)
"""One person asks for all: the share of one caller is not what is measured."""


def app_of(way: str, admin: str) -> Starlette:
    """The application of a way of reading."""
    ways = ways_to(admin)
    if way == "hand":
        return hand(ways.admin_dsn)
    if way == "idiomatic":
        return idiomatic(ways.admin_dsn)
    if way == "broadcast":
        return broadcast(ways.admin_dsn)
    if way == "open":
        ways = unprotected(ways)
    reads = {
        "yidang": Reads(),
        "unjournaled": Reads(journaled=False),
        "apart": Reads(journaled=False, shared=False),
        "reference": Reads(planned=False),
        "open": Reads(journaled=False),
    }[way]
    decider = Decider.beside(lambda: compose(ways, SECRETS)) if way == "yidang" else None
    return application(
        compose(ways, SECRETS),
        demo=True,
        host=HOST,
        clocks=False,
        projections=False,
        decider=decider,
        reads=reads,
        places=CROWD,
    )


if __name__ == "__main__":
    given, at, port = sys.argv[1:]
    run(app_of(given, at), Place(host=HOST, port=int(port)), lambda _: None, given)
