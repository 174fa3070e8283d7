# The window.

action-new-chat = New chat
action-stop = Stop
action-open-file = Open a model file…
action-toggle-chats = Chats
action-toggle-settings = Settings
action-find = Search chats
action-undo = Undo

dialog-open-model = Open a model
dialog-models = GGUF models
dialog-export = Where to write the chats
dialog-import = Chats to bring in
dialog-chats = Chats
exported = { $chats ->
        [one] { $chats } chat was
       *[other] { $chats } chats were
    } written to “{ $path }”.

chats-empty = Your chats appear here.
day-today = Today
day-yesterday = Yesterday

language = Language
language-system = System
theme = Colours
theme-system = System
theme-light = Light
theme-dark = Dark
motion = Animations
motion-system = System
motion-on = On
motion-off = Off
preferences = Preferences
preferences-hint = Language, colours, size, motion, titles and the key that sends
zoom = Size
zoom-percent = { $percent }%

titles = Chat titles
titles-model = By the model
titles-model-hint = In the background, after the first replies
titles-dropped = The last one proposed, “{ $said }”, was no title, so the chat keeps its first words.
titles-words = First words

model = Model
models = Models
models-reading = Reading the model folders…
models-none = No models in the folders yet.
choose-model = Choose a model
not-loaded = not loaded
load-anyway = { $error } If you load it anyway, { $what }.
load-failed-kept = { $error } “{ $model }” goes on answering.
load-failed-short = “{ $model }” was not loaded.
load-back = Back to { $model }
asleep = asleep
asleep-hint = { $model } has given its memory back. A message wakes it.
loading = Loading, { $percent }%
left-seconds = about { $seconds } s left
left-minutes = about { $minutes } min left
cancel-load = Stop loading
speed = { $speed } tokens/s
context-used = Context { $used } of { $room }

composer-name = Message
composer-hint = Write a message…
composer-hint-no-model = Choose a model to write to.
composer-summary = Temp. { $temperature }   top-p { $topp }
send = Send
send-empty = Write something first.
send-no-model = Choose a model first.
dismiss = Dismiss

copy = Copy
reply-cost = { $tokens ->
        [one] { $tokens } token
       *[other] { $tokens } tokens
    } · { $speed }/s
reply-tokens = { $tokens ->
        [one] { $tokens } token
       *[other] { $tokens } tokens
    }
finish-length = It reached the longest reply you allow.
finish-cancelled = You stopped it.
finish-context-full = The context is full.
finish-interrupted = It broke off.
finish-unknown = It ended for a reason that this version of Charla does not know ({ $name }).
role-unknown = { $name }, of a newer Charla
finish-empty = The model wrote nothing.
finish-empty-stopped = A stop text ended the reply before its first word.
finish-empty-without-template = The model wrote nothing. It has no chat template and may not be trained to chat.
finish-thoughts-only = The model ended after its thoughts, without a reply.
waiting-model = Loading the model…
waiting-prefill = Reading { $done } of { $total } tokens
waiting-first = Thinking…
to-end = To the end

empty-title = What shall we talk about?
empty-text = Everything you write stays on this machine. Press Enter to send, Shift+Enter for a new line.
empty-loading-text = The model is being loaded. You can write already: your message is answered as soon as it is ready.
empty-choose = Choose a model
empty-choose-text = A model is a GGUF file. Choose one at the top, drop one on this window, or open one from your disk.
empty-begin-with = Begin with { $name }
empty-begin-text = There is one model on this computer. Begin with it, or open another one from your disk.
empty-welcome = Welcome to Charla
empty-welcome-text = Choose a model to talk with. It is downloaded once; after that, everything stays on this computer.
empty-no-model-text = Charla talks with GGUF models on your own disk. Open one, or drop one on this window.
empty-more-models = All recommended models
empty-more-able = This model is a small one: see more able ones
empty-failed = The model could not be loaded
empty-failed-text = Choose another one at the top, or open one from your disk.

settings-title = How it answers
settings-next-reply = Your changes hold from the next reply on.
reset = Back to the default
range = From { $low } to { $high }.
temperature = Temperature
temperature-hint = Higher is more varied; at 0 it always takes the likeliest word.
top-p = Likely words · top-p
top-p-hint = Only the likeliest words that together make { $percent }% are chosen from.
top-k = Number of words · top-k
top-k-hint = At most this many words are chosen from. 0 is all of them.
min-p = Unlikely words · min-p
min-p-hint = Leaves out words much less likely than the likeliest.
repeat-penalty = Repeat penalty
repeat-penalty-hint = Above 1, words that were just used become less likely.
group-length = Length and ending
max-tokens = Longest reply
max-tokens-hint = In tokens. A token is a word or a part of one.
seed = Seed
seed-hint = With the same seed, the same question gets the same reply.
group-context = Context and memory
context-length = Context length
context-length-hint = How many tokens of the chat the model sees. More needs more memory.
group-where = Where it runs
threads = Threads
threads-hint = One for each core is usually the fastest.
gpu-layers = Layers on the GPU
gpu-layers-hint = As many as fit, unless you set a number. 0 uses the CPU alone.
placement = { $device }: { $layers ->
        [one] { $layers } layer
       *[other] { $layers } layers
    }, { $size }
automatic = auto
no-limit = no limit
random = random
reload = Load again
reload-why = These settings hold once the model is loaded again.
reload-none = It is loaded with these.
unload = Unload
unload-hint = The next message loads it again.

composer-tokens = { $tokens } of { $context } tokens
composer-tokens-over = more than { $tokens } of { $context } tokens
reasoning = Thoughts
reasoning-now = Thinking…
overflow = When a chat no longer fits
overflow-stop = Stop and tell me
overflow-drop-oldest = Leave out the oldest messages
overflow-keep-ends = Leave out the middle

