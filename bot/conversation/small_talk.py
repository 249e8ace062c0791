"""Recognise what people say to a bot that is no question: hello, thanks, who are you, asdf.

A message is small talk only when nothing else is left of it: "thanks to whom was it held?", "ハロー効果の話は？" and
a name that nobody has heard of are questions. In doubt it is a question: the search says what it finds.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from bot.conversation.gibberish import is_random, is_repetition
from index.reports import terms

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from bot.types import SmallTalk


# What makes a message small talk; of several kinds in one message the first here is replied to. Of other languages
# there is what people type first to see which ones a bot understands.
_PHRASES: dict[SmallTalk, str] = {
    "help": """
        help, help me, i need help, can you help, can you help me, could you help me, usage, how to use you
        what can you do, what can you do for me, what could you do, what do you do, what do you know
        what can you answer, what are you able to do, what are you capable of, what can this bot do
        what can the bot do, what can you tell me, what can you help me with, what can you help with
        what topics do you know, what topics do you know about, what topics can i ask about, show me examples
        show me some examples, give me an example, give me examples, give me some examples, how do i use this
        how do i use it, how can i use this, how can you help, how can you help me, what are your features
        what is your purpose, do you speak english, do you speak japanese, do you understand japanese
        do you understand english, can i ask in japanese, can i ask in english, can i ask you a question
        can i ask you something, can i ask a question, i have a question, what do you know about, what are you for
        what is this bot, what is this bot for, what can i ask, what can i ask you, what can i ask about
        what can i ask you about, what should i ask, what should i ask you, what could i ask, what may i ask
        what can we ask, what kind of questions can i ask, what questions can i ask
        what kind of questions can you answer, what questions can you answer, how do you work, how do i use you
        how can i use you, how do i use this bot, how does this bot work, how do i ask, how do i ask you
        how can i ask you
        ヘルプ, 助けて, 使い方, 使いかた, つかいかた, 使い方を教えて, 使い方教えて, 使い方がわからない
        使い方を教えてもらえますか, できることを教えて, できることは, できることは何, 使い方が分からない
        使い方がわかりません, 使い方が分かりません, 使い方を知りたい, 使い方を知りたいです, どのように使います
        どのように使えばいい, どう使います, どう使う, どうやって使う, どう使えばいい, どうやって使えばいい
        何ができる, 何ができます, 何が出来る, 何が出来ます, なにができる, なにができます, 何をしてくれる
        何してくれる, 何をしてくれます, どんなことができる, どんなことができます, 何を聞ける, 何が聞ける
        何を聞けます, 何が聞けます, 何について聞ける, 何について聞けます, 何を聞けばいい, 何を聞いたらいい
        何を質問できる, 何が質問できる, 何を質問できます, 何を質問すればいい, 何を質問したらいい, どんなことを聞ける
        どんなことが聞ける, どんなことを聞けます, どんな質問ができる, どんな質問ができます, どんな質問に答えられる
        どんな質問に答えられます, どういう質問ができる, どういう質問ができます, 何に答えられる, 何に答えられます
        何に答えてくれる, 何を知ってる, 何を知っている, 何を知っています, 何してくれます, 質問があります, 質問がある
        質問していい, 質問してもいい, 聞いてもいい, 聞きたいことがあります, 聞きたいことがある
        教えてほしいことがあります, ちょっといい, 日本語わかる, 日本語わかります, 日本語がわかります
        日本語は話せます, 日本語で質問していい, 日本語で質問してもいい, 英語で質問していい, 英語で質問してもいい
        日本語でいい, 英語でもいい, 日本語で質問できます, 英語で質問できます, ヘルプお願いします
        ヘルプをお願いします
    """,
    "about": """
        who are you, who r u, what are you, what's your name, what is your name, do you have a name, are you a bot
        are you a robot, are you a human, are you human, are you a person, are you real, are you an ai, are you ai
        are you a real person, are you a machine, are you a chatbot, are you chatgpt, are you an llm
        are you a language model, are you gpt, are you a real human, are you a real human being, are you a computer
        who is your creator, who is your developer, who is your maker, who is behind you, what is this
        who exactly are you, what exactly are you, who made you, who built you, who created you, who wrote you
        who developed you, who am i talking to, what kind of bot are you, are you there, is anyone there
        is anybody there, tell me about yourself, introduce yourself
        あなたは誰, あなたはだれ, あなた誰, 君は誰, きみは誰, きみはだれ, 君誰, お前は誰, おまえは誰, あなたは何者
        君は何者, あなたは何ですか, あなたは何なの, あなたの名前は, あなたの名前は何, 君の名前は, お名前は
        お名前は何, お名前を教えて, あなたの名前を教えて, 自己紹介して, あなたは人間, あなたはai, あなたはボット
        あなたはロボット, あなたはchatgpt, aiですか, aiなの, 人間ですか, 人間なの, ロボットですか, ロボットなの
        ボットですか, ボットなの, 何のボット, これは何のボット, これは何, どういうボット, どんなボット
        これはどういうボット, 誰が作った, だれが作った, 何者, あなたを作ったのは誰
    """,
    "complaint": """
        wrong, not, useless, bad, terrible, awful, stupid, dumb, rubbish, garbage, incorrect, unhelpful, nonsense
        disappointing, annoying, you suck, sucks, i don't think so, i don't think that's right
        i don't think that is right, that's not it, you misunderstood, makes no sense, no sense, ugh, meh
        not impressed, that was not my question, that's not my question, you got it wrong, i asked something else
        this sucks, it sucks, not what i asked, not what i asked for, not what i meant, not what i wanted
        you don't understand, you do not understand, you don't understand me, you didn't understand
        you didn't answer my question, doesn't help, does not help, didn't help, doesn't answer my question
        does not answer my question, i don't understand, i don't get it, i hate you, shut up, wtf, no good
        役に立たない, 役に立ちません, 役に立たなかった, 役立たず, 使えない, 使えません, だめ, ダメ, 違う, 違います
        ちがう, ちがいます, 間違ってる, 間違っている, 間違ってます, 間違っています, そうじゃない, そうじゃなくて
        そうではない, 意味がわからない, 意味が分からない, 意味わからない, 意味不明, わからない, 分からない
        わかりません, 分かりません, 答えになってない, 答えになっていない, わかりにくい, 分かりにくい, ひどい, 最悪
        がっかり, うそつき, 嘘つき, バカ, ばか, 馬鹿, アホ, あほ, ポンコツ, つまらない, しょぼい, 期待外れ
        役に立たないなあ, だめだこりゃ, ダメだこりゃ, ちゃんと答えて, 真面目に答えて, いい加減にして, 意味わかんない
        意味がわかんない, わかんない, 何言ってる, 何を言ってる, 何言ってんの, それじゃない, 違うって, 聞いてない
        そういうことじゃない, そういう意味じゃない, 質問に答えてない, 質問に答えていない, 質問に答えて, 微妙
        いまいち, イマイチ, 使えねえ, 使えね, 役立たない, 期待はずれ
    """,
    "thanks": """
        thanks, thank you, thank u, thx, thanx, tysm, ty, cheers, many thanks, appreciated, much appreciated
        appreciate it, i appreciate it, i appreciate that, i appreciate your help, i appreciate the help, grateful
        i'm grateful, i am grateful, helpful, what i needed, that helps, that helped
        ありがとう, ありがと, 有難う, 有り難う, ありがたい, ありがとうございます, ありがとうございました, あざす
        あざっす, あざます, どうも, 助かる, 助かります, 助かりました, 助かった, おかげで助かりました, おかげさまで
        おかげで助かった, めっちゃ助かる, サンキュー, サンクス, 感謝, 感謝します, 感謝いたします, 感謝しています
        感謝しております, 感激, 助けになりました, 勉強になった, お礼申し上げます, 御礼申し上げます, ありがたいです
        恐れ入ります, 参考になります, 参考になりました, 参考になった, 勉強になります, 勉強になりました
        merci, merci beaucoup, gracias, muchas gracias, danke, danke schön, danke schoen, vielen dank, grazie
        obrigado, obrigada, спасибо, 감사합니다, 고마워, 고마워요, 고맙습니다, 谢谢, 谢谢你, 谢谢您, 謝謝, 多谢
        ขอบคุณ, شكرا, cảm ơn, arigato, arigatou, arigato gozaimasu, arigatou gozaimasu, 👍, 🙏, 👏, 🎉, 💯, 🙌, ❤
        💕, 😊, 🥰, 😍, 🙇, :+1:, :thumbsup:, :pray:, :bow:, :clap:, :tada:
        :raised_hands:, :heart:, :blush:, :man-bowing:, :woman-bowing:
    """,
    "goodbye": """
        bye, goodbye, good bye, byebye, see you, see ya, see u, good night, goodnight, take care, cya, farewell
        ttyl, have a nice day, have a good day, have a great day, have a good one, have a nice weekend
        have a good weekend, have a good evening, talk to you later, talk later, until next time, catch you later
        see you next time, i'm off, gotta go, i have to go, have a nice evening, have a great weekend
        さようなら, さよなら, バイバイ, ばいばい, じゃあね, じゃね, じゃあまた, ではまた, では、また, それではまた
        また今度, また明日, また来ます, また来るね, またあとで, また後で, お休みなさい, 良い週末を, よい週末を
        また質問します, またね, 失礼します, 失礼いたします, お先に失礼します, おやすみ, おやすみなさい
        お疲れ様でした, お疲れさまでした, おつかれさまでした, 良い一日を, よい一日を
        au revoir, adiós, adios, tschüss, auf wiedersehen, arrivederci, sayonara, sayounara, 再见, 再見, 拜拜
        до свидания
    """,
    "praise": """
        good, great, nice, awesome, excellent, amazing, perfect, cool, brilliant, wonderful, fantastic, impressive
        smart, clever, lovely, superb, useful, the best, not bad, good job, great job, nice job, nice work
        good work, great work, good bot, nice one, good answer, great answer, well done, sounds good, good one
        thumbs up, super, i'm impressed, i am impressed, excellent work, amazing work, sweet, neat, splendid
        outstanding, incredible, fascinating, beautiful, nicely done, i love it, i like it, i love you, i like you
        love it, wow, bravo, kudos, congrats, congratulations, you rock
        すごい, すごっ, すげえ, すげー, すごーい, 凄い, 素晴らしい, すばらしい, さすが, いいね, 良いね, いい回答
        いい答え, いい感じ, 便利, 優秀, 完璧, 最高, 役に立った, 役に立ちました, 役立ちました, 神対応, いいです
        良いです, 素敵, すてき, おめでとう, おめでとうございます, やった, やるじゃん, 期待以上, わかりやすい
        分かりやすい, 賢い, かしこい, 面白い, 面白かった, おもしろい, おもしろかった, えらい, 偉い, 嬉しい, うれしい
        天才, グッジョブ, ナイス, よくできました, お見事
    """,
    "greeting": """
        hi, hello, hey, hiya, howdy, yo, greetings, good morning, good afternoon, good evening, good day
        how are you, how are you doing, how r u, how's it going, how is it going, how do you do, what's up, whats up
        sup, nice to meet you, happy new year, merry christmas, happy holidays, welcome back, heya, g'day
        pleased to meet you, how have you been, how are things, how you doing, how is life, how's life
        good to see you, long time no see
        こんにちは, こんにちわ, コンニチハ, こんばんは, こんばんわ, こんちは, こんちわ, ちわ, ちわっす, おはよう
        おはようございます, おはよ, おはようさん, おっはー, あけましておめでとう, あけましておめでとうございます
        メリークリスマス, 調子はどう, 調子どう, 何してる, おっす, やあ, やっほー, やっほ, ハロー, もしもし
        ごきげんよう, お疲れ様, お疲れさま, おつかれさま, お疲れ, おつかれ, お世話になります, お世話になっております
        お世話になっています, お世話になってます, はじめまして, 初めまして, よろしく, よろしくお願いします
        よろしくお願いいたします, よろしくお願い致します, 久しぶり, お久しぶり, ご無沙汰しています
        ご無沙汰しております, 元気, お元気, 元気にしてる, ご機嫌いかが, 夜分遅くにすみません
        bonjour, bonsoir, ça va, comment ça va, wie geht's, wie geht es dir, cómo estás, qué tal, salut, hola
        buenos días, buenos dias, buenas tardes, hallo, guten tag, guten morgen, guten abend, ciao, buongiorno, olá
        привет, здравствуйте, 안녕, 안녕하세요, 你好, 您好, 大家好, สวัสดี, مرحبا, नमस्ते, xin chào, konnichiwa
        konbanwa, ohayo, ohayou, ohayo gozaimasu, ohayou gozaimasu, 👋, :wave:
    """,
    "acknowledgement": """
        ok, okay, okey, got it, i see, understood, i understand, alright, all right, right, sure, fine, yes, yep
        yeah, yup, no, nope, nah, noted, makes sense, hm, hmm, oh, ah, never mind, nevermind, no problem, no worries
        done, interesting, good to know, sorry, my bad, i was wrong, forget it, that's all, that is all, i'm done
        i am done, that will be all, that's it, fair enough, point taken, will do, very well, gotcha, copy that
        nothing, no thanks, no thank you, not now, all good, excuse me, roger
        了解, りょうかい, 承知しました, 承知いたしました, わかった, 分かった, わかりました, 分かりました, なるほど
        はい, うん, いいえ, いや, そうですか, そうか, そうなんだ, そうなん, そうだね, そうですね, そうなのか
        そうなんですね, そっか, へえ, へぇ, へー, ふーん, おお, おー, ああ, オッケー, オーケー, おけ, 大丈夫
        結構です, なんでもない, 何でもない, やっぱりいい, もういい, もういいです, もう大丈夫, いえ, いえいえ
        間違えた, 間違えました, やり直し, やり直します, 以上です, 特にない, 特にありません, 承知です, 了解です
        かしこまりました, 理解しました, 理解した, 把握しました, 把握, ふむふむ, ふむ, ほう, ほほう, そういうこと
        そういうことか, 納得, 納得しました, まあまあ, そうなの, まあいい, うーん, すみません, すいません, ごめん
        ごめんなさい, 失礼しました, えっと, えーと, 👌, 🆗, :ok:, :ok_hand:
        :white_check_mark:
    """,
    "gibberish": """
        草, 笑, lol, lmao, rofl, haha, hehe, わろた, ワロタ, 草生える, うける, ウケる, orz, 爆笑, 大爆笑
        ウケた, うけた, ㅋ, ㅋㅋ
    """,
}
# What may stand around a phrase and adds nothing to it.
_FILLERS = """
    there, all, everyone, everybody, guys, folks, team, bot, dear bot, my friend, buddy, mate, so, then, now, again
    please, pls, and, but, well, just, very, really, pretty, quite, totally, completely, absolutely, exactly, at all
    a, an, the, this, that, it, you, is, was, are, that's, it's, this is, that is, that was, it is, it was, you're
    you are, your, answer, the answer, your answer, a lot, so much, very much, much, too, in advance, anyway, for
    for that, for this, for it, for your help, for the help, for helping, for the answer, for your answer
    for the info, for the information, for your time, for answering, for the quick answer, for the quick reply
    for your quick reply, for the quick help, for all your help, for everything, for nothing, for replying
    for explaining, for the explanation, for letting me know, for your time and help, for your help and time, indeed
    next time, you've been, you have been, you were, i'm, i am, later, soon, tomorrow, around, today, me, us, here
    such, what a
    まず, では, じゃあ, それでは, それは, それ, もう, 今日も, 本日も, これからも, 今後とも, ご回答, ご丁寧に, ご対応
    お返事, お答え, ご協力, ご親切に, 詳しく, 早速, 答えが, 回答が, 答え, しました, いたしました, します, でしょうか
    んでしょうか, のでしょうか, でしょう, です, ですか, ます, ますか, でした, だ, だった, だよ, だね, か, かな, ね
    よ, な, の, ん, んだ, わ, っす, っ, さん, くん, ください, 下さい, くれる, くれますか, もらえますか, ですけど
    んですけど, だけど, んだけど, じゃん, じゃないか, とても, 本当に, ほんとに, ほんとうに, ほんと, 大変, すごく
    めっちゃ, 超, 全然, まったく, 全く, 教えてくれて, 答えてくれて, いつも, わざわざ, みなさん, 皆さん, 皆様, みんな
    ボット, ボットさん, ボットくん, あなた, あなたは, あなたって, 君は, きみは, このボットは, このボットって
    ボットは, ここでは, ここで, この回答, この回答は, 回答, その回答は, ー, 〜, w, ww
