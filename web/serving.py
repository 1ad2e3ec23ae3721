"""One portal a home: the lock, a free port, the word when it really answers, and an end that leaves nothing behind."""

from __future__ import annotations

import errno
import os
import signal
import socket
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from filelock import FileLock, Timeout

from branch import files
from branch.settings import Portal
from texts import Fault

LOCK, ADDRESS = "serving.lock", "serving.url"
PORTS = 50  # how many ports are tried, from the one that is set
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 – how to reach from here what listens everywhere


class NotServed(Fault):
    """The portal cannot be served here now."""


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """The one portal of a home. The operating system opens the lock again if we are killed. Raises NotServed."""
    lock = FileLock(home / LOCK, timeout=0, mode=0o600)
    try:
        lock.acquire()
    except Timeout as error:
        there = home / ADDRESS
        url = there.read_text("utf-8") if there.is_file() else "…"
        raise NotServed("serve.already", path=home, url=url) from error
    except OSError as error:
        raise files.fault(error, home / LOCK) from error
    try:
        yield
    finally:
        files.drop(home / ADDRESS)
        lock.release()


@contextmanager
def free_port(wanted: Portal) -> Iterator[int]:
    """The port that is set, or the next that nobody holds, kept from every other portal of this computer for as long as it is needed.
    Raises NotServed."""
    last = min(wanted.port + PORTS, 65535)
    for port in range(wanted.port, last + 1):
        with socket.socket(_family(wanted.address), socket.SOCK_DGRAM) as claim:
            try:
                # The server takes the port itself, a second from now. Until then the datagram port of the same number, which nobody
                # listens on, says to a portal that starts at this moment that the port is spoken for.
                claim.bind((wanted.address, port))
                _try(wanted.address, port)
            except OSError as error:
                if error.errno in {errno.EADDRINUSE, errno.EACCES}:  # held, or kept back by the system
                    continue
                raise NotServed("serve.address", address=wanted.address, error=error.strerror or error) from error
            yield port
            return
    raise NotServed("serve.no_port", first=wanted.port, last=last)


def _try(address: str, port: int) -> None:
    with socket.socket(_family(address)) as trial:
        if os.name != "nt":
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        trial.bind((address, port))
        trial.listen(1)


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def url(address: str, port: int) -> str:
    """Where a browser on this computer finds the portal."""
    host = EVERYWHERE.get(address, address)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def hosts(wanted: Portal) -> list[str]:
    """Under which names a page may open its line, once an address for colleagues is set: that one and this computer's own.
    Another name would be somebody else's, made to lead here. Empty: any."""
    named = urlsplit(wanted.url).hostname
    own = [] if wanted.address in EVERYWHERE else [wanted.address]
    return list(dict.fromkeys([named, *own, "localhost", "127.0.0.1", "::1"])) if named else []


def serve(home: Path, wanted: Portal, run: Callable[[str, int], None], ready: Callable[[str], None]) -> None:
    """Run the portal until Ctrl-C or SIGTERM. `run` serves an address and port; `ready` gets the URL once it answers."""
    over = threading.Event()
    # As Ctrl-C, with 0. The server hands the signal on to this when it has closed its own things.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with free_port(wanted) as port:
        place = url(wanted.address, port)
        files.write(home / ADDRESS, place)
        threading.Thread(target=_watch, args=(place, over, ready), daemon=True).start()
        try:
            run(wanted.address, port)
        except KeyboardInterrupt:
            return
        finally:
            over.set()


def _watch(place: str, over: threading.Event, ready: Callable[[str], None]) -> None:
    """Ask until it answers. Without a proxy: a bank's proxy knows nothing of this computer's own addresses."""
    plain = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while not over.wait(0.1):
        try:
            with plain.open(f"{place}/healthz", timeout=5):
                break
        except OSError:
            continue
    if not over.is_set():
        ready(place)
