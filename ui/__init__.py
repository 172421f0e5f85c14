"""The window: Qt widgets, and the only place that imports PySide6. Read next: `window`."""
