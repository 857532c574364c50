"""The pretraining of the small model, from the small world's text to the checkpoint in data/gpt2.

    build_vocabulary        the byte-pair vocabulary
    small_model             the model's name and configuration, and loading it
    training_log            log and plot of the training
    write_checkpoint        a model as the seven files of OpenAI's checkpoints
    pretrain.py             the command that trains
    measure_learning.py     the command that fine-tunes the result and scores its answers

``log.json`` and ``loss.png`` are the record of the model that is shipped.
"""
