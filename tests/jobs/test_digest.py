"""The morning's digest: one a person and working day, in the reader's language, nothing when there is nothing."""

from __future__ import annotations

import re
from datetime import date

from branch.confirming import mark
from jobs.scan import run as scan
from sheets.schema import Edit
from tests.jobs.world import alerts, at, customer, line, outbox, set_, with_settings, write

DUE = "R30|N1|2026-11-10"


def two_lines(branch):
    """N1 is due on Tuesday 2026-11-10, N2 on Monday 2026-11-16."""
    write(branch, [
        customer("K1", "云澜启岚机械(示例)"), customer("K2", "Harbour Metal (sample)", "M2"),
        line("N1", "K1", "2026-12-10"), line("N2", "K2", "2026-12-16"),
    ])  # fmt: skip


def ids(branch):
    return [mail["id"] for mail in outbox(branch)]


def mail(branch, key):
    return next(one for one in outbox(branch) if one["id"] == key)


def test_machine_off_thursday_to_sunday_one_digest_a_person_with_late_marks(branch):
    """Thursday 12 and Friday 13 November are missed; Monday 08:00 starts; the digest leaves at 08:30."""
    write(branch, [
        customer("K1", "甲公司(示例)"), customer("K2", "乙公司(示例)"), customer("K3", "丙公司(示例)"),
        line("N1", "K1", "2026-12-12"), line("N2", "K2", "2026-12-13"), line("N3", "K3", "2026-12-16"),
    ])  # fmt: skip
    scan(branch, at("2026-11-11 17:55"))
    before = set(ids(branch))
    scan(branch, at("2026-11-16 08:00"))
    assert set(ids(branch)) == before
    scan(branch, at("2026-11-16 08:30"))
    sent = [key for key in ids(branch) if key not in before and key.startswith("digest|")]
    assert sent == ["digest|B1|2026-11-16", "digest|L1|2026-11-16", "digest|M1|2026-11-16"]
    text = mail(branch, "digest|M1|2026-11-16")["text"]
    overdue = [row for row in text.splitlines() if "甲公司" in row or "乙公司" in row]
    assert all("补发" in row and "应于2026-11-1" in row for row in overdue)
    assert len(overdue) == 2
    assert "补发" not in next(row for row in text.splitlines() if "丙公司" in row)
    assert set(alerts(branch).values()) <= {"told", "skipped", "closed"}


def test_started_at_five_past_nine_todays_digest_leaves_once(branch):
    two_lines(branch)
    scan(branch, at("2026-11-10 09:05"))
    assert ids(branch) == ["digest|M1|2026-11-10", "digest|M2|2026-11-10"]
    scan(branch, at("2026-11-10 09:10"))
    scan(branch, at("2026-11-10 17:00"))
    assert len(ids(branch)) == 2


def test_a_task_completed_at_0829_is_not_in_the_digest_of_0830(branch):
    two_lines(branch)
    scan(branch, at("2026-11-10 08:25"))
    set_(branch, "credit_lines", "N1", "2026-11-10 08:29", submitted_on=date(2026, 11, 10))
    scan(branch, at("2026-11-10 08:30"))
    assert ids(branch) == ["digest|M2|2026-11-10"]


def test_nothing_leaves_on_a_day_off_or_before_half_past_eight(branch):
    two_lines(branch)
    scan(branch, at("2026-11-15 10:00"))
    assert ids(branch) == []
    scan(branch, at("2026-11-16 08:29"))
    assert ids(branch) == []
    scan(branch, at("2026-11-16 08:30"))
    assert "digest|M2|2026-11-16" in ids(branch)


def test_a_shifted_working_saturday_has_its_digest(branch):
    """2026-10-10 is a 调休 Saturday."""
    write(branch, [customer("K1", "云澜"), line("N1", "K1", "2026-11-10", authority="tier2")])
    scan(branch, at("2026-10-10 08:30"))
    assert ids(branch) == ["digest|M1|2026-10-10"]


