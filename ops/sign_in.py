"""Whom this installation trusts to say who somebody is: an OpenID Connect provider, and in demo mode itself."""

from __future__ import annotations

from collections.abc import Mapping

from authz.discovery import Discovered, is_loopback
from authz.issuer import Issuer
from ops.server import AUDIENCE, Trust
from ops.settings import OpenId, Refused, Settings


class NobodyCanSignIn(ValueError):
    """Outside demo mode an issuer must be named: there is no other way in."""


def open_id(environ: Mapping[str, str]) -> OpenId | None:
    """The provider named by ``YIDANG_OIDC_ISSUER``, or None.

    ``YIDANG_OIDC_CLIENTS`` and ``YIDANG_OIDC_SERVICES`` are client ids separated by spaces: those people use, and those
    that act for themselves. Without the first, any client of the provider counts; without the second, no service does.
    """
    issuer = environ.get("YIDANG_OIDC_ISSUER")
    if not issuer:
        return None
    clients = environ.get("YIDANG_OIDC_CLIENTS", "").split()
    return OpenId(
        issuer=issuer,
        audience=environ.get("YIDANG_OIDC_AUDIENCE") or AUDIENCE,
        clients=frozenset(clients) if clients else None,
        services=frozenset(environ.get("YIDANG_OIDC_SERVICES", "").split()),
    )


def trusted(settings: Settings) -> Trust:
    """The issuers to trust beside the demo's own. Raises ``NobodyCanSignIn``, ``Refused``, ``UnsafeIssuer``."""
    if settings.demo:
        check_demo(settings)
    known = settings.open_id
    if known is None:
        if not settings.demo:
            raise NobodyCanSignIn(
                "非演示模式须设 YIDANG_OIDC_ISSUER · outside demo mode it must be set: nobody could sign in"
            )
        return Trust()
    keys = Discovered(known.issuer)
    issuer = Issuer(known.issuer, keys, clients=known.clients, services=known.services)
    return Trust(known.audience, (issuer,))


def check_demo(settings: Settings) -> None:
    """The demo signs tokens for anybody who asks, so only on this machine. Raises ``Refused``."""
    if not settings.demo:
        raise Refused("仅演示模式可用 · in demo mode only (YIDANG_MODE=demo)")
    if not is_loopback(settings.host):
        raise Refused(
            f"演示模式只在本机地址提供服务 · the demo is served on a loopback address only, not on {settings.host} "
            "(YIDANG_HOST, YIDANG_MODE)"
        )
