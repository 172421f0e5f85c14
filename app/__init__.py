"""Entry points and services. Read next: `__main__` (start-up in order), then `chat`."""
