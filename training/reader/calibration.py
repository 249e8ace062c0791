"""Fit what the reader's logit weighs beside the search, in index/searching/calibration.py, and print it.

    python -m training.reader.calibration [--on INDEX QUESTIONS.jsonl]...

The questions are those about the reports of training/ that the reader was not trained on, asked of all of these and of
their own report, and those about articles/. Each row of QUESTIONS has question and answerable. For each set it is
printed how well weights that were fitted to the others tell which of its questions are answered.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from index.building.build import build
from index.checking.measures import REFUSED_WRONGLY, refused_at_limit
from index.models.bundled import BUNDLED_MODEL
from index.models.encoder import load_encoder
from index.searching.calibration import search_logit
from index.searching.results import Filters
from index.searching.search import open_searcher
from index.settings import IndexSettings
from index.types import SplitSettings
from training.made import ROOT
from training.reader.own import invented_questions, measured_questions
from training.reader.prepared import is_held_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from training.reader.own import Asked

# Of the questions that people ask so many are answered; every set counts the same.
ANSWERED = 0.6
PAIR = {"nargs": 2, "multiple": True, "type": click.Path(exists=True, path_type=Path)}


class Set(NamedTuple):
    """What was found for some questions: the logit of the search, that of the reader, and whether the kind lacks."""

    name: str
    signals: NDArray[np.float64]
    answered: NDArray[np.bool_]


@click.command()
@click.option("--on", "pairs", help="Also fit the questions of this file, asked of this index.", **PAIR)
def main(pairs: tuple[tuple[Path, Path], ...]) -> None:
    """Fit, and print the weights."""
    sets = [ask(index.name, index, measured_questions([questions])) for index, questions in pairs]
    with tempfile.TemporaryDirectory() as scratch:
        sets += own_sets(Path(scratch))
    for one in sets:
        others = [other for other in sets if other.name.split()[0] != one.name.split()[0]]
        print(one.name, judged(fit(others), one))
    model = fit(sets)
    print("bias", model.intercept_.round(2), "search, reader, lack", model.coef_[0].round(2))


def own_sets(scratch: Path) -> Iterator[Set]:
    """Yield what is found for the questions about our own reports that nothing was learnt from."""
    build([ROOT / "articles"], scratch / "shipped", load_encoder(BUNDLED_MODEL), SplitSettings(600))
    shipped = [ROOT / "benchmarks" / "questions_own.jsonl"]
    yield ask("articles", scratch / "shipped", measured_questions(shipped))
    asked = [one for one in invented_questions(ROOT / "training") if is_held_out(one.report)]
    (scratch / "reports").mkdir()
    for name in {one.report for one in asked}:
        shutil.copy(ROOT / "training" / "reports" / name, scratch / "reports")
    build([scratch / "reports"], scratch / "invented", load_encoder(BUNDLED_MODEL), SplitSettings(600))
    yield ask("invented", scratch / "invented", asked)
    yield ask("invented one by one", scratch / "invented", asked, one_report=True)


def ask(name: str, index: Path, questions: Iterable[Asked], *, one_report: bool = False) -> Set:
    """Ask the questions of an index, or each of its own report."""
    searcher = open_searcher(IndexSettings.load(index=index, reader="on"))
    signals, answered = [], []
    for one in questions:
        filters = Filters(articles=[one.report]) if one_report else None
        found = searcher.search(one.question, 1, filters)
        if found.signals is not None and found.signals.reading is not None and not found.is_stated:
            signals.append((search_logit(found.signals), found.signals.reading, found.signals.lacks_type))
            answered.append(bool(one.evidence))
    return Set(name, np.array(signals, np.float64), np.array(answered))


def fit(sets: Sequence[Set]) -> LogisticRegression:
    """Fit the weights."""
    signals = np.concatenate([one.signals for one in sets])
    answered = np.concatenate([one.answered for one in sets])
    weights = np.concatenate(
        [np.where(one.answered, ANSWERED / one.answered.sum(), (1 - ANSWERED) / (~one.answered).sum()) for one in sets]
    )
    return LogisticRegression(C=10).fit(signals, answered, sample_weight=weights * len(answered) / len(sets))


def judged(model: LogisticRegression, one: Set) -> str:
    """Say how well the weights tell which questions of a set are answered."""
    chances = model.predict_proba(one.signals)[:, 1]
    answered, others = chances[one.answered], chances[~one.answered]
    refused = refused_at_limit(answered.tolist(), others.tolist())
    return (
        f"AUROC {roc_auc_score(one.answered, chances):.3f}, refused {refused:.3f} where {REFUSED_WRONGLY} are wrongly; "
        f"at .5 answered {np.mean(answered >= 0.5):.3f}, refused {np.mean(others < 0.5):.3f}"
    )


if __name__ == "__main__":
    main()
