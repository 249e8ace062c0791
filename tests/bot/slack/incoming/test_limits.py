"""Nobody gets more answers a minute than anybody else, by a clock that nobody sets."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from bot.slack.incoming.limits import REMEMBERED_USERS, WINDOW_SECONDS, RateLimiter


def test_each_user_has_a_sliding_minute() -> None:
    limiter = RateLimiter(3)
    assert [limiter.allow("a", now) for now in (0, 10, 20, 30)] == [True, True, True, False]
    assert limiter.allow("b", 30)
    # The first question leaves the window, and a refused one never entered it.
    assert limiter.allow("a", WINDOW_SECONDS)
    assert not limiter.allow("a", WINDOW_SECONDS + 5)
    assert limiter.allow("a", WINDOW_SECONDS + 10)


def test_a_flood_of_users_does_not_fill_the_memory() -> None:
    limiter = RateLimiter(1)
    flood = [f"user {number}" for number in range(3 * REMEMBERED_USERS)]
    assert all(limiter.allow(user, 0) for user in flood)
    *forgotten, last_forgotten = flood[:-REMEMBERED_USERS]
    assert not any(limiter.allow(user, 0) for user in flood[-REMEMBERED_USERS:])
    # Whoever has been forgotten may ask as if for the first time.
    assert limiter.allow(last_forgotten, 0)
    assert all(limiter.allow(user, 0) for user in forgotten)


def test_threads_together_get_no_more_than_the_limit() -> None:
    limiter = RateLimiter(50)
    with ThreadPoolExecutor(8) as threads:
        allowed = list(threads.map(lambda _: limiter.allow("a", 1.0), range(400)))
    assert allowed.count(True) == 50
