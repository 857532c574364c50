"""The small model that is shipped in data/gpt2: its name, its configuration, and how it is loaded.

    model, tokenizer = load_small_model()

How it was trained is the subject of ``pretrain``.
"""

from gpt_download import SHIPPED_FOLDER, SHIPPED_SIZE, download_and_load_gpt2
from previous_chapters import (
    GPTModel,
    config_of,
    load_tokenizer,
    load_weights_into_gpt,
    model_configs,
    without_weights,
)

SMALL_MODEL = next(name for name in model_configs if SHIPPED_SIZE in name)
SMALL_CONFIG = config_of(SMALL_MODEL)


def load_small_model():
    """Return ``(model, tokenizer)``, the model with its pretrained weights and in evaluation mode."""
    _, params = download_and_load_gpt2(model_size=SHIPPED_SIZE, models_dir=SHIPPED_FOLDER)
    with without_weights():
        model = GPTModel(SMALL_CONFIG)
    load_weights_into_gpt(model, params)
    return model.eval(), load_tokenizer(SHIPPED_FOLDER / SHIPPED_SIZE)
