"""Texts are cut the same way with the pieces of their scripts as with all 250,000."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.models.model_file import read_model_file
from index.models.tokenizer import Tokenizer, common_pieces, load_processor, normalize
from tests.support.helpers import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PIECES = read_model_file().pieces
WHOLE = load_processor(PIECES, np.arange(len(PIECES.scores) - 1))
TOKENIZER = Tokenizer(PIECES)
REPORTS = sorted((ROOT / "benchmarks" / "reports").glob("*.md"))
# Of two in English and Japanese, one in both, one that no piece has, and one in another script.
CHARACTERS = "aZ 7.-あカ日一龍▁→“”…＃😀㍿𠮷\u0301éя한"


@pytest.mark.parametrize("report", REPORTS, ids=lambda path: path.stem)
def test_reports(report: Path) -> None:
    for line in report.read_text("utf-8").splitlines():
        assert_same(line)


@given(st.text(st.sampled_from(CHARACTERS)) | st.text())
def test_any_text(text: str) -> None:
    assert_same(text)


def assert_same(text: str) -> None:
    normal = normalize(text)
    assert TOKENIZER.encode(text) == WHOLE.encode(normal)
    assert TOKENIZER.offsets(text) == WHOLE.encode(normal, return_type="offset_mapping")["offsets"]


def test_most_texts_need_two_fifths_of_the_pieces() -> None:
    common = common_pieces(PIECES)
    assert len(common) < 0.45 * len(PIECES.scores)
    # SentencePiece makes the score of unknown characters of the least one.
    assert PIECES.scores[common[4:]].min() == PIECES.scores[4:-1].min()


@pytest.mark.parametrize(
    ("text", "loads"),
    [("What is OLAP?", False), ("OLAPとは“何”ですか… → 決済 3 × 2 🎉👏🏻", False), ("Ваня", True), ("José", True)],
)
def test_the_others_are_loaded_when_a_text_needs_them(text: str, loads: bool) -> None:
    tokenizer = Tokenizer(PIECES)
    tokenizer.encode(text)
    assert tokenizer.is_whole is loads
