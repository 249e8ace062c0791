"""Tell how a question leans on what was said before it: by pronouns, by naming no event, by what it leaves out.

Only the words of the question are looked at here; ``follow_ups`` decides what they lean on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from index.reports import ENGLISH_STOP_WORDS, terms

# What every event has, so that asking for it names no event. Words that are said of the event as a whole …
OF_EVENTS = """
    イベント 会 勉強会 カンファレンス ミートアップ 大会 集まり 開催 開く 行う 開催地 日付 日時 日程 何日 時間 時刻
    場所 会場 住所 曜日 期間 スケジュール 参加 参加者 費用 料金 値段 価格 チケット 定員 人数 主催 主催者 運営 委員長
    スポンサー 協賛 ブース ノベルティ グッズ 懇親会 打ち上げ パーティー 弁当 昼食 昼 ランチ 食事 飲み物 司会 雰囲気
    オンライン オフライン 録画 動画 アーカイブ 配信 資料 写真 基調講演 ワークショップ ハンズオン 質疑応答 結果 順位
    優勝 優勝者 賞金 賞品
    event conference meetup held hold take place happen venue location city date day time year schedule start begin
    end organise organize organiser organizer chair host sponsor booth swag participant attendee attend attendance
    join come came people fee price cost ticket free charge party lunch dinner food drink atmosphere mood online
    offline recording recorded video stream slides photo keynote workshop hands-on result rank winner win won prize
"""
# … and of a talk or a statement.
OF_TALKS = """
    発表 発表者 登壇 登壇者 講演 講師 話 話す 話者 スピーカー セッション トーク 名前 所属 会社 人 感想 印象 内容
    テーマ タイトル 概要 結論 まとめ 要点 点 ポイント 目的 理由 背景 例 意見 ほう 代わり
    session talk talked speaker speak spoke presenter present presented presentation lecture name company impression
    opinion think thought conclude conclusion summary main point content topic theme title reason purpose example
    instead gave meant mean much many long exactly
"""
# What somebody did names nothing either; of Japanese verbs and adjectives the ending tells.
OF_DOING = """
    make made create created write wrote written build built use used work run ran show shown explain explained mention
    mentioned recommend recommended like liked enjoy enjoyed learn learned want find found help helped feel felt know
"""
VERB = re.compile(r"[うくぐすつぬぶむるい]$")
# Beside these a "when" or "where" asks for nothing but when and where the event was.
OF_HAPPENING = """
    イベント 会 勉強会 カンファレンス ミートアップ 開催 開く 行う 開催地 日付 日時 日程 何日 場所 会場 曜日 話 話す
    登壇 発表
    event conference meetup held hold take place happen venue location city date day year speak spoke talk gave