"""

# Asks, even where it ends in a question mark.
_ASKING = frozenset({"help", "about", "greeting"})
# Said after a question out of politeness.
_AFTER = frozenset({"greeting", "thanks"})
# Where these begin it, a question does not name the bot: 「何ができる？」 asks about the bot, but about Amplify after
# 「Amplifyとは？」.
_ABOUT_THE_BOT_AT_FIRST = (
    *("何", "なに", "どんな", "どう", "使", "つか", "でき", "これ", "誰", "だれ", "ai", "人間", "ロボット", "ボット"),
    *("what is this", "how do i use", "how can i use", "show me", "give me"),
)

# As Slack sends emoji.
_SHORTCODE = re.compile(r":(?:\+1|-1|[a-z_][\w'+-]*):")
# hiii, すごーい
_REPEATED = re.compile(r"(.)\1{2,}")
_DRAWN_OUT = re.compile(r"(?<=[ぁ-ん])[ー〜]+")
_BETWEEN = re.compile(r"[\W_]")
_INSIDE_WORD = re.compile(r"(?<=[a-z0-9])(?:[a-z0-9]|'[a-z])")
# ｗｗｗ; WWW is something else.
_LAUGHTER = re.compile("w+|ふ{2,}|[はハ]{3,}")
# What ends a polite word before a question: nothing does in "Hi-Ness", "Hello, World" and "Yes! プリキュア".
_LOUD_PAUSE = re.compile(r"(?:[、。！…\n]\s*|[,.!]+\s+)(?!world|ワールド)", re.IGNORECASE)
_PAUSE = re.compile(r"[、。…\n]\s*|[,.]+\s+")
_PAUSES: dict[SmallTalk | None, re.Pattern[str]] = {
    "greeting": _LOUD_PAUSE,
    "thanks": _LOUD_PAUSE,
    "acknowledgement": _PAUSE,
}
_LAST_SENTENCE = re.compile(r"(?<=[?？。！!.\n])[^?？。！!.\n]+[。！!.\s]*$")


def _listed(phrases: str) -> list[str]:
    normalized = _DRAWN_OUT.sub("", unicodedata.normalize("NFKC", phrases))
    return [phrase.strip() for line in normalized.strip().splitlines() for phrase in line.split(",")]


_KINDS: dict[str, SmallTalk] = {phrase: kind for kind, phrases in _PHRASES.items() for phrase in _listed(phrases)}


_KNOWN = frozenset(_KINDS) | frozenset(_listed(_FILLERS))
_LONGEST = max(map(len, _KNOWN))


def kind_of(
    question: str,
    known: Callable[[Sequence[str]], Collection[str]] = lambda _: (),
    *,
    follows: bool = False,
) -> SmallTalk | None:
    """Return what kind of small talk a message is, or None when it is a question.

    ``known`` returns those of some words that the index has: what it knows is no gibberish. ``follows`` says that
    something was asked before, on which a short question may lean.
    """
    text = unicodedata.normalize("NFKC", question).strip()
    kind = _kind_said(_DRAWN_OUT.sub("", _REPEATED.sub(r"\1", text.replace("’", "'"))))
    if kind is not None:
        leans = follows and kind in {"help", "about"} and text.lower().startswith(_ABOUT_THE_BOT_AT_FIRST)
        return None if leans else kind
    plain = _SHORTCODE.sub(" ", text)
    if not re.search(r"[^\W_]", plain):
        return "empty"
    if _LAUGHTER.fullmatch(plain) or is_repetition(plain) or (is_random(plain) and not known(terms(plain))):
        return "gibberish"
    return None


def without_courtesy(question: str) -> str:
    """Return a question without the greeting before it and the thanks after it."""
    begin, pause = 0, None
    for kind, end in _said(question):
        pause = _PAUSES.get(kind, pause)
        match = pause.match(question, end) if pause is not None else None
        begin = match.end() if match is not None else begin
    asked = question[begin:]
    last = _LAST_SENTENCE.search(asked)
    if last is not None and _kind_said(last.group().strip()) in _AFTER:
        asked = asked[: last.start()]
    return asked


def _kind_said(text: str) -> SmallTalk | None:
    """Return the kind of a text that consists of phrases and fillers."""
    said = list(_said(text))
    if not said or said[-1][1] < len(text):
        return None
    kinds = {kind for kind, _ in said}
    kind = next((kind for kind in _PHRASES if kind in kinds), None)
    return kind if "?" not in text or kind in _ASKING else None


def _said(text: str) -> Iterator[tuple[SmallTalk | None, int]]:
    """Yield phrases and fillers as long as a text consists of them: the kind of each, if it has one, and its end."""
    # Few letters are longer in small, and none of a phrase is; ends are counted in the text as it was given.
    small = "".join(letter.lower()[:1] for letter in text)
    end = 0
    while (begin := end) < len(text):
        end = _end_of_phrase(small, begin) or _end_between(small, begin)
        if end == 0:
            return
        yield _KINDS.get(small[begin:end]), end


def _end_of_phrase(text: str, begin: int) -> int:
    """Return where the longest phrase or filler ends that begins here, 0 when none does."""
    ends = range(min(begin + _LONGEST, len(text)), begin, -1)
    return next((end for end in ends if text[begin:end] in _KNOWN and not _INSIDE_WORD.match(text, end)), 0)


def _end_between(text: str, begin: int) -> int:
    """Return where an emoji as Slack writes it ends, or a character that is none of a word; 0 when neither is here."""
    match = _SHORTCODE.match(text, begin) or _BETWEEN.match(text, begin)
    return match.end() if match is not None else 0
