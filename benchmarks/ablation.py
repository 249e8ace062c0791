"""Show what each step of search gives: measure it with all of them, without one of them, and with one leg alone.

    python benchmarks/ablation.py INDEX QUESTIONS.jsonl [QUESTIONS.jsonl ...] [--output FILE.json]

The index is not built anew: a step is left out by its weight or by its answer.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from index.checking.evaluate import evaluate_search
from index.searching.search import DEFAULT_WEIGHTS, Searcher, Weights, open_searcher
from index.settings import IndexSettings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.checking.measures import Measure

NOTHING = Weights(dense=0, sparse=0, lexical=0, article=0, tokens=0)
VARIANTS = {
    "all steps": DEFAULT_WEIGHTS,
    **{f"without {name}": replace(DEFAULT_WEIGHTS, **{name: 0.0}) for name in asdict(DEFAULT_WEIGHTS)},
    **{f"{name} alone": replace(NOTHING, **{name: 1.0}) for name in ("dense", "sparse", "lexical")},
    "dense and lexical, as hybrids do": replace(NOTHING, dense=1.0, lexical=1.0),
}


class LiteralSearcher(Searcher):
    """Search in which a word means itself: no dictionary, no sounds, no readings."""

    def meant(self, terms: Sequence[str]) -> list[dict[int, float]]:
        numbers = self.store.tables.word_numbers(terms)
        return [{numbers[term]: 1.0} if term in numbers else {} for term in terms]


@click.command()
@click.argument("index", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("questions", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Where to write the figures as JSON.")
def main(index: Path, questions: tuple[Path, ...], output: Path | None) -> None:
    """Measure every variant on the questions and print a table."""
    opened = open_searcher(IndexSettings.load(index=index))
    searchers = {name: Searcher(opened.store, opened.encoder, weights) for name, weights in VARIANTS.items()}
    searchers["without translations, sounds and readings"] = LiteralSearcher(opened.store, opened.encoder)
    lines = [line for file in questions for line in file.read_text("utf-8").splitlines()]
    results = {}
    print(f"{'':42} evidence@1     @3     @5    en@5  quoted")
    for name, searcher in searchers.items():
        report = evaluate_search(searcher, lines)
        english = report.languages["en"]
        results[name] = {"all": asdict(report.overall), "en": asdict(english)}
        print(f"{name:42} {figures(report.overall)}   {english.evidence[5]:.3f}   {report.overall.quoted:.3f}")
    if output is not None:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(json.dumps(results, indent=1) + "\n", "utf-8")


def figures(measure: Measure) -> str:
    return "  ".join(f"{share:9.3f}" if depth == 1 else f"{share:.3f}" for depth, share in measure.evidence.items())


if __name__ == "__main__":
    main()
