"""How a question leans on what was said before it: by pronouns, by what it leaves out, by another number.

Only the words of the question are looked at here; ``conversation`` decides what they lean on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from index import lexicon

if TYPE_CHECKING:
    from index.language import Language

# What every event has, so that asking for it names no event. Words that are said of the event as a whole …
OF_EVENTS = (
    "イベント 会 勉強会 カンファレンス ミートアップ 大会 集まり 開催 開く 行う 開催地 日付 日時 日程 何日 時間 時刻 場所"
    " 会場 住所 曜日 期間 参加 参加者 費用 料金 値段 価格 チケット 定員 人数 主催 主催者 運営 スポンサー 協賛 懇親会"
    " 打ち上げ パーティー 司会 雰囲気 録画 動画 アーカイブ 配信 資料 写真 弁当 昼食"
    " event conference meetup held hold take place happen venue location city date day time year start begin end"
    " organise organize organiser organizer host sponsor participant attendee attend attendance join come came people"
    " fee price cost ticket free charge party lunch dinner atmosphere mood recording recorded video stream slides photo"
)
# … and of a talk or a statement.
OF_TALKS = (
    "発表 発表者 登壇 登壇者 講演 講師 話 話す 話者 スピーカー セッション トーク 名前 所属 会社 人 感想 印象 内容"
    " テーマ タイトル 概要 結論 まとめ 要点 ポイント 目的 理由 背景 例 意見 ほう 代わり"
    " session talk talked speaker speak spoke presenter present presented presentation lecture name company impression"
    " opinion think thought conclude conclusion summary main point content topic theme title reason purpose example"
    " instead gave meant mean sorry much many long exactly"
)
# Beside these a "when" or "where" asks for nothing but when and where the event was.
OF_HAPPENING = (
    "イベント 会 勉強会 カンファレンス ミートアップ 開催 開く 行う 開催地 日付 日時 日程 何日 場所 会場 曜日 話す 登壇 発表"
    " event conference meetup held hold take place happen venue location city date day year speak spoke talk gave"
)
FILLERS = "meant mean sorry ほう"
PARTS = {"トラック": "track", "セッション": "session", "ルーム": "room", "パート": "part", "デイ": "day"}
PART_UNITS = frozenset({*PARTS.values(), "lt", "talk", "hall", "stage", "workshop", "keynote", "第"})

CHANGE = re.compile(
    r"^(?:by the way|btw|on another (?:note|topic|subject)|(?:a |one )?(?:different|another|new|unrelated) (?:question|topic))"
    r"\b[\s,:]*|^(?:ところで|話は?変わ\w*|話題を?変え\w*|別件\w*?|別の(?:質問|話)\w*?)[、,\s]*",
    re.IGNORECASE,
)
OPENER = re.compile(
    r"^(?:(?:and|so|but|then|also|or|ok|okay|well|no|sorry|oops)(?=[\s,])[\s,]*)+"
    r"|^(?:(?:じゃあ?|では|それでは?|あと(?!がき)|そして|それなら|だったら|ちなみに|いや|すみません|ごめん)[、,\s]*)+",
    re.IGNORECASE,
)
# An "it" that only announces what follows, as in "is it a good idea to …", stands for nothing said before.
ANNOUNCING = re.compile(r"\bit(?:'s)?(?: [\w-]+){1,4} (?:to|that|for|if|when)\b", re.IGNORECASE)
PRONOUN = re.compile(
    r"\b(?:it|its|they|them|their|he|him|his|she|her)\b"
    r"|\b(?:this|that|these|those)\b(?= *(?:[?.!,]|$)| (?:one|talk|session|speaker|person|company|held|event|conference|meetup)\b)"
    r"|(?:それ|これ|あれ)(?!ぞれ|とも|から|まで|なら|では?、)|そこ(?!そこ)|(?:その|この|あの)(?!まま|他|ほか|後|あと|うち|前|ため)"
    r"|彼女?(?=[がはのを])",
    re.IGNORECASE,
)
ON_EVENT = re.compile(r"(?:その|この|あの)(?:会(?!社)|日|回)|[そこ]こ(?:で|の|に)|\bthere\b", re.IGNORECASE)
ASKING = re.compile(
    r"\b(?:who|whose|whom|what|which|when|where|why|how)\b|誰|だれ|何|なに|なん|いつ|どこ|どう|どんな|なぜ|どれ|どの|どちら|いくら",
    re.IGNORECASE,
)
WHEN_OR_WHERE = re.compile(
    r"\b(?:when|where)\b|\bwhat (?:date|day|year|city|venue|place)\b|いつ|どこ(?![がの])|何[日月時]|日付|日時|日程|会場|場所|開催地",
    re.IGNORECASE,
)
# These name what they ask for and are whole, however short.
DEFINITION = re.compile(r"とは[?？。\s]*$|^what(?:'s|’s| is| are) (?:an? )", re.IGNORECASE)
LEFT_OUT = re.compile(
    r"^(?:what|how) about (?P<english>.+?)[?.!\s]*$|^(?P<japanese>[^?？。]+?)(?:について(?:は)?|に関して(?:は)?|は|も)[?？。!！\s]*$",
    re.IGNORECASE,
)
END = re.compile(r"(?:について)?(?:は|も)?[?？。.!！\s]*$")
PHRASE = re.compile(r"の")
CONTRAST = re.compile(r"の(?:方|ほう)[はがも]")
BARE_WORDS = 4
ARTICLES = frozenset({"the", "a", "an", "of"})
# Hiragana but の is the grammar of a sentence.
SENTENCE = re.compile(r"[ぁ-ねは-ん]")

_POLITE = (
    r"(?:[をも]?\s*(?:お願い(?:します)?|教えて(?:ください)?|知りたい(?:です)?|説明して(?:ください)?|ありますか|ある)?)"
)
MORE = re.compile(
    r"(?:(?:can|could) you )?(?:tell|show|give) me (?:some )?more(?: (?:details?|about (?:it|that|this)))?(?:,? please)?"
    r"|(?:some )?more(?: details?)?(?:,? please)?|(?:is there )?anything (?:else|more)|what else(?: (?:did (?:they|he|she) say|was said))?"
    r"|(?:any )?(?:others?|other (?:points?|opinions?|ideas?))|go on|continue|in (?:more )?detail"
    r"|(?:それ|これ|その件)?(?:を|について)?(?:もっと|もう少し|もうちょっと|さらに)?(?:詳しく|くわしく|詳細(?=は|を|$))(?:は|を)?"
    + _POLITE
    + r"|(?:もっと|続き(?:は|を)?)"
    + _POLITE
    + r"|(?:その)?(?:他|ほか)(?:(?:に(?:は|も)?|の(?:意見|点|話|こと|例|結論|案|理由)?(?:は|も)?)(?:何か|なにか)?)?"
    + _POLITE,
    re.IGNORECASE,
)
IN_LANGUAGE = re.compile(
    r"(?:(?:can|could) you )?(?:(?:say|answer|repeat|explain|translate) (?:it |that |this )?(?:again )?)?(?:please )?"
    r"(?:in|into|to) (?P<english>english|japanese)(?:,? please)?"
    r"|(?P<japanese>日本語|英語)(?:で|に)(?:も|は)?(?:もう一度)?(?:訳して|答えて|言って|回答して|返して)?"
    + _POLITE
    + r"(?:ください)?",
    re.IGNORECASE,
)

NUMBERED = re.compile(
    r"(?<![A-Za-z0-9.+/_-])(?:(?P<unit>[A-Za-z]+|[ァ-ヺー]+|第)[ #]{0,2}|#)?(?P<number>[0-9]{1,4})"
    r"(?P<counter>st|nd|rd|th|回|日目|部|つ目|番目)?(?![0-9A-Za-z.,/_-]*[0-9A-Za-z])"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a question says of its own and by what it leans.

    ``words`` are those that name something, ``general`` those that every event has. ``pronoun`` says that it refers
    to something before it, ``left_out`` is all that stands in "and Redshift?", ``opened`` that it goes on from what
    was said, ``part`` that it names a numbered part of an event. ``when_or_where`` says that it asks for nothing
    but that, ``of_event`` that it asks about an event as a whole.
    """

    words: tuple[str, ...]
    general: tuple[str, ...]
    pronoun: bool
    left_out: str | None
    opened: bool
    part: bool
    asking: bool
    when_or_where: bool
    of_event: bool

    @property
    def name(self) -> str | None:
        """What is left standing, if it can be a name: "the price of X" is none."""
        return None if self.left_out is None or PHRASE.search(self.left_out) else self.left_out

    @property
    def leans(self) -> bool:
        """Whether something in it points to what was said before."""
        return self.incomplete or self.part

    @property
    def incomplete(self) -> bool:
        """Whether it cannot be understood, or judged, without what was said before."""
        return self.pronoun or self.opened or self.left_out is not None


