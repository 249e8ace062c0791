"""The connection to Milvus, and how an index lies in it.

::

    reports                     alias of the version in use, altered when another one is complete
    reports_<version>           one entity per passage: number, dense, sparse and lexical vectors, record
    reports_<version>_files     the files that every bot keeps a copy of, in blocks; block 0 is the catalogue

`publishing.py` writes it, `milvus/store.py` and `milvus/files.py` read it. Whatever is no vector for Milvus is text in
it: bytes in base64, cut into strings that are short enough.
"""

from __future__ import annotations

import base64
import logging
import os
import re
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from index.errors import IndexMissing, SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from index.errors import IndexFolderError
    from index.settings import IndexSettings

ALIAS = "reports"
# A version's name, as `build.py` makes it, in letters that Milvus allows.
OURS = re.compile(rf"{ALIAS}_\d{{8}}T\d{{6}}_[0-9a-f]{{6}}(_files)?")
NAMED = "the Milvus that MILVUS_URI names"
REPUBLISH = "build with another folder INDEX to publish it anew"

# A person is waiting for what is asked when searching; opening, filling and loading a collection takes its time.
ANSWER_SECONDS = 5
WORK_SECONDS = 600

# As often as any server allows, and while it owes an answer only: Milvus Lite hangs up on who pings it more often.
_PINGS = {"grpc.keepalive_time_ms": 300_000, "grpc.keepalive_permit_without_calls": False}

# The most that Milvus takes or gives, by its documentation: entities for one search, bytes of a string.
MOST_FOUND = 16_384
STRING_BYTES = 65_535
MOST_STRINGS = 64
# A quarter less than a string holds, as base64 is a third longer, and whole groups of three bytes.
BYTES_IN_STRING = STRING_BYTES // 4 * 3

# What the sparse vector of a passage without any feature has, which no question asks for: Milvus takes no empty ones.
NOTHING = 4_000_000_000

_NO_SUCH_COLLECTION, _NO_SUCH_ALIAS = 100, 1600


class Milvus:
    """An open connection, for use from several threads; raises one sentence for a person whatever goes wrong."""

    def __init__(self, settings: IndexSettings) -> None:
        """Connect; raise SettingsError without the libraries, IndexMissing when Milvus cannot be reached."""
        token = settings.milvus_token.get_secret_value() if settings.milvus_token else ""
        uri = settings.milvus_uri or ""
        self._secrets = [secret for secret in (token, *token.split(":"), urlsplit(uri).password) if secret]
        self.is_lite = uri.endswith(".db")
        self._errors = _import_errors(is_lite=self.is_lite)
        with self.asking(IndexMissing, "cannot be opened"):
            client: Any = import_module("pymilvus").MilvusClient
            self.client = client(uri, token=token, timeout=ANSWER_SECONDS, grpc_options=_PINGS)

    @contextmanager
    def asking(self, kind: type[IndexFolderError], outcome: str) -> Iterator[None]:
        """Turn what goes wrong inside into an error of a kind that says what came of it."""
        try:
            yield
        except self._errors as error:
            raise kind(f"{NAMED} {outcome}: {self._reason(error)}") from None

    def current(self) -> str | None:
        """Return the name of the collection in use, None when there is none; raise IndexMissing."""
        with self.asking(IndexMissing, "cannot be asked which index is in use"):
            try:
                found = self.client.describe_alias(ALIAS, timeout=ANSWER_SECONDS)
            except self._errors as error:
                if getattr(error, "code", None) in {_NO_SUCH_COLLECTION, _NO_SUCH_ALIAS}:
                    return None
                raise
        return str(found["collection_name"])

    def count(self, collection: str) -> int:
        """Return how many entities a loaded collection has."""
        found = self.client.query(
            collection, output_fields=["count(*)"], consistency_level="Strong", timeout=WORK_SECONDS
        )
        return int(found[0]["count(*)"])

    def close(self) -> None:
        """Let go of the connection."""
        self.client.close()

    def _reason(self, error: Exception) -> str:
        """Return the first line of what the library says, without secrets."""
        text = str(getattr(error, "message", "") or error).strip().split("\n")[0][:200]
        for secret in self._secrets:
            text = text.replace(secret, "…")
        return text


def collection_of(version: str) -> str:
    """Return the name of the collection of a version."""
    return f"{ALIAS}_{version.replace('-', '_')}"


def files_of(collection: str) -> str:
    """Return the name of the collection of the files that belong to a collection of passages."""
    return f"{collection}_files"


def to_strings(data: bytes) -> list[str]:
    """Return bytes as strings that Milvus can hold."""
    starts = range(0, len(data), BYTES_IN_STRING)
    return [base64.b64encode(data[start : start + BYTES_IN_STRING]).decode() for start in starts]


def from_strings(strings: Iterable[str]) -> bytes:
    """Return the bytes that `to_strings` was given; raise ValueError for what it cannot have made."""
    return b"".join(base64.b64decode(string, validate=True) for string in strings)


def _import_errors(*, is_lite: bool) -> tuple[type[Exception], ...]:
    """Return what the libraries raise; raise SettingsError when they are not installed."""
    try:
        with _unread_environment():
            import_module("pymilvus")
        if is_lite:
            import_module("milvus_lite")
    except ImportError:
        raise SettingsError(
            "MILVUS_URI is set, and the libraries for Milvus are not installed; run `pip install '.[milvus]'`"
        ) from None
    for name in ("pymilvus", "milvus_lite"):
        # They log every error that they raise, with traceback; ours says it in a sentence.
        logging.getLogger(name).setLevel(logging.CRITICAL)
    exceptions: Any = import_module("pymilvus.exceptions")
    grpc: Any = import_module("grpc")
    return (exceptions.MilvusException, grpc.RpcError)


@contextmanager
def _unread_environment() -> Iterator[None]:
    """Keep pymilvus from reading a setting of its own that is called like ours, and ``.env``, when it is imported.

    It takes MILVUS_URI for an address always, and would put all of ``.env`` into the environment of this process.
    """
    hidden = {"MILVUS_URI": "", "PYTHON_DOTENV_DISABLED": "1"}
    before = {name: os.environ.get(name) for name in hidden}
    os.environ.update(hidden)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
