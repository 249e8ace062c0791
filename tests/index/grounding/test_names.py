"""Names are told as they are written, by reading, sound and dictionary; others are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index.grounding.names import names, untold
from index.grounding.statement import statement

if TYPE_CHECKING:
    from index.grounding.vocabulary import Vocabulary


@pytest.mark.parametrize(
    ("sentence", "line"),
    [
        ("Miyahara spoke.", "宮原さんが話した。"),
        ("宮原さんが話した。", "Miyahara spoke."),
        ("渡邊さんが話した。", "渡辺さんが話した。"),
        ("マルメで開いた。", "It was in Malmö."),
        ("It was in Leeds.", "リーズで開いた。"),
        ("コンスタンティンさんが話した。", "Konstantin spoke."),
        ("They use Postgres.", "PostgreSQL を使う。"),
        ("It was in Tokyo.", "東京で開いた。"),
        ("Overall, the team was happy.", "全体としてよかった。"),
        ("They use SDKs.", "SDK を使う。"),
        ("São Paulo", "Sao Paulo"),
        ("The bill is 6,400 Swiss francs.", "The bill is CHF 6,400."),
        ("They use Kubernetes.", "Kubernatesを使う。"),
        ("They use JavaScript.", "JS を使う。"),
        ("395カナダドルの券", "The ticket was CAD 395."),
        ("A会場で話した。", "They spoke in room A."),
        ("キーバリューストアを調べた。", "We profiled a small key-value store."),
    ],
)
def test_a_name_is_told_in_other_ways_to_write_it(sentence: str, line: str, vocabulary: Vocabulary) -> None:
    assert untold(statement(sentence), [statement(line)], vocabulary) is None


@pytest.mark.parametrize(
    ("sentence", "line", "name"),
    [
        ("Tanaka spoke.", "宮原さんが話した。", "Tanaka"),
        ("Company C lost the key.", "B社は鍵を失くした。", "C"),
        ("田中さんが話した。", "Miyahara spoke.", "田中"),
        ("田中さんが話した。", "宮原さんが話した。", "田中"),
        ("It was in Berlin.", "It was in Leipzig.", "Berlin"),
        ("ロンドンで開いた。", "It was in Leeds.", "ロンドン"),
        ("They use ST_Simplify.", "ST_Subdivide を使う。", "Simplify"),
        ("They replaced Kafka.", "They replaced NATS.", "Kafka"),
        ("@lindenau chairs.", "@tsegaye chairs.", "lindenau"),
        ("総務課に頼んだ。", "財政課に頼んだ。", "総務"),
        ("In May Tanaka won the prize.", "In May Miyahara won the prize.", "Tanaka"),
        ("They run it on AppSync.", "They run it as before.", "AppSync"),
        ("They met at Interop2024.", "They met at Interop2023.", "Interop2024"),
        ("「ひきしお」をほめた。", "「ヒトデ銀行」をほめた。", "ひきしお"),
    ],
)
def test_another_name_is_not_told(sentence: str, line: str, name: str, vocabulary: Vocabulary) -> None:
    found = untold(statement(sentence), [statement(line)], vocabulary)
    assert found is not None
    assert found.text == name


def test_months_units_and_words_at_the_beginning_are_no_names() -> None:
    assert names(statement("Costs rose to 5 GB in March on Tuesday.")) == ()
