"""Everything that can go wrong in a way a user can mend.

ReportBotError
├── SettingsError        a setting that cannot be used
├── ArticleError         one article that cannot be read (names file, line and reason)
│   └── ArticleOutOfReach  it is there, and cannot be opened now
├── ArticlesFolderError  an articles folder that is missing or unreadable
├── NoSuchArticle        no article of the index has this path
├── EncoderError         a model that cannot be loaded or run
└── IndexFolderError     the index folder, or the index in Milvus
    ├── IndexMissing     there is no index yet
    ├── IndexDamaged     a file of the index is not what the manifest says
    ├── IndexMismatch    the index was made with another model, format or recipe
    └── IndexUnwritable  the folder cannot be written (read-only, disk full, locked), or Milvus refuses

The message of each is one sentence for a person; the command line prints it and exits with 2.
"""

from __future__ import annotations


class ReportBotError(Exception):
    """Base of all errors whose message is meant for the user."""


class SettingsError(ReportBotError):
    """A setting cannot be used; the message names it."""


class ArticleError(ReportBotError):
    """An article cannot be read."""

    def __init__(self, path: str, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason

    def alone(self) -> ArticleError:
        """Return the same error without where it was raised, which holds on to all that was being read there."""
        return ArticleError(self.path, self.line, self.reason)


class ArticleOutOfReach(ArticleError):
    """An article, or a folder of articles, is there and cannot be opened now."""


class ArticlesFolderError(ReportBotError):
    """An articles folder is missing or cannot be listed."""


class NoSuchArticle(ReportBotError):
    """No article of the index has this path; the message names the nearest ones."""


class EncoderError(ReportBotError):
    """A model cannot be loaded or run."""


class IndexFolderError(ReportBotError):
    """Base of the errors of the index folder."""


class IndexMissing(IndexFolderError):
    """There is no index in the folder."""


class IndexDamaged(IndexFolderError):
    """A file of the index is missing or is not what the manifest says."""


class IndexMismatch(IndexFolderError):
    """The index was made with another model, format or recipe than the settings ask for."""


class IndexUnwritable(IndexFolderError):
    """The index folder cannot be written."""
