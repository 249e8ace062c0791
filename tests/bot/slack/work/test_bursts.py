"""What a burst of requests costs grows with the requests, not with their square."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

from bot.slack.serving.http import Server
from bot.slack.work.in_hand import CurrentQuestions
from tests.support.databases import opened, question
from tests.support.patience import PATIENCE

if TYPE_CHECKING:
    from pathlib import Path

CONNECTIONS = 50
THREADS = 16


def test_everybody_who_waits_is_accepted_at_once() -> None:
    with socket.socket() as listener, ExitStack() as clients:
        listener.bind(("127.0.0.1", 0))
        site: Any = None
        with closing(Server(site, listener)) as server:
            for _ in range(CONNECTIONS):
                clients.enter_context(closing(socket.create_connection(listener.getsockname())))
            server.handle_accept()
            assert len(server.active_channels) == CONNECTIONS
            for channel in list(server.active_channels.values()):
                channel.handle_close()
            server.task_dispatcher.shutdown(timeout=1)


def test_connections_to_the_database_are_kept_for_as_many_threads_as_write(tmp_path: Path) -> None:
    made: list[object] = []
    with opened(f"sqlite:///{tmp_path}/records.sqlite") as records, ThreadPoolExecutor(THREADS) as threads:
        event.listen(records.engine, "connect", lambda connection, _: made.append(connection))
        together = threading.Barrier(THREADS)

        def receive(thread: int) -> None:
            for number in range(10):
                # All have a connection in hand at the same time.
                with records.engine.connect():
                    together.wait(PATIENCE)
                name = f"{thread}-{number}"
                assert records.receive(question(1, key=name, event_id=name))

        list(threads.map(receive, range(THREADS)))
    assert len(made) <= THREADS


def test_the_twin_of_an_event_waits_until_the_question_is_written_down() -> None:
    hand, happened = CurrentQuestions(), []
    arrived = threading.Event()

    def twin() -> None:
        arrived.set()
        with hand.arriving("k"):
            happened.append("twin")

    with hand.arriving("k"):
        other = threading.Thread(target=twin)
        other.start()
        arrived.wait(PATIENCE)
        other.join(0.2)
        happened.append("written down")
    other.join(PATIENCE)
    assert happened == ["written down", "twin"]
    assert "k" not in hand