def test_nothing_when_there_is_nothing_and_an_all_clear_as_the_week_begins(branch):
    scan(branch, at("2026-11-10 08:30"))
    assert ids(branch) == []
    scan(branch, at("2026-11-16 08:30"))
    assert sorted(ids(branch)) == [f"clear|{who}|2026-W47" for who in ("A1", "B1", "C1", "L1", "M1", "M2")]
    scan(branch, at("2026-11-16 08:31"))
    scan(branch, at("2026-11-17 08:30"))
    assert len(ids(branch)) == 6
    assert "The week begins: nothing due" in mail(branch, "clear|M2|2026-W47")["subject"]
    assert "本周开始：没有到期" in mail(branch, "clear|M1|2026-W47")["subject"]


def test_after_a_holiday_the_all_clear_leaves_on_the_first_working_day(branch):
    """The National Day week of 2026 ends on Wednesday the 7th of October; Thursday the 8th is the first day worked."""
    scan(branch, at("2026-10-05 08:30"))
    assert ids(branch) == []
    scan(branch, at("2026-10-08 08:30"))
    assert {key.rpartition("|")[2] for key in ids(branch)} == {"2026-W41"}
    scan(branch, at("2026-10-10 08:30"))
    assert len(ids(branch)) == 6


def away(branch, who, since, until):
    write(
        branch, [Edit("leave", f"V{who}", None, {"staff": who, "from_on": date.fromisoformat(since), "to_on": date.fromisoformat(until)})]
    )


def test_who_is_away_as_the_week_begins_gets_the_all_clear_on_the_first_day_they_are_there(branch):
    """M1 is back on Wednesday the 18th, M2 is away all week; Monday is the 16th of November."""
    away(branch, "M1", "2026-11-12", "2026-11-17")
    away(branch, "M2", "2026-11-16", "2026-11-22")
    scan(branch, at("2026-11-16 08:30"))
    assert sorted(ids(branch)) == [f"clear|{who}|2026-W47" for who in ("A1", "B1", "C1", "L1")]
    scan(branch, at("2026-11-17 08:30"))
    assert len(ids(branch)) == 4
    scan(branch, at("2026-11-18 08:30"))
    assert ids(branch)[-1] == "clear|M1|2026-W47"
    assert len(ids(branch)) == 5
    for day in (19, 20):
        scan(branch, at(f"2026-11-{day} 08:30"))
    assert len(ids(branch)) == 5
    scan(branch, at("2026-11-23 08:30"))
    assert len(ids(branch)) == 11, "a week later all six begin on Monday"


def test_who_was_there_on_monday_and_comes_back_on_friday_gets_no_second_all_clear(branch):
    away(branch, "M1", "2026-11-17", "2026-11-19")
    for day in range(16, 21):
        scan(branch, at(f"2026-11-{day} 08:30"))
    assert len(ids(branch)) == 6


def test_who_has_something_due_gets_the_digest_and_no_all_clear(branch):
    two_lines(branch)
    scan(branch, at("2026-11-16 08:30"))
    assert {key for key in ids(branch) if "|M2|" in key} == {"digest|M2|2026-11-16"}
    assert "clear|A1|2026-W47" in ids(branch)


def test_each_reads_his_own_language_and_his_own_scope(branch):
    two_lines(branch)
    scan(branch, at("2026-11-10 08:30"))
    chinese, english = mail(branch, "digest|M1|2026-11-10"), mail(branch, "digest|M2|2026-11-10")
    assert "今天到期（1）" in chinese["text"]
    assert "Harbour" not in chinese["text"] + chinese["html"]
    assert "Due within 7 days" in english["text"]
    assert "云澜" not in english["text"] + english["html"]
    assert (chinese["lang"], english["lang"]) == ("zh", "en")
    assert 'lang="zh-CN"' in chinese["html"]
    assert 'lang="en"' in english["html"]


def test_a_mail_carries_no_amount_even_when_the_rules_text_asks_for_it(branch):
    two_lines(branch)
    rule = branch.store.row("rules", "R30")
    write(branch, [Edit("rules", "R30", rule, {"text_zh": "授信{amount} {anchor}到期，应于{due}前上报"})])
    scan(branch, at("2026-11-10 08:30"))
    text = mail(branch, "digest|M1|2026-11-10")["text"]
    assert "（见系统） 2026-12-10到期" in text
    assert "50" not in text.split("云澜")[1].split("\n")[0]
    assert "500" not in str(branch.book().frame("alerts")["text"].iloc[0])


