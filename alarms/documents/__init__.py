"""Papers and files made of what the selectors read: charts, CSV, XLSX and PDF.

vl-convert, typst and openpyxl are imported inside the functions that use them: they would add
some 50 MB to every process that never draws anything (measured: docs/figures.md).
"""
