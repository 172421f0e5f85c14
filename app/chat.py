"""One conversation and the engine that answers it: the tool loop, stop and try again."""
