"""Documents: reading files of many formats, and giving them to a model with their pages known.

    extractor ─ pipe ─ extract ─ detect ─ readers/     a file → pages of text, in a process of its own
    values          what a document is          summary_values   what a summary is
    prompt          documents as the beginning of a prompt; text that cannot leave its place
    chunks          parts by structure, in tokens
    index           full text search over pages (SQLite FTS5, BM25)
    citations       the pages an answer names, checked against what was shown
    summaries       parts → summaries → one summary, in as many levels as needed

A document is somebody else's text. The reading process has limits on time, memory and output and may not
write or connect; what it sends is JSON that is checked, never pickles. Read next: `values`, `extractor`.
"""
