"""Text from a model: choosing the next token, for one prompt or for many side by side (chapters 4 and 5 of the book).

:func:`stream_tokens` is the lesson, and :func:`generate` the whole of what it yields; the :class:`KeyValueCache` and
:func:`generate_batch` come to the same tokens sooner.
This room knows token ids only: prompts and answers as text are in ``gpt.instructions`` and ``gpt.responses``.
"""

import math

import torch

from gpt.limits import require_limits, require_sampling, require_whole_number
from gpt.model import require_known_ids
from gpt.notebook_outputs import progress_bar
from gpt.packed_rows import PackedRows

# A pass through the model takes the time to fetch its weights, as long as about so many tokens of a batch take.
WORTH_A_PASS = 32


def generate(
    model, idx, max_new_tokens, context_size, temperature=0.0, top_k=None, eos_id=None, *, use_cache=True
):
    """Continue each row of ``idx`` one token at a time.

    Args:
        model: a ``GPTModel`` in evaluation mode.
        idx: token ids, shape ``(batch, tokens)``, on the model's device.
        max_new_tokens: how many tokens to add at most.
        context_size: how many of the last tokens the model is shown; its ``context_length`` at most.
        temperature, top_k: how the next token is chosen, see :func:`choose_token`.
        eos_id: stop at this token, which is not added. In a batch, a row that has reached it is filled up with
            it until the last row has stopped.
        use_cache: keep what the model has computed for earlier tokens. Without, it reads the whole text anew for
            each token: the same tokens, only slower.

    Returns:
        The prompt and what was generated, shape ``(batch, tokens + new tokens)``.

    Raises:
        ValueError: for ids that the model's vocabulary does not have, or limits that are not those of the model
            (``gpt.limits``), before anything is computed.
    """
    tokens = stream_tokens(
        model, idx, max_new_tokens, context_size, temperature, top_k, eos_id, use_cache=use_cache
    )
    return torch.cat((idx, *tokens), dim=1)


def stream_tokens(
    model, idx, max_new_tokens, context_size, temperature=0.0, top_k=None, eos_id=None, *, use_cache=True
):
    """Yield what :func:`generate` appends, with the same arguments: ``(batch, 1)``, each as soon as it is chosen."""
    require_limits(model, max_new_tokens, context_size, temperature, top_k)
    require_known_ids(model, idx)
    batch, length = idx.shape
    text = torch.cat((idx, idx.new_empty(batch, max_new_tokens)), dim=1)
    finished = torch.zeros(batch, 1, dtype=torch.bool, device=idx.device)
    cache = KeyValueCache(model, batch, min(text.shape[1], context_size)) if use_cache else None
    for end in range(length, text.shape[1]):
        with torch.no_grad():
            if use_cache and end <= context_size:
                features = model.features(text[:, cache.longest : end], cache)
            else:
                # The text is longer than what the model is shown, so each token moves to another position, and
                # what was computed for it at the old one is of no use.
                features = model.features(text[:, max(0, end - context_size) : end])
            logits = model.out_head(features[:, -1])  # only the last position tells what comes next
        idx_next = choose_token(logits, temperature, top_k)
        if eos_id is not None:
            idx_next = idx_next.masked_fill(finished, eos_id)
            finished = idx_next == eos_id
            if finished.all():
                return
        text[:, end : end + 1] = idx_next
        yield text[:, end : end + 1]


def choose_token(logits, temperature=0.0, top_k=None):
    """Choose the next token of each row: ``(batch, vocab_size) -> (batch, 1)``.

    Args:
        temperature: 0 takes the most probable token; higher values sample more freely.
        top_k: sample among this many most probable tokens only.

    Raises:
        ValueError: for a temperature below 0 or without an end, or a ``top_k`` that is not from 1 to ``vocab_size``.
    """
    require_sampling(temperature, top_k, logits.shape[-1])
    if top_k is not None:
        smallest_kept = torch.topk(logits, top_k).values[:, -1:]
        logits = logits.masked_fill(logits < smallest_kept, -torch.inf)
    if temperature > 0.0:
        probabilities = torch.softmax(logits / temperature, dim=-1)
        return torch.multinomial(probabilities, num_samples=1)
    return logits.max(dim=-1, keepdim=True).indices  # on a CPU in bf16, five times as fast as argmax


