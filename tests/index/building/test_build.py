"""Building: only what changed is encoded, what cannot be read is named, the settings decide what is kept."""

from __future__ import annotations

import os
import re
import sqlite3
import threading
from contextlib import closing

import numpy as np
import pytest

from index.checking.verify import problems
from index.errors import ArticlesFolderError, IndexMismatch
from index.language import lexicon
from index.searching import calibration
from index.storage.passage_vectors import unpack
from index.storage.schema import SCHEMA
from index.storage.store import KEYS, TABLES, FolderStore, load_array
from tests.support.fakes import FakeEncoder
from tests.support.helpers import MOSS, WHALES, fake_answerer, one_version, refresh, stored_sources, write

TABLE = re.compile(r"CREATE TABLE (\w+)")


@pytest.fixture
def articles(tmp_path):
    return write(tmp_path / "articles", whales=WHALES, moss=MOSS)


@pytest.fixture
def index(tmp_path):
    return tmp_path / "index"


def keys(index):
    """Return the keys of all passages in their order."""
    return [key.tobytes() for key in load_array(one_version(index) / KEYS)]


def contents(index):
    """Return all that is in an index: the rows of its tables, its other files, and what its scores mean."""
    version = one_version(index)
    with closing(sqlite3.connect(version / TABLES)) as connection:
        rows = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in TABLE.findall(SCHEMA)}
    others = (path for path in version.iterdir() if path.name not in {TABLES, "manifest.json"})
    files = {path.name: path.read_bytes() for path in others}
    store = FolderStore.open(index)
    store.close()
    return rows, files, {name: value for name, value in store.manifest.items() if name not in {"timings", "files"}}


def test_first_build(articles, index):
    encoder = FakeEncoder()
    progress = []
    report = refresh(articles, index, encoder, on_progress=lambda done, total: progress.append((done, total)))
    assert (report.articles, report.added, report.changed, report.removed, report.unchanged) == (2, 2, 0, 0, 0)
    assert report.failed == ()
    assert report.passages == report.encoded == encoder.encoded > 4
    assert report.sentences >= report.passages
    assert progress == [(1, 2), (2, 2)]
    assert one_version(index).name == report.version
    assert set(stored_sources(index)) == {"whales.md", "moss.md"}
    assert problems(index) == []


def test_report_as_json(articles, index):
    write(articles, broken="---\ntitle: [\n---\n")
    counts = "articles passages sentences added changed removed unchanged".split()
    keys = [*counts, *"failed skipped warnings seconds version dialects".split()]
    made = refresh(articles, index).as_json()
    assert list(made) == keys
    assert [set(failure) for failure in made["failed"]] == [{"path", "line", "reason"}]


def test_nothing_changed(articles, index):
    first = refresh(articles, index)
    before = {path: path.stat().st_mtime_ns for path in one_version(index).iterdir()}
    encoder = FakeEncoder()
    second = refresh(articles, index, encoder)
    assert second.version == first.version
    assert (second.unchanged, second.encoded, encoder.encoded) == (2, 0, 0)
    assert (second.passages, second.sentences) == (first.passages, first.sentences)
    assert {path: path.stat().st_mtime_ns for path in one_version(index).iterdir()} == before


def test_an_edit_encodes_only_the_new_passages(articles, index):
    first = refresh(articles, index)
    write(articles, moss=MOSS.replace("nine", "eleven"))
    encoder = FakeEncoder()
    report = refresh(articles, index, encoder)
    assert (report.added, report.changed, report.removed, report.unchanged) == (0, 1, 0, 1)
    assert report.encoded == encoder.encoded == 1
    assert report.version != first.version
    assert b"eleven" in stored_sources(index)["moss.md"]


