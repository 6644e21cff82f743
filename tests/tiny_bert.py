"""An encoder of a few numbers, in the true format of the hub's cache."""

import json

import torch
from safetensors.torch import save_file

from chameleonapi.models._bert import BertEncoder, BertShape, _published
from tiny_tokenizer import write_tokenizer

COMMIT = "0123456789abcdef0123456789abcdef01234567"
WORDS = ["a", "cat", "dog", "sat", "mat", "on", "the", "."]


def write_bert(cache, *, layers=1):
    """Write ``hf:someone/tiny@main`` into a cache, and return the folder with its files."""
    shape = {
        "vocab_size": 12,
        "hidden_size": 8,
        "num_hidden_layers": layers,
        "num_attention_heads": 2,
        "intermediate_size": 16,
        "max_position_embeddings": 32,
    }
    root = cache / "models--someone--tiny"
    folder = root / "snapshots" / COMMIT
    folder.mkdir(parents=True)
    (root / "refs").mkdir()
    (root / "refs" / "main").write_text(COMMIT)
    torch.manual_seed(0)
    weights = BertEncoder(BertShape(**shape)).state_dict()
    save_file(
        {_published(name): one for name, one in weights.items()}, folder / "model.safetensors"
    )
    (folder / "config.json").write_text(json.dumps({"model_type": "bert", "x": 1, **shape}))
    write_tokenizer(folder, WORDS, padding=32)
    return folder
