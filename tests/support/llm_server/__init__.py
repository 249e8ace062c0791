"""A language model's server on this machine, over real sockets, that says what a test has it say."""

from __future__ import annotations

from .scripts import (
    Held,
    chunk,
    citing,
    completion,
    drip,
    error,
    events,
    hangs_up,
    html,
    lines_in,
    reply,
    response,
    silent,
    sse,
    whole,
)
from .server import LlmServer, Request

__all__ = [
    "Held",
    "LlmServer",
    "Request",
    "chunk",
    "citing",
    "completion",
    "drip",
    "error",
    "events",
    "hangs_up",
    "html",
    "lines_in",
]
__all__ += ["reply", "response", "silent", "sse", "whole"]
