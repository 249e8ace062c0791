"""Slack's limits on blocks, messages and views."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal

from slack_sdk.models.blocks import blocks as block_models

from .elements import (
    IN_ACTIONS,
    IN_CONTEXT,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    Checker,
    known_properties,
)
from .registry import SlackError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .state import Json

Surface = Literal["message", "home", "modal"]

PROPERTIES = known_properties(block_models.Block)
MESSAGE_ONLY = frozenset({"markdown", "context_actions", "table", "file", "plan", "task_card", "card", "carousel"})
MARKDOWN_LIMIT = 12_000
# Undocumented: staff speak of 12,000 and a buffer, reports put the edge at about 13,200.
TOTAL_LIMIT = 13_200
MAX_BLOCKS: dict[Surface, int] = {"message": 50, "home": 100, "modal": 100}
RICH_TEXT_PARTS = frozenset({"rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"})


class BlockChecker(Checker):
    """Checks the blocks of one surface."""

    def __init__(self, surface: Surface) -> None:
        super().__init__()
        self.surface = surface

    def blocks(self, blocks: list[Any], at: str) -> None:
        """Check a list of blocks."""
        if len(blocks) > MAX_BLOCKS[self.surface]:
            self.fail(f"no more than {MAX_BLOCKS[self.surface]} items allowed", at)
        seen: set[str] = set()
        for index, block in enumerate(blocks):
            place = f"{at}/{index}"
            if not isinstance(block, dict):
                self.fail("must be an object", place)
                continue
            block_id = block.get("block_id")
            self.optional(block, "block_id", place, 255)
            if isinstance(block_id, str) and block_id in seen:
                self.fail(f"`block_id` {block_id} already exists for another block", f"{place}/block_id")
            seen.add(str(block_id))
            self._block(block, place)

    def _block(self, block: Json, at: str) -> None:
        kind = str(block.get("type"))
        if kind not in PROPERTIES or (kind in MESSAGE_ONLY and self.surface != "message"):
            self.fail(f"unsupported type: {kind}", f"{at}/type")
            return
        self.properties(block, PROPERTIES, at)
        check = getattr(self, f"_{kind}", None)
        if check is not None:
            check(block, at)

    def _section(self, block: Json, at: str) -> None:
        if block.get("text") is None and block.get("fields") is None:
            self.fail("must define either `text` or `fields`", f"{at}/type")
        self.text(block, "text", at, 3000)
        if block.get("fields") is not None:
            for index, field in enumerate(self.items(block, "fields", at, 10)):
                self.text_object(field, f"{at}/fields/{index}", 2000)
        if block.get("accessory") is not None:
            self.element(block["accessory"], f"{at}/accessory", IN_SECTION)

    def _header(self, block: Json, at: str) -> None:
        self.text(block, "text", at, 150, plain=True, required=True)

    def _markdown(self, block: Json, at: str) -> None:
        # Its length is counted over the whole message, see check_message.
        self.string(block.get("text"), f"{at}/text", 10**9)

    def _image(self, block: Json, at: str) -> None:
        self.image(block, at)
        self.text(block, "title", at, 2000, plain=True)

    def _context(self, block: Json, at: str) -> None:
        self._elements(block, at, 10, IN_CONTEXT)

    def _actions(self, block: Json, at: str) -> None:
        self._elements(block, at, 25, IN_ACTIONS)

    def _context_actions(self, block: Json, at: str) -> None:
        self._elements(block, at, 5, IN_CONTEXT_ACTIONS)

    def _input(self, block: Json, at: str) -> None:
        self.text(block, "label", at, 2000, plain=True, required=True)
        self.text(block, "hint", at, 2000, plain=True)
        self.element(block.get("element"), f"{at}/element", IN_INPUT)

    def _rich_text(self, block: Json, at: str) -> None:
        for index, part in enumerate(self.items(block, "elements", at, 10_000)):
            kind = part.get("type") if isinstance(part, dict) else None
            if kind not in RICH_TEXT_PARTS:
                self.fail(f"unsupported type: {kind}", f"{at}/elements/{index}/type")

    def _table(self, block: Json, at: str) -> None:
        for index, row in enumerate(self.items(block, "rows", at, 100)):
            if not isinstance(row, list) or len(row) > 20:
                self.fail("no more than 20 items allowed", f"{at}/rows/{index}")

    def _elements(self, block: Json, at: str, most: int, allowed: frozenset[str]) -> None:
        seen: set[str] = set()
        for index, element in enumerate(self.items(block, "elements", at, most)):
            place = f"{at}/elements/{index}"
            self.element(element, place, allowed)
            action_id = element.get("action_id") if isinstance(element, dict) else None
            if action_id is not None and action_id in seen:
                self.fail(f"`action_id` {action_id} already exists for another element", f"{place}/action_id")
            seen.add(str(action_id))


def check_message(blocks: Any, at: str = "/blocks") -> None:
    """Raise Slack's error if a message may not have these blocks."""
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    checker = BlockChecker("message")
    checker.blocks(blocks, at)
    if not checker.errors and expanded_count(blocks) > MAX_BLOCKS["message"]:
        checker.fail("no more than 50 items allowed", at)
    if checker.errors:
        raise SlackError("invalid_blocks", checker.errors)
    if sum(block["type"] == "table" for block in blocks) > 1:
        raise SlackError("invalid_attachments", ["only_one_table_allowed"])
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > MARKDOWN_LIMIT:
        raise SlackError("msg_too_long")
    if sum(map(len, _shown(blocks))) > TOTAL_LIMIT:
        raise SlackError("msg_blocks_too_long")


