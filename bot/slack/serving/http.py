"""``python -m bot http``: the app behind waitress, in one process or several, until it is told to end.

Waitress reads requests in one thread, without waiting for any, and hands over those that are whole. Servers whose
threads read, as gunicorn's and cheroot's do, are stopped by as many unfinished requests as they have threads.
"""

from __future__ import annotations

import errno
import logging
import os
import resource
import signal
import socket
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError, TransferEncodingNotImplemented
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask

from bot.ending import hand_over
from bot.metrics import Metrics, count_in
from bot.slack.serving.app import build_app
from bot.slack.serving.opening import open_bot
from bot.slack.serving.processes import fork_processes
from bot.slack.serving.site import Site
from index.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.settings import BotSettings

log = logging.getLogger(__name__)

# Requests are only written down, so that a few threads take a burst.
THREADS = 16
# Slack's largest payloads, forms with a whole message in them, have some hundred kilobytes.
LARGEST_BODY = 1_000_000
LARGEST_HEADERS = 32_768
# In this time a connection has to bring its next request, and take the answer to its last. Slack itself gives up
# after three seconds.
CONNECTION_SECONDS = 15
# Far more than Slack opens. Each may need a second file, for a large body; the index and the database need some, too.
MOST_CONNECTIONS = 4_000
OTHER_FILES = 200
BACKLOG = 1_024
# Every turn of waitress's loop looks at all connections, a few microseconds each. A pause in that proportion lets what
# happens meanwhile share a turn, and leaves Python's lock to those who answer.
PAUSE_PER_CONNECTION = 20e-6
# Within the half minute that platforms give; the answers in hand need most of it.
FINISH_SECONDS = 5


class _Parser(HTTPRequestParser):
    """Finds every fault of a request's head, so that it is answered."""

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head; raise ParsingError for all that is wrong, also where waitress lets ValueError through."""
        try:
            super().parse_header(header_plus)
        except (ValueError, TransferEncodingNotImplemented) as error:
            raise ParsingError(str(error)) from None


class _Refusal(ErrorTask):
    """The answer to what is no HTTP request, or too large; it is one line in the log."""

    def execute(self) -> None:
        """Answer it."""
        error = self.request.error
        log.warning("refused a request: %s", error.body, extra={"status": error.code, "address": self.channel.addr[0]})
        super().execute()


class _Channel(HTTPChannel):
    """A connection that knows since when it waits for its client."""

    parser_class = _Parser
    error_task_class = _Refusal

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.waiting_since = time.monotonic()

    def service(self) -> None:
        """Answer a request; from then on it waits for the next."""
        self.waiting_since = float("inf")
        super().service()
        self.waiting_since = time.monotonic()

    @property
    def is_busy(self) -> bool:
        """True as long as a request is not answered."""
        return bool(self.requests or self.total_outbufs_len)


class Server(TcpWSGIServer):
    """Waitress, with a limit to the time that a connection may take."""

    channel_class = _Channel

    def __init__(self, site: Site, listener: socket.socket) -> None:
        settings = Adjustments(
            sockets=[listener],
            threads=THREADS,
            backlog=BACKLOG,
            connection_limit=_most_connections(),
            # Every second, see ``maintenance``.
            cleanup_interval=1,
            max_request_header_size=LARGEST_HEADERS,
            max_request_body_size=LARGEST_BODY,
            # Clients that went away are no news; Site answers for all that fails here.
            log_socket_errors=False,
            # Site wants to know whether there was a proxy.
            clear_untrusted_proxy_headers=False,
            asyncore_use_poll=True,
            ident=None,
        )
        place = (listener.family, listener.type, listener.proto, listener.getsockname())
        super().__init__(site, _sock=listener, bind_socket=False, adj=settings, sockinfo=place)
        self._listener = listener
        self._is_ending = False

    def handle_accept(self) -> None:
        """Accept everybody who waits: waitress accepts one connection a turn."""
        before = -1
        while before < len(self._map) < self.adj.connection_limit:
            before = len(self._map)
            super().handle_accept()

    def maintenance(self, now: float) -> None:  # noqa: ARG002  a clock that can be set
        """Close the connections whose clients take too long, also those that send a byte now and then."""
        oldest = time.monotonic() - CONNECTION_SECONDS
        for channel in self.active_channels.values():
            if not channel.requests and channel.waiting_since < oldest:
                channel.will_close = True

    def end(self, *_: object) -> None:
        """End serving soon. Called by a signal, also in the middle of itself, so that it takes no lock."""
        self._is_ending = True
        self.pull_trigger()

    def serve(self) -> None:
        """Serve until told to end, then answer what has come in."""
        while not self._is_ending:
            self._turn(1.0)
        # No more connections; its own pipe stays open for the threads.
        self.accepting = False
        self.del_channel()
        self._listener.close()
        deadline = time.monotonic() + FINISH_SECONDS
        while time.monotonic() < deadline and any(channel.is_busy for channel in self.active_channels.values()):
            self._turn(0.1)
        self.task_dispatcher.shutdown(timeout=1)

    def _turn(self, seconds: float) -> None:
        """Read and write what can be; wait for it as long as that."""
        self.asyncore.loop(timeout=seconds, use_poll=True, map=self._map, count=1)
        time.sleep(len(self._map) * PAUSE_PER_CONNECTION)


def run(settings: BotSettings) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is in hand."""
    settings.require("http")
    # Waitress would warn of every burst.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    with _listener(settings.port) as listener:
        if settings.web_concurrency == 1:
            _serve(settings, listener, Metrics())
            return
        # All accept from this socket: of one that dies, the others take what has not been accepted.
        child = fork_processes(settings.web_concurrency, listener.close)
        count_in(child.shared, child.place)
        _serve(settings, listener, Metrics(child.shared), child.say_ready)


def _serve(
    settings: BotSettings, listener: socket.socket, metrics: Metrics, on_ready: Callable[[], None] = lambda: None
) -> None:
    with closing(open_bot(settings, metrics)) as bot:
        site = Site(bot, build_app(bot, settings), settings)
        with _errors_of_port(settings.port):
            server = Server(site, listener)
        hand_over()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, server.end)
        metrics.processes.set(1)
        on_ready()
        log.info("ready: listening on port %d", settings.port, extra={"pid": os.getpid()})
        server.serve()
        metrics.processes.set(0)
        log.info("ending: finishing the answers in hand")


@contextmanager
def _listener(port: int) -> Iterator[socket.socket]:
    """Take the port; connections are refused until somebody listens on it."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with _errors_of_port(port):
            listener.bind(("0.0.0.0", port))  # noqa: S104  it is there to be reached
        yield listener


@contextmanager
def _errors_of_port(port: int) -> Iterator[None]:
    """Turn the errors of taking a port into a sentence."""
    try:
        yield
    except OSError as error:
        in_use = error.errno == errno.EADDRINUSE
        raise SettingsError(
            f"PORT: another program listens on {port} already; end it or choose another port"
            if in_use
            else f"PORT: cannot listen on {port}: {error.strerror}"
        ) from None


def _most_connections() -> int:
    """Return how many connections there may be, with as many files allowed to this process as that takes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * MOST_CONNECTIONS + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return MOST_CONNECTIONS if soft == resource.RLIM_INFINITY else min(MOST_CONNECTIONS, (soft - OTHER_FILES) // 2)
