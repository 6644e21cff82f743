"""A tokenizer of a few words, in the true form of ``tokenizer.json``."""

import tokenizers

ENDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")


def write_tokenizer(folder, words, *, padding):
    """Write one that pads unless it is told otherwise, as published ones do."""
    numbers = {word: at for at, word in enumerate((*ENDS, *words))}
    made = tokenizers.Tokenizer(tokenizers.models.WordPiece(numbers, unk_token="[UNK]"))
    made.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    made.post_processor = tokenizers.processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    made.enable_padding(length=padding)
    made.save(str(folder / "tokenizer.json"))
