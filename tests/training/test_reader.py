"""What the reader is trained on and to, and that what ships says what was trained."""

from __future__ import annotations

import gzip
import io
import json

import numpy as np
import pytest
import torch

from index.models import reader as shipped_reader
from index.models.bundled import BUNDLED_MODEL
from index.models.encoder import load_encoder
from index.models.reader import WordsHead
from index.types import EncoderInput
from training.reader import prepared
from training.reader.__main__ import ahead
from training.reader.answer_words import Learnt, trained, weights_of
from training.reader.batches import CANDIDATES, Batches, Texts, candidates_of
from training.reader.examples import Candidate, Example, Text, passage_text, question_text
from training.reader.loss import passage_loss, sentence_loss
from training.reader.network import HIDDEN, ReaderNetwork
from training.reader.public import answered_questions
from training.reader.run import Run
from training.reader.shipping import graph_of, mean_of, shipped

QUESTION = Text((0, 9, 2))
GOLD, OTHER = Text((0, 11, 12, 13, 2), ((1, 2), (2, 4))), Text((0, 14, 15, 2), ((1, 3),))


def example(name: str, others: int = 8, *, answered: bool = True) -> Example:
    misleading = tuple(Candidate(Text((0, number, 2), ((1, 2),))) for number in range(20, 20 + others))
    golds = (Candidate(GOLD, (1,)),) if answered else ()
    return Example(QUESTION, golds, misleading, name, "own")


@pytest.fixture
def written(tmp_path):
    def write(*examples: Example) -> prepared.Examples:
        prepared.write(tmp_path / "examples.npz", examples)
        return prepared.read(tmp_path / "examples.npz")

    return write


def passages_of(*logits: float, gold: int | None = 0) -> float:
    right = torch.zeros(1, len(logits), dtype=torch.bool)
    if gold is not None:
        right[0, gold] = True
    return float(passage_loss(torch.tensor([logits]), torch.ones_like(right), right))


def test_the_loss_falls_as_the_right_passage_rises():
    assert passages_of(3.0, -3.0) < passages_of(0.0, 0.0) < passages_of(-3.0, 3.0)


def test_where_nothing_answers_all_passages_must_be_low():
    assert passages_of(-3.0, -3.0, gold=None) < passages_of(-3.0, 3.0, gold=None) < passages_of(3.0, 3.0, gold=None)


def test_a_place_without_a_passage_counts_nothing():
    logits, gold = torch.tensor([[2.0, -1.0, 9.0]]), torch.tensor([[True, False, False]])
    padded = passage_loss(logits, torch.tensor([[True, True, False]]), gold)
    alone = passage_loss(logits[:, :2], torch.tensor([[True, True]]), gold[:, :2])
    assert float(padded) == pytest.approx(float(alone))


def test_the_loss_falls_as_the_right_sentence_rises_and_no_sentence_counts_nothing():
    right = torch.tensor([[False, True]])
    found = [float(sentence_loss(torch.tensor([logits]), right)) for logits in ([-2.0, 2.0], [0.0, 0.0], [2.0, -2.0])]
    assert found == sorted(found)
    padded = sentence_loss(torch.tensor([[-2.0, 2.0, -torch.inf]]), torch.tensor([[False, True, False]]))
    assert float(padded) == pytest.approx(found[0])


@pytest.mark.model
def test_sentences_beyond_the_limit_have_no_place():
    sentences = ["いちばん大事な話は最後に出ました。"] * 20
    whole, cut = passage_text("報告", sentences, 1000), passage_text("報告", sentences, 60)
    assert len(whole.bounds) == 20
    assert 0 < len(cut.bounds) < 20
    assert len(cut.tokens) <= 60
    assert cut.bounds == whole.bounds[: len(cut.bounds)]


@pytest.mark.model
def test_what_is_read_again_is_what_was_written(written):
    examples = written(example("one"), example("two", others=2, answered=False))
    first, second = (
        [list(examples.tokens[number]) for number in found] for found in (examples.golds[0], examples.golds[1])
    )
    assert (len(first), len(second)) == (1, 0)
    assert list(examples.sentences[examples.golds[0][0]]) == [0, 1, 2, 2, 0]
    assert list(examples.answers[0]) == [1]
    assert [len(examples.others[number]) for number in (0, 1)] == [8, 2]