def test_the_deputy_gets_what_the_absent_person_would_have_got(branch):
    two_lines(branch)
    leave = {"staff": "M1", "from_on": date(2026, 11, 9), "to_on": date(2026, 11, 13), "deputy": "M2"}
    write(branch, [Edit("leave", "V1", None, leave)])
    scan(branch, at("2026-11-10 08:30"))
    assert ids(branch) == ["digest|M2|2026-11-10"]
    text = mail(branch, "digest|M2|2026-11-10")["text"]
    assert "(for 白川)" in text
    assert "云澜" in text
    frame = branch.book().frame("alerts").set_index("id")
    assert frame.loc[f"{DUE}|due|customer_manager|digest", "staff"] == "M2"


def test_a_miss_is_escalated_by_name_to_team_leader_and_leader(branch):
    two_lines(branch)
    scan(branch, at("2026-11-10 08:30"))
    scan(branch, at("2026-11-11 08:30"))
    text = mail(branch, "digest|L1|2026-11-11")["text"]
    assert "新增督办（1）" in text
    assert "责任人 客户经理 白川" in text
    scan(branch, at("2026-11-12 08:30"))
    assert "digest|L1|2026-11-12" not in ids(branch), "told once: only what is newly escalated"
    assert "digest|M1|2026-11-12" in ids(branch), "one's own overdue stays every morning"


def test_everything_due_at_once_is_one_mail_a_person(branch_of):
    """120 lines overdue on the first scan of an imported book, immediate or not."""
    branch = branch_of("R27", "R29s", "R30", "R31")
    edits = []
    for n in range(60):
        edits += [customer(f"K{n}", f"第{n}机械(示例)", "M1" if n % 2 else "M2"), line(f"N{n}", f"K{n}", "2026-12-01")]
    write(branch, edits)
    found = scan(branch, at("2026-11-10 14:00"))
    assert found.new > 120
    assert found.mails == 5
    assert all(key.startswith("digest|") for key in ids(branch))
    assert "open" not in alerts(branch).values()
    mails = {one["staff"]: one for one in outbox(branch)}
    assert "另有" in mails["C1"]["text"]
    assert len(mails["C1"]["html"]) < 60_000


def test_an_immediate_alert_after_the_digest_leaves_at_once_and_once(branch_of):
    """R20: an opportunity not submitted on its day; nudge at 16:30, the team leader at 08:30 of the next day."""
    branch = branch_of("R20")
    write(branch, [customer("K1", "云澜(示例)")])
    scan(branch, at("2026-11-10 08:30"))
    deal = {"customer": "K1", "name": "流动资金贷款", "channel": "own", "stage": "created", "created_at": at("2026-11-10 10:00")}
    write(branch, [Edit("opportunities", "O1", None, {k: v for k, v in deal.items() if k not in ("channel",)})], "2026-11-10 10:00")
    scan(branch, at("2026-11-10 10:05"))
    scan(branch, at("2026-11-10 16:29"))
    assert not [key for key in ids(branch) if key.startswith("immediate|")]
    scan(branch, at("2026-11-10 16:30"))
    scan(branch, at("2026-11-10 16:35"))
    sent = [key for key in ids(branch) if key.startswith("immediate|")]
    assert len(sent) == 1
    assert mail(branch, sent[0])["staff"] == "M1"
    assert mail(branch, sent[0])["subject"] == "【户策】请即办理：商机当日提交 云澜(示例)"
    scan(branch, at("2026-11-11 08:30"))
    assert "digest|L1|2026-11-11" in ids(branch)


def test_several_immediate_alerts_of_one_moment_are_one_mail(branch_of):
    branch = branch_of("R20")
    write(branch, [customer("K1", "云澜(示例)")])
    scan(branch, at("2026-11-10 08:30"))
    for n in range(5):
        deal = {"customer": "K1", "name": f"商机{n}", "stage": "created", "created_at": at("2026-11-10 10:00")}
        write(branch, [Edit("opportunities", f"O{n}", None, deal)], "2026-11-10 10:00")
    scan(branch, at("2026-11-10 16:30"))
    (sent,) = [one for one in outbox(branch) if one["kind"] == "immediate"]
    assert "等5项" in sent["subject"]
    assert sent["text"].count("商机当日提交") >= 1


