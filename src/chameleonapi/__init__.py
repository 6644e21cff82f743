"""Cloud ML APIs that make fewer wrong decisions."""

__version__ = "0.1.0"
