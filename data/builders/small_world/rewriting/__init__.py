"""One sentence in two forms: the passive, a question, the past tense, a mistake put right. No exercises."""