@pytest.mark.model
def test_a_question_is_asked_with_what_answers_it_and_with_the_most_misleading_passages(written):
    examples = written(example("one"))
    others = examples.others[0]
    chance = np.random.default_rng(1)
    asked = candidates_of(examples, [0] * 200, chance, declined=0.0)
    assert asked.texts.shape == (200, CANDIDATES)
    assert (asked.texts[:, 0] == examples.golds[0][0]).all()
    assert (asked.texts == others[0]).sum() > 1.5 * (asked.texts == others[-1]).sum()
    assert all(len(set(row)) == CANDIDATES for row in asked.texts.tolist())
    declined = candidates_of(examples, [0] * 20, chance, declined=1.0)
    assert (declined.golds == -1).all()


@pytest.mark.model
def test_batches_are_the_same_for_a_seed_and_ask_all_before_any_again(written):
    examples = written(*(example(str(number)) for number in range(8)))
    sources = {"own": np.arange(8)}
    first, second = (Batches(examples, sources, {"own": 1.0}, 3).next(8) for _ in range(2))
    assert (first.texts == second.texts).all()
    assert len(first.questions) == 8


def test_whole_reports_are_held_out_always_the_same_ones():
    names = [f"report-{number}.md" for number in range(1000)]
    held = [name for name in names if prepared.is_held_out(name)]
    assert 100 < len(held) < 200
    assert held == [name for name in reversed(names) if prepared.is_held_out(name)][::-1]


@pytest.mark.model
def test_a_run_learns_and_goes_on_where_it_was_cut_off(written, tmp_path):
    torch.manual_seed(3)
    examples = written(*(example(str(number), answered=number % 2 == 0) for number in range(4)))
    weights = prepared.read_weights(tmp_path / "examples.npz")

    def run() -> Run:
        return Run(ReaderNetwork(weights, [0, 11]), examples, tmp_path, 300)

    first = run()
    batches = Batches(examples, {"own": np.arange(4)}, {"own": 1.0}, 3)
    losses = [float(first.learn(first.batch(batches.next(4)))) for _ in range(8)]
    assert losses[-1] < losses[0]
    first.keep()
    second = run()
    assert second.reached == first.reached
    for one in (first, second):
        one.network.eval()
    asked = batches.next(2)
    pairs = asked.questions, asked.texts[:, 0]
    with torch.no_grad():
        assert second.score(*pairs).passages.tolist() == pytest.approx(first.score(*pairs).passages.tolist(), abs=1e-5)


@pytest.mark.model
def test_a_pair_is_read_the_same_beside_others_as_alone(written, tmp_path):
    torch.manual_seed(3)
    examples = written(example("one"))
    network = ReaderNetwork(prepared.read_weights(tmp_path / "examples.npz"), [0, 11]).eval()
    for head in (network.passage_head, network.sentence_head):
        torch.nn.init.normal_(head.weight, std=0.2)
    texts = Texts(examples, torch.device("cpu"))
    passages = np.concatenate((examples.golds[0], examples.others[0]))
    questions = np.repeat(examples.questions, len(passages))
    with torch.no_grad():
        together = network(texts.pairs(questions, passages))
        alone = [network(texts.pairs(questions[:1], passages[[at]])) for at in range(len(passages))]
    assert together.passages.tolist() == pytest.approx([float(one.passages) for one in alone], abs=1e-5)
    assert together.sentences[0].tolist() == pytest.approx(alone[0].sentences[0].tolist(), abs=1e-5)
    # The others have one sentence, and the first has two.
    assert together.sentences[1:, 1].isneginf().all()


@pytest.mark.model
def test_a_batch_says_which_pairs_answer_by_which_sentence(written):
    examples = written(example("one", others=2), example("two", others=1, answered=False))
    batch = Texts(examples, torch.device("cpu")).batch(
        candidates_of(examples, [0, 1], np.random.default_rng(1), declined=0.0)
    )
    assert batch.present.sum(dim=1).tolist() == [3, 1]
    assert batch.gold.nonzero().tolist() == [[0, 0]]
    assert [column.tolist() for column in batch.places] == [[0, 0, 0, 1], [0, 1, 2, 0]]
    assert batch.answering.tolist() == [0]
    assert batch.right.tolist() == [[False, True]]


@pytest.mark.model
def test_a_run_is_done_when_its_time_is_over(written, tmp_path):
    examples = written(example("one"))
    weights = prepared.read_weights(tmp_path / "examples.npz")
    batches = Batches(examples, {"own": np.arange(1)}, {"own": 1.0}, 3)
    run = Run(ReaderNetwork(weights, [0]), examples, tmp_path, 10**9, seconds=1e-6)
    run.learn(run.batch(batches.next(1)))
    # Before the first step is through, kernels may have been compiled.
    assert run.done < 1
    run.learn(run.batch(batches.next(1)))
    assert run.done >= 1


