# The settings panel: samplers, presets, personas.

scope = These settings apply to
scope-all = All chats
scope-chat = This chat
scope-chat-none = Nothing is set for this chat alone. What you set here wins over all chats.
scope-chat-some = { $count ->
        [one] { $count } value is set for this chat alone. It wins over all chats.
       *[other] { $count } values are set for this chat alone. They win over all chats.
    }
scope-all-none = These hold in every chat that has none of its own.
scope-all-some = { $count ->
        [one] { $count } value is set for this chat alone. It wins over these.
       *[other] { $count } values are set for this chat alone. They win over these.
    }
scope-reset = Use those of all chats again
only-here = Only in this chat: { $value } instead of { $other }
only-here-text = Only in this chat
reset-to-all = Back to the value of all chats
recommended = Recommended by the model.
recommended-value = The model recommends { $value }.
values-set = { $count } changed
drawing = What all values together make of the odds of an example. Hollow words are left out.
drawing-xtc = What it makes of the odds of an example, when it acts
on = on
off = off
none = none
save = Save
replace = Replace
duplicate = Duplicate
copy-of = { $name } (copy)
panel-reset = { $count ->
        [one] One value is reset.
       *[other] { $count } values are reset.
    }
panel-deleted = “{ $name }” is deleted.

preset = Preset
preset-precise = Precise
preset-balanced = Balanced
preset-creative = Creative
preset-code = Code
preset-none = The model’s own values
preset-none-hint = Its maker’s, else Charla’s
preset-none-chat = As in all chats
preset-none-chat-hint = No values of its own
preset-unchanged = Every value is as the preset has it.
preset-own-values = Values of your own
preset-own-values-hint = “Save as a preset” keeps them.
preset-modified = modified
preset-more = More for presets
preset-save = Save the changes
preset-save-as = Save as a preset…
preset-back = Back to the preset
preset-name = Name of the preset
preset-with-system = With the system prompt
preset-of-model = Begin with it for this model
preset-import = Import a preset…
preset-export = Export…
preset-chosen = The preset “{ $name }” is in force.
preset-taken-off = The model’s own values are in force.
preset-taken-off-chat = This chat follows all chats again.
preset-imported = The preset “{ $name }” is in the list.
preset-exported = The preset is in { $path }.
preset-broken = “{ $path }” is no preset that Charla can read, so it was left as it is: { $reason }
preset-unreadable = “{ $path }” could not be read: { $reason }
preset-unwritable = “{ $path }” could not be written: { $reason }
dialog-import-preset = Import a preset
dialog-export-preset = Where to write the preset
dialog-presets = Presets

group-system = System prompt
system-of-chat = Instructions that hold for this whole chat.
system-of-new = Instructions that new chats begin with. Chats that are there keep theirs.
system-show-chat = See those of this chat
system-text = Instructions
system-placeholder = Whom the model plays, in which language, in what tone…
system-clear = Remove the instructions
system-cleared = The instructions are removed.
system-next-reply = A change holds from the next reply on.
persona = Persona
persona-none = None
persona-own = Instructions of your own
persona-more = More for personas
persona-save-as = Save as a persona…
persona-name = Name of the persona
persona-with-preset = With the preset “{ $name }”
persona-delete-hint = Chats keep their copy.
persona-chosen = The persona “{ $name }” is in force.
personas-none = Write instructions and save them under a name.

group-variety = Variety · top-k, min-p
group-variety-hint = Which words a reply may choose from. The drawing at the top shows it.
top-n-sigma = Far-off words · top-n-sigma
top-n-sigma-hint = Leaves out words that fall far behind the likeliest, by the spread of all. 0 is off.
typical-p = Typical words · typical-p
typical-p-hint = Prefers words about as surprising as expected at that point. 1 is off.
dynamic-range = Dynamic temp. · range
dynamic-range-hint = How far the temperature rises where the model doubts and falls where it is sure. 0 is off.
dynamic-exponent = Dynamic curve · exponent
dynamic-exponent-hint = Above 1, it takes more doubt to raise the temperature.

