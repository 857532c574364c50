"""Predictions: what a reader expects before a cell is run, held against what was measured.

For each question: what was measured, and for each other answer what stands behind it. The numbers of the experiments
were measured with the small model on 2 CPU cores; the files in ``solutions/`` have them with the commands.
"""

NOT_YET = "Predict first: write your answer into my_prediction, then run this cell again."

# {question: (the right answer, what was found, {another answer: the misconception behind it})}
QUESTIONS = {
    "counted targets": (
        10,
        "10 targets count: each row has one for every token of its entry but the first, and one for the end of text.",
        {
            18: "18 is the size of the batch, 3 rows of 6. The filler in it is masked: only the first end of text of a "
            "row counts.",
            7: "With 7, no end of text counts at all, and the model would never learn to stop: one for each row stays.",
            13: "13 are the tokens of the entries with their ends of text. The targets are one ahead, so the first "
            "token of an entry is no target.",
        },
    ),
    "end of text masked": (
        "B",
        "After 30 steps the answer was as good as with the right targets, but the model went on to invent further "
        "tasks: the probability of end of text behind an answer was 0.21 instead of 0.75.",
        {
            "A": "Stopping is not something that a model does by itself when it has nothing more to say: end of text "
            "is a token that it must be taught to predict, and no target taught it.",
            "C": "The words of the answers are still targets, so the model learns them as before. Only one of its "
            "lessons is missing.",
        },
    ),
    "not transposed": (
        "C",
        "The loss rose from 5.21 to 6.00 and the text is still English. Nothing raised an error: you would look for "
        "the fault for days.",
        {
            "A": "The matrix is square, 256 by 256, so its transpose has the same shape, and no check of shapes can "
            "see it.",
            "B": "One matrix of many: every block adds its result to what it has received, so a single wrong one only "
            "disturbs the rest. (Two blocks exchanged, the first and the second, do give noise: a loss of 8.60.)",
        },
    ),
    "targets not shifted": (
        "B",
        "The training loss began at 12.98 and fell to 1.00 within 30 steps, while the real loss on the validation part "
        "rose from 5.21 to 7.84: the model learned to repeat the token that it reads, and answered form form form.",
        {
            "A": "The training loss does fall, but it measures another task: to repeat the token that is read. That "
            "says nothing about the next one.",
            "C": "Every target can be found, it is the very token that stands there: an easier task than the right "
            "one, and the loss on it falls to 1.00 within 30 steps.",
        },
    ),
    "dropout left on": (
        "B",
        "With dropout the loss was 6.69, 6.68 and 6.91 in three tries instead of 5.21 each time: higher, and never the "
        "same.",
        {
            "A": "Dropout zeroes a tenth of the numbers at random at many places in each block, and what is left has "
            "to do without them: that costs more than one nat.",
            "C": "Dropout helps a model to generalize because training is made harder. Measured while it is on, the "
            "loss is that of the handicapped model.",
        },
    ),
    "learning rate times 100": (
        "C",
        "The first step took the loss from 5.1 to 11.6, more than blind guessing (9.0), and after 20 steps it was "
        "still above 10; no number was infinite, and no error was raised.",
        {
            "A": "A gradient tells the direction of steepest descent only for a small neighbourhood. Steps that lead "
            "out of it land anywhere.",
            "B": "AdamW divides each step by the size of the gradients, so the weights move by at most about the "
            "learning rate at each step: too far, but never to infinity.",
        },
    ),
    "steps of a training": (
        186,
        "186 steps: 1,000 entries give 62 full batches of 16 in each of three epochs.",
        {
            189: "189 counts the last batch of each epoch, which has only 8 entries: drop_last leaves it out.",
            62: "62 are the steps of one epoch.",
            187: "187 would let batches run on from one epoch to the next. Each epoch begins anew.",
        },
    ),
    "temperature": (
        "C",
        "With temperature 0.7, 66 and 67 of the 88 were right with two seeds, with temperature 1.0 only 52; without "
        "chance, 73.",
        {
            "A": "Sampling helps where variety is wanted. Here one answer is right, and chance can only lead away from "
            "the one that the model thinks best.",
            "B": "The answer is often the most probable token by a narrow margin, and an answer has several tokens: at "
            "each of them chance can go wrong.",
        },
    ),
    "tasks needed": (
        "B",
        "About 1,300 tasks. Two independent means of n scores with a standard deviation of 30 differ by chance with a "
        "standard error of 30 * sqrt(2 / n); 2.3 is twice that (1.96 times, exactly) from n = 1,307 on.",
        {
            "A": "Twice as many tasks make the interval shorter by a factor of 1.4 only. With 220 the standard error "
            "of the difference is still 2.9 points, more than the difference itself.",
            "C": "With 11,000 tasks the standard error of the difference is 0.4 points: more than enough, and a "
            "tenfold of the work.",
        },
    ),
    "an interval around zero": (
        "B",
        "The 494 tasks show no difference. The true one may lie anywhere in the interval, from two points less to two "
        "and a half points more.",
        {
            "A": "That no difference was seen does not say that there is none: with intervals of this width a "
            "difference of two points would mostly stay unseen.",
            "C": "The middle of the interval is the best guess, but differences of its size come from chance alone: "
            "the interval contains 0.",
        },
    ),
    "parameters of LoRA": (
        3_538_944,
        "3,538,944 parameters, one percent of the model: in each of 24 blocks, 8 times the ends of four matrices of "
        "1,024 by 1,024 and of two of 1,024 by 4,096.",
        {
            1_572_864: "1,572,864 are those beside the four matrices of attention. The feed-forward part has two more "
            "matrices, and they are the larger ones.",
            147_456: "147,456 are those of one block. GPT-2 medium has 24 of them.",
            1_769_472: "1,769,472 is half of it: each matrix gets two thin ones, A and B.",
        },
    ),
    "head not said to be separate": (
        "C",
        "transformers 4.57 took the token embedding for the head, without a warning, and the logits were off by up to "
        "4: fluent text, but not this model's.",
        {
            "A": "A missing key is no error: it has a default. And a weight in the file that nobody asks for may only "
            "be a line in a report.",
            "B": "The default is to tie the two, as GPT-2 does. Fine-tuning has changed the head and the embedding in "
            "different ways.",
        },
    ),
    "size in eight bits": (
        "B",
        "About 0.43 GB: 406 million numbers (the separate head counts) at 34 bytes for each 32 of them.",
        {
            "A": "0.2 GB would be four bits for each number.",
            "C": "0.8 GB is the size with 16 bits for each number.",
        },
    ),
    "optimizer too late": (
        "C",
        "The optimizer held 80 of 85 tensors: embeddings, final norm and head were never trained, and nothing was "
        "said. (shard and the optimizer in the right order, and a check that refuses the wrong one, are why "
        "train_model_simple would stop here.)",
        {
            "A": "PyTorch raises no error: the optimizer gets tensors, and they can be trained. They are only not the "
            "ones that the model computes with later.",
            "B": "After an evaluation, parts of the model are still put together, as other tensors than the parts that "
            "are trained. An optimizer that is made then holds the wrong ones.",
        },
    ),
    "threads of processes": (
        "C",
        "Six times as long where it was tried, 139 seconds instead of 22: two processes with two threads each keep "
        "waiting for each other's turn on two cores. One thread each.",
        {
            "A": "There are not more cores than before: more threads than cores only take turns.",
            "B": "If the threads only took turns, it would cost little. But they wait for each other after each "
            "product of matrices, and whoever waits keeps a core busy.",
        },
    ),
    "two vocabularies": (
        "C",
        "The losses cannot be compared. They are means over tokens, and the two models cut the same sentence into "
        "different and differently many tokens.",
        {
            "A": "The lower loss is a mean over more and easier tokens: with a small vocabulary words fall into "
            "pieces, and the second piece is easily guessed from the first.",
            "B": "That GPT-2 medium is the better model is true, but these two numbers do not show it: its loss is the "
            "higher one.",
        },
    ),
}


def check_prediction(question, prediction):
    """Hold a prediction against what was found.

    Raises:
        ValueError: for a question that there is not.
    """
    if question not in QUESTIONS:
        raise ValueError(f"Unknown question {question!r}: expected one of {', '.join(map(repr, QUESTIONS))}.")
    right, found, others = QUESTIONS[question]
    if prediction is None or prediction is Ellipsis:
        print(NOT_YET)
        return
    answer = prediction.strip().upper() if isinstance(prediction, str) else prediction
    if answer == right:
        print(f"As you predicted: {found}")
    elif answer in others:
        print(f"Not {answer}. {others[answer]}\n{found}")
    elif isinstance(right, str):
        print(f"Found {prediction!r}: answer with one of {', '.join(sorted([right, *others]))}.")
    else:
        print(f"Not {prediction}. {found}")
