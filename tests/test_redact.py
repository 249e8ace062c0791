"""Secrets are blotted out of a text, and nothing else is."""

from __future__ import annotations

import pytest

from bot.slack.redact import redact


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("Bearer xoxb-123-456-AbC", "Bearer xoxb-…"),
        ("{'token': 'xapp-1-A0-1-abc', 'ok': 1}", "{'token': 'xapp-…', 'ok': 1}"),
        ("xoxe.xoxb-1-Mi0yL refresh xoxe-1-abc", "xoxe.xoxb-… refresh xoxe-…"),
        ("https://hooks.slack.com/actions/T0/123/abc failed", "https://hooks.slack.com/actions/T0/… failed"),
        (
            "wss://wss-primary.slack.com/link/?ticket=1-2&app_id=A",
            "wss://wss-primary.slack.com/link/?ticket=…&app_id=A",
        ),
        ("postgresql://bot:s3cret@host/db", "postgresql://bot:…@host/db"),
        ("client_secret=abc&code=def ok", "client_secret=…&code=… ok"),
        ("refused code=invalid_blocks", "refused code=invalid_blocks"),
        ("https://example.com/a?x=1 took 3 s at 12:30", "https://example.com/a?x=1 took 3 s at 12:30"),
        ("http://127.0.0.1:3000/slack/events", "http://127.0.0.1:3000/slack/events"),
        ("答えは「xoxo」です", "答えは「xoxo」です"),
    ],
)
def test_secrets_are_blotted_out(text: str, redacted: str) -> None:
    assert redact(text) == redacted
