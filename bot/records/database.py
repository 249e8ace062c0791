"""The database of the bot: its tables, and opening it by the URL that the settings give."""

from __future__ import annotations

import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    func,
    inspect,
    make_url,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError

from bot.records.database_file import Watch, keep_private
from index.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from sqlite3 import Connection as DriverConnection

    from sqlalchemy import URL, Connection, Engine, ExceptionContext

# How long a writer waits for another one; a transaction here takes about a millisecond.
BUSY_SECONDS = 5.0
# As many threads as take what Slack brings, answer and do errands.
CONNECTIONS_KEPT = 32
# Holds until the end of the transaction; the number names our lock among those of the server.
ONE_AT_A_TIME = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "SELECT pg_advisory_xact_lock(7361402)"}

METADATA = MetaData()

SEEN = Table(
    "seen", METADATA, Column("mark", String, primary_key=True), Column("at", Double, nullable=False, index=True)
)

QUESTIONS = Table(
    "questions",
    METADATA,
    Column("key", String, primary_key=True),
    Column("event_id", String),
    Column("team", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("user", String, nullable=False),
    Column("ts", String, nullable=False),
    Column("thread_ts", String),
    Column("text", Text, nullable=False),
    # The question that was answered, where the text only points at it.
    Column("meant", Text),
    Column("surface", String, nullable=False),
    Column("response_url", String),
    # The workspace that Slack named for who asked.
    Column("home", String),
    Column("received_at", Double, nullable=False, index=True),
    # Who is to answer it, and until when nobody else may; both count only while there is no status.
    Column("process", String, nullable=False),
    Column("leased_until", Double, nullable=False),
    Column("status", String),
    Column("confidence", Double),
    Column("answer_text", Text),
    # What became of a written answer beside it, as JSON.
    Column("written", Text),
    Column("lang", String),
    Column("nearest", Text),
    Column("reply_ts", String),
    # What follow-up questions lean on, as JSON; empty for answers of earlier versions.
    Column("topic", Text),
    # Since when it waits for an answer, by the database's clock.
    Column("waiting_since", Double),
    # Whether something may have been sent that ``reply_ts`` does not name yet.
    Column("sending", Boolean),
    # Slack's time of the latest edit.
    Column("changed_at", String),
    # Sharing a private answer: Slack's time of the first click, until when a click is at it, and when it was shared:
    # the ts of that post, where one is known.
    Column("share_clicked", String),
    Column("share_until", Double),
    Column("shared_ts", String),
    Index("questions_of_message", "team", "channel", "ts"),
    Index("questions_of_thread", "team", "channel", "thread_ts"),
    Index("questions_of_process", "status", "process"),
)
# What somebody asked, also where the message only points at it.
MEANT = func.coalesce(QUESTIONS.c.meant, QUESTIONS.c.text)

FEEDBACK = Table(
    "feedback",
    METADATA,
    Column("key", String, primary_key=True),
    Column("user", String, primary_key=True),
    Column("team", String, nullable=False),
    Column("helpful", Boolean, nullable=False),
    Column("reason", Text),
    Column("at", Double, nullable=False, index=True),
)

# Which Enterprise Grid organisation a workspace belongs to.
WORKSPACES = Table(
    "workspaces", METADATA, Column("team", String, primary_key=True), Column("organisation", String, nullable=False)
)

# Messages that are being edited above their quotes: the process that is at it, and until when others leave it alone.
_EDIT = (Column("key", String, nullable=False), Column("process", String, nullable=False))
EDITS = Table(
    "edits", METADATA, Column("mark", String, primary_key=True), *_EDIT, Column("leased_until", Double, nullable=False)
)

# How many requests a language model got on a day, counted from 1970 on.
WRITES = Table("writes", METADATA, Column("day", Integer, primary_key=True), Column("count", Integer, nullable=False))


def open_engine(url: str) -> Engine:
    """Return an engine for a SQLite file or a PostgreSQL server; raise SettingsError when it cannot be used.

    The URL may hold a password, so no message repeats it.
    """
    address = address_of(url)
    try:
        engine = _engine(address)
    except ImportError:
        raise SettingsError(
            "DATABASE_URL: the driver for PostgreSQL is not installed; in the folder of the project, run"
            " `python -m pip install -r requirements.txt`"
        ) from None
    try:
        create_tables(engine)
    except SQLAlchemyError as error:
        engine.dispose()
        reason = str(getattr(error, "orig", None) or error).partition("\n")[0].rstrip(".")
        raise SettingsError(f"DATABASE_URL: the database cannot be opened: {reason}") from error
    if engine.dialect.name == "sqlite":
        Watch(engine, lambda old: _begin_anew(address, old))
    return engine


def _engine(address: URL) -> Engine:
    # Shown parameters would put people's questions into errors and logs.
    engine = create_engine(address, hide_parameters=True, **_options(address))
    if engine.dialect.name == "sqlite":
        keep_private(engine)
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "handle_error", _let_go_if_read_only)
    return engine


