# Models: whether they fit, what they are, what is done with them.

verdict-gpu = Fits on the GPU
verdict-partly = Fits, partly on the GPU
verdict-cpu = Fits with room to spare
verdict-tight = Tight: { $left } would stay free
verdict-less = Fits with a context of { $context }
verdict-not-now = Not now: { $short } more must be free
verdict-never = Does not fit: { $short } missing
verdict-speed = { $fits } · about { $speed } tokens/s

purpose-chat = Chat
purpose-base = Text completion
purpose-embedding = Embeddings
purpose-reranking = Reranking
purpose-projector = Vision or sound part
purpose-draft = Guesses ahead for another model
purpose-other = Not for chats

models-list-empty = No models yet. Put a .gguf file into “{ $folder }”, or add a folder with: charla models add FOLDER
models-added = “{ $path }” is looked at from now on.
models-already-added = “{ $path }” is looked at already.
models-add-missing = There is no “{ $path }”. Check the path.
models-add-nothing = There is no model in “{ $path }”: Charla looks for files that end in .gguf.
models-not-listed = “{ $path }” is not one of the models that Charla lists, so there is nothing to remove.
models-not-own = “{ $name }” belongs to { $owner }, so Charla does not delete it. Delete it there, or delete the file “{ $path }” yourself.
models-trashed = { $name } ({ $size }) is in the trash now.
models-trash-failed = “{ $path }” could not be put into the trash: { $reason }. Delete the file yourself.
models-remove-question = Charla would put this into the trash:
models-remove-confirm = Say so with --yes.
models-forgotten = “{ $path }” is no longer looked at. Its files stay where they are.

models-info-maker = Maker
models-info-purpose = Made for
models-info-architecture = Architecture
models-info-parameters = Parameters
models-info-quantisation = Quantisation
models-info-types = Tensors
models-info-size = Size
models-info-context = Context
models-info-context-tokens = { $tokens } tokens
models-info-layers = Layers
models-info-vocabulary = Vocabulary
models-info-licence = Licence
models-info-template = Chat template
models-info-has-template = yes
models-info-no-template = no
models-info-memory = Memory
models-info-memory-parts = { $needed } with a context of { $context }: { $weights } weights, { $kv } KV cache, { $compute } to compute
models-info-memory-draft = { $parts }, { $draft } for the draft model
models-info-verdict = On this machine
models-info-places = Places
models-info-unknown = not said
models-info-words = { $count } words

models-title = Models
models-back = Back to the chat
models-back-list = Back to the models
models-machine = { $memory } of memory, { $free } free
models-disk = { $free } free on disk
models-search = Search models
models-order = Order
models-by-name = By name
models-by-use = Last used first
models-by-size = Smallest first
models-by-fit = What fits first
models-shown = Shown
models-for-chats = For chats
models-all = All files
models-nothing = There are no models on this machine yet. Put .gguf files into one of the folders below, or add a folder.
models-no-match = No model matches.
models-context = { $tokens }k
models-no-template = no template
models-broken = Cannot be used
models-unknown-architecture = Needs a newer Charla
models-loaded = In use
models-load = Load
models-talk = Chat
models-more = What else can be done with { $name }
models-favour = Add to favourites
models-unfavour = Remove from favourites
models-open = Details
models-reveal = Show in folder
models-delete = Delete…
models-delete-ask = { $count ->
    [one] This file goes to the trash, { $size }:
   *[other] These { $count } files go to the trash, { $size } in all:
}
models-delete-yes = Put into the trash
models-delete-no = Keep
models-tags = Tags
models-tags-hint = code, small, Spanish
models-folders = Where models are looked for
models-count = { $count ->
    [one] { $count } model
   *[other] { $count } models
}
models-forget = Stop looking into { $path }
models-add-folder = Add a folder…
models-others = What other programs have downloaded
models-others-hint = LM Studio, Hugging Face, llama.cpp, Ollama, Jan and GPT4All. Their files are used where they are, and never changed.
models-details-reading = Reading the file’s header…
models-check = Check the whole file
models-checking = Checked { $done } of { $total }
models-check-stop = Stop
models-check-well = The file is whole and as it was published. SHA-256: { $hash }
models-check-wrong = The file is not as it was published: it is damaged or has been changed. Download it again. SHA-256: { $hash }
models-check-unknown = The file can be read to its end. Nobody has told Charla what it should be; compare it with the publisher’s page. SHA-256: { $hash }
models-check-unreadable = The file cannot be read to its end: { $reason }. Check the disk, or download it again.
models-template = Chat template
models-fields = All fields
models-tensors = Tensors
models-tensors-what = Name, shape, type
models-reveal-failed = The folder “{ $path }” cannot be shown: { $reason }. Open it in your file manager.
models-marks-broken = “{ $path }” makes no sense to Charla, so favourites and tags are not kept. Correct the file or delete it.
models-marks-not-saved = Favourites and tags cannot be kept in “{ $path }”: { $reason }. Make room, or allow writing there.
dialog-add-folder = Which folder holds models?
action-show-models = Models
action-show-models-hint = See, load and manage the models

