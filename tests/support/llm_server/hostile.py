"""What model servers are known to say, most of it badly, and what has to come of it.

The question is how many watts the lamp of tests/support/writing.py uses; ``TRUE`` is a sentence that a line proves.
"""

from __future__ import annotations

import gzip
import itertools
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .scripts import DONE, chunk, completion, drip, error, events, hangs_up, html, reply, response, silent, sse, whole

if TYPE_CHECKING:
    from .scripts import Script

TRUE = "The new lamp uses 90 watts."
ALSO = "The foghorn sounds every 40 seconds."
SAID = f"{TRUE} [2]"
TORN = "It is the brightest of 17 lamps in Europe."
LONG = "The new lamp uses 90 watts and costs 3,870 euros a year, " + "and costs 3,870 euros a year, " * 9 + "a year."


@dataclass(frozen=True)
class Case:
    """A server, given by its scripts in turn, with what is shown, or why nothing is."""

    name: str
    scripts: tuple[Script, ...]
    outcome: str = "written"
    shown: tuple[str, ...] = ()
    dropped: tuple[tuple[str, int], ...] = ()
    detail: str = ""
    requests: int = 1


def case(name: str, *scripts: Script, outcome: str = "", **more: object) -> Case:
    shown = more.pop("shown", () if outcome else (TRUE,))
    return Case(name, scripts, outcome or "written", shown, **more)  # type: ignore[arg-type]


def dropped(name: str, text: str, reason: str) -> Case:
    """Return a server that says a sentence which is dropped."""
    return case(name, reply(text), outcome="nothing_proved", dropped=((reason, 1),))


def chunked(*pieces: bytes) -> Script:
    """Send the beginning of a chunked body, and no end."""
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
    body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return lambda exchange: exchange.send(head + body)


def failing(status: int, code: str = "", **headers: str) -> Script:
    return error(status, code, "S3CRET words of the server", **headers)


def split_inside(text: str) -> Script:
    """Send a reply byte by byte, so that characters are parted."""
    body = chunk(text) + chunk("", "stop") + DONE
    return sse(*(bytes([byte]) for byte in body))


