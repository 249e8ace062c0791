"""Ending at once when told to, for as long as a process that will serve has nothing yet to finish.

Imported before everything else, so that it imports next to nothing. As the first process of a container, which
gets only those signals that it has handlers for, a process would else not hear of SIGTERM while it starts.
"""

from __future__ import annotations

import os
import signal
import threading

# Told to end, a process has succeeded when it ended: the same code as while it serves.
ENDED = 0
ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)


def end_at_once() -> None:
    """End without a word at SIGTERM and the like, until ``hand_over`` is called and others handle them."""
    for number in ENDING:
        signal.signal(number, lambda *_: os._exit(ENDED))
    # Python calls a handler when the main thread is back from what it does outside of Python, which may be waiting
    # for a name server or a locked database. This thread hears of the signal meanwhile.
    told, tell = os.pipe()
    os.set_blocking(tell, False)
    signal.set_wakeup_fd(tell, warn_on_full_buffer=False)
    threading.Thread(target=_listen, args=(told,), name="ending", daemon=True).start()


def hand_over() -> None:
    """Leave the signals to handlers that follow; until those are set, a process still ends at once."""
    tell = signal.set_wakeup_fd(-1)
    if tell >= 0:
        os.close(tell)


def interrupt_as_usual() -> None:
    """Leave Ctrl-C to whoever asks in the terminal."""
    hand_over()
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _listen(told: int) -> None:
    while number := os.read(told, 1):
        if number[0] in ENDING:
            os._exit(ENDED)
    os.close(told)