@pytest.mark.slow
def test_a_refreshed_index_is_as_one_made_anew(articles, index, tmp_path):
    servers = "# Servers and whales\n\nサーバーの録音。 A whale sings.\n"
    twins = "# Jars\n\nTwo jars.\n\n# Jars\n\nTwo jars.\n"
    eleven, zoo = MOSS.replace("nine", "eleven"), MOSS.replace("Moss", "Zoo")
    steps = [
        {"moss": f"{MOSS}\n# Jars\n\nTwo jars.\n", "new": "# 新しい会\n\n鯨の本文です。\n"},
        {"whales": None, "a": servers, "empty": "---\ntitle: 鯨の録音\n---\n"},
        {"whales": WHALES, "a": None},
        {"moss": eleven, "zoo": zoo, "new": "# 新しい会\n\n本文です。\n"},
        {"empty": None, "zoo": None, "twins": twins},
        {"twins": f"{twins}\n# Jars\n\nTwo ja\u200brs.\n\n# A lid\n\nIt fits.\n"},
        {"twins": "---\ntitle: 瓶\nplace: Two jars.\n---\n# A lid\n\nplace: Two jars.\n"},
        {"twins": "---\ntitle: 瓶\n---\nplace: Two jars.\n"},
    ]
    refresh(articles, index)
    for number, changed in enumerate(steps):
        write(articles, **{name: text for name, text in changed.items() if text is not None})
        for name in (name for name, text in changed.items() if text is None):
            (articles / f"{name}.md").unlink()
        refresh(articles, index)
        refresh(articles, tmp_path / f"fresh-{number}")
        (rows, files, manifest), made_anew = contents(index), contents(tmp_path / f"fresh-{number}")
        for name, values in rows.items():
            assert values == made_anew[0][name], name
        assert (files, manifest) == made_anew[1:]
        assert rows["translations"]
        assert rows["sounds"]
        assert rows["title_words"]


class LoadedEncoder(FakeEncoder):
    """Tells whether its model is loaded."""

    def __init__(self):
        super().__init__()
        self.loaded = threading.Event()

    def load(self):
        self.loaded.set()


def test_the_model_is_loaded_when_an_article_is_new_or_has_changed(articles, index):
    for name, text, is_loaded in (("moss", MOSS, True), ("moss", MOSS + "More.\n", True), ("whales", None, False)):
        path, encoder = articles / f"{name}.md", LoadedEncoder()
        path.write_text(text) if text is not None else path.unlink()
        refresh(articles, index, encoder)
        assert encoder.loaded.wait(10 if is_loaded else 0.1) == is_loaded


def test_only_passages_that_are_new_are_cut_into_words(articles, index, monkeypatch):
    refresh(articles, index)
    write(articles, moss=f"{MOSS}\n# Jars\n\nTwo jars.\n")
    cut, readings = [], lexicon.readings
    monkeypatch.setattr(lexicon, "readings", lambda text: cut.append(text) or readings(text))
    assert refresh(articles, index).encoded == 1
    assert [text.splitlines()[-1] for text in cut] == ["Two jars."]


def test_articles_that_move_to_another_folder_are_taken_over(articles, index, tmp_path):
    other = write(tmp_path / "other", ferns=MOSS.replace("Moss", "Fern"))
    refresh([articles, other], index)
    refresh([other, articles], index)
    refresh([other, articles], tmp_path / "fresh")
    assert contents(index) == contents(tmp_path / "fresh")


class DeafEncoder(FakeEncoder):
    """Encodes nothing."""

    def encode_question(self, question):
        raise AssertionError(question)

    def encode_passages(self, inputs):
        assert list(inputs) == []
        return iter(())


def test_what_needs_no_encoding_needs_no_model(articles, index):
    refresh(articles, index)
    write(articles, moss=MOSS.replace("published: false", "published: true"))
    (articles / "whales.md").unlink()
    report = refresh(articles, index, DeafEncoder())
    assert (report.changed, report.removed, report.encoded) == (1, 1, 0)


def test_other_background_questions_are_asked_anew(articles, index, monkeypatch):
    refresh(articles, index)
    before = contents(index)[2]["background"]
    monkeypatch.setattr(calibration, "background_questions", lambda: ["月の裏側は？", "Whales?"])
    write(articles, moss=MOSS.replace("nine", "eleven"))
    refresh(articles, index)
    assert contents(index)[2]["background"] != before


def test_metadata_alone_encodes_nothing(articles, index):
    refresh(articles, index)
    write(articles, moss=MOSS.replace("published: false", "published: true"))
    report = refresh(articles, index)
    assert (report.changed, report.encoded) == (1, 0)
    store = FolderStore.open(index)
    assert [article.published for article in store.tables.articles()] == [True, True]


