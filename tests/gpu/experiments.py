"""Candidates for a faster training step on a GPU: each first held against the series' own step, then timed.

A step of 8 x 70 tokens at 355M keeps a large GPU busy for a few milliseconds, and the processor needs longer than that
to start its kernels (PAPER.md counts them). The candidates start fewer, or wait less:

    without waiting     what the loss counts is chosen while the targets are on the CPU, and whether the loss is finite
                        is told to AdamW on the GPU (``found_inf``) instead of being asked for
    buckets             batches filled up to a multiple of 16 tokens: the few shapes that the next two need
    CUDA graphs         a whole step, recorded once for each bucket and started as one
    torch.compile       fewer, larger kernels in each block, compiled once for each bucket
    large evaluations   the five batches of an evaluation as one, each with its own mean

None of this is in the series: it takes a candidate once this has shown it right and faster on a GPU. On a CPU the
functions run as they are, without recording or compiling, and must come to the same losses.
"""

import contextlib
import itertools
import time

import torch
from machine import NOT_HERE, Rows, is_cuda, load_model, loaders, peak_memory, seconds_of, settings, wait_for
from torch.nn.functional import cross_entropy, pad

from gpt.kernels import NumberFormat, computing_in, fused_training
from gpt.training import calc_loss_batch, evaluate_model

BUCKET = 16
BANDS = {"fp32": 2e-3, "bf16": 0.05}  # of each loss, after up to thirty steps of AdamW


def new_optimizer(model, **options):
    return torch.optim.AdamW(model.parameters(), lr=5e-5, weight_decay=0.1, fused=True, **options)


class AsInTheSeries:
    """One step as the series' loop makes it. It asks the GPU which targets count, and whether the loss is finite."""

    def __init__(self, arguments, precision):
        self.device, self.precision = torch.device(arguments.device), precision
        self.model = load_model(arguments).train()
        self.optimizer = new_optimizer(self.model)
        self.number_format = NumberFormat(precision, self.device)

    def __call__(self, inputs, targets):
        self.optimizer.zero_grad()
        with self.number_format.computing():
            loss = calc_loss_batch(inputs, targets, self.model, self.device)
        if not torch.isfinite(loss):
            raise FloatingPointError("the loss is not finite")
        self.number_format.backward(loss)
        self.number_format.step(self.optimizer)
        return loss.detach()


class WithoutWaiting(AsInTheSeries):
    """Nothing is asked of the GPU before the step's end."""

    def __call__(self, inputs, targets):
        self.optimizer.zero_grad()
        counted = (targets.flatten() != -100).nonzero().flatten()
        chosen = targets.flatten()[counted].to(self.device, non_blocking=True)
        counted, inputs = counted.to(self.device, non_blocking=True), inputs.to(self.device, non_blocking=True)
        with computing_in(self.precision, self.device):
            features = self.model.features(inputs).flatten(0, 1).index_select(0, counted)
            loss = cross_entropy(self.model.out_head(features).float(), chosen)
        loss.backward()
        self.optimizer.found_inf = (~torch.isfinite(loss.detach())).float()
        self.optimizer.grad_scale = None
        self.optimizer.step()  # leaves the weights as they are if found_inf is 1
        return loss.detach()


def in_bucket(inputs, targets):
    """Fill a batch up on the right to a multiple of BUCKET; no token sees the filling, and no loss counts it."""
    more = -inputs.shape[1] % BUCKET
    return pad(inputs, (0, more)), pad(targets, (0, more), value=-100)


def filling(batches):
    """The share of batches in buckets that is filling."""
    targets = [in_bucket(*batch)[1] for batch in batches]
    return sum(int((each == -100).sum()) for each in targets) / sum(each.numel() for each in targets)


