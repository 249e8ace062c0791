"""Secrets are blotted out of a text, and nothing else is."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote, urlencode

import pytest

from bot.redact import Redactor, redact


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("Bearer xoxb-123-456-AbC", "Bearer xoxb-…"),
        ("{'token': 'xapp-1-A0-1-abc', 'ok': 1}", "{'token': 'xapp-…', 'ok': 1}"),
        ("xoxe.xoxb-1-Mi0yL refresh xoxe-1-abc", "xoxe.xoxb-… refresh xoxe-…"),
        ("my_xoxp-1-2 and xwfp-1.2", "my_xoxp-… and xwfp-…"),
        ("https://hooks.slack.com/actions/T0/123/abc failed", "https://hooks.slack.com/actions/T0/… failed"),
        ("https://hooks.slack.com/triggers/E01AB/123/abc", "https://hooks.slack.com/triggers/E01AB/…"),
        ("https://hooks.slack.com/workflows/T0/A1/12/abc", "https://hooks.slack.com/workflows/T0/…"),
        ("https://hooks.slack.com/services/T0/B0/XxYy12", "https://hooks.slack.com/services/T0/…"),
        (r"https:\/\/hooks.slack.com\/actions\/T0\/123\/abc", r"https:\/\/hooks.slack.com\/actions\/T0\/…"),
        ("hooks.slack.com%2Factions%2FT0%2F123%2Fabc&x=1", "hooks.slack.com%2Factions%2FT0%2F…&x=1"),
        (
            "wss://wss-primary.slack.com/link/?ticket=1-2&app_id=A",
            "wss://wss-primary.slack.com/link/?ticket=…&app_id=A",
        ),
        ("postgresql://bot:s3cret@host/db", "postgresql://bot:…@host/db"),
        ("postgresql://bot:a@b/c:d@host/db", "postgresql://bot:…@host/db"),
        ("client_secret=abc&code=def ok", "client_secret=…&code=… ok"),
        ('{"client_secret": "abc", "ok": 1}', '{"client_secret": "…", "ok": 1}'),
        (r'"{\"client_secret\": \"abc\"}"', r'"{\"client_secret\": \"…\"}"'),
        ("{'client_secret': 'abc'}", "{'client_secret': '…'}"),
        ("[('client_secret', 'abc')]", "[('client_secret', '…')]"),
        ("OAuthSettings(client_secret='abc', x=1)", "OAuthSettings(client_secret='…', x=1)"),
        ("X-Client-Secret: abc", "X-Client-Secret: …"),
        ("client_secret%3Dabc", "client_secret%3D…"),
        ("SLACK_SIGNING_SECRET=abc", "SLACK_SIGNING_SECRET=…"),
        ("Authorization: Basic dXNlcjpwYXNz", "Authorization: Basic …"),
        ("{'Authorization': 'Bearer abc'}", "{'Authorization': 'Bearer …'}"),
        ("('authorization', 'basic dXNlcjpwYXNz')", "('authorization', 'basic …')"),
        ("HTTP_AUTHORIZATION=token", "HTTP_AUTHORIZATION=…"),
        ("sent Basic dXNlcjpwYXNz to it", "sent Basic … to it"),
        ("sent bearer s3cret-token to it", "sent bearer … to it"),
        (
            "GET /slack/oauth_redirect?code=1.2.ab&state=e-f HTTP/1.1",
            "GET /slack/oauth_redirect?code=…&state=… HTTP/1.1",
        ),
        ("result with code: 1.2.ab - error: bad", "result with code: … - error: bad"),
        ("no data for state: e-f - gone", "no data for state: … - gone"),
        ("Cookie: slack-app-oauth-state=e-f; x", "Cookie: slack-app-oauth-state=…; x"),
        ("Received a response in a non-JSON format: who sings?", "Received a response in a non-JSON format: …"),
    ],
)
def test_secrets_are_blotted_out(text: str, redacted: str) -> None:
    assert redact(text) == redacted


@pytest.mark.parametrize(
    "text",
    [
        "refused code=invalid_blocks",
        "https://example.com/a?x=1 took 3 s at 12:30",
        "http://127.0.0.1:3000/slack/events",
        "http://127.0.0.1:3000/@reporter",
        "答えは「xoxo」です",
        "SLACK_SIGNING_SECRET is not set: copy the Signing Secret from Basic Information at https://api.slack.com/apps",
        "password authentication failed for user bot",
        "the bearer answers basic questions",
        "/services/data/reports and /actions/main",
    ],
)
def test_nothing_else_is(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize("secret", ["s3cret", "root:Mil vus", 'p@ss/w"rd\\', "鍵はここ", "a+b=c&d"])
def test_given_secrets_are_blotted_out_in_every_form(secret: str) -> None:
    blotted = Redactor([secret, "unused-secret"])
    forms = [secret, quote(secret, safe=""), urlencode({"x": secret}), json.dumps(secret), repr(secret)]
    forms += [repr({"x": [secret]}), base64.b64encode(secret.encode()).decode()]
    for form in forms:
        shown = blotted.redact(f"before {form} after")
        assert "…" in shown
        assert [part for part in (secret, *forms) if part in shown] == []
        assert shown.startswith("before ")
        assert shown.endswith(" after")


def test_short_secrets_do_not_blot_out_words() -> None:
    assert Redactor(["a", "", "ot"]).redact("what was not said") == "what was not said"
