"""An OpenID Connect provider for the tests, built with Authlib: discovery, authorization code with PKCE, client
credentials, JWT access tokens (RFC 9068), keys that rotate. People sign in by name; nothing of it is ours but the words
of a scope: ``acting_as:<assignment>`` and ``purpose:<word>`` become claims, as a real provider is configured to do."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc9068 import JWTBearerTokenGenerator
from authlib.oidc.core import UserInfo
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, jsonify, request
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import WSGIRequestHandler, make_server

CALLBACK = "http://127.0.0.1/callback"
EXPIRES_S = 300


@dataclass
class Client(ClientMixin):  # type: ignore[misc] # Authlib has no types
    """A program known to the provider; without a secret a public one, which must use PKCE."""

    client_id: str
    secret: str | None = None
    grants: tuple[str, ...] = ("authorization_code",)

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> str:
        return CALLBACK

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == CALLBACK

    def check_client_secret(self, client_secret: str) -> bool:
        return self.secret is not None and client_secret == self.secret

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:  # noqa: ARG002
        return method == ("none" if self.secret is None else "client_secret_basic")

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in self.grants


@dataclass(frozen=True)
class User:
    """Somebody who has signed in at the provider."""

    id: str

    def get_user_id(self) -> str:
        return self.id


@dataclass
class Code:
    """An authorization code, good for one exchange."""

    code: str
    client_id: str
    redirect_uri: str
    scope: str
    user: User
    nonce: str | None
    code_challenge: str | None
    code_challenge_method: str | None
    auth_time: int = field(default_factory=lambda: int(time.time()))

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> int:
        return self.auth_time

    def get_acr(self) -> None: ...

    def get_amr(self) -> None: ...


@dataclass
class Provider:
    """The provider: its address, its clients, its signing keys (the first signs)."""

    url: str
    audience: str
    keys: list[RSAKey] = field(default_factory=list)
    clients: dict[str, Client] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)

    def rotate(self, *, withdraw: bool = False) -> None:
        """A new key signs from now on; ``withdraw``: the old ones are no longer published."""
        made = RSAKey.generate_key(2048, {"kid": f"key-{time.monotonic_ns()}"})
        self.keys = [made] if withdraw else [made, *self.keys]

    @property
    def public(self) -> dict[str, Any]:
        """The JWK set."""
        return dict(KeySet(list(self.keys)).as_dict(private=False))


def _tokens(provider: Provider) -> JWTBearerTokenGenerator:
    class Tokens(JWTBearerTokenGenerator):  # type: ignore[misc]
        def get_jwks(self) -> KeySet:
            return KeySet([*provider.keys[:1]])

        def get_audiences(self, client: Client, user: User | None, scope: str) -> str:  # noqa: ARG002
            return provider.audience

        def get_extra_claims(
            self,
            client: Client,  # noqa: ARG002
            grant_type: str,  # noqa: ARG002
            user: User | None,
            scope: str,
        ) -> dict[str, Any]:
            words = dict(word.split(":", 1) for word in scope.split() if ":" in word)
            proved = {} if user is None else {"auth_time": int(time.time())}
            return {**words, **proved, "nbf": int(time.time())}

    return Tokens(issuer=provider.url, expires_generator=lambda _client, _grant: EXPIRES_S)


def _code_grant(provider: Provider) -> tuple[type[Any], list[Any]]:
    class CodeGrant(grants.AuthorizationCodeGrant):  # type: ignore[misc]
        TOKEN_ENDPOINT_AUTH_METHODS = ["none", "client_secret_basic"]

        def save_authorization_code(self, code: str, request: Any) -> None:
            asked = request.payload.data
            provider.codes[code] = Code(
                code=code,
                client_id=request.client.client_id,
                redirect_uri=request.payload.redirect_uri or CALLBACK,
                scope=request.payload.scope,
                user=request.user,
                nonce=asked.get("nonce"),
                code_challenge=asked.get("code_challenge"),
                code_challenge_method=asked.get("code_challenge_method"),
            )

        def query_authorization_code(self, code: str, client: Client) -> Code | None:
            found = provider.codes.get(code)
            return found if found and found.client_id == client.client_id else None

        def delete_authorization_code(self, authorization_code: Code) -> None:
            del provider.codes[authorization_code.code]

        def authenticate_user(self, authorization_code: Code) -> User:
            return authorization_code.user

    class IdToken(OpenIDCode):  # type: ignore[misc]
        def exists_nonce(self, nonce: str, request: Any) -> bool:  # noqa: ARG002
            return any(code.nonce == nonce for code in provider.codes.values())

        def resolve_client_private_key(self, client: Client) -> KeySet:  # noqa: ARG002
            return KeySet([*provider.keys[:1]])

        def get_client_claims(self, client: Client) -> dict[str, Any]:
            now = int(time.time())
            return {
                "iss": provider.url,
                "aud": [client.client_id],
                "iat": now,
                "exp": now + EXPIRES_S,
            }

        def generate_user_info(self, user: User, scope: str) -> UserInfo:  # noqa: ARG002
            return UserInfo(sub=user.id)

    return CodeGrant, [CodeChallenge(required=True), IdToken()]


def _site(provider: Provider) -> Flask:
    site = Flask("provider")
    server = AuthorizationServer(site, provider.clients.get, lambda _token, _request: None)
    server.register_token_generator("default", _tokens(provider))
    server.register_grant(*_code_grant(provider))
    server.register_grant(grants.ClientCredentialsGrant)

    @site.get("/.well-known/openid-configuration")
    def metadata() -> Any:
        return jsonify(
            issuer=provider.url,
            authorization_endpoint=f"{provider.url}/authorize",
            token_endpoint=f"{provider.url}/token",
            jwks_uri=f"{provider.url}/keys",
            response_types_supported=["code"],
            code_challenge_methods_supported=["S256"],
        )

    @site.get("/keys")
    def keys() -> Any:
        return jsonify(provider.public)

    @site.get("/authorize")
    def authorize() -> Any:
        user = User(request.args["login_hint"])  # the form a person would fill in
        grant = server.get_consent_grant(end_user=user)
        return server.create_authorization_response(grant=grant, grant_user=user)

    @site.post("/token")
    def token() -> Any:
        return server.create_token_response()

    return site


@contextmanager
def provider_on_this_machine(audience: str) -> Iterator[Provider]:
    """A provider on a port of its own, with one key and no clients."""
    listener = socket.create_server(("127.0.0.1", 0))
    provider = Provider(f"http://127.0.0.1:{listener.getsockname()[1]}", audience)
    provider.rotate()
    served = make_server(
        "127.0.0.1",
        0,
        _site(provider),
        threaded=True,
        request_handler=_Quiet,
        fd=listener.fileno(),
    )
    thread = threading.Thread(
        target=served.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
    )
    thread.start()
    try:
        yield provider
    finally:
        served.shutdown()
        thread.join(30)
        assert not thread.is_alive(), "the provider does not end"
        served.server_close()
        listener.close()


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None: ...
