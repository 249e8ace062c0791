"""Tell what a question asks for from its wording in Japanese or English, and by which marks such an answer shows.

Closeness in meaning finds the lines about a subject; which of them answers "when?" or "how many?" shows in dates,
numbers and names. A mark is a hint and never a condition: many answers leave none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.asking.answer_type import NUMBER, PRICE, TYPES_LIST
from index.characters.normal_form import nfkc
from index.characters.patterns import compiled
from index.word_lists import sections_of, wording

NO_MARK = r"(?!)"


@dataclass(frozen=True, slots=True)
class QuestionType:
    """A kind of question: how it is asked, and the mark that its answer leaves in a line."""

    name: str
    asked: re.Pattern[str]
    mark: str = NO_MARK

    def is_marked(self, line: str) -> bool:
        """Tell whether a line has what an answer of this type has."""
        return compiled(self.mark).search(nfkc(line)) is not None


def _type(name: str, asked: str = "", mark: str = "") -> QuestionType:
    """Return a kind of question by its phrases in the list and by what more asks for it and marks its answer."""
    return QuestionType(name, re.compile(_expression(name, asked)), _expression(f"{name}: mark", mark))


def _expression(heading: str, more: str) -> str:
    listed = wording(TYPES_LIST, heading) if heading in sections_of(TYPES_LIST) else ""
    return "(?i)" + ("|".join(part for part in (more, listed) if part) or NO_MARK)


# Where an English question word asks: "what matters when it rains?" asks for no time.
_ASKS = r"(?:^|[.,;:?!] +(?:and |but |so )?|\b(?:and|or) |^(?:in|on|at|to|for|from|by|with|into|of|under|since|until) )"
_AUXILIARY = r"(?:is|are|was|were|do|does|did|will|would|should|can|could|has|have|had)"
# Counters that 何 asks with; 何の, 何が and 何を ask for anything.
_COUNTER = (
    r"(?:[人名個つ枚回件社本台冊歳頭匹週分秒倍割行%A-Za-z]|[年日]間|[かヶカ]月|時間"
    r"|種類|[ァ-ヺ])"
)
_UNIT = rf"(?:{_COUNTER}|年|円|パーセント|セッション|バイト|以[上下降]|未満|前後|くらい|ほど|程度)"
_INTERROGATIVE = r"(?:何|なに|なん|どう|どこ|どの|どれ|どん|どちら|どっち|誰|だれ|いつ|なぜ|いくら|いくつ)"

SUMMARY = _type(
    "summary",
    r"\bwhat did (?:\S+ ){1,3}(?:say|cover|present|talk about)\b(?! about)|\bwhat (?:is|was|were) .{1,40} about\W*$",
)
LINK = _type(
    "link",
    r"(?<![a-z])url(?![a-z])|\b(?:a|the|any) links?\b(?! between)"
    r"|where can i (?:find|watch|read|see|get|download)|\bis there a (?:recording|video|repository|website)"
    r"|where (?:is|are) the (?:\w+ ){0,2}(?:slides|recordings?|videos?|code|repository|photos|materials?|article)"
    rf"|(?:{wording(TYPES_LIST, 'link: material')})"
    r"(?:は|って|を)?(?:ある|あります|どこ|どれ|ください|教えて|[?？]|$)"
    r"|どこ(?:で(?:見れ|見られ|読め|手に入|ダウンロード)|かに(?:上が|あが|公開))",
    r"https?://",
)
WHEN = _type(
    "when",
    rf"{_ASKS}when\b|\bwhen {_AUXILIARY}\b|\b(?:what|which) (?:date|day|time|year|month)\b"
    r"|いつ(?!も)|何(?:日(?!間)|月|年(?!間)|曜|時(?!間))",
    r"\d{4}[/年.-]|\d ?[/月] ?\d|\d日|\d:\d\d|\d時(?!間)|(?:とき|時|頃|ころ|際)(?:に|は|、|」|。|$)"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* \d|\b(?:19|20)\d\d\b",
)
WHERE = _type(
    "where",
    rf"{_ASKS}where\b|\b(?:what|which) (?:\w+ and )?(?:place|city|location|venue)\b"
    r"|(?<!主催は)(?<!主催者は)(?<!スポンサーは)どこ(?:で|に|へ|[?？]|$|だ|でし)|会場(?:は|って)",
)
WHO = _type(
    "who",
    rf"{_ASKS}who(?:m|se)?\b|\b(?:what|which) (?:person|speaker|company|organi[sz]ation)\b"
    r"|誰(?!でも|か)|だれ(?!でも|か)",
    r"CEO|CTO|\bby [A-Z]|\b(?:Mr|Ms|Dr)\.|@\w",
)
COUNT = _type(
    "number",
    rf"{_ASKS}how (?:many|much|long|often|big|large|fast|tall|old|far|close|soon|late|high)\b"
    r"|\b(?:what|which) (?:\w+ ){0,2}(?:share|percentage|proportion|number|size|version|limits?)\b"
    rf"|何{_COUNTER}",
    rf"{NUMBER} ?{_UNIT}|\d",
)
WHY = _type("why", rf"{_ASKS}why\b|how come|(?:なん|何)で(?![もす])")
DEFINITION = _type(
    "definition",
    r"^what(?:'s| is| are) (?!the\b)[^,]{1,40}$|what does .* (?:mean|stand for|do)\b|\bwhat is .* (?:used )?for\b"
    r"|^[^ぁ-ん]{1,30}(?:って|は)(?:何|なに|なん)(?:[?？。でだなの]|$)|とは(?:[?？。]|$|何|なん|どう)",
    r"^[^、。]{1,30}[:=]|stands for|refers to",
)
WHICH = _type(
    "which",
    rf"{_ASKS}which\b|{_ASKS}what (?:kinds?|types?|sorts?|are the)\b|^(?:list|name)\b",
    r"「|\*\*|`|、.*、|,.*,",
)
HOW = _type("how", rf"{_ASKS}how\b|どう(?!して)", r"\bby \w+ing\b")
YES_NO = _type(
    "yes/no",
    rf"{_ASKS}{_AUXILIARY}\b"
    rf"|^(?!.*{_INTERROGATIVE}).*(?:です|ます|ました|でしょう|の|いい|よい|良い|る|本当|必要|可能|べき)か?[?？。]*$",
)
OTHER = QuestionType("other", re.compile(""))

# The more telling the wording, the earlier: "how many" is no "how", and most questions end like a yes/no question.
TYPES = (
    SUMMARY,
    LINK,
    QuestionType("price", PRICE.asked, PRICE.mark),
    COUNT,
    WHY,
    WHEN,
    WHERE,
    WHO,
    DEFINITION,
    WHICH,
    HOW,
    YES_NO,
)


_IN_CODE = re.compile(_expression("in code", ""))


def is_answered_in_code(question: str) -> bool:
    """Tell whether a question asks for a command, a formula, a diagram or other code."""
    return _IN_CODE.search(nfkc(question)) is not None


def question_types(question: str) -> tuple[QuestionType, ...]:
    """Return all types that the wording shows, the most telling first; ``OTHER`` alone where it shows none."""
    asked = nfkc(question).strip()
    return tuple(kind for kind in TYPES if kind.asked.search(asked)) or (OTHER,)
