"""The settings of written answers: both or neither, and errors that name one and say no secret."""

from __future__ import annotations

from typing import Any

import pytest

from bot.settings import BotSettings
from index.errors import SettingsError

ON = {"llm_url": "http://localhost:11434/v1", "llm_model": "m"}


def load(**given: Any) -> BotSettings:
    return BotSettings.load(_env_file=None, **given)


def test_nothing_is_written_unless_both_are_set() -> None:
    assert not load().writes
    assert load(**ON).writes
    assert load(**ON, write="asked").writes
    assert not load(**ON, write="never").writes
    with pytest.raises(SettingsError, match=r"^LLM_MODEL: is not set, but LLM_URL is \("):
        load(llm_url=ON["llm_url"])
    with pytest.raises(SettingsError, match=r"^LLM_MODEL: is set, but LLM_URL is not \("):
        load(llm_model="m")


@pytest.mark.parametrize(
    "url",
    [
        "localhost:11434/v1",
        "ftp://x/v1",
        "http://",
        "http://[::1/v1",
        "http://x:99999/v1",
        "http://x y/v1",
        "http://é/v1",
    ],
)
def test_an_address_that_cannot_be_asked(url: str) -> None:
    with pytest.raises(SettingsError, match=r"^LLM_URL: is not an address such as https://api\.openai\.com/v1 \("):
        load(llm_url=url, llm_model="m")


def test_an_address_with_a_password_is_sent_elsewhere_and_not_repeated() -> None:
    with pytest.raises(SettingsError, match=r"LLM_URL: .* set LLM_KEY or LLM_HEADERS") as refused:
        load(llm_url="https://me:s3cret@x.example/v1", llm_model="m")
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("llm_headers", "s3cret"),
        ("llm_headers", '["s3cret"]'),
        ("llm_headers", '{"x": 7, "s3cret": ""}'),
        ("llm_headers", '{"x y": "s3cret"}'),
        ("llm_headers", '{"x": "s3cret\\r\\ny: z"}'),
        ("llm_headers", '{"x": "s3cret é"}'),
        ("llm_options", "s3cret"),
        ("llm_options", "[1]"),
        ("llm_options", '{"model": "s3cret"}'),
        ("llm_options", '{"messages": []}'),
        ("llm_key", "s3cret é"),
        ("llm_key", "s3cret two"),
        ("llm_seconds", "0"),
        ("write", "sometimes"),
        ("writes_per_day", "0"),
    ],
)
def test_what_cannot_be_used_is_named_and_not_repeated(setting: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^{setting.upper()}: ") as refused:
        load(**ON, **{setting: value})
    assert "s3cret" not in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("query", "secret"),
    [
        ("key=qu3ry", "qu3ry"),
        ("subscription-key=abcd", "abcd"),
        ("Signature=plain", "plain"),
        ("x=9f86d081884c7d659a2f", "9f86d081884c7d659a2f"),
        ("x=0b5c1a7e-1f4d-4c7e-9a55-1d2f3c4b5a69", "0b5c1a7e-1f4d-4c7e-9a55-1d2f3c4b5a69"),
        ("x=QWxhZGRpbjpvcGVuIHNlc2FtZQ%3D%3D", "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
        ("api-version=2024-10-21", None),
        ("api-version=2024-10-01-preview", None),
        ("api-version=v1beta", None),
        ("deployment=gpt-4o-mini", None),
        ("region=westeurope", None),
        ("alt=sse", None),
        ("stream=true&n=1", None),
    ],
)
def test_of_a_query_only_what_looks_like_a_secret_is_one(query: str, secret: str | None) -> None:
    settings = load(llm_model="m", llm_url=f"https://x.example/v1?{query}")
    assert list(settings.secrets()) == ([] if secret is None else [secret])


def test_keys_headers_and_queries_are_secrets() -> None:
    given = {"llm_key": "k3y-1", "llm_headers": '{"api-key": "h3ader"}', "llm_url": "https://x.example/v1?key=qu3ry"}
    settings = load(llm_model="m", **given)
    assert {"k3y-1", "h3ader", "qu3ry"} <= set(settings.secrets())
    assert settings.llm_host == "x.example"
    assert [secret for secret in ("k3y-1", "h3ader") if secret in repr(settings)] == []