group-surprises = Surprises · XTC
group-surprises-hint = Leaves out the obvious words now and then, for fresher prose.
xtc-probability = How often · probability
xtc-probability-hint = At 0 never, at 1 at every word.
xtc-threshold = What is obvious · threshold
xtc-threshold-hint = Words at least this likely may be left out; the least likely of them stays.

group-repetition = Repetition · penalties, DRY
group-repetition-hint = What keeps a reply from going round in circles.
frequency-penalty = Frequency penalty
frequency-penalty-hint = The more often a word was used, the less likely it becomes.
presence-penalty = Presence penalty
presence-penalty-hint = Words that were used at all become less likely; good for new topics.
repeat-last-n = Looks back · last n
repeat-last-n-hint = How many tokens back the three penalties look. 0 turns them off.
dry-multiplier = Passages · DRY multiplier
dry-multiplier-hint = Holds back whole passages that were said before. 0 is off, 0.8 is usual.
dry-base = Growth · DRY base
dry-base-hint = How fast that grows with the length of the passage.
dry-allowed = Free passages · DRY
dry-allowed-hint = Repetitions of at most this many tokens cost nothing.
dry-last-n = Looks for passages · DRY
dry-last-n-hint = How many tokens back DRY looks for passages. 0 turns it off.
dry-breakers = Passage breakers · DRY
dry-breakers-hint = No passage goes across these texts. One a line; \n is a new line.

group-mirostat = Even surprise · Mirostat
mirostat = Keep it even · Mirostat 2
mirostat-hint = Keeps the surprise of a reply even. The temperature still counts; the other samplers rest.
mirostat-tau = Surprise · tau
mirostat-tau-hint = Lower stays closer to the obvious.
mirostat-eta = Adjustment · eta
mirostat-eta-hint = How fast it corrects itself.

stop = Stop texts · stop strings
stop-hint = A reply ends where one of them comes up. One a line; \n is a new line.

group-format = Format · JSON, grammar
group-format-hint = Holds every reply to a form, to the letter.
json-schema = JSON schema
json-schema-hint = The reply is JSON that fits this schema.
grammar = Grammar · GBNF
grammar-hint = The reply follows this grammar, in llama.cpp's GBNF.
format-both = Only one of the two can hold: a schema or a grammar.
grammar-refused = The engine would refuse it: { $reason }
logit-bias = Word bias · logit bias
logit-bias-hint = −100 forbids a word, 100 forces it. #123 is the token of that number.
logit-bias-add = Add a word
logit-bias-word = word
logit-bias-text = Word { $number }
logit-bias-value = Bias of word { $number }
logit-bias-remove = Remove word { $number }

kv-type = Packing of the KV cache · KV type
kv-type-hint = What the model remembers of the chat. Packed, it takes less memory and needs flash attention.
kv-automatic = auto (F16)
kv-f16 = F16, whole
kv-q8 = Q8, half the size
kv-q4 = Q4, a quarter
flash = Flash attention
flash-hint = Faster and with less memory, where the model can.
flash-auto = Where it can
mmap = Map the file · mmap
mmap-hint = Loads faster and shares memory with other programs.
mlock = Lock in memory · mlock
mlock-hint = The system never moves the model out of memory.
group-ahead = Guessing ahead · speculative decoding
speculation = Guess ahead
speculation-hint = Faster replies; which words come does not change.
draft-model = Draft model
draft-model-hint = A small model of the same family, which guesses for this one.
draft-choose = Choose a file…
draft-none = Without a draft model
dialog-draft = Choose a draft model
group-memory = Memory and disk
unload-after = Minutes until it rests
unload-after-hint = After so long without work, a model gives its memory back. 0 is never.
state-limit = Disk for chats read, in GB
state-limit-hint = Spares the model reading a chat again when you come back to it. 0 keeps nothing.
bin-days = Days in the bin
bin-days-hint = What you delete is destroyed after so many days. 0 is never.
