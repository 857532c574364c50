"""What several tests need: a small vocabulary, small random models and checkpoints, instruction data."""

import itertools
import json
from pathlib import Path

import torch
from safetensors.torch import save_file

from gpt.checkpoint_files import CONVERTED_FILE, INDEX_FILE, WEIGHTS_FILE
from gpt.converted_copy import fingerprint_of
from gpt.weights import to_openai
from gpt_download import load_gpt2_params_from_tf_ckpt
from pretraining.write_checkpoint import write_checkpoint
from previous_chapters import GPTModel

REPO = Path(__file__).resolve().parents[2]
SHARED = REPO.parent / "shared"

# Models this small are slower with several threads, and many times slower on a machine that is busy.
torch.set_num_threads(1)

# As GPT-2 cuts them: a word carries the space before it.
PROMPT_PIECES = ["Below", "###"] + [
    " " + word
    for word in (
        "is an instruction that describes a task Write a response that appropriately completes the request "
        "Instruction Input Response"
    ).split()
]


def byte_characters():
    """The character for each byte in GPT-2's files: itself if printable, else one from U+0100 on."""
    printable = {*range(33, 127), *range(161, 173), *range(174, 256)}
    others = itertools.count(256)
    return [chr(byte) if byte in printable else chr(next(others)) for byte in range(256)]


def small_merges():
    """Merges that make whole tokens of the prompt's words, after two that compete for the b in "abc"."""
    merges = {"bc": "b c", "ab": "a b"}
    for piece in PROMPT_PIECES:
        word = piece.replace(" ", byte_characters()[ord(" ")])
        for end in range(1, len(word)):
            merges.setdefault(word[: end + 1], f"{word[:end]} {word[end]}")
    return list(merges.values())


def write_vocabulary(folder, merges=None):
    """Write the encoder.json and vocab.bpe of a small vocabulary; return the number of its tokens."""
    merges = small_merges() if merges is None else merges
    tokens = [*sorted(byte_characters()), *(merge.replace(" ", "") for merge in merges), "<|endoftext|>"]
    folder.mkdir(parents=True, exist_ok=True)
    encoder = {token: i for i, token in enumerate(tokens)}
    (folder / "encoder.json").write_text(json.dumps(encoder), encoding="utf-8")
    (folder / "vocab.bpe").write_text("\n".join(["#version: 0.2", *merges]) + "\n", encoding="utf-8")
    return len(tokens)


def small_config(**changes):
    """A whole configuration of a very small model for the small vocabulary."""
    config = {
        "vocab_size": 257 + len(small_merges()),
        "context_length": 128,
        "emb_dim": 24,
        "n_layers": 2,
        "n_heads": 3,
        "drop_rate": 0.0,
        "qkv_bias": True,
    }
    return {**config, **changes}


def without_key_biases(parameters):
    """``{name: tensor}`` of the parameters that decide what a trained model computes.

    A key's bias adds the same number to all scores of a query, and softmax takes it out again. So its gradient is
    rounding noise, which differs from processor to processor, and AdamW makes full steps of it.
    """
    return {name: tensor for name, tensor in dict(parameters).items() if not name.endswith("W_key.bias")}


def random_model(config, seed=0, model_class=GPTModel):
    """A model in evaluation mode with random numbers in every parameter, norms and biases too."""
    torch.manual_seed(seed)
    model = model_class(config)
    for name, parameter in model.named_parameters():
        # Embeddings as small as GPT-2's: larger ones would hide the epsilon of the layer norm.
        torch.nn.init.normal_(parameter, std=0.02 if "emb" in name else 0.4)
    return model.eval()


def freshly_started_model(config):
    """Random weights of PyTorch's own scale, with which the most probable token changes from step to step."""
    torch.manual_seed(0)
    return GPTModel(config).eval()


def random_tokens(config, rows, tokens, seed=0):
    """Token ids of shape ``(rows, tokens)``, the same each time."""
    return torch.randint(config["vocab_size"], (rows, tokens), generator=torch.Generator().manual_seed(seed))


def write_random_checkpoint(folder, config=None, seed=0):
    """Write the seven files of a random model; return the model."""
    model = random_model(config or small_config(), seed)
    write_vocabulary(folder)
    write_checkpoint(folder, config or small_config(), model.state_dict(), folder)
    return model


def instruction_entries(count):
    """Instruction data of different lengths; every third entry has no input."""
    subjects = ("the chef", "a careful old captain", "my neighbour", "rain")
    verbs = ("cooks", "describes", "sees")
    entries = []
    for i in range(count):
        subject, verb = subjects[i % len(subjects)], verbs[i % len(verbs)]
        entries.append(
            {
                "instruction": f"Write about {subject}, number {i}.",
                "input": "" if i % 3 == 0 else " ".join([verb] * (1 + i % 5)),
                "output": f"{subject.capitalize()} {verb} {i} things.",
            }
        )
    return entries


def read_checkpoint(folder):
    """The arrays of a checkpoint, read from TensorFlow's files and not from the converted copy."""
    settings = json.loads((folder / "hparams.json").read_text(encoding="utf-8"))
    return load_gpt2_params_from_tf_ckpt(folder, settings)


def write_converted_copy(folder, weights):
    """Write a state dict as the converted copy of a checkpoint, of which the other files are only hinted at."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / INDEX_FILE).write_bytes(b"stands for the index of a checkpoint")
    (folder / WEIGHTS_FILE).write_bytes(b"stands for its weights")
    arrays = {name: torch.from_numpy(array) for name, array in to_openai(weights).items()}
    kept = {name: (array.T if name.endswith("/w") else array).contiguous() for name, array in arrays.items()}
    save_file(kept, folder / CONVERTED_FILE, metadata={"format": "pt", "fingerprint": fingerprint_of(folder)})
