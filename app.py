"""Composition root: settings in, the platform out. The one reader of the environment; nothing imports this module.

yidang up          start everything: database, migrations, divisions, demo data, all processes
yidang serve       one process: web, projections, clocks, or all in one; any number of each
yidang clocks      which clocks are due, late, set aside, or rang without effect
yidang migrate     make the database ready          yidang seed       demo data, once
yidang retell      read models anew from the log    yidang verify     check the log's hash chains
yidang export      one stream with the proof that it is whole, for an auditor and on record
yidang parked      what projections set aside       yidang token      a demo token for a demo person
yidang explain     what a clause, an action or a refusal is; the plan and SQL of a document
yidang policy      policies published, or another put in force
yidang keys        the master keys; ``keys rotate`` puts the next one in the place of the first, while all goes on
yidang rehearse    who would move under a changed rule pack; nothing is recorded
yidang tick        fire the clocks that are due     yidang demo-case  play scenario 1 over HTTP
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from psycopg.conninfo import make_conninfo

from ops import commands
from ops.embedded import EmbeddedPostgres
from ops.platform import Ways
from ops.readiness import require_ready
from ops.same_secrets import check_same_secrets
from ops.saying import say_wrong
from ops.secrets_file import Secrets, secrets_in
from ops.settings import Settings, database_url, is_demo, number, origins, port, reads
from ops.sign_in import open_id
from ops.wrong import told
from schema.transport.admission import Places

ROOT = Path(__file__).resolve().parent


def settings(environ: Mapping[str, str]) -> Settings:
    """What the environment says; every name begins with ``YIDANG_``."""
    demo = is_demo(environ)
    return Settings(
        database_url=database_url(environ),
        state=Path(environ.get("YIDANG_STATE", str(ROOT / ".state"))),
        host=environ.get("YIDANG_HOST", "127.0.0.1"),
        port=port(environ),
        demo=demo,
        reads=reads(environ, demo=demo),
        origins=origins(environ),
        places=Places(streams_per_caller=number(environ, "YIDANG_STREAMS_PER_CALLER", 200)),
        open_id=open_id(environ),
        program=(sys.executable, str(Path(__file__).resolve())),
        given_secrets={
            name: environ.get(f"YIDANG_{name.upper()}", "")
            for name in (
                "master_key",
                "next_master_key",
                "scope_key",
                "token_key",
                "writer_password",
                "reader_password",
            )
        },
    )


def open_database(chosen: Settings, stack: ExitStack) -> tuple[Ways, Secrets]:
    """The ways into the database: the given server, or the embedded one."""
    secrets = secrets_in(chosen.state / "secrets.json", chosen.given_secrets)
    admin = chosen.database_url
    if not admin:
        server = EmbeddedPostgres(chosen.state)
        admin = server.start().dsn
        stack.callback(server.stop)  # the last process to leave stops it
    return ways(admin, secrets), secrets


def ways(admin_dsn: str, secrets: Secrets) -> Ways:
    """The same database as its administrator, as the writer, as the reader."""
    return Ways(
        admin_dsn=admin_dsn,
        writer_dsn=make_conninfo(admin_dsn, user="yidang_writer", password=secrets.writer_password),
        reader_dsn=make_conninfo(admin_dsn, user="yidang_reader", password=secrets.reader_password),
    )


def main(arguments: list[str] | None = None) -> int:
    """The command line. Answers the exit status."""
    parser = argparse.ArgumentParser(
        prog="yidang", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="verb")
    for name, command in commands.COMMANDS.items():
        verb = verbs.add_parser(name, help=command.says)
        command.arguments(verb)
    given = parser.parse_args(arguments)
    return told(lambda: run(commands.COMMANDS[given.verb], given), say_wrong)


def run(command: commands.Verb, given: argparse.Namespace) -> int:
    """One verb, over a database only if it needs one."""
    chosen = settings(os.environ)
    if command.alone is not None:
        return command.alone(given, chosen)
    with ExitStack() as stack:
        database, secrets = open_database(chosen, stack)
        require_ready(command.needs, database)
        if command.seals:
            check_same_secrets(database, secrets)
        return command.run(given, chosen, database, secrets)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:  # whoever read the output has had enough
        sys.exit(0)
