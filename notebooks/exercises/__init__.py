"""Exercises: the door to their checks. Each names what it has found wrong, and why it matters.

    from exercises import check_collate
    check_collate(my_collate)

The checks stand in one room for each notebook; ``looking`` has what they share, ``break_it`` the experiments with a
fault. Solutions are in the folder ``solutions/``.
"""

from exercises.core import check_attention, check_collate, check_format_input, check_generate
from exercises.curves import check_running_average, check_stopping_point
from exercises.evaluating import check_interval, check_read_level
from exercises.exporting import check_join_qkv, check_quantize
from exercises.instruction_data import check_add_entries, check_mask_instruction
from exercises.loading import check_block_parameters, check_split_qkv
from exercises.losses import check_perplexity, check_response_loss
from exercises.predictions import check_prediction
from exercises.prompting import check_few_shot, check_probabilities
from exercises.responses import check_cut_out, check_token_f1
from exercises.scaling import check_bytes_sent, check_shared_loss
from exercises.training import check_accumulate, check_training_step
from exercises.variations import check_chat_entries, check_merge

__all__ = [
    "check_accumulate",
    "check_add_entries",
    "check_attention",
    "check_block_parameters",
    "check_bytes_sent",
    "check_chat_entries",
    "check_collate",
    "check_cut_out",
    "check_few_shot",
    "check_format_input",
    "check_generate",
    "check_interval",
    "check_join_qkv",
    "check_mask_instruction",
    "check_merge",
    "check_perplexity",
    "check_prediction",
    "check_probabilities",
    "check_quantize",
    "check_read_level",
    "check_response_loss",
    "check_running_average",
    "check_shared_loss",
    "check_split_qkv",
    "check_stopping_point",
    "check_token_f1",
    "check_training_step",
]
