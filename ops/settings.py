"""How this installation is run; read from the environment by ``app.py`` alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from schema.transport.admission import Places
from schema.transport.trusted import BadManifest, Trust, TrustedDocuments, manifest

__all__ = ["BadManifest", "OpenId", "Reads", "Refused", "Settings", "origins", "port", "reads"]

ORIGIN = re.compile(r"(http|https)://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")
LAST_PORT = 65_535
BY_DEFAULT = {"http": ":80", "https": ":443"}
"""Browsers leave these ports out (the Fetch standard's serialisation of an origin)."""


@dataclass(frozen=True, kw_only=True)
class OpenId:
    """A provider of identities; ``clients`` None: any of its clients."""

    issuer: str
    audience: str
    clients: frozenset[str] | None = None
    services: frozenset[str] = frozenset()


class Refused(Exception):
    """The installation is not run like this."""


@dataclass(frozen=True, kw_only=True)
class Reads:
    """How queries are answered: by compiled plans or by graphql-core alone, and which documents at all.

    ``journaled`` False answers without writing who looked: to measure what the journal costs, never in service.
    ``shared`` False opens the scope for each read by itself (``projections.shared``): as it is for sixteen who are
    sixteen people.
    """

    planned: bool = True
    journaled: bool = True
    shared: bool = True
    connections: int = 2
    trusted: TrustedDocuments = field(default_factory=TrustedDocuments)


def is_demo(environ: Mapping[str, str]) -> bool:
    """``YIDANG_MODE``: ``demo`` or ``production``. Raises ``Refused``."""
    mode = environ.get("YIDANG_MODE", "demo")
    if mode not in {"demo", "production"}:
        raise Refused("YIDANG_MODE 应为 demo 或 production · YIDANG_MODE is demo or production")
    return mode == "demo"


def number(environ: Mapping[str, str], name: str, usual: int) -> int:
    """A setting that is a whole number, not negative. Raises ``Refused``."""
    value = environ.get(name, str(usual))
    if not (value.isascii() and value.isdecimal()):
        raise Refused(f"{name} 应为整数 · {name} must be a whole number")
    return int(value)


def port(environ: Mapping[str, str]) -> int:
    """``YIDANG_PORT``; 0: any free one. Raises ``Refused``."""
    value = number(environ, "YIDANG_PORT", 8000)
    if value > LAST_PORT:
        raise Refused(f"YIDANG_PORT 最大为 {LAST_PORT} · YIDANG_PORT is at most {LAST_PORT}")
    return value


def trust(environ: Mapping[str, str]) -> Trust:
    """``YIDANG_DOCUMENTS_MODE``. Raises ``Refused``."""
    said = environ.get("YIDANG_DOCUMENTS_MODE", Trust.OFF.value)
    try:
        return Trust(said)
    except ValueError:
        raise Refused(
            "YIDANG_DOCUMENTS_MODE 应为 off、log 或 require · YIDANG_DOCUMENTS_MODE is off, log or require"
        ) from None


def database_url(environ: Mapping[str, str]) -> str | None:
    """``YIDANG_DATABASE_URL``. Raises ``Refused``, which does not repeat it: it may hold a password."""
    given = environ.get("YIDANG_DATABASE_URL")
    if not given:
        return None
    try:
        ports = str(conninfo_to_dict(given).get("port", "5432")).split(",")
        if all(0 < int(each) <= LAST_PORT for each in ports):
            return given
    except (psycopg.ProgrammingError, ValueError):
        pass  # what psycopg says repeats the address
    raise Refused(
        "YIDANG_DATABASE_URL 不是数据库地址 · YIDANG_DATABASE_URL is no address of a database "
        "(postgresql://user:password@host:port/name)"
    )


def reads(environ: Mapping[str, str], *, demo: bool) -> Reads:
    """``YIDANG_PLANS``, ``YIDANG_DOCUMENTS`` (a manifest), ``YIDANG_DOCUMENTS_MODE`` (off, log, require).

    ``YIDANG_JOURNAL=off`` is refused but for measurements on synthetic people (``YIDANG_MEASURE=on``, demo mode).
    Raises ``Refused`` and ``schema.transport.trusted.BadManifest``.
    """
    journaled = environ.get("YIDANG_JOURNAL", "on") != "off"
    if not journaled and not (demo and environ.get("YIDANG_MEASURE") == "on"):
        raise Refused(
            "查阅记录不得关闭 · the access journal is never off in service "
            "(YIDANG_JOURNAL=off needs YIDANG_MEASURE=on in demo mode)"
        )
    path = environ.get("YIDANG_DOCUMENTS")
    return Reads(
        planned=environ.get("YIDANG_PLANS", "on") != "off",
        journaled=journaled,
        trusted=TrustedDocuments(
            trust(environ),
            manifest(Path(path)) if path else {},
        ),
    )


def origins(environ: Mapping[str, str]) -> frozenset[str]:
    """``YIDANG_ORIGINS``: the front ends whose pages may ask, separated by spaces, each as browsers send it.

    Raises ``Refused``: what no browser sends would allow nothing and look as if it did.
    """
    given = environ.get("YIDANG_ORIGINS", "").split()
    for origin in given:
        said = ORIGIN.fullmatch(origin)
        if said is None or said[3] == BY_DEFAULT[said[1]]:
            raise Refused(
                f"YIDANG_ORIGINS：“{origin}”不是浏览器所报的来源（形如 https://host 或 https://host:8443，小写，"
                f"无路径，无默认端口） · {origin!r} is no origin as browsers send it (https://host or "
                "https://host:8443, in lower case, without a path or the default port)"
            )
    return frozenset(given)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """``demo``: a built-in issuer mints tokens for synthetic people, on a loopback address only."""

    state: Path
    database_url: str | None = field(default=None, repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    demo: bool = False
    open_id: OpenId | None = None
    reads: Reads = field(default_factory=Reads)
    origins: frozenset[str] = frozenset()
    """Of other front ends whose pages may ask."""
    places: Places = field(default_factory=Places)
    """How many requests run and wait at once, and how many streams one caller may have open."""
    program: tuple[str, ...] = ()
    """How this program is called, to start further processes of it."""
    given_secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def url(self) -> str:
        """Where the server is opened."""
        return f"http://{self.host}:{self.port}"

    @property
    def allowed_origins(self) -> frozenset[str]:
        """Its own pages', and those of the front ends that are named."""
        return self.origins | {self.url, f"http://localhost:{self.port}"}
