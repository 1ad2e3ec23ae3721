"""Which language a browser reads: what it was switched to, else what it asks for, else Chinese."""

from __future__ import annotations

from starlette.requests import Request

from texts import FIRST, LANGS, Lang

COOKIE = "huce_lang"


def language(request: Request) -> Lang:
    """The switch in the address, the cookie it left, the browser's own list, and Chinese when all are silent."""
    for wish in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if wish in LANGS:
            return wish
    return preferred(request.headers.get("accept-language", ""))


def preferred(header: str) -> Lang:
    """The first language of an Accept-Language header that we speak."""
    for part in header.lower().split(","):
        word = part.split(";")[0].strip()[:2]
        if word in LANGS:
            return word
    return FIRST
