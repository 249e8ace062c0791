"""What people did, one case for everything that is to be judged, while it happens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.chaos.questions import Known
    from benchmarks.chaos.verdict import Wish
    from tests.support.slack_server import Delivery, Message


@dataclass(slots=True, eq=False)
class Case:
    """One question, click or remark, and all events about it.

    ``marks`` are the ids by which the bot's messages name it (the ts of the message, the trigger of a click),
    ``thread`` is where its answer belongs, None for no thread; ``texts`` are what it asked one after the other,
    None where a text asks nothing. ``deliveries`` brought it, ``changes`` its edits and its deletion, ``others`` do
    not count for whether it was acknowledged. Times are in Unix seconds.
    """

    number: int
    kind: str
    wish: Wish
    team: str
    channel: str
    user: str
    at: float
    texts: list[Known | None]
    thread: str | None = None
    message: Message | None = None
    root: Case | None = None
    marks: set[str] = field(default_factory=set)
    links: set[str] = field(default_factory=set)
    deliveries: list[Delivery] = field(default_factory=list)
    changes: list[Delivery] = field(default_factory=list)
    others: list[Delivery] = field(default_factory=list)
    changed_at: float = 0.0

    @property
    def acknowledged(self) -> bool:
        """Whether the app acknowledged that it has come, in any of its events."""
        # What the bot was never told of, it cannot go on from.
        return any(one.acked for one in self.deliveries) and (self.root is None or self.root.acknowledged)

    @property
    def change_acknowledged(self) -> bool:
        """Whether the app acknowledged the change that counts, the last one."""
        return self.acknowledged and (not self.changes or self.changes[-1].acked)

    @property
    def events(self) -> int:
        """How many events, clicks and commands Slack brought for it."""
        return len(self.deliveries) + len(self.changes) + len(self.others)
