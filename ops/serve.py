"""Serving: uvicorn over the application, what to open or type next, and a clean end on Ctrl-C."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import uvicorn

from ops.checkpointing import Checkpointer, anchor_in
from ops.demo_world import BY_KEY
from ops.platform import Ways, compose
from ops.secrets_file import Secrets
from ops.server import application, demo_issuer
from ops.settings import Settings

SHOWN = (
    "fj_director",
    "fj_supervisor",
    "fj_township",
    "fj_ca",
    "fj_police",
    "fj_head",
    "fj_teacher",
    "fj_doctor",
    "fj_site",
    "fj_sw",
    "citizen",
    "fj_mother",
    "auditor",
    "admin",
)
"""A dozen people of different roles, whose tokens the start prints."""


def serve(settings: Settings, ways: Ways, secrets: Secrets, say: Callable[[str], None]) -> int:
    """Runs until interrupted."""
    platform = compose(ways, secrets)
    origins = frozenset({settings.url, f"http://localhost:{settings.port}"})
    app = application(platform, demo=settings.demo, host=settings.host, origins=origins)
    checkpointer = Checkpointer(platform, anchor_in(settings.state))
    checkpointer.start()
    if settings.demo:
        for line in welcome(settings, platform):
            say(line)
    else:
        say(f"服务已启动 · serving at {settings.url}/graphql")
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            log_level="warning",
            access_log=False,
            server_header=False,
            ws="websockets-sansio",
            ws_max_size=1_000_000,
            timeout_graceful_shutdown=10,
        )
    )
    try:
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        checkpointer.stop()
        platform.close()
    say("已停止 · stopped")
    return 0


def welcome(settings: Settings, platform: object) -> list[str]:
    """What to open, and tokens to try it with."""
    issuer = demo_issuer(platform, settings.host)  # type: ignore[arg-type]
    now = datetime.now(UTC)  # noqa: TID251 - the one clock of this package
    lines = ["", "演示令牌 · demo tokens (七日有效 · valid for seven days)"]
    for key in SHOWN:
        who = BY_KEY[key]
        minted = issuer.mint(who.id, who.assignment_id, who.purpose, now)
        lines += [f"  {who.name} {who.role.zh} · {who.role.en} [{key}]", f"    {minted}"]
    lines += [
        "",
        f"打开 · open       {settings.url}/graphiql  (粘贴令牌 · paste a token)",
        "演示个案 · play    make demo-case          (另一终端 · in another terminal)",
        "更多 · more        .venv/bin/yidang --help; .venv/bin/yidang token",
        "停止 · stop        Ctrl-C",
    ]
    return lines
