"""Solutions of notebook 08."""


def my_chat_entries(turns):
    return [(turns[:i], text) for i, (role, text) in enumerate(turns) if role == "assistant"]


def my_merge(weight, A, B, alpha):
    return weight + alpha / len(A) * B @ A
