"""What a person can do to the floor: the verbs, the rules of each, and how an action is written."""
