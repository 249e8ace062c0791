"""Where English sentences end, and where a full stop belongs to a word; each is parted by | where it ends."""

from __future__ import annotations

import pytest

from index.reading.markdown.inline import FREE, RenderedText
from index.reading.sentences import sentence_spans

PARTED = [
    "We met in the U.S. Embassy hall.| It rained.",
    "Half of them came from the U.S.| They were tired.",
    "The D.C. Area group won.| Everybody clapped.",
    "On Jan. 5 we met.| On Sept. 3 we left.",
    "Doors open on Fri. 7 June.| Come early.",
    "We lay in the sun.| Then the talks began.",
    "Nobody sat.| The hall had no chairs.",
    "See No. 5 and Fig. 3 of Vol. 2 first.| Then read both.",
    "He would not say no.| She did not, either.",
    "It began in 2019.| We moved in 2021.| Since then it has grown.",
    "Coffee was $3.50.| Cake was free.",
    "There are 1,200.| Most of them sleep.",
    "First, 1. Install it, then 2. Run it.",
    "Acme Inc. Announced it with Foo Corp. Later on.",
    "We saw boxes, cables, etc.| The rest was lost.",
    "Prof. Ida Lund and Mrs. Poe spoke.| They agreed.",
    "It works, e.g. Kafka does, i.e. Redis vs. Go.| Good.",
    "J. R. Vale came in v1. Nobody knew.",
    "He paused... then went on.| Nobody minded...| The end came.",
    "Read https://harbour.example/a.b.c first.| Then ask.",
]


@pytest.mark.parametrize("parted", PARTED)
def test_english_sentences(parted: str) -> None:
    sentences = [one.strip() for one in parted.split("|")]
    text = " ".join(sentences)
    rendered = RenderedText(text, tuple(text), bytes([FREE]) * len(text))
    assert [text[start:end] for start, end in sentence_spans(rendered, 0, len(text))] == sentences
