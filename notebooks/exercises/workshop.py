"""What the end of the workshop needs: which parts are missing, and a small model with the reader's attention."""

from torch import nn

from exercises.break_it import small_model
from exercises.core import check_attention, check_collate, check_format_input, check_generate
from exercises.training import check_training_step

CHECKS = (check_format_input, check_collate, check_attention, check_generate, check_training_step)


def still_missing(*parts):
    """The names of the parts that are empty or not right yet: prompt, batch, attention, generation, training step."""
    looks = [check.look_at(part) for check, part in zip(CHECKS, parts, strict=True)]
    return [part.__name__ for part, look in zip(parts, looks, strict=True) if look is None or look.findings]


class AttentionOfYours(nn.Module):
    """A ``MultiHeadAttention`` with its weights, in which another function mixes the values."""

    def __init__(self, ours, causal_attention):
        super().__init__()
        self.ours, self.causal_attention = ours, causal_attention

    def forward(self, x, cache=None, block=0):
        batch, tokens, width = x.shape

        def split_heads(projected):  # (batch, tokens, width) -> (batch, num_heads, tokens, head_dim)
            return projected.view(batch, tokens, self.ours.num_heads, self.ours.head_dim).transpose(1, 2)

        ours = self.ours
        heads = [split_heads(project(x)) for project in (ours.W_query, ours.W_key, ours.W_value)]
        mixed = self.causal_attention(*heads)
        return ours.out_proj(mixed.transpose(1, 2).reshape(batch, tokens, width))


def model_with(causal_attention):
    """The pretrained small model whose blocks call this function for attention, and its tokenizer."""
    model, tokenizer = small_model()
    for block in model.trf_blocks:
        block.att = AttentionOfYours(block.att, causal_attention)
    return model, tokenizer