models-tab-here = On this machine · { $count }
models-tab-recommended = Recommended
models-tab-hub-short = Hub
models-tab-hub = Search the Hub
models-coming = ↓ { $percent }%
models-see-recommended = See recommended models

catalog-all = All
catalog-chat = Conversation
catalog-code = Code
catalog-reasoning = Reasoning
catalog-spanish = Spanish
catalog-embedding = Embeddings
catalog-for-you = For this computer
catalog-others = More models
catalog-quick = Quick
catalog-balanced = Balanced
catalog-able = The most able
catalog-here = On this machine
catalog-checked = Chosen by Charla. Sizes and licences as published on { $day }; the files come from huggingface.co.
rough-gpu = Would fit on the GPU
rough-well = Would fit
rough-tight = Tight: with a small context, or with other programs closed
rough-never = Would not fit
hub-search = Search models on Hugging Face
hub-find = Search
hub-by-downloads = Most downloaded
hub-by-likes = Most liked
hub-by-change = Changed last
hub-popular = Popular
hub-recent = Just changed
hub-what-for = Or search by name: “qwen3 8b”, “gemma”, “coder”. This list comes from huggingface.co. What you search for and download is sent there; nothing else ever leaves this machine.
hub-searching = Searching…
hub-nothing = Nothing was found. Try fewer or other words.
hub-more = Show more
hub-choose = Choose
hub-downloads = { $count } downloads
hub-likes = { $count } likes
hub-page = Open its page
hub-open = Open to everybody
hub-gated = Only after accepting its conditions, on its page
hub-gated-by-hand = Only for those whom its owner lets in; ask on its page
hub-files-reading = Asking for its files…
hub-no-files = There are no GGUF files in this repository.
hub-parts = { $count } files
hub-download = Download
hub-incomplete = Parts of it are missing
hub-no-room = No room on the disk: { $short } more must be free
hub-card-cut = The page goes on; open it to read the rest.
hub-done = { $name } has been downloaded and checked.
hub-progress = Download of { $name }
hub-received = { $received } of { $total }
hub-rate = { $rate }/s
hub-pause = Pause
hub-resume = Go on
hub-retry = Try again
hub-now = Try now
hub-cancel = Cancel
hub-forget = Done
hub-queued = Waits for the others
hub-connecting = Connecting…
hub-checked-at-end = Checked when it is whole
hub-verifying = Checking…
hub-paused = Paused: what has arrived is kept
hub-waiting = { $reason } It goes on by itself.
hub-in-place = Checked and ready
hub-left = { $count ->
    [one] A download was left unfinished. It can go on from where it stopped, under “Models”.
   *[other] { $count } downloads were left unfinished. They can go on from where they stopped, under “Models”.
}

models-own = Settings of this model
models-own-set = Its own
models-own-preset = Preset to begin with
models-own-hint = They hold for this model only, from the next time it is loaded.
as-for-all = As for all ({ $value })
model-has-none = The model in use has no settings of its own.
model-has-own = The model in use has settings of its own, which win over these.
model-own-show = Settings of this model alone
hub-downloading = Downloads
hub-at-once = { $count ->
    [one] One at a time
   *[other] { $count } at once
}
hub-no-limit = as fast as it goes
hub-limit = at most { $rate }/s
models-in-lines = Show as a list
models-in-cards = Show as cards

models-kills-engine = Has ended the engine twice
models-kills-engine-why = The engine has ended each of the last two times this model was loaded. The file may be damaged or made for another version of llama.cpp, or the settings it is loaded with may not suit it.
models-insist = Load anyway
models-force-what = If you load it anyway, { $what }.
model-kills-engine = “{ $model }” has ended the engine twice, so it is not loaded. Choose another model; on its page, under “Models”, you can load it anyway.
