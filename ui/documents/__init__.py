"""Files in the window: what is attached, their pages beside the conversation, summaries."""