class Buckets(AsInTheSeries):
    """Few shapes, and nothing in between that depends on the batch: what can be recorded or compiled."""

    def __init__(self, arguments, precision):
        super().__init__(arguments, precision)
        self.optimizer = new_optimizer(self.model, capturable=is_cuda(arguments))

    def loss_of(self, inputs, targets):
        is_short = self.precision == "bf16"  # what autocast keeps between steps would not be part of a recording
        with torch.autocast(self.device.type, torch.bfloat16, is_short, cache_enabled=False), fused_training():
            logits = self.model(inputs)
        return cross_entropy(logits.flatten(0, 1).float(), targets.flatten(), ignore_index=-100)

    def whole_step(self, inputs, targets):
        self.optimizer.zero_grad()
        loss = self.loss_of(inputs, targets)
        loss.backward()
        self.optimizer.step()
        return loss.detach()

    def __call__(self, inputs, targets):
        inputs, targets = (each.to(self.device, non_blocking=True) for each in in_bucket(inputs, targets))
        return self.whole_step(inputs, targets)


class CudaGraphs(Buckets):
    """A whole step as one recording for each bucket: forward, backward and AdamW."""

    def __init__(self, arguments, precision):
        super().__init__(arguments, precision)
        self.recordings, self.pool = {}, torch.cuda.graph_pool_handle()
        # AdamW's averages must be there before a step is recorded: a step of size 0 makes them, with gradients of 0.
        group = self.optimizer.param_groups[0]
        rate, group["lr"] = group["lr"], 0.0
        for parameter in self.model.parameters():
            parameter.grad = torch.zeros_like(parameter)
        self.optimizer.step()
        group["lr"] = rate
        for state in self.optimizer.state.values():
            state["step"].zero_()
        self.optimizer.zero_grad()

    def record(self, inputs, targets):
        static = inputs.clone(), targets.clone()
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):  # libraries set themselves up at their first calls, which cannot be recorded
            for _ in range(2):
                self.loss_of(*static).backward()
                self.optimizer.zero_grad()
        torch.cuda.current_stream().wait_stream(stream)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, pool=self.pool):
            loss = self.whole_step(*static)
        return graph, static, loss

    def __call__(self, inputs, targets):
        inputs, targets = (each.to(self.device, non_blocking=True) for each in in_bucket(inputs, targets))
        if inputs.shape not in self.recordings:
            self.recordings[inputs.shape] = self.record(inputs, targets)
        graph, static, loss = self.recordings[inputs.shape]
        static[0].copy_(inputs)
        static[1].copy_(targets)
        graph.replay()
        return loss.clone()  # the next replay writes over it


class Compiled(Buckets):
    """Each block by torch.compile, for each bucket anew; all blocks share what was compiled for the first."""

    def __init__(self, arguments, precision):
        super().__init__(arguments, precision)
        for block in self.model.trf_blocks:
            block.compile(dynamic=False, backend="inductor" if is_cuda(arguments) else "eager")


def batches_of(arguments, count):
    loader, _ = loaders(arguments, batch_size=2 if arguments.quick else 8, shuffle=False)
    return list(itertools.islice(loader, count))


def run(step, batches):
    return [step(*batch) for batch in batches]


def try_candidate(arguments, rows, candidate, name, precision, expected):
    """Hold a candidate's losses against the series', then time it on the same batches."""
    with rows.going_on(f"{name}, {precision}"):
        with peak_memory(arguments) as memory:
            step, batches = candidate(arguments, precision), batches_of(arguments, 3 if arguments.quick else 30)
            start = time.perf_counter()
            losses = torch.stack(run(step, batches)).tolist()
            prepared = time.perf_counter() - start
            seconds = seconds_of(arguments, lambda: run(step, batches), 1 if arguments.quick else 3, 0) / len(batches)
        difference = max(abs(a - b) for a, b in zip(losses, expected or losses, strict=True))
        rows.check(
            f"{name}, {precision}", difference <= BANDS[precision], f"first pass {prepared:.1f} s",
            ms_per_step=1000 * seconds, difference=difference, filled_percent=100 * filling(batches), **memory,
        )  # fmt: skip
        return losses
    return None