def _let_go_if_read_only(context: ExceptionContext) -> None:
    """Use no connection again that was opened while the file could not be written to: it stays as it is."""
    if "readonly database" in str(context.original_exception):
        context.is_disconnect = True


def _begin_anew(address: URL, old: DriverConnection) -> None:
    """Make the tables in a new file, and take along what is not answered yet and what was counted."""
    taken = {
        QUESTIONS: _rows(old, "questions WHERE status IS NULL OR status = 'deleted'"),
        WRITES: _rows(old, "writes"),
    }
    engine = _engine(address)
    try:
        create_tables(engine)
        with engine.begin() as connection:
            for table, rows in taken.items():
                if rows:
                    connection.execute(sqlite.insert(table).on_conflict_do_nothing(), rows)
    finally:
        engine.dispose()


def _rows(connection: DriverConnection, source: str) -> list[dict[str, Any]]:
    cursor = connection.execute(f"SELECT * FROM {source}")
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def address_of(url: str) -> URL:
    """Return the address that a URL gives; raise SettingsError when it is none that keeps anything."""
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        raise SettingsError("DATABASE_URL is not a URL such as sqlite:///records.sqlite") from None
    if address.drivername == "sqlite":
        _check_file(address)
        return address
    if address.drivername not in {"postgres", "postgresql", "postgresql+psycopg"}:
        raise SettingsError("DATABASE_URL must begin with sqlite:/// or postgresql://")
    if "@" in f"{address.host}{address.database}":
        raise SettingsError("DATABASE_URL: write an @ in its password as %40")
    # Heroku gives the first form; the driver is the one we name in the message above.
    return address.set(drivername="postgresql+psycopg")


def _check_file(address: URL) -> None:
    """Raise SettingsError where SQLite would keep nothing, or cannot have a file."""
    name = address.database or ""
    if name in {"", ":memory:"} or name.startswith("file:") or address.host or address.query:
        raise SettingsError(
            "DATABASE_URL must name a file and nothing else, as in sqlite:///records.sqlite:"
            " what is kept in memory does not outlive the process"
        )
    path = Path(name)
    if not path.parent.is_dir():
        raise SettingsError(f"DATABASE_URL: there is no folder {path.parent} for the database")
    if path.exists() and not path.is_file():
        raise SettingsError(f"DATABASE_URL: {path} is not a file")


def _options(address: URL) -> dict[str, Any]:
    if address.get_backend_name() == "sqlite":
        # A connection for every thread: waiting for one would come on top of waiting for another writer.
        # Most are kept: opening one takes longer than writing a question down.
        return {"connect_args": {"timeout": BUSY_SECONDS}, "pool_size": CONNECTIONS_KEPT, "max_overflow": -1}
    # A server closes connections that idle; without the ping the next question would pay for that.
    return {"pool_pre_ping": True}


def _set_up_sqlite(connection: Any, _: object) -> None:
    # WAL survives a killed process without waiting for the disk at every commit.
    connection.execute("PRAGMA synchronous = NORMAL")


@contextmanager
def transaction(engine: Engine, patience: float | None = None) -> Iterator[Connection]:
    """Begin a transaction that waits at most ``patience`` seconds for another writer, or as long as any other."""
    if patience is None:
        with engine.begin() as connection:
            yield connection
    elif engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {round(patience * 1000)}")
            yield connection
    else:
        with engine.connect() as connection, _patient(connection, patience), connection.begin():
            yield connection


@contextmanager
def _patient(connection: Connection, seconds: float) -> Iterator[None]:
    driver: Any = connection.connection.driver_connection
    driver.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")
    try:
        yield
    finally:
        driver.execute(f"PRAGMA busy_timeout = {round(BUSY_SECONDS * 1000)}")


def create_tables(engine: Engine) -> None:
    """Make the tables and columns that are missing; processes that start together do so one after the other.

    What exists is not touched: even CREATE INDEX IF NOT EXISTS would block those who write.
    """
    if engine.dialect.name == "sqlite":
        _use_wal(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql(ONE_AT_A_TIME[engine.dialect.name])
        METADATA.create_all(connection)
        _add_columns(connection)


def _add_columns(connection: Connection) -> None:
    """Add the columns that tables of an earlier version lack; whatever was added since may be empty."""
    preparer = connection.dialect.identifier_preparer
    for table in METADATA.sorted_tables:
        known = {column["name"] for column in inspect(connection).get_columns(table.name)}
        for column in table.columns:
            if column.name not in known:
                kind = column.type.compile(connection.dialect)
                connection.exec_driver_sql(
                    f"ALTER TABLE {preparer.format_table(table)} ADD COLUMN {preparer.format_column(column)} {kind}"
                )


def _use_wal(engine: Engine) -> None:
    """Let readers and the writer not wait for each other; the file remembers it."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            with engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")
                return
        except OperationalError as error:
            # SQLite does not wait by itself here when several processes start together.
            if "locked" not in str(error.orig) or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
