"""Leases: which process is to answer a question, and until when nobody else may.

They are set and compared by one clock, the database's: those of two machines may be hours apart. On PostgreSQL
that is the server's; a SQLite file is on one machine, so that SQLite's own functions tell the same time to all.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from sqlalchemy import Double, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from bot.records.database import QUESTIONS

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Table

# A process that is dead keeps others from its questions for this long; one that lives renews in time.
LEASE_SECONDS = 10.0
RENEW_SECONDS = 2.5


class Now(FunctionElement[float]):
    """The time on the database's clock, in Unix seconds; it goes on within a transaction."""

    type = Double()
    inherit_cache = True


@compiles(Now, "sqlite")
def _now_in_sqlite(*_: Any, **__: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(Now, "postgresql")
def _now_in_postgresql(*_: Any, **__: Any) -> str:
    return "CAST(extract(epoch FROM clock_timestamp()) AS double precision)"


class Leases:
    """The leases that one process holds."""

    def __init__(self) -> None:
        self._process = uuid.uuid4().hex

    def taken(self) -> dict[str, Any]:
        """Return the values that give a question, or an edit, to this process."""
        return {"process": self._process, "leased_until": Now() + LEASE_SECONDS}

    def given_back(self) -> dict[str, Any]:
        """Return the values that let anybody take a question at once."""
        return {"leased_until": 0.0}

    def is_own(self) -> ColumnElement[bool]:
        """Return the condition that a question is this process's."""
        return QUESTIONS.c.process == self._process

    def is_over(self, table: Table = QUESTIONS) -> ColumnElement[bool]:
        """Return the condition that no live process has a question, or what else a table has."""
        return table.c.leased_until < Now()

    def may_take(self) -> ColumnElement[bool]:
        """Return the condition that this process may answer a question."""
        return or_(self.is_own(), self.is_over())
