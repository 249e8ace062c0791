"""Tell by what an article is published, as far as that decides how it is read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.sites.page import Dialect

if TYPE_CHECKING:
    from collections.abc import Collection


__all__ = ["Dialect", "dialect_of"]

# Zenn's editor writes all of these.
_ZENN_KEYS = frozenset({"emoji", "type", "published"})
_QIITA_KEYS = frozenset({"organization_url_name", "ignorepublish", "slide"})
_JEKYLL_POST = re.compile(r"(?:.*/)?_posts/(?:.*/)?\d{4}-\d{2}-\d{2}-[^/]*")
_LIQUID = re.compile(r"\{%-?\s*\w+[^%\n]*%\}")
_HUGO_SHORTCODE = re.compile(r"\{\{[<%]\s*/?\s*[\w/-]+[^\n]*?[>%]\}\}")
_MDX_IMPORT = re.compile(
    r"^(?:import\s+(?:[\w*{][^\n]*\s+from\s+)?['\"][^\n]+['\"];?|export\s+(?:const|default|function)\b.*)$",
    re.MULTILINE,
)
# Reports of talks show code of all kinds.
_FENCE = re.compile(r"^[ \t>]*+(`{3,}+|~{3,}+)[^\n]*+(?:\n(?![ \t>]*+\1)[^\n]*+)*+", re.MULTILINE)


def dialect_of(path: str, form: str, keys: Collection[str], body: str) -> Dialect:
    """Return the dialect of an article by its path, the form and the keys (in small letters) of its front matter.

    ``form`` is one of ``yaml``, ``toml``, ``json``, ``headers`` and, where there is no front matter, empty.
    """
    known = frozenset(keys)
    body = _FENCE.sub("", body)
    signs = {
        Dialect.ZENN: known >= _ZENN_KEYS or (known >= {"topics", "published"} and "date" not in known),
        Dialect.QIITA: "private" in known and bool(known & _QIITA_KEYS),
        Dialect.PELICAN: form == "headers",
        Dialect.HUGO: form == "toml" or known >= {"date", "draft"} or _HUGO_SHORTCODE.search(body),
        Dialect.JEKYLL: _JEKYLL_POST.fullmatch(path) or _LIQUID.search(body) or known >= {"date", "layout"},
        Dialect.MDX: _MDX_IMPORT.search(body),
    }
    if path.lower().endswith(".mdx"):
        return Dialect.MDX
    return next((dialect for dialect, is_signed in signs.items() if is_signed), Dialect.PLAIN)
