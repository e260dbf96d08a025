"""What the start says: what to open, and tokens to try it with."""

from __future__ import annotations

from datetime import UTC, datetime

from authz.signin import DemoIssuer
from ops.demo_world import BY_KEY
from ops.secrets_file import Secrets
from ops.server import AUDIENCE
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
    "fj_judge",
    "hotline",
    "citizen",
    "fj_mother",
    "desk",
    "auditor",
)
"""People of different roles, whose tokens the start prints."""


def welcome(settings: Settings, secrets: Secrets) -> list[str]:
    """The lines, in the demo with tokens."""
    if not settings.demo:
        return [f"服务已启动 · serving at {settings.url}/graphql"]
    issuer = DemoIssuer(demo=True, host=settings.host, audience=AUDIENCE, seed=secrets.token_key)
    now = datetime.now(UTC)  # noqa: TID251 - tokens run from now
    lines = ["", "演示令牌 · demo tokens (七日有效 · valid for seven days)"]
    for key in SHOWN:
        who = BY_KEY[key]
        minted = issuer.mint(who.id, who.assignment_id, who.purpose, now)
        lines += [f"  {who.name} {who.role.zh} · {who.role.en} [{key}]", f"    {minted}"]
    return [
        *lines,
        "",
        f"打开 · open       {settings.url}/graphiql  (粘贴令牌 · paste a token)",
        "演示个案 · play    make demo-case          (另一终端 · in another terminal)",
        "更多 · more        .venv/bin/yidang --help; .venv/bin/yidang token",
        "停止 · stop        Ctrl-C",
    ]
