"""The metrics come out in the text format of Prometheus."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from bot.metrics import CONTENT_TYPE, OUTCOMES, Metrics


def samples(metrics: Metrics) -> dict[tuple[str, ...], float]:
    """Read the text back with Prometheus' own parser."""
    families = text_string_to_metric_families(metrics.render().decode())
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


def test_every_outcome_is_there_before_anything_was_asked() -> None:
    found = samples(Metrics())
    assert all(found["answers_total", outcome] == 0 for outcome in OUTCOMES)
    assert found["queue_depth",] == 0
    assert CONTENT_TYPE.startswith("text/plain")


def test_what_was_counted_comes_out() -> None:
    metrics = Metrics()
    metrics.count_answer("answered", 0.2)
    metrics.count_answer("answered", 3.0)
    metrics.count_answer("refused_full")
    metrics.count_slack_error("chat.postMessage", "not_in_channel")
    metrics.queue_depth.set(7)
    found = samples(metrics)
    assert found["answers_total", "answered"] == 2
    assert found["answers_total", "refused_full"] == 1
    assert found["answer_seconds_count",] == 2
    assert found["answer_seconds_sum",] == 3.2
    assert found["answer_seconds_bucket", "0.25"] == 1
    assert found["slack_errors_total", "not_in_channel", "chat.postMessage"] == 1
    assert found["queue_depth",] == 7


def test_only_the_version_in_use_is_named() -> None:
    metrics = Metrics()
    metrics.set_index_version("first")
    metrics.set_index_version("second")
    found = samples(metrics)
    assert found["index_info", "second"] == 1
    assert ("index_info", "first") not in found


def test_two_sets_of_metrics_do_not_meet() -> None:
    one, other = Metrics(), Metrics()
    one.count_answer("failed")
    assert samples(other)["answers_total", "failed"] == 0
