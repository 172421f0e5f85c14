"""How the engine does, for whoever helps."""
