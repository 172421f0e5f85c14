"""Entry points and services. Read next: `__main__` (start-up in order), then `chat`."""

__version__ = "0.1.0"