class KeyValueCache:
    """The keys and values of the tokens that a model has read, so that it need not read them again.

    What a token looks like to later ones, its key and value in every block, depends only on the tokens before it. So
    when text grows by a token, only the new one has to go through the model. The rows of a batch may have different
    lengths: ``lengths`` tells how many tokens of each row count.

    The memory is taken at once, but only as many columns of it are in use as there are tokens, in steps of ``STEP``. A
    matrix product wants its factors without gaps and would copy the used part of wider rows each time.

    Args:
        tokens: how many tokens each row may come to have.
    """

    STEP = 32

    def __init__(self, model, rows, tokens):
        attention, weight = model.trf_blocks[0].att, model.tok_emb.weight
        # What is in use: keys and values, rows, heads, columns, numbers of a head. No columns yet.
        self.shape = (2, rows, attention.num_heads, 0, attention.head_dim)
        size = rows * attention.num_heads * tokens * attention.head_dim
        self.memory = torch.empty(len(model.trf_blocks), 2, size, dtype=weight.dtype, device=weight.device)
        self.capacity = tokens
        self.lengths = torch.zeros(rows, dtype=torch.int64, device=weight.device)
        self.longest = 0  # the largest of the lengths, known without asking the device
        self.is_first = True  # nothing is kept yet, so new tokens see only each other
        self.positions = self.visible = None  # of the newest tokens, and which columns each of them sees

    def begin(self, tokens):
        """Make ready for so many new tokens in each row; return their positions, ``(rows, tokens)``."""
        positions = self.lengths[:, None] + torch.arange(tokens, device=self.lengths.device)
        self.is_first = self.longest == 0
        self.longest += tokens
        if self.longest > self.shape[3]:
            columns = min(math.ceil(self.longest / self.STEP) * self.STEP, self.capacity)
            self._lay_out(list(range(len(self.lengths))), columns)
        # A new token sees the columns up to its own. To the right of it there may be other rows' tokens, or none yet.
        columns = torch.arange(self.shape[3], device=self.lengths.device)
        self.visible = columns <= positions[:, None, :, None]  # (rows, 1, tokens, columns)
        self.positions = positions
        self.lengths = self.lengths + tokens
        return positions

    def add(self, block, keys, values):
        """Keep the new tokens' keys and values of a block; return those of all tokens, and who sees whom."""
        used = _front(self.memory[block], self.shape)
        if self.is_first:
            used[0, :, :, : self.longest], used[1, :, :, : self.longest] = keys, values
            return keys, values, None
        rows = torch.arange(len(self.lengths), device=self.lengths.device)[:, None]
        used[0][rows, :, self.positions] = keys.transpose(1, 2)
        used[1][rows, :, self.positions] = values.transpose(1, 2)
        return used[0], used[1], self.visible

    def count(self, lengths):
        """Let only so many tokens of each row count: what stands behind them is filling, to be written over."""
        self.lengths = lengths

    def keep_rows(self, rows):
        """Forget all rows but these, given by their indices."""
        self._lay_out(rows, self.shape[3])
        self.lengths = self.lengths[rows]
        self.longest = int(self.lengths.max()) if len(rows) else 0

    def _lay_out(self, rows, columns):
        """Move these rows to the front of the memory, with room for so many tokens in each."""
        _, _, num_heads, old_columns, head_dim = self.shape
        shape = (2, len(rows), num_heads, columns, head_dim)
        rows = torch.tensor(rows, dtype=torch.int64, device=self.memory.device)
        for memory in self.memory:
            kept = _front(memory, self.shape)[:, rows]  # a copy, because what follows writes over it
            _front(memory, shape)[:, :, :, :old_columns] = kept
            # Zeros, because what is not visible is multiplied by 0, and 0 times the NaN of unused memory would be NaN.
            _front(memory, shape)[:, :, :, old_columns:] = 0
        self.shape = shape


def _front(memory, shape):
    """Return as much of the memory, ``(2, size)``, as the shape ``(2, ...)`` needs, in this shape."""
    return memory[:, : math.prod(shape[1:])].view(shape)


def generate_batch(model, prompts, max_new_tokens, context_size, eos_id=None, *, batch_size=32):
    """Continue many prompts of different lengths by their most probable tokens, several at once.

    A processor is hardly busy while the model reads a single token: most of the time goes into fetching the weights
    from memory. For a batch they are fetched once.

    Args:
        prompts: list of token ids, each of shape ``(tokens,)`` or ``(1, tokens)``, on the model's device.
        max_new_tokens, context_size, eos_id: as for :func:`generate`.
        batch_size: how many prompts are continued at a time; the memory grows with it.

    Returns:
        A list in the order of the prompts: for each what :func:`generate` returns for it alone, ``(1, tokens)``.

    Raises:
        ValueError: as :func:`generate`; or for an empty prompt, or a ``batch_size`` below 1.
    """
    require_limits(model, max_new_tokens, context_size)
    require_whole_number("batch_size", batch_size, 1)
    prompts = [prompt.reshape(-1) for prompt in prompts]
    waiting = sorted(range(len(prompts)), key=lambda i: len(prompts[i]))  # similar lengths share a batch
    results = [None] * len(prompts)
    with progress_bar(total=len(prompts), unit="prompt") as bar:
        while waiting:
            chosen, waiting = waiting[:batch_size], waiting[batch_size:]
            for row, text in continue_rows(model, [prompts[i] for i in chosen], max_new_tokens, context_size, eos_id):
                results[chosen[row]] = text
                bar.update()
    return results


