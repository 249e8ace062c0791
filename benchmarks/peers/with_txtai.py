"""txtai: its recursive chunker, FAISS, and its hybrid with BM25."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from harness import CHARACTERS, HITS, PASSAGE_PROMPT, QUESTION_PROMPT, Article, Passage, run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

PASSAGES = "passages.json"


def build(articles: Sequence[Article], model: str, index: Path) -> Sequence[Passage]:
    from txtai import Embeddings
    from txtai.pipeline import Segmentation

    split = Segmentation(chunker="recursive", tokenizer="character", chunk_size=CHARACTERS, rules=markdown_rules())
    # Metadata is not embedded, so the title goes where a reader sees it.
    passages = [
        Passage(article.path, chunk) for article in articles for chunk in split(f"# {article.title}\n\n{article.text}")
    ]
    embeddings = Embeddings(path=model, instructions={"query": QUESTION_PROMPT, "data": PASSAGE_PROMPT}, hybrid=True)
    embeddings.index(passage.text for passage in passages)
    embeddings.save(str(index))
    # It keeps numbers, and texts only in a database, which would make its search slower.
    (index / PASSAGES).write_text(json.dumps([[passage.article, passage.text] for passage in passages]), "utf-8")
    return passages


def open_index(_model: str, index: Path, hybrid: bool) -> Callable[[str], Sequence[Passage]]:
    from txtai import Embeddings

    embeddings = Embeddings()
    embeddings.load(str(index))
    passages = [Passage(*row) for row in json.loads((index / PASSAGES).read_text("utf-8"))]
    # Half and half is what it does unless told otherwise.
    dense_weight = 0.5 if hybrid else 1.0
    return lambda question: [passages[number] for number, _ in embeddings.search(question, HITS, weights=dense_weight)]


def markdown_rules() -> Any:
    """Return rules like the chunker's Markdown recipe, which it would download; with Japanese full stops."""
    from chonkie import RecursiveLevel, RecursiveRules

    headings = [f"\n{'#' * level} " for level in range(1, 7)]
    return RecursiveRules(
        levels=[
            RecursiveLevel(delimiters=headings, include_delim="next"),
            RecursiveLevel(delimiters=["\n\n"]),
            RecursiveLevel(delimiters=["\n"]),
            RecursiveLevel(delimiters=["。", ". ", "! ", "? ", "！", "？"]),
            RecursiveLevel(whitespace=True),
            RecursiveLevel(),
        ]
    )


if __name__ == "__main__":
    run(build, open_index)