def test_an_unreadable_date_reaches_its_owner_the_same_day(branch):
    from sheets.schema import Unread

    two_lines(branch)
    set_(branch, "credit_lines", "N1", "2026-11-10 07:00", expires_on=Unread("2026-02-30", "date.no_such_day"))
    scan(branch, at("2026-11-10 08:30"))
    text = mail(branch, "digest|M1|2026-11-10")["text"]
    assert "数据待更正" in text
    assert "授信上报截止" in text, "the last good date keeps the deadline alive"


def test_nobody_to_tell_is_told_to_the_administrator(branch):
    write(branch, [customer("K1", "云澜", owner=None, team=None, credit_officer=None), line("N1", "K1", "2026-12-10")])
    for person in ("B1", "L1", "M1", "M2", "C1"):
        set_(branch, "staff", person, "2026-11-02 08:00", status="left")
    scan(branch, at("2026-11-10 08:30"))
    notices = [one for one in outbox(branch) if one["kind"] == "notice"]
    told_up = [key for key in ids(branch) if key.startswith("digest|A1")]
    assert notices or told_up


def test_mails_wait_while_the_clock_is_in_doubt(branch):
    two_lines(branch)
    scan(branch, at("2026-09-01 08:30"))
    assert scan(branch, at("2026-11-10 08:30")).held
    assert not [key for key in ids(branch) if "2026-11-10" in key]


def test_the_link_leads_to_the_portal_and_holds_no_secret(branch):
    branch = with_settings(branch, {"portal": {"url": "https://huce.bank.example/"}})
    two_lines(branch)
    scan(branch, at("2026-11-10 08:30"))
    one = mail(branch, "digest|M1|2026-11-10")
    assert "打开今日待办: https://huce.bank.example/today\n" in one["text"]
    assert re.findall(r'https://[^"<]+', one["html"]) == [
        "https://huce.bank.example/today", "https://huce.bank.example/acknowledge?mail=" + mark(branch.settings.install, one["id"]),
    ]  # fmt: skip
    assert "M1" not in one["text"].partition("acknowledge?mail=")[2].splitlines()[0]
    assert "http://" not in one["html"]


def test_what_is_alike_is_drawn_together_and_the_earliest_day_comes_first(branch_of):
    """Three lines of one day are one entry; one of an earlier day stands before it, one of a later day after it."""
    branch = branch_of("R30")
    edits = []
    for n, day in enumerate(("2026-12-17", "2026-12-19", "2026-12-17", "2026-12-17", "2026-12-16"), 1):
        edits += [customer(f"K{n}", f"第{n}机械(示例)"), line(f"N{n}", f"K{n}", day)]
    write(branch, edits)
    scan(branch, at("2026-11-12 08:30"))
    text = mail(branch, "digest|M1|2026-11-12")["text"]
    week = [row for row in text.split("== 七日内")[1].splitlines()[1:] if row[:1].isdigit()]
    assert [row.count("机械") for row in week] == [1, 3, 1]
    assert "第5机械" in week[0]
    assert week[1].startswith("2. 【授信上报截止（CLPM）】3 项")
    assert "第1机械(示例)、第3机械(示例)、第4机械(示例)" in week[1]
    assert "责任人" not in text, "one's own tasks need no owner"


def test_two_hundred_different_tasks_end_in_a_number_and_not_in_a_long_mail(branch_of):
    branch = branch_of("R30")
    edits = []
    for n in range(200):
        day = date(2026, 9, 1).toordinal() + n // 2
        edits += [customer(f"K{n}", f"第{n}机械(示例)"), line(f"N{n}", f"K{n}", date.fromordinal(day).isoformat())]
    write(branch, edits)
    scan(branch, at("2026-11-10 08:30"))
    one = mail(branch, "digest|M1|2026-11-10")
    assert "逾期" in one["subject"]
    assert one["text"].count("机械(示例)") <= 90
    assert "项，请登录系统查看" in one["text"]
    assert len(one["html"]) < 60_000


def debts(branch):
    """Customers of long ago whom nobody has visited, and a line that should have been submitted in October."""
    write(branch, [
        customer("K1", "甲公司(示例)", assigned_on=date(2025, 1, 2)), customer("K2", "Harbour (sample)", "M2", assigned_on=date(2025, 1, 2)),
        line("N1", "K1", "2026-11-12"),
    ])  # fmt: skip


