"""The plain addresses: signing in and out, the first run, an invitation; forms from elsewhere and tampered targets."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

from branch import accounts, clock
from branch.branch import Branch
from branch.opening import create
from pages.parts.screens import SCREENS
from tests.small import small
from web.cookies import FORM, SESSION
from web.routes import middleware, routes

with warnings.catch_warnings():  # it would rather have the next httpx, which is not among our pins
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

SECRET = "all the ledgers"
PASSWORD = "望川 支行 2026 秋"
GOOD = {"staff": "CM1", "password": PASSWORD}
# What Streamlit answers at, read in its own routes; none of it may answer a stranger.
PROTECTED = [
    "/", *(f"/{screen}" for screen in SCREENS), "/main", "/pages/customers", "/customers/", "//customers", "/customer?id=C1", "/_stcore/stream",
    "/_stcore/upload_file/s/f", "/_stcore/metrics", "/_stcore/message", "/_stcore/allowed-message-origins", "/_stcore/agent/x",
    "/_stcore/cache/x", "/_stcore/bidi-components/x/y.js", "/media/secret.xlsx", "/download/x", "/component/x/index.html",
    "/static/js/index.js", "/static/css/index.css", "/manifest.json", "/_stcore/script-health-check", "/app/static/secret.txt", "/oauth2callback", "/auth/login", "/anything/else", "/.git/config", "/huce.db",
]  # fmt: skip


async def screen(scope: Scope, receive: Receive, send: Send) -> None:
    """Stands for everything behind the door."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "text": SECRET})
        await send({"type": "websocket.close"})
        return
    await PlainTextResponse(SECRET)(scope, receive, send)


def portal(branch: Branch) -> Starlette:
    made = Starlette(routes=routes(lambda: branch), middleware=middleware(lambda: branch, SCREENS))
    made.mount("/", screen)
    return made


@pytest.fixture(scope="module")
def branch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Branch]:
    opened = small(tmp_path_factory.mktemp("door") / "home", clock.now(), picker=False)
    key = accounts.setup_key(opened, clock.now())
    accounts.set_up(opened, key, "ADM", "朱红", PASSWORD, clock.now())
    yield opened
    opened.store.close()


@pytest.fixture
def client(branch: Branch) -> TestClient:
    branch.store.private.clear_failures("source:testclient")
    return TestClient(portal(branch), base_url="http://127.0.0.1", follow_redirects=False)


@pytest.fixture
def manager(branch: Branch) -> None:
    admin = accounts.person(branch, accounts.sign_in(branch, "ADM", PASSWORD, "here", clock.now()), clock.now())
    assert admin is not None
    accounts.accept(branch, accounts.invite(branch, admin, "CM1", clock.now()), PASSWORD, clock.now())


def send(client: TestClient, path: str, **fields: str):  # type: ignore[no-untyped-def]  (httpx's answer)
    """A form as a person sends it: fetched first, sent back with its token."""
    client.get(path)
    return client.post(path, data={"form": client.cookies[FORM], **fields})


@pytest.mark.parametrize("path", PROTECTED)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"])
def test_a_stranger_gets_nothing_from_any_address(client: TestClient, path: str, method: str) -> None:
    for headers in ({}, {"accept": "text/html"}, {"cookie": f"{SESSION}=made-up"}, {"x-forwarded-for": "127.0.0.1"}):
        answer = client.request(method, path, headers=headers)
        assert SECRET not in answer.text
        assert answer.status_code in {303, 401, 404}
        assert answer.headers.get("location", "/login").startswith("/login")


@pytest.mark.parametrize("path", ["/_stcore/stream", "/login", "/", "/_stcore/health", "/anything"])
@pytest.mark.parametrize("cookie", ["", "made-up", "x" * 43, "ended"])
def test_a_stranger_gets_no_connection_whatever_the_cookie_says(client: TestClient, branch: Branch, path: str, cookie: str) -> None:
    if cookie == "ended":
        cookie = accounts.sign_in(branch, "ADM", PASSWORD, "here", clock.now())
        accounts.sign_out(branch, cookie, clock.now())
    client.cookies.set(SESSION, cookie)
    with pytest.raises(WebSocketDisconnect) as refused, client.websocket_connect(path):
        pass
    assert refused.value.code == 1008


