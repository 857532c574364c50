"""A package only so that pytest does not put this folder before notebooks/, which has a run_all.py, too."""