def test_the_first_scan_of_a_branch_is_called_the_first_stocktaking_and_nothing_in_it_late(branch_of):
    branch = branch_of("R11", "R14", "R30")
    debts(branch)
    scan(branch, at("2026-11-10 08:30"))
    chinese, english = mail(branch, "digest|M1|2026-11-10"), mail(branch, "digest|M2|2026-11-10")
    assert chinese["subject"].startswith("【户策】初始盘点：11月10日待办：")
    assert "这是启用后的初始盘点" in chinese["text"].splitlines()[2]
    assert "First stocktaking" in english["subject"]
    assert "逾期" in chinese["text"]
    for one in outbox(branch):
        assert "补发" not in one["text"] + one["html"]
        assert "(late)" not in one["text"]
    assert set(branch.book().frame("alerts")["late"].fillna(value=False)) == {False}


def test_from_the_second_scan_on_a_digest_is_a_digest_and_late_is_late(branch_of):
    branch = branch_of("R11", "R14", "R30")
    debts(branch)
    scan(branch, at("2026-11-10 08:30"))
    write(branch, [customer("K3", "丙公司(示例)"), line("N3", "K3", "2026-11-14")], "2026-11-10 09:00")
    scan(branch, at("2026-11-11 08:30"))
    text = mail(branch, "digest|M1|2026-11-11")
    assert "初始盘点" not in text["subject"] + text["text"]
    assert "补发" in next(row for row in text["text"].splitlines() if "丙公司" in row and "授信" in row)


def test_a_scan_before_the_digest_hour_does_not_use_up_the_first_stocktaking(branch_of):
    branch = branch_of("R11", "R30")
    debts(branch)
    scan(branch, at("2026-11-10 08:00"))
    assert not outbox(branch)
    scan(branch, at("2026-11-10 08:30"))
    assert "初始盘点" in mail(branch, "digest|M1|2026-11-10")["subject"]
    assert "补发" not in mail(branch, "digest|M1|2026-11-10")["text"]


def test_a_first_scan_on_a_day_off_sends_nothing_that_is_old_and_leaves_the_stocktaking_for_monday(branch):
    debts(branch)
    scan(branch, at("2026-11-15 10:00"))
    assert ids(branch) == []
    scan(branch, at("2026-11-16 08:30"))
    assert "初始盘点" in mail(branch, "digest|M1|2026-11-16")["subject"]
    assert "补发" not in mail(branch, "digest|M1|2026-11-16")["text"]


def test_a_date_that_is_not_filled_in_is_told_once_and_in_the_digest_only(branch):
    two_lines(branch)
    scan(branch, at("2026-11-10 08:30"))
    before = set(ids(branch))
    write(branch, [customer("K3", "丙公司(示例)"), line("N3", "K3", "2026-12-20", expires_on=None)], "2026-11-10 09:00")
    scan(branch, at("2026-11-10 09:05"))
    assert set(ids(branch)) == before
    scan(branch, at("2026-11-11 08:30"))
    text = mail(branch, "digest|M1|2026-11-11")["text"]
    assert "【数据待补】丙公司(示例)" in text
    assert "「到期日」未填" in text
    for day in ("2026-11-12 08:30", "2026-11-13 08:30", "2026-11-16 08:30"):
        scan(branch, at(day))
    later = [one for one in outbox(branch) if "丙公司" in one["text"]]
    assert [one["id"] for one in later] == ["digest|M1|2026-11-11"]


def test_several_dates_that_are_not_filled_in_are_one_entry_without_a_day(branch):
    two_lines(branch)
    edits = []
    for n in range(3, 7):
        edits += [customer(f"K{n}", f"第{n}机械(示例)"), line(f"N{n}", f"K{n}", "2026-12-20", expires_on=None)]
    write(branch, edits)
    scan(branch, at("2026-11-10 08:30"))
    one = mail(branch, "digest|M1|2026-11-10")
    [row] = [row for row in one["text"].splitlines() if "数据待补" in row]
    assert "【数据待补】4 项：第3机械(示例)、" in row
    assert "剩" not in row


def test_what_climbed_to_a_leader_is_called_the_same_in_the_subject_and_in_the_text(branch):
    two_lines(branch)
    for day in ("2026-11-10 08:30", "2026-11-11 08:30"):
        scan(branch, at(day))
    one = mail(branch, "digest|L1|2026-11-11")
    assert "新增督办1项" in one["subject"]
    assert "新增督办（1）" in one["text"]
