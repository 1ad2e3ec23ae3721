"""Times the pages of a served portal over its websocket: warm, right after somebody else's save, and in ten tabs at once.

python -m benchmarks.portal --customers 5000 --visits 100000 --json

A real server on a generated branch of today, a manager and a leader signed in by the demo's person picker. A draw lasts
from asking for the page in an open tab until the server says that its script has finished, with all messages received; what
a browser then does with them is not in it. `--scan` scans the branch first, so that there are alerts and mails to show.
"""

from __future__ import annotations

import argparse
import math
import re
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, ProxyHandler, build_opener

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from benchmarks.house import build, machine
from benchmarks.looking import LEADER, MANAGER, save
from branch import clock
from branch.branch import Branch
from branch.opening import open_branch
from jobs.scan import run
from tests.serving import serve, stop

PEOPLE = {"manager": MANAGER, "leader": LEADER}
PAGES = {
    "today": "", "customers": "", "customer": "id=C0000000", "visits": "", "plans": "", "alerts": "", "issues": "", "outbox": "",
    "ledgers": "table=loans", "dashboard": "", "coverage": "", "reviews": "", "tasks": "", "opportunities": "part=all",
}  # fmt: skip
FRONT = "today"  # known to Streamlit by no name
DONE = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)  # of a page, of a part of it
TABS, ROUNDS, PATIENCE = 10, 3, 300
SAVER = 1  # M00001, who is neither of the two


class Broken(Exception):
    """A page that drew an error, or none at all, is not a page that was fast."""


@dataclass(frozen=True)
class Drawn:
    """One draw of a page: seconds, and bytes over the websocket."""

    seconds: float
    size: int


class Tab:
    """An open tab of a person who is signed in."""

    def __init__(self, url: str, cookies: str) -> None:
        address = url.replace("http", "ws", 1) + "/_stcore/stream"
        head, asked = {"Cookie": cookies, "Accept-Language": "zh-CN"}, {"compression": None, "proxy": None, "max_size": None}
        streamlit = [Subprotocol("streamlit")]
        self.line = connect(address, origin=Origin(url), additional_headers=head, subprotocols=streamlit, legacy=True, **asked)

    def draw(self, page: str, query: str) -> Drawn:
        """Raises Broken."""
        asked = BackMsg()
        asked.rerun_script.query_string, asked.rerun_script.page_name = query, "" if page == FRONT else page
        return self.ask(asked, page)

    def hear(self, said: ForwardMsg) -> None:
        """What the server says on the way, for who wants to know."""

    def ask(self, asked: BackMsg, page: str) -> Drawn:
        """Until the server says that it is drawn. Raises Broken."""
        start, size = time.perf_counter(), 0
        self.line.send(asked.SerializeToString())
        while True:
            got = self.line.recv(timeout=PATIENCE)
            size += len(got)
            said = ForwardMsg.FromString(got if isinstance(got, bytes) else got.encode())
            kind = said.WhichOneof("type")
            self.hear(said)
            if kind == "page_not_found" or (kind == "delta" and said.delta.new_element.WhichOneof("type") == "exception"):
                raise Broken(f"{page}: {said.delta.new_element.exception.message or kind}")
            if kind == "script_finished" and said.script_finished in DONE:
                return Drawn(time.perf_counter() - start, size)
            if kind == "script_finished" and said.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                raise Broken(page)


