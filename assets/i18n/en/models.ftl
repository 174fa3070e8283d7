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
purpose-other = Not for chats

models-list-empty = No models yet. Put a .gguf file into “{ $folder }”, or add a folder with: charla models add FOLDER
models-added = “{ $path }” is looked at from now on.
models-already-added = “{ $path }” is looked at already.
models-add-missing = There is no “{ $path }”. Check the path.
models-add-nothing = There is no model in “{ $path }”: Charla looks for files that end in .gguf.
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
models-info-verdict = On this machine
models-info-places = Places
models-info-unknown = not said
models-info-words = { $count } words
