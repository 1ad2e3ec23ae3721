"""The plain addresses of the portal, in one list."""

from __future__ import annotations

from collections.abc import Callable, Collection

from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from branch.branch import Branch
from texts import Fault
from web import signin
from web.door import Door
from web.faults import Faults
from web.headers import Headers

# The page that finds its session ended loads this; an inline script would be refused by our own policy.
LEAVE = "location.replace('/login');"


def routes(branch: Callable[[], Branch]) -> list[Route]:
    async def health(_: Request) -> Response:
        try:
            await run_in_threadpool(branch().store.version)
        except Fault as fault:
            return JSONResponse({"status": "failing", "code": fault.code}, 503)
        return JSONResponse({"status": "ok"})

    async def leave(_: Request) -> Response:
        return Response(LEAVE, media_type="text/javascript")

    return [Route("/healthz", health), Route("/leave.js", leave), *signin.routes(branch)]


def middleware(branch: Callable[[], Branch], screens: Collection[str]) -> list[Middleware]:
    """Our lines on every answer, a sentence for every fault, then the door. `screens` are the addresses of pages."""
    return [Middleware(Headers), Middleware(Faults), Middleware(Door, branch=branch, screens=frozenset(screens))]
