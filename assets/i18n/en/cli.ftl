# The command line. Names are made of the subcommand and the argument.

cli-about = Private chat with GGUF models on your own machine
cli-file = A model to open the window with
cli-help = Print help
cli-version = Print the version

cli-ask-about = Ask one question and print the reply as it is written
cli-ask-model = A GGUF file, or the name or part of the name of a model in the library
cli-ask-system = Instructions that hold for the whole reply
cli-ask-temperature = How varied the reply is; 0 always takes the likeliest word
cli-ask-top-p = Choose among the likeliest words that add up to this probability
cli-ask-top-k = Choose among this many of the likeliest words; 0 is all
cli-ask-min-p = Leave out words less likely than this fraction of the likeliest
cli-ask-repeat-penalty = Make words that were just used less likely; 1 is off
cli-ask-dynamic-temperature = How far the temperature may go up where the model is in doubt, and down where it is sure; 0 is off
cli-ask-dynamic-temperature-exponent = How the model’s doubt becomes a temperature; above 1, only much doubt counts
cli-ask-top-n-sigma = Leave out words more than this many standard deviations below the likeliest; 0 is off
cli-ask-typical-p = Choose among the words that are about as surprising as expected, up to this probability; 1 is off
cli-ask-xtc-probability = How often to leave out the likeliest words for the sake of variety; 0 is never
cli-ask-xtc-threshold = Only words at least this probable can be left out that way
cli-ask-frequency-penalty = Make words less likely for each time they were just used; 0 is off
cli-ask-presence-penalty = Make words less likely once they were just used, however often; 0 is off
cli-ask-repeat-last-n = How many tokens back these three penalties look
cli-ask-dry-multiplier = How much to hold back words that would go on with a repeated passage (DRY); 0 is off
cli-ask-dry-base = How fast that grows with the length of the passage
cli-ask-dry-allowed-length = The longest passage that may be repeated freely, in tokens
cli-ask-dry-last-n = How many tokens back to look for repeated passages
cli-ask-dry-breaker = No repeated passage goes across this text (can be repeated)
cli-ask-mirostat = Choose words by how surprising they are (Mirostat 2), in place of the other samplers
cli-ask-mirostat-tau = How surprising words should be on average for Mirostat, in bits
cli-ask-mirostat-eta = How fast Mirostat adapts
cli-ask-logit-bias = Favour a token or, below 0, avoid it: its number or its text, “=” and from -100 to 100 (can be repeated)
cli-ask-grammar = Hold the reply to the GBNF grammar in this file
cli-ask-chat = Continue the chat with this code (its beginning is enough), or begin one that is kept with “new”
cli-ask-json-schema = Hold the reply to JSON that follows the JSON schema in this file
cli-ask-alternatives = With --json, tell for each token how likely it was, and this many of the likeliest
cli-ask-seed = Start of the random numbers; the same seed gives the same reply
cli-ask-max-tokens = The longest reply, in tokens
cli-ask-stop = End the reply at this text (can be repeated)
cli-ask-context = Tokens the context holds
cli-ask-threads = Threads that compute
cli-ask-gpu-layers = Layers on the GPU; as many as fit where it is not given
cli-ask-kv-type = How the KV cache is packed: q8_0 takes half the memory of f16, q4_0 a quarter
cli-ask-flash-attention = Attention in less memory; “auto” uses it where the device can
cli-ask-no-mmap = Read the weights into memory instead of mapping the file
cli-ask-mlock = Keep the weights in memory even when other programs want it
cli-ask-force = Load the model even where memory does not suffice: weights are read from the disk again and again, which is slow
cli-force = { $error } With --force it is loaded anyway: { $what }.
cli-ask-plain = Go on with the text as it stands, without the model’s chat template: for models that were not trained to chat
cli-ask-show-thinking = Show on standard error what the model thinks before it replies
cli-ask-json = Print the whole reply as one JSON object, with its figures
cli-ask-encoding = What standard input is encoded in, windows-1251 say; found out where it is not given
cli-ask-prompt = The question. What comes through standard input goes before it; “-”, or no question at all, is standard input alone

