"""Send what waits: the only smtplib. No mail server: the same mails as .eml files in the outbox folder."""

from __future__ import annotations

import binascii
import logging
import smtplib
import ssl
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from branch import status
from branch.settings import Smtp
from jobs import backoff, channels, eml, message, replies, sending
from jobs.backoff import ChannelDown
from jobs.outbox import Outcome, Row
from sheets.store.faults import FULL

if TYPE_CHECKING:
    from branch.branch import Branch

log = logging.getLogger("huce.jobs")
BOX = frozenset({550, 551, 553})  # to a recipient: that mailbox is not to be had, whatever the words
CLOSING = 421
UNKNOWN_WAY = frozenset({500, 501, 502, 504})  # says no to this way of signing in, not to us
TAKEN = frozenset({250, 251})


class Cut(Exception):
    """The line broke. `after_text`: the whole mail was handed over and only the answer is missing. `before_any`: nothing
    of this mail had been said but the sender.
    """

    def __init__(self, detail: str, *, after_text: bool = False, before_any: bool = False) -> None:
        super().__init__(detail)
        self.detail, self.after_text, self.before_any = detail, after_text, before_any


def never() -> bool:
    return False


def post(branch: Branch, now: datetime, stop: Callable[[], bool] = never) -> dict[str, int]:
    """Send the mails whose turn it is: {"sent", "retry", "failed", "waiting"}, and "possibly" where there are any.

    sent and failed count this round; retry and waiting say what is left in the queue afterwards; possibly how many
    mails may have arrived and wait for a person's word (`outbox.unsure`).
    """
    smtp, known = branch.settings.smtp, branch.store.private.marks()
    waits = any(status.value(known, name) for name in (status.HELD, status.RESTORED, status.TOLD))
    chats: Mapping[str, int] = {}
    if not waits:
        sending.revive(branch, now)
        chats = channels.post(branch, now, stop)  # a mail server that rests does not keep them
    if waits or backoff.rests(known, smtp, now):
        return sending.counts(branch, chats)
    done: Mapping[str, int] = {}
    line = Connection(smtp, message.sender(smtp))
    try:
        if not smtp.host:
            done = sending.run(branch, lambda row, _, text: _file(branch, row, text), now, stop)
        elif sending.ready(branch, now):
            line.connect()
            done = sending.run(branch, lambda _, to, text: line.send(to, text), now, stop)
        if done:
            backoff.end(branch.store, known, now)
    except ChannelDown as down:
        log.warning("no mail can leave: %s", down.say("en"))
        done = down.done if isinstance(down, sending.Broken) else {}
        backoff.begin(branch.store, known, smtp, down, now, progress=bool(done.get("sent")))
    finally:
        line.close()
    sending.own_up(branch, now)
    return sending.counts(branch, Counter(done) + Counter(chats))


def _file(branch: Branch, row: Row, text: bytes) -> Outcome:
    try:
        eml.keep(branch.settings.home / "outbox", row, text)
    except OSError as error:
        full = error.errno in FULL
        raise ChannelDown("mail.disk_full" if full else "mail.no_folder", f"{branch.settings.home / 'outbox'}: {error.strerror}") from error
    return Outcome("sent", "eml")


@dataclass
class Connection:
    """A conversation with the mail server, kept open from one mail to the next."""

    smtp: Smtp
    sender: str
    server: smtplib.SMTP | None = None

    def connect(self) -> smtplib.SMTP:
        """Raises ChannelDown."""
        if not message.ADDRESS.fullmatch(self.sender):
            raise ChannelDown("mail.bad_sender", self.sender)
        self.server = self.server or connect(self.smtp)
        return self.server

    def send(self, to: Sequence[str], text: bytes) -> Outcome:
        """One mail. A kept line that has gone stale is opened once more; ChannelDown if that cannot be done."""
        for fresh in (self.server is None, True):
            try:
                return converse(self.connect(), self.sender, to, text)
            except Cut as cut:
                self.close()
                if cut.after_text:
                    return Outcome("possibly", cut.detail)
                if fresh and cut.before_any:
                    limited = replies.about("mail", CLOSING, cut.detail) == "limit"
                    raise ChannelDown("mail.limited" if limited else "mail.unreachable", cut.detail) from cut
                if fresh:
                    return Outcome("doubt", cut.detail)
        raise AssertionError("the second conversation always ends the loop")

    def close(self) -> None:
        if self.server is not None:
            try:
                self.server.quit()
            except (smtplib.SMTPException, OSError):
                self.server.close()
            self.server = None


