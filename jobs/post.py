"""Send what waits: the only smtplib. No mail server: the same mails as .eml files in the outbox folder."""

from __future__ import annotations

import logging
import re
import smtplib
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from branch import status
from branch.settings import Smtp
from jobs import backoff, eml, message, sending
from jobs.backoff import ChannelDown
from jobs.outbox import Outcome, Row

if TYPE_CHECKING:
    from branch.branch import Branch

log = logging.getLogger("huce.jobs")
OURS = frozenset({530, 534, 535, 538})  # replies about us and our password, not about the mail
TAKEN = frozenset({250, 251})


class Cut(Exception):
    """The line broke. `after_text`: the whole mail was handed over and only the answer is missing."""

    def __init__(self, detail: str, *, after_text: bool) -> None:
        super().__init__(detail)
        self.detail, self.after_text = detail, after_text


def never() -> bool:
    return False


def post(branch: Branch, now: datetime, stop: Callable[[], bool] = never) -> dict[str, int]:
    """Send the mails whose turn it is: {"sent", "retry", "failed", "waiting"}.

    sent and failed count this round; retry and waiting say what is left in the queue afterwards.
    """
    smtp, known = branch.settings.smtp, branch.store.private.marks()
    waits = any(status.value(known, name) for name in (status.HELD, status.RESTORED, status.TOLD))
    if waits or backoff.rests(known, smtp, now):
        return sending.counts(branch, {})
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
        backoff.begin(branch.store, known, smtp, down, now)
        done = down.done if isinstance(down, sending.Broken) else {}
    finally:
        line.close()
    return sending.counts(branch, done)


def _file(branch: Branch, row: Row, text: bytes) -> Outcome:
    try:
        eml.keep(branch.settings.home / "outbox", row, text)
    except OSError as error:
        raise ChannelDown("mail.no_folder", f"{branch.settings.home / 'outbox'}: {error.strerror}") from error
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
                if fresh:
                    return Outcome("retry", cut.detail)
        raise AssertionError("the second conversation always ends the loop")

    def close(self) -> None:
        if self.server is not None:
            try:
                self.server.quit()
            except (smtplib.SMTPException, OSError):
                self.server.close()
            self.server = None


def connect(smtp: Smtp) -> smtplib.SMTP:
    """A server that has let us in, encrypted as the settings ask and never less. Raises ChannelDown."""
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
        if smtp.user:
            _sign_in(server, smtp)
        server.ehlo_or_helo_if_needed()
        return server
    except smtplib.SMTPAuthenticationError as error:
        reason, refused = _reply(error.smtp_code, error.smtp_error), error.smtp_code in OURS
        down = ChannelDown("mail.no_entry" if refused else "mail.unreachable", reason, refused=refused)
    except smtplib.SMTPNotSupportedError as error:
        down = ChannelDown("mail.no_tls" if smtp.security == "starttls" else "mail.no_entry", str(error))
    except UnicodeError:  # a password that is not ASCII cannot even be said to the server
        down = ChannelDown("mail.no_entry", "non-ASCII user or password", refused=True)
    except (smtplib.SMTPException, OSError) as error:
        down = ChannelDown("mail.unreachable", f"{smtp.host}:{smtp.port} {error}")
    if server is not None:
        server.close()
    raise down


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
            server.auth(name, say)
            return
        except smtplib.SMTPAuthenticationError as error:
            no = error if no is None or no.smtp_code not in OURS else no
        except (smtplib.SMTPException, OSError):
            if no is None:
                raise
            break
    if no is not None:
        raise no


def converse(server: smtplib.SMTP, sender: str, to: Sequence[str], text: bytes) -> Outcome:
    """Hand one mail over. Raises Cut when the line breaks, ChannelDown when the server refuses us ourselves."""
    handed_over = False
    try:
        code, reply = server.mail(sender)
        if code != 250:
            return _sender_refused(server, code, reply)
        refused: dict[str, tuple[int, str]] = {}
        for address in to:
            code, reply = server.rcpt(address)
            if code not in TAKEN:
                refused[address] = (code, _reply(code, reply))
        if len(refused) == len(to):
            _reset(server)
            return _verdict(max(refused.values(), key=lambda one: (one[0] < 500, one[0])))
        code, reply = server.docmd("DATA")
        if code != 354:
            _reset(server)
            return _verdict((code, _reply(code, reply)))
        server.send(_dotted(text))
        handed_over = True
        code, reply = server.getreply()
        if code != 250:
            _reset(server)
            return _verdict((code, _reply(code, reply)))
        return Outcome("sent", refused=refused)
    except (smtplib.SMTPException, OSError) as error:
        raise Cut(str(error) or type(error).__name__, after_text=handed_over) from error


def _sender_refused(server: smtplib.SMTP, code: int, reply: bytes) -> Outcome:
    """Nobody's mail will leave under this name, so no mail is to blame; a temporary no is."""
    _reset(server)
    if code >= 500:
        raise ChannelDown("mail.sender_refused", _reply(code, reply), refused=True)
    return Outcome("retry", _reply(code, reply))


def _verdict(reply: tuple[int, str]) -> Outcome:
    code, text = reply
    if code in OURS:
        raise ChannelDown("mail.no_entry", text, refused=True)
    return Outcome("failed" if code >= 500 else "retry", text)


def _reset(server: smtplib.SMTP) -> None:
    """Ready for the next mail; a server that has already gone (421) is left, and the next mail opens a new line."""
    try:
        server.rset()
    except (smtplib.SMTPException, OSError):
        server.close()


def _dotted(text: bytes) -> bytes:
    """The mail as DATA wants it: CRLF, leading dots doubled, ended by a dot of its own."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", text)
    lines = re.sub(rb"(?m)^\.", b"..", lines)
    return (lines if lines.endswith(b"\r\n") else lines + b"\r\n") + b".\r\n"


def _reply(code: int, reply: Any) -> str:
    """What the server said, on one line."""
    words = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else str(reply)
    return f"{code} {' '.join(words.split())}"[:300]
