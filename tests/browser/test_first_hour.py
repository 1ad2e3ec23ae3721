"""The first hour of a stranger: from an empty folder to the first alert in a colleague's mailbox, by the browser alone."""

from __future__ import annotations

import io
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from playwright.sync_api import Browser, Locator, Page, expect

from branch import clock, reach, settings
from branch.opening import open_branch
from branch.people import SYSTEM
from sheets.schema import Edit
from tests.browser.conftest import settled
from tests.jobs.mailserver import Desk, serving
from tests.serving import ROOT

pytestmark = pytest.mark.browser
SECRET = "right-1234-code"
PASSWORD = "yunlan-wangchuan-2026"
PEOPLE = (("T001", "冯雪", "团队长"), ("L001", "蒋琳", "主管行领导"), ("K001", "陈静", "客户经理"))
PATIENCE = 120  # seconds


@dataclass
class Portal:
    """`start.py` as a person starts it: what it has printed so far, and where it answers."""

    home: Path
    port: int
    said: str = ""
    process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        self.said = ""
        env = {**os.environ, "PYTHONUNBUFFERED": "1", "HUCE_PORTAL_PORT": str(self.port)}
        self.process = subprocess.Popen(
            [sys.executable, "cli.py", "serve", "--home", str(self.home)], cwd=ROOT, env=env, text=True, encoding="utf-8",
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        assert self.process.stdout is not None
        threading.Thread(target=self._listen, args=(self.process.stdout,), daemon=True).start()
        end = time.monotonic() + PATIENCE
        while not re.search(r"http://\S+", self.said):
            assert self.process.poll() is None, self.said
            assert time.monotonic() < end, self.said
            time.sleep(0.2)

    def _listen(self, said: io.TextIOBase) -> None:
        for line in said:
            self.said += line

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)

    @property
    def url(self) -> str:
        found = re.search(r"http://\S+:\d+", self.said)
        assert found is not None
        return found[0]


@dataclass
class Hand:
    """What a person does: every click and every typed field is counted."""

    page: Page
    clicks: int = 0
    fields: list[str] = field(default_factory=list)

    def click(self, place: Locator) -> None:
        place.click()
        self.clicks += 1
        settled(self.page)
        expect(self.page.get_by_text("这里出了问题")).to_have_count(0)

    def press(self, name: str) -> None:
        self.click(self.page.get_by_role("button", name=name, exact=True).last)

    def type(self, label: str, text: str) -> None:
        place = self.page.get_by_test_id("stMain").get_by_role("textbox", name=label).first
        try:
            place.fill(text, timeout=8000)
        except Exception:
            shot(self.page, "99-fault")
            raise
        place.press("Tab")
        self.fields.append(label)
        settled(self.page)

    def day(self, label: str, wanted: date) -> None:
        self.page.get_by_test_id("stMain").get_by_label(label).get_by_role("spinbutton").first.click()
        self.page.keyboard.type(f"{wanted:%Y%m%d}")
        self.page.keyboard.press("Escape")
        self.fields.append(label)
        settled(self.page)

    def choose(self, label: str, option: str) -> None:
        self.page.get_by_role("combobox", name=label).last.click()
        self.page.get_by_role("option", name=option).first.click()
        self.clicks += 2
        settled(self.page)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    """An empty folder; the port is set from outside, so that two runs on one machine do not meet."""
    made = Portal(tmp_path / "home", free_port())
    yield made
    made.stop()


def day_of_mail(home: Path) -> None:
    """Whatever day and hour this test runs at: a working day whose digest hour has come."""
    branch = open_branch(home)
    today = clock.today()
    row = {"on": today, "kind": "workday", "name": "测试日"}
    branch.write([Edit("calendar", f"{today:%Y-%m-%d}", None, row)], SYSTEM, "job", clock.now())
    branch.store.close()
    settings.save(home, {"jobs": {"digest_at": "00:00", "work_from": "00:00", "work_to": "23:59", "scan_minutes": 1, "post_seconds": 2}})


