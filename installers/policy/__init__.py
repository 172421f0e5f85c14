"""What administrators import to set Chorale's policies: `make_admx` makes it, `en-US` and `de-DE` beside it."""
