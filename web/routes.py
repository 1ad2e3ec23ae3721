"""The plain addresses of the portal, in one list."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from branch.branch import Branch
from texts import Fault
from web import builtin, feeds, signin, slip
from web.door import Door
from web.faults import Faults
from web.headers import Headers
from web.peer import Peer

SCRIPTS = {path.name: path.read_text("utf-8") for path in sorted(Path(__file__).with_name("scripts").glob("*.js"))}
SCRIPTS[builtin.SCRIPT.name] = builtin.script()


def routes(branch: Callable[[], Branch]) -> list[Route]:
    async def health(_: Request) -> Response:
        try:
            await run_in_threadpool(branch().store.version)
        except Fault as fault:
            return JSONResponse({"status": "failing", "code": fault.code}, 503)
        return JSONResponse({"status": "ok"})

    # Files of our own, because the browser may run no inline script.
    scripts = [Route(f"/{name}", _script(text)) for name, text in SCRIPTS.items()]
    return [Route("/healthz", health), *scripts, *signin.routes(branch), *feeds.routes(branch), *slip.routes(branch)]


def _script(text: str) -> Callable[[Request], Awaitable[Response]]:
    async def answer(_: Request) -> Response:
        return Response(text, media_type="text/javascript")

    return answer


def middleware(branch: Callable[[], Branch], screens: Collection[str]) -> list[Middleware]:
    """Our lines on every answer, a sentence for every fault, who asks, then the door. `screens` are the addresses of pages."""
    door = Middleware(Door, branch=branch, screens=frozenset(screens))
    return [Middleware(Headers), Middleware(Faults), Middleware(Peer, branch=branch), door]
