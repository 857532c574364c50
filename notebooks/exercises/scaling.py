"""Checks of notebook 10: the loss of a batch that several processes share, and what they send each other."""

from exercises.looking import check

# For each process the losses of its targets; they have different numbers of them.
SHARES = (
    [[1.0, 1.0, 1.0, 1.0, 1.0, 1.0], [4.0, 4.0]],
    [[2.0], [0.5, 1.5, 1.0], [3.0, 3.0, 3.0, 3.0]],
    [[1.5, 2.5], []],
)


def shared_loss(losses, mean=None):
    """The loss of the whole batch, right or with faults that people make."""
    total, count = sum(map(sum, losses)), sum(map(len, losses))
    if mean == "mean_of_means":
        means = [sum(part) / len(part) for part in losses if part]
        return sum(means) / len(means)
    if mean == "by_processes":
        return total / len(losses)
    return total if mean == "summed" else total / count


@check(
    "two processes with 6 and 2 targets, three processes with 1, 3 and 4, and one that has no target at all",
    mean_of_means="It is the mean of the processes' own means. Then a target of a process with few of them counts more "
    "than one of a process with many.",
    by_processes="The sum is divided by the number of processes. A loss is a mean over targets: divide by how many "
    "there are on all of them.",
    summed="It is a sum. A mean over all targets does not depend on how many there are.",
)
def check_shared_loss(look):
    """``my_shared_loss(losses)``, with a list of losses for each process, returning the loss of the whole batch."""
    look.explain([(losses,) for losses in SHARES], shared_loss, mean=["mean_of_means", "by_processes", "summed"])


def bytes_sent(parameters, processes, numbers=None, ring=None, ways=None):
    """What each process sends in a step of data parallel training, right or with faults that people make."""
    sent = parameters * (1 if numbers else 4)
    sent = sent if ring == "whole" else sent * (processes - 1) / processes
    return sent * (1 if ways else 2)


@check(
    "124 and 406 million parameters, on 2, 4 and 64 processes",
    not_bytes="These are numbers, not bytes: in fp32 each of them has four.",
    whole="Nobody has to send all of it: each process has its own 1/N already, so it is (N - 1) / N.",
    once="The sums are made in one round, and in a second one they are handed to all: twice.",
)
def check_bytes_sent(look):
    """``my_bytes_sent(parameters, processes)``."""
    cases = [(parameters, processes) for parameters in (124e6, 406e6) for processes in (2, 4, 64)]
    look.explain(cases, bytes_sent, numbers=["not_bytes"], ring=["whole"], ways=["once"])
