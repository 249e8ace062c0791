"""Write the bundled model as a standard sentence-transformers folder, which every framework can load.

    python benchmarks/peers/export_model.py FOLDER

Its input module is this project's own and unknown to other programs; the parts are standard.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from transformers import PreTrainedTokenizerFast

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from reference_model import load_sentence_transformer  # noqa: E402  beside this folder

from index.models.bundled import DIMENSION  # noqa: E402  the project need not be installed

# Full-width and half-width letters and both prefixes: what a folder that lost its normalizer gets wrong.
SAMPLE = ["query: ＯＬＡＰって何？", "passage: ﾄﾗｯｸ4 の結論は <s> 「まず小さく」"]


def export(folder: Path) -> None:
    bundled = load_sentence_transformer()
    with tempfile.TemporaryDirectory() as parts:
        bundled[0].model.save_pretrained(parts)
        generic_tokenizer(bundled[0].tokenizer).save_pretrained(parts)
        transformer = Transformer(parts)
    # Without prompts of its own: each peer is given them the way its documentation says.
    standard = SentenceTransformer(modules=[transformer, Pooling(DIMENSION, "mean"), Normalize()], device="cpu")
    standard.save(str(folder), create_model_card=False)
    if not np.allclose(bundled.encode(SAMPLE), SentenceTransformer(str(folder)).encode(SAMPLE), atol=1e-5):
        raise SystemExit(f"The model in {folder} is not the bundled one: it gives other vectors.")


def generic_tokenizer(tokenizer: Any) -> PreTrainedTokenizerFast:
    """Return the same tokenizer as the class that reads all from its file.

    XLM-R's own class makes its normalizer anew when it is loaded, and that is none: full-width and half-width
    letters would become unknown words.
    """
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer.backend_tokenizer,
        model_max_length=tokenizer.model_max_length,
        split_special_tokens=True,
        **tokenizer.special_tokens_map,
    )


if __name__ == "__main__":
    export(Path(sys.argv[1]))
