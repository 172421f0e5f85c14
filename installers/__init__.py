"""What is installed on Windows, made on Linux: the app folder, its launchers, the MSI, setup.exe.

Nothing here is part of the app. Read next: `build` (one command, one app folder), then `release`.
"""
