"""The workbook: exercises, how its pages are printed, and which exercises each stage of the training has."""
