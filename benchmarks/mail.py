"""What sending costs: the digests of a morning through `post`, beside a bare smtplib loop over one connection, to a server
on this machine that answers at once and to one that takes ten milliseconds a mail.

python -m benchmarks.mail --mails 1000
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import smtplib
import socket
import tempfile
import time
from collections.abc import Sequence
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from benchmarks.house import machine
from branch import clock, sample
from jobs import outbox, post, scan
from jobs.outbox import Mail

SENDER = "huce@bank.example"


class Desk:
    """Takes every mail, after a while."""

    def __init__(self, wait: float) -> None:
        self.wait, self.taken, self.connections = wait, 0, 0

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, hostname: str, responses: Any) -> Any:  # noqa: N802, ARG002
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802, ARG002
        if self.wait:
            await asyncio.sleep(self.wait)
        self.taken += 1
        return "250 OK"


def opened(desk: Desk) -> tuple[Controller, int]:
    """The server on a port that was free."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    server = Controller(desk, hostname="127.0.0.1", port=port)
    server.start()
    return server, port


def ours(mails: Sequence[Mail], wait: float) -> tuple[float, Desk]:
    """Seconds of one `post` of a branch in whose outbox the mails wait."""
    desk = Desk(wait)
    server, port = opened(desk)
    smtp = {"host": "127.0.0.1", "port": port, "security": "none", "sender": SENDER, "cap_per_hour": 100_000}
    with tempfile.TemporaryDirectory(prefix="huce-bench-", ignore_cleanup_errors=True) as folder:
        now = clock.now()
        branch = sample.make(Path(folder) / "home", now, 20, smtp=smtp)
        branch.store.write([outbox.put(one, branch.settings.install, now) for one in mails], "system", "job", now)
        start = time.perf_counter()
        done = post.post(branch, now)
        took = time.perf_counter() - start
        branch.store.close()
    server.stop()
    if not done["sent"] == desk.taken == len(mails):
        raise SystemExit(f"not all were sent: {done}")
    return took, desk


def bare(texts: Sequence[bytes], wait: float) -> float:
    """Seconds of the same bytes over one connection, with nothing kept of it."""
    desk = Desk(wait)
    server, port = opened(desk)
    start = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as line:
        for number, text in enumerate(texts):
            line.sendmail(SENDER, [f"p{number}@bank.example"], text)
    took = time.perf_counter() - start
    server.stop()
    return took


def digests(count: int) -> list[Mail]:
    """The digests of a sample's first morning, given to so many people."""
    with tempfile.TemporaryDirectory(prefix="huce-bench-", ignore_cleanup_errors=True) as folder:
        morning = clock.now().replace(hour=9)
        branch = sample.make(Path(folder) / "home", morning, 60)
        scan.run(branch, morning)
        rows = branch.book().frame("outbox")
        rows = rows.loc[rows["kind"].astype(str) == "digest"]
        branch.store.close()
    found = rows.to_dict("records")
    return [
        Mail(f"digest|p{n}|{morning.date()}", "digest", "", str(one["role"]), f"p{n}@bank.example", "zh", str(one["subject"]),
             str(one["text"]), str(one["html"]), morning.date())
        for n in range(count) for one in (found[n % len(found)],)
    ]  # fmt: skip


def plain(one: Mail) -> bytes:
    """The same words as a message of two parts."""
    found = EmailMessage()
    found["Subject"], found["From"], found["To"] = one.subject, SENDER, one.email
    found.set_content(one.text)
    found.add_alternative(one.html, subtype="html")
    return found.as_bytes(policy=policy.SMTP)


def main(arguments: Sequence[str] | None = None) -> int:
    asked = argparse.ArgumentParser(prog="python -m benchmarks.mail", description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--mails", type=int, default=1_000)
    given = asked.parse_args(arguments)
    logging.disable(logging.WARNING)
    mails = digests(given.mails)
    texts = [plain(one) for one in mails]
    print(machine())
    print(f"{len(mails)} digests, {sum(map(len, texts)) / len(texts) / 1000:.0f} kB each")
    for wait in (0.0, 0.01):
        alone = bare(texts, wait)
        took, desk = ours(mails, wait)
        rate = f"{len(mails) / took:.0f} a second beside {len(mails) / alone:.0f}"
        said = f"ours {took:.2f} s, bare {alone:.2f} s: {took / alone:.2f} ×; {rate}; {desk.connections} lines"
        print(f"server takes {wait * 1000:.0f} ms: {said}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
