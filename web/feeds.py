"""The calendar feed: a secret link instead of a session, because a calendar program cannot sign in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from branch import clock, feed_events, feeds
from branch.branch import Branch
from branch.feed_events import Feed

UNDER = "/feed/"


def routes(branch: Callable[[], Branch]) -> list[Route]:
    async def answer(request: Request) -> Response:
        return await _answer(branch(), request)

    return [Route(f"{UNDER}{{token}}.ics", answer)]


async def _answer(branch: Branch, request: Request) -> Response:
    """Whatever is wrong with a link, the answer is one and the same."""
    source = request.client.host if request.client else ""
    await asyncio.sleep(await run_in_threadpool(feeds.delay, branch, source, clock.now()))
    found = await run_in_threadpool(_found, branch, str(request.path_params["token"]), source, clock.now())
    if found is None:
        return PlainTextResponse("Not found", 404)
    mark = f'W/"{found.mark}"'  # weak: the moment of asking stands in the file too
    if _known(request.headers.get("if-none-match", ""), mark):
        return Response(status_code=304, headers={"etag": mark})
    disposition = {"etag": mark, "content-disposition": 'inline; filename="huce.ics"'}
    return Response(found.content, media_type="text/calendar", headers=disposition)


def _found(branch: Branch, token: str, source: str, now: datetime) -> Feed | None:
    person = feeds.whose(branch, token, source, now)
    return None if person is None else feed_events.feed(branch.look(now), person)


def _known(given: str, mark: str) -> bool:
    """Whether the other side has these very events already."""
    names = {name.strip().removeprefix("W/") for name in given.split(",")}
    return "*" in names or mark.removeprefix("W/") in names