"""

CHANGE = re.compile(
    r"^(?:by the way|btw|on another (?:note|topic|subject)|(?:a |one )?(?:different|another|new|unrelated) question)\b"
    r"|^(?:ところで|話は?変わ|話題を?変え|別件|別の(?:質問|話))",
    re.IGNORECASE,
)
OPENER = re.compile(
    r"^(?:(?:and|so|but|then|also|or|ok|okay|well|no|sorry|oops)(?=[\s,])[\s,]*)+"
    r"|^(?:(?:じゃあ?|では|それでは?|あと(?!がき)|そして|それなら|だったら|ちなみに|いや|すみません|ごめん)[、,\s]*)+",
    re.IGNORECASE,
)
PRONOUN = re.compile(
    r"\b(?:it|its|they|them|their|he|him|his|she|her)\b"
    r"|\b(?:this|that|these|those)\b(?= *(?:[?.!,]|$)"
    r"| (?:one|talk|session|speaker|person|company|held|event|conference|meetup)\b)"
    r"|(?:それ|これ|あれ)(?!ぞれ|とも|から|まで|なら)|そこ(?!そこ)"
    r"|(?:その|この|あの)(?!まま|他|ほか|後|あと|うち|前|ため)|彼女?(?=[がはのを])",
    re.IGNORECASE,
)
# An "it" that only announces what follows, as in "is it a good idea to …", or is the weather, stands for nothing.
ANNOUNCING = re.compile(
    r"\bit(?:['’]s)?(?: [\w-]+){1,4} (?:to|that|for|if|when)\b|\bit (?:rain|snow)\w*", re.IGNORECASE
)
ON_EVENT = re.compile(r"(?:その|この|あの)(?:会(?!社)|日|回)|[そこ]こ(?:で|の|に)|\bthere\b", re.IGNORECASE)
# A surname alone says who is meant only to somebody who has heard of them, "the other one" what only beside the first.
RELATIVE = re.compile(r"(?:さん|氏)[はがのもに]|の(?:方|ほう)[はがも]")
# Reports differ in how many they have, but nobody gives the event along with the number.
PART = re.compile(
    r"\b(?:track|session|day|lt|part|room|hall|stage|keynote)[ #]?[0-9]"
    r"|(?:トラック|セッション|パート|ルーム|デイ)[0-9０-９]|[0-9０-９]日目",
    re.IGNORECASE,
)
ASKING = re.compile(
    r"\b(?:who|whose|whom|what|which|when|where|why|how)\b"
    r"|誰|だれ|何|なに|なん|いつ|どこ|どう|どんな|なぜ|どれ|どの|どちら|いくら",
    re.IGNORECASE,
)
WHEN_OR_WHERE = re.compile(
    r"\b(?:when|where)\b|\b(?:what|which) (?:date|day|year|city|venue)\b"
    r"|いつ|どこ(?![がの])|何[日月時]|日付|日時|日程|開催[日地]|会場|場所",
    re.IGNORECASE,
)
# The bot itself, or people in general.
YOU = re.compile(r"\byou\b", re.IGNORECASE)
# What asks for a definition, or quotes a heading, names what it is about and is whole, however short.
WHOLE = re.compile(r"とは[?？。\s]*$|^what(?:['’]s| is| are) an? |[「『\"]", re.IGNORECASE)
LEFT_OUT = re.compile(
    r"^(?:what|how) about (?P<english>.+?)[?.!\s]*$"
    r"|^(?P<japanese>[^?？。]+?)(?:について(?:は)?|に関して(?:は)?|は|も)[?？。!！\s]*$",
    re.IGNORECASE,
)
END = re.compile(r"(?:について)?(?:は|も)?[?？。.!！\s]*$")
# Longer, and with other function words, it is a sentence; in Japanese with hiragana other than の.
BARE_WORDS = 4
IN_NAMES = frozenset({"the", "a", "an", "of", "on", "in", "at", "for"})
SENTENCE = re.compile(r"[ぁ-ねは-ん]")


@dataclass(frozen=True, slots=True)
class Reading:
    """The words that a question has of its own, and those by which it leans.

    ``words`` are those that name something, ``general`` those for what every event has. ``pronoun`` says that it
    refers to something before it, ``continues`` that it goes on from it in another way, ``part`` that it names a
    numbered part of an event; ``left_out`` is the one thing it consists of, as Redshift in "and Redshift?".
    ``asking`` says that it asks for something, ``of_event`` that this is said of an event as a whole, and
    ``when_or_where`` that it is nothing but when or where the event was.
    """

    words: tuple[str, ...]
    general: tuple[str, ...]
    pronoun: bool
    continues: bool
    part: bool
    left_out: str | None
    asking: bool
    of_event: bool
    when_or_where: bool

    @property
    def incomplete(self) -> bool:
        """True if it says too little without what was said before."""
        return self.pronoun or self.continues or self.left_out is not None

    @property
    def name(self) -> str | None:
        """The words that it consists of, if they may be a name and are no phrase."""
        return None if self.left_out is None or "の" in self.left_out else self.left_out


def read(question: str) -> Reading:
    """Read a question; one that says that it changes the subject does not go on from what was said."""
    changes = CHANGE.search(question) is not None
    opener = OPENER.match(question)
    asked = question[opener.end() :] if opener else question
    asked_with = tuple(dict.fromkeys(terms(END.sub("", CHANGE.sub("", asked)))))
    general = tuple(term for term in asked_with if term in terms_of(OF_EVENTS) | terms_of(OF_TALKS))
    words = tuple(term for term in asked_with if term not in general and not _is_verb(term))
    return Reading(
        words,
        general,
        pronoun=_has_pronoun(asked),
        continues=not changes and bool(opener or RELATIVE.search(asked)),
        part=PART.search(asked) is not None,
        left_out=None if changes else _left_out(asked, opened=opener is not None),
        asking=bool(general or ASKING.search(asked)) and not WHOLE.search(asked) and not YOU.search(asked),
        of_event=bool(set(general) & terms_of(OF_EVENTS) or ON_EVENT.search(asked)),
        when_or_where=bool(WHEN_OR_WHERE.search(asked)) and set(general) <= terms_of(OF_HAPPENING),
    )


@cache
def terms_of(words: str) -> frozenset[str]:
    """Return some words in the form in which questions are compared."""
    return frozenset(terms(words))


def begun(question: str) -> str:
    """Return a question without the words that only open it and without its end."""
    return OPENER.sub("", question).strip(" ?？。.!！、,\u3000")


def _is_verb(term: str) -> bool:
    return term in terms_of(OF_DOING) or VERB.search(term) is not None


def _has_pronoun(asked: str) -> bool:
    """Return whether a pronoun refers to something before the question, and not to something in it."""
    said = ANNOUNCING.sub(" ", asked)
    found = PRONOUN.search(said)
    if found is None:
        return False
    before = (term for term in terms(said[: found.start()]) if not _is_verb(term))
    return set(before) <= terms_of(OF_EVENTS) | terms_of(OF_TALKS)


def _left_out(asked: str, *, opened: bool) -> str | None:
    """Return the one thing that a question consists of; None for a whole question."""
    found = LEFT_OUT.match(asked)
    if found is not None:
        thing = str(found["english"] or found["japanese"])
    elif (opened or asked.rstrip().endswith(("?", "？"))) and _is_bare(begun(asked)):
        thing = begun(asked)
    else:
        return None
    return None if ASKING.search(thing) or WHOLE.search(asked) else thing


def _is_bare(thing: str) -> bool:
    """Return whether a text is a thing alone, without the grammar of a sentence."""
    words = thing.lower().split()
    function_words = set(words) & (ENGLISH_STOP_WORDS - IN_NAMES)
    return 0 < len(words) <= BARE_WORDS and not function_words and not SENTENCE.search(thing)
