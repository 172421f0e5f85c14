"""One reader a family of formats: `read(source) -> Items`, chosen by `extract` by what `detect` found.

A reader yields `Opened` first, then pages in order and sentences about what it could not read, and raises
`UnreadableError` if there is nothing to be had. Only the reading process imports them.
"""
