"""The Bolt app: who it acts as, what it verifies, and its listeners."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, cast

from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.authorize import Authorize
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.oauth import OAuthFlow
from slack_bolt.oauth.oauth_settings import OAuthSettings

from bot.slack import listeners
from bot.slack.api.clients import new_client
from bot.slack.serving.manifest import bot_scopes

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_bolt import BoltContext, BoltResponse

    from bot.settings import BotSettings
    from bot.slack.api.clients import Clients, Identity
    from bot.slack.api.installations import Installations
    from bot.slack.work.bot import SlackBot

log = logging.getLogger(__name__)


class KnownWorkspaces(Authorize):
    """Tells Bolt who the bot is in a workspace, without a request to Slack for every event."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def __call__(
        self,
        *,
        context: BoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,  # noqa: ARG002  Bolt passes all four by name
        **_: Any,
    ) -> AuthorizeResult | None:
        """Return the bot's identity; None refuses the event of a workspace without an installation.

        From here on ``context.team_id`` is what the bot is installed in. For an organisation that is the same
        wherever in it something happens, while Slack names now this workspace, now that, and now none.
        """
        ids = (enterprise_id, team_id) if context.is_enterprise_install else (team_id, enterprise_id)
        identity = self._first(*ids)
        if identity is None:
            return None
        context["team_id"] = identity.team
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_user_id=identity.user,
            bot_id=identity.bot,
            bot_token=identity.token.get_secret_value(),
        )

    def _first(self, *ids: str | None) -> Identity | None:
        found = (self._clients.identity(one) for one in ids if one is not None)
        return next((identity for identity in found if identity is not None), None)


def build_app(bot: SlackBot, settings: BotSettings) -> App:
    """Make the Bolt app of the bot.

    Listeners only write down what came and queue the work, so they run before the acknowledgement
    (``process_before_response``): what Slack believes to be delivered is in the database.
    """
    secret = settings.slack_signing_secret
    app = App(
        name="event-report-bot",
        client=new_client(settings),
        signing_secret=secret.get_secret_value() if secret else "",
        # Bolt's hint leaves out the None that its own authorize functions return.
        authorize=cast("Callable[..., AuthorizeResult]", KnownWorkspaces(bot.clients)),
        oauth_flow=_oauth_flow(settings, bot.installations) if bot.installations else None,
        process_before_response=True,
        # Bolt would put say() and set_status() on every event; everything is sent through Delivery instead.
        attaching_conversation_kwargs_enabled=False,
        # Otherwise Bolt logs by itself what nobody listens to, with what people wrote in it.
        raise_error_for_unhandled_request=True,
    )
    app.error(_log_error)

    @app.middleware
    def learn(body: dict[str, Any], next: Callable[[], BoltResponse]) -> BoltResponse:  # noqa: A002  Bolt's name
        bot.organisations.learn(body)
        return next()

    listeners.register(app, bot)
    return app


def _log_error(error: Exception, body: dict[str, Any]) -> None:
    """Log what went wrong with a request, and of the request no more than its kind."""
    event = body.get("event")
    kind = {"type": body.get("type"), "event": event.get("type") if isinstance(event, dict) else None}
    if isinstance(error, BoltUnhandledRequestError):
        log.warning("nobody listens to this", extra=kind)
    else:
        log.error("a request could not be handled", exc_info=error, extra=kind)


def _oauth_flow(settings: BotSettings, installations: Installations) -> OAuthFlow:
    secret = settings.slack_client_secret
    oauth = OAuthSettings(
        client_id=settings.slack_client_id,
        client_secret=secret.get_secret_value() if secret else None,
        scopes=list(bot_scopes()),
        installation_store=installations.store,
        installation_store_bot_only=True,
        state_store=installations.states,
        state_expiration_seconds=installations.states.expiration_seconds,
    )
    return OAuthFlow(client=new_client(settings), settings=oauth)
