"""Tell what a question asks for from its wording in Japanese or English, and by which marks such an answer shows.

Closeness in meaning finds the lines about a subject; which of them answers "when?" or "how many?" shows in dates,
numbers and names. A mark is a hint and never a condition: many answers leave none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.asking.answer_type import NUMBER, PRICE
from index.characters.normal_form import nfkc

NO_MARK = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class QuestionType:
    """A kind of question: how it is asked, and the mark that its answer leaves in a line."""

    name: str
    asked: re.Pattern[str]
    mark: re.Pattern[str] = NO_MARK

    def is_marked(self, line: str) -> bool:
        """Tell whether a line has what an answer of this type has."""
        return self.mark.search(nfkc(line)) is not None


def _type(name: str, asked: str, mark: str) -> QuestionType:
    return QuestionType(name, re.compile(asked, re.IGNORECASE), re.compile(mark or NO_MARK.pattern, re.IGNORECASE))


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
    r"\b(?:conclu(?:de|sion)\w*|takeaways?|(?:main|key) points?|overview|discuss\w*|summari[sz]e|summary of|gist"
    r"|what did \S+ (?:say|cover)|tell me about)\b"
    r"|結論|まとめ|要約|要点|概要|ポイント|どんな(?:話|内容|発表|議論|意見)|何の話|何を(?:話|議論)|について教えて|内容は",
    r"べき|ほうが|方が|必要|重要|大切|大事|結論|まとめ|つまり|ポイント|おすすめ|推奨|やめて|避け|別に|別の|分け|切り出|使い"
    r"|使う|する$|します$|作る$|管理|\b(?:should|must|important|need|conclu\w*|recommend\w*)\b",
)
LINK = _type(
    "link",
    r"(?<![a-z])url(?![a-z])|\bweb address\b|\b(?:a|the|any) links?\b(?! between)"
    r"|where can i (?:find|watch|read|see|get|download)|\bis there a (?:recording|video|repository|website)"
    r"|where (?:is|are) the (?:\w+ ){0,2}(?:slides|recordings?|videos?|code|repository|photos|materials?|article)"
    r"|(?:リンク|アドレス|資料|スライド|録画|動画|アーカイブ|教材|写真|コード|リポジトリ|記事)"
    r"(?:は|って|を)?(?:ある|あります|どこ|どれ|ください|教えて|[?？]|$)"
    r"|どこ(?:で(?:見れ|見られ|読め|手に入|ダウンロード)|かに(?:上が|あが|公開))",
    r"https?://",
)
WHEN = _type(
    "when",
    rf"{_ASKS}when\b|\bwhen {_AUXILIARY}\b|\b(?:what|which) (?:date|day|time|year|month)\b"
    r"|いつ(?!も)|何(?:日(?!間)|月|年(?!間)|曜|時(?!間))|日時は|日程は|開催日",
    r"\d{4}[/年.-]|\d ?[/月] ?\d|\d日|\d:\d\d|\d時(?!間)|(?:とき|時|頃|ころ|際)(?:に|は|、|」|。|$)|たび|タイミング"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* \d|\bwhen\b|\b(?:19|20)\d\d\b",
)
WHERE = _type(
    "where",
    rf"{_ASKS}where\b|\b(?:what|which) (?:\w+ and )?(?:place|city|location|venue)\b"
    r"|どこ(?:で|に|へ|[?？]|$|だ|でし)|会場(?:は|って)",
    r"にて|会場|開催|場所|ホール|センター|オフィス|ビル|会館|大学|オンライン|[市県]"
    r"|\b(?:held|venue|hall|office|at the)\b",
)
WHO = _type(
    "who",
    rf"{_ASKS}who(?:m|se)?\b|\b(?:what|which) (?:person|speaker|company|organi[sz]ation)\b"
    r"|誰(?!でも|か)|だれ(?!でも|か)|どなた|どこの|どの(?:会社|企業|人)|(?:登壇者|会社|企業|名前)(?:は|って)",
    r"さん|氏|社長|代表|CEO|CTO|社[のがは]|株式会社|\bby [A-Z]|\b(?:Mr|Ms|Dr)\.|@\w|\binc\b",
)
COUNT = _type(
    "number",
    rf"{_ASKS}how (?:many|much|long|often|big|large|fast|tall|old|far|close|soon|late|high)\b"
    r"|\b(?:what|which) (?:\w+ ){0,2}(?:share|percentage|proportion|number|size|version|limits?)\b"
    r"|\blimits (?:of|for|on)\b|\b(?:lowest|highest|minimum|maximum|latest|oldest)\b"
    rf"|何{_COUNTER}|いくつ|(?:どの|どれ)(?:くらい|ぐらい|だけ|程度)|どのバージョン|最大|最小",
    rf"{NUMBER} ?{_UNIT}|\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|dozen|twenty|thirty|forty|fifty|hundred"
    r"|thousand|million)s?\b",
)
WHY = _type(
    "why",
    rf"{_ASKS}why\b|\breasons?\b|how come|なぜ|(?:なん|何)で(?![もす])|何故|どうして|理由|原因|きっかけ",
    r"ため|ので|から(?:です|だ|、|。|と|$)|理由|原因|よう(?:に|、)|きっかけ|おかげ|せい[でだ]|たい(?:と|の)"
    r"|\b(?:because|since|due to|so that|in order to|reason)\b",
)
DEFINITION = _type(
    "definition",
    r"^what(?:'s| is| are) (?!the\b)[^,]{1,40}$|\bmean(?:ing|t)? (?:by|of)\b|what does .* (?:mean|stand for|do)\b"
    r"|\bdefin(?:e|ed|ition)\b|\bwhat is .* (?:used )?for\b|\bexplain\b"
    r"|^[^ぁ-ん]{1,30}(?:って|は)(?:何|なに|なん)(?:[?？。でだなの]|$)|とは(?:[?？。]|$|何|なん|どう)"
    r"|意味|定義|何の略|何のこと|何(?:を)?する|(?:どういう|どんな)(?:もの|こと|サービス|ツール)",
    r"とは|のこと|と呼|である|という(?:もの|サービス|仕組み|意味)|サービス(?:です|$|。)|^[^、。]{1,30}[:=]|用途"
    r"|\b(?:is|are) (?:an?|the)\b|stands for|refers to|\bmeans\b",
)
WHICH = _type(
    "which",
    rf"{_ASKS}which\b|{_ASKS}what (?:kinds?|types?|sorts?|are the)\b|^(?:list|name)\b"
    r"|どれ|どの|どんな|どっち|どちら|一覧|種類",
    r"「|\*\*|`|、.*、|,.*,",
)
HOW = _type(
    "how",
    rf"{_ASKS}how\b|どう(?!して)|どのように|方法|やり方|手順|仕方|何を使",
    r"こと(?:で|により)|によ(?:って|り)|使(?:って|い|用)|利用|用い|ながら|まず|\b(?:using|via|with|by \w+ing)\b",
)
YES_NO = _type(
    "yes/no",
    rf"{_ASKS}{_AUXILIARY}\b"
    rf"|^(?!.*{_INTERROGATIVE}).*(?:です|ます|ました|でしょう|の|いい|よい|良い|る|本当|必要|可能|べき)か?[?？。]*$",
    r"でき(?:る|ま|な)|可能|不可|必要|べき|ません|ない(?:です|。|$)|良い|だけ(?:です|。|$)|のみ"
    r"|\b(?:can|cannot|can't|must|only|not|should|possible)\b",
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


# What is answered in code, formulas and diagrams rather than in a sentence.
_IN_CODE = re.compile(
    r"コマンド|コード|スクリプト|クエリ|構文|書き方|手順|設定(?:例|ファイル|値|は|を)|数式|計算式|公式|構成図|図(?:は|って|を)"
    r"|\b(?:commands?|code|snippet|script|query|syntax|config(?:uration)?|formula|equation|diagram)\b",
    re.IGNORECASE,
)


def is_answered_in_code(question: str) -> bool:
    """Tell whether a question asks for a command, a formula, a diagram or other code."""
    return _IN_CODE.search(nfkc(question)) is not None


def question_types(question: str) -> tuple[QuestionType, ...]:
    """Return all types that the wording shows, the most telling first; ``OTHER`` alone where it shows none."""
    asked = nfkc(question).strip()
    return tuple(kind for kind in TYPES if kind.asked.search(asked)) or (OTHER,)
