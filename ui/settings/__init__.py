"""The page of settings, made from their descriptors."""