def test_a_new_title_encodes_its_article(articles, index):
    refresh(articles, index)
    write(articles, moss=MOSS.replace("Moss night", "Fern night"))
    report = refresh(articles, index)
    assert report.encoded == sum(path == "moss.md" for path in passage_paths(index)) > 0


def passage_paths(index):
    store = FolderStore.open(index)
    return [store.tables.passage(number).article.path for number in range(len(store))]


def test_rename(articles, index):
    refresh(articles, index)
    (articles / "moss.md").rename(articles / "renamed.md")
    report = refresh(articles, index)
    assert (report.added, report.removed, report.unchanged, report.encoded) == (1, 1, 1, 0)
    assert set(stored_sources(index)) == {"whales.md", "renamed.md"}


def test_add_and_delete(articles, index):
    refresh(articles, index)
    write(articles / "2024", ferns="# Ferns\n\nThey curl.\n")
    (articles / "moss.md").unlink()
    report = refresh(articles, index)
    assert (report.articles, report.added, report.removed, report.encoded) == (2, 1, 1, 1)
    assert set(stored_sources(index)) == {"whales.md", "2024/ferns.md"}
    assert "moss.md" not in passage_paths(index)


def test_swapped_contents(articles, index):
    refresh(articles, index)
    write(articles, whales=MOSS, moss=WHALES)
    report = refresh(articles, index)
    assert (report.changed, report.encoded) == (2, 0)
    assert stored_sources(index)["moss.md"] == WHALES.encode()


def folders(index):
    """Return the number of its articles folder for every article."""
    with closing(FolderStore.open(index)) as store:
        return {article.path: article.folder for article in store.tables.articles()}


def test_two_folders(articles, index, tmp_path):
    other = write(tmp_path / "other", ferns="# Ferns\n\nThey curl.\n")
    report = refresh([articles, other], index)
    assert report.articles == 3
    assert set(stored_sources(index)) == {"whales.md", "moss.md", "ferns.md"}
    assert folders(index) == {"whales.md": 0, "moss.md": 0, "ferns.md": 1}
    assert refresh([other, articles], index).unchanged == 3
    assert folders(index) == {"whales.md": 1, "moss.md": 1, "ferns.md": 0}
    assert refresh(articles, index).removed == 1
    assert folders(index) == {"whales.md": 0, "moss.md": 0}


def test_a_path_in_two_folders(articles, index, tmp_path):
    other = write(tmp_path / "other", moss="# Other moss\n\nText.\n")
    report = refresh([articles, other], index)
    assert report.articles == 2
    (failure,) = report.failed
    assert failure["path"] == "moss.md"
    assert "another articles folder" in failure["reason"]
    assert stored_sources(index)["moss.md"] == MOSS.encode()
    assert problems(index) == []


def test_drafts_can_be_left_out(articles, index):
    assert refresh(articles, index, drafts=False).articles == 1
    assert set(stored_sources(index)) == {"whales.md"}
    assert refresh(articles, index, drafts=True).added == 1
    assert refresh(articles, index, drafts=False).removed == 1


def test_other_split_settings_rebuild(articles, index):
    write(articles, long="# 長い\n\n" + "".join(f"{n}番目の長い文です。" for n in range(100)))
    first = refresh(articles, index)
    second = refresh(articles, index, limit=100)
    assert second.version != first.version
    assert second.passages > first.passages
    # Passages that came out the same keep their vectors.
    assert 0 < second.encoded < second.passages
    store = FolderStore.open(index)
    assert max(len(store.tables.passage(number).text) for number in range(len(store))) <= 100
    assert store.manifest["split"]["max_characters"] == 100


@pytest.mark.parametrize("encoder", [FakeEncoder(name="b"), FakeEncoder(seed=7), FakeEncoder(dimension=32)])
def test_another_encoder_rebuilds(articles, index, encoder):
    refresh(articles, index)
    report = refresh(articles, index, encoder)
    assert report.encoded == report.passages == encoder.encoded
    store = FolderStore.open(index, fingerprint=encoder.fingerprint())
    assert len(store) == report.passages
    assert unpack(store.record(0)).dense.shape == (encoder.dimension,)
    with pytest.raises(IndexMismatch):
        FolderStore.open(index, fingerprint=FakeEncoder().fingerprint())


