"""The page to talk on: what stands in it and what a row can do."""