def read(question: str) -> Reading:
    """Read a question; one that changes the subject does not go on from what was said."""
    changed = CHANGE.match(question)
    begun = question[changed.end() :] if changed else question
    opener = OPENER.match(begun)
    asked = begun[opener.end() :] if opener else begun
    terms = tuple(dict.fromkeys(lexicon.terms(END.sub("", asked))))
    words = tuple(term for term in terms if term not in _known(OF_EVENTS) | _known(OF_TALKS))
    general = tuple(term for term in terms if term not in words)
    return Reading(
        words,
        general,
        pronoun=_has_pronoun(asked),
        left_out=None if changed else _left_out(asked, opened=bool(opener)),
        opened=not changed and bool(opener or CONTRAST.search(asked)),
        part=any(_unit(match) in PART_UNITS for match in NUMBERED.finditer(asked)),
        asking=bool(ASKING.search(asked) or general)
        and not DEFINITION.search(asked)
        and not re.search(r"\byou\b", asked),
        when_or_where=bool(WHEN_OR_WHERE.search(asked)) and set(general) <= _known(OF_HAPPENING),
        of_event=bool(set(general) & _known(OF_EVENTS) or ON_EVENT.search(asked)),
    )


@cache
def _known(words: str) -> frozenset[str]:
    return frozenset(lexicon.terms(words))


