"""Masking the instruction: a loss that counts what the model writes (a variation; the series counts the whole entry).

That is what stands before an answer, such as the heading of the response, the answer, and the end of text. The heading
must count: the prompt that a model is asked with does not hold it, so a model that was not taught to write it does not.

    loader = create_masked_loader(train_data, tokenizer, allowed_max_length=1024, shuffle=True, drop_last=True)
"""

from torch.utils.data import DataLoader

from gpt.instructions import InstructionDataset, custom_collate_fn
from gpt.templates import ALPACA


def count_prompt_tokens(entry, token_ids, tokenizer, template=ALPACA):
    """How many tokens of an entry belong to its prompt.

    They are counted in the encoded entry, by bytes. To encode the prompt alone would not do: byte-pair encoding may
    join its last character with the next one, and that token is then one that the model has to write.
    """
    before = len(template.prompt(entry).encode("utf-8"))
    count, length = 0, 0
    for token in token_ids:
        length += len(tokenizer.decode_single_token_bytes(token))
        if length > before:
            break
        count += 1
    return count


def mask_prompts(targets, prompt_tokens, ignore_index=-100):
    """Return targets in which the tokens of the prompts do not count, and all that comes after them does.

    Args:
        targets: of ``custom_collate_fn``, shape ``(batch, tokens)``; the target at a place is the token behind it.
        prompt_tokens: for each row how many tokens its prompt has.
    """
    masked = targets.clone()
    for row, count in enumerate(prompt_tokens):
        masked[row, : max(0, count - 1)] = ignore_index
    return masked


class _WithPromptLengths(InstructionDataset):
    def __getitem__(self, index):
        token_ids = self.encoded_texts[index]
        return token_ids, count_prompt_tokens(self.data[index], token_ids, self.tokenizer, self.template)


def create_masked_loader(
    data, tokenizer, *, allowed_max_length, batch_size=8, shuffle=False, drop_last=False, template=ALPACA
):
    """As ``create_instruction_loader``, with targets that count what stands behind the prompts."""
    dataset = _WithPromptLengths(data, tokenizer, template)
    dataset.tokenizer = tokenizer

    def collate(batch):
        rows, prompt_tokens = zip(*batch, strict=True)
        inputs, targets = custom_collate_fn(rows, tokenizer.eot_token, allowed_max_length=allowed_max_length)
        return inputs, mask_prompts(targets, prompt_tokens)

    return DataLoader(dataset, batch_size=batch_size, collate_fn=collate, shuffle=shuffle, drop_last=drop_last)
