"""How colleagues reach the portal: the addresses of this computer, the one that is set, and whether it answers."""

from __future__ import annotations

import ipaddress
import os
import socket
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

from branch import access, mails, settings
from branch.branch import Branch
from branch.people import Actor
from branch.settings import Settings
from texts import Fault

EVERYWHERE = "0.0.0.0"  # noqa: S104 – asked for by the administrator, and said so
HERE = "127.0.0.1"
# Nothing is sent there: a datagram socket that is told its other end only looks up which of our addresses leads to it.
TOWARDS = ("192.0.2.1", "10.255.255.254", "172.31.255.254", "192.168.255.254")
PATIENCE = 3  # seconds for the portal's answer to itself
System = Literal["windows", "macos", "linux"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking: whether the portal answered, and if not, what the system said."""

    ok: bool
    said: str = ""


def base(chosen: Settings) -> str:
    """The address that colleagues can use, as links for others begin; "" while only this computer can reach the portal."""
    found = mails.portal(chosen)
    return "" if is_here(urlsplit(found).hostname or "") else found


def is_here(host: str) -> bool:
    """Whether an address means the very computer that it is typed into."""
    name = host.lower().rstrip(".")
    try:
        found = ipaddress.ip_address(name)
    except ValueError:
        return name in {"", "localhost"} or name.endswith(".localhost")
    return found.is_loopback or found.is_unspecified


def addresses() -> list[str]:
    """The addresses of this computer in its networks, the most likely first. Nothing is sent to find them."""
    found = [_towards(other) for other in TOWARDS]
    if os.name == "nt":  # answered by Windows itself; elsewhere a name server might be asked
        try:
            found += socket.gethostbyname_ex(socket.gethostname())[2]
        except OSError:
            found.append("")
    return [one for one in dict.fromkeys(found) if one and not is_here(one) and one != EVERYWHERE]


def _towards(other: str) -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as trial:
        try:
            trial.connect((other, 9))
        except OSError:
            return ""
        return str(trial.getsockname()[0])


def let_in(branch: Branch, by: Actor, address: str, port: int, now: datetime) -> None:
    """From the next start on the portal listens to the network, and links for others begin with this address.
    Raises Denied, SettingsFault, and Fault for an address that is not this computer's."""
    access.only_admin(by)
    if address not in addresses():
        raise Fault("reach.not_ours", address=address)
    found = {"address": EVERYWHERE, "port": port, "url": f"http://{address}:{port}"}
    branch.settings = settings.save(branch.settings.home, {"portal": found})
    branch.store.private.note("reach", by.staff, f"{address}:{port}", now)


def keep_out(branch: Branch, by: Actor, now: datetime) -> None:
    """From the next start on only this computer reaches the portal. Raises Denied, SettingsFault."""
    access.only_admin(by)
    branch.settings = settings.save(branch.settings.home, {"portal": {"address": HERE, "url": ""}})
    branch.store.private.note("reach", by.staff, HERE, now)


def ask(place: str) -> Answer:
    """Asks the portal under an address, past any proxy, as a colleague's browser would."""
    plain = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with plain.open(f"{place}/healthz", timeout=PATIENCE) as reply:
            return Answer(reply.status == 200)
    except OSError as error:
        return Answer(False, str(getattr(error, "reason", error)))


def firewall(system: System, port: int) -> str:
    """The command that lets colleagues of the same network through this computer's own firewall; "" where none is needed."""
    if system == "windows":
        return (
            f'New-NetFirewallRule -DisplayName "Huce {port}" -Direction Inbound -Action Allow -Protocol TCP -LocalPort {port} '
            "-Profile Private,Domain -RemoteAddress LocalSubnet"
        )
    return f"sudo ufw allow from {network()} to any port {port} proto tcp" if system == "linux" else ""


def network() -> str:
    """The network of the most likely address, as wide as small branches have it."""
    found = addresses()
    return str(ipaddress.ip_network(f"{found[0]}/24", strict=False)) if found else "192.168.0.0/16"
