# The command palette, the shortcuts, and the names of the actions.

action-new-chat-hint = Begin with an empty page
action-find-hint = Words in titles and messages
action-previous-chat = Previous chat
action-previous-chat-hint = The one above in the list
action-next-chat = Next chat
action-next-chat-hint = The one below in the list
action-rename-chat = Rename chat
action-rename-chat-hint = Give it another name
action-export-chat = Export chat…
action-export-chat-hint = Write it into a Markdown file
action-delete-chat = Delete chat
action-delete-chat-hint = To the bin; it can be undone
action-undo-hint = Take back the last deletion
action-stop-hint = End the reply that is being written
action-regenerate = Regenerate the last reply
action-regenerate-hint = Write another version of it
action-continue = Continue the last reply
action-continue-hint = Where it was cut short
action-previous-version = Previous version
action-previous-version-hint = Of the last message that has several
action-next-version = Next version
action-next-version-hint = Of the last message that has several
action-copy-reply = Copy the last reply
action-copy-reply-hint = As it was written, in Markdown
action-edit-last = Edit my last message
action-edit-last-hint = And have it answered again
action-to-start = To the beginning of the chat
action-to-start-hint = Its first message
action-to-end = To the end of the chat
action-to-end-hint = Its last message
action-find-in-chat = Find in this chat
action-find-in-chat-hint = Words of the chat in view
action-find-next = Next find
action-find-next-hint = The words once more, further down
action-find-previous = Previous find
action-find-previous-hint = The words once more, further up
action-palette = Command palette
action-palette-hint = Everything, by its name
action-focus-composer = Write a message
action-focus-composer-hint = Put the cursor into the message box
action-next-region = Next part of the window
action-next-region-hint = Bar, chats, conversation, message, settings
action-previous-region = Previous part of the window
action-previous-region-hint = The same the other way round
action-toggle-chats-hint = Show or hide the list of chats
action-toggle-settings-hint = Show or hide temperature, top-p, presets, the system prompt and the rest of how it answers
action-toggle-theme = Light or dark colours
action-toggle-theme-hint = Switch between the two
action-switch-language = English or Spanish
action-switch-language-hint = Cambia al español
action-zoom-in = Larger text
action-zoom-in-hint = And everything else
action-zoom-out = Smaller text
action-zoom-out-hint = And everything else
action-zoom-reset = Original size
action-zoom-reset-hint = Of text and everything else
action-open-file-hint = A GGUF file from your disk
action-reload-model = Load the model again
action-reload-model-hint = With the settings as they are now
action-import = Import chats…
action-import-hint = From ChatGPT, LM Studio, Open WebUI or Charla
action-export-all = Export all chats…
action-export-all-hint = Into one JSON file
action-show-archive = Archived chats
action-show-archive-hint = Those that you have put away
action-show-bin = Bin
action-show-bin-hint = What you have deleted
action-show-backups = Backups
action-show-backups-hint = Copies of all chats
action-shortcuts = Keyboard shortcuts
action-shortcuts-hint = All of them on one page

actions-chat = Chats
actions-reply = Replies
actions-window = Window
actions-files = Models and files
actions-help = Help

no-chat-open = Open a chat first.
no-chats = There are no chats yet.
nothing-to-undo = Nothing has just been deleted.
nothing-to-stop = No reply is being written.
no-reply = This chat has no reply yet.
reply-is-whole = The last reply is complete.
no-message = This chat has no message of yours yet.
no-versions = No message has another version.
no-more-versions = There is no further version.
model-is-loading = The model is being loaded.
model-is-loaded = This is the model in use.

palette-hint = Type a command, a chat or a model…
palette-results = Results
palette-recent = Recently used
palette-commands = Commands
palette-chats = Chats
palette-messages = In the messages
palette-search = Search all messages for “{ $words }”
palette-archived = archived
palette-signs = > commands   # chats   @ models
palette-nothing = Nothing is called that.
palette-nothing-next = Try fewer letters, or delete the sign to look everywhere.
palette-no-model = No model in your folders is called that.
palette-no-model-next = { $keys } opens a model file from your disk.
close = Close
copied = Copied.
announce-begins = The reply begins.
announce-ended = Reply of { $words ->
        [one] { $words } word
       *[other] { $words } words
    }: { $begins }
announce-stopped = Reply stopped after { $words ->
        [one] { $words } word
       *[other] { $words } words
    }.
announce-interrupted = The reply broke off after { $words ->
        [one] { $words } word
       *[other] { $words } words
    }.
announce-failed = The reply broke off. { $why }
palette-presets = Presets
palette-personas = Personas
palette-preset = Answer with these values
palette-persona = Take on these instructions
