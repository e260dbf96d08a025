"""The verbs of the ``yidang`` command: what each needs, says and does. Exit status 0 is well, 1 a finding, 2 misuse."""

from __future__ import annotations

import argparse
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from authz.signin import DemoIssuer
from ops import (
    clocks_shown,
    demo_case,
    explain_document,
    explained,
    handing_over,
    keys,
    policies,
    rehearse,
    seed,
    serve,
)
from ops.clock_worker import fire_due
from ops.database_keeper import kept
from ops.demo_world import BY_KEY, PEOPLE
from ops.platform import Ways, compose, prepare, preparing
from ops.readiness import LOG, ROWS
from ops.saying import say
from ops.secrets_file import Secrets
from ops.server import AUDIENCE
from ops.settings import Settings
from ops.sign_in import check_demo, trusted
from ops.supervise import Supervisor, listening
from ops.verbs_of_the_log import export_stream, parked, retell, verify_log
from ops.welcome import welcome

Arguments = argparse.Namespace


@dataclass(frozen=True)
class Verb:
    """One verb: what it says, what it takes, what it does with the database; ``alone``: what it does without one.

    ``needs``: what must be there, because this verb makes nothing ready. ``seals``: it reads or writes with the
    installation's secrets, and runs with no others.
    """

    says: str
    run: Callable[[Arguments, Settings, Ways, Secrets], int]
    arguments: Callable[[argparse.ArgumentParser], None] = lambda _: None
    alone: Callable[[Arguments, Settings], int] | None = None
    needs: tuple[str, ...] = ()
    seals: bool = False


def up(given: Arguments, settings: Settings, ways: Ways, secrets: Secrets) -> int:
    """Everything: ready database, demo data, and all processes; each is started again if it ends by itself, the
    embedded database too."""
    trusted(settings)  # before anything is started
    listener = listening(settings)
    with kept(settings, say):
        status = _supervised(given, settings, ways, secrets, listener)
    say("已停止 · stopped")
    return status


def _supervised(
    given: Arguments, settings: Settings, ways: Ways, secrets: Secrets, listener: socket.socket
) -> int:
    """All processes and the demo's data, until told to stop, or one of them says that it cannot run."""
    supervisor = Supervisor(settings.program, listener, say, web=given.web)
    supervisor.start()
    try:
        serve.prepare_when_there(ways, secrets, say)
        if settings.demo:
            _seeded(ways, secrets)
        for line in welcome(settings, secrets):
            say(line)
    except BaseException:
        supervisor.stop()
        raise
    return supervisor.run()


def serve_one(given: Arguments, settings: Settings, ways: Ways, secrets: Secrets) -> int:
    """One process of one kind, until told to stop."""
    kind = serve.Kind(given.kind)
    own = settings.port if kind in {serve.Kind.WEB, serve.Kind.ALL} else 0
    place = serve.Place(
        host=settings.host,
        port=own if given.port is None else given.port,
        listen_fd=given.listen_fd,
        parent_fd=given.parent_fd,
    )
    return serve.serve(kind, settings, ways, secrets, place, say)


def _seeded(ways: Ways, secrets: Secrets) -> None:
    platform = compose(ways, secrets)
    try:
        with preparing(ways):  # of two that start at once, the second finds the data there
            seed.seed(platform, say)
    finally:
        platform.close()


def migrate(_given: Arguments, _settings: Settings, ways: Ways, secrets: Secrets) -> int:
    """The database made ready, nothing served."""
    prepare(ways, secrets, say)
    say("数据库已就绪 · the database is ready")
    return 0


def seed_demo(_given: Arguments, settings: Settings, ways: Ways, secrets: Secrets) -> int:
    """The demo's people and children, once."""
    if not settings.demo:
        say("仅演示模式可用 · in demo mode only (YIDANG_MODE=demo)")
        return 2
    prepare(ways, secrets, say)
    _seeded(ways, secrets)
    return 0


def clocks(_given: Arguments, _settings: Settings, ways: Ways, _secrets: Secrets) -> int:
    """What is due and late, what was set aside, what rang without effect. 1: something is late or set aside."""
    shown = clocks_shown.look(ways, datetime.now(UTC))  # noqa: TID251 - a look is in the present
    for line in clocks_shown.lines(shown):
        say(line)
    return 1 if shown.late or shown.parked else 0


def token(given: Arguments, settings: Settings, _ways: Ways, secrets: Secrets) -> int:
    """A demo token for a demo person, or the list of people."""
    who = BY_KEY.get(given.person)
    if who is None:
        for each in PEOPLE:
            say(f"{each.key:18} {each.name}  {each.role.zh} · {each.role.en}")
        if given.person is not None:
            say(f"没有这位演示人员 · no demo person has the key {given.person}")
        return 0 if given.person is None else 2
    check_demo(settings)
    issuer = DemoIssuer(
        demo=settings.demo, host=settings.host, audience=AUDIENCE, seed=secrets.token_key
    )
    say(issuer.mint(who.id, who.assignment_id, who.purpose, datetime.now(UTC)))  # noqa: TID251
    return 0


