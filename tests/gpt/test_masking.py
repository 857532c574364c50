"""With the instruction masked, what the model writes counts: heading, answer, end of text."""

import pytest
import torch

from gpt.masking import count_prompt_tokens, create_masked_loader, mask_prompts
from helpers import instruction_entries
from previous_chapters import ALPACA, CHAT, PHI3, InstructionDataset, create_instruction_loader


@pytest.mark.parametrize("template", [ALPACA, PHI3, CHAT], ids=lambda template: template.name)
def test_what_counts_is_all_behind_the_prompt_and_one_end_of_text(template, tokenizer):
    entries = instruction_entries(5)
    loader = create_masked_loader(entries, tokenizer, allowed_max_length=512, batch_size=5, template=template)
    ((inputs, targets),) = list(loader)
    for row, entry in zip(targets, entries, strict=True):
        counted = row[row != -100].tolist()
        assert counted[-1] == tokenizer.eot_token
        assert tokenizer.decode(counted[:-1]) == template.before_answer + entry["output"]


def test_the_inputs_and_the_order_are_those_of_the_ordinary_loader(tokenizer):
    entries = instruction_entries(9)
    batches = []
    for create in (create_masked_loader, create_instruction_loader):
        torch.manual_seed(1)
        loader = create(entries, tokenizer, allowed_max_length=512, batch_size=4, shuffle=True, drop_last=True)
        batches.append(list(loader))
    for (inputs, masked), (others, targets) in zip(*batches, strict=True):
        assert torch.equal(inputs, others)
        counted = masked != -100
        assert torch.equal(masked[counted], targets[counted]) and counted.sum() < (targets != -100).sum()


def test_a_token_that_reaches_beyond_the_prompt_does_not_belong_to_it(tokenizer):
    entry = {"instruction": "Say a", "input": "", "output": "."}  # "abc" is cut after "ab" or before "bc"
    template = ALPACA._replace(before_answer="bc")
    (token_ids,) = InstructionDataset([entry], tokenizer, template)
    count = count_prompt_tokens(entry, token_ids, tokenizer, template)
    rest = tokenizer.decode(token_ids[count:])
    assert rest.endswith("bc.") and len(rest) <= len("abc.")
    assert tokenizer.decode(token_ids[:count]) + rest == template.full_text(entry)


def test_mask_prompts_leaves_what_it_is_given(tokenizer):
    targets = torch.arange(1, 9).reshape(2, 4)
    assert mask_prompts(targets, [1, 3]).tolist() == [[1, 2, 3, 4], [-100, -100, 7, 8]]
    assert mask_prompts(targets, [0, 9]).tolist() == [[1, 2, 3, 4], [-100] * 4]
    assert targets.tolist() == [[1, 2, 3, 4], [5, 6, 7, 8]]
