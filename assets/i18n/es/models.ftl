# Modelos: si caben, qué son y qué se hace con ellos.

verdict-gpu = Cabe en la GPU
verdict-partly = Cabe, en parte en la GPU
verdict-cpu = Cabe de sobra
verdict-tight = Justo: quedarían { $left } libres
verdict-less = Cabe con un contexto de { $context }
verdict-not-now = Ahora no: hay que liberar { $short }
verdict-never = No cabe: faltan { $short }
verdict-speed = { $fits } · unos { $speed } tokens/s

purpose-chat = Charla
purpose-base = Continuar textos
purpose-embedding = Vectores de texto
purpose-reranking = Reordenar resultados
purpose-projector = Parte de visión o sonido
purpose-other = No sirve para charlar

models-list-empty = Todavía no hay modelos. Deja un archivo .gguf en «{ $folder }» o añade una carpeta con: charla models add CARPETA
models-added = A partir de ahora Charla mira en «{ $path }».
models-already-added = Charla ya mira en «{ $path }».
models-add-missing = No existe «{ $path }». Comprueba la ruta.
models-add-nothing = No hay ningún modelo en «{ $path }»: Charla busca archivos que acaben en .gguf.
models-not-own = «{ $name }» es de { $owner }, así que Charla no lo borra. Bórralo desde allí o borra tú el archivo «{ $path }».
models-trashed = { $name } ({ $size }) está ahora en la papelera.
models-trash-failed = No se ha podido llevar «{ $path }» a la papelera: { $reason }. Borra tú el archivo.
models-remove-question = Charla llevaría esto a la papelera:
models-remove-confirm = Confírmalo con --yes.
models-forgotten = Charla ya no mira en «{ $path }». Sus archivos se quedan donde están.

models-info-maker = Autor
models-info-purpose = Sirve para
models-info-architecture = Arquitectura
models-info-parameters = Parámetros
models-info-quantisation = Cuantización
models-info-size = Tamaño
models-info-context = Contexto
models-info-context-tokens = { $tokens } tokens
models-info-layers = Capas
models-info-vocabulary = Vocabulario
models-info-licence = Licencia
models-info-template = Plantilla de chat
models-info-has-template = sí
models-info-no-template = no
models-info-memory = Memoria
models-info-memory-parts = { $needed } con un contexto de { $context }: { $weights } de pesos, { $kv } de caché KV, { $compute } para calcular
models-info-verdict = En este equipo
models-info-places = Dónde está
models-info-unknown = no lo dice
models-info-words = { $count } palabras
