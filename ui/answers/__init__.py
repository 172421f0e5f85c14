"""What one answer is drawn with: its Markdown as pieces, formulas, code, tables, links, and its voices' panes."""
