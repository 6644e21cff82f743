"""Inline SVG: each drawing is a pure function of records, coloured by the page's style sheet."""
