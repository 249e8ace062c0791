"""Slack's limits on the elements inside blocks, with the sentences Slack answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from slack_sdk.models.blocks import block_elements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .state import Json


def subclasses(base: type[Any]) -> Iterator[type[Any]]:
    """Yield all classes below a class."""
    for sub in base.__subclasses__():
        yield sub
        yield from subclasses(sub)


def known_properties(base: type[Any]) -> dict[str, frozenset[str]]:
    """Return the properties that the SDK's models give each type."""
    # `attributes` is a property of the models that needs no initialized instance.
    return {
        cls.type: frozenset(object.__new__(cls).attributes)
        for cls in subclasses(base)
        if isinstance(getattr(cls, "type", None), str)
    }


PROPERTIES = known_properties(block_elements.BlockElement)
SELECTS = frozenset(f"{kind}_select" for kind in ("static", "external", "users", "conversations", "channels"))
MULTI_SELECTS = frozenset(f"multi_{name}" for name in SELECTS)
PICKERS = frozenset({"datepicker", "timepicker", "datetimepicker", "checkboxes", "radio_buttons"})
INPUTS = frozenset(
    {
        "plain_text_input",
        "email_text_input",
        "url_text_input",
        "number_input",
        "file_input",
        "rich_text_input",
    }
)
IN_ACTIONS = SELECTS | PICKERS | {"button", "overflow", "workflow_button"}
IN_SECTION = IN_ACTIONS | MULTI_SELECTS | {"image"}
IN_INPUT = SELECTS | MULTI_SELECTS | PICKERS | INPUTS
IN_CONTEXT = frozenset({"image", "plain_text", "mrkdwn"})
IN_CONTEXT_ACTIONS = frozenset({"feedback_buttons", "icon_button"})
OPTION_LIMITS = {"overflow": 5, "checkboxes": 10, "radio_buttons": 10}
URL = re.compile(r"(https?|mailto|slack):\S+")


