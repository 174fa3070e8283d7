# Messages: how they are shown, and what can be done with them.

branch-suffix = (branch)
branch-title = { $title } (branch)

title-request = In a few words, at most six, write a title for our conversation so far, in its language. Answer with the title alone.
