"""A local Slack server for end-to-end tests: Web API, Socket Mode, signed HTTP, and people who use it."""

from .delivery import Delivery
from .process import BotProcess, free_port
from .scenarios import Post
from .server import SlackServer
from .state import APP_ID, CHANNEL, TEAM, USER, Call, Channel, Message, Settings, Team, User, View

__all__ = [
    "APP_ID",
    "CHANNEL",
    "TEAM",
    "USER",
    "BotProcess",
    "Call",
    "Channel",
    "Delivery",
    "Message",
    "Post",
    "Settings",
    "SlackServer",
    "Team",
    "User",
    "View",
    "free_port",
]
