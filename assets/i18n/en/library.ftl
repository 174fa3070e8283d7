# What can be wrong with a model file.
gguf-missing = “{ $path }” does not exist. Check the path, or choose another model file.
gguf-folder = “{ $path }” is a folder. Choose a .gguf file inside it.
gguf-not-a-file = “{ $path }” is not a regular file. Choose the file of a model.
gguf-no-permission = You do not have permission to read “{ $path }”. Change its permissions, or choose another model file.
gguf-unreadable = “{ $path }” could not be read ({ $reason }). Check the disk it is on, or choose another model file.
gguf-empty = “{ $path }” is empty. Download it again.
gguf-not-gguf = “{ $path }” is not a GGUF model file. Choose a file that ends in .gguf.
gguf-not-gguf-inside = “{ $path }” is not a GGUF model file, whatever its name says: a download that went wrong, perhaps. Download it again, or choose another model file.
gguf-big-endian = “{ $path }” was made for big-endian machines. Look for the usual, little-endian file of this model.
gguf-version = “{ $path }” has version { $version } of the GGUF format, and Charla reads versions 2 and 3. Look for another file of this model.
gguf-truncated = “{ $path }” is incomplete: it should have at least { $needed } bytes and has { $size }. Download it again.
gguf-split = “{ $path }” is part { $part } of a model in several files. Choose the first one, which ends in “{ $first }”.
gguf-part-missing = “{ $path }” is the first part of a model in several files, and “{ $missing }” is missing. Download it too, and put it beside the first.
gguf-renamed = “{ $path }” is the first of several files of one model and has been renamed. Give it back its name, which ends in “{ $ending }”.
gguf-architecture = “{ $path }” is a model of the architecture “{ $architecture }”, which the llama.cpp of this Charla does not know. Choose another model, or look for a newer Charla.
gguf-damaged = “{ $path }” cannot be used: { $damage }. Download it again, or choose another model file.

# Follows the colon in gguf-damaged.
gguf-damage-duplicate-token = its vocabulary has the word “{ $word }” twice
gguf-damage-no-bytes = its vocabulary lacks words for single bytes
gguf-damage-block-count = it claims to have { $value } layers, and 1 to 512 are possible
gguf-damage-overflow = the size it gives for “{ $field }” is impossible
gguf-damage-missing-field = the field “{ $name }” is missing
gguf-damage-field = the field “{ $name }” is not valid
gguf-damage-duplicate-key = the field “{ $name }” appears twice
gguf-damage-duplicate-tensor = the tensor “{ $name }” appears twice
gguf-damage-tensor-type = the tensor “{ $name }” is of type { $value }, which Charla does not know
gguf-damage-tensor-shape = the tensor “{ $name }” has an impossible shape
gguf-damage-tensor-offset = the tensor “{ $name }” is not in its place
gguf-damage-foreign-tensor = it has the tensor “{ $name }”, which models of the architecture “{ $architecture }” do not have
gguf-damage-alignment = its alignment of { $value } bytes is not a power of two

# Finding a model by its name.
library-unknown-model = No model is called “{ $wanted }”. Choose one of these: { $known }
library-no-models = No model is called “{ $wanted }”, and there are no models yet. Give the path of a .gguf file.
library-several-models = “{ $wanted }” fits several models ({ $matches }). Write more of the name, or the path of the file.

# Where models are.
origin-charla = Charla's folder
origin-bundled = models/
origin-added = Added folder
origin-opened = Opened file
origin-lm-studio = LM Studio
origin-hugging-face = Hugging Face cache
origin-llama-cpp = llama.cpp
origin-ollama = Ollama
origin-jan = Jan
origin-gpt4all = GPT4All
library-folder-unreadable = The models in “{ $path }” cannot be listed: { $reason }. Ask for permission to read the folder.
