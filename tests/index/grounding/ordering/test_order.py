"""What lines put in order, a sentence may not turn round."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index.grounding.ordering.order import turned
from index.grounding.statement import statement

if TYPE_CHECKING:
    from index.grounding.vocabulary import Vocabulary


@pytest.mark.parametrize(
    ("sentence", "line"),
    [
        ("They moved from React to Astro.", "They moved from Astro to React."),
        ("They left React for Astro.", "They left Astro for React."),
        ("They chose Astro over React.", "They chose React over Astro."),
        ("Astroを、Reactへ置き換えた。", "Reactを、Astroへ置き換えた。"),
        ("They finish the design before filing the application.", "申請は設計より先に出す。application design"),
        ("クラウドから院内へ移した。", "クラウド(3台)へ移した。"),
        ("ReactからAstroへ移した。", "They moved from Astro to React."),
        ("It went from 54% to 81%.", "81% → 54%"),
        ("54%が81%になった。", "81%から54%に下がった。"),
        ("They use Vue instead of Astro.", "VueではなくAstroを使う。"),
        ("They replaced Redis with Kafka.", "Kafka was replaced by Redis."),
        ("クラウドから院内へ移した。", "クラウドへ移した。"),
        ("Sales fell from 5 to 9.", "Sales went from 5 to 9."),
        ("Astro takes the place of React.", "React takes the place of Astro."),
        ("AstroをReactに全部移した。", "ReactをAstroに全部移した。"),
        ("It became slower.", "It went from 9 s to 5 s."),
        ("It was 23 words before and is 71 now.", "It was 71 words before, is 23 now."),
    ],
)
def test_what_is_turned_round_is_found(sentence: str, line: str, vocabulary: Vocabulary) -> None:
    assert turned(statement(sentence), [statement(line)], vocabulary)


@pytest.mark.parametrize(
    ("sentence", "line"),
    [
        ("They moved from Astro to React.", "AstroからReactへ移した。"),
        ("81%が54%になった。", "81% → 54%"),
        ("They use Astro instead of Vue.", "VueではなくAstroを使う。"),
        ("It became faster.", "It went from 9 s to 5 s."),
        ("They use Astro.", "They moved from Vue to Astro."),
    ],
)
def test_the_same_order_is_not(sentence: str, line: str, vocabulary: Vocabulary) -> None:
    assert not turned(statement(sentence), [statement(line)], vocabulary)
