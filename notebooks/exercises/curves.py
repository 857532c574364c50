"""Checks of notebook 05: smoothing a curve, and when to stop."""

from exercises.looking import check


def running_average(values, points, place=None, start=None, width=None):
    """Each value averaged with those before it, right or with faults that people make."""
    points += {"one_more": 1}.get(width, 0)
    averages = []
    for i in range(len(values)):
        first, last = i - points + 1, i + 1
        if place == "centered":
            first, last = i - points // 2, i + points // 2 + 1
        elif place == "ahead":
            first, last = i, i + points
        inside = values[max(0, first) : last]
        divisor = points if start == "zeros_before" else len(inside)
        if start != "shorter" or i >= points - 1:
            averages.append(sum(inside) / divisor)
    return averages


@check(
    "each point is the mean of itself and the points - 1 before it; at the beginning, of those that there are; one "
    "average for each value; points=1 changes nothing",
    centered="The average looks to both sides. At the end of a curve there is no later point yet: take each value and "
    "those before it.",
    ahead="The average looks ahead: it takes values that come after.",
    zeros_before="At the beginning the sum of fewer values is still divided by points, as if there had been zeros "
    "before: the curve seems to start near 0.",
    shorter="There are fewer averages than values: at the beginning, average over those that there are, or the curve "
    "no longer fits its axis.",
    one_more="One value too many goes into each average.",
)
def check_running_average(look):
    """``my_running_average(values, points)``."""
    cases = [([4.0, 2.0, 3.0, 1.0, 0.5, 0.25, 2.0], 3), ([5.0, 1.0, 3.0, 3.5, 2.0, 8.0], 5), ([3.0, 1.0], 1)]
    look.explain(
        cases, running_average, place=["centered", "ahead"], start=["zeros_before", "shorter"], width=["one_more"]
    )


def stopping_point(losses, patience, view=None, patient=None, counter=None, result=None):
    """The index of the best evaluation at which training stops, right or with faults that people make."""
    best, waited = 0, 0
    if view:
        return losses.index(min(losses))
    last = len(losses) - 1
    for i in range(1, len(losses)):
        if losses[i] < losses[best]:
            best, waited = i, waited if counter == "never_reset" else 0
        else:
            waited += 1
        if waited >= (1 if patient else patience):
            last = i
            break
    return last if result else best


@check(
    "the best evaluation before the loss has failed patience times in a row to become lower than ever; later ones, "
    "which would not have been computed, do not count; also for curves that never turn",
    future="The lowest loss of the whole curve is taken, also where training would have stopped long before it.",
    impatient="It stops at the first rise, whatever patience is. Single points are noisy: wait until patience "
    "evaluations in a row have brought no new best.",
    never_reset="The count of evaluations without a new best is not set back when a new best comes: they must come in "
    "a row.",
    last_index="It returns where training stops. The weights to keep are those of the best evaluation, before it.",
)
def check_stopping_point(look):
    """``my_stopping_point(val_losses, patience)``."""
    curves = (
        [5.0, 3.0, 2.0, 1.5, 1.2],
        [5.0, 3.0, 3.5, 2.0, 2.5, 2.2, 1.9, 2.0, 2.1, 2.3, 1.0],
        [4.0, 2.0, 2.1, 2.05, 2.2, 1.0],
        [3.0, 2.0, 2.5, 2.4, 1.8, 1.9],
    )
    cases = [(list(curve), patience) for curve in curves for patience in (2, 3)]
    look.explain(
        cases, stopping_point, view=["future"], patient=["impatient"], counter=["never_reset"], result=["last_index"]
    )
