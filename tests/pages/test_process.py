"""A fresh process that nobody has signed in to: every address it serves, asked from outside."""

from __future__ import annotations

import base64
import http.client
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from branch import clock
from tests.pages.test_signin import PROTECTED
from tests.serving import Served, serve, stop
from tests.small import small

SECRETS = re.compile("启岚机械|宏远纺织|瑞丰化工|供应链融资|王示例|以结算带存款")
CONNECT = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Protocol": "streamlit"}


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home: Path = tmp_path_factory.mktemp("stranger") / "home"
    small(home, clock.now(), picker=False).store.close()
    running = serve(home)
    yield running
    stop(running)


def asked(served: Served, method: str, path: str, headers: dict[str, str]) -> tuple[int, str, str]:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=20)
    try:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        # A connection that was let in stays open and has no end to read to.
        body = "" if answer.status == 101 else answer.read().decode("utf-8", "replace")
        return answer.status, answer.headers.get("location", ""), body
    finally:
        connection.close()


def key() -> dict[str, str]:
    return CONNECT | {"Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode()}


def test_no_address_of_a_fresh_process_answers_a_stranger(fresh: Served) -> None:
    """The first of them is the very first request this process gets after its health was asked."""
    for path in [*PROTECTED[1:], "/"]:
        for method in ("GET", "POST", "PUT", "DELETE"):
            for headers in ({}, {"Accept": "text/html"}):
                status, location, body = asked(fresh, method, path, headers)
                assert status in {303, 400, 401, 404, 405}, (method, path, status)
                assert not location or location.startswith("/login"), (method, path, location)
                assert len(body) < 200, (method, path, body[:300])
                assert not SECRETS.search(body)


def test_a_stranger_is_not_let_onto_the_line(fresh: Served) -> None:
    assert asked(fresh, "GET", "/_stcore/stream", key())[0] == 403


def test_another_site_is_not_let_onto_the_line(fresh: Served) -> None:
    """Even with a cookie: the browser of somebody signed in, sent here by a page of somebody else's."""
    headers = key() | {"Origin": "http://evil.example", "Cookie": f"huce={'x' * 43}"}
    assert asked(fresh, "GET", "/_stcore/stream", headers)[0] == 403


def test_the_program_files_are_all_that_is_open(fresh: Served) -> None:
    assert asked(fresh, "GET", "/login", {})[0] == 303  # nobody can sign in yet: it leads to the set-up
    for path in ("/setup", "/invite", "/healthz", "/leave.js", "/_stcore/health", "/_stcore/host-config"):
        status, _, body = asked(fresh, "GET", path, {})
        assert status == 200, path
        assert not SECRETS.search(body), path
