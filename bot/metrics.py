"""Count while the bot runs, and show the counts in the text format of Prometheus."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Literal, get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, generate_latest, values
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Outcome = Literal["answered", "not_found", "refused_full", "rate_limited", "failed"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)

CONTENT_TYPE = CONTENT_TYPE_LATEST

# Seconds; an answer takes some tenths of one, and waiting in a full queue up to minutes.
ANSWER_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)


# Where the library looks for the folder that processes count in.
SHARED = "PROMETHEUS_MULTIPROC_DIR"


def count_in(shared: Path, place: int) -> None:
    """Have this process count in files of a folder, where others add up what all have counted.

    Whoever takes the ``place`` of a process that died goes on with its files. To be called before any metrics are made,
    and before this process has threads.
    """
    os.environ[SHARED] = str(shared)
    # The library has looked when it was imported, which may have been in the process that this was forked off.
    values.ValueClass = values.MultiProcessValue(lambda: place)


def forget_process(place: int, shared: Path) -> None:
    """Leave a process that has ended out of what is counted of those that live; what it counted for good stays."""
    mark_process_dead(place, str(shared))


class Metrics:
    """The metrics of one process, in a registry of their own so that tests and libraries do not meet in it.

    With ``shared``, the folder that was given to ``count_in``, those of all processes are shown, added up.
    """

    def __init__(self, shared: Path | None = None) -> None:
        self._shared = shared
        self._registry = CollectorRegistry()
        self.answers_total = Counter(
            "answers_total", "Questions by what became of them.", ["outcome"], registry=self._registry
        )
        self.answer_seconds = Histogram(
            "answer_seconds",
            "Time from receiving a question to having sent its answer.",
            buckets=ANSWER_BUCKETS,
            registry=self._registry,
        )
        self.queue_depth = Gauge(
            "queue_depth", "Questions that wait for a worker.", registry=self._registry, multiprocess_mode="livesum"
        )
        self.processes = Gauge(
            "processes", "Processes that take requests.", registry=self._registry, multiprocess_mode="livesum"
        )
        self.slack_errors_total = Counter(
            "slack_errors_total",
            "Requests that Slack refused or did not answer.",
            ["method", "error"],
            registry=self._registry,
        )
        self.index_info = Info("index", "The version of the index that answers.", registry=self._registry)
        for outcome in OUTCOMES:
            # A rate over a series that is not there yet is no data instead of 0.
            self.answers_total.labels(outcome)

    @property
    def registry(self) -> CollectorRegistry:
        """The registry, for what is counted in other rooms."""
        return self._registry

    def count_answer(self, outcome: Outcome, seconds: float | None = None) -> None:
        """Count a question and, where it was answered, the seconds since it was received."""
        self.answers_total.labels(outcome).inc()
        if seconds is not None:
            self.answer_seconds.observe(seconds)

    def count_slack_error(self, method: str, error: str) -> None:
        """Count a request that Slack refused or did not answer."""
        self.slack_errors_total.labels(method, error).inc()

    def set_index_version(self, version: str) -> None:
        """Name the version of the index that answers from now on."""
        self.index_info.info({"version": version})

    def render(self) -> bytes:
        """Return all metrics in the text format; ``CONTENT_TYPE`` goes with it."""
        return generate_latest(self._everywhere())

    def totals(self, *gauges: str) -> list[int]:
        """Return gauges without labels, over all processes."""
        registry = self._everywhere()
        return [int(registry.get_sample_value(gauge) or 0) for gauge in gauges]

    def _everywhere(self) -> CollectorRegistry:
        if self._shared is None:
            return self._registry
        registry = CollectorRegistry()
        MultiProcessCollector(registry, str(self._shared))
        # Texts are not counted in files: this is the version of the process that is asked, and soon of all.
        registry.register(self.index_info)
        return registry


class WritingMetrics:
    """The metrics of written answers, in the registry of ``Metrics``; only where answers are written."""

    def __init__(self, metrics: Metrics) -> None:
        registry = metrics.registry
        self._written = Counter(
            "written_total", "Written answers by what became of them.", ["outcome"], registry=registry
        )
        self._sentences = Counter(
            "written_sentences_total", "Sentences of models: shown, or why not.", ["verdict"], registry=registry
        )
        self._first = Histogram(
            "llm_first_seconds", "Time to the first byte of a model.", buckets=ANSWER_BUCKETS, registry=registry
        )
        self._seconds = Histogram("llm_seconds", "Time of a model.", buckets=ANSWER_BUCKETS, registry=registry)
        self._tokens = Counter("llm_tokens_total", "Tokens, where servers say.", ["direction"], registry=registry)
        # All processes draw on the same ones.
        self._left = Gauge(
            "writes_left_today",
            "Requests to the model that are left today.",
            registry=registry,
            multiprocess_mode="mostrecent",
        )

    def count(self, outcome: str, shown: int, dropped: Mapping[Any, int]) -> None:
        """Count a written answer or why there is none, and its sentences."""
        self._written.labels(outcome).inc()
        for verdict, number in {"shown": shown, **dropped}.items():
            self._sentences.labels(verdict).inc(number)

    def time(self, first_seconds: float, seconds: float, tokens: tuple[int, int] | None) -> None:
        """Count what a reply took: seconds, and tokens read and written."""
        self._first.observe(first_seconds)
        self._seconds.observe(seconds)
        for direction, number in zip(("read", "written"), tokens or (), strict=False):
            self._tokens.labels(direction).inc(number)

    def left(self, requests: int) -> None:
        """Say how many requests are left today."""
        self._left.set(max(requests, 0))