def test_who_is_signed_in_gets_a_connection(client: TestClient, branch: Branch) -> None:
    client.cookies.set(SESSION, accounts.sign_in(branch, "ADM", PASSWORD, "here", clock.now()))
    with client.websocket_connect("/_stcore/stream") as line:
        line.send_text("hello")
        assert line.receive_text() == SECRET


@pytest.mark.usefixtures("manager")
def test_the_password_opens_the_door_and_the_cookie_is_out_of_reach_of_scripts(client: TestClient) -> None:
    answer = send(client, "/login", **GOOD, next="/customers")
    assert (answer.status_code, answer.headers["location"]) == (303, "/customers")
    cookie = next(line for line in answer.headers.get_list("set-cookie") if line.startswith(f"{SESSION}="))
    assert "httponly" in cookie.lower()
    assert "samesite=lax" in cookie.lower()
    assert "secure" not in cookie.lower()
    assert "max-age" not in cookie.lower()
    assert client.get("/customers").text == SECRET


PROXY = "10.1.1.1"


def tried(branch: Branch, peer: str, **headers: str) -> tuple[str, list[str]]:
    """A wrong and a right password from an address, with headers: the source on record, and the cookies of the session."""
    sent = {key.replace("_", "-"): value for key, value in headers.items()}

    def post(password: str):  # type: ignore[no-untyped-def]  (httpx's answer)
        client = TestClient(portal(branch), base_url="http://127.0.0.1", follow_redirects=False, client=(peer, 40_000))
        client.get("/login")
        return client.post("/login", data={"form": client.cookies[FORM], **GOOD, "password": password}, headers=sent)

    post("not the one")
    lines = branch.store.history("*access")
    source = str(lines.loc[lines["column"] == "failed", "new"].iloc[0])
    answer = post(PASSWORD)
    return source, [line.lower() for line in answer.headers.get_list("set-cookie") if line.startswith(f"{SESSION}=")]


@pytest.fixture
def proxied(branch: Branch) -> Iterator[None]:
    """The branch has named its proxy."""
    before = branch.settings
    branch.settings = before.model_copy(update={"portal": before.portal.model_copy(update={"proxies": (PROXY, "*")})})
    yield
    branch.settings = before


@pytest.mark.usefixtures("manager")
@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", "10.0.0.9", PROXY])
def test_nobody_is_believed_about_who_asks_where_no_proxy_is_named(branch: Branch, peer: str) -> None:
    source, cookies = tried(branch, peer, x_forwarded_for="6.6.6.6", x_forwarded_proto="https", forwarded="for=6.6.6.6")
    assert source == f"source={peer}"
    assert len(cookies) == 1
    assert "secure" not in cookies[0]


@pytest.mark.usefixtures("manager", "proxied")
@pytest.mark.parametrize("sent", ["10.0.0.9", "6.6.6.6, 10.0.0.9", f"6.6.6.6, 10.0.0.9, {PROXY}"])
def test_a_named_proxy_is_believed_about_the_last_address_it_saw_and_about_tls(branch: Branch, sent: str) -> None:
    """What stands further left was sent by the person at the other end, who may send anything."""
    source, cookies = tried(branch, PROXY, x_forwarded_for=sent, x_forwarded_proto="https")
    assert source == "source=10.0.0.9"
    assert all("secure" in line for line in cookies)
    assert len(cookies) == 1


@pytest.mark.usefixtures("manager", "proxied")
def test_where_a_proxy_is_named_everybody_else_is_still_not_believed(branch: Branch) -> None:
    source, cookies = tried(branch, "10.0.0.7", x_forwarded_for="6.6.6.6", x_forwarded_proto="https")
    assert source == "source=10.0.0.7"
    assert "secure" not in cookies[0]


