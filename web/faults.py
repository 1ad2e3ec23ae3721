"""What a person reads when an address fails before its page is there: a sentence in both languages, never a trace."""

from __future__ import annotations

import logging
import secrets

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from texts import LANGS, Fault, say

log = logging.getLogger("huce.web")


class Faults:
    """An ASGI middleware: a fault of ours brings its sentence, anything else a number that stands in the log too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def sent(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, sent)
        except Exception as error:
            if begun:  # half an answer is out: the connection ends, nothing can be added to it
                raise
            await PlainTextResponse(_said(error), 503)(scope, receive, send)


def _said(error: Exception) -> str:
    if isinstance(error, Fault):
        return "\n".join(error.say(lang) for lang in LANGS)
    number = secrets.token_hex(3)
    log.error("address failed, no. %s", number, exc_info=error)
    return "\n".join(say("screen.broken", lang, number=number) for lang in LANGS)
