"""Models in the window: the page, the first run, what goes on with them."""
