"""Texts are cut the same way with the pieces of their scripts as with all 250,000."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.models.model_file import read_model_file
from index.models.tokenizer import Tokenizer, common_pairs, load_processor, normalize, pieces_of
from tests.support.helpers import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

PIECES = read_model_file().pieces
WHOLE = load_processor(PIECES, np.arange(len(PIECES.scores) - 1))
# With which all English and Japanese texts are cut.
COMMON = pieces_of(PIECES, common_pairs())
REPORTS = sorted((ROOT / "benchmarks" / "reports").glob("*.md"))
# Of two in English and Japanese, one in both, one that no piece has, and one in another script.
CHARACTERS = "aZ 7.-あカ日一龍▁→“”…＃😀㍿𠮷\u0301éя한"


@pytest.fixture(scope="module")
def used() -> Tokenizer:
    """One that has cut some texts, and has loaded what all common ones need."""
    tokenizer = Tokenizer(PIECES)
    for text in ("What is OLAP?", "図書館のバックアップ", "決済 3 × 2 🎉👏🏻", "OLAPとは“何”ですか… →"):
        tokenizer.encode(text)
    assert tokenizer.piece_count == len(COMMON)
    return tokenizer


@pytest.mark.parametrize("report", REPORTS, ids=lambda path: path.stem)
def test_reports(report: Path, used: Tokenizer) -> None:
    text = report.read_text("utf-8")
    new = Tokenizer(PIECES)
    new.expect(text)
    loaded = new.piece_count
    for line in text.splitlines():
        assert_same(line, new)
        assert_same(line, used)
    assert new.piece_count == loaded < len(COMMON) / 2


@given(st.text(st.sampled_from(CHARACTERS)) | st.text())
def test_any_text(text: str) -> None:
    # Loads what this text needs alone.
    assert_same(text, Tokenizer(PIECES))


@given(st.lists(st.text(st.sampled_from(CHARACTERS)) | st.text(), min_size=2, max_size=6))
@settings(max_examples=20)
def test_any_texts(texts: list[str]) -> None:
    tokenizer = Tokenizer(PIECES)
    for text in texts:
        assert_same(text, tokenizer)


def assert_same(text: str, tokenizer: Tokenizer) -> None:
    normal = normalize(text)
    assert tokenizer.encode(text) == WHOLE.encode(normal)
    assert tokenizer.offsets(text) == WHOLE.encode(normal, return_type="offset_mapping")["offsets"]


@pytest.mark.parametrize("pairs", [np.zeros(1 << 16, bool), common_pairs()], ids=["none", "common"])
def test_unknown_characters_have_the_same_score(pairs: NDArray[np.bool_]) -> None:
    # SentencePiece makes it of the least one of the pieces.
    assert PIECES.scores[pieces_of(PIECES, pairs)[4:]].min() == PIECES.scores[4:-1].min()


def test_common_texts_need_two_fifths_of_the_pieces() -> None:
    assert len(COMMON) < 0.45 * len(PIECES.scores)


@pytest.mark.parametrize("text", ["Ваня", "José"])
def test_the_others_are_loaded_when_one_more_text_needs_them(text: str, used: Tokenizer) -> None:
    tokenizer = Tokenizer(PIECES)
    for common in ("one", "two", "three", "four"):
        tokenizer.encode(common)
    assert tokenizer.piece_count == len(COMMON)
    tokenizer.encode(text)
    assert tokenizer.piece_count == len(PIECES.scores) - 1


def test_texts_are_cut_while_others_load() -> None:
    texts = [line for report in REPORTS[:4] for line in report.read_text("utf-8").splitlines()[:40]]
    tokenizer = Tokenizer(PIECES)
    with ThreadPoolExecutor(8) as threads:
        cut = list(threads.map(tokenizer.encode, texts))
    assert cut == [WHOLE.encode(normalize(text)) for text in texts]
