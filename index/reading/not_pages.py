"""Know the folders of a site generator that hold no pages of its author: packages, what it makes, its own parts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_WANTED = "; an articles folder itself is read"
_PACKAGES = f"a folder of packages{_WANTED}"
_MADE = f"made by a site generator{_WANTED}"
_PARTS = f"parts of a site generator{_WANTED}"
_DRAFTS = f"a folder of drafts{_WANTED}"

_ALWAYS = {
    **dict.fromkeys(("node_modules", "bower_components"), _PACKAGES),
    **dict.fromkeys(("_site", "__sapper__"), _MADE),
    **dict.fromkeys(("_includes", "_layouts", "_sass"), _PARTS),
    "_drafts": _DRAFTS,
}
_PACKAGE_FILES = re.compile(r"package\.json|composer\.json|Gemfile|go\.mod")
_HUGO_FILES = re.compile(r"(?:hugo|config)\.(?:toml|ya?ml|json)")
# These are names of events and reports as well; they mean something else beside the file of what makes them.
_BESIDE = {
    "vendor": (_PACKAGE_FILES, _PACKAGES),
    **dict.fromkeys(("dist", "build", "out"), (_PACKAGE_FILES, _MADE)),
    "public": (_HUGO_FILES, _MADE),
    **dict.fromkeys(("archetypes", "layouts", "themes"), (_HUGO_FILES, _PARTS)),
}


def reason_to_skip(folder: str, beside: Collection[str]) -> str | None:
    """Return why a folder of this name is left out, None when it is read; ``beside`` are the names beside it."""
    if folder in _BESIDE:
        files, reason = _BESIDE[folder]
        return reason if any(map(files.fullmatch, beside)) else None
    return _ALWAYS.get(folder)
