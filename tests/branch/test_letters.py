"""The three letters of a branch: who makes which, under what number, what is kept, and what sending one ends."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from branch import access, letter_bundle, letters
from branch.branch import Branch
from branch.exchange import NotTaken
from branch.opening import open_branch
from documents.fields import LINE, LOAN, RATING
from documents.template import BadTemplate
from sheets.schema import Edit
from tests.branch.rooms import NOW, TODAY, on_record, who
from texts import Fault

YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def branch(home: Path) -> Any:
    opened = open_branch(home)
    filled(opened)
    yield opened
    opened.store.close()


def put(branch: Branch, table: str, row: str, **after: Any) -> None:
    before = branch.store.row(table, row) or {}
    branch.store.write([Edit(table, row, {key: before.get(key) for key in after}, after)], "system", "terminal", NOW)


def filled(branch: Branch) -> None:
    """What the letters need and the small branch has not written down."""
    branch.store.write([Edit("accounts", "A1", None, {"customer": "C2", "number": "6222000011112222", "nature": "basic", "currency": "CNY",
                                                      "bank": "本行", "status": "normal"})], "system", "terminal", NOW)  # fmt: skip
    put(branch, "credit_lines", "L2", used=3_200_000_000)
    put(branch, "loans", "J2", contract_no="HT-1", rate=34_500, interest_cycle="quarterly", account="A1")
    put(branch, "staff", "CM1", phone="010-88880001")


def cell(branch: Branch, table: str, row: str, column: str) -> Any:
    found = branch.store.row(table, row)
    assert found is not None
    return found[column]


def text(data: bytes) -> str:
    """All that stands in a letter."""
    document = Document(io.BytesIO(data))
    cells = [one.text for table in document.tables for row in table.rows for one in row.cells]
    return "\n".join([one.text for one in document.paragraphs] + cells)


def states(branch: Branch, rule: str, row: str) -> list[str]:
    dues = branch.look(NOW).dues
    return [str(state) for state in dues.loc[(dues["rule"] == rule) & (dues["row"] == row), "state"]]


CASES = [(RATING, "R2", "CR1", "ratings", "R25s", "评提〔2026〕0001号"), (LINE, "L2", "CR1", "credit_lines", "R29s", "授提〔2026〕0001号"),
         (LOAN, "J2", "CM1", "loans", "R32", "贷通〔2026〕0001号")]  # fmt: skip


@pytest.mark.parametrize(("kind", "row", "maker", "table", "rule", "number"), CASES, ids=[RATING, LINE, LOAN])
def test_a_letter_is_made_kept_and_sent_and_its_due_is_met(
    branch: Branch, kind: str, row: str, maker: str, table: str, rule: str, number: str
) -> None:
    made = letters.make(branch, kind, row, who(branch, maker), NOW)
    assert (made.number, made.version, made.sent) == (number, 1, False)
    assert cell(branch, "letters", made.id, "staff") == maker
    assert cell(branch, "letters", made.id, "made_on") == TODAY
    assert cell(branch, table, row, "notice_on") is None, "making it sends nothing"
    said = text(letters.document(branch, made.id, who(branch, maker), NOW))
    assert number in said
    assert "宏远纺织有限公司" in said
    assert "{{" not in said
    assert "{%" not in said
    letters.send(branch, [made.id], who(branch, maker), NOW)
    assert cell(branch, "letters", made.id, "sent_on") == TODAY
    assert cell(branch, table, row, "notice_on") == TODAY
    assert table == "loans" or cell(branch, table, row, "notice_no") == number
    assert states(branch, rule, row)[0] in {"met", "met_late"}


def test_made_again_it_is_the_next_version_under_the_same_number_and_the_first_stays_as_it_was(branch: Branch) -> None:
    officer = who(branch, "CR1")
    first = letters.make(branch, RATING, "R2", officer, NOW)
    was = letters.document(branch, first.id, officer, NOW)
    letters.send(branch, [first.id], officer, NOW)
    put(branch, "ratings", "R2", grade="A")
    second = letters.make(branch, RATING, "R2", officer, NOW)
    assert (second.number, second.version) == (first.number, 2)
    assert "等级A，" in text(letters.document(branch, second.id, officer, NOW))
    assert letters.document(branch, first.id, officer, NOW) == was
    with pytest.raises(Fault, match="已经登记发出"):
        letters.send(branch, [first.id], officer, NOW)


def test_each_kind_counts_for_itself_and_a_deleted_number_is_not_given_again(branch: Branch) -> None:
    officer = who(branch, "CR1")
    one = letters.make(branch, RATING, "R2", officer, NOW)
    assert letters.make(branch, RATING, "R4", officer, NOW).number == "评提〔2026〕0002号"
    assert letters.make(branch, LINE, "L2", officer, NOW).number == "授提〔2026〕0001号"
    branch.store.write([Edit("letters", "PT-2026-0002", {}, None)], "system", "terminal", NOW)
    assert letters.make(branch, RATING, "R3", officer, NOW).number == "评提〔2026〕0003号"
    later = NOW.replace(year=2027, month=1, day=4)
    assert letters.make(branch, RATING, "R1", officer, later).number == "评提〔2027〕0001号"
    assert one.id == "PT-2026-0001"


def test_a_second_installation_puts_its_letter_into_the_number(branch: Branch) -> None:
    branch.settings = branch.settings.model_copy(update={"numbering_letter": "B"})
    made = letters.make(branch, RATING, "R2", who(branch, "CR1"), NOW)
    assert (made.id, made.number) == ("PT-B2026-0001", "评提〔2026〕B0001号")


def test_two_who_make_a_letter_in_the_same_moment_get_two_numbers(branch: Branch, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second program writes while the first has chosen its number and not saved yet."""
    other, write, came = open_branch(home), letters.letter, list[letters.Letter]()

    def slowly(*about: Any) -> bytes:
        if not came:
            monkeypatch.setattr(letters, "letter", write)
            came.append(letters.make(other, RATING, "R4", who(other, "CR1"), NOW))
        return write(*about)

    monkeypatch.setattr(letters, "letter", slowly)
    mine = letters.make(branch, RATING, "R2", who(branch, "CR1"), NOW)
    other.store.close()
    assert (came[0].number, mine.number) == ("评提〔2026〕0001号", "评提〔2026〕0002号")
    assert mine.number in text(letters.document(branch, mine.id, who(branch, "CR1"), NOW)), (
        "the number of the document is that of the ledger"
    )