FORMS = [
    case("good", reply(f"{SAID}\n")),
    case("good without a label", reply(TRUE)),
    case("several on a line", reply(f"{TRUE} [2] {ALSO} [6]"), shown=(TRUE, ALSO)),
    case("label in lenticular brackets", reply(f"{TRUE}【2】")),
    case("label in full width", reply(f"{TRUE}［2］")),
    case("label like a footnote", reply(f"{TRUE}[^2]")),
    case("label in round brackets", reply("The new lamp uses 90 watts (2).")),
    case("labels together", reply(f"{TRUE} [1, 2]")),
    case("labels first", reply(f"[2] {TRUE}\n[6] {ALSO}"), shown=(TRUE, ALSO)),
    case("labels out of range", reply(f"{TRUE} [77][0]")),
    case("markup", reply(f"**The new lamp** uses `90` watts. [2]\n\n## More\n- {ALSO} [6]"), shown=(TRUE, ALSO)),
    case("list with a lead-in", reply(f"Here is what they say:\n1. {SAID}\n2. {ALSO}"), shown=(TRUE, ALSO)),
    case("NONE behind an answer", reply(f"{SAID}\nNONE")),
    case("said again and again", reply(f"{SAID}\n" * 5), dropped=(("repeat", 4),)),
    case("thought and answer", reply(f"<think>Is it 17 watts? [1]</think>\n{SAID}")),
    case("thought without its beginning", reply(f"17 watts, maybe.</think>{SAID}")),
    case("CRLF", sse(*(piece.replace(b"\n", b"\r\n") for piece in (chunk(SAID), chunk("", "stop"), DONE)))),
    case(
        "blank data and comments", sse(b": hello\n\ndata:\n\ndata: \n\n: \n", chunk(SAID), b"id: 7\nretry: 10\n", DONE)
    ),
    case("chunks without choices", sse(*events({}, {"choices": []}, {"choices": None}), chunk(SAID), DONE)),
    case("no [DONE]", sse(chunk(SAID), chunk("", "stop"))),
    case("no blank lines", sse(chunk(SAID).strip() + b"\n", b"data: [DONE]")),
    case("null content", sse(chunk(role="assistant", content=None), chunk(SAID), DONE)),
    case("content as parts", sse(chunk([{"type": "text", "text": SAID}, {"type": "image_url"}, 7]), DONE)),
    case("a JSON body", completion({"content": SAID})),
    case(
        "a JSON body over lines",
        whole(
            200,
            "text/plain",
            json.dumps({"choices": [{"message": {"content": SAID}, "finish_reason": "stop"}]}, indent=2).encode(),
        ),
    ),
    case("split UTF-8", split_inside("The new lamp uses 90 watts.\u3010\uff12\u3011")),
    case("control and bidi characters", reply("The new \u202elamp\x1b uses\u200b 90 watts.")),
    case("a last line that was cut", reply(f"{SAID}\nThe new lamp uses 90", "length")),
    case("a stream that was cut", chunked(chunk(f"{SAID}\n"), chunk("The new lamp uses 9"))),
    case("more than is read", sse(chunk(f"{SAID}\n"), *itertools.repeat(chunk("and so on "), 500))),
    case(
        "a 400 that names no option",
        failing(400, "unsupported_value"),
        reply(SAID),
        outcome="http",
        detail="400 unsupported_value",
    ),
    case(
        "an option refused by its name",
        error(400, "unsupported_parameter", "Unsupported parameter: 'temperature'"),
        reply(SAID),
        requests=2,
    ),
    case(
        "an option refused as invalid",
        whole(422, "application/json", b'{"detail":[{"loc":["body","temperature"]}]}'),
        reply(SAID),
        requests=2,
    ),
    case("busy for a moment", failing(429, "rate_limit_exceeded", retry_after="0"), reply(SAID), requests=2),
    case("hangs up once", hangs_up(), reply(SAID), requests=2),
]
CONTENTS = [
    dropped("words of the question with one that no line has", "The new lamp and watts for elephants. [2]", "words"),
    case(
        "words of the question that a line has",
        reply("The new lamp does use many watts. [2]"),
        shown=("The new lamp does use many watts.",),
    ),
    dropped("a number that no line has", "The new lamp uses 95 watts. [2]", "quantity"),
    dropped("nothing that a line says", "Lamps are a wonderful thing everywhere. [2]", "words"),
    dropped("another language", "La nouvelle lampe est dans la tour et elle consomme 90 watts. [2]", "language"),
    dropped("Japanese", "新しい灯りは90ワットです。[4]", "language"),
    dropped("a link", "The new lamp uses 90 watts, see https://evil.example/x. [2]", "link"),
    dropped("a Markdown link", "[The new lamp](http://evil.example) uses 90 watts. [2]", "link"),
    dropped("a link in full width", "The new lamp uses 90 watts ｈｔｔｐｓ：／／evil.example [2]", "link"),
    dropped("an address without a scheme", "The new lamp uses 90 watts, see evil.example/lamp. [2]", "link"),
    dropped("a call to everybody", "<!channel> The new lamp uses 90 watts. [2]", "link"),
    dropped("a mention", "@here The new lamp uses 90 watts. [2]", "link"),
    dropped("a mention by number", "<@U0ALICE> The new lamp uses 90 watts. [2]", "link"),
    dropped("HTML", "The new lamp uses <b>90 watts</b>. [2]", "link"),
    dropped("a row of a table", "| The new lamp | uses 90 watts |", "link"),
    dropped("in a fence", f"```text\n{TRUE}\n```", "link"),
    dropped("JSON", json.dumps({"answer": TRUE, "lines": [2]}), "link"),
    dropped("too long", LONG, "length"),
    case(
        "more false than true",
        reply(f"{SAID}\n{TORN}\n{TORN[:-1]} and Asia."),
        outcome="nothing_proved",
        dropped=(("quantity", 2),),
    ),
    case(
        "what leans on what was dropped",
        reply(f"{SAID}\n{TORN}\nIt costs 3,870 euros a year."),
        outcome="nothing_proved",
        dropped=(("quantity", 1), ("dangling", 1)),
    ),
    case("one of two false", reply(f"{SAID}\n{TORN}"), dropped=(("quantity", 1),)),
    case(
        "a line word for word",
        reply(
            "The keepers replaced the old lamp on 12 May 2024. The new lamp uses 90 watts and"
            " costs 3,870 euros a year. It was built by Mika Aalto in Turku."
        ),
        shown=(
            "The keepers replaced the old lamp on 12 May 2024.",
            "The new lamp uses 90 watts and costs 3,870 euros a year.",
            "It was built by Mika Aalto in Turku.",
        ),
    ),
    case(
        "the question",
        reply("How many watts does the new lamp use?"),
        outcome="nothing_proved",
        dropped=(("words", 1),),
    ),
    case(
        "the question without its mark",
        reply("The new lamp use [2]\nhow many watts does the new lamp use"),
        outcome="nothing_proved",
        dropped=(("repeat", 2),),
    ),
    case(
        "what stands above the lines",
        reply("Lighthouse Meetup 4 › The lamp [2]"),
        outcome="nothing_proved",
        dropped=(("repeat", 1),),
    ),
    case("NONE", reply("NONE"), outcome="none"),
    case("none with marks", reply("**None.** [1]"), outcome="none"),
    case("a refusal", reply("I’m sorry, but I can't help with that."), outcome="refused"),
    case("a refusal as such", sse(chunk(refusal="No."), DONE), outcome="refused"),
]
FAILURES = [
    case("empty", reply(""), outcome="empty"),
    case("blank", reply(" \n\n"), outcome="empty"),
    case("no body", sse(), outcome="empty"),
    case(
        "only reasoning",
        sse(*(chunk(reasoning_content="hm ") for _ in range(9)), chunk("", "length"), DONE),
        outcome="empty_reasoning",
    ),
    case("a thought that does not end", reply("<think>17? 18? 19?", "length"), outcome="empty_reasoning"),
    case("null message", completion({"content": None}), outcome="empty"),
    case("HTML in a 200", html(), outcome="http", detail="no chat completion"),
    case("HTML with an error", html(502), outcome="http", detail="502"),
    case(
        "error in a 200",
        sse(*events({"error": {"code": "server_error", "message": "S3CRET"}})),
        outcome="stream_error",
        detail="server_error",
    ),
    case(
        "error behind a sentence", sse(chunk(SAID), *events({"error": {"message": "S3CRET"}})), outcome="stream_error"
    ),
    case("error event", sse(chunk(SAID), b"event: error\n", *events({"message": "S3CRET"})), outcome="stream_error"),
    case("error in a JSON body", whole(200, "application/json", b'{"error": "S3CRET"}'), outcome="stream_error"),
    case("filtered", sse(chunk(SAID), chunk("", "content_filter"), DONE), outcome="refused", detail="content_filter"),
    case("filtered by a 400", failing(400, "content_filter"), outcome="refused", detail="content_filter"),
    case("no JSON", sse(b"data: {nope\n\n"), outcome="stream_error", detail="no JSON object"),
    case("JSON of another kind", sse(b"data: [1, 2]\n\n"), outcome="stream_error", detail="no JSON object"),
    case(
        "nested without end", sse(b"data: " + b"[" * 60_000 + b"\n\n"), outcome="stream_error", detail="no JSON object"
    ),
    case("refused for good: 401", failing(401, "invalid_api_key"), outcome="http", detail="401 invalid_api_key"),
    case("refused for good: 403", failing(403), outcome="http", detail="403"),
    case("refused for good: 404", failing(404, "model_not_found"), outcome="http", detail="404 model_not_found"),
    case("busy without a word when", failing(429), outcome="http", detail="429"),
    case("busy for longer", failing(429, retry_after="3600"), outcome="http", detail="429"),
    case(
        "busy again",
        failing(429, retry_after="0"),
        failing(429, retry_after="0"),
        outcome="http",
        detail="429",
        requests=2,
    ),
    case("500", failing(500), outcome="http", detail="500"),
    case(
        "redirect",
        whole(302, "text/html", b"", location="http://127.0.0.1:9/v1/chat/completions"),
        outcome="http",
        detail="302",
    ),
    case(
        "gzip",
        whole(200, "text/event-stream", gzip.compress(chunk(SAID) + DONE), content_encoding="gzip"),
        outcome="http",
        detail="encoded",
    ),
    case("hangs up", hangs_up(), outcome="http", detail="no connection", requests=2),
    case("cut within the first sentence", chunked(chunk("The new lamp")), outcome="nothing_proved"),
    case("cut before a word", chunked(b": hello\n\n"), outcome="stream_error", detail="connection lost"),
    case(
        "no HTTP",
        lambda exchange: exchange.send(b"220 mail.example ESMTP\r\n"),
        outcome="http",
        detail="no connection",
        requests=2,
    ),
]
# These take all of the time there is, or would.
ENDLESS = [
    case("silent", silent, outcome="timeout"),
    case("slow drip without a line break", drip(b"data: " + b"x" * 60, 0.1), outcome="timeout"),
    case("slow drip of headers", drip(b"a" * 60, 0.1, head=b"HTTP/1.1 200 OK\r\nx-slow: "), outcome="timeout"),
    case("slow drip of an error", drip(b"x" * 60, 0.1, head=response(500, "text/plain")), outcome="timeout"),
    case("only signs of life", drip(itertools.repeat(b": ping\n\n"), 0.1), outcome="timeout"),
    case("only reasoning, slowly", drip(itertools.repeat(chunk(reasoning="hm")), 0.1), outcome="timeout"),
    case(
        "signs of life without end",
        drip(itertools.repeat(b": ping\n\n" * 1_000), 0),
        outcome="stream_error",
        detail="too long",
    ),
    case(
        "a line without end", drip(itertools.repeat(b"x" * 10_000), 0), outcome="stream_error", detail="line too long"
    ),
    case(
        "an event without end",
        drip(itertools.chain([b"data: "], itertools.repeat(b"x" * 10_000)), 0),
        outcome="stream_error",
        detail="line too long",
    ),
    case(
        "an object without end",
        drip(itertools.chain([b'{"a": "'], itertools.repeat(b"x" * 10_000)), 0),
        outcome="stream_error",
        detail="too long",
    ),
    case("an answer without end", drip(itertools.repeat(chunk(f"{SAID}\n")), 0), dropped=(("repeat", 7),)),
]
CASES = [*FORMS, *CONTENTS, *FAILURES, *ENDLESS]
