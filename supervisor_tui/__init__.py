"""The program: command line, configuration, the app, and what ties screens to data."""

__version__ = "0.1.0"
