"""The comparison with other frameworks: same articles, same counting, one clear sentence when a peer fails."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from index.checking.evaluate import evaluate_search
from index.searching.search import Searcher
from index.storage.store import FolderStore
from tests.support.fakes import FakeEncoder
from tests.support.helpers import ROOT, refresh, write

PEERS = ROOT / "benchmarks" / "peers"
sys.path[:0] = [str(PEERS.parent), str(PEERS)]

from compare_peers import measure_peer, read_articles  # noqa: E402  they are programs, not a package
from frameworks import FRAMEWORKS, Peer, version  # noqa: E402
from measure import figures, rank, table  # noqa: E402
from ours import measure_ours  # noqa: E402
from performance import Bench  # noqa: E402
from performance_table import OURS, compared  # noqa: E402
from performance_table import table as performance_table  # noqa: E402
from programs import Finished, ProgramError, prepare_environment, run  # noqa: E402

pytestmark = pytest.mark.slow

QUESTIONS = [
    {"question": "苔は？", "lang": "ja", "article": "night.md", "evidence": "moss keeps water"},
    {"question": "a lamp?", "lang": "en", "article": "night.md", "evidence": "nine watts"},
]


def answer(*texts: str, ms: float = 2.0) -> dict[str, object]:
    return {"hits": [{"article": "night.md", "text": text} for text in texts], "ms": ms}


def output(*answers: dict[str, object], cpu_seconds: float = 8.0, asking: float = 100.0) -> dict[str, object]:
    return {
        "built": Finished("", 9.0, cpu_seconds, 400.0),
        "lengths": [10, 20, 60],
        "ways": {"dense": {"answers": list(answers), "peak_mb": asking}},
    }


def test_figures_by_hand():
    found = figures(output(answer("no", "moss\n keeps water"), answer("of nine watts", ms=6.0)), "dense", QUESTIONS)
    assert found["evidence"] == {
        "all": {"1": 0.5, "3": 1.0, "5": 1.0},
        "ja": {"1": 0.0, "3": 1.0, "5": 1.0},
        "en": {"1": 1.0, "3": 1.0, "5": 1.0},
    }
    assert (found["passages"], found["median_characters"], found["longest_characters"]) == (3, 20, 60)
    assert found["p50_ms"] == 4.0


def test_the_table_gives_times_as_multiples_of_ours():
    ours = figures(output(answer("x"), answer("y")), "dense", QUESTIONS)
    peer = figures(output(answer("nine watts"), answer("y"), cpu_seconds=4.0, asking=250.0), "dense", QUESTIONS)
    lines = table([{"name": "ours", **ours}, {"name": "Other 1.0, dense", **peer}]).splitlines()
    assert lines[2].startswith("| **ours** | .000 |")
    assert "8 s" in lines[2]
    assert "| × 0.50 | × 1.00 / × 1.00 | × 1.00, asking × 2.50 |" in lines[3]
    assert {line.count("|") for line in lines} == {12}


def test_evidence_is_counted_as_in_the_evaluation(tmp_path):
    text = "# Moss\n\nMoss keeps\nwater for weeks.\n\n# Lamps\n\nA lamp of nine watts.\n\n# Jars\n\nTwo jars of glass."
    refresh(write(tmp_path / "articles", night=text, copy=text.replace("nine", "ten")), tmp_path / "index")
    searcher = Searcher(FolderStore.open(tmp_path / "index"), FakeEncoder())
    question = "a lamp of nine watts"
    hits = [{"article": hit.stored.article.path, "text": hit.stored.text} for hit in searcher.search(question, 5).hits]
    wanted = [(hit["article"], hit["text"]) for hit in hits]
    wanted += [("night.md", "keeps water\n for weeks."), ("copy.md", "nine watts"), ("night.md", "a pump")]
    ranks = [rank(hits, {"article": article, "evidence": evidence}) for article, evidence in wanted]
    assert ranks[:2] == [1, 2]
    for (article, evidence), found in zip(wanted, ranks, strict=True):
        row = {"question": question, "lang": "en", "article": article, "evidence": evidence, "answerable": True}
        measured = evaluate_search(searcher, [json.dumps(row)]).overall.evidence
        assert measured == {depth: float(found is not None and found <= depth) for depth in (1, 3, 5)}


def test_every_peer_has_a_program_and_pins_its_version():
    programs = {path.stem.removeprefix("with_") for path in PEERS.glob("with_*.py")}
    assert programs == set(FRAMEWORKS)
    for name, (_, package) in FRAMEWORKS.items():
        requirements = PEERS / f"with_{name}.txt"
        assert version(package, requirements)
        lines = requirements.read_text("utf-8").splitlines()
        assert lines[0] == "-r model.txt"
        assert all("==" in line for line in lines[1:])


def test_the_model_runs_in_the_versions_of_this_project():
    locks = [(ROOT / name).read_text("utf-8") for name in ("requirements-torch.txt", "requirements-dev.txt")]
    ours = {line.split()[0] for line in "".join(locks).splitlines() if "==" in line}
    theirs = [line for line in (PEERS / "model.txt").read_text("utf-8").splitlines() if not line.startswith("#")]
    assert any(line.startswith("torch==") for line in theirs)
    assert set(theirs) <= ours


def test_peers_get_the_articles_that_can_be_read_without_front_matter(tmp_path, capsys):
    write(tmp_path, good='---\ntitle: "苔の夜"\n---\n# Moss\r\n\r\nWater.', bad="---\ntitle: [\n---\ntext")
    (article,) = read_articles([tmp_path])
    assert (article.path, article.title, article.text) == ("good.md", "苔の夜", "# Moss\n\nWater.")
    assert "bad.md" in capsys.readouterr().err


PROGRAM = """
import sys
from pathlib import Path
sys.path.insert(0, {peers!r})
from harness import Passage, run