def test_a_second_click_makes_no_second_letter(branch: Branch) -> None:
    officer = who(branch, "CR1")
    first = letters.make(branch, RATING, "R2", officer, NOW, token="t" * 20)
    assert letters.make(branch, RATING, "R2", officer, NOW, token="t" * 20) == first


@pytest.mark.parametrize(
    ("kind", "row", "person"),
    [(RATING, "R2", "CM1"), (LINE, "L2", "TL1"), (LINE, "L2", "BL1"), (LOAN, "J2", "CR1"), (LOAN, "J2", "VW1"), (LOAN, "J2", "ADM"),
     (LOAN, "J3", "CM1"), (RATING, "nothing", "CR1"), ("love_letter", "R2", "CR1")],
)  # fmt: skip
def test_nobody_makes_a_letter_that_is_not_theirs(branch: Branch, kind: str, row: str, person: str) -> None:
    before = len(on_record(branch, "denied"))
    with pytest.raises(access.NotAllowed):
        letters.make(branch, kind, row, who(branch, person), NOW)
    assert not letters.may_make(branch.look(NOW), kind, row, who(branch, person))
    assert len(on_record(branch, "denied")) == before + 1


def test_nobody_sends_or_reads_a_letter_that_is_not_theirs(branch: Branch) -> None:
    made = letters.make(branch, LOAN, "J2", who(branch, "CM1"), NOW)
    for person in ("CM2", "CR1", "VW1"):
        with pytest.raises(access.NotAllowed):
            letters.send(branch, [made.id], who(branch, person), NOW)
    for person in ("CM2", "CM3", "ADM"):
        with pytest.raises(access.Unknown):
            letters.document(branch, made.id, who(branch, person), NOW)
    with pytest.raises(NotTaken):
        letters.document(branch, made.id, who(branch, "VW1"), NOW)
    assert letters.document(branch, made.id, who(branch, "TL1"), NOW)
    assert ("TL1", f"letters/{made.id}") in on_record(branch, "export")


