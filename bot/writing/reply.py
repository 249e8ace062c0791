"""Read the reply of a chat endpoint from the bytes of its answer, as a stream of events or as one JSON object.

It is read leniently where servers differ and ends early where one does not end: blank and unknown lines, chunks without
choices, content in parts and reasoning beside it are no errors, and whoever sends without end is not listened to.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from bot.writing.types import EndpointFailed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Twice what can be shown.
ENOUGH_CHARACTERS = 1_200
_THOUGHT = re.compile(r"<(/?)(?:think|thinking|thought|reasoning)>", re.IGNORECASE)
# What may become a mark with what comes next.
_BEGUN = re.compile(r"</?[a-z]{0,9}\Z", re.IGNORECASE)
# Around each word stand some hundred bytes of JSON, and models may think for some thousand words.
REPLY_BYTES = 1 << 20
LINE_BYTES = 1 << 16
_BREAK = re.compile(rb"\r\n|\n|\r")
# What error codes look like; anything else could be a text with what was sent.
_CODE = re.compile(r"(?=.{3,48}\Z)[A-Za-z]+(?:[_.-][A-Za-z]+)*")
_REFUSING = ("content_filter", "content_policy", "responsibleai")
NO_COMPLETION, NO_OBJECT = "no chat completion", "no JSON object"
# What a line may be that was cut.
CUT = {NO_COMPLETION, NO_OBJECT}
# Fields of an event; what stands behind a colon alone is a comment, to keep the connection.
_FIELDS = {"", "data", "event", "id", "retry"}
_REASONING = ("reasoning", "reasoning_content", "reasoning_details", "thinking")


class Spoken:
    """What a model says aloud, without what it thinks between <think> and </think>.

    It takes a text in pieces and keeps its beginning; a thought that does not end takes the rest of it along.
    """

    def __init__(self) -> None:
        self._said: list[str] = []
        self._length = 0
        self._kept = ""
        self._thinks = False
        self.has_thought = False

    @property
    def text(self) -> str:
        """What was said so far."""
        said = "".join(self._said) + ("" if self._thinks else self._kept)
        return said[:ENOUGH_CHARACTERS]

    @property
    def is_enough(self) -> bool:
        """Whether more than can be shown was said."""
        return self._length > ENOUGH_CHARACTERS

    def add(self, piece: str) -> None:
        """Take a piece, whose end may be the beginning of a mark."""
        text, begin = self._kept + piece, 0
        for mark in _THOUGHT.finditer(text):
            self._take(text[begin : mark.start()])
            self._turn(closes=bool(mark[1]))
            begin = mark.end()
        begun = _BEGUN.search(text, begin)
        end = len(text) if begun is None else begun.start()
        self._take(text[begin:end])
        self._kept = text[end:]

    def _take(self, text: str) -> None:
        if not self._thinks:
            self._said.append(text)
            self._length += len(text)

    def _turn(self, *, closes: bool) -> None:
        if closes and not self._thinks:
            # Some servers begin the thought themselves: what was said before was no answer.
            self._said.clear()
            self._length = 0
        self._thinks, self.has_thought = not closes, True


class Reply:
    """Takes bytes as they come; ``text`` is what the model says aloud, ``tokens`` what it read and wrote."""

    def __init__(self) -> None:
        self._spoken = Spoken()
        self._size = 0
        self._line: list[bytes] = []
        self._line_size = 0
        self._is_json: bool | None = None
        self._is_stream = False
        self._is_done = False
        self._failed_next = False
        self._reasoned = False
        self._finish = ""
        self.tokens: tuple[int, int] | None = None

    @property
    def text(self) -> str:
        """What was said aloud so far."""
        return self._spoken.text

    @property
    def is_whole(self) -> bool:
        """Whether it ended by itself."""
        return (self._is_done or bool(self._finish)) and self._finish != "length" and not self._spoken.is_enough

    def add(self, piece: bytes) -> bool:
        """Take some bytes; return whether more are wanted. Raise EndpointFailed for what is no reply."""
        self._size += len(piece)
        if self._size > REPLY_BYTES:
            raise EndpointFailed("stream_error", "too long")
        if self._is_json is None:
            piece = b"".join(self._line) + piece
            self._line.clear()
            begins = piece.removeprefix(b"\xef\xbb\xbf").lstrip()
            self._is_json = begins.startswith(b"{") if begins else None
        if self._is_json is not False:
            self._line.append(piece)
            return True
        for line in self._lines(piece):
            self._take(line)
            if self._is_done or self._spoken.is_enough:
                return False
        return True

    def end(self) -> None:
        """Take what is left; raise EndpointFailed where nothing was said."""
        left = b"".join(self._line).decode("utf-8", "replace").removeprefix("\ufeff")
        if self._is_json:
            self._take_chunk(_parsed(left))
            self._is_done = True
        elif left.strip() and not self._is_done and not self._spoken.is_enough:
            self._take_last(left)
        if not self.text.strip():
            raise EndpointFailed("empty_reasoning" if self._reasoned or self._spoken.has_thought else "empty")

    def _lines(self, piece: bytes) -> Iterator[str]:
        """Yield the lines that end in a piece; characters are never parted, as none has the bytes of a line break."""
        *ended, rest = _BREAK.split(piece)
        for line in ended:
            whole = b"".join((*self._line, line))
            self._line.clear()
            self._line_size = 0
            yield whole.decode("utf-8", "replace")
        self._line.append(rest)
        self._line_size += len(rest)
        if self._line_size > LINE_BYTES:
            raise EndpointFailed("stream_error", "line too long")

    def _take(self, line: str) -> None:
        name, _, value = line.removeprefix("\ufeff").partition(":")
        if not line.strip():
            return
        if name not in _FIELDS:
            raise EndpointFailed("http", NO_COMPLETION)
        self._is_stream = True
        if name == "event":
            self._failed_next = value.strip() == "error"
        elif name == "data" and value.strip():
            self._take_data(value.strip())

    def _take_last(self, line: str) -> None:
        """Take what the connection ended in: a line that lacks but its end, or a piece of one."""
        try:
            self._take(line)
        except EndpointFailed as failed:
            if not self._is_stream or failed.detail not in CUT:
                raise

    def _take_data(self, value: str) -> None:
        if value == "[DONE]":
            self._is_done = True
            return
        chunk = _parsed(value)
        if self._failed_next:
            raise failure_in(chunk)
        self._take_chunk(chunk)

    def _take_chunk(self, chunk: Mapping[str, Any]) -> None:
        if chunk.get("error"):
            raise failure_in(chunk)
        self.tokens = _tokens(chunk.get("usage")) or self.tokens
        choices = chunk.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices else None
        if not isinstance(choice, dict):
            return
        said = choice.get("delta") or choice.get("message")
        if isinstance(said, dict):
            self._take_said(said)
        finish = choice.get("finish_reason")
        self._finish = finish if isinstance(finish, str) else self._finish
        if self._finish == "content_filter":
            raise EndpointFailed("refused", "content_filter")

    def _take_said(self, said: Mapping[str, Any]) -> None:
        if said.get("refusal"):
            raise EndpointFailed("refused")
        self._reasoned = self._reasoned or any(said.get(name) for name in _REASONING)
        for text in _texts(said.get("content")):
            self._spoken.add(text)


def failure_in(body: Mapping[str, Any]) -> EndpointFailed:
    """Return what an error within a reply is: the code that it names, and none of its words."""
    code = code_in(body)
    return EndpointFailed("refused" if refuses(code) else "stream_error", code)


def code_in(body: Mapping[str, Any]) -> str:
    """Return the code of an error, empty where there is none that looks like one."""
    error = body.get("error")
    fields = error if isinstance(error, dict) else body
    named = (fields.get(name) for name in ("code", "type", "status"))
    return next((one for one in named if isinstance(one, str) and _CODE.fullmatch(one)), "")


def refuses(code: str) -> bool:
    """Return whether a code says that the server's filter has stopped the model."""
    return any(word in code.casefold() for word in _REFUSING)


def _parsed(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise EndpointFailed("stream_error", NO_OBJECT) from None
    return value


def _texts(content: object) -> Iterator[str]:
    """Yield the text of content, which is one, or parts of which some are."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, list):
        parts = [one for one in content if isinstance(one, dict) and one.get("type") in (None, "text", "output_text")]
        yield from (str(one["text"]) for one in parts if isinstance(one.get("text"), str))


def _tokens(usage: object) -> tuple[int, int] | None:
    if not isinstance(usage, dict):
        return None
    counts = [usage.get(name) for name in ("prompt_tokens", "completion_tokens")]
    read, wrote = (count if isinstance(count, int) and 0 <= count < 1 << 31 else None for count in counts)
    return None if read is None or wrote is None else (read, wrote)
