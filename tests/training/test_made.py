"""A shipped file that is older than what it is made of is named, with the command that makes it anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from tests.support.helpers import ROOT, python
from training import calibration
from training.made import CALIBRATION, SHIPPED, Manifest, ShippedFile

if TYPE_CHECKING:
    from pathlib import Path

WHOLE = ShippedFile("table.txt", "python -m training.table", ("whales/*.md", "training/table.py"), ("jamdict-data",))
PART = ShippedFile("code.py", "python -m training.sum", ("training/sum.py",), begin="made = (", end=")")
CODE = "made = 1\nmade = (\n    2\n)\nother = (\n    3\n)\n"


@pytest.fixture
def manifest(tmp_path: Path) -> Manifest:
    """Return the manifest of a repository whose shipped files have just been made."""
    for folder in ("whales", "training"):
        (tmp_path / folder).mkdir()
    for name in ("whales/one.md", "whales/two.md", "training/table.py", "training/sum.py", "table.txt"):
        (tmp_path / name).write_text(name)
    (tmp_path / "pyproject.toml").write_text('dependencies = ["jamdict-data==1.5"]')
    (tmp_path / "code.py").write_text(CODE)
    manifest = Manifest(tmp_path, (WHOLE, PART))
    manifest.write("table.txt", b"made\n")
    manifest.write("code.py", b"    22\n")
    return manifest


def test_what_is_made_is_written_in_its_place(manifest: Manifest, tmp_path: Path) -> None:
    assert (tmp_path / "table.txt").read_text() == "made\n"
    assert (tmp_path / "code.py").read_text() == CODE.replace("    2\n", "    22\n")
    assert list(manifest.complaints()) == []


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ("whales/one.md", "table.txt is older than whales/*.md: make it anew by `python -m training.table`."),
        ("whales/three.md", "table.txt is older than whales/*.md: make it anew by `python -m training.table`."),
        ("training/sum.py", "code.py is older than training/sum.py: make it anew by `python -m training.sum`."),
        ("table.txt", "table.txt is not what `python -m training.table` made: make it anew by that."),
    ],
)
def test_what_has_changed_is_named(manifest: Manifest, tmp_path: Path, changed: str, named: str) -> None:
    (tmp_path / changed).write_text("changed")
    assert list(manifest.complaints()) == [named]
    manifest.record(named.split(maxsplit=1)[0])
    assert list(manifest.complaints()) == []


def test_a_package_of_another_version_is_named(manifest: Manifest, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('dependencies = ["jamdict-data==1.6"]')
    assert [one.split(":")[0] for one in manifest.complaints()] == ["table.txt is older than jamdict-data"]


def test_only_the_part_that_is_made_counts(manifest: Manifest, tmp_path: Path) -> None:
    code = (tmp_path / "code.py").read_text()
    (tmp_path / "code.py").write_text(f"# A comment.\n{code}")
    assert list(manifest.complaints()) == []
    (tmp_path / "code.py").write_text(code.replace("22", "23"))
    assert len(list(manifest.complaints())) == 1
    (tmp_path / "code.py").write_text("made = 5\n")
    with pytest.raises(SystemExit, match="has no lines"):
        list(manifest.complaints())


def test_what_is_recorded_and_not_made_any_more_is_named(manifest: Manifest, tmp_path: Path) -> None:
    assert manifest is not None
    assert list(Manifest(tmp_path, (WHOLE,)).complaints()) == [
        "made.json has code.py, which no program makes: take it out."
    ]


def test_what_is_not_recorded_is_named(manifest: Manifest, tmp_path: Path) -> None:
    assert manifest is not None
    new = ShippedFile("new.txt", "python -m training.new", ("training/new.py",))
    for name in (new.path, *new.sources):
        (tmp_path / name).write_text(name)
    assert list(Manifest(tmp_path, (WHOLE, PART, new)).complaints()) == [
        "new.txt is older than training/new.py: make it anew by `python -m training.new`."
    ]


def test_no_shipped_file_is_older_than_its_sources(tmp_path: Path) -> None:
    ran = python("-m", "training.made", cwd=tmp_path)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def test_the_table_of_training_names_what_is_made() -> None:
    text = (ROOT / "training" / "README.md").read_text(encoding="utf-8")
    assert [one.path for one in SHIPPED if f"`{one.path}`" not in text or f"`{one.command}`" not in text] == []


def test_the_calibration_is_written_as_it_is_shipped() -> None:
    model = LogisticRegression()
    model.intercept_, model.coef_ = np.array([-4.19]), np.array([[0.47, 0.37, 5.07, -0.2]])
    assert f"    return (\n{calibration.formula(model)}    )\n" in (ROOT / CALIBRATION).read_text()