def _has_pronoun(asked: str) -> bool:
    """Return whether a pronoun refers to something before the question, not to something in it."""
    found = PRONOUN.search(ANNOUNCING.sub(" ", asked))
    if found is None:
        return False
    before = lexicon.terms(ANNOUNCING.sub(" ", asked)[: found.start()])
    return not set(before) - _known(OF_EVENTS) - _known(OF_TALKS)


def _left_out(asked: str, *, opened: bool) -> str | None:
    """Return the one thing that a question consists of, as Redshift in "and Redshift?"; None for a whole one."""
    if DEFINITION.search(asked):
        return None
    found = LEFT_OUT.match(asked)
    if found is not None:
        thing = found["english"] or found["japanese"]
        return None if ASKING.search(thing) or DEFINITION.search(asked) else thing
    thing = asked.strip(" ?？。.!！")
    words = thing.split()
    function_words = set(thing.lower().split()) & (lexicon.ENGLISH_STOP_WORDS - ARTICLES)
    bare = 0 < len(words) <= BARE_WORDS and not function_words and not SENTENCE.search(thing)
    bare = bare and not ASKING.search(thing)
    return thing if bare and (opened or asked.rstrip().endswith(("?", "？"))) else None


def language_asked_for(question: str) -> Language | None:
    """Return the language that a whole message asks to be answered in, as "in Japanese please" does."""
    found = IN_LANGUAGE.fullmatch(_begun(question))
    if found is None:
        return None
    return "ja" if (found["english"] or found["japanese"]).lower() in {"japanese", "日本語"} else "en"


def asks_for_more(question: str) -> bool:
    """Return whether a whole message only asks for more of the same."""
    return MORE.fullmatch(_begun(question)) is not None


def _begun(question: str) -> str:
    """Return a question without the words that only open it and without its end."""
    opener = OPENER.match(question)
    return (question[opener.end() :] if opener else question).strip(" ?？。.!！、,\u3000")


@dataclass(frozen=True, slots=True)
class Renumbered:
    """An earlier question with another number in it, and the number that stood there."""

    question: str
    number: str


def with_its_number(question: str, earlier: str) -> Renumbered | None:
    """Return the earlier question with the number that a follow-up consists of, as "and track3?" does."""
    numbers = list(NUMBERED.finditer(question))
    if not numbers:
        return None
    wanted = numbers[-1]
    rest = read(question[: wanted.start()] + " " + question[wanted.end() :])
    if rest.pronoun or set(rest.words) - set(lexicon.terms(earlier)):
        return None
    if set(rest.general) - set(lexicon.terms(earlier)) - _known(FILLERS) or ASKING.search(question):
        return None
    replaceable = [one for one in NUMBERED.finditer(earlier) if _may_replace(wanted, one)]
    if not replaceable:
        return None
    replaced = min(replaceable, key=lambda one: _unit(one) != _unit(wanted))
    # The earlier spelling is kept where only the number differs: reports write track4, people also トラック4.
    at = "number" if _unit(wanted) in {_unit(replaced), ""} else 0
    renumbered = earlier[: replaced.start(at)] + wanted[at] + earlier[replaced.end(at) :]
    return Renumbered(renumbered, replaced["number"])


def _may_replace(wanted: re.Match[str], replaced: re.Match[str]) -> bool:
    unit, other = _unit(wanted), _unit(replaced)
    if wanted["number"] == replaced["number"]:
        return False
    if not unit:
        return len(wanted["number"]) == len(replaced["number"])
    return unit == other or {unit, other} <= PART_UNITS


def numbers(text: str) -> set[str]:
    """Return the numbers that a text has, as those of an event in its title."""
    return {numbered["number"] for numbered in NUMBERED.finditer(text)}


def _unit(numbered: re.Match[str]) -> str:
    unit = (numbered["unit"] or "").lower()
    return "" if unit in lexicon.ENGLISH_STOP_WORDS else PARTS.get(unit, unit)
