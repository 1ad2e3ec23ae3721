"""Other ways to reach a person: the robot of a chat (企业微信, 钉钉, 飞书) that they set for themselves alone.

The address of a robot is a secret: whoever has it can write into the chat. It is kept in the private tables, never in a
ledger, a sheet, a log or a mail, and shown again only by its last characters.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from branch.branch import Branch
from branch.people import Actor, acting_for
from branch.settings import Settings
from sheets.schema import Edit, Value
from texts import Fault, Lang, say

LONGEST = 500  # characters of an address


class ChannelRefused(Fault):
    """An address that is none of a robot we know, or leads to a host that is not allowed."""


@dataclass(frozen=True)
class Service:
    """A chat whose robots take messages: its own host, and the address of a robot there."""

    host: str
    path: str  # of the address; the token is the last part of it, or a word of the query
    query: str = ""  # the word of the query that holds the token
    signs: bool = False  # whether a robot may ask for signed messages


SERVICES: Mapping[str, Service] = {
    "wecom": Service("qyapi.weixin.qq.com", "/cgi-bin/webhook/send", "key"),
    "dingtalk": Service("oapi.dingtalk.com", "/robot/send", "access_token", signs=True),
    "feishu": Service("open.feishu.cn", "/open-apis/bot/v2/hook/"),
}


@dataclass(frozen=True)
class Robot:
    """Where one person's messages go. Its repr holds no secret, so that no log does."""

    service: str
    origin: str
    token: str = field(repr=False)
    secret: str = field(default="", repr=False)

    @property
    def address(self) -> str:
        service = SERVICES[self.service]
        tail = f"{service.path}?{service.query}={self.token}" if service.query else f"{service.path}{self.token}"
        return f"{self.origin}{tail}"

    @property
    def tail(self) -> str:
        """What a screen may show: the host, and the last characters of a long token."""
        return f"{urlsplit(self.origin).netloc} ••••{self.token[-4:] if len(self.token) >= 12 else ''}"


def read(address: str, secret: str, hosts: Collection[str]) -> Robot:
    """The robot that an address means. `hosts`: what the administrator allows besides the services' own: a name (by TLS),
    or a whole origin like http://10.1.2.3:8080. Raises ChannelRefused; the fault does not repeat the address."""
    plain = address.strip()
    parts = urlsplit(plain)
    try:
        origin, host = f"{parts.scheme}://{parts.netloc}".lower(), (parts.hostname or "").lower()
        by_tls = parts.scheme == "https" and parts.port in (None, 443) and "@" not in parts.netloc
    except ValueError as error:  # a port that is none
        raise ChannelRefused("channel.no_address") from error
    for name, service in SERVICES.items():
        token = _token(service, parts.path, parts.query)
        if token is None or len(plain) > LONGEST:
            continue
        if not ((by_tls and (host == service.host or host in hosts)) or origin in hosts):
            raise ChannelRefused("channel.host", host=host[:100])
        if secret and not (service.signs and re.fullmatch(r"[A-Za-z0-9]{8,200}", secret.strip())):
            raise ChannelRefused("channel.secret")
        return Robot(name, origin, token, secret.strip())
    raise ChannelRefused("channel.no_address")


def _token(service: Service, path: str, query: str) -> str | None:
    if service.query:
        found = parse_qs(query).get(service.query, [""])[0] if path.rstrip("/") == service.path else ""
    else:
        found = path.removeprefix(service.path).strip("/") if path.startswith(service.path) else ""
    return found if re.fullmatch(r"[A-Za-z0-9_-]{4,200}", found) else None


def put(branch: Branch, person: Actor, address: str, secret: str, now: datetime) -> str:
    """Sets this person's robot of a service; the one before it is forgotten. Which service it is. Raises ChannelRefused."""
    robot = read(address, secret, branch.settings.channels.hosts)
    kept = json.dumps({"origin": robot.origin, "token": robot.token, "secret": robot.secret})
    branch.store.private.set_channel(person.staff, robot.service, kept, now)
    branch.store.private.note("channel", person.staff, f"{robot.service} set", now)
    return robot.service


def drop(branch: Branch, person: Actor, service: str, now: datetime) -> None:
    """Forgets this person's robot of a service."""
    branch.store.private.drop_channel(person.staff, service)
    branch.store.private.note("channel", person.staff, f"{service} dropped", now)


def of(branch: Branch, staff: str) -> dict[str, Robot]:
    """The robots of one person, by service."""
    return {service: robot for (whose, service), robot in every(branch).items() if whose == staff}


def every(branch: Branch) -> dict[tuple[str, str], Robot]:
    """All robots by person and service. One whose host is no longer allowed is none."""
    found = {}
    for (staff, service), kept in branch.store.private.channels().items():
        told = json.loads(kept)
        robot = Robot(service, str(told["origin"]), str(told["token"]), str(told["secret"]))
        if service in SERVICES and is_allowed(robot, branch.settings):
            found[staff, service] = robot
    return found


def is_allowed(robot: Robot, settings: Settings) -> bool:
    try:
        return read(robot.address, robot.secret, settings.channels.hosts) == robot
    except ChannelRefused:
        return False


def set_by(branch: Branch) -> dict[str, tuple[str, ...]]:
    """Person → the services through which they want their digest."""
    found: dict[str, tuple[str, ...]] = {}
    for staff, service in sorted(every(branch)):
        found[staff] = (*found.get(staff, ()), service)
    return found


def trial(branch: Branch, person: Actor, service: str, lang: Lang, now: datetime) -> None:
    """A test message of this person to their own robot: it goes the way of all messages, through the outbox."""
    if service not in of(branch, person.staff):
        raise ChannelRefused("channel.gone")
    key = f"test|{person.staff}|{service}|{now:%Y-%m-%dT%H:%M:%S}"
    after: dict[str, Value] = {"id": key, "kind": "test", "channel": service, "staff": person.staff, "role": person.role, "lang": lang}
    after |= {"subject": say("channel.test_subject", lang), "text": say("channel.test_text", lang, name=person.name)}
    after |= {"state": "waiting", "attempts": 0, "as_of": now.date(), "created_at": now.replace(microsecond=0)}
    branch.write([Edit("outbox", key, None, after)], acting_for(person), "portal", now)
