"""The two cookies: who is signed in, and the token that proves a form is ours."""

from __future__ import annotations

import hmac
import secrets

from starlette.datastructures import FormData
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

SESSION = "huce"
FORM = "huce_form"
KNOWN = "huce_known"  # a browser in which somebody has signed in before: other people's wrong tries do not slow it down
YEAR = 31_536_000  # seconds


def session_token(connection: HTTPConnection) -> str:
    return connection.cookies.get(SESSION, "")


def is_https(connection: HTTPConnection) -> bool:
    """TLS ends here, or in a proxy that the branch has named (web/peer.py)."""
    return connection.url.scheme in {"https", "wss"}


def keep_session(response: Response, request: Request, token: str) -> None:
    """A cookie no script can read; it dies with the browser, and on the server earlier still."""
    response.set_cookie(SESSION, token, httponly=True, samesite="lax", secure=is_https(request), path="/")


def known_token(request: Request) -> str:
    return request.cookies.get(KNOWN, "")


def keep_known(response: Response, request: Request, token: str) -> None:
    """Signs nobody in; it only says that the right password has come from here."""
    response.set_cookie(KNOWN, token, max_age=YEAR, httponly=True, samesite="strict", secure=is_https(request), path="/login")


def drop_session(response: Response) -> None:
    response.delete_cookie(SESSION, path="/", httponly=True, samesite="lax")


def form_token(request: Request) -> str:
    """The token of this browser's forms; a new one where there is none yet."""
    known = request.cookies.get(FORM, "")
    return known if len(known) >= 32 else secrets.token_urlsafe(32)


def keep_form_token(response: Response, request: Request, token: str) -> None:
    response.set_cookie(FORM, token, httponly=True, samesite="strict", secure=is_https(request), path="/")


def is_our_form(request: Request, form: FormData) -> bool:
    """Both halves are there and equal; another site can send the field but not the cookie."""
    kept, sent = request.cookies.get(FORM, ""), str(form.get("form", ""))
    return len(kept) >= 32 and hmac.compare_digest(kept.encode(), sent.encode())
