"""LangChain: split by Markdown headings and by length, FAISS, and its ensemble with BM25."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness import CANDIDATES, CHARACTERS, HITS, OVERLAP, PASSAGE_PROMPT, QUESTION_PROMPT, Article, Built, Passage, run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langchain_core.documents import Document

# Its documentation names these for languages that put no spaces between words.
SEPARATORS = ["\n\n", "\n", " ", ".", ",", "\u200b", "，", "、", "．", "。", ""]


def build(articles: Sequence[Article], model: str) -> Built:
    from langchain_classic.retrievers import EnsembleRetriever
    from langchain_community.retrievers import BM25Retriever
    from langchain_community.vectorstores import FAISS
    from langchain_huggingface import HuggingFaceEmbeddings

    documents = split(articles)
    embeddings = HuggingFaceEmbeddings(
        model_name=model,
        model_kwargs={"device": "cpu"},
        encode_kwargs={"prompt": PASSAGE_PROMPT},
        query_encode_kwargs={"prompt": QUESTION_PROMPT},
    )
    store = FAISS.from_documents(documents, embeddings)
    dense = store.as_retriever(search_kwargs={"k": HITS})
    # Not BM25 first, as in its example: the first leg wins ties, and BM25's first passage shares no word with most
    # questions, because words are what stands between spaces.
    legs = [
        store.as_retriever(search_kwargs={"k": CANDIDATES}),
        BM25Retriever.from_documents(documents, k=CANDIDATES),
    ]
    hybrid = EnsembleRetriever(retrievers=legs, weights=[0.5, 0.5])
    return Built(
        [passage(document) for document in documents],
        {
            "dense": lambda question: [passage(found) for found in dense.invoke(question)],
            "hybrid": lambda question: [passage(found) for found in hybrid.invoke(question)],
        },
    )


def split(articles: Sequence[Article]) -> list[Document]:
    from langchain_text_splitters import MarkdownHeaderTextSplitter, RecursiveCharacterTextSplitter

    by_heading = MarkdownHeaderTextSplitter([("#" * level, f"h{level}") for level in range(1, 7)], strip_headers=False)
    by_length = RecursiveCharacterTextSplitter(
        chunk_size=CHARACTERS, chunk_overlap=OVERLAP, separators=SEPARATORS, keep_separator="end"
    )
    documents = []
    for article in articles:
        # Metadata is not embedded, so the title goes where a reader sees it.
        sections = by_heading.split_text(f"# {article.title}\n\n{article.text}")
        for section in sections:
            section.metadata["article"] = article.path
        documents += by_length.split_documents(sections)
    return documents


def passage(document: Document) -> Passage:
    return Passage(document.metadata["article"], document.page_content)


if __name__ == "__main__":
    run(build)
