# The command palette, the shortcuts, and the names of the actions.
