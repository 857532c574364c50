"""Several processes that train one model: what each of them holds, and what it computes (notebook 10).

All processes run the same program, with the same seed, through the same batches, and each takes its own rows of every
batch. So the loop of notebook 04 stays as it is, and its history too. There are two ways to share out:

- :func:`replicate`: the rows. Each process holds the whole model, and the gradients are averaged (data parallel, DDP).
- :func:`shard`: the rows, and the model too. Each process holds a part of every weight, of its gradient and of its
  optimizer state, and a block's weights are put together while it computes (fully sharded data parallel, FSDP2).

    with process_group() as device:          # gpt.processes
        replicate(model.to(device))          # or shard(model.to(device)); then make the optimizer
        train_model_simple(model, ...)

Checkpoints of such a training are the subject of ``gpt.sharded_checkpoints``.
"""

import torch
import torch.distributed as dist
from torch import nn

from gpt.kernels import fused
from gpt.packed_rows import losses_of_counted_targets
from gpt.processes import at_the_end, of_all_ranks, rank, this_device, world_size

# ---------------------------------------------------------------------------------------------------------------
# What each of them holds
# ---------------------------------------------------------------------------------------------------------------


class _LossOfRows(nn.Module):
    """The sum of the losses of rows. DDP averages gradients only of what is computed in one call of a module."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_batch, target_batch):
        if fused():
            return losses_of_counted_targets(input_batch, target_batch, self.model)[0]
        logits = self.model.out_head(self.model.features(input_batch))
        logits = logits.reshape(-1, logits.shape[-1])  # (targets, vocab_size)
        return nn.functional.cross_entropy(logits, target_batch.flatten(), reduction="sum")


class _Shared:
    """Holds what computes the losses of a shared model. A copy of that model, or one from a file, gets None for it."""

    def __init__(self, losses):
        self.losses = losses

    def __reduce__(self):
        return type(None), ()


def _losses_of(model):
    """What :func:`replicate` or :func:`shard` has made for a model, or None."""
    shared = vars(model).get("loss_of_rows")
    return shared and shared.losses


def replicate(model):
    """Let each process train its own copy of a model with its own rows, and average the gradients (DDP), in place.

    The weights of rank 0 are copied to all. With one process, nothing is changed.

    Raises:
        ValueError: for a model with dropout, see :func:`shard`.
    """
    if world_size() > 1:
        _refuse_dropout(model)
        # Not as an attribute of the module: the wrapper would become a part of what it wraps.
        vars(model)["loss_of_rows"] = _Shared(
            nn.parallel.DistributedDataParallel(_LossOfRows(model), gradient_as_bucket_view=True)
        )
        at_the_end(lambda: vars(model).pop("loss_of_rows"))
    return model


def shard(model):
    """Let each process hold a part of every weight of a model (FSDP2), in place. Make the optimizer afterwards.

    A model that was built ``without_weights`` gets them from ``gpt.sharded_loading``. With one process, nothing is
    changed.

    Raises:
        ValueError: for a model with dropout: processes would draw other random numbers than a single one, and shuffle
            the data each in its own way.
        ImportError: if PyTorch is older than 2.6.
        RuntimeError: on CPUs, if PyTorch is not new enough for that: 2.11 is, 2.6 is not.
    """
    if world_size() == 1:
        return model
    _refuse_dropout(model)
    try:
        from torch.distributed.device_mesh import init_device_mesh
        from torch.distributed.fsdp import fully_shard, register_fsdp_forward_method
    except ImportError as error:
        raise ImportError(f"To shard a model, PyTorch 2.6 or newer is needed; this is {torch.__version__}.") from error
    if this_device().type == "cpu" and not hasattr(torch.cpu.current_stream(), "record_event"):
        raise RuntimeError(
            f"PyTorch {torch.__version__} shards a model on GPUs only. To do it on CPUs, take PyTorch 2.11 or newer, "
            "or give each process the whole model: replicate(model)."
        )
    mesh = init_device_mesh(this_device().type, (world_size(),))
    for module in (*model.trf_blocks, model.out_head, model):  # what is put together and given back as one
        fully_shard(module, mesh=mesh, reshard_after_forward=True)
    register_fsdp_forward_method(model, "features")  # it is called by itself, too
    vars(model)["loss_of_rows"] = _Shared(_LossOfRows(model))
    return model


def _refuse_dropout(model):
    rates = {module.p for module in model.modules() if isinstance(module, nn.Dropout)} - {0.0}
    if rates:
        raise ValueError(
            f"Expected a model without dropout, found a rate of {max(rates)}: several processes would not train it as "
            "one does. Build it with drop_rate=0.0, as BASE_CONFIG has it."
        )


def is_parallel(model):
    """Whether a model was given to :func:`replicate` or :func:`shard` by several processes."""
    return _losses_of(model) is not None


def is_sharded(model):
    """Whether each process holds only a part of the model."""
    return is_parallel(model) and not isinstance(_losses_of(model), nn.parallel.DistributedDataParallel)


def own_part(tensor):
    """The part of a sharded tensor that this process holds; any other tensor as it is."""
    return tensor.to_local() if hasattr(tensor, "to_local") else tensor


def check_optimizer(model, optimizer):
    """Refuse an optimizer that does not hold the weights of a model as they are now: it would train other tensors.

    Raises:
        ValueError: naming the weights that would stay as they are.
    """
    if is_sharded(model):
        model.reshard()  # an evaluation may have left parts put together
    held = {id(parameter) for group in optimizer.param_groups for parameter in group["params"]}
    missing = [name for name, weight in model.named_parameters() if weight.requires_grad and id(weight) not in held]
    if missing:
        raise ValueError(
            f"The optimizer does not hold {len(missing)} of the model's weights, {missing[0]} for one. Make it after "
            "shard(model), and before any evaluation."
        )


def refuse_fp16_in_parts(model, number_format):
    """Refuse fp16 for a sharded model: each process would decide by itself whether a step is left out."""
    if is_sharded(model) and number_format.precision == "fp16":
        raise ValueError('Expected "bf16" or "fp32" for a sharded model, found precision="fp16".')


# ---------------------------------------------------------------------------------------------------------------
# What it computes
# ---------------------------------------------------------------------------------------------------------------


def loss_of_own_rows(input_batch, target_batch, model):
    """This process's part of a batch's loss: the mean of the parts of all ranks is the mean over the batch's targets.

    The gradients of DDP and FSDP are such means over the ranks. The mean of each rank's own mean would be something
    else, because answers have different lengths: a rank with few targets would count as much as one with many.

    Args:
        input_batch, target_batch: the whole batch, ``(batch, tokens)``, the same on all ranks.
    """
    targets = (target_batch != -100).sum()
    inputs_here, targets_here = input_batch[rank() :: world_size()], target_batch[rank() :: world_size()]
    if len(inputs_here) == 0:  # fewer rows than ranks. All must compute, so this one takes a row that does not count
        inputs_here, targets_here = input_batch[:1], torch.full_like(target_batch[:1], -100)
    return _losses_of(model)(inputs_here, targets_here) * world_size() / targets


def exchange_gradients(model, now):
    """Whether the next loss's gradients are averaged over the ranks at once; else they wait for a later batch's.

    It saves time with DDP. FSDP does it for each batch in any case, because it does not keep whole gradients.
    """
    if is_parallel(model) and not is_sharded(model):
        _losses_of(model).require_backward_grad_sync = now


def mean_over_ranks(losses, model):
    """Make of this rank's parts of losses the losses of the whole batches, on all ranks."""
    if is_parallel(model):
        dist.all_reduce(losses)
        losses /= world_size()
    return losses