@pytest.mark.usefixtures("manager")
@pytest.mark.parametrize(
    "target",
    ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "https:evil.example", "javascript:alert(1)",
     "/\t/evil.example", "/\n/evil.example", "///evil.example", "evil.example", ""],
)  # fmt: skip
def test_after_signing_in_nobody_is_sent_to_another_house(client: TestClient, target: str) -> None:
    answer = send(client, "/login", **GOOD, next=target)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


@pytest.mark.usefixtures("manager")
def test_a_form_from_elsewhere_is_refused(client: TestClient, branch: Branch) -> None:
    for fields in (GOOD, GOOD | {"form": "x" * 43}):
        answer = client.post("/login", data=fields)
        assert answer.status_code == 403
        assert SESSION not in answer.cookies
    token = send(client, "/login", **GOOD).cookies[SESSION]
    assert client.post("/logout", data={}).status_code == 403
    assert client.get("/logout").status_code == 200
    assert accounts.person(branch, token, clock.now()) is not None


@pytest.mark.usefixtures("manager")
def test_an_unknown_name_and_a_wrong_password_are_answered_alike(client: TestClient) -> None:
    answers = [send(client, "/login", staff=staff, password="x" * 12) for staff in ("CM1", "NOBODY")]
    assert [answer.status_code for answer in answers] == [401, 401]
    told = [answer.text.replace("CM1", "…").replace("NOBODY", "…") for answer in answers]
    assert told[0] == told[1]
    assert "工号或密码不对" in told[0]


@pytest.mark.usefixtures("manager")
def test_signing_out_ends_every_window_at_once(client: TestClient, branch: Branch) -> None:
    token = send(client, "/login", **GOOD).cookies[SESSION]
    other = TestClient(portal(branch), base_url="http://127.0.0.1", follow_redirects=False, cookies={SESSION: token})
    assert other.get("/customers").text == SECRET
    assert send(client, "/logout").headers["location"] == "/login"
    assert other.get("/customers").status_code == 401


@pytest.mark.usefixtures("manager")
def test_signing_in_anew_ends_the_session_the_browser_had(client: TestClient, branch: Branch) -> None:
    first = send(client, "/login", **GOOD).cookies[SESSION]
    second = send(client, "/login", **GOOD).cookies[SESSION]
    assert first != second
    assert accounts.person(branch, first, clock.now()) is None


def test_nobody_is_picked_where_it_is_no_demo(client: TestClient) -> None:
    answer = send(client, "/login", person="BL1")
    assert answer.status_code == 401
    assert SESSION not in answer.cookies
    assert 'name="person"' not in answer.text


def test_a_demo_says_so_and_lets_pick(tmp_path: Path) -> None:
    opened = small(tmp_path / "home", clock.now())
    client = TestClient(portal(opened), base_url="http://127.0.0.1", follow_redirects=False)
    shown = client.get("/login").text
    assert "数据全部虚构" in shown
    assert "陈静" in shown
    assert send(client, "/login", person="CM1").headers["location"] == "/"
    assert client.get("/today").text == SECRET
    assert client.get("/setup").headers["location"] == "/login"


def test_the_first_administrator_is_made_once_with_the_printed_key(tmp_path: Path) -> None:
    opened = small(tmp_path / "home", clock.now(), picker=False)
    client = TestClient(portal(opened), base_url="http://127.0.0.1", follow_redirects=False)
    fields = {"key": accounts.setup_key(opened, clock.now()), "staff": "A1", "name": "周一", "password": PASSWORD, "again": PASSWORD}
    wrong = send(client, "/setup", **fields | {"key": "AAAAA-BBBBB"})
    assert wrong.status_code == 401
    assert 'value="周一"' in wrong.text  # what was typed is not typed again
    assert PASSWORD not in wrong.text
    differs = send(client, "/setup", **fields | {"again": "other words"})
    assert "两次输入的密码不一样" in differs.text
    assert send(client, "/setup", **fields).status_code == 303
    assert client.get("/today").text == SECRET
    assert (
        send(
            TestClient(portal(opened), base_url="http://127.0.0.1", follow_redirects=False), "/login", staff="A1", password=PASSWORD
        ).status_code
        == 303
    )
    again = TestClient(portal(opened), base_url="http://127.0.0.1", follow_redirects=False)
    assert again.get("/setup").headers["location"] == "/login"


