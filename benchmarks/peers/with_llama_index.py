"""LlamaIndex: split by Markdown headings and by sentences, FAISS, and its fusion with BM25."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness import CANDIDATES, CHARACTERS, HITS, OVERLAP, PASSAGE_PROMPT, QUESTION_PROMPT, Article, Passage, run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from llama_index.core.schema import BaseNode
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

# It counts the metadata it embeds, title and heading path, as a part of the passage: about this much.
METADATA_CHARACTERS = 60


def build(articles: Sequence[Article], model: str, index: Path) -> Sequence[Passage]:
    import faiss
    from llama_index.core import StorageContext, VectorStoreIndex
    from llama_index.retrievers.bm25 import BM25Retriever
    from llama_index.vector_stores.faiss import FaissVectorStore

    nodes = split(articles)
    embedding = load_model(model)
    width = len(embedding.get_query_embedding("width"))
    # Not L2, as in its example: the fusion takes the highest scores for the best, and those are distances.
    context = StorageContext.from_defaults(vector_store=FaissVectorStore(faiss_index=faiss.IndexFlatIP(width)))
    VectorStoreIndex(nodes, storage_context=context, embed_model=embedding)
    context.persist(index)
    BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=CANDIDATES).persist(str(index / "bm25"))
    return [passage(node) for node in nodes]


def open_index(model: str, index: Path, hybrid: bool) -> Callable[[str], Sequence[Passage]]:
    from llama_index.core import StorageContext, load_index_from_storage
    from llama_index.core.llms import MockLLM
    from llama_index.core.retrievers import QueryFusionRetriever
    from llama_index.retrievers.bm25 import BM25Retriever
    from llama_index.vector_stores.faiss import FaissVectorStore

    folder = str(index)
    context = StorageContext.from_defaults(vector_store=FaissVectorStore.from_persist_dir(folder), persist_dir=folder)
    opened: Any = load_index_from_storage(context, embed_model=load_model(model))
    retriever: Any = opened.as_retriever(similarity_top_k=CANDIDATES if hybrid else HITS)
    if hybrid:
        retriever = QueryFusionRetriever(
            [retriever, BM25Retriever.from_persist_dir(str(index / "bm25"))],
            # Never asked: one query is the question itself. Without one given it would want an API key.
            llm=MockLLM(),
            num_queries=1,
            mode="reciprocal_rerank",
            similarity_top_k=HITS,
            use_async=False,
        )
    return lambda question: [passage(found.node) for found in retriever.retrieve(question)]


def load_model(model: str) -> HuggingFaceEmbedding:
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    return HuggingFaceEmbedding(
        model_name=model, query_instruction=QUESTION_PROMPT, text_instruction=PASSAGE_PROMPT, device="cpu"
    )


def split(articles: Sequence[Article]) -> Sequence[BaseNode]:
    from llama_index.core import Document
    from llama_index.core.ingestion import IngestionPipeline
    from llama_index.core.node_parser import MarkdownNodeParser, SentenceSplitter

    documents = [
        Document(
            text=article.text,
            metadata={"title": article.title, "article": article.path},
            # As its own directory reader does with file names.
            excluded_embed_metadata_keys=["article"],
            excluded_llm_metadata_keys=["article"],
        )
        for article in articles
    ]
    by_sentence = SentenceSplitter(
        # It counts in tokens, of another model than ours unless told otherwise; a character is a token here.
        chunk_size=CHARACTERS + METADATA_CHARACTERS,
        chunk_overlap=OVERLAP,
        tokenizer=list,
    )
    return IngestionPipeline(transformations=[MarkdownNodeParser(), by_sentence]).run(documents=documents)


def passage(node: BaseNode) -> Passage:
    return Passage(node.metadata["article"], node.get_content())


if __name__ == "__main__":
    run(build, open_index)