cli-bench-about = Measure how fast a model reads prompts and writes replies
cli-bench-model = A GGUF file, or the name or part of the name of a model in the library
cli-bench-prompt-tokens = Tokens of each prompt
cli-bench-reply-tokens = Tokens of each reply
cli-bench-repetitions = How often to measure; one more comes before, to warm up
cli-bench-threads = Threads that compute
cli-bench-force = Load the model even where memory does not suffice: weights are read from the disk again and again, which is slow
cli-bench-json = Print one JSON object, with the figures of each repetition

cli-chats-about = List, search, export, import and delete the chats on this machine
cli-chats-list-about = List the chats, the last used first
cli-chats-list-archived = Those that are archived instead
cli-chats-list-limit = At most this many
cli-chats-list-json = Print a JSON array
cli-chats-show-about = Print a chat as Markdown
cli-chats-show-chat = The code of the chat, or the beginning of it
cli-chats-show-json = Print the whole chat, with all branches, as JSON
cli-chats-search-about = Search the titles and messages of all chats
cli-chats-search-words = Words to find, in any order
cli-chats-search-limit = At most this many finds
cli-chats-search-json = Print a JSON array
cli-chats-export-about = Write chats as Markdown, JSON or JSONL
cli-chats-export-chats = The codes of the chats
cli-chats-export-all = All chats, the archived ones too
cli-chats-export-format = markdown is for reading, json keeps everything, jsonl has OpenAI’s form
cli-chats-export-output = The file to write, or the folder for one file a chat; standard output where it is not given or “-”
cli-chats-export-force = Replace files that are there already
cli-chats-import-about = Bring in chats from Charla, ChatGPT, Open WebUI, LM Studio, or ShareGPT and OpenAI JSONL
cli-chats-import-paths = Files, zip files or folders, and “-” for standard input; all of them come in, or none
cli-standard-input = standard input
cli-chats-import-json = Print the report as JSON
cli-chats-delete-about = Move a chat to the bin
cli-chats-delete-chat = The code of the chat, or the beginning of it
cli-chats-bin-about = List what is in the bin
cli-chats-bin-json = Print a JSON array
cli-chats-restore-about = Take something out of the bin
cli-chats-restore-entry = The code of the entry in the bin, or that of the deleted chat
cli-chats-backups-about = List the backups of all chats
cli-chats-backups-json = Print a JSON array
cli-chats-restore-backup-about = Make the chats what a backup has; what is there now is kept as a backup first
cli-chats-restore-backup-name = The name of the backup, as “charla chats backups” prints it

cli-doctor-about = Show what this machine offers, where things lie and what is wrong
cli-doctor-json = Print the report as JSON

cli-models-download-about = Download a model; the same command again goes on where it stopped
cli-models-download-name = A name of the catalogue, owner/repository on the Hub (with :Q4_K_M or /file.gguf behind it), also as hf.co/owner/repository or its address, or the address of a .gguf file
cli-models-download-folder = The folder of models it goes to
cli-models-download-limit-rate = Bytes a second at most: 800k, 2.5M
cli-models-download-quiet = Show no progress
cli-models-download-json = Print one JSON object at the end: path, size_bytes, sha256 and files

cli-engine-about = The engine itself: one JSON request a line on standard input

cli-empty-prompt = The question is empty. Write it after “ask”, or give “-” and send it through standard input.
cli-no-input = Standard input cannot be read
cli-input-no-text = What came through standard input is no text, so a model cannot read it. Text in another encoding can be named with --encoding.
cli-no-prompt = There is no question. Write it after “ask”, in quotes, or send it through standard input.
note-encoding = Standard input is not UTF-8 and was read as { $encoding }. If that is wrong, name its encoding with --encoding.
note-input-silent = Nothing has come through standard input, so the question is asked without it. With “</dev/null” nothing is waited for.
note-input-awaited = Waiting for standard input to end. With “</dev/null” the question is asked without it.
cli-file-unreadable = “{ $file }” cannot be read: { $reason }. Check the path and that it is UTF-8 text.
cli-output = The reply cannot be written to standard output
cli-output-refused = Standard output cannot be written to: { $reason }. Free some space there, or send it elsewhere.

