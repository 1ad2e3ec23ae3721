"""What a mail server's refusal is about: us, one person's mailbox, one mail, or nobody can tell."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Step = Literal["mail", "rcpt", "data", "text"]
About = Literal["tls", "sign_in", "sender", "limit", "standing", "person", "full", "mail", "later", "unclear"]
OURS = {
    "tls": "mail.wants_tls",
    "sign_in": "mail.no_entry",
    "sender": "mail.sender_refused",
    "limit": "mail.limited",
    "standing": "mail.distrusted",
}  # what a reply is about → why the channel rests

_STATUS = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})(?![.\d])")
_NOISE = re.compile(r"<[^>]*>|\S+@\S+|https?://\S+", re.IGNORECASE)  # an address or a link says nothing about the reason


UNKNOWN = frozenset({"1.0", "1.1", "1.2", "1.3", "1.6", "1.10", "2.1", "4.1"})  # statuses of a mailbox that is not there


def _words(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_TLS = _words(r"starttls", r"encryption (is )?(required|needed)", r"must use (tls|ssl)", r"(须|必须|需要|请)[^。]{0,6}(加密|TLS|SSL)")
_SIGN_IN = _words(
    r"auth\w* (is )?(required|needed|failed)",
    r"(not|never) (yet )?(authenticated|logged in)",
    r"must (authenticate|log ?in|auth)",
    r"need\w* (to )?auth",
    r"(log ?in|auth\w*) (first|before)",
    r"unauthenticated",
    r"(未|没有|须|需要|请先|要求)[^。与和同]{0,6}(认证|验证|登录|授权)",
)
# Whether a receiver believes that a mail comes from our domain; asks for no password, though it says "unauthenticated".
_PROOF = _words(r"\b(spf|dkim|dmarc)\b", r"unauthenticated (e-?mail|message|sender)", r"sender is unauthenticated")
_GREY = _words(r"gr[ae]y ?-?list", r"灰名单")
_SENDER = _words(
    r"sender(?!.{0,20}(frequen|limit|quota|rate))[\w' ]{0,24}(reject|denied|refus|verif|not |unknown|invalid|block|must|mismatch)",
    r"(bad|invalid|unknown|outbound|unverified|unauthori[sz]ed)[\w ]{0,12} sender",
    r"\bmail from\b(?!:)",
    r"send ?as ?denied",
    r"return.?path",
    r"from address",
    r"not (owned|allowed to send|permitted to send|authori[sz]ed to send)",
    r"(发件人|发信人|发件地址|发件邮箱)(?!.{0,12}(频|超|限|过多))",
    r"(disabled|suspended|blocked|barred) (for|from) (sending|outgoing|outbound)",
    r"(sending|outgoing|outbound)[\w' ]{0,40}(disabled|suspended|not allowed)",
    r"(发信|发件|发送)(功能|权限|服务|资格)",
)
_BOX = r"(mail ?box|inbox|account|user|recipient|address|收件人|收信人|邮箱|信箱|用户)"
_FULL = _words(
    rf"{_BOX}.{{0,40}}(\bfull\b|over ?-?quota|quota exceeded|(exceed|over).{{0,24}}(quota|storage|size))",
    r"insufficient (disk|mailbox) (space|quota)",
    r"(quota|storage).{0,16}(of|for) (the )?(recipient|mailbox|user)",
    r"(邮箱|信箱|收件).{0,10}(已满|满了|空间不足|容量)",
    r"out of space",
)
_OUTGOING = _words(
    r"sending|outgoing|outbound|\b(daily|hourly|per (day|hour|minute|second))\b", r"发送|发信|发件|当天|当日|每日|每天|每小时|每分钟"
)
_LIMIT = _words(
    r"frequen",
    r"\brat(e|es|ing)\b",
    r"too (many|fast|much|often|quick\w*)",
    r"exceed\w*",
    r"throttl",
    r"\blimit(s|ed)?\b",
    r"limit (exceeded|reached)",
    r"quota",
    r"flood",
    r"slow down",
    r"temporarily deferred due to",
    r"频率",
    r"频繁",
    r"频度",
    r"过快",
    r"(超过|超出|达到|已达).{0,12}(限|上限|最大|配额|数量)",
    r"超限",
    r"限制.{0,8}(次|数|量)",
    r"配额",
    r"(次数|数量|连接|连接数|邮件)(过多|太多)",
    r"\b(MI:(CEL|NRC|DMC|SFQ|IMS|STC|CCL)|RP:(CEL|TRC)|MI:IMF)\b",
)
_SIZE = _words(r"(message|mail|size|attachment).{0,24}(too (large|big)|exceed|limit)", r"too (large|big)", r"过大|太大|超过.{0,6}大小")
_STANDING = _words(
    r"spam",
    r"\bblack",
    r"block",
    r"\b(dns|r)bls?\b",
    r"reputation",
    r"polic(y|ies)",
    r"suspicious",
    r"\b(spf|dkim|dmarc|ptr|rdns|helo|ehlo)\b",
    r"reverse dns",
    r"client host",
    r"\bip\b",
    r"relay",
    r"\bbanned\b",
    r"content",
    r"virus",
    r"unsolicited",
    r"bulk",
    r"垃圾",
    r"黑名单",
    r"信誉",
    r"策略",
    r"内容",
    r"中继",
    r"\b(DT|MI|HL|IP|RP|HT):[A-Z]{2,4}\b",
)
_PERSON = _words(
    r"(user|recipient|mailbox|address|account) (is )?unknown",
    r"unknown (user|recipient|mailbox|address|account)",
    r"no (such|valid) (\w+ )?(user|recipient|mailbox|person|address|account|local)",
    rf"no {_BOX} (here|by that)",
    r"no mailbox",
    rf"{_BOX}.{{0,32}}(not (be )?found|not exist|n[o']t exist|unavailable|disabled|inactive|deactivated)",
    rf"{_BOX}.{{0,32}}(suspended|invalid|not (a )?valid|not available)",
    rf"invalid (\w+ )?{_BOX}",
    r"(does not|doesn't) (exist|have)",
    r"recipientnotfound",
    r"unrouteable",
    r"user not local",
    r"no longer (valid|available|with|works)",
    r"(收件人|收信人|用户|邮箱|信箱|账号|帐号|地址).{0,10}(不存在|无效|停用|注销|不可用|未找到|找不到|错误|冻结)",
    r"(无此|没有此|没有这个|查无|未知)(人|用户|收件人|邮箱|账号)",
)


@dataclass(frozen=True)
class Reply:
    """A refusal taken apart: the step it answers, its code, the subject and detail of its status (x.1.1), its words."""

    step: Step
    code: int
    subject: str
    detail: str
    words: str

    @property
    def theirs(self) -> bool:
        """Said of a recipient; some servers say it only after the text."""
        return self.step in ("rcpt", "text")

    @property
    def status(self) -> str:
        return f"{self.subject}.{self.detail}"

    def has(self, words: re.Pattern[str]) -> bool:
        return words.search(self.words) is not None


def _full(reply: Reply) -> bool:
    """That one mailbox takes nothing for now: full, or written to too often."""
    if not reply.theirs:
        return False
    if reply.subject == "2" and (reply.detail == "2" or reply.has(_LIMIT)):
        return True
    return reply.subject != "7" and reply.has(_FULL) and not reply.has(_OUTGOING)


def _person(reply: Reply) -> bool:
    if not reply.theirs:
        return False
    return reply.status in UNKNOWN or (reply.subject != "7" and reply.has(_PERSON))


# Whatever fits first. What is plainly about us stands before what is about the person; the rest only ends a mail at 5xx.
ANY_CODE: tuple[tuple[About, Callable[[Reply], bool]], ...] = (
    ("tls", lambda reply: reply.code == 538 or reply.has(_TLS)),
    ("sign_in", lambda reply: reply.code in {530, 534, 535} or (reply.has(_SIGN_IN) and not reply.has(_PROOF))),
    ("later", lambda reply: reply.has(_GREY)),
    ("full", _full),
    ("sender", lambda reply: reply.status in {"1.7", "1.8"} or reply.has(_SENDER)),
    ("mail", lambda reply: reply.status == "3.4" or (reply.has(_SIZE) and not reply.has(_OUTGOING))),
    ("limit", lambda reply: not (reply.theirs and reply.subject == "1") and reply.has(_LIMIT)),
)
FOR_GOOD: tuple[tuple[About, Callable[[Reply], bool]], ...] = (
    ("sender", lambda reply: reply.step == "mail"),
    ("person", _person),
    ("mail", lambda reply: reply.subject == "6"),
    ("standing", lambda reply: reply.subject == "7" or reply.has(_STANDING)),
)


def about(step: Step, code: int, said: str) -> About:
    """`said`: what `line` made of it. A 4xx that is not plainly about us just waits its turn."""
    rest = re.sub(r"^\d{3}[ -]*", "", said)
    found = _STATUS.match(rest)
    reply = Reply(step, code, found[2] if found else "", found[3] if found else "", _NOISE.sub(" ", rest))
    for what, fits in ANY_CODE if code < 500 else (*ANY_CODE, *FOR_GOOD):
        if fits(reply):
            return what
    return "later" if code < 500 else "unclear"


def line(code: int, reply: Any) -> str:
    """What the server said, on one line; many Chinese servers speak GB18030."""
    return f"{code} {' '.join(_decoded(reply).split())}"[:300]


def _decoded(reply: Any) -> str:
    if not isinstance(reply, bytes):
        return str(reply)
    found = [reply.decode(name, "replace") for name in ("utf-8", "gb18030")]
    return min(found, key=lambda words: words.count("\ufffd"))  # the first where both can read it
