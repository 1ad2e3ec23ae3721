"""What every answer says to the browser: run only our code, frame us nowhere, keep nothing."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from importlib.metadata import distribution
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SHELL = Path(str(distribution("streamlit").locate_file("streamlit/static/index.html")))


def inline_scripts(page: str) -> list[str]:
    """The inline scripts of a page as a policy names them: by the hash of what stands between the tags."""
    found = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    return [f"'sha256-{b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in found]


# Streamlit draws with inline styles, keeps pictures in blob: addresses, and has one inline script of its own.
DIRECTIVES = (
    "default-src 'self'",
    " ".join(("script-src 'self'", *inline_scripts(SHELL.read_text("utf-8")))),
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
)
POLICY = "; ".join(DIRECTIVES)
SAID = {
    "content-security-policy": POLICY,
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cross-origin-opener-policy": "same-origin",
}
# Program files carry no data and may be kept; everything else is asked for anew.
KEPT = ("/static/",)
STRICTER = ("/slip",)  # says a policy of its own, which allows less
ASKED_AGAIN = ("/feed/",)  # a calendar keeps what it has and asks whether it still stands


class Headers:
    """An ASGI middleware that adds the lines to each HTTP answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def say(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                own = headers.get("content-security-policy") if scope["path"] in STRICTER else None
                for name, value in SAID.items():
                    headers[name] = value
                if own is not None:
                    headers["content-security-policy"] = own
                if scope["path"].startswith(ASKED_AGAIN):
                    headers["cache-control"] = "private, no-cache"
                elif not scope["path"].startswith(KEPT):
                    headers["cache-control"] = "no-store"
            await send(message)

        await self.app(scope, receive, say)
