"""The prompt of the training, in Jinja and in Go's template language."""

import re

import jinja2
import pytest

from gpt.chat_templates import form_of, jinja_template, ollama_template, write_modelfile
from gpt.conversations import own_input
from gpt.templates import ALPACA, CHAT, PHI3, Template, format_input, task_of

TEMPLATES = [ALPACA, PHI3, CHAT]
ENTRIES = [
    {"instruction": "Translate 'cat' into \"French\" {{ now }}.", "input": "", "output": "chat"},
    {"instruction": "Say \\ \u00e9\u4e16\U0001f600.", "input": "One line,\n\nand <|user|> another.", "output": ""},
]


def two_forms(entry):
    """As the Alpaca project itself writes it: another first sentence where there is an input."""
    sentence = "Below is a task with its input." if entry["input"] else "Below is a task."
    return sentence + format_input(entry).partition("request.")[2]


def render(template, messages, **options):
    # As transformers does it; llama.cpp's own engine is asked in test_gguf_file.py.
    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(jinja_template(template)).render(messages=messages, **options)


def question(text):
    return [{"role": "user", "content": text}]


@pytest.mark.parametrize("entry", ENTRIES, ids=["alone", "with input"])
@pytest.mark.parametrize("template", [*TEMPLATES, Template("two forms", two_forms, "\n\n### Response:\n")],
                         ids=lambda template: template.name)
def test_a_task_becomes_the_prompt_of_the_training_byte_for_byte(template, entry):
    assert own_input(entry) == entry["input"]
    assert render(template, question(task_of(entry))) == template.prompt(entry)
    with_start = render(template, question(f" {task_of(entry)}\n"), add_generation_prompt=True)
    trained = template.full_text({**entry, "output": "An answer."})
    assert trained.startswith(with_start) and trained[len(with_start) :].strip() == "An answer."
    assert not with_start.endswith(" ")  # a space belongs to the token behind it


def test_only_the_last_message_of_the_user_is_shown():
    messages = [{"role": "system", "content": "Be kind."}, *question("First."), {"role": "assistant", "content": "A."},
                *question("Second."), {"role": "assistant", "content": "B"}]  # fmt: skip
    assert render(ALPACA, messages) == format_input({"instruction": "Second.", "input": ""})


def test_an_instruction_of_several_lines_is_kept_where_the_heading_of_the_input_stands():
    entry = {"instruction": "Two rules:\nbe short, be kind.", "input": "A line\nand another."}
    assert render(ALPACA, question(format_input(entry).partition("### Instruction:\n")[2])) == format_input(entry)


def test_white_space_around_instruction_and_input_is_taken_off():
    expected = format_input({"instruction": "Translate.", "input": "the\r\n cat"})
    assert render(ALPACA, question(" Translate. \r\n\n the\r\n cat \n")) == expected


@pytest.mark.parametrize("prompt", [
    lambda entry: entry["instruction"].upper(),
    lambda entry: f"{entry['input']} {entry['instruction']}",
    lambda entry: f"{entry['instruction']}, {entry['instruction']} {entry['input']}",
    lambda entry: f"{entry['instruction'].strip()}\n{entry['input']}",
    lambda entry: "Always the same.",
])  # fmt: skip
def test_a_template_that_does_more_is_refused(prompt):
    with pytest.raises(ValueError, match="The template 'own' cannot be written for other programs"):
        form_of(Template("own", prompt, "\n"))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
def test_ollama_asks_in_the_prompt_of_the_training(template):
    # No Ollama here: what stands around the last message, and with it in its place, is compared.
    shown = re.fullmatch(
        r"\{\{ range \$i, \$message := \.Messages \}\}\{\{ if eq \(len \(slice \$\.Messages \$i\)\) 1 \}\}"
        r"(.*)\{\{ end \}\}\{\{ end \}\}", ollama_template(template), re.DOTALL,
    )[1]  # fmt: skip
    entry = {**ENTRIES[0], "output": "An answer."}
    found = shown.replace("{{ $message.Content }}", entry["instruction"])
    assert template.full_text(entry) in (found + "An answer.", found + " An answer.")


def test_braces_of_a_template_are_text_in_ollama():
    prompt = ollama_template(Template("braces", lambda entry: f"{{{{ {entry['instruction']} {entry['input']}", "\n"))
    assert '1 }}{{ "{{" }} {{ $message.Content }}' in prompt


def test_a_modelfile_names_the_model_beside_it_and_what_ollama_would_choose_otherwise(tmp_path):
    (tmp_path / "sub").mkdir()
    write_modelfile(tmp_path / "Modelfile", tmp_path / "a b.gguf", context_length=256)
    lines = (tmp_path / "Modelfile").read_bytes().decode("utf-8").split("\n")
    assert lines[0] == "FROM ./a b.gguf" and lines[-1] == ""
    assert f'TEMPLATE """{ollama_template()}"""' in "\n".join(lines)
    assert [line for line in lines if line.startswith("PARAMETER")] == [
        "PARAMETER temperature 0", "PARAMETER repeat_penalty 1", "PARAMETER num_ctx 256", "PARAMETER num_predict 256",
        'PARAMETER stop "<|endoftext|>"',
    ]  # fmt: skip
    write_modelfile(tmp_path / "Modelfile", tmp_path / "sub" / "a.gguf", context_length=256)
    assert (tmp_path / "Modelfile").read_text(encoding="utf-8").startswith(
        f"FROM {(tmp_path / 'sub' / 'a.gguf').as_posix()}\n"
    )
    quotes = Template("quotes", lambda entry: f'"""{entry["instruction"]}{entry["input"]}', "\n")
    with pytest.raises(ValueError, match="three quotation marks"):
        write_modelfile(tmp_path / "Modelfile", tmp_path / "a.gguf", context_length=256, template=quotes)
    assert "FROM" in (tmp_path / "Modelfile").read_text(encoding="utf-8")