def true_on_any(flag, model):
    """Whether something is true on at least one rank, so that all of them stop after the same step."""
    if not is_parallel(model):
        return flag
    answers = torch.tensor([float(flag)], device=own_part(next(model.parameters())).device)
    dist.all_reduce(answers)
    return answers.item() > 0


def require_same(things, model):
    """Refuse to train together with processes that differ: their rows would be of different batches.

    Args:
        things: ``{what: value}``, anything that can be compared.

    Raises:
        ValueError: on all ranks, naming one that differs, and in what.
    """
    if not is_parallel(model):
        return
    everyone = of_all_ranks(things)
    for other, theirs in enumerate(everyone):
        for what, value in everyone[0].items():
            if theirs.get(what) != value:
                raise ValueError(
                    f"Rank {other} does not train as rank 0: {what} is {theirs.get(what)}, expected {value}. All "
                    "processes need the same data, settings and seed (torch.manual_seed)."
                )


def whole_weights(model):
    """The state dict of a model on the CPU, its parts put together; of a sharded one only on rank 0, elsewhere empty.

    All ranks must call it.
    """
    if not is_sharded(model):
        return {name: tensor.cpu() for name, tensor in model.state_dict().items()}
    from torch.distributed.checkpoint.state_dict import StateDictOptions, get_model_state_dict

    return get_model_state_dict(model, options=StateDictOptions(full_state_dict=True, cpu_offload=True))
