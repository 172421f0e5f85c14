"""The list of conversations: what stands in it, how it is kept up to date, and its widgets."""