class Checker:
    """Collects what is wrong with a payload, each with a pointer to the place."""

    def __init__(self) -> None:
        self.errors: list[str] = []

    def fail(self, why: str, at: str) -> None:
        """Note one error."""
        self.errors.append(f"{why} [json-pointer:{at}]")

    def string(self, value: Any, at: str, longest: int) -> None:
        """Check a string of 1 to `longest` characters."""
        if not isinstance(value, str):
            self.fail("must be a string", at)
        elif len(value) > longest:
            self.fail(f"must be less than {longest + 1} characters", at)
        elif not value:
            self.fail("must be more than 0 characters", at)

    def optional(self, holder: Json, key: str, at: str, longest: int) -> None:
        """Check a string that may be absent."""
        if holder.get(key) is not None:
            self.string(holder[key], f"{at}/{key}", longest)

    def url(self, holder: Json, key: str, at: str) -> None:
        """Check a link of at most 3000 characters that may be absent."""
        self.optional(holder, key, at, 3000)
        if isinstance(holder.get(key), str) and not URL.fullmatch(holder[key]):
            self.fail("must be a valid URL", f"{at}/{key}")

    def text(
        self, holder: Json, key: str, at: str, longest: int, *, plain: bool = False, required: bool = False
    ) -> None:
        """Check a text object."""
        value = holder.get(key)
        if value is None:
            if required:
                self.fail(f"missing required field: {key}", at)
            return
        self.text_object(value, f"{at}/{key}", longest, plain=plain)

    def text_object(self, value: Any, at: str, longest: int, *, plain: bool = False) -> None:
        """Check a text object in a list."""
        kinds = {"plain_text"} if plain else {"plain_text", "mrkdwn"}
        if not isinstance(value, dict):
            self.fail("must be an object", at)
        elif value.get("type") not in kinds:
            self.fail(f"unsupported type: {value.get('type')}", f"{at}/type")
        else:
            before = len(self.errors)
            self.string(value.get("text"), f"{at}/text", longest)
            if len(self.errors) > before:
                self.errors.insert(before, f"failed to match all allowed schemas [json-pointer:{at}]")

    def items(self, holder: Json, key: str, at: str, most: int) -> list[Any]:
        """Check a list of 1 to `most` items and return it."""
        value = holder.get(key)
        if not isinstance(value, list):
            self.fail(f"missing required field: {key}", at)
            return []
        if len(value) > most:
            self.fail(f"no more than {most} items allowed", f"{at}/{key}")
        elif not value:
            self.fail("must provide at least 1 items", f"{at}/{key}")
        return value

    def properties(self, value: Json, known: dict[str, frozenset[str]], at: str) -> None:
        """Refuse properties that this type does not have."""
        allowed = known.get(value.get("type", ""))
        if allowed is None:
            return
        for name in value.keys() - allowed:
            self.fail(f"invalid additional property: {name}", at)

    def element(self, value: Any, at: str, allowed: frozenset[str]) -> None:
        """Check one element of a block that takes the `allowed` types."""
        if not isinstance(value, dict):
            self.fail("must be an object", at)
            return
        kind = value.get("type")
        if kind not in allowed:
            self.fail(f"unsupported type: {kind}", f"{at}/type")
            return
        if kind in {"plain_text", "mrkdwn"}:
            self.text_object(value, at, 3000)
            return
        self.properties(value, PROPERTIES, at)
        self.optional(value, "action_id", at, 255)
        self.text(value, "placeholder", at, 150, plain=True)
        self._confirm(value, at)
        if kind in {"button", "workflow_button"}:
            self._button(value, at)
        elif kind == "feedback_buttons":
            self._feedback(value, at)
        elif kind == "icon_button":
            self.text(value, "text", at, 75, plain=True, required=True)
            self.optional(value, "value", at, 2000)
        elif kind == "image":
            self.image(value, at)
        elif kind == "plain_text_input":
            self.optional(value, "initial_value", at, 3000)
        elif "static_select" in kind or kind in OPTION_LIMITS:
            self._options(value, at, OPTION_LIMITS.get(kind, 100))

    def image(self, value: Json, at: str) -> None:
        """Check the parts an image block and an image element share."""
        self.url(value, "image_url", at)
        if not value.get("image_url") and not value.get("slack_file"):
            self.fail("missing required field: image_url", at)
        if not value.get("alt_text"):
            self.fail("missing required field: alt_text", at)
        self.optional(value, "alt_text", at, 2000)

    def _button(self, value: Json, at: str) -> None:
        self.text(value, "text", at, 75, plain=True, required=True)
        self.optional(value, "value", at, 2000)
        self.optional(value, "accessibility_label", at, 75)
        self.url(value, "url", at)
        if value.get("style") not in {None, "primary", "danger"}:
            self.fail("must be one of: primary, danger", f"{at}/style")

    def _feedback(self, value: Json, at: str) -> None:
        for key in ("positive_button", "negative_button"):
            button = value.get(key)
            if not isinstance(button, dict):
                self.fail(f"missing required field: {key}", at)
                continue
            self.text(button, "text", f"{at}/{key}", 75, plain=True, required=True)
            if button.get("value") is None:
                self.fail("missing required field: value", f"{at}/{key}")
            self.optional(button, "value", f"{at}/{key}", 2000)
            self.optional(button, "accessibility_label", f"{at}/{key}", 75)

    def _options(self, value: Json, at: str, most: int) -> None:
        if value.get("option_groups") is None:
            self._option_list(value, at, most)
            return
        for index, group in enumerate(self.items(value, "option_groups", at, 100)):
            place = f"{at}/option_groups/{index}"
            self.text(group, "label", place, 75, plain=True, required=True)
            self._option_list(group, place, most)

    def _option_list(self, holder: Json, at: str, most: int) -> None:
        for index, option in enumerate(self.items(holder, "options", at, most)):
            place = f"{at}/options/{index}"
            if not isinstance(option, dict):
                self.fail("must be an object", place)
                continue
            self.text(option, "text", place, 75, required=True)
            self.text(option, "description", place, 75)
            self.optional(option, "value", place, 150)
            self.url(option, "url", place)

    def _confirm(self, value: Json, at: str) -> None:
        confirm = value.get("confirm")
        if not isinstance(confirm, dict):
            return
        for key, longest in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
            self.text(confirm, key, f"{at}/confirm", longest, plain=key != "text")