def test_where_nobody_can_sign_in_yet_the_first_page_is_the_set_up(tmp_path: Path) -> None:
    """It says where the code stands, and asks for the administrator's own address, which is checked like any other."""
    opened = create(tmp_path / "home", clock.now())
    client = TestClient(portal(opened), base_url="http://127.0.0.1", headers={"accept": "text/html", "accept-language": "zh"})
    first = client.get("/")
    assert first.url.path == "/setup"
    assert "设置码显示在启动户策的那个窗口里" in first.text
    fields = {"key": accounts.setup_key(opened, clock.now()), "staff": "9001", "name": "周一", "password": PASSWORD, "again": PASSWORD}
    wrong = send(client, "/setup", **fields, email="周一的邮箱")
    assert "「周一的邮箱」不是一个邮箱地址" in wrong.text
    assert opened.book().frame("staff").empty
    assert send(client, "/setup", **fields, email="zhou.yi@bank.example").text == SECRET
    row = opened.store.row("staff", "9001")
    assert row is not None
    assert (row["name"], row["role"], row["email"]) == ("周一", "admin", "zhou.yi@bank.example")


def test_the_set_up_leaves_no_address_blank_that_was_not_asked_for(tmp_path: Path) -> None:
    opened = create(tmp_path / "home", clock.now())
    client = TestClient(portal(opened), base_url="http://127.0.0.1", follow_redirects=False)
    fields = {"key": accounts.setup_key(opened, clock.now()), "staff": "9001", "name": "周一", "password": PASSWORD, "again": PASSWORD}
    assert send(client, "/setup", **fields, email="").status_code == 303
    assert (opened.store.row("staff", "9001") or {}).get("email") is None


def test_an_invitation_sets_a_password_once(client: TestClient, branch: Branch) -> None:
    admin = accounts.person(branch, accounts.sign_in(branch, "ADM", PASSWORD, "here", clock.now()), clock.now())
    assert admin is not None
    fields = {"key": accounts.invite(branch, admin, "TL1", clock.now()), "password": PASSWORD, "again": PASSWORD}
    differs = send(client, "/invite", **fields | {"again": "other words"})
    assert f'value="{fields["key"]}"' in differs.text  # the code is not asked again
    assert '<div id="code" hidden>' in differs.text
    assert send(client, "/invite", **fields).status_code == 303
    assert client.get("/today").text == SECRET
    used = send(client, "/invite", **fields)
    assert used.status_code == 401
    assert '<div id="code" >' in used.text
    assert "已用过或已过期" in used.text


def test_every_answer_tells_the_browser_to_run_only_our_code_and_to_keep_nothing(client: TestClient) -> None:
    for path in ("/login", "/customers", "/healthz", "/leave.js"):
        headers = client.get(path).headers
        assert "script-src 'self' 'sha256-" in headers["content-security-policy"]
        assert "'unsafe-inline'" not in headers["content-security-policy"].split("script-src", 1)[1].split(";", 1)[0]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert (headers["x-frame-options"], headers["x-content-type-options"]) == ("DENY", "nosniff")
        assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("header", "asked", "title"), [("zh-CN,zh", "", "登录"), ("en-GB,en", "", "Sign in"), ("fr", "", "登录"), ("zh", "?lang=en", "Sign in")]
)
def test_the_form_speaks_the_language_of_the_browser_or_of_the_switch(client: TestClient, header: str, asked: str, title: str) -> None:
    assert f"<h1>{title}</h1>" in client.get(f"/login{asked}", headers={"accept-language": header}).text


