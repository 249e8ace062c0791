"""LangChain: split by Markdown headings and by length, FAISS, and its ensemble with BM25."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness import CANDIDATES, CHARACTERS, HITS, OVERLAP, PASSAGE_PROMPT, QUESTION_PROMPT, Article, Passage, run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from langchain_core.documents import Document
    from langchain_huggingface import HuggingFaceEmbeddings

# Its documentation names these for languages that put no spaces between words.
SEPARATORS = ["\n\n", "\n", " ", ".", ",", "\u200b", "，", "、", "．", "。", ""]


def build(articles: Sequence[Article], model: str, index: Path) -> Sequence[Passage]:
    from langchain_community.vectorstores import FAISS

    documents = split(articles)
    FAISS.from_documents(documents, load_model(model)).save_local(str(index))
    return [passage(document) for document in documents]


def open_index(model: str, index: Path, hybrid: bool) -> Callable[[str], Sequence[Passage]]:
    from langchain_classic.retrievers import EnsembleRetriever
    from langchain_community.retrievers import BM25Retriever
    from langchain_community.vectorstores import FAISS

    store = FAISS.load_local(str(index), load_model(model), allow_dangerous_deserialization=True)
    retriever: Any = store.as_retriever(search_kwargs={"k": CANDIDATES if hybrid else HITS})
    if hybrid:
        # It cannot be saved.
        bm25 = BM25Retriever.from_documents(store.get_by_ids(list(store.index_to_docstore_id.values())), k=CANDIDATES)
        # Not BM25 first, as in its example: the first leg wins ties, and BM25's first passage shares no word with
        # most questions, because words are what stands between spaces.
        retriever = EnsembleRetriever(retrievers=[retriever, bm25], weights=[0.5, 0.5])
    return lambda question: [passage(found) for found in retriever.invoke(question)]


def load_model(model: str) -> HuggingFaceEmbeddings:
    from langchain_huggingface import HuggingFaceEmbeddings

    return HuggingFaceEmbeddings(
        model_name=model,
        model_kwargs={"device": "cpu"},
        encode_kwargs={"prompt": PASSAGE_PROMPT},
        query_encode_kwargs={"prompt": QUESTION_PROMPT},
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
    run(build, open_index)