def test_another_lexicon_rebuilds(articles, index, monkeypatch):
    first = refresh(articles, index)
    monkeypatch.setattr(lexicon, "recipe", lambda: "another")
    assert refresh(articles, index).version != first.version
    assert refresh(articles, index).encoded == 0


def test_an_encoder_without_sparse_features(articles, index):
    encoder = FakeEncoder(sparse_dimension=0)
    refresh(articles, index, encoder)
    assert not list(one_version(index).glob("sparse*"))
    write(articles, moss=MOSS.replace("nine", "eleven"))
    assert refresh(articles, index, encoder).encoded == 1
    assert FolderStore.open(index).sparse is None
    assert problems(index) == []


def test_vectors_read_back(articles, index):
    refresh(articles, index)
    store = FolderStore.open(index)
    encoder = FakeEncoder()
    for number in range(len(store)):
        kept = unpack(store.record(number))
        stored = store.tables.passage(number)
        context = " > ".join((stored.article.title, *stored.passage.section.headings))
        text = "\n".join([context, *(sentence.plain for sentence in stored.passage.sentences)])
        expected = encoder.encode_question(text)
        np.testing.assert_allclose(kept.dense, expected.dense, atol=5e-4)
        assert set(kept.sparse.indices.tolist()) == set(expected.sparse.indices.tolist())
        rows = np.array([encoder.encode_question(sentence.plain).dense for sentence in stored.passage.sentences])
        np.testing.assert_allclose(kept.sentences, rows, atol=0.5 / 127 + 1e-6)


