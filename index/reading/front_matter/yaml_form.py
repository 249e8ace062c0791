"""Front matter in YAML, which anybody may have written and of which nothing is taken on trust."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml
from frontmatter.default_handlers import SafeLoader, YAMLHandler
from yaml.reader import Reader

from index.reading.front_matter.block import CONTAINERS, DEEPEST, Entry, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from index.reading.front_matter.block import Block


def entries(block: Block) -> list[Entry]:
    """Return the keys of a block with their values; raise ArticleError with the line at fault."""
    try:
        _check_shape(block)
        root = yaml.compose(block.text, Loader=SafeLoader)
        if not isinstance(root, yaml.MappingNode | None):
            raise block.error(0, "The front matter is not a list of keys and values.")
        _check_keys(block, root)
        # The library strips what it is given and looks for a boundary anywhere; with the YAML alone between two
        # boundaries it cannot see another one.
        values = YAMLHandler().load(block.text, Loader=_Loader) or {}
        return list(_entries(root, values)) if root else []
    except yaml.YAMLError as error:
        reason = f"The front matter is not valid YAML: {_problem(error)}."
        raise block.error(_error_line(error, block.text), reason) from error


class _Loader(SafeLoader):  # type: ignore[misc]  # the library has no types
    """Leaves numbers, dates, true and false as they are written: 1.10 stays 1.10, a million digits are no number."""


for _kind in ("int", "float", "bool", "timestamp"):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_kind}", SafeLoader.construct_yaml_str)


def _entries(root: yaml.MappingNode, values: Mapping[Any, Any]) -> Iterator[Entry]:
    """Yield the keys of a mapping with their values, and then those of the mappings in which generators have more."""
    inner: list[tuple[yaml.MappingNode, Mapping[Any, Any]]] = []
    for key, node in root.value:
        if not isinstance(key, yaml.ScalarNode) or key.value not in values:
            continue
        value = values[key.value]
        yield Entry(key.value, value, key.start_mark.index, _end(node))
        if key.value.casefold() in CONTAINERS and isinstance(node, yaml.MappingNode) and isinstance(value, dict):
            inner.append((node, value))
    for node, mapping in inner:
        yield from _entries(node, mapping)


def _end(node: yaml.Node) -> int:
    """Return where the text of a node ends; a list ends with its last item and not where the next key begins."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last)
    return int(node.end_mark.index)


def _check_shape(block: Block) -> None:
    """Refuse what would make little text large in memory, or reading it slow.

    The events that are looked at need neither memory nor a deep stack, whatever is written.
    """
    depth = 0
    for event in yaml.parse(block.text, Loader=SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise block.error(_line(event.start_mark), "The front matter has an alias, which is not allowed.")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise block.error(_line(event.start_mark), f"The front matter is nested more than {DEEPEST} deep.")


def _check_keys(block: Block, root: yaml.MappingNode | None) -> None:
    """Raise ArticleError for a key that is there twice."""
    known: set[str] = set()
    for key in (key for key, _ in (root.value if root else ()) if isinstance(key, yaml.ScalarNode)):
        if key.value in known:
            raise block.error(_line(key.start_mark), f"The front matter has the key {one_line(key.value)[:50]} twice.")
        known.add(key.value)


def _line(mark: Any) -> int:
    return int(mark.line)


def _error_line(error: yaml.YAMLError, text: str) -> int:
    mark = getattr(error, "problem_mark", None)
    if mark is not None:
        return min(int(mark.line), max(len(text.splitlines()) - 1, 0))
    odd = Reader.NON_PRINTABLE.search(text)
    return text.count("\n", 0, odd.start()) if odd else 0


def _problem(error: yaml.YAMLError) -> str:
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
    return one_line(str(problem)).rstrip(".")
