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
unfold-lines = Show all { $lines } lines
fold-lines = Show only the beginning

# Finding words in the chat in view.
find-name = Find in this chat
find-count = { $number } of { $total }
find-none = Not found
find-close = Close the search
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
branch-prefix = Branch:{" "}
branch-title = Branch: { $title }

title-request = Write a short title for our conversation so far, in its language. Answer with the title alone.
title-begun = Title

branch = Branch
branch-hint = Begin a chat of its own with what leads here
regenerate-with = Regenerate in another way
again-temperature = At another temperature
again-coldest = { $value } · always the likeliest
again-cold = { $value } · sober
again-usual = { $value } · as usual
again-hot = { $value } · daring
again-model = With another model
details = Details
detail-model = Model
detail-time = Written
detail-prompt = Tokens read
detail-cached = Of these, remembered
detail-prompt-speed = Reading
detail-first = First word after
detail-generated = Tokens written
detail-speed = Writing
detail-thought = Thought for
detail-drafted = Drafted ahead
detail-unknown = Unknown to this version
detail-accepted = { $accepted } of { $drafted }
detail-seconds = { $seconds } s
toast-copied = Copied
toast-renamed = Title changed
toast-archived = { $chats ->
        [one] Chat archived
       *[other] { $chats } chats archived
    }
toast-unarchived = { $chats ->
        [one] Chat taken out of the archive
       *[other] { $chats } chats taken out of the archive
    }
toast-moved = { $chats ->
        [one] Chat
       *[other] { $chats } chats
    } moved to “{ $folder }”
toast-moved-out = { $chats ->
        [one] Chat
       *[other] { $chats } chats
    } taken out of the folder
import-counting = { $found ->
        [0] Reading the files…
        [one] { $found } chat found…
       *[other] { $found } chats found…
    }
import-progress = { $done } of { $total ->
        [one] { $total } chat
       *[other] { $total } chats
    }
import-rate = { $rate }/s
import-cancel = Stop the import
import-stopping = Stopping the import…
import-stopped = The import was stopped.
import-added = { $count ->
        [0] No new chats.
        [one] { $count } new chat is in the list.
       *[other] { $count } new chats are in the list.
    }
import-added-archive = { $count ->
        [one] { $count } new chat is in the archive.
       *[other] { $count } new chats are in the archive.
    }
import-archived = { $count ->
        [one] { $count } more is in the archive.
       *[other] { $count } more are in the archive.
    }
import-extended = { $count ->
        [one] { $count } chat that was here has new messages.
       *[other] { $count } chats that were here have new messages.
    }
import-here = { $count ->
        [one] { $count } was here already.
       *[other] { $count } were here already.
    }
import-open = Open the first
import-skipped = What was left out or changed ({ $count })
wait-for-import = Chats are being brought in already.
