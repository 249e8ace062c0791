"""What is worked out from the dictionary is kept, and never wrong."""

from __future__ import annotations

import pytest

from index.language import related
from index.language.derived import Lines, derived

# Words with many translations.
COMMON = ("make", "take", "go", "set", "good", "run", "put", "call", "turn", "point", "part", "time", "thing", "place")


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
    forget = related._translated.cache_clear  # noqa: SLF001  of one process it is read once
    forget()
    first = related.translations(vocabulary)
    (kept,) = cache.glob("translated-*")
    written = kept.stat().st_mtime_ns
    forget()
    assert related.translations(vocabulary) == first
    assert kept.stat().st_mtime_ns == written
    assert first["whale"] == {"鯨": 1.0}


def test_lines_are_found_one_by_one_and_together():
    values = {word: {"number": number} for number, word in enumerate(["鯨", "a", "ab", "b", "クジラ", "é", "鯨の"])}
    lines = Lines.of(values)
    assert {word: lines.get(word) for word in values} == values
    assert [lines.get(word) for word in ("", "A", "aa", "c", "鯨が", "龍")] == [None] * 6
    assert dict(lines.among(["ab", "鯨", "龍"])) == {"ab": {"number": 2}, "鯨": {"number": 0}}
    assert Lines.of({}).get("a") is None


def known_of(translations):
    return lambda asked: {word: translations[word] for word in asked if word in translations}


@pytest.mark.slow
def test_translations_of_many_words_after_some_have_come_and_gone():
    # So many that some have more than are kept, the nearest of which go.
    words = [word for word, _ in related.translated().among({"鯨", *COMMON})]
    asked = {other for word in words for other in related.translated().get(word)}
    vocabulary = {*words, *asked}
    full = {word: list(weights) for word, weights in related.translations(vocabulary).items() if len(weights) == 8}
    assert len(full) > 20
    before, after = vocabulary - set(words[::7]), vocabulary - {weights[0] for weights in full.values()}
    known = related.translations(before)
    known |= related.other_translations(after, after - before, before - after, known_of(known))
    assert {word: weights for word, weights in known.items() if weights} == related.translations(after)


@pytest.mark.slow
def test_translations_after_words_have_come_and_gone():
    before = {"鯨", "whale", "苔", "録音", "record", "server", "会議", "meet"}
    after = before - {"鯨", "record"} | {"moss", "レコード", "サーバー"}
    known = related.translations(before)
    known |= related.other_translations(after, after - before, before - after, known_of(known))
    assert {word: weights for word, weights in known.items() if weights} == related.translations(after)
    assert related.translations(after) != related.translations(before)
