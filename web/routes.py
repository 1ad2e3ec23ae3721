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
from web.peer import Peer

# The page that finds its session ended loads this; an inline script would be refused by our own policy.
LEAVE = "location.replace('/login');"
# The code of an invitation stands behind the # of its link: a browser keeps that to itself, so that no log and no proxy ever
# reads it. It goes into the form, and who is invited is asked for nothing but the password.
INVITE = """
const given = location.hash.slice(1), key = document.getElementById('key');
if (/^[A-Za-z0-9-]{20,40}$/.test(given) && !key.value) {
  key.value = given;
  document.getElementById('code').hidden = true;
  document.getElementById('password').focus();
  for (const other of document.querySelectorAll('.switch a')) other.hash = given;
}
"""
# A page that lost its line and is refused a new one asks whether its session has ended, and if so goes to sign in.
LINE = """
if (!window.huceLine) {
  window.huceLine = true;
  const Line = window.WebSocket;
  window.WebSocket = class extends Line {
    constructor(...given) {
      super(...given);
      let opened = false;
      this.addEventListener('open', () => { opened = true; });
      this.addEventListener('close', () => {
        if (opened) return;
        fetch('/', {headers: {Accept: 'text/html'}, redirect: 'manual'}).then(answer => {
          const here = location.pathname + location.search;
          if (answer.type === 'opaqueredirect') location.replace('/login?next=' + encodeURIComponent(here));
        }, () => undefined);
      });
    }
  };
}
"""


def routes(branch: Callable[[], Branch]) -> list[Route]:
    async def health(_: Request) -> Response:
        try:
            await run_in_threadpool(branch().store.version)
        except Fault as fault:
            return JSONResponse({"status": "failing", "code": fault.code}, 503)
        return JSONResponse({"status": "ok"})

    async def leave(_: Request) -> Response:
        return Response(LEAVE, media_type="text/javascript")

    async def line(_: Request) -> Response:
        return Response(LINE, media_type="text/javascript")

    async def invite(_: Request) -> Response:
        return Response(INVITE, media_type="text/javascript")

    ours = [Route("/healthz", health), Route("/leave.js", leave), Route("/line.js", line), Route("/invite.js", invite)]
    return [*ours, *signin.routes(branch)]


def middleware(branch: Callable[[], Branch], screens: Collection[str]) -> list[Middleware]:
    """Our lines on every answer, a sentence for every fault, who asks, then the door. `screens` are the addresses of pages."""
    door = Middleware(Door, branch=branch, screens=frozenset(screens))
    return [Middleware(Headers), Middleware(Faults), Middleware(Peer, branch=branch), door]
