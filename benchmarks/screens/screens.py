"""Draw what people see in Slack, as PNG files: answers, written ones, "not in the reports", Home, the modals.

Development only. The blocks are those that the bot sends, made from the index. What is written above quotes a server of
the tests says, and the bot proves it as it does with any model. slack-blocks-to-jsx draws the blocks in Chromium. It
imitates Slack closely and is not Slack: the fonts, the room between blocks and the frames of the Home tab and the
modals are ours, and its search field has more lines than Slack's.

    apt-get install chromium fonts-noto-cjk nodejs npm
    (cd benchmarks/screens && npm ci)
    python benchmarks/screens/screens.py --index .index docs/screens
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click

from bot.answers.answerer import Answerer
from bot.answers.overview import overview
from bot.records.database import open_engine
from bot.settings import BotSettings
from bot.slack.views.blocks import answer_message, reason_view
from bot.slack.views.home import home_view
from bot.slack.views.why import why_view
from bot.slack.views.written import written_message
from bot.writing.types import WrittenAnswer
from bot.writing.writer import open_writer
from index.reports import open_reports

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.support.llm_server import LlmServer, reply

HERE = Path(__file__).parent
# Slack's own breadth on a desktop with the sidebar open, and that of a phone.
DESKTOP, PHONE = 760, 390
# A footer of pages that Chromium's headless window does not show.
MARGIN = 8
KEY = "T:C:1"
REPOSITORY = "https://github.com/example/event-reports/blob/main/articles"
# What a model may write of articles/: each sentence stands in the reports.
WRITTEN = (
    (
        "written-ja",
        "OLAPとは？",
        "OLAPは、大量のデータをまとめて分析する用途のものです。\nその代表はRedshiftです。\n",
    ),
    (
        "written-en",
        "how long does a restore drill of the library take?",
        "The last drill took 47 minutes. The first one had taken six hours.\n",
    ),
)
NAME = {"type": "text", "text": "@Event Reports", "style": {"bold": True}}


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--index", type=click.Path(path_type=Path, file_okay=False), default=Path(".index"))
def main(folder: Path, index: Path) -> None:
    """Write one PNG file per screen into FOLDER."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        screens = list(payloads(index))
        (work / "payloads.json").write_text(json.dumps(screens, ensure_ascii=False), encoding="utf-8")
        subprocess.run(["node", str(HERE / "render.mjs"), scratch], check=True)
        for screen in screens:
            shoot(work, screen["name"], screen["width"], folder)


def payloads(index: Path) -> Any:
    """Yield every screen with its blocks."""
    settings = BotSettings.load(index=index, repository_url=REPOSITORY)
    reports = open_reports(settings)
    answerer = Answerer(reports, settings)
    for name, question, width in (
        ("answer-ja", "OLAPとOLTPの違いは？", DESKTOP),
        ("answer-en", "what did track2 say?", DESKTOP),
        ("answer-phone", "track4の結論は？", PHONE),
        ("not-found", "チケットはいくら？", DESKTOP),
        ("not-found-phone", "how much was the ticket?", PHONE),
    ):
        answer = answerer.answer(question)
        blocks = answer_message(answer, key=KEY).blocks
        asked = [NAME, {"type": "text", "text": f" {question}"}]
        yield {"name": name, "kind": "message", "width": width, "asked": asked, "blocks": blocks}
        if name in {"answer-ja", "not-found-phone"}:
            view = why_view(answer, threshold=settings.threshold)
            yield {"name": f"why-{answer.lang}", "kind": "modal", "width": 560, "view": view}
    private = answer_message(answerer.answer("OLAPとは？"), key=KEY, question_shown=True, share_button=True)
    yield {"name": "private", "kind": "message", "width": DESKTOP, "asked": [], "blocks": private.blocks}
    for name, question, said in WRITTEN:
        yield {"name": name, "kind": "message", "width": DESKTOP, **written(index, question, said)}
    found = overview(reports, settings.threshold)
    for lang in ("ja", "en"):
        yield {"name": f"home-{lang}", "kind": "home", "width": DESKTOP, "view": home_view(found, lang)}
        yield {"name": f"reason-{lang}", "kind": "modal", "width": 560, "view": reason_view(lang, KEY)}


def written(index: Path, question: str, said: str) -> dict[str, Any]:
    """Return a question and its answer with what is written above the quotes, as the message is after its edit."""
    with LlmServer(reply(said)) as server, tempfile.TemporaryDirectory() as folder:
        records = f"sqlite:///{folder}/records.sqlite"
        settings = BotSettings.load(
            index=index, repository_url=REPOSITORY, llm_url=server.url, llm_model="your-model", database_url=records
        )
        reports = open_reports(settings)
        answer, engine = Answerer(reports, settings).answer(question), open_engine(records)
        made = open_writer(settings, engine, lambda: nullcontext(reports)).write(answer)
        engine.dispose()
    if not isinstance(made, WrittenAnswer):
        raise SystemExit(f"{question}: nothing was written: {made}")
    blocks = written_message(answer, made, key=KEY).blocks
    return {"asked": [NAME, {"type": "text", "text": f" {question}"}], "blocks": blocks}


def shoot(work: Path, name: str, width: int, folder: Path) -> None:
    """Photograph a page in its full height."""
    page = (work / f"{name}.html").as_uri()
    dom = chromium(work, width, 900, "--dump-dom", page)
    height = int(re.search(r"<title>height (\d+)</title>", dom)[1])
    picture = work / f"{name}.png"
    chromium(work, width, height + MARGIN, f"--screenshot={picture}", page)
    shutil.copy(picture, folder)


def chromium(work: Path, width: int, height: int, *arguments: str) -> str:
    """Run a fresh Chromium without a network."""
    command = [
        *("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars"),
        *("--disable-background-networking", f"--user-data-dir={tempfile.mkdtemp(dir=work)}"),
        *(f"--window-size={width},{height}", *arguments),
    ]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


if __name__ == "__main__":
    main()
