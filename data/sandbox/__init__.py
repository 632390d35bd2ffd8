"""An embedded contact centre behind real HTTP, for demonstration and tests."""
