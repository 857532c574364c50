"""The instruction data: 1,100 tasks with their answers, and the family of each task.

From bottom to top; a room imports only from rooms above it in this list, and from the small world:

    example, phrasings, parts           what an example is, how the tasks are put, what the parts are
    closed_tables, open_tables          hand-written sentences and answers
    sentence_examples, word_examples, fact_examples, open_examples
    families, entries                   phrasings and examples together; examples become entries
    checks, build.py                    what the data promises, and the command
    unseen                              further tasks, for measuring

The wing knows nothing about models.
"""
