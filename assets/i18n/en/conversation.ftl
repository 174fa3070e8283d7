# Messages: how they are shown, and what can be done with them.

branch-suffix = (branch)
branch-title = { $title } (branch)
