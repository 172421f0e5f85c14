"""A conversation's KV cache on the disk, encrypted, so that coming back to it needs no reading anew.

`values` is what crosses the pipe, `layout` says which rows are needed and as which bytes, `file` is one
conversation's encrypted file, `keeper` decides when writing and reading it back is worth it. Read next: `keeper`.
"""
