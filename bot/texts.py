"""Every sentence the bot says of its own, in Japanese and in English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.types import SmallTalk
    from index.types import Language

# What the bot says instead of an answer.
NoticeKind = Literal[
    "busy",
    "rate_limited",
    "failed",
    "external",
    "guest",
    "unknown",
    "no_question",
    "no_reports",
    "gone",
    "not_in_channel",
    "shared",
    "sharing",
    "not_shared",
    "maybe_shared",
    "unsure",
    "unwritable",
    "outdated",
    "thanks",
    "help",
]


@dataclass(frozen=True, slots=True)
class Texts:
    """The bot's own words in one language; ``{…}`` is filled in by the caller."""

    not_found: str
    no_more: str
    other_edition: str
    lacking: str
    of_another: str
    nearest: str
    small_talk: Mapping[SmallTalk, str]
    languages: str
    shortened_question: str
    part: str
    part_left: str
    ask_alone: str
    draft: str
    line: str
    lines: str
    chat_welcome: str
    chat_prompt: str
    chat_goodbye: str

    question: str
    section_question: str
    read_on: str
    shortened: str
    searching: str
    helpful: str
    not_helpful: str
    helpful_label: str
    not_helpful_label: str
    why: str
    share: str
    notices: Mapping[NoticeKind, str]

    why_title: str
    close: str
    why_answered: str
    why_not_found: str
    confidence: str
    threshold: str
    why_quotes: str
    why_considered: str
    why_scores: str
    why_version: str

    reason_title: str
    reason_send: str
    reason_cancel: str
    reason_label: str
    reasons: Mapping[str, str]
    comment_label: str
    comment_placeholder: str

    home_title: str
    home_intro: str
    home_search: str
    home_placeholder: str
    home_examples: str
    home_reports: str
    home_counts: str
    home_indexed: str
    home_more: str
    home_empty: str
    home_how: str