def main(arguments: Sequence[str] | None = None) -> int:
    asked = argparse.ArgumentParser(prog="python -m benchmarks.portal", description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--customers", type=int, default=5_000)
    asked.add_argument("--visits", type=int, default=100_000)
    asked.add_argument("--warm", type=int, default=12, help="draws of each page with nothing changed")
    asked.add_argument("--after", type=int, default=5, help="draws of each page, each after a save")
    asked.add_argument("--pages", default=",".join(PAGES))
    asked.add_argument("--scan", action="store_true")
    asked.add_argument("--json", action="store_true")
    given = asked.parse_args(arguments)
    found = measure(given)
    if given.json:
        import orjson

        print(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
    else:
        print("\n".join(lines(found)))
    return 0


def measure(given: argparse.Namespace) -> dict[str, Any]:
    """Seconds and kilobytes by person and page. The branch is made, served and removed again."""
    now = clock.now()
    with tempfile.TemporaryDirectory(prefix="huce-bench-", ignore_cleanup_errors=True) as folder:
        home = Path(folder) / "home"
        build(home, given.customers, now, given.visits, demo=True, person_picker=True)
        branch = open_branch(home)
        if given.scan:
            run(branch, now, yes=True)
        served = serve(home)
        try:
            somebody = Somebody(branch)
            cookies = {role: sign_in(served.url, staff) for role, staff in PEOPLE.items()}
            wanted = {page: PAGES[page] for page in given.pages.split(",")}
            pages = {role: _pages(Tab(served.url, kept), wanted, somebody.saves, given) for role, kept in cookies.items()}
            among = {role: [kept] for role, kept in cookies.items()} | {"both": list(cookies.values())}
            tabs = {who: _tabs(served.url, kept, somebody.saves) for who, kept in among.items()}
        finally:
            stop(served)
            branch.store.close()
    head = {"machine": machine(), "customers": given.customers, "visits": given.visits, "scanned": given.scan}
    return {**head, "samples": {"warm": given.warm, "after_save": given.after}, "pages": pages, "ten_tabs": tabs}


def sign_in(url: str, staff: str) -> str:
    """The cookies of a person, as the picker of the demo gives them."""
    jar = CookieJar()
    browser = build_opener(ProxyHandler({}), HTTPCookieProcessor(jar))
    with browser.open(f"{url}/login") as answer:
        token = re.search(r'name="form" value="([^"]+)"', answer.read().decode())
    if token is None:
        raise Broken("the sign-in form")
    browser.open(f"{url}/login", urlencode({"form": token[1], "next": "/", "person": staff}).encode()).close()
    kept = {cookie.name: cookie.value for cookie in jar}
    if "huce" not in kept:
        raise Broken(f"{staff} was not signed in")
    return "; ".join(f"{name}={value}" for name, value in kept.items())


class Somebody:
    """Another process, as far as the server knows: a manager at work elsewhere."""

    def __init__(self, branch: Branch) -> None:
        self.branch, self.number = branch, 0

    def saves(self) -> None:
        self.number += 1
        save(self.branch, self.number, clock.now(), by=SAVER)


def _pages(tab: Tab, pages: dict[str, str], saves: Callable[[], None], given: argparse.Namespace) -> dict[str, Any]:
    found: dict[str, Any] = {}
    every: dict[str, list[Drawn]] = {"warm": [], "after_save": []}
    for page, query in pages.items():
        first = tab.draw(page, query)
        drawn = {"warm": [tab.draw(page, query) for _ in range(given.warm)], "after_save": list[Drawn]()}
        for _ in range(given.after):
            saves()
            drawn["after_save"].append(tab.draw(page, query))
        found[page] = {"first": round(first.seconds, 3), **{name: _told(some) for name, some in drawn.items()}}
        for name, some in drawn.items():
            every[name] += some
    return found | {"all": {name: _told(some) for name, some in every.items()}}


def _tabs(url: str, cookies: Sequence[str], saves: Callable[[], None]) -> dict[str, Any]:
    """The front page in ten tabs of one person, or of both in turn: one of each person after a save, then all at once after a
    save. Least of the rounds; of two people the slower one, whose page must be drawn among the ten too."""
    tabs = [Tab(url, cookies[n % len(cookies)]) for n in range(TABS)]
    for tab in tabs:
        tab.draw(FRONT, "")
    warm = [tab.draw(FRONT, "").seconds for tab in tabs]
    people = range(len(cookies))
    one, slowest, quickest = [list[float]() for _ in people], list[float](), list[float]()
    with ThreadPoolExecutor(TABS) as together:
        for _ in range(ROUNDS):
            for person in people:
                saves()
                one[person].append(tabs[person].draw(FRONT, "").seconds)
            saves()
            drawn = [draw.seconds for draw in together.map(lambda tab: tab.draw(FRONT, ""), tabs)]
            slowest.append(max(drawn))
            quickest.append(min(drawn))
    alone = max(min(seconds) for seconds in one)
    goal = alone + (TABS - 1) * share(warm, 0.5)
    told = {"one_tab": alone, "quickest_of_ten": min(quickest), "slowest_of_ten": min(slowest), "one_and_nine_warm": goal}
    return {name: round(value, 3) for name, value in told.items()}


def _told(some: Sequence[Drawn]) -> dict[str, float]:
    seconds = [one.seconds for one in some]
    size = max((one.size for one in some), default=0)
    return {"p50": round(share(seconds, 0.5), 3), "p95": round(share(seconds, 0.95), 3), "kb": round(size / 1024, 1)}


def share(values: Sequence[float], share: float) -> float:
    """The least value that so great a share does not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)] if values else math.nan


def lines(found: dict[str, Any]) -> list[str]:
    """The figures for a person."""
    told = [f"{found['machine']['name']} · {found['customers']} customers · {found['visits']} visits · scanned: {found['scanned']}"]
    told.append(f"{'':8} {'page':10} {'first':>8} {'warm p50':>9} {'p95':>7} {'KB':>7} {'saved p50':>10} {'p95':>7}")
    for role, pages in found["pages"].items():
        for page, one in pages.items():
            warm, after = one["warm"], one["after_save"]
            first = f"{one['first']:8.3f}" if "first" in one else " " * 8
            saved = f"{after['p50']:10.3f} {after['p95']:7.3f}"
            told.append(f"{role:8} {page:10} {first} {warm['p50']:9.3f} {warm['p95']:7.3f} {warm['kb']:7.1f} {saved}")
    for who, seconds in found["ten_tabs"].items():
        told.append(f"ten tabs, {who:8} " + "  ".join(f"{name} {value:.3f} s" for name, value in seconds.items()))
    return told


if __name__ == "__main__":
    sys.exit(main())
