# Qué puede estar mal en un archivo de modelo.
gguf-missing = «{ $path }» no existe. Revisa la ruta o elige otro modelo.
gguf-folder = «{ $path }» es una carpeta. Elige un archivo .gguf que esté dentro.
gguf-not-a-file = «{ $path }» no es un archivo normal. Elige un archivo .gguf.
gguf-no-permission = No tienes permiso para leer «{ $path }». Cambia sus permisos o elige otro modelo.
gguf-unreadable = No se ha podido leer «{ $path }» ({ $reason }). Revisa el disco donde está o elige otro modelo.
gguf-empty = «{ $path }» está vacío. Descárgalo de nuevo.
gguf-not-gguf = «{ $path }» no es un modelo GGUF. Elige un archivo .gguf.
gguf-not-gguf-inside = «{ $path }» no es un modelo GGUF, diga lo que diga su nombre; quizá la descarga salió mal. Descárgalo otra vez o elige otro archivo de modelo.
gguf-big-endian = «{ $path }» está hecho para equipos big-endian. Busca el archivo habitual de este modelo (little-endian).
gguf-version = «{ $path }» usa la versión { $version } del formato GGUF, y Charla lee las versiones 2 y 3. Busca otro archivo de este modelo.
gguf-truncated = «{ $path }» está incompleto: debería ocupar al menos { $needed } bytes y ocupa { $size }. Descárgalo de nuevo.
gguf-split = «{ $path }» es la parte { $part } de un modelo repartido en varios archivos. Elige la primera, que termina en «{ $first }».
gguf-part-missing = «{ $path }» es la primera parte de un modelo en varios archivos y falta «{ $missing }». Descárgalo también y déjalo junto al primero.
gguf-renamed = «{ $path }» es el primero de los archivos de un modelo y ha cambiado de nombre. Devuélvele el suyo, que acaba en «{ $ending }».
gguf-architecture = «{ $path }» es un modelo de la arquitectura «{ $architecture }», que el llama.cpp de este Charla no conoce. Elige otro modelo o busca una versión más nueva de Charla.
gguf-damaged = «{ $path }» no se puede usar: { $damage }. Descárgalo de nuevo o elige otro modelo.

# Va detrás de los dos puntos de gguf-damaged.
gguf-damage-duplicate-token = su vocabulario tiene dos veces la palabra «{ $word }»
gguf-damage-no-bytes = a su vocabulario le faltan palabras para bytes sueltos
gguf-damage-block-count = dice tener { $value } capas y solo puede tener de 1 a 512
gguf-damage-overflow = el tamaño que da para «{ $field }» es imposible
gguf-damage-missing-field = le falta el campo «{ $name }»
gguf-damage-field = el campo «{ $name }» no es válido
gguf-damage-duplicate-key = el campo «{ $name }» aparece dos veces
gguf-damage-duplicate-tensor = el tensor «{ $name }» aparece dos veces
gguf-damage-tensor-type = el tensor «{ $name }» es del tipo { $value }, que Charla no conoce
gguf-damage-tensor-shape = el tensor «{ $name }» tiene una forma imposible
gguf-damage-tensor-offset = el tensor «{ $name }» no está en su sitio
gguf-damage-foreign-tensor = tiene el tensor «{ $name }», que los modelos de la arquitectura «{ $architecture }» no tienen
gguf-damage-alignment = su alineación de { $value } bytes no es una potencia de dos

# Buscar un modelo por su nombre.
library-unknown-model = Ningún modelo se llama «{ $wanted }». Elige uno de estos: { $known }
library-no-models = Ningún modelo se llama «{ $wanted }» y todavía no tienes modelos. Indica la ruta de un archivo .gguf.
library-several-models = «{ $wanted }» coincide con varios modelos ({ $matches }). Escribe más parte del nombre o la ruta del archivo.

# Dónde están los modelos.
origin-charla = Carpeta de Charla
origin-bundled = models/
origin-added = Carpeta añadida
origin-opened = Archivo abierto
origin-lm-studio = LM Studio
origin-hugging-face = Caché de Hugging Face
origin-llama-cpp = llama.cpp
origin-ollama = Ollama
origin-jan = Jan
origin-gpt4all = GPT4All
library-folder-unreadable = No se pueden ver los modelos de «{ $path }»: { $reason }. Pide permiso para leer la carpeta.