def test_what_is_missing_is_named_and_no_number_is_used_up(branch: Branch) -> None:
    manager = who(branch, "CM1")
    put(branch, "loans", "J2", contract_no=None)
    put(branch, "staff", "CM1", phone=None)
    with pytest.raises(letters.Lacking) as refused:
        letters.make(branch, LOAN, "J2", manager, NOW)
    assert refused.value.say("zh") == "这份函件还缺：人员「电话」、贷款「合同号」。请先补齐，再制作。"
    assert "Loans “Contract no.”" in refused.value.say("en")
    assert letters.latest(branch.look(NOW), LOAN, "J2") is None
    put(branch, "loans", "J2", contract_no="HT-1")
    put(branch, "staff", "CM1", phone="010-88880001")
    assert letters.make(branch, LOAN, "J2", manager, NOW).number == "贷通〔2026〕0001号"


def own_template(branch: Branch, kind: str, *lines: str) -> None:
    document, folder = Document(), branch.settings.home / letters.FOLDER
    folder.mkdir(exist_ok=True)
    for line in lines:
        document.add_paragraph(line)
    document.save(str(folder / f"{kind}.docx"))


def test_a_branch_puts_its_own_template_in_the_place_of_ours(branch: Branch) -> None:
    own_template(branch, RATING, "本行自制：{{ 客户名称 }} {{ customer_name }} {{ 编号 }}")
    made = letters.make(branch, RATING, "R2", who(branch, "CR1"), NOW)
    said = text(letters.document(branch, made.id, who(branch, "CR1"), NOW))
    assert said == "本行自制：宏远纺织有限公司 宏远纺织有限公司 评提〔2026〕0001号"


def test_a_template_with_an_unknown_field_is_refused_and_the_other_letters_go_on(branch: Branch) -> None:
    own_template(branch, RATING, "{{ 客户姓名 }}")
    made, refused = letters.make_all(branch, [(RATING, "R2"), (LINE, "L2")], who(branch, "CR1"), NOW)
    assert [one.kind for one in made] == [LINE]
    assert [(row, type(fault)) for row, fault in refused] == [("R2", BadTemplate)]
    told = refused[0][1].say("zh")
    assert "templates/rating_notice.docx" in told
    assert "「客户姓名」" in told


def test_a_template_that_is_no_document_is_refused(branch: Branch) -> None:
    (branch.settings.home / letters.FOLDER).mkdir()
    (branch.settings.home / letters.FOLDER / "line_notice.docx").write_bytes(b"hello")
    with pytest.raises(BadTemplate, match=r"line_notice\.docx"):
        letters.make(branch, LINE, "L2", who(branch, "CR1"), NOW)


@pytest.mark.parametrize("name", ["{{ 编号 }}", "{% if x %}", "甲&乙<公司>", "甲\n乙"])
def test_a_customer_of_any_name_gets_their_letter(branch: Branch, name: str) -> None:
    put(branch, "customers", "C2", name=name, short_name=name)
    made = letters.make(branch, RATING, "R2", who(branch, "CR1"), NOW)
    assert " ".join(name.split()) in text(letters.document(branch, made.id, who(branch, "CR1"), NOW))
    called = letters.file_name(branch.look(NOW), made.id)
    assert called.startswith("评提〔2026〕0001号")
    assert not set('<>:"/\\|?*\n') & set(called)


def several(branch: Branch) -> list[str]:
    made, refused = letters.make_all(branch, [(RATING, "R2"), (RATING, "R4"), (LINE, "L2")], who(branch, "CR1"), NOW)
    assert refused == []
    return [one.id for one in made]


