"""Conversations become entries: each answer is one, and its prompt holds all that was said before it.

An entry of a conversation keeps what was said before in two ways. As data, for who wants to write turns of a chat:

    system: the text of the system message; without one, the key is not there
    history: the turns before, as pairs [role, text] with the roles "user", "assistant" and, in between, "system"
    instruction, output: the last message of the user, and the answer to it

And as plain text at the beginning of ``input``, so that ``format_input``, which knows nothing of conversations, shows
the model all of it. :func:`earlier_text` is that text, and :func:`own_input` what else ``input`` holds.

    for turn, entry in entries_of_turns([["user", "Hello!"], ["assistant", "Good morning."]]):
        print(turn, entry)
"""

ROLES = {
    "system": "system",
    "developer": "system",  # OpenAI's newer name for it
    "user": "user",
    "human": "user",
    "prompter": "user",
    "assistant": "assistant",
    "gpt": "assistant",
    "chatgpt": "assistant",
    "model": "assistant",
    "bot": "assistant",
}


class LeftOut(Exception):
    """Why a row, or one turn of it, cannot become an entry."""


def earlier_text(system, history):
    """Write a system message and earlier turns as plain text; "" if there are none."""
    turns = [["system", system], *history] if system else history
    return "\n\n".join(f"{role.capitalize()}: {text}" for role, text in turns)


def own_input(entry):
    """What the input of an entry holds beside the text of the conversation before."""
    earlier = earlier_text(entry.get("system", ""), entry.get("history", []))
    if not earlier:
        return entry["input"]
    return "" if entry["input"] == earlier else entry["input"].removeprefix(f"{earlier}\n\n")


def make_entry(instruction, input_text, output, system="", history=()):
    """Return an entry; ``system`` and ``history`` become keys of their own if there are any, and part of its input.

    A system message of white space alone is none.

    Raises:
        LeftOut: if there is nothing to answer, or no answer.
    """
    if not output.strip():
        raise LeftOut("the answer is empty: from it the model would learn to say nothing")
    if not instruction.strip() and not input_text.strip():
        raise LeftOut("the instruction is empty")
    system = system if system.strip() else ""
    earlier = earlier_text(system, history)
    entry = {"instruction": instruction, "input": input_text, "output": output}
    if earlier and input_text != earlier and not input_text.startswith(f"{earlier}\n\n"):  # it may be there already
        entry["input"] = f"{earlier}\n\n{input_text}" if input_text else earlier
    if system:
        entry["system"] = system
    if history:
        entry["history"] = [list(turn) for turn in history]
    return entry


def read_turns(turns, note):
    """Return messages as ``[role, text, number, is to be learned]``; neighbours of the same role are joined.

    Args:
        turns: a list of ``{"role": ..., "content": ...}`` or ``{"from": ..., "value": ...}``.
        note: is called with what was done to a turn and should be said.

    Raises:
        LeftOut: naming the turn, counted from 1, that cannot be read: then the conversation has a gap.
    """
    if not isinstance(turns, list) or not turns:
        found = type(turns).__name__ if not isinstance(turns, list) else "an empty one"
        raise LeftOut(f"expected a list of turns, found {found}")
    read = []
    for number, turn in enumerate(turns, start=1):
        role, text, is_learned = _read_turn(turn, f"turn {number}")
        if read and read[-1][0] == role:
            note(f"turn {number} is joined to the one before, which is of the same role, {role}")
            read[-1] = [role, f"{read[-1][1]}\n\n{text}", number, read[-1][3] and is_learned]
        else:
            read.append([role, text, number, is_learned])
    return read


def _read_turn(turn, where):
    if not isinstance(turn, dict):
        raise LeftOut(f"{where}: expected an object, found {type(turn).__name__}")
    keys = [pair for pair in (("role", "content"), ("from", "value")) if turn.keys() >= set(pair)]
    if len(keys) != 1:
        found = [key[:40] for key in list(turn)[:6]]
        raise LeftOut(f"{where}: expected either 'role' and 'content', or 'from' and 'value', found {found}")
    ((role_key, text_key),) = keys
    role = turn.get(role_key)
    if not isinstance(role, str) or role.strip().lower() not in ROLES:
        found = repr(role[:40]) if isinstance(role, str) else type(role).__name__
        raise LeftOut(f"{where}: the role {found} is unknown; known are {', '.join(ROLES)}")
    text = _text_of(turn.get(text_key), f"{where}: {text_key!r}")
    return ROLES[role.strip().lower()], text, turn.get("weight", 1) != 0


def _text_of(content, where):
    """The text of a message: a string, or a list of parts of type text, as OpenAI's services take it."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else [content]
    texts = [part.get("text") if isinstance(part, dict) else part for part in parts]
    kinds = [part.get("type", "text") if isinstance(part, dict) else "text" for part in parts]
    for kind, text in zip(kinds, texts, strict=True):
        if kind not in ("text", "input_text", "output_text") or not isinstance(text, str):
            found = repr(kind[:40]) if isinstance(kind, str) and kind != "text" else type(text).__name__
            raise LeftOut(f"{where} must be a text or a list of texts, found {found}")
    return "\n".join(texts)


def entries_of_turns(turns, system="", note=lambda text: None):
    """Yield ``(number of the turn, entry or LeftOut)`` for each answer in a conversation, and for a last question.

    Args:
        turns, note: as :func:`read_turns`.
        system: a system message that stands beside the turns.

    Raises:
        LeftOut: if the conversation cannot be read, or has two different system messages at its beginning.
    """
    turns = read_turns(turns, note)
    if turns[0][0] == "system":
        first = turns.pop(0)[1]
        if system and system != first:
            raise LeftOut("it has two system messages, one beside the turns and another one as the first turn")
        system = first
    history = []
    for i, (role, text, number, is_learned) in enumerate(turns):
        if role == "assistant":
            try:
                if not is_learned:
                    raise LeftOut("its weight is 0, which means that it is not to be learned")
                if i == 0 or turns[i - 1][0] != "user":
                    raise LeftOut("it is an answer without a message of the user right before it")
                yield number, make_entry(turns[i - 1][1], "", text, system, history[:-1])
            except LeftOut as reason:
                yield number, reason
        history.append([role, text])
    if not turns or turns[-1][0] != "assistant":
        yield turns[-1][2] if turns else 1, LeftOut("no answer follows it")