JAPANESE = Texts(
    not_found="レポートには答えが見当たりません。",
    no_more="レポートには、これ以上のことは書かれていません。",
    other_edition="「{asked}」のことはレポートに見当たりません。あるのは{others}です。",
    lacking="引用したレポートに「{asked}」は見当たりません。引用は「{title}」のものです。",
    of_another="「{asked}」そのもののレポートは見当たりません。引用は「{title}」のものです。",
    nearest="いちばん近いのは次のところです：",
    small_talk={
        "greeting": "こんにちは。イベントレポートについて、日本語でも英語でも質問できます。",
        "thanks": "どういたしまして。また質問してください。",
        "goodbye": "またいつでも質問してください。",
        "praise": "ありがとうございます。ほかにも知りたいことがあれば、質問してください。",
        "complaint": "お役に立てず、すみません。言葉を変えたり、イベントや発表の名前を入れたりして、"
        "もう一度質問してみてください。",
        "acknowledgement": "ほかにも知りたいことがあれば、質問してください。",
        "help": "イベントのレポートに書かれていることを、引用と出典つきで答えます。"
        "レポートにないことは、ないと答えます。知りたいことを、日本語か英語で質問してください。続けて質問することもできます。",
        "about": "イベントレポートの中から答えを探すボットです。自分で文章を作ることはせず、"
        "レポートに書かれていることをそのまま引用します。",
        "gibberish": "質問を読み取れませんでした。知りたいことを、日本語か英語で質問してください。",
        "empty": "質問を入力してください。",
    },
    languages="日本語と英語の質問に答えます。",
    shortened_question="質問が長いため、はじめの{characters}文字だけを読みました。",
    part="「{question}」 {found}",
    part_left="答えが見当たりません。",
    ask_alone="一度に答えられる数を超えました。別に質問してください。",
    draft="下書き",
    line="{path} {line}行目",
    lines="{path} {first}〜{last}行目",
    chat_welcome="イベントレポート{articles}本について質問できます（終わるには Ctrl-D）。",
    chat_prompt="質問> ",
    chat_goodbye="またどうぞ。",
    question="質問：{question}",
    section_question="「{section}」の要点は？",
    read_on="続きをレポートで読む",
    shortened="（長いため省略しました）",
    searching="レポートを調べています…",
    helpful="役に立った",
    not_helpful="役に立たなかった",
    helpful_label="この回答は役に立った",
    not_helpful_label="この回答は役に立たなかった",
    why="この回答の根拠",
    share="チャンネルに共有",
    notices={
        "busy": "いま質問が混み合っています。1分ほどおいて、もう一度質問してください。",
        "rate_limited": "短い間にたくさんの質問をいただきました。1分ほどおいて、もう一度質問してください。",
        "failed": "すみません、答えを出せませんでした。もう一度試してもだめなときは、"
        "管理者に番号 {reference} を伝えてください。",
        "external": "このボットは、このワークスペースのメンバーの質問にだけ答えます。",
        "guest": "このボットは、ゲストの質問には答えない設定になっています。",
        "unknown": "質問できる方かどうかを確認できませんでした。少し待ってから、もう一度試してください。",
        "no_question": "ボットの名前に続けて、質問を書いてください。",
        "no_reports": "まだレポートがありません。レポートが追加されると質問できます。",
        "gone": "この回答の記録はもうありません。もう一度質問してください。",
        "not_in_channel": "このチャンネルに投稿できません。「/invite」でボットを招待してください。",
        "shared": "チャンネルに共有しました。",
        "sharing": "いま共有しています。1分たってもチャンネルに出ないときは、もう一度押してください。",
        "not_shared": "チャンネルに共有できませんでした。しばらくしてから、もう一度押してください。",
        "maybe_shared": "共有できたかどうかを確かめられませんでした。チャンネルに見当たらないときは、しばらくしてから"
        "もう一度押すか、もう一度質問して共有してください。",
        "unsure": "回答が届いたかどうかを確かめられませんでした。見当たらないときは、もう一度質問してください。",
        "unwritable": "いまは質問を受け付けられません。少しおいて、もう一度試してください。",
        "outdated": "編集後の質問に合わせて回答を書き換えることができませんでした。もう一度質問してください。",
        "thanks": "フィードバックをありがとうございます。このメッセージはあなたにだけ見えています。",
        "help": "イベントのレポートに書かれていることを、引用と出典つきで答えます。レポートにないことは、"
        "ないと答えます。チャンネルではボットにメンションして、ここではそのまま質問してください。"
        "スレッドの中では、続けて質問できます。「/ask 質問」の回答はあなたにだけ見えます。",
    },
    why_title="この回答の根拠",
    close="閉じる",
    why_answered="レポートに答えがあると判断しました。",
    why_not_found="レポートに答えはないと判断しました。",
    confidence="答えがある確率：{percent}%",
    threshold="（{percent}%以上で回答）",
    why_quotes="引用した箇所",
    why_considered="調べた箇所（近い順）",
    why_scores="合計 {score}（意味 {dense}・語の特徴 {sparse}・単語 {lexical}）",
    why_version="インデックスの版：{version}",
    reason_title="フィードバック",
    reason_send="送る",
    reason_cancel="やめる",
    reason_label="役に立たなかった理由",
    reasons={
        "wrong": "内容が間違っている",
        "off_topic": "質問への答えになっていない",
        "incomplete": "情報が足りない",
        "other": "その他",
    },
    comment_label="くわしく（任意）",
    comment_placeholder="どんな答えがほしかったですか？",
    home_title="イベントレポートに質問する",
    home_intro="レポートに書かれていることを、引用と出典つきで答えます。レポートにないことは、ないと答えます。",
    home_search="質問",
    home_placeholder="日本語でも英語でも（Enterで質問）",
    home_examples="質問の例",
    home_reports="レポート",
    home_counts="レポート：{reports}本　見出し：{sections}件",
    home_indexed="最終更新：{date} UTC",
    home_more="ほかに{count}本のレポートがあります。",
    home_empty="まだレポートがありません。レポートが追加されると、ここに一覧と質問の例が出ます。",
    home_how="チャンネルではボットにメンション、メッセージタブではそのまま質問、"
    "どこでも「/ask 質問」（回答はあなたにだけ見えます）。",
)