def check_view(view: Any) -> None:
    """Raise Slack's error if a view is malformed."""
    if not isinstance(view, dict) or not isinstance(view.get("blocks"), list):
        raise SlackError("invalid_arguments", ["missing required field: blocks [json-pointer:/view]"])
    kind = view.get("type")
    if kind not in {"home", "modal"}:
        raise SlackError("invalid_arguments", [f"unsupported type: {kind} [json-pointer:/view/type]"])
    checker = BlockChecker(kind)
    checker.blocks(view["blocks"], "/view/blocks")
    checker.optional(view, "callback_id", "/view", 255)
    checker.optional(view, "external_id", "/view", 255)
    if view.get("private_metadata"):
        checker.optional(view, "private_metadata", "/view", 3000)
    if kind == "modal":
        checker.text(view, "title", "/view", 24, plain=True, required=True)
        checker.text(view, "submit", "/view", 24, plain=True)
        checker.text(view, "close", "/view", 24, plain=True)
        for index, block in enumerate(view["blocks"]):
            if isinstance(block, dict) and block.get("type") == "input" and not view.get("submit"):
                why = "must define `submit` to use an `input` block in modals"
                checker.fail(why, f"/view/blocks/{index}/input")
    if checker.errors:
        raise SlackError("invalid_arguments", checker.errors)


FENCE = re.compile(r" {0,3}(```|~~~)")
HEADING = re.compile(r" {0,3}#{1,6}\s")
RULE = re.compile(r" {0,3}([-*_])( *\1){2,}\s*")


def expanded_count(blocks: list[Json]) -> int:
    """Return how many blocks Slack makes of these: headings and rules of markdown become their own."""
    return sum(_markdown_parts(b["text"]) if b.get("type") == "markdown" else 1 for b in blocks)


def _markdown_parts(text: str) -> int:
    parts, in_body, fence = 0, False, ""
    for line in text.splitlines():
        mark = FENCE.match(line)
        if mark and fence in {"", mark[1]}:
            fence = "" if fence else mark[1]
        alone = not fence and (HEADING.match(line) or RULE.fullmatch(line))
        if alone or (line.strip() and not in_body):
            parts += 1
        in_body = not alone and (in_body or bool(line.strip()))
    return max(parts, 1)


def _shown(value: Any) -> Iterator[str]:
    """Yield the texts that blocks show."""
    if isinstance(value, list):
        for item in value:
            yield from _shown(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "text" and isinstance(item, str):
                yield item
            elif isinstance(item, (dict, list)):
                yield from _shown(item)
