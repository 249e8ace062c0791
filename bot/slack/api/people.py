"""Decide who may ask: members of the workspace always; guests and people of other organisations by setting.

Whoever Slack says nothing of may be one of those, and is asked to come again.
"""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal

from slack_sdk.errors import SlackApiError

from bot.slack.api.clients import UNREACHABLE

if TYPE_CHECKING:
    from bot.settings import BotSettings
    from bot.slack.api.clients import Clients
    from bot.slack.api.organisations import Organisations
    from index.types import Language

log = logging.getLogger(__name__)

# A guest that becomes a member need not wait long, and a chat costs one request.
KNOWN_SECONDS = 600
# Whoever was asked to try again in a moment must not meet the same answer; one question asks no more than once.
UNKNOWN_SECONDS = 3
REMEMBERED = 10_000
LOCKS = 32

# Pauses before Slack is asked again after what the client itself does not try again.
PAUSES = (0.5, 1.0)
BROKEN = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT})
PASSING = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable", "team_added_to_org"})

Refusal = Literal["external", "guest", "unknown"]


@dataclass(frozen=True, slots=True)
class Person:
    """A person as Slack describes them; ``known`` is False when it did not, ``colleague`` is of our organisation."""

    known: bool
    external: bool = False
    colleague: bool = False
    guest: bool = False
    locale: str = ""


UNKNOWN = Person(known=False)


class People:
    """Asks Slack who somebody is and remembers it for a while; safe to use from several threads."""

    def __init__(self, clients: Clients, settings: BotSettings, organisations: Organisations) -> None:
        self._clients = clients
        self._settings = settings
        self._organisations = organisations
        # One of several, so that two questions of one person do not ask Slack twice, nor one person wait for all.
        self._locks = [threading.Lock() for _ in range(LOCKS)]
        self._found: dict[tuple[str, str], tuple[float, Person]] = {}

    def refusal(self, team: str, user: str, home: str | None) -> Refusal | None:
        """Return why somebody may not ask, or None; ``home`` is the workspace that Slack's request names for them."""
        if self._settings.allow_external and self._settings.allow_guests:
            return None
        person = self._person(team, user)
        if not person.known:
            return "unknown"
        if person.external or not (person.colleague or self._is_inside(team, home)):
            return None if self._settings.allow_external else "external"
        return "guest" if person.guest and not self._settings.allow_guests else None

    def language(self, team: str, user: str) -> Language:
        """Return the language somebody uses Slack in, or the default."""
        locale = self._person(team, user).locale
        if not locale:
            return self._settings.default_language
        return "ja" if locale.startswith("ja") else "en"

    def _person(self, team: str, user: str) -> Person:
        with self._locks[hash((team, user)) % LOCKS]:
            until, person = self._found.get((team, user), (0.0, UNKNOWN))
            if time.monotonic() < until:
                return person
            person = self._ask(team, user)
            kept = KNOWN_SECONDS if person.known else UNKNOWN_SECONDS
            self._found[team, user] = time.monotonic() + kept, person
        while len(self._found) > REMEMBERED:
            with suppress(KeyError, StopIteration, RuntimeError):
                # Another thread may be at the same oldest entry; then there is one less to remove.
                del self._found[next(iter(self._found))]
        return person

    def _ask(self, team: str, user: str) -> Person:
        try:
            found = self._user_info(team, user)
        except UNREACHABLE as error:
            log.warning("Slack does not say who %s is: %s", user, error)
            return UNKNOWN
        return self._person_of(found, team)

    def _user_info(self, team: str, user: str) -> dict[str, Any]:
        client = self._clients.for_team(team)
        for pause in PAUSES:
            try:
                return dict(client.users_info(user=user, include_locale=True).get("user") or {})
            except SlackApiError as error:
                if not _passes(error):
                    raise
            time.sleep(pause)
        return dict(client.users_info(user=user, include_locale=True).get("user") or {})

    def _person_of(self, found: dict[str, Any], team: str) -> Person:
        if not found:
            return UNKNOWN
        organisation = self._organisation(team)
        theirs = (found.get("enterprise_user") or {}).get("enterprise_id")
        colleague = organisation is not None and theirs == organisation
        inside = colleague or self._is_inside(team, found.get("team_id"))
        return Person(
            known=True,
            external=bool(found.get("is_stranger")) or not inside,
            colleague=colleague,
            guest=bool(found.get("is_restricted")) or bool(found.get("is_ultra_restricted")),
            locale=found.get("locale") or "",
        )

    def _is_inside(self, team: str, workspace: str | None) -> bool:
        """Return whether a workspace is the bot's own, or belongs to the same Enterprise Grid organisation."""
        if workspace in {None, team}:
            return True
        organisation = self._organisation(team)
        return organisation is not None and organisation in {workspace, self._organisations.of(workspace or "")}

    def _organisation(self, team: str) -> str | None:
        identity = self._clients.identity(team)
        return identity.organisation if identity is not None else None


def _passes(error: SlackApiError) -> bool:
    """Return whether Slack may well answer when it is asked again."""
    return error.response.status_code in BROKEN or error.response.get("error") in PASSING