def test_several_letters_come_as_one_document_each_on_its_own_page(branch: Branch) -> None:
    officer, ids = who(branch, "CR1"), several(branch)
    assert letter_bundle.joins(branch, branch.look(NOW), ids)
    assert letter_bundle.will_join(branch, branch.look(NOW), [RATING, LINE, LOAN])
    data = letter_bundle.bundle(branch, ids, officer, NOW, one=True)
    alone = [text(letters.document(branch, key, officer, NOW)) for key in ids]
    assert sorted(filter(None, text(data).splitlines())) == sorted(filter(None, "\n".join(alone).splitlines()))
    assert len(Document(io.BytesIO(data)).sections) == 3
    assert {("CR1", f"letters/{key}") for key in ids} <= set(on_record(branch, "export"))
    letters.send(branch, ids, officer, NOW)
    assert [states(branch, "R25s", row) for row in ("R2", "R4")] == [["met_late"], ["met_late"]]


def test_letters_whose_templates_do_not_go_together_come_as_few_documents_in_a_zip(branch: Branch) -> None:
    own_template(branch, LINE, "{{ 客户名称 }} {{ 编号 }}")
    officer, ids = who(branch, "CR1"), several(branch)
    assert not letter_bundle.joins(branch, branch.look(NOW), ids)
    assert not letter_bundle.will_join(branch, branch.look(NOW), [RATING, LINE])
    assert letter_bundle.will_join(branch, branch.look(NOW), [LINE])
    packed = zipfile.ZipFile(io.BytesIO(letter_bundle.bundle(branch, ids, officer, NOW, one=False)))
    both, alone = packed.namelist()
    assert both.startswith("评提〔2026〕0001号")
    assert "评提〔2026〕0002号" in both
    assert packed.read(alone) == letters.document(branch, ids[2], officer, NOW)
    assert len(Document(io.BytesIO(packed.read(both))).sections) == 2
    with pytest.raises(Fault, match="再点一次"):
        letter_bundle.bundle(branch, ids, officer, NOW, one=True)


def test_nobody_gets_a_letter_that_is_not_theirs_among_others(branch: Branch) -> None:
    ids = several(branch)
    for person, refusal in (("CM2", access.Unknown), ("VW1", NotTaken)):
        with pytest.raises(refusal):
            letter_bundle.bundle(branch, ids, who(branch, person), NOW, one=True)


@pytest.mark.parametrize(("kind", "row", "maker", "table", "rule", "number"), CASES, ids=[RATING, LINE, LOAN])
def test_one_click_makes_numbers_and_sends_a_letter_and_its_due_is_met(
    branch: Branch, kind: str, row: str, maker: str, table: str, rule: str, number: str
) -> None:
    person, click = who(branch, maker), "t" * 20
    made = letters.make(branch, kind, row, person, NOW, token=click, sent=True)
    assert (made.number, made.version, made.sent) == (number, 1, True)
    assert cell(branch, table, row, "notice_on") == TODAY
    assert states(branch, rule, row)[0] in {"met", "met_late"}
    assert number in text(letters.document(branch, made.id, person, NOW))
    assert letters.make(branch, kind, row, person, NOW, token=click, sent=True) == made, "the download and its callback are one click"
    with pytest.raises(access.NotAllowed):
        letters.make(branch, kind, row, who(branch, "TL1"), NOW, sent=True)


def test_one_click_for_all_sends_what_can_be_made_and_tells_the_rest(branch: Branch) -> None:
    put(branch, "ratings", "R4", grade=None)
    for _ in range(2):  # the download, and its callback
        made, refused = letters.make_all(
            branch, [(RATING, "R2"), (RATING, "R4"), (LINE, "L2")], who(branch, "CR1"), NOW, token="t", sent=True
        )
        assert [(one.id, one.sent) for one in made] == [("PT-2026-0001", True), ("ST-2026-0001", True)]
        assert [row for row, _ in refused] == ["R4"]
    assert states(branch, "R25s", "R2") == ["met_late"]


