"""The rooms of the series, one subject each. Readers enter by previous_chapters.py and gpt_download.py."""
