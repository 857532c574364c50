"""Open an exported folder with transformers, in a process of its own: ``python open_with_transformers.py ASK ANSWER``.

ASK is a JSON file, see ``main``; ANSWER is written with ``torch.save``. TensorFlow is hidden: nothing here may need it.
"""

import io
import json
import os
import re
import sys
import tempfile
from contextlib import redirect_stdout
from pathlib import Path

sys.modules["tensorflow"] = None
os.environ.update({"USE_TF": "0", "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"})

import torch  # noqa: E402
import transformers  # noqa: E402
from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: E402


def run_the_example(folder):
    """What the code in the model card prints."""
    code = re.search("```python\n(.*?)```", (folder / "README.md").read_text(encoding="utf-8"), re.DOTALL)[1]
    os.chdir(folder)
    with redirect_stdout(io.StringIO()) as printed:
        exec(code, {})
    return printed.getvalue()


def main(ask, answer):
    ask = json.loads(Path(ask).read_text(encoding="utf-8"))
    torch.set_num_threads(1)
    tokenizer = AutoTokenizer.from_pretrained(ask["folder"])
    model = AutoModelForCausalLM.from_pretrained(ask["folder"]).eval()
    found = {"version": transformers.__version__, "dtype": str(model.dtype), "eos": tokenizer.eos_token_id}
    found["ids"] = [tokenizer(text)["input_ids"] for text in ask["texts"]]
    found["decoded"] = [tokenizer.decode(ids) for ids in found["ids"][:50]]
    found["chat"] = tokenizer.apply_chat_template(ask["messages"], tokenize=False)
    with torch.no_grad():
        found["continued"] = [
            model.generate(
                torch.tensor([ids]), attention_mask=torch.ones(1, len(ids)), max_new_tokens=ask["new_tokens"]
            )[0, len(ids) :].tolist()
            for ids in ask["prompts"]
        ]
        found["logits"] = model(torch.tensor(ask["rows"])).logits
        with tempfile.TemporaryDirectory() as again:  # saved by transformers and opened once more
            model.save_pretrained(again)
            tokenizer.save_pretrained(again)
            resaved = AutoModelForCausalLM.from_pretrained(again).eval()
            found["resaved logits"] = resaved(torch.tensor(ask["rows"])).logits
            found["resaved ids"] = AutoTokenizer.from_pretrained(again)(ask["texts"][0])["input_ids"]
            if ask.get("keep"):
                model.save_pretrained(ask["keep"], max_shard_size="5MB")
                tokenizer.save_pretrained(ask["keep"])
        for folder in ask.get("others", []):
            other = AutoModelForCausalLM.from_pretrained(folder).eval()
            found[folder] = other(torch.tensor(ask["rows"]) % other.config.vocab_size).logits
        found["card"] = run_the_example(Path(ask["folder"]))
        found["logits in float64"] = model.double()(torch.tensor(ask["rows"])).logits
    torch.save(found, answer)


if __name__ == "__main__":
    main(*sys.argv[1:])
