"""A real mail server on this machine that says what a test tells it to say, and keeps what it was given."""

from __future__ import annotations

import email
import socket
import socketserver
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult


@dataclass
class Desk:
    """The server's side: `rcpt` and `data` give replies by address (a list is used up, its last word stays)."""

    rcpt: dict[str, list[str]] = field(default_factory=dict)
    data: list[str] = field(default_factory=list)
    got: list[tuple[tuple[str, ...], bytes]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    signed_in: list[bool] = field(default_factory=list)  # whether each sign-in was behind TLS
    connections: int = 0

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802  (the name aiosmtpd calls)
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802  (the name aiosmtpd calls)
        self.asked.append(address)
        says = self.rcpt.get(address, ["250 OK"])
        reply = says.pop(0) if len(says) > 1 else says[0]
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  (the name aiosmtpd calls)
        reply = self.data.pop(0) if self.data else "250 OK"
        if reply.startswith(("250", "drop")):
            self.got.append((tuple(envelope.rcpt_tos), envelope.content))
        if reply == "drop":
            server.transport.abort()
            return "421 gone"
        return reply

    def mails(self) -> list[EmailMessage]:
        return [email.message_from_bytes(content, policy=policy.default) for _, content in self.got]  # type: ignore[misc]

    def ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.mails()]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@contextmanager
def serving(desk: Desk, *, tls: Any = None, password: str = "", **more: Any) -> Iterator[Mapping[str, Any]]:
    """The server for as long as the block lasts; gives the smtp settings that reach it."""

    def authenticator(server: SMTP, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        desk.signed_in.append(session.ssl is not None)
        return AuthResult(success=data.password.decode() == password, handled=False)

    if password:
        more |= {"authenticator": authenticator, "auth_required": True, "auth_require_tls": False}
    if tls is not None:
        more |= {"tls_context": tls}
    port = free_port()
    controller = Controller(desk, hostname="127.0.0.1", port=port, **more)
    with warnings.catch_warnings():
        # It advises against passwords without TLS, at every connection; as an error that would kill the greeting.
        warnings.simplefilter("ignore")
        controller.start()
        try:
            yield {
                "host": "127.0.0.1", "port": port, "security": "none", "sender": "huce@bank.example",
                "timeout_seconds": 2,
            }  # fmt: skip
        finally:
            controller.stop()


@contextmanager
def silent() -> Iterator[Mapping[str, Any]]:
    """A server that takes the call and never says a word."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(5)
        yield {"host": "127.0.0.1", "port": deaf.getsockname()[1], "security": "none", "timeout_seconds": 1}


@contextmanager
def scripted(*script: tuple[bytes, bytes | None]) -> Iterator[Mapping[str, Any]]:
    """A server that answers each line by the first pair whose beginning fits; None hangs up, b"" says nothing."""
    calls: list[bytes] = []

    class Clerk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 ready\r\n")
            text = False
            for line in self.rfile:
                if text and line != b".\r\n":
                    continue
                calls.append(line.strip())
                reply = next((reply for start, reply in script if line.upper().startswith(start)), b"250 OK")
                if reply is None:
                    return
                text = reply.startswith(b"354")
                self.wfile.write(reply + b"\r\n" if reply else b"")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clerk) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield {
            "host": "127.0.0.1", "port": server.server_address[1], "security": "none", "timeout_seconds": 1,
            "sender": "huce@bank.example", "calls": calls,
        }  # fmt: skip
        server.shutdown()


STEPS = ("greet", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "text")
USUAL = {
    "greet": "220 ready", "ehlo": "250-here\r\n250 AUTH PLAIN", "starttls": "220 go", "auth": "235 in", "mail": "250 OK", "rcpt": "250 OK",
    "data": "354 go on", "text": "250 OK",
}  # fmt: skip
VERBS = {b"EHLO": "ehlo", b"HELO": "ehlo", b"STAR": "starttls", b"AUTH": "auth", b"MAIL": "mail", b"RCPT": "rcpt", b"DATA": "data"}
Reply = str | bytes | None  # None hangs up, "" says nothing; bytes go over the wire as they are


@dataclass
class Play:
    """What a scripted server was asked and given: the steps it was asked, and the Message-IDs it took."""

    asked: list[str] = field(default_factory=list)
    took: list[str] = field(default_factory=list)


@contextmanager
def playing(play: Play, **script: list[Reply]) -> Iterator[Mapping[str, Any]]:
    """A server that gives the replies of a script, step by step: each list is used up, its last word stays."""
    left = {step: list(script.get(step, [USUAL[step]])) for step in STEPS}

    class Player(socketserver.StreamRequestHandler):
        def say(self, step: str) -> str | None:
            """What was said, None when the line is to be cut."""
            play.asked.append(step)
            reply = left[step].pop(0) if len(left[step]) > 1 else left[step][0]
            if reply is None:
                return None
            raw = reply if isinstance(reply, bytes) else reply.encode()
            cut = raw.endswith(b"\\")  # said in part, and then the line is cut
            self.wfile.write(raw.rstrip(b"\\") if cut or not raw else raw + b"\r\n")
            return None if cut else raw[:3].decode("latin-1")

        def handle(self) -> None:
            if self.say("greet") is None:
                return
            text: list[bytes] | None = None
            for line in self.rfile:
                if text is not None and line != b".\r\n":
                    text.append(line)
                    continue
                if line.upper().startswith(b"QUIT"):
                    self.wfile.write(b"221 bye\r\n")
                    return
                step = "text" if text is not None else VERBS.get(line[:4].upper(), "")
                if not step:
                    self.wfile.write(b"250 OK\r\n")
                    continue
                said = self.say(step)
                if step == "text" and (said is None or not said.startswith(("4", "5"))):
                    found = email.message_from_bytes(b"".join(text or []), policy=policy.default)
                    play.took.append(str(found["Message-ID"]))
                text = [] if step == "data" and said == "354" else None
                if said is None or said == "421":
                    return

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Player) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield {
            "host": "127.0.0.1",
            "port": server.server_address[1],
            "security": "none",
            "timeout_seconds": 1,
            "sender": "huce@bank.example",
        }
        server.shutdown()
