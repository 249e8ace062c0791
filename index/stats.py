"""What an index holds and how it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from index import folder
from index.store import check_match

if TYPE_CHECKING:
    from pathlib import Path


def statistics(index: Path) -> dict[str, Any]:
    """Return name and value of everything worth knowing, from the manifest alone."""
    version = folder.open_version(index)
    manifest = version.manifest
    check_match(index, manifest)
    fingerprint = manifest["fingerprint"]
    return {
        "version": version.name,
        "format": manifest["format"],
        "articles": manifest["articles"],
        "passages": manifest["passages"],
        "sentences": manifest["sentences"],
        "bytes": sum(file["bytes"] for file in manifest["files"].values()),
        **{f"encoder {name}": value for name, value in fingerprint.items()},
        "learned sparse leg": "yes" if manifest["sparse_dimension"] else "no, the model has no sparse head",
        "late interaction": "yes" if "token_recipe" in fingerprint else "no, the model gives no token states",
        "longest passage": f"{manifest['split']['max_characters']} characters",
        "words": manifest["lexicon"],
        "dictionary": manifest["related"],
    }
