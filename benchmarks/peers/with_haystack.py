"""Haystack: split by Markdown headings and by length, its in-memory store, and its fusion with BM25."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness import CANDIDATES, CHARACTERS, HITS, OVERLAP, PASSAGE_PROMPT, QUESTION_PROMPT, Article, Passage, run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from haystack import Document

STORE = "store.json"
# Its default has an NLTK model for English sentences in the place of the full stops.
SEPARATORS = ["\n\n", "\n", "。", r"\. ", " "]


def build(articles: Sequence[Article], model: str, index: Path) -> Sequence[Passage]:
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack_integrations.components.embedders.sentence_transformers import SentenceTransformersDocumentEmbedder

    documents = split(articles)
    embedder = SentenceTransformersDocumentEmbedder(
        model=model, prefix=PASSAGE_PROMPT, meta_fields_to_embed=["title", "header"], progress_bar=False
    )
    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    store.write_documents(embedder.run(documents=documents)["documents"])
    store.save_to_disk(str(index / STORE))
    return [passage(document) for document in documents]


def open_index(model: str, index: Path, hybrid: bool) -> Callable[[str], Sequence[Passage]]:
    from haystack.components.joiners import DocumentJoiner
    from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack_integrations.components.embedders.sentence_transformers import SentenceTransformersTextEmbedder

    store = InMemoryDocumentStore.load_from_disk(str(index / STORE))
    embedder = SentenceTransformersTextEmbedder(model=model, prefix=QUESTION_PROMPT, progress_bar=False)
    dense = InMemoryEmbeddingRetriever(store, top_k=CANDIDATES if hybrid else HITS)
    bm25 = InMemoryBM25Retriever(store, top_k=CANDIDATES)
    joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=HITS)

    def search(question: str) -> list[Document]:
        return dense.run(query_embedding=embedder.run(text=question)["embedding"])["documents"]

    def fuse(question: str) -> list[Document]:
        # Not a pipeline: it would hand over BM25's list first, because that is ready first, and the first list
        # wins the many ties, also with passages that share no word with the question.
        return joiner.run([search(question), bm25.run(query=question)["documents"]])["documents"]

    ask = fuse if hybrid else search
    return lambda question: [passage(document) for document in ask(question)]


def split(articles: Sequence[Article]) -> list[Document]:
    from haystack import Document
    from haystack.components.preprocessors import MarkdownHeaderSplitter, RecursiveDocumentSplitter

    documents = [Document(content=a.text, meta={"title": a.title, "article": a.path}) for a in articles]
    by_length = RecursiveDocumentSplitter(
        split_length=CHARACTERS, split_overlap=OVERLAP, split_unit="char", separators=SEPARATORS
    )
    sections = MarkdownHeaderSplitter().run(documents=documents)["documents"]
    return by_length.run(documents=sections)["documents"]


def passage(document: Document) -> Passage:
    return Passage(document.meta["article"], document.content)


if __name__ == "__main__":
    run(build, open_index)
