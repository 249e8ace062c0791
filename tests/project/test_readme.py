"""What the README says of commands and settings is what `--help` and the settings say, and nothing is left out."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

import bot.cli
import index.cli
import index.reports
from bot.settings import BotSettings
from tests.support.helpers import ROOT, python

if TYPE_CHECKING:
    from collections.abc import Iterator

README = (ROOT / "README.md").read_text(encoding="utf-8")
# The code of the section on notebooks, and that of a docstring, which is indented.
NOTEBOOK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXAMPLE = re.compile(r"(?:^    .+\n|^\n(?=    ))+", re.MULTILINE)
PROGRAMS = {"bot": bot.cli.main, "index": index.cli.main}
OPTION = re.compile(r"--[a-z][a-z-]*")
# Said once below the table of commands, and by convention.
EVERYWHERE = {"--index", "--help"}
NONE = "–"
# What they are without being set is not in the settings.
UNSET = {"the model's own"}


def rows(heading: str) -> Iterator[list[str]]:
    """Yield the cells of the table below a heading, but for its first two lines."""
    section = README.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    for line in lines[2:]:
        yield [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def documented_commands() -> dict[tuple[str, str], set[str]]:
    """Return the options that the README names with every command, as in `python -m bot unanswered` · `feedback`."""
    found = {}
    for command, meaning in rows("Commands"):
        program, *names = re.findall(r"`(?:python -m (?:bot|index) )?([a-z]+)", command)
        package = re.findall(r"python -m (bot|index) ", command)
        assert len(package) == 1, command
        for name in (program, *names):
            found[package[0], name] = set(OPTION.findall(command + meaning))
    return found


def helped(program: str, *command: str) -> str:
    ran = CliRunner().invoke(PROGRAMS[program], [*command, "--help"], terminal_width=200)
    assert ran.exit_code == 0
    return ran.output


def commands(program: str) -> list[str]:
    """Return the commands that `--help` lists."""
    return re.findall(r"^  ([a-z]+) ", helped(program).split("Commands:\n", 1)[1], re.MULTILINE)


def options(program: str, command: str) -> set[str]:
    """Return the options that the help of a command lists, each on a line of its own."""
    listed = helped(program, command).split("Options:\n", 1)[1]
    return {option for line in listed.splitlines() for option in re.findall(r"^  (?:-\w, )?(--[a-z-]+)", line)}


def documented_settings() -> dict[str, tuple[str, str]]:
    """Return the default and the meaning that the README gives of every setting; a row may have several."""
    found = {}
    for names, defaults, meaning in rows("Settings"):
        every = re.findall(r"`([A-Z_]+)`", names)
        given = [default.strip("`") for default in defaults.split(", ")]
        assert len(given) in {1, len(every)}, names
        found |= dict(
            zip(every, zip(given * (len(every) // len(given)), [meaning] * len(every), strict=True), strict=True)
        )
    return found


def written(default: object) -> str:
    """Return a default as it would be set."""
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, tuple):
        return ",".join(map(str, default)) or NONE
    return NONE if default is None else str(default)


def test_the_tables_are_read() -> None:
    assert documented_commands()["index", "eval"] == {"--json"}
    assert documented_settings()["PORT"] == ("3000", "for HTTP")
    assert "--url" in options("bot", "manifest")
    assert written((Path("a"), Path("b"))) == "a,b"


def test_every_command_is_documented_and_there() -> None:
    there = {(program, command) for program in PROGRAMS for command in commands(program)}
    assert set(documented_commands()) == there


@pytest.mark.parametrize(("program", "command"), [(one, name) for one in PROGRAMS for name in commands(one)])
def test_every_option_is_documented_and_there(program: str, command: str) -> None:
    assert documented_commands()[program, command] - EVERYWHERE == options(program, command) - EVERYWHERE


def test_every_setting_is_documented_and_there() -> None:
    assert set(documented_settings()) == {name.upper() for name in BotSettings.model_fields}


def test_defaults_are_those_of_the_settings() -> None:
    documented = {name: default for name, (default, _) in documented_settings().items() if default not in UNSET}
    assert documented == {name: written(BotSettings.model_fields[name.lower()].default) for name in documented}


def test_the_example_of_an_environment_names_settings_and_their_defaults() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    examples = dict(line.removeprefix("#").split("=", 1) for line in lines if re.match(r"#?[A-Z_]+=", line))
    # The other Web API is for tests.
    assert set(examples) == {name.upper() for name in BotSettings.model_fields} - {"SLACK_API_URL"}
    defaults = {name: written(BotSettings.model_fields[name.lower()].default) for name in examples}
    # What has no default has an example of its form, if anything.
    given = {name: value for name, value in examples.items() if value and defaults[name] != NONE}
    assert given == {name: defaults[name] for name in given}


def test_the_example_for_a_notebook_quotes_the_reports(real_index: Path, tmp_path: Path) -> None:
    [example] = NOTEBOOK.findall(README)
    ran = python("-c", example, cwd=tmp_path, INDEX=str(real_index))
    assert (ran.returncode, ran.stderr) == (0, "")
    assert re.match(r"\d\d% OLAP: online analytical processing\n", ran.stdout)
    assert "(aws-carnival-2023.md, line " in ran.stdout


def test_the_example_of_the_library_is_that_of_the_readme() -> None:
    [example] = NOTEBOOK.findall(README)
    [documented] = EXAMPLE.findall(inspect.getdoc(index.reports) or "")
    assert inspect.cleandoc(documented) == example.rstrip()
