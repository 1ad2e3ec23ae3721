"""The door before the screen: nothing but the sign-in form reaches somebody who is not signed in."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Collection
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from branch import accounts, clock
from branch.branch import Branch
from web.cookies import session_token

# What a browser needs before anybody has signed in; none of it carries data.
OPEN = (
    *("/login", "/logout", "/setup", "/invite", "/healthz", "/leave.js", "/left.js", "/line.js", "/invite.js", "/favicon.png"),
    *("/_stcore/health", "/_stcore/host-config"),
)
OPEN_UNDER = ("/feed/",)  # the link itself is the key (web/feeds.py)
CLOSED_UNDER = ("/_stcore/agent", "/_stcore/cache", "/_stcore/script-health-check")
OURS = ("/_stcore", "/media", "/download", "/component", "/static/", "/words.js", "/slip")
LOCAL_ONLY = ("/_stcore/metrics",)
HOME = "/today"  # the first page: Streamlit knows it as "/" only, mails and people call it by its name
NOT_FOUND = PlainTextResponse("Not found", 404)


class Door:
    """An ASGI middleware: it asks the store on every request whether the session still stands."""

    def __init__(self, app: ASGIApp, branch: Callable[[], Branch], screens: Collection[str]) -> None:
        self.app, self.branch, self.screens = app, branch, screens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        refusal = await self._refusal(connection)
        if refusal is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            await refusal(scope, receive, send)

    async def _refusal(self, connection: HTTPConnection) -> Response | None:
        path = connection.url.path
        if path.startswith(CLOSED_UNDER) or (path.startswith(LOCAL_ONLY) and not is_local(connection)):
            return NOT_FOUND
        is_line = connection.scope["type"] == "websocket"
        if (path in OPEN or path.startswith(OPEN_UNDER)) and not is_line:
            return None
        token = session_token(connection)
        person = await run_in_threadpool(accounts.person, self.branch(), token, clock.now()) if token else None
        if is_line:
            # A page whose session has ended meanwhile finds its own way to the sign-in form (line.js).
            return None if person is not None else PlainTextResponse("Sign in first", 403)
        if person is not None and path.rstrip("/") == HOME and is_visit(connection):
            return RedirectResponse("/" + (f"?{connection.url.query}" if connection.url.query else ""), 303)
        if person is not None:
            known = path == "/" or path.startswith(OURS) or path.strip("/") in self.screens
            # Streamlit would answer an address it does not know with a blank page or an English sentence.
            return None if known else RedirectResponse("/", 303) if is_visit(connection) else NOT_FOUND
        wanted = path + (f"?{connection.url.query}" if connection.url.query else "")
        if is_visit(connection):
            return RedirectResponse("/login" if wanted == "/" else f"/login?next={quote(wanted, safe='')}", 303)
        return PlainTextResponse("Sign in first", 401)


def is_visit(connection: HTTPConnection) -> bool:
    """A person going to an address, and not a program file or a question of the page's own code."""
    return connection.scope.get("method") == "GET" and "text/html" in connection.headers.get("accept", "")


def is_local(connection: HTTPConnection) -> bool:
    """Asked from this very machine, and not for somebody behind a proxy on it."""
    if connection.headers.get("x-forwarded-for") or connection.headers.get("forwarded"):
        return False
    try:
        return ipaddress.ip_address(connection.client.host if connection.client else "").is_loopback
    except ValueError:
        return False
