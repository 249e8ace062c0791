"""What a user can press or pick in a message or a view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .payloads import input_state

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .state import Json

ELEMENT_KEYS = ("elements", "accessory", "element")
OPTIONS = frozenset({"static_select", "multi_static_select", "overflow", "radio_buttons", "checkboxes"})
MANY = frozenset({"multi_static_select", "checkboxes"})


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to press: its element, what it says, the value it stands for and what it sends."""

    element: Json
    block_id: str
    label: str
    value: str
    sends: Any


def choices(blocks: list[Json]) -> Iterator[Choice]:
    """Yield everything that can be pressed or picked in blocks."""
    for block in blocks:
        for element in elements(block):
            kind = element["type"]
            if kind in OPTIONS:
                for option in options(element):
                    sends = [option] if kind in MANY else option
                    yield _choice(element, block, option, sends)
            elif kind == "feedback_buttons":
                for key in ("positive_button", "negative_button"):
                    yield _choice(element, block, element[key], element[key])
            else:
                yield _choice(element, block, element, None)


def _choice(element: Json, block: Json, named: Json, sends: Any) -> Choice:
    label = (named.get("text") or named.get("placeholder") or {}).get("text", "")
    return Choice(element, block["block_id"], label, named.get("value", ""), sends)


def elements(block: Json) -> list[Json]:
    """Return the interactive elements of a block."""
    found: list[Json] = []
    for key in ELEMENT_KEYS:
        inside = block.get(key)
        found += inside if isinstance(inside, list) else [inside] if inside else []
    return [e for e in found if e.get("type") not in {"image", "plain_text", "mrkdwn"} and "type" in e and _active(e)]


def _active(element: Json) -> bool:
    return "action_id" in element or element["type"] in {"button", "feedback_buttons"}


def options(element: Json) -> list[Json]:
    """Return all options of a select, grouped or not."""
    groups = element.get("option_groups") or [element]
    return [option for group in groups for option in group.get("options", [])]


def pick(blocks: list[Json], action_id: str | None, text: str | None, value: str | None, index: int | None) -> Choice:
    """Return the one choice that fits, or tell what there is."""
    every = list(choices(blocks))
    fitting = [
        choice
        for choice in every
        if (action_id is None or choice.element.get("action_id") == action_id)
        and (text is None or choice.label == text)
        and (value is None or choice.sends is None or choice.value == value)
    ]
    if index is not None:
        fitting = fitting[index : index + 1]
    if len(fitting) != 1:
        offered = [(choice.element.get("action_id"), choice.label, choice.value) for choice in every]
        raise LookupError(f"{len(fitting)} elements fit ({action_id}, {text}, {value}); there are {offered}")
    return fitting[0]


def filled(blocks: list[Json], values: Json) -> Json:
    """Return the state of a view's inputs after a user filled in `values` by action_id."""
    state: Json = {}
    left = dict(values)
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        action_id = element.get("action_id", "")
        given = left.pop(action_id, None)
        if given is None and not block.get("optional") and not _initial(element):
            raise LookupError(f"the input {action_id} must be filled in")
        state[block["block_id"]] = {action_id: input_state(element["type"], _chosen(element, given))}
    if left:
        raise LookupError(f"the view has no inputs {sorted(left)}")
    return state


def _initial(element: Json) -> Any:
    return next((element[key] for key in element if key.startswith("initial_")), None)


def _chosen(element: Json, given: Any) -> Any:
    if given is None:
        return _initial(element)
    if element["type"] not in OPTIONS:
        return given
    by_value = {option["value"]: option for option in options(element)}
    return [by_value[value] for value in given] if element["type"] in MANY else by_value[given]
