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
LEAVE = "location.replace('/login?ended=1&next=' + encodeURIComponent(location.pathname + location.search));"
LEFT = "location.replace('/login');"  # they signed out by the button: nothing needs saying
# What a page does that Streamlit does not. First: one that lost its line and is refused a new one asks whether its session
# has ended, and if so goes to sign in.
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
          if (answer.type === 'opaqueredirect') location.replace('/login?ended=1&next=' + encodeURIComponent(here));
        }, () => undefined);
      });
    }
  };
  // A card of a list opens its row in this page, as a click in the table does; the program of the page hears a step back.
  document.addEventListener('click', event => {
    const card = event.target.closest('[class*="st-key-narrow_"] a');
    if (!card || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    history.pushState({}, '', card.getAttribute('href'));
    dispatchEvent(new PopStateEvent('popstate'));
  }, true);
  // What is typed into a field reaches the draft after a pause, not only when the field is left; but not in the middle of
  // a word that an input method is still putting together.
  let pause = 0, composing = false;
  const keep = event => {
    const field = event.target;
    composing = event.type === 'compositionstart' || (composing && event.type !== 'compositionend');
    clearTimeout(pause);
    if (composing || !field.matches?.('[data-testid="stTextInput"] input, [data-testid="stTextArea"] textarea')) return;
    pause = setTimeout(() => {
      if (document.activeElement !== field) return;
      field.dispatchEvent(new FocusEvent('focusout', {bubbles: true}));
      field.dispatchEvent(new FocusEvent('focusin', {bubbles: true}));
    }, 1200);
  };
  // A save that was refused: to the first field at fault, once for each try.
  let seen = '';
  new MutationObserver(() => {
    const fault = document.querySelector('[class*="st-key-first_fault_"]');
    const name = fault ? [...fault.classList].find(one => one.startsWith('st-key-first_fault_')) : '';
    if (name === seen) return;
    seen = name;
    const place = fault?.closest('[data-testid="stColumn"], [data-testid="stVerticalBlock"]');
    place?.scrollIntoView({block: 'center'});
    place?.querySelector('input, textarea')?.focus({preventScroll: true});
  }).observe(document.documentElement, {childList: true, subtree: true});
  for (const kind of ['input', 'compositionstart', 'compositionend']) document.addEventListener(kind, keep, true);
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

    async def left(_: Request) -> Response:
        return Response(LEFT, media_type="text/javascript")

    async def line(_: Request) -> Response:
        return Response(LINE, media_type="text/javascript")

    return [Route("/healthz", health), Route("/leave.js", leave), Route("/left.js", left), Route("/line.js", line), *signin.routes(branch)]


def middleware(branch: Callable[[], Branch], screens: Collection[str]) -> list[Middleware]:
    """Our lines on every answer, a sentence for every fault, who asks, then the door. `screens` are the addresses of pages."""
    door = Middleware(Door, branch=branch, screens=frozenset(screens))
    return [Middleware(Headers), Middleware(Faults), Middleware(Peer, branch=branch), door]
