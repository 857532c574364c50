"""A GPT-2 as the Hugging Face Hub keeps it: ``config.json``, and its weights in safetensors files.

    settings = read_settings("my-gpt2")      # {"n_vocab": 50257, "n_ctx": 1024, ...}, as in OpenAI's hparams.json
    shapes, read = open_folder("my-gpt2")    # names and layout are OpenAI's; lm_head.weight is "model/out_head/weight"
    read("model/h3/attn/c_attn/w")           # (n_embd, 3 * n_embd)

What a ``GPTModel`` cannot be is refused, with everything that is wrong named. The room neither brings files nor writes
any; nothing in these files can run code. The format is that of the package transformers, class ``GPT2LMHeadModel``.
"""

import json
import re
from pathlib import Path

CONFIG_FILE = "config.json"
WEIGHTS_FILE = "model.safetensors"
WEIGHTS_INDEX_FILE = "model.safetensors.index.json"  # where the weights lie in several files: in which one each is
VOCABULARY_FILES = ("vocab.json", "merges.txt")

HEAD = "model/out_head/weight"
# Constants that old releases of transformers saved beside the weights: the causal mask, and what it fills in.
MASKS = re.compile(r"h\.\d+\.attn\.(bias|masked_bias)")
FLOATS = {"F32", "F16", "BF16", "F64"}

# What GPT2Config lets one choose and GPTModel does not: the values that mean what GPTModel computes; the first is that
# which holds if the key is absent.
ONLY_VALUES = {
    "activation_function": ("gelu_new", "gelu_pytorch_tanh"),
    "layer_norm_epsilon": (1e-5,),
    "scale_attn_weights": (True,),
    "scale_attn_by_inverse_layer_idx": (False, None),
    "add_cross_attention": (False, None),
    "quantization_config": (None,),
}


def read_settings(folder):
    """What ``config.json`` says, under the names of OpenAI's ``hparams.json``.

    Raises:
        FileNotFoundError: if there is no ``config.json``.
        ValueError: naming everything in it that a ``GPTModel`` cannot be.
    """
    config = _read_config(folder)
    problem = find_config_problem(config)
    if problem:
        raise ValueError(f"{Path(folder) / CONFIG_FILE} is not of a GPT-2 that can be read here: {problem}.")
    return {
        "n_vocab": config["vocab_size"],
        "n_ctx": config["n_positions"],
        "n_embd": config["n_embd"],
        "n_head": config["n_head"],
        "n_layer": config["n_layer"],
    }


def find_config_problem(config):
    """Tell what a ``GPTModel`` cannot be in the contents of a ``config.json``, or return None."""
    if not isinstance(config, dict):
        return "expected a JSON object"
    if config.get("model_type") != "gpt2":
        return f"expected model_type 'gpt2', found {config.get('model_type')!r}"
    problems = []
    for key in ("vocab_size", "n_positions", "n_embd", "n_head", "n_layer"):
        if type(config.get(key)) is not int or config[key] < 1:
            problems.append(f"{key}: expected a whole number of at least 1, found {config.get(key)!r}")
    for key, values in ONLY_VALUES.items():
        if config.get(key, values[0]) not in values:
            problems.append(f"{key}: expected {values[0]!r}, found {config[key]!r}")
    if not problems and config["n_embd"] % config["n_head"]:
        problems.append(f"n_embd: expected a multiple of n_head ({config['n_head']}), found {config['n_embd']}")
    if not problems and config.get("n_inner") not in (None, 4 * config["n_embd"]):
        problems.append(f"n_inner: expected {4 * config['n_embd']}, four times n_embd, found {config['n_inner']!r}")
    return "; ".join(problems) or None


def is_there(folder):
    """Whether a folder holds the four files (or more, if the weights lie in several) that the Hub keeps of a GPT-2."""
    folder = Path(folder)
    if not all((folder / name).is_file() for name in (CONFIG_FILE, *VOCABULARY_FILES)):
        return False
    try:
        return all(path.is_file() for path in weight_files(folder))
    except (FileNotFoundError, ValueError):
        return False


def weight_files(folder):
    """The safetensors files of a folder.

    Raises:
        FileNotFoundError: if there is neither ``model.safetensors`` nor an index.
        ValueError: if the index is damaged.
    """
    folder = Path(folder)
    if (folder / WEIGHTS_FILE).is_file():
        return [folder / WEIGHTS_FILE]
    index = folder / WEIGHTS_INDEX_FILE
    if not index.is_file():
        others = ", ".join(sorted(path.name for path in folder.glob("*.bin"))) or "no weights at all"
        raise FileNotFoundError(
            f"{folder} has no {WEIGHTS_FILE} and no {WEIGHTS_INDEX_FILE}: found {others}. A folder with a "
            "pytorch_model.bin becomes one with safetensors when transformers loads it and saves it again "
            "(GPT2LMHeadModel.from_pretrained(...).save_pretrained(...))."
        )
    try:
        names = sorted(set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()))
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise ValueError(f"{index} is damaged ({type(error).__name__}: {error}). Get the file again.") from None
    if not names or any(Path(str(name)).name != name for name in names):  # only files of this very folder
        raise ValueError(f"{index} is damaged: expected names of files beside it, found {names[:3]}. Get it again.")
    return [folder / name for name in names]


