"""What several ask for at a time is made once, and what befalls who makes it befalls nobody else."""

from __future__ import annotations

import threading
import time

import pytest

from bot.writing.cache import Cache


class Key:
    """A key that counts how often it is looked up, which tells how many wait for its value."""

    def __init__(self) -> None:
        self.looked_up = 0

    def __hash__(self) -> int:
        self.looked_up += 1
        return 7


def end_of(cache: Cache[str], key: Key) -> str:
    """Return what befalls who asks for a value."""
    try:
        return cache.get(key, lambda: "made by one that waited")
    except BaseException as error:  # noqa: BLE001  which it is is what is asked
        return type(error).__name__


@pytest.mark.parametrize(
    ("error", "told"),
    [(KeyboardInterrupt, "Interrupted"), (SystemExit, "Interrupted"), (ValueError, "ValueError")],
)
def test_what_ends_one_thread_ends_no_other(error: type[BaseException], told: str) -> None:
    cache: Cache[str] = Cache(8, lambda _: True)
    key, ends = Key(), []
    threads = [threading.Thread(target=lambda: ends.append(end_of(cache, key))) for _ in range(3)]

    def make() -> str:
        looked_up = key.looked_up
        for thread in threads:
            thread.start()
        # Among what is kept and among what is being made.
        while key.looked_up < looked_up + 2 * len(threads):
            time.sleep(0.01)
        raise error

    with pytest.raises(error):
        cache.get(key, make)
    for thread in threads:
        thread.join()
    assert ends == [told] * 3
    # It is made anew for the next one.
    assert cache.get(key, lambda: "made") == "made"
