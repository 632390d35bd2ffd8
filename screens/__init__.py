"""What a supervisor sees: panes, presenters, widgets and the words for them."""