def open_folder(folder):
    """Open the weights; return ``{name: shape}`` in OpenAI's names, and a function that reads the array of a name.

    Arrays come as float32, whatever the file holds, and those that are float32 there are mapped, not copied: changing
    them does not change the file.

    Raises:
        FileNotFoundError: if a file is missing.
        ValueError: if a file is damaged, or the weights are not those that ``config.json`` announces; every weight that
            is missing, left over or of another shape is named.
    """
    folder = Path(folder)
    config, settings = _read_config(folder), read_settings(folder)
    tensors = {}  # name on the Hub: (open file, name in the file)
    for path in weight_files(folder):
        file = _open(path)
        tensors.update((name.removeprefix("transformer."), (file, name)) for name in file.keys())
    expected = {_hub_name(name): (name, shape) for name, shape in expected_shapes(settings).items()}
    if "lm_head.weight" not in tensors or config.get("tie_word_embeddings") is True:
        del expected["lm_head.weight"]  # the head is the token embedding
        tensors.pop("lm_head.weight", None)
        if config.get("tie_word_embeddings") is False:
            raise ValueError(
                f"{folder} announces an output head of its own (tie_word_embeddings is false in {CONFIG_FILE}), but "
                "has no lm_head.weight. Get the folder again, whole."
            )
    problems = _find_misfits({name: shape for name, (_, shape) in expected.items()}, tensors)
    if problems:
        raise ValueError(
            f"{folder}: the weights are not those of the GPT-2 in {CONFIG_FILE}. Weights at fault: {len(problems)}\n  "
            + "\n  ".join(problems)
        )
    places = {name: tensors[theirs] for theirs, (name, _) in expected.items()}

    def read(name):
        file, theirs = places[name]
        return file.get_tensor(theirs).float().numpy()

    return {name: shape for name, shape in expected.values()}, read


def _read_config(folder):
    path = Path(folder) / CONFIG_FILE
    if not path.is_file():
        raise FileNotFoundError(f"{folder} has not the form of the Hugging Face Hub: expected a {CONFIG_FILE} in it.")
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is not valid JSON in UTF-8 ({error}). Get the file again.") from None


def _open(path):
    from safetensors import SafetensorError, safe_open  # for PyTorch, and for it alone, the library maps the file

    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: its index names it. Get the folder again, whole.")
    try:
        return safe_open(path, framework="pt")
    except (SafetensorError, OSError) as error:
        raise ValueError(
            f"{path} is cut off, damaged or no safetensors file ({error}). Get the file again."
        ) from None


def _find_misfits(expected, tensors):
    """A line for each weight that is not as it should be; masks are left aside."""
    problems = []
    for name in sorted(expected.keys() | tensors.keys()):
        if name in tensors:
            found = tensors[name][0].get_slice(tensors[name][1])
        if name not in tensors:
            problems.append(f"{name}: expected shape {expected[name]}, found nothing")
        elif name not in expected:
            if not MASKS.fullmatch(name):
                problems.append(f"{name}: expected nothing, found shape {tuple(found.get_shape())}")
        elif tuple(found.get_shape()) != expected[name]:
            problems.append(f"{name}: expected shape {expected[name]}, found {tuple(found.get_shape())}")
        elif found.get_dtype() not in FLOATS:
            problems.append(f"{name}: expected floating-point numbers, found {found.get_dtype()}")
    return problems


# ---- names -----------------------------------------------------------------------------------------------------


def expected_shapes(settings):
    """``{OpenAI's name: shape}`` of all weights, with the separate head, which OpenAI's own checkpoints have not."""
    width = settings["n_embd"]
    shapes = {"model/wte": (settings["n_vocab"], width), "model/wpe": (settings["n_ctx"], width)}
    for i in range(settings["n_layer"]):
        block = f"model/h{i}"
        for norm in ("ln_1", "ln_2"):
            shapes.update({f"{block}/{norm}/g": (width,), f"{block}/{norm}/b": (width,)})
        for layer, inputs, outputs in (
            ("attn/c_attn", width, 3 * width),
            ("attn/c_proj", width, width),
            ("mlp/c_fc", width, 4 * width),
            ("mlp/c_proj", 4 * width, width),
        ):
            shapes.update({f"{block}/{layer}/w": (inputs, outputs), f"{block}/{layer}/b": (outputs,)})
    return {**shapes, "model/ln_f/g": (width,), "model/ln_f/b": (width,), HEAD: (settings["n_vocab"], width)}


def hub_name(name):
    """``"model/h3/ln_1/g"`` -> ``"transformer.h.3.ln_1.weight"``, as ``GPT2LMHeadModel`` names its weights."""
    theirs = _hub_name(name)
    return theirs if name == HEAD else f"transformer.{theirs}"


def _hub_name(name):
    if name == HEAD:
        return "lm_head.weight"
    path, _, last = name.removeprefix("model/").rpartition("/")
    if not path:  # wte and wpe
        return f"{last}.weight"
    path = re.sub(r"^h(\d+)/", r"h.\1/", path).replace("/", ".")
    return f"{path}.{'bias' if last == 'b' else 'weight'}"
