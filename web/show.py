"""Puts a plain page together: one frame, a few fields, words from texts."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from texts import LANGS, say
from web import cookies
from web.language import COOKIE, language

FRAME = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(request: Request, template: str, status: int = 200, **values: object) -> Response:
    """One page with its form token; the language switch is kept as a cookie."""
    lang = language(request)
    token = cookies.form_token(request)
    html = FRAME.get_template(template).render(
        say=lambda code, **more: say(f"screen.{code}", lang, **more),
        lang=lang,
        html_lang=say("language.tag", lang),
        others={other: say("language.name", other) for other in LANGS if other != lang},
        path=request.url.path,
        form=token,
        **values,
    )
    response = HTMLResponse(html, status_code=status)
    cookies.keep_form_token(response, request, token)
    if request.query_params.get("lang"):
        response.set_cookie(COOKIE, lang, max_age=31_536_000, samesite="lax", httponly=True, path="/")
    return response