def test_a_language_chosen_at_the_sign_in_wins_over_the_one_chosen_earlier(client: TestClient, branch: Branch) -> None:
    person = accounts.person(branch, accounts.sign_in(branch, "ADM", PASSWORD, "here", clock.now()), clock.now())
    assert person is not None
    accounts.speak(branch, "ADM", "zh", clock.now())
    form = client.get("/login?lang=en").text
    assert 'name="switched" value="en"' in form
    send(client, "/login", staff="ADM", password=PASSWORD, switched="en")
    assert branch.store.row("staff", "ADM")["lang"] == "en"  # type: ignore[index]
    accounts.speak(branch, "ADM", "zh", clock.now())
    assert (
        'name="switched" value=""' in client.get("/login", headers={"accept": "text/html"}).text or client.get("/login").status_code == 303
    )
    send(client, "/login", staff="ADM", password=PASSWORD, switched="")
    assert branch.store.row("staff", "ADM")["lang"] == "zh"  # type: ignore[index]


def test_a_name_full_of_marks_is_text_in_the_form(client: TestClient) -> None:
    answer = send(client, "/login", staff='"><script>alert(1)</script>', password="x" * 12)
    assert "<script>" not in answer.text


def test_what_nobody_knows_is_not_found_once_signed_in(client: TestClient, branch: Branch) -> None:
    token = accounts.sign_in(branch, "ADM", PASSWORD, "here", clock.now())
    client.cookies.set(SESSION, token)
    assert client.get("/no-such-page", headers={"accept": "text/html"}).headers["location"] == "/"
    assert client.get("/no-such-file.js").status_code == 404
    assert client.get("/_stcore/agent/x").status_code == 404
    assert client.get("/_stcore/metrics", headers={"x-forwarded-for": "10.0.0.1"}).status_code == 404


def test_a_store_that_fails_is_told_in_a_sentence(tmp_path: Path) -> None:
    """Not even the door can ask who is there; nobody is let in, and nobody reads a trace."""
    opened = small(tmp_path / "home", clock.now())
    client = TestClient(portal(opened), base_url="http://127.0.0.1", follow_redirects=False)
    send(client, "/login", person="CM1")
    opened.store.close()
    for left in ("huce.db-wal", "huce.db-shm"):
        (tmp_path / "home" / left).unlink(missing_ok=True)
    (tmp_path / "home" / "huce.db").write_bytes(b"no store" * 1000)
    for path in ("/customers", "/login"):
        answer = client.get(path, headers={"accept": "text/html"})
        assert answer.status_code == 503
        assert "不是户策的台账库" in answer.text
        assert "Traceback" not in answer.text
        assert answer.headers["x-frame-options"] == "DENY"


def test_a_fault_nobody_foresaw_has_a_number_and_no_detail(branch: Branch, caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> Branch:
        raise ZeroDivisionError("secret detail")

    made = Starlette(routes=routes(broken), middleware=middleware(lambda: branch, SCREENS))
    answer = TestClient(made, base_url="http://127.0.0.1").get("/login")
    assert answer.status_code == 503
    assert "secret" not in answer.text
    assert any(record.getMessage().rpartition(" ")[2] in answer.text for record in caplog.records)


def test_the_list_of_open_addresses_is_short() -> None:
    """Whoever opens one more address to strangers says so here."""
    from web import door

    assert sorted(door.OPEN) == ["/_stcore/health", "/_stcore/host-config", "/favicon.png", "/healthz", "/invite", "/invite.js", "/leave.js", "/left.js", "/line.js",
                                 "/login", "/logout", "/setup"]  # fmt: skip


def test_the_one_inline_script_of_the_shell_is_allowed_by_its_hash_and_no_other() -> None:
    """The installed page has exactly one; a release with another one is noticed here."""
    from web import headers

    allowed = headers.inline_scripts(headers.SHELL.read_text("utf-8"))
    assert len(allowed) == 1
    assert allowed[0] in headers.POLICY
    assert headers.inline_scripts("<script>alert(1)</script>")[0] not in headers.POLICY
