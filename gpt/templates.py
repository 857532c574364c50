"""Prompt templates: how an entry becomes text. One object for all places, so that a model is asked as it was trained.

    PHI3.prompt(entry)     # what the model is given
    PHI3.full_text(entry)  # what it is trained on: the prompt, what stands before an answer, and the answer

The prompt ends where the entry ends. What stands before the answer, such as a heading, is part of what the model
learns to write. A template of your own is a function and that text: ``Template("plain", write, "\\n\\nAnswer:\\n")``.
"""

from collections.abc import Callable
from typing import NamedTuple

from gpt.conversations import own_input


def format_input(entry):
    """Write an entry's instruction and input in the Alpaca prompt style (Taori et al., 2023)."""
    instruction_text = (
        f"Below is an instruction that describes a task. "
        f"Write a response that appropriately completes the request."
        f"\n\n### Instruction:\n{entry['instruction']}"
    )
    input_text = f"\n\n### Input:\n{entry['input']}" if entry["input"] else ""
    return instruction_text + input_text


class Template(NamedTuple):
    """How entries are written.

    Attributes:
        name: for records and messages.
        prompt: a function from an entry to the text that the model is given. It must not end in white space: byte-pair
            encoding joins a space with the word behind it, so the model would meet tokens that training never showed.
        before_answer: what stands between prompt and answer.
    """

    name: str
    prompt: Callable[[dict], str]
    before_answer: str

    def full_text(self, entry):
        """The text to train on."""
        return f"{self.prompt(entry)}{self.before_answer}{entry['output']}"

    @property
    def heading(self):
        """What a response begins with when the model writes it, to be taken off."""
        return self.before_answer.strip()


def task_of(entry):
    """An entry's instruction, and in a line below it its input if it has one: the task, in no template."""
    return _task(entry, entry.get("input"))


def _write_phi3(entry):
    return f"<|user|>\n{task_of(entry)}"


def _write_chat(entry):
    turns = [["system", entry["system"]]] if entry.get("system") else []
    turns += [*entry.get("history", []), ["user", _task(entry, own_input(entry))]]
    return "\n".join(f"{role.capitalize()}: {text}" for role, text in turns)


def _task(entry, material):
    return entry["instruction"] + (f"\n{material}" if material else "")


# The prompt of the Alpaca project (Taori et al., 2023), which the series uses; it is the function of the book.
ALPACA = Template("Alpaca", format_input, "\n\n### Response:\n")
# That of Phi-3 (Abdin et al., 2024). Its marks are plain text here, cut into several tokens: GPT-2 does not have them,
# and new tokens would need new rows in the embedding, about which 935 examples teach little.
PHI3 = Template("Phi-3", _write_phi3, "\n<|assistant|>\n")
# Turns of a conversation, those before included.
CHAT = Template("chat", _write_chat, "\nAssistant: ")


def check_template(template, entries):
    """Return the entries, by index, whose prompt ends in white space.

    Raises:
        ValueError: if a template writes such prompts itself, of entries that do not end in white space, or forgets
            the instruction.
    """
    plain = {"instruction": "Name it.", "input": "", "output": "a"}
    for entry in (plain, {**plain, "input": "This."}):
        prompt = template.prompt(entry)
        if prompt != prompt.rstrip():
            raise ValueError(
                f"Prompts of the template {template.name!r} end in white space ({prompt[-12:]!r}). The space is to be "
                "the first character of before_answer: otherwise the model meets tokens that training did not show."
            )
        if entry["instruction"] not in prompt:
            raise ValueError(f"Prompts of the template {template.name!r} do not hold the instruction: {prompt!r}.")
    return [i for i, entry in enumerate(entries) if template.prompt(entry) != template.prompt(entry).rstrip()]
