"""Digests into chats over a real HTTP server: taken, refused with a 200, put off, cut off, paced; and the address stays secret."""

from __future__ import annotations

import io
import json
import logging
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from branch import channels, people
from branch.channels import ChannelRefused
from jobs import scan as scanning
from jobs.post import post
from sheets.schema import Edit
from tests.jobs.world import at, customer, line, outbox, set_, with_settings, write

NOW = at("2026-11-10 08:30")
TOKEN = "0a1b2c3d-1111-2222-3333-444455556666"
HOSTS = ()
CHAT = "digest|M1|2026-11-10|wecom"


class Service(ThreadingHTTPServer):
    """Stands for the chat: `says` are its answers in turn (status, JSON), the last one stays; "cut" ends the line unanswered."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Robot)
        self.says: list[object] = [(200, {"errcode": 0, "errmsg": "ok"})]
        self.got: list[tuple[str, dict[str, object]]] = []

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Robot(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.got.append((self.path, json.loads(body)))  # type: ignore[attr-defined]
        says = self.server.says  # type: ignore[attr-defined]
        answer = says.pop(0) if len(says) > 1 else says[0]
        if answer == "cut":
            self.connection.close()
            return
        status, told = answer
        self.send_response(status)
        if status in (301, 302, 307):
            self.send_header("location", f"{self.server.origin}/elsewhere")  # type: ignore[attr-defined]
        self.end_headers()
        self.wfile.write(json.dumps(told).encode())

    def log_message(self, *_: object) -> None:
        """Nothing to the terminal."""


@pytest.fixture
def chat() -> Iterator[Service]:
    server = Service()
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def told(branch, chat):
    """M1 has a robot, and a line of theirs is due today; so has M2, who has no robot."""
    made = with_settings(branch, {"channels": {"hosts": [chat.origin]}})
    write(
        made,
        [
            customer("K1", "云澜启岚机械(示例)"),
            line("N1", "K1", "2026-12-10"),
            customer("K2", "Harbour", "M2"),
            line("N2", "K2", "2026-12-10"),
        ],
    )
    robot(made, "M1", chat)
    yield made
    made.store.close()


def robot(branch, staff, chat, token=TOKEN):
    who = people.actor(branch.book(), staff)
    return channels.put(branch, who, f"{chat.origin}/cgi-bin/webhook/send?key={token}", "", NOW)


def row(branch, key=CHAT):
    return next(one for one in outbox(branch) if one["id"] == key)


def go(branch, now=NOW):
    return post(branch, now)


def test_the_digest_goes_into_the_chat_besides_the_mail_in_short_and_once(told, chat):
    scanning.run(told, NOW)
    assert [one["id"] for one in outbox(told) if one["channel"] != "mail"] == [CHAT]
    go(told)
    go(told)
    scanning.run(told, NOW + timedelta(minutes=5))
    go(told, NOW + timedelta(minutes=5))
    ((path, body),) = chat.got
    assert path == f"/cgi-bin/webhook/send?key={TOKEN}"
    text = body["text"]["content"]
    assert text.startswith("户策 Huce · ")
    assert "云澜启岚机械" in text
    assert "/today" in text
    assert "500" not in text.replace(":8501", "")
    assert (row(told)["state"], row(told)["error"] or "") == ("sent", "")
    assert row(told, "digest|M1|2026-11-10")["state"] == "sent"


def test_what_cannot_wait_goes_by_mail_alone(told, chat):
    scanning.run(told, NOW)
    write(told, [customer("K9", "急件公司"), line("N9", "K9", "2026-12-09")], "2026-11-10 09:00")
    scanning.run(told, at("2026-11-11 09:30"))
    assert {one["kind"] for one in outbox(told) if one["channel"] == "wecom"} == {"digest"}


@pytest.mark.parametrize(("answer", "state"), [
    ((200, {"errcode": 93000, "errmsg": "invalid webhook url"}), "failed"), ((200, {"errcode": 45009, "errmsg": "api freq out of limit"}), "retry"),
    ((500, {}), "retry"), ((429, {}), "retry"), ((404, {}), "failed"), ((302, {}), "failed"), ((200, "hello"), "retry"), ("cut", "possibly"),
])  # fmt: skip
def test_only_the_services_own_yes_counts_as_sent(told, chat, answer, state):
    """A 200 with an error in it is no yes; a redirect is not followed; a line that breaks after the message may have brought it."""
    chat.says = [answer]
    scanning.run(told, NOW)
    go(told)
    assert row(told)["state"] == state
    assert [path for path, _ in chat.got if "elsewhere" in path] == []


def test_what_was_put_off_is_tried_again_and_what_failed_is_a_dead_letter_the_administrator_hears_of(told, chat):
    chat.says = [(503, {}), (200, {"errcode": 93000, "errmsg": "invalid webhook url"})]
    scanning.run(told, NOW)
    go(told)
    assert row(told)["attempts"] == 1
    go(told, NOW + timedelta(seconds=30))
    assert len(chat.got) == 1
    go(told, NOW + timedelta(minutes=2))
    assert row(told)["state"] == "failed"
    assert any(one["id"].startswith("notice|undelivered|A1") and "93000" in one["text"] for one in outbox(told))


def test_a_service_that_cannot_be_reached_is_tried_again(told, chat):
    chat.shutdown()
    chat.server_close()
    scanning.run(told, NOW)
    go(told)
    assert row(told)["state"] == "retry"


def test_two_senders_send_once_and_a_claim_of_another_is_left_alone(told, chat):
    scanning.run(told, NOW)
    set_(told, "outbox", CHAT, "2026-11-10 08:30", state="sending", claimed_by="other:1:x", claimed_at=NOW, attempts=1)
    go(told)
    assert chat.got == []
    go(told, NOW + timedelta(minutes=11))  # its claim has lapsed
    assert len(chat.got) == 1


def test_a_robot_gets_no_more_than_it_takes_in_a_minute(told, chat):
    rows = [Edit("outbox", f"t{n}", None, {"kind": "test", "channel": "wecom", "staff": "M1", "lang": "zh", "subject": "s", "text": "t",
                                           "state": "waiting", "attempts": 0, "as_of": NOW.date(), "created_at": NOW}) for n in range(25)]  # fmt: skip
    told.store.write(rows, "system", "job", NOW)
    go(told)
    assert len(chat.got) == 15
    go(told, NOW + timedelta(seconds=30))
    assert len(chat.got) == 15
    go(told, NOW + timedelta(seconds=90))
    assert len(chat.got) == 25


def test_who_has_left_and_a_robot_switched_off_get_nothing(told, chat):
    scanning.run(told, NOW)
    channels.drop(told, people.actor(told.book(), "M1"), "wecom", NOW)
    go(told)
    assert (row(told)["state"], chat.got) == ("failed", [])


def test_a_trial_goes_the_way_of_all_messages_and_only_to_ones_own_robot(told, chat):
    channels.trial(told, people.actor(told.book(), "M1"), "wecom", "zh", NOW)
    with pytest.raises(ChannelRefused):
        channels.trial(told, people.actor(told.book(), "M2"), "wecom", "zh", NOW)
    go(told)
    ((_, body),) = chat.got
    assert "测试消息" in body["text"]["content"]


def test_the_address_stands_in_no_log_no_ledger_no_mail_and_no_repr(told, chat):
    heard = io.StringIO()
    handler, root = logging.StreamHandler(heard), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        chat.says = [(200, {"errcode": 93000, "errmsg": f"no robot {TOKEN}"})]
        scanning.run(told, NOW)
        go(told)
        chat.shutdown()
        chat.server_close()
        channels.trial(told, people.actor(told.book(), "M1"), "wecom", "zh", NOW)
        go(told)
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
    assert TOKEN not in heard.getvalue()
    book = told.book()
    assert TOKEN not in "".join(frame.to_csv() for frame in book.frames.values())
    assert TOKEN not in repr(channels.of(told, "M1"))
    assert TOKEN not in told.store.history("*access", "M1").to_csv()
    assert [file for file in (told.settings.home / "outbox").glob("*") if TOKEN.encode() in file.read_bytes()] == []


@pytest.mark.parametrize(("address", "service"), [
    ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0a1b2c3d-1111", "wecom"), ("https://oapi.dingtalk.com/robot/send?access_token=abcdef0123", "dingtalk"),
    (" https://open.feishu.cn/open-apis/bot/v2/hook/0a1b-2c3d\n", "feishu"),
])  # fmt: skip
def test_the_three_services_are_known_by_their_addresses(address, service):
    assert channels.read(address, "", HOSTS).service == service


@pytest.mark.parametrize("address", [
    "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0a1b2c3d", "https://evil.example/cgi-bin/webhook/send?key=0a1b2c3d",
    "https://qyapi.weixin.qq.com.evil.example/cgi-bin/webhook/send?key=0a1b2c3d", "https://qyapi.weixin.qq.com@evil.example/cgi-bin/webhook/send?key=0a1b",
    "https://qyapi.weixin.qq.com:8443/cgi-bin/webhook/send?key=0a1b2c3d", "https://127.0.0.1/robot/send?access_token=abcdef0123", "https://qyapi.weixin.qq.com/elsewhere?key=0a1b2c3d",
    "https://x:y@qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0a1b2c3d", "https://qyapi.weixin.qq.com:99999/cgi-bin/webhook/send?key=0a1b", "file:///etc/passwd", "", "key",
])  # fmt: skip
def test_any_other_address_is_refused_and_not_repeated(address):
    with pytest.raises(ChannelRefused) as refused:
        channels.read(address, "", HOSTS)
    assert "0a1b" not in refused.value.say("zh")


def test_a_host_is_no_longer_used_once_the_administrator_takes_it_out(told, chat):
    scanning.run(told, NOW)
    shut = with_settings(told, {"channels": {"hosts": []}})
    assert channels.of(shut, "M1") == {}
    go(shut)
    assert chat.got == []
    shut.store.close()


@pytest.mark.parametrize(("path", "secret", "yes"), [
    ("/robot/send?access_token=abcdef0123456789", "SECabcdef0123456789", {"errcode": 0}), ("/open-apis/bot/v2/hook/0a1b-2c3d-4e5f", "", {"code": 0, "msg": "success"}),
])  # fmt: skip
def test_dingtalk_is_signed_and_feishu_is_spoken_to_in_its_own_words(told, chat, path, secret, yes):
    chat.says = [(200, yes)]
    who = people.actor(told.book(), "M2")
    service = channels.put(told, who, f"{chat.origin}{path}", secret, NOW)
    channels.trial(told, who, service, "zh", NOW)
    go(told)
    ((asked, body),) = chat.got
    assert asked.startswith(path)
    assert ("timestamp=" in asked and "sign=" in asked) == bool(secret)
    assert "户策" in json.dumps(body, ensure_ascii=False)
    assert [one["state"] for one in outbox(told) if one["channel"] == service] == ["sent"]
