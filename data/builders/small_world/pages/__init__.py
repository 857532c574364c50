"""Written pages: headed pages, index cards, memory games. Pages of exercises stand in ``workbook``."""
