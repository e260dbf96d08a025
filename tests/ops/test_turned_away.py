"""Why a server lets nobody in is told by its state, in whatever language it says so."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from psycopg.conninfo import make_conninfo

from ops.secrets_file import secrets_in
from ops.serve import prepare_when_there
from ops.settings import Refused
from ops.turned_away import answer_of
from ops.ways import Ways

LOCALISED = [
    ("28P01", '用户 "yidang" Password 认证失败', True),
    ("28000", '没有用于主机 "::1" 的 pg_hba.conf 记录', True),
    ("3D000", '数据库 "yidang" 不存在', True),
    ("42501", '对数据库 "yidang" 权限不够', True),
    ("57P03", "数据库系统正在启动", False),
    ("53300", "对不起, 已经有太多的客户", False),
]


@contextmanager
def server_that_says(state: str, words: str) -> Iterator[str]:
    """Lets nobody in, and says so as a PostgreSQL with ``lc_messages = 'zh_CN.UTF-8'``. Yields its DSN."""
    fields = [
        b"S\xe8\x87\xb4\xe5\x91\xbd\xe9\x94\x99\xe8\xaf\xaf",
        b"VFATAL",
        b"C" + state.encode(),
    ]
    fields += [b"M" + words.encode(), b"Fpostmaster.c", b"L1", b"RProcessStartupPacket"]
    body = b"".join(field + b"\0" for field in fields) + b"\0"
    answer = b"E" + (4 + len(body)).to_bytes(4, "big") + body

    def serve(listener: socket.socket) -> None:
        while True:
            try:
                asked, _ = listener.accept()
            except OSError:
                return
            with asked:
                asked.recv(10_000)
                asked.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, args=(listener,), daemon=True).start()
        port = listener.getsockname()[1]
        yield f"host=127.0.0.1 port={port} user=yidang dbname=yidang sslmode=disable gssencmode=disable"
        listener.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(("state", "words", "for_good"), LOCALISED)
def test_it_is_known_by_its_state(state: str, words: str, *, for_good: bool) -> None:
    with server_that_says(state, words) as dsn:
        answer = answer_of(dsn)
    assert answer == (state, words)
    assert answer.is_for_good is for_good


def test_who_is_turned_away_in_another_language_does_not_wait(tmp_path: Path) -> None:
    state, words, _ = LOCALISED[0]
    secrets = secrets_in(tmp_path / "secrets.json")
    with server_that_says(state, words) as dsn, pytest.raises(Refused, match="28P01") as refused:
        prepare_when_there(
            Ways(admin_dsn=dsn, writer_dsn=dsn, reader_dsn=dsn), secrets, lambda _: None
        )
    assert words in str(refused.value)


def test_a_real_server_says_it_too(ways: Ways) -> None:
    assert answer_of(ways.writer_dsn) is None, "it lets us in"
    wrong = {"password": "no such password", "dbname": "no_such_database"}
    states = [answer_of(make_conninfo(ways.writer_dsn, **{k: v})) for k, v in wrong.items()]
    assert [each.state for each in states if each] == ["28P01", "3D000"]
