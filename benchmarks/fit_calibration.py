"""Fit the weights of index/calibration.py on questions that are known to be answered or not.

    python benchmarks/fit_calibration.py --on INDEX QUESTIONS.jsonl [--on INDEX QUESTIONS.jsonl ...]

Each row of QUESTIONS has question, answerable and article. A question whose article is not in the index counts as
unanswerable there: asking the questions of one index to another gives more of those. Answerable and unanswerable
weigh the same, and the first pair, which should be most like real use, as much as all others.
Prints the weights and, from ten-fold cross-validation, how many are answered.
"""

from __future__ import annotations

import json
from pathlib import Path

import click
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from index.search import open_searcher
from index.settings import IndexSettings

NAMES = ("above_background", "words_found", "words_found if Japanese", "if Japanese")


@click.command()
@click.option("--on", "pairs", nargs=2, multiple=True, required=True, type=click.Path(exists=True, path_type=Path))
def main(pairs: tuple[tuple[Path, Path], ...]) -> None:
    asked = [signals(index, questions) for index, questions in pairs]
    groups = [rows for found in asked for rows in found]
    features = np.array([row for rows in groups for row, _ in rows])
    answerable = np.array([label for rows in groups for _, label in rows])
    firsts = np.concatenate([np.full(len(rows), number < len(asked[0])) for number, rows in enumerate(groups)])
    weights = np.concatenate([np.full(len(rows), 1 / len(rows)) for rows in groups])
    for label in (True, False):
        for first in (True, False):
            part = (answerable == label) & (firsts == first)
            if part.any():
                weights[part] *= len(weights) / 4 / weights[part].sum()
    model = LogisticRegression(C=10)
    folds = StratifiedKFold(10, shuffle=True, random_state=0)
    found = cross_val_predict(
        model, features, answerable, cv=folds, params={"sample_weight": weights}, method="predict_proba"
    )[:, 1]
    model.fit(features, answerable, sample_weight=weights)
    print(f"constant {model.intercept_[0]:.2f}", *(f"{n} {w:.2f}" for n, w in zip(NAMES, model.coef_[0], strict=True)))
    start = 0
    for rows in groups:
        part = slice(start, start + len(rows))
        kept = float(np.mean(found[part] >= 0.5))
        print(f"{'answerable' if rows[0][1] else 'unanswerable'} {len(rows)}: {kept:.2f} answered")
        start += len(rows)
    print(f"AUROC over all {roc_auc_score(answerable, found):.3f}")


def signals(index: Path, questions: Path) -> list[list[tuple[list[float], bool]]]:
    """Return the signals of the answerable and of the unanswerable questions, asked type left out."""
    searcher = open_searcher(IndexSettings.load(index=index))
    articles = {article.path for article in searcher.store.tables.articles()}
    groups: dict[bool, list[tuple[list[float], bool]]] = {True: [], False: []}
    for line in questions.read_text("utf-8").splitlines():
        row = json.loads(line)
        found = searcher.search(row["question"]).signals
        if found.lacks_type:
            continue
        japanese = float(found.language == "ja")
        label = row["answerable"] and row["article"] in articles
        values = [found.above_background, found.words_found, japanese * found.words_found, japanese]
        groups[label].append((values, label))
    return [rows for rows in groups.values() if rows]


if __name__ == "__main__":
    main()
