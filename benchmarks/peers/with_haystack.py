"""Haystack: split by Markdown headings and by length, its in-memory store, and its fusion with BM25."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness import CANDIDATES, CHARACTERS, HITS, OVERLAP, PASSAGE_PROMPT, QUESTION_PROMPT, Article, Built, Passage, run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from haystack import Document
    from haystack.document_stores.in_memory import InMemoryDocumentStore

# Its default has an NLTK model for English sentences in the place of the full stops.
SEPARATORS = ["\n\n", "\n", "。", r"\. ", " "]


def build(articles: Sequence[Article], model: str) -> Built:
    from haystack.components.joiners import DocumentJoiner
    from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
    from haystack_integrations.components.embedders.sentence_transformers import SentenceTransformersTextEmbedder

    documents = split(articles)
    store = fill_store(documents, model)
    embedder = SentenceTransformersTextEmbedder(model=model, prefix=QUESTION_PROMPT, progress_bar=False)
    dense = InMemoryEmbeddingRetriever(store)
    bm25 = InMemoryBM25Retriever(store, top_k=CANDIDATES)
    joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=HITS)

    def search(question: str, count: int) -> list[Document]:
        embedding = embedder.run(text=question)["embedding"]
        return dense.run(query_embedding=embedding, top_k=count)["documents"]

    def fuse(question: str) -> list[Document]:
        # Not a pipeline: it would hand over BM25's list first, because that is ready first, and the first list
        # wins the many ties, also with passages that share no word with the question.
        return joiner.run([search(question, CANDIDATES), bm25.run(query=question)["documents"]])["documents"]

    return Built(
        [passage(document) for document in documents],
        {
            "dense": lambda question: [passage(document) for document in search(question, HITS)],
            "hybrid": lambda question: [passage(document) for document in fuse(question)],
        },
    )


def fill_store(documents: Sequence[Document], model: str) -> InMemoryDocumentStore:
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack_integrations.components.embedders.sentence_transformers import SentenceTransformersDocumentEmbedder

    embedder = SentenceTransformersDocumentEmbedder(
        model=model, prefix=PASSAGE_PROMPT, meta_fields_to_embed=["title", "header"], progress_bar=False
    )
    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    store.write_documents(embedder.run(documents=documents)["documents"])
    return store


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
    run(build)
