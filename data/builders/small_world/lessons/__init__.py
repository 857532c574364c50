"""Lessons: people talk about sentences and words. Exercises with a solution below stand in ``workbook``."""
