"""What lines deny a sentence may not say, nor deny what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index.grounding.contradictions import contradicted
from index.grounding.statement import statement

if TYPE_CHECKING:
    from index.grounding.vocabulary import Vocabulary


@pytest.mark.parametrize(
    ("sentence", "line"),
    [
        ("They did not record the talks.", "They recorded the talks."),
        ("They recorded the talks.", "They did not record the talks."),
        ("講演は録画しなかった。", "講演は録画した。"),
        ("講演は録画した。", "講演は録画しなかった。"),
        ("翌年も止まった。", "翌年は止まらず、続いた。"),
        ("ビルドは止まらない。", "書き忘れがあるとビルドが止まる。"),
        ("They lowered the price.", "値段は下げなかった。"),
        ("値段は下げた。", "They did not lower the price."),
        ("結論が出た。", "長く話したが、結論は出さなかった。"),
        ("講演は録画された。", "いつものように録画なし、顔なし。"),
        ("He told us to sue.", "He didn't tell us to sue."),
        ("使った名前を教えてくれた。", "使った名前は教えてくれなかった。"),
        ("結局は費用を払った。", "They didn't pay."),
        ("ノートPCは2台とも見つかった。", "Two laptops were stolen; neither was found."),
        ("The price was checked by everyone.", "The price was checked by nobody."),
        ("今回も講演を録画した。", "講演の録画は今回は中止。"),
        ("The stipend covered the flight and the hotel.", "The stipend covered the flight but not the hotel."),
        ("They use Jenkins.", "They no longer use Jenkins."),
        ("They no longer use Jenkins.", "They use Jenkins."),
        ("参加者は50に増えなかった。", "参加者は50に増えた。"),
    ],
)
def test_a_denial_contradicts(sentence: str, line: str, vocabulary: Vocabulary) -> None:
    assert contradicted(statement(sentence), [statement(line)], vocabulary)


@pytest.mark.parametrize(
    ("sentence", "line"),
    [
        ("They did not record the talks.", "They refused to record the talks."),
        ("It has had no kills since May.", "Kills went from weekly to none in May."),
        ("VST3しか使えない。", "It cannot load anything else than VST3."),
        ("行数は変わらない。", "The row count stayed."),
        ("パソコンは10台になる。", "パソコンを持たない人のために、10台に増やす。"),
        ("講演は録画していない。", "講演は録画しなかった。"),
        ("They recorded all talks, and not only the first.", "They recorded all talks."),
        ("講演を録画しなければならない。", "講演を録画する必要がある。"),
        ("They wrote the plan before anyone spoke.", "計画を書くまで誰も話さなかった。"),
        ("木曜ではなく金曜に録画した。", "金曜に録画した。木曜にしなかったのは雨のため。"),
        ("The price fell to nothing.", "値段は0円になった。"),
        ("Nobody checks the price.", "The price is checked by nobody."),
        ("They gave up the recording.", "録画は諦めた。"),
        ("It costs at most one piece.", "It never costs more than one piece."),
        ("場所にかかわらず録画する。", "They record wherever they are."),
        ("登壇を頼んだ。", "「登壇しませんか」と頼んだ。"),
        ("Neither of the talks was recorded.", "There were two talks; neither was recorded."),
    ],
)
def test_the_same_in_other_words_does_not(sentence: str, line: str, vocabulary: Vocabulary) -> None:
    assert not contradicted(statement(sentence), [statement(line)], vocabulary)
