"""Text on its way to and from Slack: what comes in becomes a question, what goes out can do nothing.

Text goes out in two ways. In rich text and plain text Slack interprets nothing, and `inert` is a second
lock on a closed door: it breaks what would ping or link wherever a client did interpret it. In ``mrkdwn``,
which only the fallback text of a message is, `escape` also writes Slack's three special characters as
entities. Both put invisible characters between the characters that only mean something together (U+200B in
pings and links in brackets, U+2060 in addresses), so that a reader sees the text unchanged. The raw bytes
are in the JSON of ``python -m bot ask``, not here.
"""

from __future__ import annotations

import re

from index.reports import clean, without_emoji

ZERO_WIDTH_SPACE = "\u200b"
WORD_JOINER = "\u2060"
ELLIPSIS = "…"
# Longer questions are cut here; the search reads even less of them, and 2,000 fit behind a button.
QUESTION_LENGTH = 2_000

_OPENING = re.compile(r"(<|&lt;|＜)(?=[!@#＠！＃]|[A-Za-z][A-Za-z0-9+.-]*:)")
_EVERYBODY = re.compile(r"([@＠])(?=here|channel|everyone|group)", re.IGNORECASE)
_ADDRESS = re.compile(r"(?<=[A-Za-z0-9+.-]):(?=//)|(?<=mailto):(?=[^\s\u2060])|(?<=tel):(?=[^\s\u2060])", re.IGNORECASE)
_DOMAIN_DOT = re.compile(r"(?<=[^\s.])\.(?=[^\W\d_]{2})")
_DOUBLE_BACKTICK = re.compile(r"`(?=`)")
_MARKDOWN_LINK = re.compile(r"\](?=\()")
# Slack refuses more than 3,000 characters, and no citation has so many.
_WEB_ADDRESS = re.compile(r"https?://[^\s<>|\"\x00-\x20\x7f-\x9f]{1,2000}")
_WIRE = re.compile(r"<([^<>]*)>|&(lt|gt|amp);")
_INSERTED = re.compile(f"[{ZERO_WIDTH_SPACE}{WORD_JOINER}]")
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&"}
_FENCED = re.compile(r"```.*?(?:```|$)", re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_NAME = re.compile(r"[\w.+#/-]+")
_QUOTED_LINE = re.compile(r"^(?:&gt;|>).*$", re.MULTILINE)
_LINKED = re.compile(r"<(?:https?|mailto|tel):[^<>]*>|https?://[^\s<>、。（）「」]+")
_SENTENCE_END = re.compile(r"[。！？!?](?:[」』）)】]*)|\.(?=\s)|\n")


def inert(text: str) -> str:
    """Return clean text that pings nobody and links nowhere, for rich text and plain text."""
    return _without_links(_without_pings(clean(text)))


def escape(text: str) -> str:
    """Return text for ``mrkdwn``: shown as it is, without pings, links, mail addresses and code fences."""
    safe = _without_links(_without_pings(_as_entities(clean(text))))
    # Slack links anything that looks like a host name, and a fence would swallow what follows.
    return _DOUBLE_BACKTICK.sub("`" + ZERO_WIDTH_SPACE, _DOMAIN_DOT.sub("." + WORD_JOINER, safe))


def escape_within(text: str, limit: int) -> str:
    """Return the beginning of a text for ``mrkdwn`` that is within a limit with all that `escape` adds."""
    escaped = escape(text)
    while len(escaped) > limit:
        # What is escaped cannot be cut itself: an entity could be cut in two.
        text = clip(text, min(len(text) - 1, limit * len(text) // len(escaped)))
        escaped = escape(text)
    return escaped or ELLIPSIS


def link(url: str | None, label: str) -> str:
    """Return a link of our own for ``mrkdwn``, or its label alone where there is nothing to link to."""
    if url is None or not is_web_address(url):
        return escape(label)
    return f"<{_as_entities(url)}|{escape(label)}>"


def is_web_address(url: str) -> bool:
    """Tell whether Slack takes an address as it is."""
    return _WEB_ADDRESS.fullmatch(url) is not None


def one_line(text: str) -> str:
    """Return clean text with blanks and line breaks run together."""
    return " ".join(clean(text).split())


def question_of(text: str, bot_user_id: str | None) -> str:
    """Return the question in a text as Slack sends it.

    Mentions of the bot and calls to everybody go, other mentions and links become their labels, and
    entities become the characters that were typed. What `inert` puts into text goes when it is copied back.
    """

    def typed(match: re.Match[str]) -> str:
        return _ENTITIES[match[2]] if match[2] else _label(match[1], bot_user_id)

    return clip(one_line(_INSERTED.sub("", _WIRE.sub(typed, text))), QUESTION_LENGTH)


def spoken(text: str) -> str:
    """Return what somebody says of their own in a text as Slack sends it, or in a question made of it.

    Code goes, unless it is a name, and so do links, quoted lines and emoji.
    """
    own = _QUOTED_LINE.sub(" ", _FENCED.sub(" ", text))
    return without_marks(_CODE.sub(_name, own))


def without_marks(text: str) -> str:
    """Return the words of a text as Slack sends it, or of a question made of it: without links, tags and emoji."""
    return one_line(without_emoji(question_of(_LINKED.sub(" ", text), None)))


def _name(code: re.Match[str]) -> str:
    return str(code[1]) if _NAME.fullmatch(code[1]) else " "


def _label(reference: str, bot_user_id: str | None) -> str:
    """Return what a reader sees of ``<reference>``."""
    target, _, label = reference.partition("|")
    label = _WIRE.sub(lambda match: _ENTITIES.get(match[2], ""), label)
    if target.startswith("@"):
        return " " if target[1:] == bot_user_id else f" {label} "
    if target.startswith("#"):
        return f"#{label}" if label else " "
    if target.startswith("!"):
        return f" {label} " if target.startswith(("!date^", "!subteam^")) else " "
    return label or _WIRE.sub(lambda match: _ENTITIES.get(match[2], ""), target)


def weight(text: str) -> int:
    """Return how long a text is by the strictest count: UTF-16 units, with entities written out."""
    entities = 4 * text.count("&") + 3 * text.count("<") + 3 * text.count(">")
    return len(text) + sum(character > "\uffff" for character in text) + entities


def fitting(text: str, limit: int) -> int:
    """Return how many characters of a text weigh no more than ``limit``."""
    if weight(text) <= limit:
        return len(text)
    total = 0
    for position, character in enumerate(text):
        total += weight(character)
        if total > limit:
            return _whole(text, position)
    return len(text)


def _whole(text: str, position: int) -> int:
    """Move a cut back so that it does not part a character from what belongs to it."""
    start = position
    while 0 < start < len(text) and start > position - 16:
        if not (_joins(text[start]) or text[start - 1] == "\u200d"):
            return start
        start -= 1
    return position


def _joins(character: str) -> bool:
    """Tell whether a character is shown with the one before it."""
    return bool(re.match("[\u0300-\u036f\u200d\u3099\u309a\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]", character))


def clip(text: str, limit: int) -> str:
    """Return the text, or as much of it as weighs less than ``limit`` with an ellipsis."""
    if weight(text) <= limit:
        return text
    return text[: fitting(text, limit - 1)].rstrip() + ELLIPSIS


def sentence_cut(text: str, limit: int) -> int:
    """Return where to cut a text that is too long: after a sentence, else at a blank, else at the limit."""
    longest = fitting(text, limit)
    if longest == len(text):
        return longest
    ends = [match.end() for match in _SENTENCE_END.finditer(text[: longest + 1]) if match.end() <= longest]
    # A sentence that leaves more than half of the room unused gives too little to read.
    if ends and ends[-1] >= longest / 2:
        return ends[-1]
    blank = text.rfind(" ", longest // 2, longest)
    return blank if blank > 0 else longest


def _as_entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _without_pings(text: str) -> str:
    text = _OPENING.sub(r"\1" + ZERO_WIDTH_SPACE, text)
    return _EVERYBODY.sub(r"\1" + ZERO_WIDTH_SPACE, text)


def _without_links(text: str) -> str:
    text = _MARKDOWN_LINK.sub("]" + ZERO_WIDTH_SPACE, text)
    return _ADDRESS.sub(":" + WORD_JOINER, text)
