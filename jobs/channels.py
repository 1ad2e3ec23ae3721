"""Digests into chats: rows of the same outbox, sent through the robot that a person has set. The only Apprise.

Apprise answers yes or no, and takes every 200 for a yes, also the one with which these services refuse: so the answer
itself is heard, and what it says decides between sent, later and never. A robot takes 20 messages a minute.
"""

from __future__ import annotations

import logging
import os
import socket
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pandas as pd

from branch import channels
from branch.channels import Robot
from branch.people import SYSTEM
from jobs import outbox, sending
from jobs.outbox import Outcome
from jobs.readers import readers
from sheets.store import Conflict
from texts import Lang, say

if TYPE_CHECKING:
    from branch.branch import Branch

ROOM = 15  # messages to one robot within a minute; the services refuse the 21st
WINDOW = timedelta(minutes=1)
TIMEOUT = (5, 10)  # seconds to be let in, and to be answered
LATER = frozenset({45009, 130101, 410100, 11232, 9499})  # how the services say "too many, too fast"
CODES = ("errcode", "code", "StatusCode")  # where their answers have it
TOKENS = {"wecom": "key", "dingtalk": "token", "feishu": "token"}  # what Apprise calls a robot's token
UNSAID = frozenset({"NewConnectionError", "NameResolutionError", "ConnectTimeoutError"})  # nothing had been said yet


def post(branch: Branch, now: datetime, stop: Callable[[], bool]) -> Mapping[str, int]:
    """Send the messages whose turn it is; how many were sent and how many failed. Each is claimed before it is sent and
    settled after, as a mail is; what a robot has no room for waits for the next round."""
    frame = outbox.of_chats(branch.book().frame("outbox"))
    queue, done = outbox.queue(frame, now), Counter[str]()
    if not queue:
        return done
    robots, people = channels.every(branch), readers(branch.book(), branch.settings.lang)
    used = _lately(frame, robots, now)
    holder = f"{socket.gethostname()}:{os.getpid()}"
    for key in queue:
        if stop():
            break
        row = branch.store.row("outbox", key)
        if row is None or not outbox.takeable(row, now):
            continue
        robot = robots.get((str(row["staff"]), str(row["channel"]))) if str(row["staff"]) in people else None
        if robot is not None and used[robot.address] >= ROOM:
            continue
        edit, claimed = outbox.claim(row, holder, now)
        try:
            branch.write([edit], SYSTEM, "job", now)
        except Conflict:  # another sender was faster
            continue
        lang = branch.settings.lang
        outcome = Outcome("failed", say("channel.gone", lang)) if robot is None else deliver(robot, str(row["text"] or ""), lang)
        if robot is not None:
            used[robot.address] += 1
        done[outcome.kind] += 1
        sending.keep(branch, outbox.settle(claimed, outcome, lang, now), now)
    return done


def _lately(frame: pd.DataFrame, robots: Mapping[tuple[str, str], Robot], now: datetime) -> Counter[str]:
    """Messages of the last minute by robot; several people may have one."""
    recent = frame.loc[frame["claimed_at"] > pd.Timestamp(now - WINDOW), ["staff", "channel"]].astype("str")
    found = (robots.get((staff, channel)) for staff, channel in zip(recent["staff"], recent["channel"], strict=True))
    return Counter(robot.address for robot in found if robot is not None)


def deliver(robot: Robot, text: str, lang: Lang) -> Outcome:
    """Hand one message to a robot. No detail holds the address: it goes to logs, screens and mails."""
    for chatty in ("apprise", "urllib3"):  # their lines would name the address
        logging.getLogger(chatty).setLevel(logging.CRITICAL)
    from apprise import Apprise  # heavy, and wanted by those alone who have set a robot

    secret = {"secret": robot.secret} if robot.secret else {}
    plugin = Apprise.instantiate({"schema": _schema(robot.service), TOKENS[robot.service]: robot.token, **secret})
    if not plugin:
        return Outcome("failed", say("channel.no_address", lang))
    module: Any = sys.modules[type(plugin).__module__]
    ear = _Ear(module.requests, robot.address)
    module.requests = ear
    try:
        plugin.notify(body=text, body_format="text")
    finally:
        module.requests = ear.real
    if ear.fault is not None:
        return _broken(ear.fault, robot, lang)
    return _verdict(ear.answer, robot, lang)


def _schema(service: str) -> str:
    return "wecombot" if service == "wecom" else service


class _Ear:
    """Stands for `requests` while a message leaves: to the robot's own address and nowhere else, and the answer is kept."""

    def __init__(self, real: Any, address: str) -> None:
        self.real, self.address = real, address
        self.codes, self.RequestException = real.codes, real.RequestException
        self.answer: Any = None
        self.fault: Exception | None = None

    def post(self, _: str, **said: Any) -> Any:
        said |= {"timeout": TIMEOUT, "allow_redirects": False, "verify": True}
        try:
            self.answer = self.real.post(self.address, **said)
        except self.real.RequestException as fault:
            self.fault = fault
            raise
        return self.answer


def _broken(fault: Exception, robot: Robot, lang: Lang) -> Outcome:
    """The line broke: before anything was said it is tried again; after it, the message may be there."""
    inner = fault.args[0] if fault.args else None
    names = {type(fault).__name__, type(getattr(inner, "reason", None)).__name__}
    detail = say("channel.unreachable", lang, host=urlsplit(robot.origin).netloc, why=type(fault).__name__)
    unsaid = names & UNSAID or names & {"ConnectTimeout", "SSLError", "ProxyError"}
    return Outcome("retry" if unsaid else "possibly", detail)


def _verdict(answer: Any, robot: Robot, lang: Lang) -> Outcome:
    if answer is None:
        return Outcome("failed", say("channel.no_address", lang))
    status = int(answer.status_code)
    try:
        told = answer.json()
    except ValueError:
        told = {}
    told = told if isinstance(told, dict) else {}
    code = next((told[name] for name in CODES if isinstance(told.get(name), int)), None)
    words = str(told.get("errmsg") or told.get("msg") or "").replace(robot.token, "…")[:160]
    detail = say("channel.answered", lang, status=status, number="" if code is None else code, words=words).strip()
    if status == 200 and code == 0:
        return Outcome("sent")
    if code in LATER or status in (408, 429) or status >= 500 or (status == 200 and code is None):
        return Outcome("retry", detail)
    return Outcome("failed", detail)
