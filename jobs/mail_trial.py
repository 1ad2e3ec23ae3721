"""One test mail with a verdict for each step, within seconds: reached, encrypted, signed in, sender, recipient, taken."""

from __future__ import annotations

import html
import socket
from datetime import datetime
from typing import TYPE_CHECKING

from branch.mailtest import Step, Verdict
from branch.settings import Settings, Smtp
from jobs import message, outbox, replies
from jobs.backoff import ChannelDown
from jobs.outbox import Outcome
from jobs.post import Connection, Cut, connect, converse, post
from texts import Fault, Lang, say

if TYPE_CHECKING:
    from branch.branch import Branch

PATIENCE = 8  # seconds for each answer: somebody waits before the screen
_STEPS: dict[str, Step] = {"mail": "sender", "rcpt": "recipient", "data": "accepted", "text": "accepted"}
_CODES: dict[str, Step] = {  # what is about a step that was thought to be behind us
    "mail.wants_tls": "tls", "mail.no_tls": "tls", "mail.certificate": "tls", "mail.no_handshake": "tls",
    "mail.no_entry": "sign_in", "mail.bad_sender": "sender", "mail.sender_refused": "sender",
}  # fmt: skip


def attempt(chosen: Settings, to: str, lang: Lang, now: datetime) -> Verdict:
    """The port of branch.mailtest. Raises Fault only for an address to which nothing may be sent."""
    smtp = chosen.smtp.model_copy(update={"timeout_seconds": min(chosen.smtp.timeout_seconds, PATIENCE)})
    if not message.ADDRESS.fullmatch(to):
        raise Fault("mail.note.no_address", email=to)
    if smtp.allowed_domains and to.rpartition("@")[2].lower() not in smtp.allowed_domains:
        raise Fault("mail.note.outside", email=to)
    skipped: tuple[Step, ...] = (*(("tls",) if smtp.security == "none" else ()), *(() if smtp.user else ("sign_in",)))
    try:
        failed, fault = None, None
        _converse(smtp, to, _letter(chosen, to, lang, now))
    except _Failed as failure:
        failed, fault = failure.step, failure.fault
    return Verdict(failed, fault, skipped, to)


def release(branch: Branch, now: datetime) -> int:
    return post(branch, now)["sent"]


class _Failed(Exception):
    """The step at which the test ended, and why."""

    def __init__(self, step: Step, fault: Fault) -> None:
        super().__init__(step)
        self.step, self.fault = step, fault


def _converse(smtp: Smtp, to: str, text: bytes) -> None:
    sender = message.sender(smtp)
    _reach(smtp)
    behind: list[str] = []
    line = Connection(smtp, sender)
    try:
        line.server = connect(smtp, behind.append)
        if not message.ADDRESS.fullmatch(sender):
            raise _Failed("sender", ChannelDown("mail.bad_sender", sender))
        _judge(converse(line.server, sender, [to], text), to)
    except ChannelDown as down:
        raise _Failed(*_of(down, smtp, behind, talking=line.server is not None)) from down
    except Cut as cut:
        step: Step = "sender" if cut.before_any else "accepted" if cut.after_text else "recipient"
        raise _Failed(step, Fault("mail.cut", detail=cut.detail)) from cut
    finally:
        line.close()


def _reach(smtp: Smtp) -> None:
    """Only whether somebody listens there: a name that nobody knows, a closed port and a silent firewall are three things."""
    place = f"{smtp.host}:{smtp.port}"
    try:
        socket.create_connection((smtp.host, smtp.port), smtp.timeout_seconds).close()
    except (socket.gaierror, UnicodeError) as error:
        raise _Failed("reach", Fault("mail.no_host", host=smtp.host)) from error
    except TimeoutError as error:
        raise _Failed("reach", Fault("mail.no_answer", place=place)) from error
    except OSError as error:
        raise _Failed("reach", Fault("mail.closed", place=place, detail=error.strerror or error)) from error


def _of(down: ChannelDown, smtp: Smtp, behind: list[str], *, talking: bool) -> tuple[Step, Fault]:
    """The step that a refusal of us belongs to."""
    if down.code in _CODES:
        return _CODES[down.code], down
    if talking:
        return "sender", down
    if "tls" in behind:
        return "sign_in", down
    if down.code != "mail.unreachable":  # turned away at the greeting
        return "reach", down
    # Somebody took the call and said nothing that we understand.
    return ("reach" if smtp.security == "none" else "tls"), Fault("mail.silent", place=f"{smtp.host}:{smtp.port}", detail=down.detail)


def _judge(outcome: Outcome, to: str) -> None:
    if outcome.kind == "sent":
        return
    step = _STEPS[outcome.step]
    if outcome.kind == "ours":
        code = replies.OURS[outcome.about]
        raise _Failed(_CODES.get(code, step), ChannelDown(code, outcome.detail))
    if outcome.kind == "retry":
        raise _Failed(step, Fault("mail.later", detail=outcome.detail))
    if step == "recipient":
        raise _Failed(step, Fault("mail.refused", raw=to, reply=outcome.detail))
    raise _Failed(step, Fault("mail.not_taken", detail=outcome.detail))


def _letter(chosen: Settings, to: str, lang: Lang, now: datetime) -> bytes:
    name, key = chosen.name(lang), f"test|{to}|{now.isoformat()}"
    text = say("check.test_text", lang, branch=name, at=f"{now:%Y-%m-%d %H:%M}")
    row = {
        "id": key,
        "message_id": outbox.message_id(key, chosen.install),
        "created_at": now,
        "email": to,
        "lang": lang,
        "subject": say("check.test_subject", lang, branch=name),
        "text": text,
        "html": f"<p>{html.escape(text)}</p>",
    }
    return message.build(row, message.sender(chosen.smtp), say("mail.from", lang, branch=name), chosen.smtp.reply_to)