class PackedPrompts(PackedRows):
    """Prompts behind each other in one row, while a :class:`KeyValueCache` takes up what they say.

    Layers that treat every token alone are spared the filling at the ends of shorter prompts; attention gets it back,
    because in the cache each prompt has a row, and each token its column.

    Args:
        cache: with a row for each prompt; all have kept the same number of tokens, or none.
        lengths: new tokens of each prompt, a list of positive numbers.
    """

    def __init__(self, cache, lengths):
        super().__init__(lengths)
        self.cache, self.width = cache, max(lengths)
        self.longest += cache.longest
        device = cache.lengths.device
        self.rows = torch.arange(len(lengths)).repeat_interleave(torch.tensor(lengths)).to(device)
        self.columns = self.positions.to(device)

    def begin(self, tokens):
        return self.cache.begin(self.width)[self.rows, self.columns]

    def add(self, block, keys, values):
        keys, values, self.visible = self.cache.add(block, self.side_by_side(keys), self.side_by_side(values))
        return keys, values, self

    def side_by_side(self, packed):
        """Give each prompt a row: ``(1, num_heads, tokens of all, head_dim) -> (rows, num_heads, width, head_dim)``."""
        _, num_heads, _, head_dim = packed.shape
        rows = packed.new_zeros(len(self.lengths), num_heads, self.width, head_dim)
        rows[self.rows, :, self.columns] = packed[0].transpose(0, 1)
        return rows

    def within_rows(self, attend):
        def attend_side_by_side(queries, keys, values, dropout, _):
            context = attend(self.side_by_side(queries), keys, values, dropout, self.visible)
            return context[self.rows, :, self.columns].transpose(0, 1)[None]

        return attend_side_by_side


def read_prompts(model, prompts, capacity):
    """Let a model read prompts of different lengths, in as few tokens as possible.

    What all prompts begin with, the sentence about the task for example, is read once, and copied into every row.

    Args:
        prompts: a list of token ids, each of shape ``(tokens,)``.
        capacity: how many tokens each row may come to have.

    Returns:
        A :class:`KeyValueCache` with a row for each prompt, and the features of the last tokens, ``(rows, emb_dim)``.
    """
    cache, lengths = KeyValueCache(model, len(prompts), capacity), [len(prompt) for prompt in prompts]
    # The last token of each prompt is not shared: it has to tell what comes next.
    columns = zip(*(prompt[:-1].tolist() for prompt in prompts), strict=False)
    shared = next((i for i, tokens in enumerate(columns) if len(set(tokens)) > 1), min(lengths) - 1)
    if shared * (len(prompts) - 1) < WORTH_A_PASS:
        shared = 0
    with torch.no_grad():
        if shared:
            cache.keep_rows([0])
            model.features(prompts[0][None, :shared], cache)
            cache.keep_rows([0] * len(prompts))
        packed = PackedPrompts(cache, [length - shared for length in lengths])
        features = model.features(torch.cat([prompt[shared:] for prompt in prompts])[None], packed)[0]
    cache.count(torch.tensor(lengths, device=features.device))
    return cache, features[torch.tensor(packed.lengths, device=features.device).cumsum(dim=0) - 1]


def continue_rows(model, prompts, max_new_tokens, context_size, eos_id):
    """Continue prompts side by side; yield ``(row, the whole text of shape (1, tokens))`` when one is done."""
    require_limits(model, max_new_tokens, context_size)
    require_known_ids(model, torch.cat(prompts))
    device, lengths = prompts[0].device, [len(prompt) for prompt in prompts]
    if min(lengths) == 0:
        raise ValueError(
            f"Expected prompts of at least one token, found none in prompt {lengths.index(0)} of this batch. Leave it "
            "out, or give it the token that begins a text: tokenizer.eot_token."
        )
    texts = [prompt.tolist() for prompt in prompts]

    def alone(row):  # the text is longer than what the model is shown, so that a cache is of no use
        rest = lengths[row] + max_new_tokens - len(texts[row])
        text = torch.tensor([texts[row]], device=device)
        return row, generate(model, text, rest, context_size, eos_id=eos_id, use_cache=False)

    # Which prompt stands in each row of the cache.
    rows = [row for row, length in enumerate(lengths) if length <= context_size and max_new_tokens > 0]
    yield from (alone(row) for row in range(len(prompts)) if row not in rows)
    unfinished = set(rows)
    if unfinished:
        capacity = min(max(lengths[row] for row in rows) + max_new_tokens, context_size)
        cache, features = read_prompts(model, [prompts[row] for row in rows], capacity)
    while unfinished:
        with torch.no_grad():
            chosen = choose_token(model.out_head(features))[:, 0]
        for row, token in zip(rows, chosen.tolist(), strict=True):
            if row not in unfinished:
                continue
            if token != eos_id:
                texts[row].append(token)
            if token == eos_id or len(texts[row]) == lengths[row] + max_new_tokens:
                unfinished.remove(row)
                yield row, torch.tensor([texts[row]], device=device)
            elif len(texts[row]) > context_size:
                unfinished.remove(row)
                yield alone(row)
        # Rows that are done leave the batch, but not one by one, because the cache is copied then.
        kept = [i for i, row in enumerate(rows) if row in unfinished]
        if len(kept) <= 0.75 * len(rows) or cache.longest == capacity:
            cache.keep_rows(kept)
            rows, chosen = [rows[i] for i in kept], chosen[kept]
        if unfinished:
            with torch.no_grad():
                features = model.features(chosen[:, None], cache)[:, 0]