ENGLISH = Texts(
    not_found="The reports don't say.",
    no_more="The reports say no more about this.",
    other_edition="The reports don't say anything about {asked}. They have {others}.",
    lacking="The quoted report doesn't mention {asked}; the quotes are from “{title}”.",
    of_another="There is no report of {asked} itself; the quotes are from “{title}”.",
    nearest="The nearest sections are:",
    small_talk={
        "greeting": "Hello! Ask me anything about the event reports, in English or Japanese.",
        "thanks": "You're welcome. Ask me again any time.",
        "goodbye": "Goodbye, and ask me again any time.",
        "praise": "Thank you! Ask me if there is anything else you would like to know.",
        "complaint": "I am sorry that this did not help. Please try other words, or name the event or the talk.",
        "acknowledgement": "Ask me if there is anything else you would like to know.",
        "help": "I answer what the event reports say, with quotes and sources, and I tell you when they don't say."
        " Just ask, in English or Japanese. You can ask follow-up questions.",
        "about": "I am a bot that looks for answers in the event reports. I write nothing of my own:"
        " I quote what the reports say.",
        "gibberish": "I could not make out a question. Please ask in English or Japanese.",
        "empty": "Please ask a question.",
    },
    languages="I answer questions in English and Japanese.",
    shortened_question="That was a long question: I read only its first {characters} characters.",
    part='"{question}" {found}',
    part_left="I found no answer to this.",
    ask_alone="That was more than I answer at once. Please ask it again by itself.",
    draft="draft",
    line="{path} line {line}",
    lines="{path} lines {first}–{last}",
    chat_welcome="Ask about the event reports, in English or Japanese ({articles} indexed; Ctrl-D to leave).",
    chat_prompt="question> ",
    chat_goodbye="Bye.",
    question="Question: {question}",
    section_question='What are the main points of "{section}"?',
    read_on="Read on in the report",
    shortened="(shortened)",
    searching="is looking through the reports…",
    helpful="Helpful",
    not_helpful="Not helpful",
    helpful_label="This answer was helpful",
    not_helpful_label="This answer was not helpful",
    why="Why this answer?",
    share="Share with channel",
    notices={
        "busy": "There are too many questions waiting just now. Please ask again in a minute.",
        "rate_limited": "That was a lot of questions in a short time. Please ask again in a minute.",
        "failed": "Sorry, I could not work out an answer. If it fails again, please give your admin the number"
        " {reference}.",
        "external": "I only answer members of this workspace.",
        "guest": "I am set up not to answer guests.",
        "unknown": "I could not check whether you may ask. Please try again in a moment.",
        "no_question": "Please write your question after my name.",
        "no_reports": "There are no reports yet. You can ask as soon as some have been added.",
        "gone": "I no longer have a record of this answer. Please ask again.",
        "not_in_channel": "I cannot post in this channel. Please invite me with /invite.",
        "shared": "Shared with the channel.",
        "sharing": "This answer is being shared. If it is not in the channel in a minute, please press again.",
        "not_shared": "I could not share this with the channel. Please press again in a while.",
        "maybe_shared": "I cannot tell whether this was shared. If it is not in the channel, please press again in a"
        " while, or ask once more and share that answer.",
        "unsure": "I cannot tell whether my answer reached you. If you don't see it, please ask again.",
        "unwritable": "I cannot take questions just now. Please try again in a while.",
        "outdated": "I could not bring my answer in line with your edited question. Please ask it again.",
        "thanks": "Thank you for your feedback. Only you can see this message.",
        "help": "I answer what the event reports say, with quotes and sources, and I tell you when they don't say."
        " Mention me in a channel, or just ask here. In a thread you can ask follow-up questions."
        " The answer to “/ask question” is shown to you alone.",
    },
    why_title="Why this answer?",
    close="Close",
    why_answered="I found an answer in the reports.",
    why_not_found="I found no answer in the reports.",
    confidence="Probability that the reports answer this: {percent}%",
    threshold=" (I answer from {percent}%)",
    why_quotes="Quoted",
    why_considered="Considered, nearest first",
    why_scores="total {score} (meaning {dense}, features {sparse}, words {lexical})",
    why_version="Index version: {version}",
    reason_title="Feedback",
    reason_send="Send",
    reason_cancel="Cancel",
    reason_label="Why was it not helpful?",
    reasons={
        "wrong": "It is wrong",
        "off_topic": "It does not answer my question",
        "incomplete": "Something is missing",
        "other": "Something else",
    },
    comment_label="Tell us more (optional)",
    comment_placeholder="What would you have liked to read?",
    home_title="Ask the event reports",
    home_intro="I answer what the reports say, with quotes and sources, and I tell you when they don't say.",
    home_search="Your question",
    home_placeholder="In English or Japanese (press Enter to ask)",
    home_examples="For example",
    home_reports="Reports",
    home_counts="Reports: {reports}   Sections: {sections}",
    home_indexed="Last updated: {date} UTC",
    home_more="And {count} more.",
    home_empty="There are no reports yet. Once some have been added, they are listed here with example questions.",
    home_how="Mention me in a channel, ask in the Messages tab, or anywhere with “/ask question”"
    " (only you see that answer).",
)


def texts(language: Language) -> Texts:
    """Return the bot's words in a language."""
    return JAPANESE if language == "ja" else ENGLISH
