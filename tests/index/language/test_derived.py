"""What is worked out from the dictionary is kept, and never wrong."""

from __future__ import annotations

import pytest

from index.language import related
from index.language.derived import derived


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "event-report-bot"


class Work:
    """Counts how often something is worked out."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> dict[str, float]:
        self.times += 1
        return {"鯨": 0.9}


def test_worked_out_once(cache):
    work = Work()
    assert [derived("words", "1", work) for _ in range(3)] == [{"鯨": 0.9}] * 3
    assert work.times == 1
    (kept,) = cache.iterdir()
    assert kept.name.startswith("words-")


def test_another_recipe_is_worked_out_anew(cache):
    work = Work()
    derived("words", "1", work)
    derived("words", "2", work)
    assert work.times == 2


@pytest.mark.parametrize("damage", ["emptied", "cut", "flipped", "folder"])
def test_damage_is_worked_out_anew(cache, damage):
    work = Work()
    derived("words", "1", work)
    (kept,) = cache.iterdir()
    data = kept.read_bytes()
    kept.unlink()
    if damage == "folder":
        kept.mkdir()
    else:
        kept.write_bytes(
            {"emptied": b"", "cut": data[:-1], "flipped": data[:-2] + bytes([data[-2] ^ 1]) + data[-1:]}[damage]
        )
    assert derived("words", "1", work) == {"鯨": 0.9}
    assert work.times == 2


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    work = Work()
    assert derived("words", "1", work) == derived("words", "1", work) == {"鯨": 0.9}
    assert work.times == 2


@pytest.mark.slow
def test_the_dictionary_is_the_same_from_the_cache(cache):
    vocabulary = ["鯨", "whale", "苔", "moss", "録音"]
    related.english_of_japanese.cache_clear()
    worked_out, first = related.english_of_japanese(), related.translations(vocabulary)
    assert list(cache.glob("dictionary-*"))
    related.english_of_japanese.cache_clear()
    kept = related.english_of_japanese()
    assert kept is not worked_out
    assert kept == worked_out
    assert related.translations(vocabulary) == first
    assert first["whale"] == {"鯨": 1.0}