shelf-more = Archive, bin and more
shelf-archive = Archived chats
shelf-bin = Bin
shelf-backups = Backups
shelf-back = Back to the chats
import = Import chats…
export-all = Export all chats
export-markdown = Markdown
export-markdown-hint = To read: the branch in view
export-json = JSON
export-json-hint = Everything, to bring in again
export-jsonl = JSONL
export-jsonl-hint = To train: one chat a line
cancel = Cancel
menu-back = Back

day-week = Last 7 days
day-month = Last 30 days
heading-month = { $month } { $year }
date-full = { $day } { $month } { $year }, { $clock }
month-name = { $month ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    }
date-day = { $day } { $month ->
        [1] Jan
        [2] Feb
        [3] Mar
        [4] Apr
        [5] May
        [6] Jun
        [7] Jul
        [8] Aug
        [9] Sep
        [10] Oct
        [11] Nov
       *[12] Dec
    }
date-year = { $day } { $month ->
        [1] Jan
        [2] Feb
        [3] Mar
        [4] Apr
        [5] May
        [6] Jun
        [7] Jul
        [8] Aug
        [9] Sep
        [10] Oct
        [11] Nov
       *[12] Dec
    } { $year }
span-always = Any time
span-week = Last 7 days
span-month = Last 30 days
span-year = This year

chats-pinned = Pinned
chats-folders = Folders
chat-more = Options for “{ $name }”
chat-name = Name of the chat
chat-rename = Rename
chat-pin = Pin
chat-unpin = Unpin
chat-move = Move to folder
chat-archive = Archive
chat-unarchive = Take out of the archive
chat-export = Export
chat-delete = Delete
several-count = { $chats ->
        [one] { $chats } chat chosen
       *[other] { $chats } chats chosen
    }
several-end = Choose none
archive-empty = Chats you archive wait here, out of the way.
folder-name = Name of the folder
folder-none = No folder
folder-new = New folder…
folder-make = Create folder
folder-empty = No chats yet.
folder-older = Look for older chats
folder-delete = Delete folder
folder-delete-hint = Its chats stay.
folder-delete-all = Delete folder and chats
folder-delete-all-hint = All of it goes to the bin.

search-clear = Clear the search
search-none = Nothing found. Try fewer words, or the beginning of one.
search-none-filtered = Nothing found. Try fewer words, or fewer filters.
filters = Filters
filter-span = When
filter-folder = Folder
filter-any = Any
who-you = You
who-model = The model
who-system = Instructions
who-title = Title

bin-hint = What you delete stays here for { $days ->
        [one] { $days } day
       *[other] { $days } days
    }.
bin-hint-ever = What you delete stays here until you empty the bin.
bin-empty = The bin is empty.
bin-all-chats = Delete all chats…
bin-ask-all-chats = Move every chat to the bin?
bin-yes-all-chats = Move
bin-everything = All chats
bin-clear = Empty the bin
bin-ask-all = Destroy everything in the bin for ever?
bin-yes-all = Destroy all
bin-ask = Destroy for ever?
bin-yes = Destroy
bin-restore = Restore
bin-destroy = Destroy for ever
bin-nameless = Without words
bin-chat = Chat · { $messages ->
        [one] { $messages } message
       *[other] { $messages } messages
    }
bin-chats = { $chats ->
        [one] { $chats } chat
       *[other] { $chats } chats
    } · { $messages ->
        [one] { $messages } message
       *[other] { $messages } messages
    }
bin-message = Message
bin-branch = { $messages ->
        [one] { $messages } message
       *[other] { $messages } messages
    }, one after the other
bin-folder = Folder · { $chats ->
        [one] { $chats } chat
       *[other] { $chats } chats
    }
bin-unknown = Deleted by a newer Charla

backups-hint = Charla makes one each day and keeps the last seven.
backups-empty = There are no backups yet. Charla makes one each day and keeps the last seven.
backup-ask = Go back to this? The chats as they are now are kept as a backup too.
backup-yes = Go back

edit = Edit
edit-name = Text of the message
edit-send = Save and send
edit-save = Save
edit-keys = { $keys } to save, Esc to leave
regenerate = Regenerate
continue = Continue
delete = Delete
delete-message = This message
delete-message-hint = What follows stays.
delete-branch = This and what follows
menu-delete-message = Delete this message
menu-delete-branch = Delete this and what follows
version-before = Previous version
version-after = Next version
version = { $number }/{ $total }
version-spoken = Version { $number } of { $total }
edited = edited
wait-for-reply = Wait for the reply that is being written.

undone-chat = Chat deleted
undone-chats = { $chats ->
        [one] { $chats } chat deleted
       *[other] { $chats } chats deleted
    }
undone-all = All chats deleted
undone-message = Message deleted
undone-branch = Messages deleted
undone-folder = Folder deleted

keeping-memory = Your chats are not being saved
keeping-memory-text = What you write now is only in memory: it is gone when you close Charla.
keeping-unsaved = The last changes are not saved
keeping-unsaved-text = What you wrote last is only in memory until it can be saved.
close-unsaved = What you wrote is not saved and would be lost. Export it, or try to save it again above; close the window once more to leave it behind.
keeping-retry = Try again

region-bar = Model and context
region-chats = Chats
region-conversation = Conversation
region-composer = Write
region-settings = Settings
scroll-bar = Scroll bar
no-dialog = This system opened no window to choose files in. Install zenity or xdg-desktop-portal, or drop the file on this window.