def alone(step: str) -> None:
    """Nobody watches the steps."""


def connect(smtp: Smtp, passed: Callable[[str], None] = alone) -> smtplib.SMTP:
    """A server that has let us in, encrypted as the settings ask and never less. Raises ChannelDown. `passed` hears of
    each step that is behind us: "tls" (with or without encryption, as asked), "sign_in".
    """
    server: smtplib.SMTP | None = None
    try:
        if smtp.security == "tls":
            server = smtplib.SMTP_SSL(
                smtp.host, smtp.port, message.hostname(), timeout=smtp.timeout_seconds, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(smtp.host, smtp.port, message.hostname(), timeout=smtp.timeout_seconds)
            if smtp.security == "starttls":
                server.starttls(context=ssl.create_default_context())
        passed("tls")
        if smtp.user:
            _sign_in(server, smtp)
            passed("sign_in")
        server.ehlo_or_helo_if_needed()
        return server
    except smtplib.SMTPAuthenticationError as error:
        down = _no_entry(error.smtp_code, replies.line(error.smtp_code, error.smtp_error))
    except smtplib.SMTPNotSupportedError as error:
        down = ChannelDown("mail.no_tls" if smtp.security == "starttls" else "mail.no_entry", str(error))
    except UnicodeError:  # a password that is not ASCII cannot even be said to the server
        down = ChannelDown("mail.no_entry", "non-ASCII user or password", refused=True)
    except smtplib.SMTPResponseException as error:
        greeted = not isinstance(error, smtplib.SMTPConnectError | smtplib.SMTPHeloError)
        down = _turned_away(error.smtp_code, replies.line(error.smtp_code, error.smtp_error), tls=greeted and smtp.security == "starttls")
    except ssl.SSLCertVerificationError as error:
        down = ChannelDown("mail.certificate", f"{smtp.host}:{smtp.port} {error.verify_message}")
    except ssl.SSLError as error:
        down = ChannelDown("mail.no_handshake", f"{smtp.host}:{smtp.port} {error.reason or error}")
    except (smtplib.SMTPException, OSError) as error:
        down = ChannelDown("mail.unreachable", f"{smtp.host}:{smtp.port} {error}")
    if server is not None:
        server.close()
    raise down


def _no_entry(code: int, reply: str) -> ChannelDown:
    """The step decides, not the number: whatever is final after AUTH is a refused sign-in, and 4xx is for now."""
    what = replies.about("mail", code, reply)
    if what == "tls":
        return ChannelDown("mail.wants_tls", reply, refused=True)
    if code >= 500:
        return ChannelDown("mail.no_entry", reply, refused=True)
    return ChannelDown("mail.limited" if what == "limit" else "mail.unreachable", reply)


def _turned_away(code: int, reply: str, *, tls: bool) -> ChannelDown:
    """Refused before anything was asked: at the greeting, or at STARTTLS."""
    if tls:
        return ChannelDown("mail.no_tls", reply)
    if replies.about("mail", code, reply) == "limit":
        return ChannelDown("mail.limited", reply)
    return ChannelDown("mail.distrusted" if code >= 500 else "mail.unreachable", reply)


def _sign_in(server: smtplib.SMTP, smtp: Smtp) -> None:
    """Try what the server offers. A server that says no to one way and then hangs up has said no: to knock again soon,
    as at one that cannot be reached, would lock the account.
    """
    server.ehlo_or_helo_if_needed()
    offered = server.esmtp_features.get("auth", "").upper().split()
    ways = [
        (name, say)
        for name, say in (("CRAM-MD5", server.auth_cram_md5), ("PLAIN", server.auth_plain), ("LOGIN", server.auth_login))
        if name in offered
    ]
    if not ways:
        raise smtplib.SMTPNotSupportedError("SMTP AUTH")
    server.user, server.password = smtp.user, smtp.password.get_secret_value()
    no: smtplib.SMTPAuthenticationError | None = None
    for name, say in ways:
        try:
            _said_yes(*server.auth(name, say))
            return
        except smtplib.SMTPAuthenticationError as error:
            no = error if no is None or no.smtp_code in UNKNOWN_WAY or no.smtp_code < 500 else no
        except binascii.Error as error:  # it asks in words that nobody can read: who is that at the other end?
            raise no or smtplib.SMTPServerDisconnected(f"AUTH {name}: {error}") from error
        except (smtplib.SMTPException, OSError):
            if no is None:
                raise
            break
    if no is not None:
        raise no


def _said_yes(code: int, reply: bytes) -> None:
    """smtplib takes any 503 for "you are signed in already"."""
    if code == 503 and b"already" not in reply.lower():
        raise smtplib.SMTPAuthenticationError(code, reply)


def converse(server: smtplib.SMTP, sender: str, to: Sequence[str], text: bytes) -> Outcome:
    """Hand one mail over. Raises Cut when the line breaks, ChannelDown when the server refuses us ourselves."""
    asked = handed_over = False
    try:
        code, reply = _heard(server.mail(sender))
        if code == CLOSING:
            raise Cut(replies.line(code, reply), before_any=True)
        if code != 250:
            _reset(server)
            raise _sender_refused(code, replies.line(code, reply))
        asked, refused = True, {}
        for address in to:
            code, reply = _heard(server.rcpt(address))
            if code not in TAKEN:
                refused[address] = (code, replies.line(code, reply))
                if code == CLOSING:
                    break
        if len(refused) == len(to) or code == CLOSING:
            _reset(server)
            return _verdict([refusal("rcpt", *one) for one in refused.values()])
        code, reply = _heard(server.docmd("DATA"))
        if code != 354:
            _reset(server)
            return refusal("data", code, replies.line(code, reply))
        server.send(_dotted(text))
        handed_over = True
        code, reply = _heard(server.getreply())
        if code != 250:
            _reset(server)
            return refusal("text", code, replies.line(code, reply))
        return Outcome("sent", refused=refused)
    except (smtplib.SMTPException, OSError) as error:
        raise Cut(str(error) or type(error).__name__, after_text=handed_over, before_any=not asked) from error


def _heard(reply: tuple[int, bytes]) -> tuple[int, bytes]:
    """An answer that is none (the line is cut short, or somebody else is talking) is a broken line."""
    if reply[0] < 200:
        raise smtplib.SMTPServerDisconnected(replies.line(*reply))
    return reply


def _sender_refused(code: int, reply: str) -> ChannelDown:
    """Nobody's mail will leave under this name, or not now; no mail is to blame."""
    what = replies.about("mail", code, reply)
    return ChannelDown(replies.OURS.get(what, "mail.limited"), reply, refused=code >= 500 and what != "limit")


def refusal(step: replies.Step, code: int, reply: str) -> Outcome:
    """What one refusal of a mail means for it."""
    what = replies.about(step, code, reply)
    if what in replies.OURS:
        return Outcome("ours", reply, about=what, step=step)
    if code >= 500 and what in ("person", "mail"):
        return Outcome("failed", reply, step=step)
    if what == "unclear" or code == CLOSING:
        return Outcome("doubt", reply, code=code, dead=step == "rcpt" and code in BOX, step=step)
    return Outcome("retry", reply, step=step)


def _verdict(each: Sequence[Outcome]) -> Outcome:
    """Of a mail that none of its addresses was taken for: what is about us counts before what may pass, and that before
    what is final."""
    order = ("ours", "retry", "doubt", "failed")
    return min(each, key=lambda one: order.index(one.kind))


def _reset(server: smtplib.SMTP) -> None:
    """Ready for the next mail; a server that has already gone (421) is left, and the next mail opens a new line."""
    try:
        server.rset()
    except (smtplib.SMTPException, OSError):
        server.close()


def _dotted(text: bytes) -> bytes:
    """The mail as DATA wants it: CRLF, leading dots doubled, ended by a dot of its own."""
    lines = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n").replace(b"\r\n.", b"\r\n..")
    lines = b"." + lines if lines.startswith(b".") else lines
    return (lines if lines.endswith(b"\r\n") else lines + b"\r\n") + b".\r\n"