def explain(given: Arguments, settings: Settings) -> int:
    """What a clause, an action, a refusal or a document is."""
    name = " ".join(given.name)
    if given.name[0] == "document":
        return explain_document.explain(given.name[1:], settings.reads.trusted, say)
    return explained.explain(name, say)


def tick(_given: Arguments, _settings: Settings, ways: Ways, secrets: Secrets) -> int:
    """Fires the clocks that are due. 1: some were refused and set aside."""
    platform = compose(ways, secrets)
    try:
        fired = fire_due(platform, platform.casebook.now())
    finally:
        platform.close()
    if fired.busy:
        say("另一进程正在触发 · another process is firing them")
        return 0
    say(
        f"已触发 fired {fired.count} · 其中迟 late {fired.late} · 空响 without effect {fired.idle} · "
        f"被拒并搁置 refused and set aside {fired.refused}"
    )
    return 1 if fired.refused else 0


def play(_given: Arguments, settings: Settings, ways: Ways, secrets: Secrets) -> int:
    """Scenario 1 over HTTP: against the running server, or one started for the play."""
    return demo_case.play(settings, ways, secrets, say)


def rehearse_pack(given: Arguments, _settings: Settings, ways: Ways, secrets: Secrets) -> int:
    """Who would move if a changed pack were in force; nothing is recorded."""
    platform = compose(ways, secrets)
    try:
        return rehearse.rehearse(given, platform, say)
    finally:
        platform.close()


def _web(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--web", type=int, default=1, help="how many web processes share the port")


def _kind(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=[kind.value for kind in serve.Kind])
    parser.add_argument(
        "--port",
        type=int,
        help="where it listens; of workers, /livez and /readyz (0: any free one)",
    )
    parser.add_argument("--listen-fd", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--parent-fd", type=int, help=argparse.SUPPRESS)


def policy(given: Arguments, _settings: Settings, ways: Ways, _secrets: Secrets) -> int:
    """The policies published, or a further one put in force in every process."""
    return policies.policy(given, ways, say)


def master_keys(given: Arguments, settings: Settings, ways: Ways, _secrets: Secrets) -> int:
    """The master keys, or the next one in the place of the first."""
    return keys.keys(given, settings, ways, say)


def _person(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("person", nargs="?", help="a demo person's key; without it, the list")


def _release(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--release",
        nargs=2,
        metavar=("PROJECTION", "STREAM"),
        help="take a stream back, once the fault is mended",
    )


def _anew(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--anew", action="store_true", help="from the first event on, whatever was cut short"
    )


def _anchor(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--anchor",
        type=Path,
        help="the file of the roots told outside, or a copy kept elsewhere (checkpoints.log of the state folder)",
    )


def _name(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "name",
        nargs="+",
        help="a clause (CQ2016-4.2-g), an action (case.escort_child, escortChild), a refusal, "
        "or: document ID|FILE, for its plan and its SQL",
    )


def alone(
    says: str,
    run: Callable[[Arguments, Settings], int],
    arguments: Callable[[argparse.ArgumentParser], None],
) -> Verb:
    """A verb that needs no database."""
    return Verb(says, lambda given, settings, _ways, _secrets: run(given, settings), arguments, run)


COMMANDS: dict[str, Verb] = {
    "up": Verb("启动全部 · start everything", up, _web),
    "serve": Verb("启动一个进程 · one process: web, projections, clocks, all", serve_one, _kind),
    "clocks": Verb(
        "时钟 · which clocks are due, late, set aside, without effect", clocks, needs=ROWS
    ),
    "migrate": Verb("准备数据库 · make the database ready", migrate),
    "seed": Verb("演示数据 · demo data, once", seed_demo),
    "retell": Verb(
        "重述读模型 · read models anew from the log", retell, _anew, needs=LOG, seals=True
    ),
    "verify": Verb("校验日志 · check the log's hash chains", verify_log, _anchor, needs=LOG),
    "export": Verb(
        "导出一条流及其证明 · one stream and its proof",
        export_stream,
        handing_over.arguments,
        needs=ROWS,
        seals=True,
    ),
    "parked": Verb(
        "搁置清单 · what projections set aside", parked, _release, needs=ROWS, seals=True
    ),
    "token": Verb("演示令牌 · a demo token", token, _person),
    "explain": alone("解释条款与事项 · explain a clause, an action, a refusal", explain, _name),
    "rehearse": Verb(
        "规则包试运行 · who would move under a changed pack",
        rehearse_pack,
        rehearse.arguments,
        needs=ROWS,
        seals=True,
    ),
    "policy": Verb(
        "权限总表的发布 · policies published, or another put in force",
        policy,
        policies.arguments,
        needs=LOG,
    ),
    "keys": Verb(
        "主密钥 · the master keys, or change them (rotate)", master_keys, keys.arguments, needs=LOG
    ),
    "tick": Verb("触发到期时钟 · fire the clocks that are due", tick, needs=ROWS, seals=True),
    "demo-case": Verb("演示个案 · play scenario 1 over HTTP", play),
}
