"""The small world: the text that the small model is pretrained on, and the words and facts that it is made of.

From bottom to top; a room imports only from rooms above it in this list:

    spelling, lexicon, facts, text      words and their forms, true facts, small helpers for text
    clauses, word_lists, phrases        grammar, and words arranged for quick choice
    writer                              all random choices
    rewriting/                          one sentence in two forms
    relations/                          statements such as "the capital of France is Paris"
    prose/                              sums, stories, descriptions, sayings
    lessons/                            people talk about sentences and words
    pages/                              headed pages, index cards, memory games
    workbook/                           exercises with their solutions
    documents, stages                   pieces put together, and the six stages of the training
    held_out, corpus                    what is left out, and the stream of documents
    write_corpus.py                     the command

The wing knows nothing about how instructions are phrased and nothing about models.
"""
