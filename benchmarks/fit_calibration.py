"""Fit the weights of index/calibration.py on questions that are known to be answered or not.

    python benchmarks/fit_calibration.py --on INDEX QUESTIONS.jsonl [--on INDEX QUESTIONS.jsonl ...] [--check ...]

Each row of QUESTIONS has question, answerable and article; of the unanswerable ones, "kind" tells the off-topic ("off")
from the near misses. A question whose article is not in the index counts as unanswerable there: asking the questions
of one index to another generates more of those. The pairs of --check are not fitted, only judged by the result.

Prints the weights, and for each pair which share is answered, by kind.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path

import click
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from index.search import open_searcher
from index.settings import IndexSettings

NAMES = ("above_background", "lead", "words_found", "rarest_missing")
# Answerable questions and all others weigh the same. Near misses ask what a report does not say of its own event:
# the signals can hardly tell, so they weigh half of what each other kind does.
KINDS = {"answerable": 1.0, "off": 0.4, "near": 0.2, "other article": 0.4}

Rows = dict[str, list[list[float]]]
PAIR = {"nargs": 2, "multiple": True, "type": click.Path(exists=True, path_type=Path)}


@click.command()
@click.option("--on", "fitted", required=True, help="An index and a file of questions; repeatable.", **PAIR)
@click.option("--check", "checked", help="The same, judged only.", **PAIR)
def main(fitted: tuple[tuple[Path, Path], ...], checked: tuple[tuple[Path, Path], ...]) -> None:
    """Print the weights and what they do."""
    groups = [(index, questions, signals(index, questions)) for index, questions in (*fitted, *checked)]
    model = fit([rows for _, _, rows in groups[: len(fitted)]])
    print(f"constant {model.intercept_[0]:.2f}", *(f"{n} {w:.2f}" for n, w in zip(NAMES, model.coef_[0], strict=True)))
    for index, questions, rows in groups:
        print(f"{questions.name} on {index.name}: answered", end=" ")
        print(", ".join(f"{kind} {share(model, rows[kind]):.2f} of {len(rows[kind])}" for kind in KINDS if rows[kind]))
        print(f"    AUROC {auroc(model, rows):.3f}")


def signals(index: Path, questions: Path) -> Rows:
    """Return the signals of the questions by kind; those that lack the asked type need no weights."""
    searcher = open_searcher(IndexSettings.load(index=index))
    articles = {article.path for article in searcher.store.tables.articles()}
    rows: Rows = defaultdict(list)
    for line in questions.read_text("utf-8").splitlines():
        row = json.loads(line)
        found = searcher.search(row["question"]).signals
        if found is not None and not found.lacks_type:
            values = asdict(found)
            rows[kind_of(row, articles)].append([values[name] for name in NAMES])
    return rows


def kind_of(row: dict[str, object], articles: set[str]) -> str:
    if row["answerable"]:
        return "answerable" if row["article"] in articles else "other article"
    return "off" if row.get("kind") == "off" else "near"


def fit(groups: list[Rows]) -> LogisticRegression:
    """Fit the weights; of each kind, every pair counts the same, or else the one with most questions would decide."""
    features: list[list[float]] = []
    answerable: list[bool] = []
    weights: list[float] = []
    for kind, weight in KINDS.items():
        parts = [rows[kind] for rows in groups if rows[kind]]
        for part in parts:
            features += part
            answerable += [kind == "answerable"] * len(part)
            weights += [weight / len(parts) / len(part)] * len(part)
    sample_weight = np.array(weights) * len(weights) / sum(weights)
    return LogisticRegression(C=10).fit(np.array(features), answerable, sample_weight=sample_weight)


def share(model: LogisticRegression, rows: list[list[float]]) -> float:
    return float(np.mean(model.predict_proba(np.array(rows))[:, 1] >= 0.5))


def auroc(model: LogisticRegression, rows: Rows) -> float:
    scored = [(kind, value) for kind in KINDS if rows[kind] for value in model.decision_function(np.array(rows[kind]))]
    labels = [kind == "answerable" for kind, _ in scored]
    return (
        float(roc_auc_score(labels, [value for _, value in scored])) if 0 < sum(labels) < len(labels) else float("nan")
    )


if __name__ == "__main__":
    main()