def book(today: date) -> bytes:
    """What a branch has: its customers on one sheet, and one wide sheet of ratings, lines and loans."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as out:
        bold, day = out.add_format({"bold": True}), out.add_format({"num_format": "yyyy-mm-dd"})
        customers = out.add_worksheet("客户名单")
        customers.write_row(0, 0, ("客户编号", "客户名称", "客户简称", "客户等级", "主办客户经理", "所属团队"), bold)
        for number, name in enumerate(("青砚机械有限公司", "临岫纺织有限公司", "望川化工有限公司"), 1):
            customers.write_row(number, 0, (f"KH{number:06d}", name, name[:4], "重点客户", "陈静", "公司业务一部"))
        wide = out.add_worksheet("授信贷款")
        wide.write_row(
            0, 0, ("客户编号", "信用等级", "评级到期日", "授信额度(万元)", "授信到期日", "借据号", "贷款余额(万元)", "贷款到期日"), bold
        )
        for number, days in enumerate((20, 40, 60), 1):
            wide.write_row(number, 0, (f"KH{number:06d}", "AA"))
            wide.write_datetime(number, 2, _at(today, days), day)
            wide.write_number(number, 3, 3_000 + number)
            wide.write_datetime(number, 4, _at(today, days + 30), day)
            wide.write_string(number, 5, f"JJ-2026-{number:03d}")
            wide.write_number(number, 6, 800.5)
            wide.write_datetime(number, 7, _at(today, 10 + number), day)
    return made.getvalue()


def _at(today: date, days: int):

    return datetime.combine(today + timedelta(days=days), datetime.min.time())


def set_up(hand: Hand, portal: Portal) -> None:
    page = hand.page
    page.goto(portal.url)
    expect(page).to_have_url(re.compile("/setup"))
    code = re.search(r"(?:[A-Z0-9]{5}-){4}[A-Z0-9]{5}", portal.said)
    assert code is not None, portal.said
    for label, text in (
        ("设置码", code[0]),
        ("姓名", "朱红"),
        ("邮箱", "zhu@bank.example"),
        ("工号", "A001"),
        ("新密码", PASSWORD),
        ("再输一次", PASSWORD),
    ):
        page.get_by_label(label).first.fill(text)
        hand.fields.append(label)
    page.locator("button.main").click()
    hand.clicks += 1
    settled(page)


def shot(page: Page, name: str) -> None:
    """A picture for people to look at, where a folder for it is named."""
    if folder := os.environ.get("HUCE_SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_from_an_empty_folder_to_an_alert_in_a_colleagues_mailbox(browser: Browser, portal: Portal) -> None:
    """Counted: from the first start to the mail, with every click and every typed field; printed for the closing note."""
    begun = time.monotonic()
    portal.start()
    waited = time.monotonic() - begun
    desk, context = Desk(), browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(30_000)
    hand = Hand(page)
    set_up(hand, portal)
    shot(page, "01-today")
    expect(page.get_by_test_id("stMain")).to_contain_text("开始使用")
    day_of_mail(portal.home)
    branch_and_people(hand)
    customers(hand)
    with serving(desk, password=SECRET) as server:
        mail(hand, int(server["port"]))
        first_scan(hand)
        for _ in range(PATIENCE):
            if any("k001@bank.example" in to for to, _ in desk.got):
                break
            page.wait_for_timeout(1_000)
        shot(page, "09-today")
    alert = next(one for one in desk.mails() if "k001@bank.example" in str(one["To"]))
    assert "初始盘点" in str(alert["Subject"])
    assert "青砚机械" in str(alert.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    mailed = time.monotonic() - begun
    colleague(hand, portal, browser)
    print(
        f"\nanswered after {waited:.0f} s; the alert was in the mailbox after {mailed:.0f} s; with the colleague's sign-in "
        f"{time.monotonic() - begun:.0f} s; {hand.clicks} clicks, {len(hand.fields)} typed fields"
    )
    context.close()


def home(hand: Hand) -> None:
    hand.click(hand.page.get_by_test_id("stSidebar").get_by_role("link", name="今日"))


def branch_and_people(hand: Hand) -> None:
    """The name of the branch and from when it counts, a team, three people with numbers of their own."""
    hand.press("填写")
    hand.type("名称", "望川支行")
    hand.day("上线日期", clock.today())
    hand.press("保存")
    shot(hand.page, "02-branch")
    home(hand)
    hand.press("登记团队和人员")
    hand.press("新增团队")
    hand.type("团队编号", "T1")
    hand.type("团队名称", "公司业务一部")
    hand.press("保存")
    for number, name, role in (PEOPLE[1], PEOPLE[0], PEOPLE[2]):
        if hand.page.get_by_role("textbox", name="工号").count() == 0:
            hand.press("新增人员")
        hand.type("工号", number)
        hand.type("姓名", name)
        hand.choose("岗位角色", role)
        if role != "主管行领导":
            hand.choose("所属团队", "公司业务一部")
            hand.choose("直属上级", "蒋琳" if role == "团队长" else "冯雪")
        hand.type("邮箱", f"{number.lower()}@bank.example")
        hand.press("保存")
    shot(hand.page, "03-people")


def customers(hand: Hand) -> None:
    """One workbook: its customers, then its wide sheet of ratings, lines and loans."""
    page = hand.page
    home(hand)
    hand.press("录入客户")
    for sheet in ("客户名单", "授信贷款"):
        page.locator("input[type=file]").set_input_files(
            {"name": "客户.xlsx", "mimeType": "application/octet-stream", "buffer": book(clock.today())}
        )
        hand.clicks += 2
        expect(page.get_by_text("文件：客户.xlsx")).to_be_visible()
        settled(page)
        chosen = page.get_by_role("combobox", name="用哪一张工作表")
        if chosen.input_value() != sheet:
            hand.choose("用哪一张工作表", sheet)
        shot(page, f"04-{sheet}")
        hand.press("下一步：预览")
        shot(page, f"05-{sheet}")
        hand.press("下一步：导入")
        hand.press("导入 3 行")
        expect(page.get_by_text("已导入", exact=False).first).to_be_visible()
        settled(page)
        shot(page, f"06-{sheet}")
        hand.press("再导入一个文件")


def mail(hand: Hand, port: int) -> None:
    """A wrong password first: the step that fails is named; then the right one."""
    page = hand.page
    home(hand)
    hand.press("设置邮件")
    hand.choose("邮箱服务商", "行内邮箱")
    hand.type("用户名", "huce@bank.example")
    hand.type("服务器", "127.0.0.1")
    hand.type("端口", str(port))
    hand.choose("加密方式", "不加密")
    for secret, verdict in (("wrong", "没有保存"), (SECRET, "邮件已开通")):
        hand.type("密码或授权码", secret)
        hand.press("测试并保存")
        expect(page.get_by_text(verdict, exact=False).first).to_be_visible()
        settled(page)
        shot(page, f"07-{verdict}")


def first_scan(hand: Hand) -> None:
    """Who would be told what; then the mails go."""
    home(hand)
    hand.press("看看会发什么")
    expect(hand.page.get_by_test_id("stMain")).to_contain_text("陈静")
    shot(hand.page, "08-preview")
    hand.press("确认，开始发出")


def colleague(hand: Hand, portal: Portal, browser: Browser) -> None:
    """Colleagues are let in; one of them comes from another address with the link that was handed out."""
    page, there = hand.page, next(iter(reach.addresses()), "")
    assert there, "this machine has no address of a network"
    page.goto(f"{portal.url}/settings?part=network")
    settled(page)
    hand.press("让同事访问")
    expect(page.get_by_text("已保存", exact=False).first).to_be_visible()
    portal.stop()
    portal.start()
    page.goto(f"{portal.url}/settings?part=people")
    settled(page)
    hand.choose("人员", "陈静")
    hand.press("生成邀请链接")
    shot(page, "10-invited")
    link = page.get_by_test_id("stCode").filter(has_text="/invite#").inner_text().strip()
    assert link.startswith(f"http://{there}:{portal.port}/invite#")
    theirs = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844})
    phone = theirs.new_page()
    phone.set_default_timeout(30_000)
    phone.goto(link)
    phone.get_by_label("新密码").fill(PASSWORD)
    phone.get_by_label("再输一次").fill(PASSWORD)
    phone.locator("button.main").click()
    settled(phone)
    expect(phone.get_by_test_id("stMain")).to_contain_text("今日")
    expect(phone.get_by_test_id("stMain")).to_contain_text("青砚机械")
    expect(phone.get_by_text("这里出了问题")).to_have_count(0)
    shot(phone, "11-colleague")
    theirs.close()