def evaluate_as_one(model, batches, device):
    """The mean of the batches' mean losses, from one pass over all their rows."""
    longest = max(inputs.shape[1] for inputs, _ in batches)

    def side_by_side(tensors, filling):
        return torch.cat([pad(tensor, (0, longest - tensor.shape[1]), value=filling) for tensor in tensors])

    inputs = side_by_side([inputs for inputs, _ in batches], 0)
    targets = side_by_side([targets for _, targets in batches], -100)
    counted = (targets.flatten() != -100).nonzero().flatten()
    sizes = torch.tensor([int((targets != -100).sum()) for _, targets in batches])
    shares = torch.repeat_interleave(1 / (sizes * len(batches)), sizes).to(device, non_blocking=True)
    chosen = targets.flatten()[counted].to(device, non_blocking=True)
    features = model.features(inputs.to(device, non_blocking=True)).flatten(0, 1).index_select(0, counted.to(device))
    return (cross_entropy(model.out_head(features).float(), chosen, reduction="none") * shares).sum()


def try_large_evaluations(arguments, rows, precision):
    name = f"large evaluations, {precision}"
    with rows.going_on(name):
        model, (train_loader, val_loader) = load_model(arguments), loaders(arguments, shuffle=False)
        count = 2 if arguments.quick else 5

        def as_in_the_series():
            with computing_in(precision, arguments.device):
                return evaluate_model(model, train_loader, val_loader, arguments.device, count)

        def as_one():
            with torch.no_grad(), computing_in(precision, arguments.device):
                both = [
                    evaluate_as_one(model, list(itertools.islice(loader, count)), arguments.device)
                    for loader in (train_loader, val_loader)
                ]
            return torch.stack(both).tolist()

        off = max(abs(a - b) for a, b in zip(as_in_the_series(), as_one(), strict=True))
        times = [1000 * seconds_of(arguments, work, 3, 1) for work in (as_in_the_series, as_one)]
        rows.check(name, off <= BANDS[precision], ms=times[1], ms_as_in_the_series=times[0], difference=off)


def count_kernels(arguments, rows):
    """How many kernels a step starts, and how long the GPU is busy with them: how much of the step is waiting."""
    name = "kernels of a step"
    if not is_cuda(arguments):
        return rows.add(name, NOT_HERE)
    from torch.profiler import ProfilerActivity, profile

    for precision in ("fp32", "bf16"):
        with rows.going_on(f"{name}, {precision}"):
            step, batches = AsInTheSeries(arguments, precision), batches_of(arguments, 4)
            run(step, batches)
            wait_for(arguments)
            with profile(activities=[ProfilerActivity.CUDA]) as found:
                run(step, batches)
                wait_for(arguments)
            kernels = [event for event in found.events() if event.device_type == torch.autograd.DeviceType.CUDA]
            busy = sum(event.device_time for event in kernels) / 1000 / len(batches)
            rows.add(f"{name}, {precision}", kernels=len(kernels) / len(batches), ms_busy=busy)
    return None


CANDIDATES = {
    "without waiting": WithoutWaiting, "buckets": Buckets, "CUDA graphs": CudaGraphs,
}  # fmt: skip


def main():
    arguments = settings(__doc__)
    rows = Rows(arguments, "experiments")
    with contextlib.suppress(AttributeError):
        torch._dynamo.config.cache_size_limit = 64
    with rows.going_on("kernels of a step"):
        count_kernels(arguments, rows)
    expected = {}
    for precision in ("fp32",) if arguments.quick else ("bf16", "fp32"):
        expected[precision] = try_candidate(arguments, rows, AsInTheSeries, "as in the series", precision, None)
        for name, candidate in CANDIDATES.items():
            if candidate is CudaGraphs and not is_cuda(arguments):
                rows.add(f"{name}, {precision}", NOT_HERE)
            else:
                try_candidate(arguments, rows, candidate, name, precision, expected[precision])
        try_large_evaluations(arguments, rows, precision)
    precision = next(iter(expected))  # once, and last: compiling takes longer than all the others
    try_candidate(arguments, rows, Compiled, "torch.compile", precision, expected[precision])


if __name__ == "__main__":
    main()
