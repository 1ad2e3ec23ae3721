"""The slip of one person's day, as a plain page that prints on A4: no script, nothing fetched, their own dues alone."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from branch import accounts, clock, slip
from branch.branch import Branch
from texts import known, say
from web import cookies
from web.language import language
from web.show import FRAME

PATH = "/slip"
STYLE = Path(__file__).with_name("templates").joinpath("slip.css").read_text("utf-8")
HASH = b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{HASH}'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def routes(branch: Callable[[], Branch]) -> list[Route]:
    async def answer(request: Request) -> Response:
        return await run_in_threadpool(_answer, branch(), request)

    return [Route(PATH, answer)]


def _answer(branch: Branch, request: Request) -> Response:
    """The door has let them in; whose slip it is, is asked of the session once more."""
    now = clock.now()
    person = accounts.person(branch, cookies.session_token(request), now)
    if person is None:
        return PlainTextResponse("Sign in first", 401)
    lang = known(person.lang, language(request))
    html = FRAME.get_template("slip.html").render(
        say=lambda code, **more: say(f"screen.{code}", lang, **more),
        html_lang=say("language.tag", lang),
        style=STYLE,
        branch=branch.settings.name(lang),
        person=person.name,
        day=now.date(),
        weekday=say(f"screen.weekday.{now.isoweekday()}", lang),
        printed=f"{now:%Y-%m-%d %H:%M}",
        lines=slip.slip(branch.look(now), person, lang),
    )
    return HTMLResponse(html, headers={"content-security-policy": POLICY})