def test_batches_that_are_made_ahead_come_in_their_order():
    made = iter(range(100))
    ready = ahead(lambda: next(made))
    assert [next(ready) for _ in range(20)] == list(range(20))


def test_the_mean_of_runs_is_that_of_their_weights():
    one, other = {"head": torch.tensor([1.0, 3.0])}, {"head": torch.tensor([3.0, 5.0])}
    assert mean_of([one, other])["head"].tolist() == [2.0, 4.0]


@pytest.mark.model
def test_what_ships_says_what_was_trained(tmp_path, monkeypatch):
    torch.manual_seed(2)
    question = "いつどこで開催された？"
    passages = [
        EncoderInput("みなと計測の夕べ > はじめに", ("10月12日に小樽の倉庫で開かれました。", "雨でした。")),
        EncoderInput("Harbour evening > Food", ("We had soup.", "The last train left at eleven.", "It rained.")),
    ]
    texts = [passage_text(one.context, one.sentences) for one in passages]
    asked = Example(question_text(question), (), tuple(Candidate(text) for text in texts), "one", prepared.TEST)
    prepared.write(tmp_path / "examples.npz", [asked])
    network = ReaderNetwork(prepared.read_weights(tmp_path / "examples.npz"), [0, 4, 11]).eval()
    for head in (network.passage_head, network.sentence_head):
        torch.nn.init.normal_(head.weight, std=0.2)
    examples = prepared.read(tmp_path / "examples.npz")
    pairs = Texts(examples, torch.device("cpu")).pairs(np.repeat(examples.questions, 2), examples.others[0])
    with torch.no_grad():
        wanted = network(pairs)
    arrays = dict(shipped(network, examples))
    content = io.BytesIO()
    np.savez(content, **arrays)
    for name, made in (("WEIGHTS", content.getvalue()), ("GRAPH", graph_of(arrays))):
        (tmp_path / name).write_bytes(made)
        monkeypatch.setattr(shipped_reader, name, tmp_path / name)
    found = shipped_reader.open_reader(load_encoder(BUNDLED_MODEL)).read(question, passages)
    assert [one.answers for one in found] == pytest.approx(wanted.passages.tolist(), abs=0.1)
    for one, sentences in zip(found, wanted.sentences, strict=True):
        assert one.sentences == pytest.approx(sentences[: len(one.sentences)].tolist(), abs=0.1)


def test_the_questions_of_a_public_set_come_with_their_answers_in_a_sentence(tmp_path):
    def squad(name: str, question: str) -> None:
        context = "It rained.  The fair was in Oslo on 3 May. Then it ended."
        answers = [{"text": "3 May", "answer_start": context.index("3 May")}]
        paragraph = {"context": context, "qas": [{"id": "1", "question": question, "answers": answers}]}
        data = {"data": [{"title": "Fair", "paragraphs": [paragraph]}]}
        with gzip.open(tmp_path / f"{name}.json.gz", "wt", encoding="utf-8") as file:
            json.dump(data, file)

    squad("xquad_en", "When was the fair?")
    squad("xquad_zh", "什么时候？")
    (asked,) = answered_questions(tmp_path, "xquad_en", "xquad_zh")
    assert (asked.question, asked.title, asked.answer) == ("什么时候？", "Fair", "3 May")
    sentence = asked.sentences[asked.number]
    assert sentence == "The fair was in Oslo on 3 May."
    assert sentence[asked.start :].startswith(asked.answer)


def test_a_head_learns_which_tokens_answer_and_ships_as_the_reader_finds_them():
    torch.manual_seed(0)

    def sentence(first: int, last: int) -> Learnt:
        states = torch.randn(12, HIDDEN) * 0.1
        states[first, 0], states[last, 1] = 3.0, 3.0
        return Learnt(states, [(at, at + 1) for at in range(12)], first, last, (first, last + 1))

    places = [(first, last) for first in range(10) for last in range(first, min(first + 4, 12))]
    head = trained([sentence(*place) for place in places * 30])
    shipped_head = WordsHead(**{name: array.astype(np.float32) for name, array in weights_of(head).items()})
    for place in ((2, 4), (7, 7), (9, 11)):
        *found, probability = shipped_head.find(sentence(*place).states.numpy())
        assert tuple(found) == place
        assert probability > 0.2
