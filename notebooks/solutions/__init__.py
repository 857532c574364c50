"""Solutions of the exercises, one file for each notebook. The tests run them all against the checks."""