BROKEN = {
    "yaml": (b"---\ntitle: ok\ntopics: [a\n---\n# T\n", {3, 4}, "YAML"),
    "colon": (b'---\ntitle: "a" b\n---\n', {2}, "YAML"),
    "utf8": ("---\ntitle: ok\n---\n\n札幌\n".encode() + b"\xff\n", {6}, "UTF-8"),
    "utf16": ("# 題\n\n本文\n".encode("utf-16"), {1}, "UTF-8"),
    "shift_jis": ("# 題\n\n本文\n".encode("shift_jis"), {1}, "UTF-8"),
    "open": (b"---\ntitle: ok\n\n# T\n", {1}, "not closed"),
    "list": (b"---\n- a\n- b\n---\ntext\n", {2}, "keys and values"),
    "date": (b"---\ntitle: ok\npublished_at: 2023-02-30\n---\ntext\n", {3}, "date"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_an_unreadable_article_is_named_and_the_others_are_indexed(articles, index, kind):
    data, lines, reason = BROKEN[kind]
    (articles / "broken.md").write_bytes(data)
    report = refresh(articles, index)
    assert report.articles == 2
    (failure,) = report.failed
    assert failure["path"] == "broken.md"
    assert failure["line"] in lines
    assert reason in failure["reason"]
    assert "\n" not in failure["reason"]
    assert set(stored_sources(index)) == {"whales.md", "moss.md"}
    again = refresh(articles, index)
    assert (again.failed, again.unchanged) == (report.failed, 2)


def test_a_date_that_is_none_is_named_and_its_article_is_indexed(articles, index):
    write(articles, night="---\ntitle: Night\ndate: 2023-02-30\n---\ntext\n")
    report = refresh(articles, index)
    (warning,) = report.warnings
    assert (report.articles, report.failed, warning["path"], warning["line"]) == (3, (), "night.md", 3)
    assert report.as_json()["warnings"] == [warning]


def test_an_article_that_became_unreadable_leaves_the_index(articles, index):
    refresh(articles, index)
    (articles / "moss.md").write_bytes(b"\xff")
    report = refresh(articles, index)
    assert (report.removed, len(report.failed)) == (1, 1)
    assert set(stored_sources(index)) == {"whales.md"}


def test_names_that_are_no_text_and_links_that_lead_nowhere(articles, index):
    with open(os.fsencode(articles) + b"/\xff.md", "wb") as file:  # noqa: PTH123 - no Path has such a name
        file.write(b"# T\n\ntext\n")
    (articles / "gone.md").symlink_to(articles / "nowhere.md")
    report = refresh(articles, index)
    assert report.articles == 2
    assert {failure["path"] for failure in report.failed} == {"\ufffd.md", "gone.md"}
    assert problems(index) == []


@pytest.mark.parametrize("name", ["missing", "a_file"])
def test_missing_articles_folder(articles, index, tmp_path, name):
    refresh(articles, index)
    before = (index / "CURRENT").read_bytes()
    (tmp_path / "a_file").write_text("x")
    with pytest.raises(ArticlesFolderError) as caught:
        refresh([articles, tmp_path / name], index)
    assert str(tmp_path / name) in str(caught.value)
    assert (index / "CURRENT").read_bytes() == before


def test_empty_folder(index, tmp_path):
    (tmp_path / "articles").mkdir()
    report = refresh(tmp_path / "articles", index)
    assert (report.articles, report.passages, report.sentences, report.failed) == (0, 0, 0, ())
    assert problems(index) == []
    assert refresh(tmp_path / "articles", index).version == report.version
    for threshold in (0, 0.5, 1):
        answerer = fake_answerer(index, threshold=threshold)
        assert answerer.article_count == 0
        for question in ("what is OLAP?", "チケットはいくら？", "", "?", "a b c d e f"):
            answer = answerer.answer(question)
            assert (answer.status, answer.quotes, answer.suggestions) == ("not_found", (), ())


def test_articles_without_text(index, tmp_path):
    articles = write(tmp_path / "articles", empty="", title="---\ntitle: x\n---\n", heading="# only\n\n## headings\n")
    report = refresh(articles, index)
    assert (report.articles, report.passages) == (3, 0)
    assert problems(index) == []
    assert fake_answerer(index).answer("only headings?").status == "not_found"


def test_all_articles_removed(articles, index):
    refresh(articles, index)
    for path in articles.iterdir():
        path.unlink()
    assert refresh(articles, index).removed == 2
    assert fake_answerer(index).answer("moss?").status == "not_found"
    write(articles, moss=MOSS)
    assert refresh(articles, index).added == 1


def test_an_encoder_that_fails_leaves_the_index_as_it_was(articles, index):
    class Failing(FakeEncoder):
        def encode_passages(self, inputs):
            yield next(super().encode_passages(inputs))
            raise RuntimeError("out of memory")

    refresh(articles, index)
    before = contents(index)
    write(articles, moss=MOSS.replace("nine", "eleven").replace("weeks", "months"))
    with pytest.raises(RuntimeError):
        refresh(articles, index, Failing())
    assert contents(index) == before
    # Of the two passages that were changed, one had been encoded.
    report = refresh(articles, index)
    assert (report.changed, report.encoded) == (1, 1)
    assert problems(index) == []


def test_the_same_text_twice_is_encoded_once(articles, index):
    write(articles, copy=MOSS + "\n# More\n\nAnd a fern.\n")
    encoder = FakeEncoder()
    report = refresh(articles, index, encoder)
    assert encoder.encoded == report.encoded < report.passages
    store = FolderStore.open(index)
    one, other = (
        [p for p in map(store.tables.passage, range(len(store))) if p.article.path == path]
        for path in ("moss.md", "copy.md")
    )
    assert [p.text for p in one] == [p.text for p in other[: len(one)]]
    assert [store.record(p.number) for p in one] == [store.record(p.number) for p in other[: len(one)]]


def test_vectors_taken_over_are_those_of_a_whole_build(articles, index, tmp_path):
    # The same text stands in two articles, of which one comes to stand before the other, and another one changes.
    write(articles, copy=MOSS + "\n# More\n\nAnd a fern.\n", other=MOSS.replace("nine", "eight"))
    refresh(articles, index)
    (articles / "copy.md").rename(articles / "zebra.md")
    write(articles, other=MOSS.replace("nine", "seven"), again=MOSS + "\n# Less\n\nAnd a stone.\n")
    assert refresh(articles, index).encoded < refresh(articles, tmp_path / "whole").encoded
    assert contents(index)[1] == contents(tmp_path / "whole")[1]
