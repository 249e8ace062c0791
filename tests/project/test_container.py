"""What a container is made of agrees with what there is, and gives away as little as it can."""

from __future__ import annotations

import fnmatch
import re

import pytest
import yaml

from bot.cli import main
from tests.support.helpers import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text()
IGNORED = (ROOT / ".dockerignore").read_text().splitlines()
BOT, MILVUS = (yaml.safe_load((ROOT / name).read_text()) for name in ("compose.yaml", "docs/milvus-compose.yaml"))


def test_the_image_is_of_the_version_of_python_that_is_used_here() -> None:
    version = (ROOT / ".python-version").read_text().strip()
    assert set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)) == {f"python:{version}-slim-bookworm"}


def test_what_is_copied_is_sent_and_nothing_else() -> None:
    copied = re.findall(r"^COPY (?!--from)(\S+) ", DOCKERFILE, re.MULTILINE)
    assert IGNORED[1] == "*"
    sent = [line.removeprefix("!") for line in IGNORED if line.startswith("!")]
    assert sorted(sent) == sorted(copied)
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert [name for name in (".env", ".git", ".venv", ".records.sqlite") if fnmatch.filter(sent, name)] == []


def test_only_what_the_lock_names_is_installed_and_nothing_runs_as_root() -> None:
    installed = re.findall(r"pip install .*", DOCKERFILE)
    assert len(installed) == 1
    assert {"--require-hashes", "--no-deps", "requirements.txt"} <= set(installed[0].split())
    last = DOCKERFILE.rsplit("\nFROM ", 1)[1]
    assert re.findall(r"^USER (\S+)$", last, re.MULTILINE) == ["bot"]
    assert "RUN" not in last.split("\nUSER ", 1)[1]


def test_commands_exist() -> None:
    told = re.findall(r'"-m", "bot", "(\w+)"', DOCKERFILE)
    composed = [one["command"] for one in BOT["services"].values() if "command" in one]
    assert {*told, *(command[3] for command in composed)} == {"http", "socket"} <= set(main.commands)


@pytest.mark.parametrize("name", sorted(BOT["services"]))
def test_the_bot_may_do_little(name: str) -> None:
    service = BOT["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"] == service["memswap_limit"] == "512m"
    assert service["volumes"] == ["data:/data"]


def test_no_port_is_open_to_strangers_and_no_password_is_written_down() -> None:
    services = [*BOT["services"].values(), *MILVUS["services"].values()]
    ports = [port for one in services for port in one.get("ports", [])]
    assert len(ports) == 2
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []
    given = {name: value for one in services for name, value in one.get("environment", {}).items()}
    secret = {value for name, value in given.items() if "PASSWORD" in name or "SECRET" in name}
    assert len(secret) == 1
    assert all(value.startswith("${MINIO_PASSWORD:?") for value in secret)
    assert given["COMMON_SECURITY_AUTHORIZATIONENABLED"] == "true"


def test_milvus_is_pinned_and_of_the_major_version_of_its_client() -> None:
    images = [one["image"] for one in MILVUS["services"].values()]
    assert [image for image in images if not re.search(r":(v\d+\.\d+\.\d+|RELEASE\.[\dTZ-]+)$", image)] == []
    server = re.search(r"milvusdb/milvus:v(\d+)", " ".join(images))
    client = re.search(r'"pymilvus==(\d+)', (ROOT / "pyproject.toml").read_text())
    assert server is not None
    assert client is not None
    assert server[1] == client[1]
