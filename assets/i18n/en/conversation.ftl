# Messages: how they are shown, and what can be done with them.

alert-note = Note
alert-tip = Tip
alert-important = Important
alert-warning = Warning
alert-caution = Caution
code = code
copy-code = Copy the code
wrap-code = Wrap lines
unwrap-code = Do not wrap
reasoning-took = Thought for { $seconds } s
copy-selection = Copy
copy-markdown = Copy as Markdown
select-message = Select this message
select-chat = Select the whole chat
link-misleads = This link leads somewhere else
link-misleads-text = It says “{ $words }”, but leads to { $target }
link-unknown = This link cannot be opened
link-unknown-text = Charla opens web pages and mail addresses only. This link leads to { $target }
link-open = Open anyway
link-copy = Copy the address
branch-suffix = (branch)
branch-title = { $title } (branch)

title-request = In a few words, at most six, write a title for our conversation so far, in its language. Answer with the title alone.
