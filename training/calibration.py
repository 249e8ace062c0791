"""Fit the weights of index/searching/calibration.py on questions known to be answered or not, and write them there.

    python -m training.calibration [--check INDEX QUESTIONS.jsonl]...

Indexes of the reports of this repository are built, and asked its own questions. Each row of QUESTIONS has question,
answerable and article; of the unanswerable ones, "kind" tells the off-topic ("off") from the near misses. A question
whose article is not in the index counts as unanswerable there: asking the questions of one index to another generates
more of those. The pairs of --check are not fitted, only judged by the result.

Prints, for each pair, which share is answered, by kind. With --on INDEX QUESTIONS.jsonl, repeated, these pairs are
fitted instead, and the weights are printed and not written.
"""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from index.building.build import build
from index.models.encoder import BUNDLED_MODEL, load_encoder
from index.searching.search import open_searcher
from index.settings import IndexSettings
from index.types import SplitSettings
from training.made import CALIBRATION, ROOT, Manifest

if TYPE_CHECKING:
    from collections.abc import Iterator

    Pair = tuple[Path, Path]
    Rows = dict[str, list[list[float]]]

NAMES = ("above_background", "lead", "words_found", "rarest_missing")
# Answerable questions and all others weigh the same. Near misses ask what a report does not say of its own event:
# the signals can hardly tell, so they weigh half of what each other kind does.
KINDS = {"answerable": 1.0, "off": 0.4, "near": 0.2, "other article": 0.4}
# Folders of articles, and the sets of questions that each is asked; one is asked of both, and answered in one.
OWN = {"articles": ("own",), "benchmarks/reports": ("reports_a", "own")}

PAIR = {"nargs": 2, "multiple": True, "type": click.Path(exists=True, path_type=Path)}


@click.command()
@click.option("--on", "fitted", help="Fit this index and file of questions instead, and write nothing.", **PAIR)
@click.option("--check", "checked", help="An index and a file of questions that are judged only.", **PAIR)
def main(fitted: tuple[Pair, ...], checked: tuple[Pair, ...]) -> None:
    """Fit, write the weights and print what they do."""
    with tempfile.TemporaryDirectory() as scratch:
        pairs = fitted or tuple(own_pairs(Path(scratch)))
        groups = [(index, questions, signals(index, questions)) for index, questions in (*pairs, *checked)]
    model = fit([rows for _, _, rows in groups[: len(pairs)]])
    if fitted:
        print(formula(model))
    else:
        Manifest().write(CALIBRATION, formula(model).encode())
    for index, questions, rows in groups:
        print(f"{questions.name} on {index.name}: answered", end=" ")
        print(", ".join(f"{kind} {share(model, rows[kind]):.2f} of {len(rows[kind])}" for kind in KINDS if rows[kind]))
        print(f"    AUROC {auroc(model, rows):.3f}")


def own_pairs(scratch: Path) -> Iterator[Pair]:
    """Build an index of every folder of our own, and yield it with each of its sets of questions."""
    for folder, questions in OWN.items():
        index = scratch / Path(folder).name
        build([ROOT / folder], index, load_encoder(BUNDLED_MODEL), SplitSettings(600))
        yield from ((index, ROOT / "benchmarks" / f"questions_{name}.jsonl") for name in questions)


def formula(model: LogisticRegression) -> str:
    """Return the sum of the weighted signals as it stands in the code."""
    weighted = (
        f"        {'-' if weight < 0 else '+'} {abs(weight):.2f} * signals.{name}\n"
        for name, weight in zip(NAMES, model.coef_[0], strict=True)
    )
    return f"        {model.intercept_[0]:.2f}\n" + "".join(weighted)


def signals(index: Path, questions: Path) -> Rows:
    """Return the signals of the questions by kind; those that lack the asked type need no weights."""
    searcher = open_searcher(IndexSettings.load(index=index, reader="off"))
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
