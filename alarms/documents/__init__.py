"""Papers and files made of what the selectors read: charts, CSV, XLSX and PDF.

What is heavy is apart: vl-convert and typst run in a program of their own (`press`), openpyxl is
imported where it is used.
"""
