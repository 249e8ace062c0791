"""Keep secrets out of the logs, whoever writes them: by what they look like, and those of the settings literally."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BLOT = "…"
# A slash as it is, as Slack's JSON escapes it, and as forms write it.
_SLASH = r"(?:\\?/|%2f)"
# What stands between a name and its value in queries, forms, JSON, headers and the representations of Python.
_IS = r"""(?:\\*["'])?\s*(?:=|:|%3[ad]|,(?=\s*\\*["']))\s*(?:b?\\*["'])?"""
_VALUE = r"""[^\s"'\\&,;)}\]]+"""
# Of a token, its own pattern says which kind it was.
_NOT_OF_SLACK = r"(?!xox|xapp)"
# What no ordinary word of a sentence looks like.
_CODED = r"(?=[\w.~+/-]*(?:\d|(?-i:[a-z][A-Z])|[=._~+/-]))[\w.~+/=-]{6,}"

# What stays readable, and the secret behind it.
SECRETS = (
    # Bot, user, app-level and rotating tokens.
    (r"(?:(?:xox[a-z]\.)?xox[a-z]|xapp|xwfp)-", r"[\w.%-]+"),
    # Links that let anyone who has them post.
    (
        f"{_SLASH}(?:actions|services|commands|workflows|triggers|app){_SLASH}[TE]\\w+{_SLASH}",
        rf"(?:[\w.-]|{_SLASH})+",
    ),
    (rf"authorization{_IS}(?:(?:basic|bearer)(?:\s|%20|\+)+)?", _NOT_OF_SLACK + _VALUE),
    (r"\b(?:basic|bearer)\s+", _NOT_OF_SLACK + _CODED),
    (rf"(?:client|signing)[_-]?secret{_IS}", _VALUE),
    (rf"(?:access|refresh|verification|metrics|milvus)[_-]token{_IS}|password{_IS}", _VALUE),
    # What lets one connect, or finish an installation.
    (r"(?:[?&]|%3f|%26)(?:ticket|code|state|token)(?:=|%3d)", r"[^&\s\"']+"),
    (r"slack-app-oauth-state=|with code: |for state: ", r"[^\s;]+"),
    # Passwords in URLs, whatever is in them; a port is none.
    (r"://[^/\s:@]*:(?!\d{1,5}/)", r"[^\s\"'<>]{1,200}(?=@)"),
    # An answer of Slack's that is no JSON can be anything that people wrote.
    (r"in a non-JSON format: ", r".+"),
)
_SECRET = re.compile("|".join(f"(?P<_{at}>{kept}){secret}" for at, (kept, secret) in enumerate(SECRETS)), re.IGNORECASE)
# Parameters of addresses whose values are secrets by their names.
_SECRET_NAME = re.compile(r"key|token|secret|sig|pass|pwd|auth|cred|code|ticket|session|jwt", re.IGNORECASE)
# What else looks like one, between the dots and dashes of dates, versions and names: long, or digits among letters.
_SECRET_PART = re.compile(r"[^\s.,:;/_-]{20,}|(?=[^\s.,:;/_-]*\d)(?=[^\s.,:;/_-]*[A-Za-z])[^\s.,:;/_-]{8,}")
# Shorter ones would blot out parts of ordinary words.
LEAST_LENGTH = 4


class Redactor:
    """Blots out everything that looks like a secret, and the secrets that it is given wherever they stand."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        forms = {form for secret in secrets if len(secret) >= LEAST_LENGTH for form in _forms(secret)}
        # The longest first: one secret may begin another.
        literally = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
        self._given = re.compile(literally) if forms else None

    def redact(self, text: str) -> str:
        """Return a text with its secrets blotted out."""
        return redact(text if self._given is None else self._given.sub(BLOT, text))


def is_secret(name: str, value: str) -> bool:
    """Return whether a parameter of an address is to be kept out of logs: not a date, a version or a plain name."""
    return bool(_SECRET_NAME.search(name) or _SECRET_PART.search(value))


def redact(text: str) -> str:
    """Return a text with everything blotted out that looks like a secret."""
    return _SECRET.sub(lambda match: f"{match[str(match.lastgroup)]}{BLOT}", text)


def _forms(secret: str) -> Iterator[str]:
    """Yield how a secret stands in texts, URLs, forms, JSON, representations of Python, and headers."""
    yield from (secret, quote(secret, safe=""), quote_plus(secret), repr(secret)[1:-1])
    yield from (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
    yield base64.b64encode(secret.encode()).decode()
