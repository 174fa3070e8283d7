# What went wrong, to what, and what to do about it.

fault-file-missing = “{ $path }” is not there any more. Choose another model, or put the file back.
fault-file-unreadable = “{ $path }” cannot be read: { $reason }. Check that it is a file and that you may open it.
fault-path-not-utf8 = The name of “{ $path }” or of one of its folders is not UTF-8 text. Rename it.
fault-load-failed = llama.cpp could not load “{ $path }”: { $reason }. Download the file again, or choose another model.
fault-context-failed = A context of { $context } tokens could not be made ({ $reason }). Set a shorter context or a KV cache of type f16, and load the model again.
fault-not-enough-memory = This needs { $needed } of memory on { $device } ({ $weights } for the weights, { $kv } for { $context } tokens of context, { $compute } to compute), but only { $free } can be used. { $advice }
fit-context = A context of { $context } tokens with a KV cache of type { $type } fits.
fit-contexts = A context of { $context } tokens with a KV cache of type { $type } fits, or one of { $more } with type { $packed }.
fit-layers = Put { $layers ->
        [one] { $layers } layer
       *[other] { $layers } layers
    } on the GPU instead.
fit-layers-or-context = Put { $layers ->
        [one] { $layers } layer
       *[other] { $layers } layers
    } on the GPU instead, or set a context of { $context } tokens with a KV cache of type { $type }.
fit-nothing = Close other programs, or choose a smaller model.
forced-weights = it reads its weights from the disk again and again, which may be very slow; should memory run out, the engine is ended and your chats stay
forced-context = the machine may come to a halt while it moves memory to the disk, or the engine is ended for want of memory; your chats stay
fault-needs-flash-attention = A KV cache of type { $type } needs flash attention, which is off. Turn it on, or set the type to f16.
no-reason = llama.cpp gave no reason
fault-no-model = No model is loaded. Choose one first.
fault-prompt-too-long = The conversation has { $prompt } tokens, but the context holds { $context }. Start a new chat, shorten the message, or set a longer context.
fault-prompt-too-long-for-model = The conversation has { $prompt } tokens, more than the { $context } this model can hold at most. Start a new chat, shorten the message, or choose a model with a longer context.
fault-template = The model’s chat template refused the conversation: { $reason }. Another model may accept it.
fault-template-drops-words = The model’s chat template leaves out what you write, so the model would never see it. Nothing was sent; choose another model, or another file of this one.
fault-decode = llama.cpp could not compute the reply: { $reason }. Try again; if it happens again, load the model with a shorter context.
fault-grammar-invalid = The grammar that the reply should follow cannot be used: { $reason }. Correct it, or ask without it.
fault-schema-invalid = The JSON schema that the reply should follow cannot be used: { $reason }. Correct it, or ask without it.
fault-load-cancelled = Loading was cancelled. Choose a model when you are ready.
fault-bad-request = The engine did not understand a request: { $reason }. Restart Charla; if it happens again, please report it.
fault-no-engine = This build of Charla has no engine. Install one that was built with the feature “llama”.

engine-spawn = The engine could not be started: { $reason }. Check that Charla’s program file is still where it was installed.
engine-ended-loading = “{ $path }” made the engine crash while it was being loaded: { $words } Download the file again, or choose another model.
engine-signal = The engine was stopped from outside (signal { $signal }) { $during }.
engine-exit = The engine ended by itself (code { $code }) { $during }: { $words }
fault-not-for-chat = “{ $path }” is an embedding model: it reads text but writes none. Choose a chat model.
fault-prompt-too-large = The conversation has { $size }, more than the { $limit } that the engine can be given. Shorten the message or start a new chat.
engine-crashed = The engine crashed (signal { $signal }) { $during }: { $words }
engine-out-of-memory = Memory ran out { $during }. Close other programs, set a shorter context, or choose a smaller model.
engine-unresponsive = The engine did not answer { $during }, so it was stopped.
engine-other-version = The engine on disk is version { $theirs }, but this window is version { $ours }. Close Charla and open it again.
engine-garbled = The engine sent something Charla does not understand: { $reason }.

during-start = while it was starting
during-load = while “{ $path }” was being loaded
during-reply = in the middle of a reply
during-idle = while it was idle

settings-broken = The settings in “{ $path }” make no sense ({ $reason }), so the defaults are used. Your file is kept as “{ $kept }”.
settings-unknown = Some of the settings in “{ $path }” are not known to this version of Charla: { $names }. They do nothing, and stay in the file as they are; all others hold.
settings-unreadable = The settings in “{ $path }” cannot be read ({ $reason }), so the defaults are used. Check that you may open the file.
settings-unwritable = The settings cannot be saved in “{ $path }”: { $reason }. They hold until you close Charla.

choose-nothing = There is no model yet. Put a GGUF file into “{ $folder }”, or name one.
note-no-template = This model has no chat template, so ChatML is used. Its replies may be worse for it.
note-empty-reply = The model wrote nothing. Ask in other words, or give it another seed.
note-empty-stopped = A stop text ended the reply before its first word.
note-empty-without-template = The model wrote nothing. It has no chat template and may not be trained to chat: “charla ask --plain” has it go on with your text instead.
note-thoughts-only = The model ended after its thoughts, without a reply. “--show-thinking” shows them.
note-thoughts-cut = The reply ended among the model’s thoughts, for there was no room for more. Allow more tokens (-n) or a longer context (--context).

notice-context-beyond-training = The context holds { $context } tokens, but this model was trained for { $trained }. Replies may lose the thread; choose a shorter context if they do.
notice-not-locked = The system does not let the model be kept in memory for good, so it may be taken out when memory is short. Raise the limit (ulimit -l), or turn locking off.
notice-states-off = What the model has read cannot be kept in “{ $folder }” ({ $reason }), so it reads chats again after a restart. Check that the folder can be written and the disk has room.
notice-draft-vocabulary = “{ $path }” cannot draft for this model, because its vocabulary is another one. The model works without it; choose a smaller model of the same family.
notice-draft-not-loaded = The draft model “{ $path }” could not be loaded ({ $reason }). The model works without it.
notice-draft-no-room = There is no memory for the draft model “{ $path }” beside the model ({ $short } missing). The model works without it.
notice-left-out =
    { $turns ->
        [one] The chat no longer fits the context, so its oldest message ({ $tokens } tokens) was left out of this reply.
       *[other] The chat no longer fits the context, so { $turns } earlier messages ({ $tokens } tokens) were left out of this reply.
    }
