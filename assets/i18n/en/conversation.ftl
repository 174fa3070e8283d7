# Messages: how they are shown, and what can be done with them.

branch-suffix = (branch)
branch-title = { $title } (branch)

title-request = In a few words, at most six, write a title for our conversation so far, in its language. Answer with the title alone.

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
import-cancelled = The import was stopped. { $report }
wait-for-import = Chats are being brought in already.
