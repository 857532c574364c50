"""Solutions of notebook 10."""


def my_shared_loss(losses):
    return sum(map(sum, losses)) / sum(map(len, losses))


def my_bytes_sent(parameters, processes):
    return 2 * 4 * parameters * (processes - 1) / processes
