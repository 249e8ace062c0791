"""More of the same: what was not quoted yet, with code as code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.slack.views.blocks import answer_message
from tests.support.helpers import fake_answerer, refresh, write

if TYPE_CHECKING:
    from pathlib import Path

    from bot.types import Answer

FRONT = '---\ntitle: "Nets"\npublished: true\n---\n\n'
BODY = "# Mending nets\n\nThe nets of the harbour are mended by hand.\n\n## Knots\n\n{code}\n\nThey stay tight.\n"


def more(folder: Path, code: str) -> Answer:
    """Ask about a section, then for more of it, and return the second answer."""
    refresh(write(folder / "articles", nets=FRONT + BODY.format(code=code)), folder / "index")
    answerer = fake_answerer(folder / "index", threshold=0.0)
    first = answerer.answer("how are the nets of the harbour mended by hand?")
    seen = "\n".join(quote.text for quote in first.quotes)
    assert "mended by hand" in seen
    return answerer.answer("tell me more", [first])


def preformatted(answer: Answer) -> list[str]:
    """Return the code of an answer as Slack shows it."""
    return [
        "".join(piece["text"] for piece in element["elements"])
        for block in answer_message(answer, key="1").blocks
        if block["type"] == "rich_text"
        for element in block["elements"]
        if element["type"] == "rich_text_preformatted"
    ]


LONG = "\n".join(f"pull knot{number} --tight  # {'steady ' * 6}" for number in range(9))


@pytest.mark.parametrize(
    "fence",
    ["```sh\n{}\n```", "~~~~\n{}\n~~~~", "```sh:knots.sh\n{}\n```"],
)
@pytest.mark.parametrize("code", ["# set up\npull --all", f"# set up\n{LONG}"], ids=["short", "long"])
def test_code_stays_code(tmp_path: Path, fence: str, code: str) -> None:
    answer = more(tmp_path, fence.format(code))
    assert answer.status == "answered"
    assert any("# set up" in shown for shown in preformatted(answer))