def build(articles, model, index):
    print("a remark")
    (index / "texts").write_text("\\n".join(f"{{article.path}}\\t{{article.text}}" for article in articles))
    return [Passage(article.path, article.text) for article in articles]

def open_index(model, index, hybrid):
    passages = [Passage(*line.split("\\t")) for line in (index / "texts").read_text().splitlines()]
    if hybrid:
        passages.reverse()
    return lambda question: [p for p in passages if question in p.text]

run(build, open_index)
"""


def moss_peer(folder: Path) -> Peer:
    articles = [{"path": f"{n}.md", "title": "T", "text": f"moss {n}"} for n in range(7)]
    (folder / "articles.jsonl").write_text("\n".join(map(json.dumps, articles)), "utf-8")
    (folder / "peer.py").write_text(PROGRAM.format(peers=str(PEERS)), "utf-8")
    return Peer("Moss 1.0", Path(sys.executable), folder / "peer.py", folder)


def test_what_a_peer_finds_in_the_index_that_it_saved_is_measured(tmp_path):
    questions = [{**QUESTIONS[0], "question": "moss", "article": "4.md", "evidence": "s4"}, QUESTIONS[1]]
    asked = tmp_path / "questions.jsonl"
    asked.write_text("\n".join(map(json.dumps, questions)), "utf-8")
    peer = moss_peer(tmp_path)
    dense, hybrid = measure_peer(peer, asked, questions)
    assert (dense["name"], hybrid["name"]) == ("Moss 1.0, dense", "Moss 1.0, hybrid")
    assert dense["evidence"]["ja"] == {"1": 0.0, "3": 0.0, "5": 1.0}
    assert hybrid["evidence"]["ja"] == {"1": 0.0, "3": 1.0, "5": 1.0}
    assert (dense["passages"], dense["longest_characters"]) == (7, 6)
    assert min(dense["peak_mb"], dense["asking_peak_mb"]) > 5
    found = json.loads(peer.ask(asked, "dense").output)
    assert len(found["answers"][0]["hits"]) == 5
    assert 5 < found["memory_mb"]["resident"] < 500
    # A build begins with nothing.
    (peer.index / "left").touch()
    peer.build()
    assert [path.name for path in peer.index.iterdir()] == ["texts"]


def test_the_performance_table_has_peers_beside_ours_and_leaves_out_one_that_fails(tmp_path, capsys):
    good = moss_peer(tmp_path)
    bench = Bench((), tmp_path, [Peer("Bad 1.0", good.python, tmp_path / "none.py", tmp_path), good], 1, 1)
    rounds = [
        {OURS: seconds, **bench.of_peers(lambda peer: len(json.loads(peer.build().output)))} for seconds in (1, 3)
    ]
    assert capsys.readouterr().err.count("Bad 1.0 is left out") == 1
    row = compared("building", "s", rounds, float, must=1.0)
    assert (row.measured, row.peers) == (2, {"Moss 1.0": 7})
    lines = performance_table([row, compared("size", "MB", [{OURS: 1234.5}], float)]).splitlines()
    assert lines[0] == "|  | must | aim | measured | Moss 1.0 |  |"
    assert lines[2] == "| building | 1 s |  | 2 s | 7 s | **misses the must: 2.00 of it** |"
    assert lines[3] == "| size |  |  | 1,234 MB |  |  |"


def test_a_program_that_fails_says_why(tmp_path):
    with pytest.raises(ProgramError, match=r"^no such luck$"):
        run([sys.executable, "-c", "import sys; sys.exit('first\\nno such luck')"], tmp_path)


def test_a_peer_that_cannot_be_installed_says_why_and_can_be_mended(tmp_path):
    (tmp_path / "model.txt").write_text("", "utf-8")
    requirements = tmp_path / "with_moss.txt"
    requirements.write_text("./no-such-folder\n", "utf-8")
    with pytest.raises(ProgramError, match="no-such-folder"):
        prepare_environment(tmp_path / "moss", requirements)
    requirements.write_text("# nothing\n", "utf-8")
    python = prepare_environment(tmp_path / "moss", requirements)
    assert run([python, "-c", "print(1)"], tmp_path).output == "1\n"
    made = python.lstat().st_ctime_ns
    prepare_environment(tmp_path / "moss", requirements)
    assert python.lstat().st_ctime_ns == made


def test_this_project_is_measured_by_its_own_commands(tmp_path):
    text = "---\ntitle: 夜\n---\n# Moss\n\nmoss keeps water for weeks.\n\n# Lamps\n\nA lamp of nine watts.\n"
    folder = write(tmp_path / "articles", night=text)
    asked = tmp_path / "questions.jsonl"
    asked.write_text("\n".join(map(json.dumps, QUESTIONS)), "utf-8")
    ours = measure_ours([folder], Path(asked))
    with_reader, without = (figures(ours, way, QUESTIONS) for way in ("", "without the reader"))
    assert with_reader["evidence"]["all"]["5"] == without["evidence"]["all"]["5"] == 1.0
    assert (without["passages"], without["longest_characters"]) == (2, len("moss keeps water for weeks."))
    assert min(with_reader["peak_mb"], with_reader["asking_peak_mb"], without["asking_peak_mb"]) > 0
    judged = [[answer["answerable"] for answer in ours["ways"][way]["answers"]] for way in ("", "without the reader")]
    assert judged[0] != judged[1]