usage-heading = Usage:
usage-commands = Commands:
usage-arguments = Arguments:
usage-options = Options:
usage-options-placeholder = [OPTIONS]
usage-command-placeholder = <COMMAND>
usage-command-optional-placeholder = [COMMAND]
usage-default = [default:{" "}
usage-possible-values = [possible values:{" "}
usage-help = “{ $command } --help” explains it.
usage-unknown-option = “{ $argument }” is not an option of “{ $command }”.
usage-unknown-command = “{ $argument }” is not a command of “{ $command }”.
usage-extra = “{ $argument }” is one word too many for “{ $command }”.
usage-extra-word = “{ $argument }” is one word too many for “{ $command }”. Put the whole question in quotes.
usage-bad-value = “{ $value }” cannot be the value of { $argument }.
usage-no-value = { $argument } needs a value.
usage-takes-no-value = { $argument } takes no value, and “{ $value }” was given.
usage-twice = { $argument } can be given only once.
usage-conflict = { $argument } cannot be used together with { $other }.
usage-missing = { $argument } is missing.
usage-not-utf8 = “{ $argument }” is not UTF-8 text.
usage-other = “{ $command }” cannot be used like this.
usage-did-you-mean = Did you mean “{ $suggestion }”?
usage-dashes = If it is no option, write “--” before it.
usage-allowed = Allowed: { $allowed }.

cli-client-ended = The thread that talks to the engine has ended. Please report this.
cli-no-such-file = “{ $file }” is neither a command nor a file. “charla --help” lists the commands.
cli-no-window = This build of Charla has no window. “charla ask” works; “charla --help” lists the commands.

bench-warm-up = Warming up…
bench-progress = Measuring, { $number } of { $all }…
bench-model = Model
bench-threads = Threads
bench-context = Context
bench-prompt = Prompt
bench-reply = Reply
bench-prompt-speed = Prompt, tokens/s
bench-reply-speed = Reply, tokens/s
bench-first-token = First token after, ms
bench-tokens =
    { $tokens ->
        [one] { $tokens } token
       *[other] { $tokens } tokens
    }
bench-range = { $median } ({ $least } to { $most })
bench-nothing = too few tokens to measure
bench-ended-early = The model ended { $ended } of { $all } replies by itself before they were that long.

doctor-config = settings
doctor-data = data
doctor-cache = cache
doctor-cpu-has = The processor has { $features }
doctor-engine-uses = The engine uses { $features }
doctor-memory = Memory: { $free } free of { $total }
doctor-devices = The engine can compute on
doctor-folders = Folders
doctor-free = ({ $free } free)
doctor-not-made-yet = (not made yet)
doctor-models-found = Models
doctor-all-well = Nothing is wrong.
doctor-problems = What is wrong
doctor-engine-silent = The engine started but did not answer. Set CHARLA_LOG=1 and try again to see what it says.
doctor-not-writable = Nothing can be written to “{ $path }” ({ $reason }). Make it writable, or set CHARLA_HOME to another folder.
doctor-little-space = There is little space left for “{ $path }”: { $free }. Free some, or set CHARLA_HOME to a folder on another disk.
cli-window-failed = The window could not be opened: { $reason }. Without a screen, “charla ask” still works.
cli-no-screen = There is no screen to open a window on: neither DISPLAY nor WAYLAND_DISPLAY is set. “charla ask” works without one.
note-chat = The chat is “{ $code }”; “charla ask --chat { $code }” goes on with it.
doctor-models-there = { $count ->
    [one] { $count } model
   *[other] { $count } models
}

cli-models-about = List, describe, add, download and remove the models on this machine
cli-models-list-about = List the models that Charla can use
cli-models-list-all = Those that are not made for chats too
cli-models-list-json = Print a JSON array
cli-models-info-about = Say what a model is and what it takes
cli-models-info-model = A file, or a name or a part of one
cli-models-info-json = Print the whole header as JSON
cli-models-info-template = Print the chat template only
cli-models-info-metadata = Print every field and every tensor
cli-models-add-about = Look for models in this folder too, or use this file where it is
cli-models-add-path = The folder or the file
cli-models-remove-about = Put a model of Charla’s into the trash, or stop looking at a folder
cli-models-remove-model = A name or a part of one, a file, or a folder that was added
cli-models-remove-yes = Do it, do not only say what would be done
