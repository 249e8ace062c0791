"""Know how people ask, and what they say to each other, in Japanese and in English.

The words are in `bot/data`; here is the grammar. Lines are read in NFKC, English in small letters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from index.word_lists import phrases_of

if TYPE_CHECKING:
    from index.types import Language


@dataclass(frozen=True, slots=True)
class Speech:
    """The speech of one language, as patterns.

    ``request`` is what a bot is asked with, as "could you tell me": what else somebody is asked to do, a person is.
    ``asks`` is found in a sentence that asks for something, and ``whether`` in one to be answered with yes or no.
    ``to_people`` and ``phrases_for_people`` are found in what is said to people, ``of_reports`` in what names reports,
    events or talks.
    """

    request: re.Pattern[str]
    asks: re.Pattern[str]
    whether: re.Pattern[str]
    to_people: re.Pattern[str]
    phrases_for_people: re.Pattern[str]
    of_reports: re.Pattern[str]


_AUXILIARY = r"(?:is|are|was|were|do|does|did|can|could|should|would|will|has|have|had)"
_ENGLISH_REQUEST = re.compile(
    r"^(?:(?:can|could|would|will) you )?(?:please )?"
    r"(?:(?:tell|show|give|remind) me|give(?= (?:an? |a few |some )?(?:more )?(?:details|examples?|summary))|explain"
    r"|describe|define|summari[sz]e|list|name|quote|find out|look up|more (?=on|about))(?: to me| for me)?\b"
    r"|^do you (?:happen to )?know\b|^(?:i(?:['’]d| would) like|i want) to (?:know|hear|read|see)\b"
    r"|(?<=^where )can i (?=(?:watch|read|find|see|get|download)\b)"
)
_ENGLISH_ASKS = re.compile(
    # With a question mark, or with the verb where it stands only in a question.
    r"^(?:(?:in|on|at|to|for|from|by|with|about|of|under|since|until) )?"
    r"(?:(?:who|whose|whom|what|which|when|where|why|how)(?:['’]s)?\b.*\?"
    rf"|(?:who|what|when|where|why|how)(?:['’]s\b|(?: (?:many|much|long|often|else))? {_AUXILIARY}\b)"
    rf"|(?:which|what|whose)(?: \w+)? {_AUXILIARY}\b"
    r"|who (?:talked|spoke|presented|gave|said|organi[sz]ed|sponsored|moderated|hosted|won)\b)"
)
_ENGLISH_WHETHER = re.compile(rf"^(?:{_AUXILIARY}|any)\b.*\?")
_ENGLISH_TO_PEOPLE = re.compile(
    # At three o'clock, in five minutes.
    r"\b\d{1,2}(?::\d\d)? ?[ap]m\b|\b\d+ ?min(?:ute)?s?\b"
    r"|\b(?:at|by|before|until|till|in) \d{1,2}(?::\d\d)?(?![\d,.])\b"
    # What they are doing, and how it goes.
    r"|^who(?:['’]s|['’]re| is| are) \w+ing\b|\b(?:is|are) (?:that|this|these|those)\?"
    r"|\b(?:who|where|when|why|how|what)(?:['’]s|['’]re| is| are)(?: \w+){0,3}"
    r" (?:going|coming|joining|bringing|driving|paying|leaving|doing|free|ready|around|up|off)\b"
    r"|^(?:is|are|am)(?: \w+){1,5} (?:going|coming|joining|ready|free|around|down|up|done|ok|okay|fine|in|out|on|over"
    r"|possible|true|fair|normal|slow)\?"
    # What will be, and what time it is.
    r"|\b(?:will|does|do|can) (?:it|this|that)\b|\bwhat time(?: is| does| do| should|['’]s|\?)|^(?:has|have|had)\b"
    r"|^how (?:was|were|is|are) (?:it|that|this|the \w+)\?|^how did (?:it|that|the \w+) go\b"
    r"|^what['’]s (?:new|up|wrong|next)\b|^\S+ again\?"
    # To be said to others.
    r"|\b(?:explain|show|tell|compare|send|forward|summari[sz]e) (?:this|that|it) (?:to|for|with)\b"
)

_JAPANESE_REQUEST = re.compile(
    r"(?:教え|おしえ|説明し|まとめ|要約し|挙げ|見せ|紹介し|答え|訳し)て"
    r"(?:(?:くだ|下)さい|くれますか|くれる(?=\?)|もらえますか|いただけますか|ほしいです|ほしい)?(?=[。!?]|$)"
    r"|(?:英語|日本語|要約|まとめ|サマリー|説明|詳細|続き)[でをも]?(?:お願い(?:します|できますか)?|(?:くだ|下)さい)"
    r"|(?:詳しく|くわしく|具体的に)(?=[。!?]|$)|(?:知り|聞き|読み)たい(?:です)?(?=[。!?]|$)"
)
_INTERROGATIVE = (
    r"(?:(?:誰|だれ|どなた)(?![かも])|何(?!か|でも|も)|なに(?!か|も)|なん(?=[でのとて])|いつ(?![もか])|どこ(?!か)"
    r"|どう(?!も|ぞ|か|やら|せ)|どんな|なぜ|どれ|どの|どちら|どっち|いくら(?!か)|いくつ(?!か))"
)
_JAPANESE_ASKS = re.compile(
    rf"{_INTERROGATIVE}.*(?:\?|か|の|っけ)[。?]*$|{_INTERROGATIVE}$"
    r"|.(?:とは|については?|に関しては?|(?<!で)は|(?:って|も)(?=\?))[?。]*$"
)
# Of what was, and of what is written; what is to come is asked of people.
_JAPANESE_WHETHER = re.compile(
    r"(?:(?:は|が|も|って).*(?:[ただ]|ある)|[ただ]の|いの|(?:書いて|載って|触れて)(?:い?る|ある))\?+$"
    r"|(?:[いるただ]ん(?:です)?か|したか|あり(?:ます)?か|(?:書いて|載って|触れて|言って)い?ますか)[?。]*$"
)
_JAPANESE_TO_PEOPLE = re.compile(
    r"(?<![ないのるたう])うち[のでもはかだにっ]|(?<![がはのも])(?:誰か|だれか)"
    r"|(?<!何)人(?:は|が|って|も)?(?:いる|いて|います|いた|いません|いない|\?)"
    r"|[たるう]人の(?:感想|意見|話)|ことある"
    r"|^[^\s、,。]{1,8}(?:さん|くん|ちゃん|様|先輩)[、,!]"
    r"|\d(?:分|時間)(?:後|くらいで|ほどで|で[行着終戻])|\d時(?:集合|から|に|で|まで|半|\?)"
    # Proposals, wishes, and what only wants to be agreed with.
    r"|(?:ない|なかった|ません|ませんでした)(?:です)?か?な?\?+$|ます\?+$|たい(?:です)?[ねなよ]?[。!]*$"
    r"|(?:よ|よね|です?ね|ますね|だね|かなあ?|かね|だろう|でしょ)[?。!]*$|(?:笑|w|草)[?。!]*$"
    r"|(?:話|の|ん|だけ|はず|手)では\?"
    r"|(?<!は)どう(?:です|でしょう)?か?\?*$|(?<![はに])どうする\?*$"
    r"|(?<!も)で(?:いい|良い|よい|よろしい|大丈夫|合って|あって)"
    # Who will do it, and when.
    r"|(?:誰|だれ|いつ|何時).*(?:[うくぐぬぶむる]|(?<![でま])す|(?<!や)つ|ます)(?:の|ん(?:です)?)?か?\?*$"
    r"|[うくぐすつぬぶむる]のは(?:誰|だれ|いつ)"
    # What they see before them.
    r"|(?<![どそこあ])この(?!イベント|会|話|発表|トーク|セッション|勉強|カンファレンス|ミートアップ|レポート|記事|人"
    r"|意見|中|ハンズオン|トラック)"
    r"|^(?:これ|それ|あれ|ここ)(?:って|は)?(?:何|なに|なん)"
    # When something is to be told.
    r"|(?:たら|れば|なら|とき)[には、。]*$"
    # "What did you do?", said in the past and without か.
    rf"|^(?!.*{_INTERROGATIVE}).*(?:です|した)\?+$"
)

_ENGLISH = (_ENGLISH_REQUEST, _ENGLISH_ASKS, _ENGLISH_WHETHER, _ENGLISH_TO_PEOPLE)
_JAPANESE = (_JAPANESE_REQUEST, _JAPANESE_ASKS, _JAPANESE_WHETHER, _JAPANESE_TO_PEOPLE)


@cache
def speech_of(language: Language) -> Speech:
    """Return the speech of a language."""
    if language == "ja":
        return Speech(*_JAPANESE, _listed("bot/data/people_ja.txt", "{}"), _listed("bot/data/reports_ja.txt", "{}"))
    word = r"(?<![\w'-]){}(?![\w'-])"
    return Speech(*_ENGLISH, _listed("bot/data/people_en.txt", word), _listed("bot/data/reports_en.txt", word))


def _listed(file: str, whole: str) -> re.Pattern[str]:
    """Return what finds the phrases of a file; ``whole`` has what must be around each."""
    return re.compile("|".join(_pattern(phrase, whole) for phrase in phrases_of(file)))


def _pattern(phrase: str, whole: str) -> str:
    begin, end = "^" * phrase.startswith("^"), "[.!?]*$" * phrase.endswith("$")
    # "track #" is a track with its number.
    return begin + whole.format(re.escape(phrase.strip("^$")).replace(r"\ \#", r" ?\d+")) + end
