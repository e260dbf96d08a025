"""GraphiQL served from the package: no other host is asked for anything, no build step."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

CONTENT_TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
}
CONTENT_SECURITY_POLICY: Final = "; ".join(  # noqa: FLY002 - one directive a line reads better
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",  # the editor sets style attributes
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
MIN_COMPRESSED: Final = 1_000  # bytes; below it gzip gains nothing


@dataclass(frozen=True, slots=True)
class Page:
    """A file of the page, with what HTTP needs to serve it."""

    content: bytes
    compressed: bytes | None
    etag: str
    content_type: str
    cache_control: str


def graphiql_routes(path: str = "/graphiql") -> list[BaseRoute]:
    """`path/` is the page; it asks `../graphql`. A token may be given as `path/#token=…`."""

    async def to_page(request: Request) -> Response:
        del request
        return RedirectResponse(f"{path}/", status_code=308)

    async def serve(request: Request) -> Response:
        page = _pages().get(request.path_params["name"] or "index.html")
        return Response(status_code=404) if page is None else _respond(request, page)

    return [Route(path, endpoint=to_page), Route(path + "/{name:path}", endpoint=serve)]


def _respond(request: Request, page: Page) -> Response:
    headers = {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": page.cache_control,
        "ETag": page.etag,
        "Vary": "Accept-Encoding",
    }
    if request.headers.get("if-none-match") == page.etag:
        return Response(status_code=304, headers=headers)
    headers["Content-Type"] = page.content_type
    if page.compressed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(page.compressed, headers={**headers, "Content-Encoding": "gzip"})
    return Response(page.content, headers=headers)


@cache
def _pages() -> dict[str, Page]:
    """The files of web/graphiql by their path under it; a closed list, so no path can escape."""
    root = files("web") / "graphiql"
    own = {item.name: item for item in root.iterdir() if item.is_file()}
    vendored = {f"vendor/{item.name}": item for item in (root / "vendor").iterdir()}
    return {
        name: _page(name, item.read_bytes())
        for name, item in (own | vendored).items()
        if _suffix(name) in CONTENT_TYPES
    }


def _page(name: str, content: bytes) -> Page:
    compressed = gzip.compress(content, mtime=0) if len(content) > MIN_COMPRESSED else None
    lasting = name.startswith("vendor/")  # their names carry their versions
    return Page(
        content,
        compressed,
        f'"{hashlib.sha256(content).hexdigest()[:32]}"',
        CONTENT_TYPES[_suffix(name)],
        "public, max-age=31536000, immutable" if lasting else "no-cache",
    )


def _suffix(name: str) -> str:
    return name[name.rfind(".") :]
