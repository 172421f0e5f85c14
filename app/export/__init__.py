"""Conversations as files: to be read (Markdown, HTML), to be gone on with (JSON), to be checked (audit).

    selection   what of a conversation goes into a file that people read
    blocks      what an answer's Markdown means; inline: the same inside of a line
    markdown, html, conversation      the three forms; `save` writes any of them
    chain       records of which any later change shows; audit: a conversation as such records
    replay      runs an audited conversation again and looks for the first difference

Nothing here knows of Qt; the window makes a PDF of what `html` gives. Read next: `save`.
"""
