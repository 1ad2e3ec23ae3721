"""Text, choices, yes and no, names of rows and people (HU041, TX cases)."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets.cells import fold, plain, read, read_column, show
from sheets.cells.lists import find_name
from sheets.cells.words import LONGEST, mojibake
from sheets.schema import Choice, Column
from sheets.tables import TABLES
from sheets.tables.words import AUTHORITY, MODES
from tests.sheets.cases import rows

NAME = Column("name", "客户名称", "Name")
LONG = Column("minutes", "会谈内容纪要", "Minutes", "long")
LEVEL = Column("authority", "审批权限", "Authority", "choice", AUTHORITY)
MODE = Column("mode", "访问方式", "Mode", "choice", MODES)
YES = Column("done", "是否完成", "Done", "yesno")
FLAGS = TABLES["customers"]["flags"]
INDUSTRY = TABLES["customers"]["industry"]
OWNER = Column("owner", "客户经理", "Relationship manager", "staff")
PEOPLE = Column("participants", "我方参加人员", "Our people", "staffs")
CUSTOMER = Column("customer", "客户", "Customer", "ref", ref="customers")
LOOKUP = {
    "staff": {"1001": "1001", "1002": "1002", "1003": "1003", "张三": None, "李四": "1003"},
    "customers": {"kh000001": "KH000001", "云澜机械(集团)": "KH000001", "启岚": None},
}
STORED = [row for row in rows("text") if "db" in row.values[0]["sinks"]]
SURE = {"TX107", "TX112"}  # mojibake is refused, a control character is taken off


@pytest.mark.parametrize("row", [r for r in rows("text") if "expect" in r.values[0]])
def test_the_shared_words_normalise_or_are_told(row: dict[str, Any]) -> None:
    if row["expect"] == "issue":
        found = read(OWNER, row["value"], LOOKUP)
        assert (found.value, found.code) == (None, "staff_ambiguous")
    else:
        code = read(LEVEL, row["value"]).value
        assert next(c.zh for c in AUTHORITY if c.code == code) == row["expect"]


@pytest.mark.parametrize("row", rows("text"))
def test_naughty_text_is_kept_as_typed_but_for_trim_and_nfc(row: dict[str, Any]) -> None:
    for column in (NAME, LONG):
        found = read(column, row["value"])
        if row["id"] == "TX107":
            assert (found.value, found.code, found.raw) == (None, "text_mojibake", row["value"])
            continue
        kept = unicodedata.normalize("NFC", row["value"].strip().replace("\r\n", "\n"))
        assert found.value == kept
        assert read(column, plain(column, found.value)).value == kept


@pytest.mark.parametrize(
    ("cell", "code"),
    [("\u202e云澜", "text_override"), ("云澜\u202d", "text_override"), ("\ud842", "text_broken"), ("云\ufffd", "text_mojibake"),
     ("锟斤拷", "text_mojibake"), ("云" * (LONGEST + 1), "text_too_long"), ("#REF!", "formula_error"), ("#N/A ", "formula_error")],
)  # fmt: skip
def test_text_that_is_refused(cell: str, code: str) -> None:
    found = read(NAME, cell)
    assert (found.value, found.code, found.raw, found.warning) == (None, code, cell, False)


@pytest.mark.parametrize(("cell", "kept"), [("a\x00b", "ab"), ("云\x1f澜", "云澜"), ("a\x9fb", "ab")])
def test_control_characters_are_taken_off_and_told(cell: str, kept: str) -> None:
    found = read(NAME, cell)
    assert (found.value, found.code, found.warning) == (kept, "text_control", True)


@pytest.mark.parametrize(
    "cell",
    [
        "😀云澜",
        "شركة",
        "👨‍👩‍👧",
        "e\u0301",
        "<b>",
        "nan",
        "NULL",
        "None",
        "-",
        "=1+1",
        "Müller & Söhne",
        "Ünïcödé",
        "联通",
        "a\tb",
        "1e5",
        "#1 店",
    ],
)
def test_strange_but_sound_text_is_kept(cell: str) -> None:
    assert read(NAME, cell).value == unicodedata.normalize("NFC", cell)
    assert read(NAME, cell).code == ""


@pytest.mark.parametrize("name", ["云澜机械", "望川支行对公客户台账", "云澜市启岚机械有限公司"])
def test_text_read_in_the_wrong_encoding_is_known(name: str) -> None:
    assert mojibake(name) is None
    assert mojibake(name.encode("gbk").decode("latin-1")) == name
    assert mojibake(name.encode("utf-8").decode("latin-1")) == name
    assert mojibake(name.encode("utf-8").decode("gb18030", "replace")) is not None


def test_every_shipped_chinese_word_is_sound() -> None:
    words = {w for t in TABLES.values() for c in t.columns for w in (c.zh, c.help_zh, *(x.zh for x in c.choices))}
    assert [w for w in words if mojibake(w) is not None] == []


def test_numbers_and_ticks_in_text_columns_are_written_out() -> None:
    assert read(NAME, 12.0).value == "12"
    assert read(NAME, 12.5).value == "12.5"
    assert read(NAME, True).value == "TRUE"
    assert read(NAME, 1e17).code == "digits_lost"


def test_fold_forgets_width_case_and_spaces_beside_chinese() -> None:
    assert fold("云澜机械　（集团）") == fold("云澜机械 (集团)") == fold("云澜机械(集团)")
    assert fold(" Customer   Name ") == "customer name"
    assert fold("总 行\u200b") == "总行"
    assert fold("ＫＨ１") == "kh1"


@pytest.mark.parametrize(
    ("cell", "code"),
    [("总行", "head"), ("总 行", "head"), ("總行", "head"), ("HQ", "head"), ("省行", "tier1"), ("区分行 ", "tier1"),
     ("二级分行", "tier2"), ("TIER2", "tier2"), ("Tier-1 branch", "tier1"), ("head office", "head"), ("ｈｅａｄ", "head")],
)  # fmt: skip
def test_a_choice_is_known_by_code_label_or_alias(cell: str, code: str) -> None:
    assert (read(LEVEL, cell).value, read(LEVEL, cell).code) == (code, "")


@pytest.mark.parametrize("cell", ["支行", "总", "head;tier1", "0", "无"])
def test_an_unknown_choice_is_told(cell: str) -> None:
    assert (read(LEVEL, cell).value, read(LEVEL, cell).code, read(LEVEL, cell).raw) == (None, "choice_unknown", cell)


def test_signs_tell_grades_apart() -> None:
    grade = TABLES["ratings"]["grade"]
    assert [read(grade, g).value for g in ("AA-", "aa", "AA＋", "AA−", "未评级")] == ["AA-", "AA", "AA+", "AA-", "none"]


def test_a_code_is_stronger_than_another_ones_label() -> None:
    column = Column("c", "c", "c", "choice", (Choice("a", "b", "B"), Choice("b", "c", "C")))
    assert read(column, "b").value == "b"


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda t: t.key)
def test_every_shipped_choice_is_known_by_its_code_and_labels(table: Any) -> None:
    for column in table.columns:
        for choice in column.choices if column.kind == "choice" else ():
            assert read(column, choice.code).value == choice.code
            assert read(column, show(column, choice.code, "zh")).value == choice.code, (table.key, column.key)
            assert read(column, show(column, choice.code, "en")).value == choice.code, (table.key, column.key)


def test_many_choices_with_any_separator() -> None:
    for cell in (
        "存款客户;信贷客户",
        "存款客户、信贷客户",
        "存款，信贷",
        "deposit / credit",
        "存款客户\n信贷客户",
        "存款 信贷",
        "deposit;credit;deposit",
    ):
        assert read(FLAGS, cell).value == "deposit;credit", cell
    assert read(FLAGS, "存款;养殖").code == "choices_unknown"
    assert read(INDUSTRY, "农、林、牧、渔业").code == ""


@given(st.lists(st.sampled_from([c.code for c in FLAGS.choices]), min_size=1, unique=True))
def test_many_choices_are_written_and_read_back(codes: list[str]) -> None:
    value = ";".join(codes)
    assert read(FLAGS, plain(FLAGS, value)).value == value
    assert read(FLAGS, show(FLAGS, value, "zh")).value == read(FLAGS, show(FLAGS, value, "en")).value == value


@pytest.mark.parametrize("cell", ["是", "Y", "yes", "√", "✔", 1, 1.0, True, "TRUE", "有", "１"])
def test_yes(cell: object) -> None:
    assert read(YES, cell).value is True


@pytest.mark.parametrize("cell", ["否", "N", "no", "×", 0, 0.0, False, "false", "无", "０"])
def test_no(cell: object) -> None:
    assert read(YES, cell).value is False


@pytest.mark.parametrize("cell", ["也许", "2", 2, "是否", "-", "是/否"])
def test_neither_yes_nor_no(cell: object) -> None:
    assert (read(YES, cell).value, read(YES, cell).code) == (None, "yesno_unknown")


@pytest.mark.parametrize("value", [True, False])
def test_yes_and_no_are_written_and_read_back(value: bool) -> None:
    assert read(YES, plain(YES, value)).value is value
    assert read(YES, show(YES, value, "zh")).value is read(YES, show(YES, value, "en")).value is value


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [("1001", "1001"), (1001, "1001"), (1001.0, "1001"), ("李四", "1003"), ("李 四", "1003"), ("张三（1002）", "1002"),
     ("1002 张三", "1002"), ("张三(1001)", "1001"), ("１００１", "1001")],
)  # fmt: skip
def test_people_by_number_or_unique_name(cell: object, wanted: str) -> None:
    assert read(OWNER, cell, LOOKUP).value == wanted


@pytest.mark.parametrize(
    ("cell", "code"),
    [("张三", "staff_ambiguous"), ("王五", "staff_unknown"), ("9999", "staff_unknown"), ("王五(1001)", "staff_unknown"), ("李四(1001)", "staff_unknown")],
)  # fmt: skip
def test_people_are_never_guessed(cell: str, code: str) -> None:
    assert (read(OWNER, cell, LOOKUP).value, read(OWNER, cell, LOOKUP).code) == (None, code)


def test_several_people() -> None:
    assert read(PEOPLE, "1001;李四", LOOKUP).value == "1001;1003"
    assert read(PEOPLE, "李四、1002，张三(1001)", LOOKUP).value == "1003;1002;1001"
    assert read(PEOPLE, "李四 1002 李四", LOOKUP).value == "1003;1002"
    assert read(PEOPLE, "李四、张三", LOOKUP).code == "staff_ambiguous"
    assert read(PEOPLE, "李四、王五", LOOKUP).code == "staff_unknown"
    assert read(PEOPLE, "1001；1002").value == "1001;1002"


def test_references_by_id_or_unique_name() -> None:
    assert read(CUSTOMER, "KH000001", LOOKUP).value == "KH000001"
    assert read(CUSTOMER, "云澜机械　（集团）", LOOKUP).value == "KH000001"
    assert read(CUSTOMER, "启岚", LOOKUP).code == "ref_ambiguous"
    assert read(CUSTOMER, "望川", LOOKUP).code == "ref_unknown"
    assert read(CUSTOMER, "什么都行").value == "什么都行"
    assert read(CUSTOMER, 1e18, LOOKUP).code == "digits_lost"


def test_a_required_cell_of_nothing_visible_is_missing() -> None:
    must = Column("name", "名称", "Name", required=True)
    assert read(must, "\x01").code == read(must, "\u200b ").code == "missing"


@given(st.lists(st.sampled_from(["总行", "总 行", "HQ", "支行", "", None, 1.5]), max_size=30))
def test_a_column_reads_like_its_cells(cells: list[object]) -> None:
    values, told = read_column(LEVEL, cells)
    singles = [read(LEVEL, cell) for cell in cells]
    assert values == [s.value for s in singles]
    assert told == {n: s for n, s in enumerate(singles) if s.code}


@given(st.text(max_size=60))
def test_text_once_taken_is_taken_unchanged_for_ever(text: str) -> None:
    found = read(NAME, text)
    if found.value is not None:
        assert read(NAME, plain(NAME, found.value)) == read(NAME, found.value)
        assert read(NAME, found.value).value == found.value


BANK_WORDS = [
    ("loans", "risk_class", "正常类", "normal"), ("loans", "risk_class", "次级类贷款", "substandard"), ("loans", "risk_class", "关注类", "watch"),
    ("loans", "risk_class", "可疑类", "doubtful"), ("loans", "risk_class", "损失类", "loss"), ("loans", "risk_class", "關注類", "watch"),
    ("staff", "status", "已离职", "left"), ("staff", "status", "在职", "active"), ("staff", "status", "退休", "left"),
    ("calendar", "kind", "假日", "holiday"), ("calendar", "kind", "法定节假日", "holiday"), ("calendar", "kind", "休息", "holiday"),
    ("calendar", "kind", "休", "holiday"), ("calendar", "kind", "班", "shifted"), ("accounts", "nature", "一般\t", "general"),
    ("accounts", "nature", "基本", "basic"), ("accounts", "nature", "专户", "special"), ("customers", "tier", "一般", "normal"),
    ("loans", "risk_class", "正常级", "normal"), ("loans", "risk_class", "关注2", "watch"), ("loans", "risk_class", "次级一级", "substandard"),
    ("loans", "risk_class", "01-正常", "normal"), ("loans", "risk_class", "4可疑类", "doubtful"), ("staff", "status", "在职员工", "active"),
    ("staff", "status", "内退", "left"), ("calendar", "kind", "国庆节", "holiday"), ("calendar", "kind", "春节假期", "holiday"),
    ("calendar", "kind", "补班", "shifted"), ("calendar", "kind", "上班", "workday"), ("accounts", "status", "已销户", "closed"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "column", "word", "code"), BANK_WORDS)
def test_a_choice_is_known_by_the_words_that_banks_write(table: str, column: str, word: str, code: str) -> None:
    assert read(TABLES[table][column], word).value == code


@pytest.mark.parametrize("word", ["不正常", "非正常类", "类", "已", "正常关注"])
def test_another_word_is_not_bent_until_it_fits(word: str) -> None:
    assert read(TABLES["loans"]["risk_class"], word).code == "choice_unknown"


def test_unseen_signs_and_the_form_of_brackets_do_not_tell_names_apart() -> None:
    assert {fold(f"望川{sign}朗禾") for sign in "\u00ad\u200b\u2060\u2061\ufe0f\u180e\U000e0100\u3164"} == {"望川朗禾"}
    assert {fold(name) for name in ("澄远（示例）", "澄远(示例)", "澄远〔示例〕", "澄远［示例］", "澄远[示例]", "澄远【示例】")} == {
        "澄远(示例)"
    }


def test_a_name_and_a_number_stand_together_in_the_last_brackets() -> None:
    """And a cell of brackets alone, however long, is nobody."""
    names = {"张三(北)": "1002", "1002": "1002"}
    assert find_name("张三(北)（1002）", names) == "1002"
    assert find_name("张三(北)（1003）", names) is None
    assert find_name("(" * 30_000, names) is None
    assert find_name("（）", names) is None
