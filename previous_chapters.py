"""The door: everything that the notebooks import, chapter by chapter of the book. No code stands here.

Each block says what it is and which notebook teaches it, and names the room of ``gpt/`` where to read it.
Downloading is behind a door of its own, ``gpt_download.py``.
"""

# Chapter 2, text to token ids and back; taught in notebook 00
from gpt.tokenizer import (
    END_OF_TEXT,
    GPT2_SPLIT_PATTERN,
    load_tokenizer,
    text_to_token_ids,
    token_ids_to_text,
)

# Chapters 3 and 4, attention and the GPT model, written out; taught in notebook 01
from gpt.model import (
    BASE_CONFIG,
    GELU,
    FeedForward,
    GPTModel,
    LayerNorm,
    MultiHeadAttention,
    TransformerBlock,
    causal_attention,
    config_of,
    model_configs,
)

# Chapters 4 and 5, text from a model; taught in notebooks 02 and 06
from gpt.generation import KeyValueCache, choose_token, generate, generate_batch, stream_tokens

# Chapter 5, pretrained weights, and weights in files; taught in notebooks 01 and 04
from gpt.weights import load_weights, load_weights_into_gpt, save_weights, without_weights

# Chapter 5, losses and the training loop; taught in notebooks 03 and 04
from gpt.training import (
    calc_loss_batch,
    calc_loss_loader,
    check_initial_loss,
    evaluate_model,
    expected_initial_losses,
    finetuning_settings,
    generate_and_print_sample,
    train_model_simple,
)

# A training that cannot be lost; used in notebook 04
from gpt.checkpoints import finish_training
from gpt.training_run import TrainingRun

# Plots; taught in notebook 05
from gpt.pictures import BLUE, ORANGE, plot_lengths, plot_losses

# See inside: tokens with their losses (notebooks 03 and 04), batches (00), attention and answers (06)
from gpt.answer_browser import answer_browser
from gpt.attention_pictures import attention_picture, attention_weights, copied_tokens
from gpt.token_pictures import batch_rows, batch_xray, entry_losses, loss_xray, row_losses

# Small files of results, whole or as before; used in notebooks 04 and 06
from gpt.files import write_json

# Results in a folder that outlives the machine; used by colab/whole_series.ipynb
from gpt.keeping import keep, take_up

# A training to look at while it runs, and reference runs behind the curve; used in notebooks 04 and 05
from gpt.live import TrainingView
from gpt.reference_runs import compare, load_reference

# What a model needs and this machine has; used in notebooks 01 and 04
from gpt.machine import peak_memory
from gpt.preflight import parameters_of, preflight

# Chapter 7, from instruction entries to batches; taught in notebooks 00 and 08
from gpt.templates import ALPACA, CHAT, PHI3, Template, check_template, format_input
from gpt.instructions import (
    InstructionDataset,
    create_instruction_loader,
    custom_collate_fn,
    load_instruction_data,
    split_instruction_data,
)

# Beyond chapter 7, data of one's own, and what to know about it before training; taught in notebooks 00 and 08
from gpt.conversations import own_input
from gpt.data_formats import describe_reading, read_enough, read_instruction_data
from gpt.data_report import describe_report, report_on_data
from gpt.duplicates import find_near_duplicates, find_same_tasks

# Chapter 7, responses and their scores; taught in notebook 06
from gpt.responses import cut_out_response, extract_responses
from gpt.scoring import (
    first_sentence,
    is_right,
    is_right_at_first,
    normalize_answer,
    rouge_l,
    score_answers,
    token_f1,
    words_more,
)

# Beyond chapter 7, variations of the fine-tuning; taught in notebook 08, options of finetune.py
from gpt.lora import LORA_RATE, LoRALinear, add_lora, merge_lora
from gpt.masking import create_masked_loader, mask_prompts

# Notebook 04 in a few calls, and what they remember; used by finetune.py
from gpt.finetuning import (
    create_loaders,
    fine_tune,
    keep_history,
    learning_rate_of,
    measure_initial_losses,
    prepare_training,
)
from gpt.run_record import add_to_record, open_record

# Beyond chapter 7, judging responses; taught in notebook 07
from gpt.blind import agreement, compare_blindly, summarize_choices
from gpt.calibration import (
    answers_to_judge,
    compare_with_exact_match,
    count_failed,
    find_disagreements,
    mean_score,
    paired_difference,
    scores_of,
    verdict,
)
from gpt.intervals import area_under_curve, mean_with_interval, sign_test
from gpt.judge import find_judge
from gpt.judgements import compare_answers, judge_answers, write_question

# Asking the fine-tuned model; used in notebook 06 and by notebooks/chat.py
from gpt.chat import ask, chat, prompt_ids, stream_response, stream_text

# What is only there for speed; measured in notebooks 04 and 06
from gpt.kernels import (
    Linear,
    choose_precision,
    computing_in,
    fused,
    fused_training,
    keep_few_kernels,
    keep_freed_memory,
    shortened_for_generation,
    written_out,
)

# Beyond chapter 7, taking the model elsewhere; taught in notebook 09
from gpt.chat_templates import jinja_template, ollama_template, write_modelfile
from gpt.gguf_file import NUMBER_FORMATS, save_as_gguf
from gpt.huggingface import load_from_huggingface, save_to_huggingface
from gpt.model_card import figures_of_run, write_model_card

# Beyond chapter 7, several processes; taught in notebook 10
from gpt.distributed import is_sharded, loss_of_own_rows, replicate, shard
from gpt.processes import one_goes_first, process_group, rank, world_size
from gpt.scaling import scaling_page, simulate
from gpt.sharded_checkpoints import extract_weights
from gpt.sharded_loading import load_own_part
