"""Numbers that are names: credit codes, accounts, phones, mail addresses, files (HU036, domain §4.1a)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets.cells import check_character, plain, read
from sheets.cells.codes import USCC_ALPHABET
from sheets.schema import Column
from tests.sheets.cases import rows

USCC = Column("uscc", "统一社会信用代码", "USCC", "uscc")
ACCOUNT = Column("number", "账号", "Account number", "account")
ID = Column("id", "客户编号", "Customer no.")
PHONE = Column("mobile", "手机", "Mobile", "phone")
EMAIL = Column("email", "邮箱", "E-mail", "email")
FILE = Column("file", "文件", "File", "file")
FIELDS = {"统一社会信用代码": USCC, "账号": ACCOUNT, "客户编号": ID}


@pytest.mark.parametrize("row", [r for r in rows("ids") if r.values[0]["cell_kind"] != "two_rows"])
def test_the_shared_ids_read_as_they_must(row: dict[str, Any]) -> None:
    found = read(FIELDS[row["field"]], row["cell"])
    if row["expect"] == "valid":
        assert (found.value, found.code) == (row["normalised"], "")
    else:
        assert found.code
        assert found.raw == str(row["cell"])


@pytest.mark.parametrize("code", ["91350100M0001TGQXM", "91350211M0000XUF46", "91350203M0001FUE2P"])
def test_lawful_early_codes_fail_the_check_and_are_taken(code: str) -> None:
    found = read(USCC, code)
    assert (found.value, found.code, found.warning) == (code, "uscc_check", True)


@pytest.mark.parametrize("code", ["91990000DEM000006A", "91990000DEM0000145", "91990000DEM0000220"])
def test_the_codes_of_the_demo_are_sound(code: str) -> None:
    assert read(USCC, code).code == ""


@pytest.mark.parametrize("start", ["N1", "Y1", "A1", "52", "12"])
def test_any_department_may_issue_a_code(start: str) -> None:
    first = f"{start}990000DEM000006"
    assert read(USCC, first + check_character(first)).code == ""


@pytest.mark.parametrize(
    ("cell", "code"),
    [("91990000DEM10001", "uscc_length"), ("91990000DEM100015TT", "uscc_length"), ("91990000DEMI00015T", "uscc_letters"),
     ("91990000DEMO00015T", "uscc_letters"), ("9199A000DEM100015T", "uscc_region"), ("9.1990000E+17", "digits_lost"),
     (9.199e17, "digits_lost"), (919900001234567890, "digits_lost"), ("注册中", "uscc_length"), ("#N/A", "formula_error"),
     ("0" * 18, "uscc_filler"), ("1" * 18, "uscc_filler"), ("91330100000000000X", "uscc_filler")],
)  # fmt: skip
def test_codes_that_are_refused(cell: object, code: str) -> None:
    assert (read(USCC, cell).value, read(USCC, cell).code) == (None, code)


@pytest.mark.parametrize("cell", ["91990000-DEM00000-6A", "9199 0000 DEM0 0000 6A", "91–990000–DEM000006–A", "91990000\u00a0DEM000006A"])
def test_a_code_grouped_by_hyphens_or_spaces_is_that_code(cell: str) -> None:
    assert (read(USCC, cell).value, read(USCC, cell).code) == ("91990000DEM000006A", "")


def test_spaces_width_and_case_do_not_matter() -> None:
    assert read(USCC, " 9199 0000 DEM1 0001 5T").value == "91990000DEM100015T"
    assert read(USCC, "９１９９００００ＤＥＭ１０００１５Ｔ").value == "91990000DEM100015T"


@given(
    st.text(USCC_ALPHABET, min_size=2, max_size=2),
    st.integers(0, 999_999),
    st.text(USCC_ALPHABET, min_size=9, max_size=9).filter(lambda body: len(set(body)) > 1),
    st.integers(0, 17),
)
def test_the_check_finds_every_single_wrong_character(head: str, region: int, body: str, at: int) -> None:
    first = f"{head}{region:06}{body}"
    code = first + check_character(first)
    assert read(USCC, code).code == ""
    wrong = code[:at] + USCC_ALPHABET[(USCC_ALPHABET.index(code[at]) + 1) % 31] + code[at + 1 :]
    assert read(USCC, wrong).code in ("uscc_check", "uscc_region")


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [("6222 0212 3456 7890", "6222021234567890"), ("001234567890", "001234567890"), ("９９００１２３４５６", "9900123456"),
     ("FTE-123456", "FTE-123456"), ("**** 1234", "****1234"), ("'9900", None)],
)  # fmt: skip
def test_account_numbers_stay_text(cell: str, wanted: str | None) -> None:
    assert read(ACCOUNT, cell).value == wanted


def test_account_numbers_out_of_number_cells() -> None:
    assert read(ACCOUNT, 9.90012345678901e19).code == "digits_lost"
    assert read(ACCOUNT, "9.9E+19").code == "digits_lost"
    assert read(ACCOUNT, 6222021234567890123).code == "digits_lost"
    short = read(ACCOUNT, 123456789012.0)
    assert (short.value, short.code, short.warning) == ("123456789012", "account_number_cell", True)
    cut = read(ACCOUNT, "622202123456789000000")
    assert (cut.value, cut.code, cut.warning) == ("622202123456789000000", "account_zeros", True)
    assert read(ACCOUNT, "见附件").code == "account_odd"


@pytest.mark.parametrize("cell", ["0012", "1e5", "3-5", "KH000001", "=A", "N001", "张三", "2026-03-05"])
def test_ids_are_kept_as_typed(cell: str) -> None:
    assert (read(ID, cell).value, read(ID, cell).code) == (cell, "")


def test_ids_in_number_cells_and_full_width() -> None:
    assert read(ID, 12.0).value == "12"
    assert read(ID, "ＫＨ０００００１ ").value == "KH000001"
    assert read(ID, 1.2345678901234567e19).code == "digits_lost"
    assert read(ID, "KH1;KH2").code == read(ID, "KH1\nKH2").code == "id_unusable"


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [("13800000001", "13800000001"), ("138 0000 0001", "13800000001"), ("138-0000-0001", "13800000001"),
     ("+86 138 0000 0001", "13800000001"), ("138****0001", "138****0001"), ("0000-8000001", "0000-8000001"),
     ("(010) 8888 8888", "(010) 8888 8888"), ("010-88888888转801", "010-88888888转801"), (13800000001.0, "13800000001"),
     (13800000001, "13800000001"), ("13800000001/010-88888888", "13800000001;010-88888888"), ("95588", "95588"),
     ("+1 212 555 0100", "+1 212 555 0100")],
)  # fmt: skip
def test_phones(cell: object, wanted: str) -> None:
    assert (read(PHONE, cell).value, read(PHONE, cell).code) == (wanted, "")


@pytest.mark.parametrize(
    ("cell", "code"),
    [("1380000000", "phone_odd"), ("138000000011", "phone_odd"), ("1.38E+10", "digits_lost"), (880001.0, "digits_lost"),
     ("同上", "phone_unreadable"), ("12", "phone_unreadable"), (True, "phone_unreadable"), ("138abc00001", "phone_unreadable")],
)  # fmt: skip
def test_phones_that_are_doubtful(cell: object, code: str) -> None:
    assert read(PHONE, cell).code == code


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [("1001@demo.invalid", "1001@demo.invalid"), (" Zhang.San@Bank.EXAMPLE ", "Zhang.San@bank.example"),
     ("zhang＠bank.example", "zhang@bank.example"), ("mailto:a@b.example", "a@b.example"), ("a+b@b.example", "a+b@b.example")],
)  # fmt: skip
def test_mail_addresses(cell: str, wanted: str) -> None:
    assert (read(EMAIL, cell).value, read(EMAIL, cell).code) == (wanted, "")


@pytest.mark.parametrize(
    "cell",
    ["a@b", "a.example", "a@@b.example", "a@b.example;c@d.example", "张三 <a@b.example>", "a@b.example\nBcc: x@y.example", "a b@c.example",
     ".a@b.example", "a..b@b.example", "a@-b.example", "张@b.example", "无", "a" * 65 + "@b.example", True],
)  # fmt: skip
def test_mail_addresses_that_are_refused(cell: object) -> None:
    assert (read(EMAIL, cell).value, read(EMAIL, cell).code) == (None, "email_unreadable")


@pytest.mark.parametrize("cell", ["https://a.example/x?y=1", "报告/2026 年.docx", "D 盘\\合同.pdf", "合同.pdf"])
def test_files(cell: str) -> None:
    assert read(FILE, cell).value == cell


@pytest.mark.parametrize("cell", ["javascript:alert(1)", "data:text/html,x", "https://a.example/ <b>", "file:///etc/passwd", "a\nb"])
def test_files_that_a_browser_might_run(cell: str) -> None:
    assert read(FILE, cell).code == "file_unreadable"


@given(st.from_regex(r"[0-9A-Z]{4,40}", fullmatch=True))
def test_account_numbers_are_written_and_read_back(number: str) -> None:
    found = read(ACCOUNT, number)
    assert found.code == "digits_lost" or read(ACCOUNT, plain(ACCOUNT, found.value)).value == number
