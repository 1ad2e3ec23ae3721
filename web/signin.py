"""Signing in and out, the first administrator, and setting a password by invitation."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from branch import accounts, clock, tries
from branch.branch import Branch
from texts import LANGS, Fault, Lang, say
from web import cookies
from web.language import language
from web.show import page

Opened = Callable[[], Branch]


def routes(branch: Opened) -> list[Route]:
    """The addresses anybody may open; each answers with a form or with a session."""

    async def login(request: Request) -> Response:
        return await _login(branch(), request)

    async def logout(request: Request) -> Response:
        return await _logout(branch(), request)

    async def setup(request: Request) -> Response:
        return await _setup(branch(), request)

    async def invite(request: Request) -> Response:
        return await _invite(branch(), request)

    both = ["GET", "POST"]
    return [
        Route("/login", login, methods=both),
        Route("/logout", logout, methods=both),
        Route("/setup", setup, methods=both),
        Route("/invite", invite, methods=both),
    ]


async def _login(branch: Branch, request: Request) -> Response:
    if request.method == "GET":
        if await run_in_threadpool(accounts.needs_setup, branch):
            return RedirectResponse("/setup", 303)  # nobody has an account to sign in with
        ended = bool(request.query_params.get("ended"))
        switched = request.query_params.get("lang", "")
        return await _login_form(branch, request, next=_inside(request.query_params.get("next", "")), ended=ended, switched=switched)
    form, refusal = await _form(request)
    if form is None:
        return await _login_form(branch, request, 403, fault=refusal)
    target, person = _inside(_text(form, "next")), _text(form, "person")
    try:
        if person:
            token = await run_in_threadpool(accounts.pick, branch, person, clock.now())
        else:
            token = await _proved(branch, request, form)
    except Fault as fault:
        said = fault.say(language(request))
        return await _login_form(
            branch, request, 401, fault=said, staff=_text(form, "staff"), next=target, switched=_text(form, "switched")
        )
    if (switched := _text(form, "switched")) in LANGS:  # chosen just now, whatever they had chosen before
        await run_in_threadpool(_speak, branch, token, switched)
    response = await _enter(branch, request, token, target)
    if not person:
        cookies.keep_known(response, request, await run_in_threadpool(tries.remember, branch, _text(form, "staff"), clock.now()))
    return response


def _speak(branch: Branch, token: str, lang: Lang) -> None:
    now = clock.now()
    if (person := accounts.person(branch, token, now)) is not None:
        accounts.speak(branch, person.staff, lang, now)


async def _proved(branch: Branch, request: Request, form: FormData) -> str:
    """The session of a right password; while wrong ones come in crowds, each waits a little without holding up the others."""
    staff, password, source, known = _text(form, "staff"), str(form.get("password", "")), _source(request), cookies.known_token(request)
    await asyncio.sleep(await run_in_threadpool(tries.delay, branch, staff, source, known, clock.now()))
    return await run_in_threadpool(accounts.sign_in, branch, staff, password, source, clock.now(), known)


async def _login_form(branch: Branch, request: Request, status: int = 200, **values: object) -> Response:
    people = await run_in_threadpool(accounts.pickable, branch, language(request))
    shown = {"fault": "", "staff": "", "next": "/", "ended": False, "switched": ""} | values
    return page(request, "login.html", status, people=people, **shown)


async def _logout(branch: Branch, request: Request) -> Response:
    if request.method == "GET":
        return page(request, "logout.html")
    form, _ = await _form(request)
    if form is None:
        return page(request, "logout.html", 403)
    await run_in_threadpool(accounts.sign_out, branch, cookies.session_token(request), clock.now())
    response = RedirectResponse("/login", 303)
    cookies.drop_session(response)
    return response


async def _setup(branch: Branch, request: Request) -> Response:
    if not await run_in_threadpool(accounts.needs_setup, branch):
        return RedirectResponse("/login", 303)
    blank: dict[str, Any] = {"fault": "", "key": "", "staff": "", "name": "", "email": ""}
    if request.method == "GET":
        return page(request, "setup.html", **blank)
    form, refusal = await _form(request)
    if form is None:
        return page(request, "setup.html", 403, **blank | {"fault": refusal})
    typed = {key: _text(form, key) for key in ("key", "staff", "name", "email")}
    try:
        _same(form)
        who, password = (typed["key"], typed["staff"], typed["name"]), str(form.get("password", ""))
        token = await run_in_threadpool(accounts.set_up, branch, *who, password, clock.now(), typed["email"])
    except Fault as fault:
        return page(request, "setup.html", 401, **typed, fault=fault.say(language(request)))
    return await _enter(branch, request, token, "/")


async def _invite(branch: Branch, request: Request) -> Response:
    if request.method == "GET":
        return page(request, "invite.html", fault="", key="", asks=True)
    form, refusal = await _form(request)
    if form is None:
        return page(request, "invite.html", 403, fault=refusal, key="", asks=True)
    key = _text(form, "key")
    try:
        _same(form)
        token = await run_in_threadpool(accounts.accept, branch, key, str(form.get("password", "")), clock.now())
    except Fault as fault:
        asks = not key or isinstance(fault, accounts.KeyRefused)
        return page(request, "invite.html", 401, fault=fault.say(language(request)), key=key, asks=asks)
    return await _enter(branch, request, token, "/")


async def _enter(branch: Branch, request: Request, token: str, target: str) -> Response:
    """A fresh token at every sign-in; the one the browser had before ends here."""
    old = cookies.session_token(request)
    if old:
        await run_in_threadpool(accounts.sign_out, branch, old, clock.now())
    response = RedirectResponse(target, 303)
    cookies.keep_session(response, request, token)
    return response


async def _form(request: Request) -> tuple[FormData | None, str]:
    """What was sent, if the form came from us; otherwise a sentence why not."""
    form = await request.form(max_files=0, max_fields=20)
    if cookies.is_our_form(request, form):
        return form, ""
    return None, say("screen.web.stale_form", language(request))


def _same(form: FormData) -> None:
    if form.get("password") != form.get("again"):
        raise Fault("screen.web.not_same")


def _text(form: FormData, name: str) -> str:
    return str(form.get(name, "")).strip()


def _inside(target: str) -> str:
    """Only an address of ours: one path, no other host."""
    parts = urlsplit(target)
    fine = target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return target if fine and not any(ord(c) < 32 for c in target) else "/"


def _source(request: Request) -> str:
    return request.client.host if request.client else ""