@pytest.mark.parametrize("day", [YESTERDAY, None], ids=["it left yesterday", "it has not left"])
def test_the_day_of_sending_is_put_right_or_taken_back_in_the_letter_and_its_record_follows(branch: Branch, day: date | None) -> None:
    officer = who(branch, "CR1")
    made = letters.make(branch, RATING, "R2", officer, NOW, sent=True)
    branch.write([Edit("letters", made.id, {"sent_on": TODAY}, {"sent_on": day})], officer, "portal", NOW)
    assert cell(branch, "ratings", "R2", "notice_on") == day
    assert cell(branch, "ratings", "R2", "notice_no") == (made.number if day else None)
    assert (states(branch, "R25s", "R2")[0] in {"met", "met_late"}) is (day is not None)


def test_a_manager_takes_back_the_day_of_their_letter_in_the_loan(branch: Branch) -> None:
    manager = who(branch, "CM1")
    made = letters.make(branch, LOAN, "J2", manager, NOW, sent=True)
    branch.write([Edit("loans", "J2", {"notice_on": TODAY}, {"notice_on": None})], manager, "portal", NOW)
    assert cell(branch, "letters", made.id, "sent_on") is None


def test_the_day_of_a_first_letter_stays_when_a_second_one_is_taken_back(branch: Branch) -> None:
    officer = who(branch, "CR1")
    letters.make(branch, RATING, "R2", officer, NOW, sent=True)
    second = letters.make(branch, RATING, "R2", officer, NOW, sent=True)
    branch.write([Edit("letters", second.id, {"sent_on": TODAY}, {"sent_on": None})], officer, "portal", NOW)
    assert cell(branch, "ratings", "R2", "notice_on") == TODAY


def test_the_manager_signs_for_a_notice_in_its_record_or_in_the_letter(branch: Branch) -> None:
    officer, manager = who(branch, "CR1"), who(branch, "CM1")
    made, _ = letters.make_all(branch, [(RATING, "R2"), (LINE, "L2")], officer, NOW)
    letters.send(branch, [one.id for one in made], officer, NOW)
    branch.write([Edit("ratings", "R2", {"notice_received_on": None}, {"notice_received_on": TODAY})], manager, "portal", NOW)
    assert cell(branch, "letters", made[0].id, "receipt_on") == TODAY
    branch.write([Edit("letters", made[1].id, {"receipt_on": None}, {"receipt_on": TODAY})], manager, "portal", NOW)
    assert cell(branch, "credit_lines", "L2", "notice_received_on") == TODAY


def test_a_letter_that_is_noted_as_sent_at_its_record_is_sent(branch: Branch) -> None:
    manager = who(branch, "CM1")
    made = letters.make(branch, LOAN, "J2", manager, NOW)
    branch.write([Edit("loans", "J2", {"notice_on": None}, {"notice_on": TODAY})], manager, "portal", NOW)
    assert cell(branch, "letters", made.id, "sent_on") == TODAY
    branch.write([Edit("loans", "J2", {"receipt_on": None}, {"receipt_on": TODAY})], manager, "portal", NOW)
    assert cell(branch, "letters", made.id, "receipt_on") == TODAY


def test_a_letter_that_came_in_a_file_has_no_document(branch: Branch) -> None:
    with pytest.raises(Fault, match="没有保存"):
        letters.document(branch, "letters-C1", who(branch, "CM1"), NOW)


def test_documents_go_with_a_backup(branch: Branch, tmp_path: Path) -> None:
    made = letters.make(branch, RATING, "R2", who(branch, "CR1"), NOW)
    was = letters.document(branch, made.id, who(branch, "CR1"), NOW)
    branch.store.backup(tmp_path / "copy.backup")
    with closing(sqlite3.connect(tmp_path / "copy.backup")) as copy:
        assert copy.execute("SELECT data FROM huce_documents").fetchall() == [(was,)]
