"""txtai: its recursive chunker, FAISS, and its hybrid with BM25."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness import CHARACTERS, HITS, PASSAGE_PROMPT, QUESTION_PROMPT, Article, Built, Passage, run

if TYPE_CHECKING:
    from collections.abc import Sequence


def build(articles: Sequence[Article], model: str) -> Built:
    from txtai import Embeddings
    from txtai.pipeline import Segmentation

    split = Segmentation(chunker="recursive", tokenizer="character", chunk_size=CHARACTERS, rules=markdown_rules())
    # Metadata is not embedded, so the title goes where a reader sees it.
    passages = [
        Passage(article.path, chunk) for article in articles for chunk in split(f"# {article.title}\n\n{article.text}")
    ]
    embeddings = Embeddings(path=model, instructions={"query": QUESTION_PROMPT, "data": PASSAGE_PROMPT}, hybrid=True)
    embeddings.index(passage.text for passage in passages)

    def ask(question: str, dense_weight: float) -> list[Passage]:
        return [passages[number] for number, _ in embeddings.search(question, HITS, weights=dense_weight)]

    return Built(
        passages,
        # Half and half is what it does unless told otherwise.
        {"dense": lambda question: ask(question, 1.0), "hybrid": lambda question: ask(question, 0.5)},
    )


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
    run(build)
