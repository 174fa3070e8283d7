# The window.

action-new-chat = New chat
action-stop = Stop
action-open-file = Open a model file…
action-toggle-chats = Chats
action-toggle-settings = Settings

dialog-open-model = Open a model
dialog-models = GGUF models

chats-empty = Your chats appear here.
day-today = Today
day-yesterday = Yesterday
day-earlier = Earlier

language = Language
language-system = As the system
theme = Colours
theme-system = As the system
theme-light = Light
theme-dark = Dark

model = Model
models = Models
models-reading = Reading the model folders…
models-none = No models in the folders yet.
choose-model = Choose a model
not-loaded = not loaded
asleep = asleep
asleep-hint = { $model } has given its memory back. A message wakes it.
loading = Loading, { $percent }%
cancel-load = Stop loading
speed = { $speed } tokens/s
context-used = Context { $used } of { $room }

composer-name = Message
composer-hint = Write a message…
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
waiting-model = Loading the model…
waiting-prefill = Reading { $done } of { $total } tokens
waiting-first = Thinking…
to-end = To the end

empty-title = What shall we talk about?
empty-text = Everything you write stays on this machine. Press Enter to send, Shift+Enter for a new line.
empty-loading-text = The model is being loaded. You can write already: your message is answered as soon as it is ready.
empty-choose = Choose a model
empty-choose-text = A model is a GGUF file. Choose one at the top, drop one on this window, or open one from your disk.
empty-no-model = A model is missing
empty-no-model-text = Charla talks with GGUF models on your own disk. Open one, or drop one on this window.
empty-failed = The model could not be loaded
empty-failed-text = Choose another one at the top, or open one from your disk.

settings-title = How it answers
settings-next-reply = Your changes hold from the next reply on.
reset = Back to the default
range = From { $low } to { $high }.
temperature = Temperature
temperature-hint = Higher is more varied; at 0 it always takes the likeliest word.
top-p = Top-p
top-p-hint = Only the likeliest words that together make { $percent }% are chosen from.
group-samplers = Other samplers
top-k = Top-k
top-k-hint = At most this many words are chosen from. 0 is all of them.
min-p = Min-p
min-p-hint = Leaves out words much less likely than the likeliest.
repeat-penalty = Repeat penalty
repeat-penalty-hint = Above 1, words that were just used become less likely.
group-length = Length and seed
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

composer-tokens = { $tokens } of { $context } tokens
reasoning = Thoughts
reasoning-now = Thinking…
overflow = When a chat no longer fits
overflow-stop = Stop and tell me
overflow-drop-oldest = Leave out the oldest messages
overflow-keep-ends = Leave out the middle
