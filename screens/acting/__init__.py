"""What can be done to what is on the screen: offers, and what has to be asked first."""
