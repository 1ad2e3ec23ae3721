"""Who is at the other end: the address of the connection itself, unless it comes from a proxy that the branch has named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from branch.branch import Branch

EVERYBODY = "*"  # would believe anybody's word about anybody's address


class Peer:
    """An ASGI middleware: takes address and scheme from X-Forwarded-For and -Proto only when a named proxy says them."""

    def __init__(self, app: ASGIApp, branch: Callable[[], Branch]) -> None:
        self.app, self.branch = app, branch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        named = self._proxies() if scope["type"] in {"http", "websocket"} else []
        app: Any = ProxyHeadersMiddleware(cast("Any", self.app), named) if named else self.app  # one protocol, declared twice
        await app(scope, receive, send)

    def _proxies(self) -> list[str]:
        return [one for one in self.branch().settings.portal.proxies if one != EVERYBODY]
