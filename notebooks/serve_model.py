"""Serve your fine-tuned model on this machine, with llama.cpp's server and OpenAI's protocol for chats.

    python -m pip install --no-deps -r notebooks/judge-requirements.txt
    python notebooks/serve_model.py                          the weights that notebook 04 has saved
    python notebooks/serve_model.py --number-format Q8_0     in a quarter of the size
    python notebooks/serve_model.py --gguf FILE.gguf         any model in llama.cpp's format

The GGUF file is made of the weights if it is not there, or older than they are. The server runs until it is
interrupted; only this machine can reach it.
"""

import argparse
import os
import sys
from pathlib import Path

NOTEBOOKS = Path(__file__).resolve().parent
sys.path[:0] = [str(NOTEBOOKS), str(NOTEBOOKS.parent)]

from serve_judge import add_options, serve_until_interrupted  # noqa: E402

PORT = 8422  # not the judge's, so that both can be at work

EXAMPLE = """\
{name} answers at {address}  (Ctrl-C ends the server)

In a browser: open that address. In a terminal:

    curl {address}/v1/chat/completions -H "Content-Type: application/json" \
-d "{{\\"messages\\": [{{\\"role\\": \\"user\\", \\"content\\": \\"Name three trees.\\"}}]}}"

In Python; the first line of a question is the instruction, what follows is its input:

    import requests
    question = "Change the sentence to the past tense.\\nThe gardener waters the roses."
    asked = {{"messages": [{{"role": "user", "content": question}}], "temperature": 0}}
    answer = requests.post("{address}/v1/chat/completions", json=asked, timeout=60).json()
    print(answer["choices"][0]["message"]["content"])
"""


def make_gguf(model_name, number_format):
    """Return the GGUF file of the model that notebook 04 has fine-tuned; write it if there is none of these weights."""
    from gpt_download import download_files
    from notebook_setup import (
        DATA,
        SMALL_MODEL,
        choose_device,
        choose_model,
        config_of,
        model_size_of,
        output_folder,
        require,
        short_name,
    )
    from previous_chapters import GPTModel, load_weights, save_as_gguf, without_weights

    if model_name:
        os.environ["CHOOSE_MODEL"] = model_name
    name = choose_model(choose_device())
    folder = output_folder(name, create=False)
    weights = require(folder / f"{short_name(name)}-sft.pth", "04_finetune.ipynb")
    path = folder / f"{short_name(name)}-sft-{number_format}.gguf"
    if not path.is_file() or path.stat().st_mtime < weights.stat().st_mtime:
        with without_weights():
            model = GPTModel(config_of(name))
        load_weights(model, weights)
        vocabulary = download_files(model_size_of(name), DATA / "gpt2", ("encoder.json", "vocab.bpe"))
        save_as_gguf(
            model, path, vocabulary, number_format=number_format, name=weights.stem,
            description="GPT-2, fine-tuned to follow instructions",
            license="apache-2.0" if name == SMALL_MODEL else "mit",  # OpenAI's weights are under a modified MIT license
        )  # fmt: skip
    return path


def parse_arguments(arguments=None):
    from previous_chapters import NUMBER_FORMATS, model_configs

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", choices=model_configs, metavar="NAME", help="default: that of the notebooks")
    parser.add_argument("--number-format", choices=NUMBER_FORMATS, default="F32", help="of the GGUF file; default: F32")
    parser.add_argument("--gguf", type=Path, metavar="FILE", help="serve this file instead")
    add_options(parser, port=PORT, context=0)
    return parser.parse_args(arguments)


def main():
    arguments = parse_arguments()
    if arguments.gguf and not arguments.gguf.is_file():
        sys.exit(f"There is no file {arguments.gguf}.")
    try:
        path = arguments.gguf or make_gguf(arguments.model, arguments.number_format)
    except (ValueError, OSError, ModuleNotFoundError) as error:
        sys.exit(str(error))
    serve_until_interrupted(path, arguments, lambda address: EXAMPLE.format(name=path.name, address=address))


if __name__ == "__main__":
    main()
