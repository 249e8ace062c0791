"""Keep Slack's secrets out of the logs, whoever writes them."""

from __future__ import annotations

import re

# Bot, user, app-level and rotating tokens; links that let anyone who has them post or connect; passwords in URLs.
SECRETS = re.compile(
    r"\b(?P<token>xox[a-z](?:\.xox[a-z])?|xapp)-[\w.%-]+"
    r"|(?P<link>/(?:actions|services|commands|workflows)/T\w+/)[\w/.-]+"
    r"|(?P<value>(?:[?&](?:ticket|code|state)|\bclient_secret|\bpassword)=)[^&\s\"']+"
    r"|(?P<login>://[^/\s:@]*:)[^/\s@]+(?=@)"
)


def redact(text: str) -> str:
    """Return a text with its secrets blotted out."""
    return SECRETS.sub(_blot, text)


def _blot(match: re.Match[str]) -> str:
    token, link, value, login = match.group("token", "link", "value", "login")
    return f"{token}-…" if token else f"{link or value or login}…"
