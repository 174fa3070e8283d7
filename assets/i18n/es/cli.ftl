# La línea de órdenes. Los nombres se forman con la orden y el argumento.

cli-about = Charla privada con modelos GGUF en tu propio equipo
cli-file = Modelo con el que abrir la ventana
cli-help = Muestra la ayuda
cli-version = Muestra la versión

cli-ask-about = Hace una pregunta y muestra la respuesta según se escribe
cli-ask-model = Un archivo GGUF, o el nombre (o parte) de un modelo de la biblioteca
cli-ask-system = Instrucciones que valen para toda la respuesta
cli-ask-temperature = Cuánto varía la respuesta; con 0 sale siempre la palabra más probable
cli-ask-top-p = Elige entre las palabras más probables que juntas suman esta probabilidad
cli-ask-top-k = Cuántas de las palabras más probables entran en la elección; 0 son todas
cli-ask-min-p = Descarta las palabras menos probables que esta fracción de la más probable
cli-ask-repeat-penalty = Hace menos probables las palabras recién usadas; 1 lo desactiva
cli-ask-dynamic-temperature = Cuánto puede subir la temperatura si el modelo duda y bajar si está seguro; 0 lo desactiva
cli-ask-dynamic-temperature-exponent = Cómo pasa la duda del modelo a la temperatura; por encima de 1 solo cuentan las dudas grandes
cli-ask-top-n-sigma = Descarta las palabras a más de estas desviaciones típicas de la más probable; 0 lo desactiva
cli-ask-typical-p = Elige entre las palabras que sorprenden más o menos lo esperado, hasta sumar esta probabilidad; 1 lo desactiva
cli-ask-xtc-probability = Cada cuánto se descartan las palabras más probables para dar variedad; 0 es nunca
cli-ask-xtc-threshold = Solo se descartan así las palabras con al menos esta probabilidad
cli-ask-frequency-penalty = Hace menos probables las palabras recién usadas, tanto menos cuantas más veces; 0 lo desactiva
cli-ask-presence-penalty = Hace menos probables las palabras recién usadas, sin contar cuántas veces; 0 lo desactiva
cli-ask-repeat-last-n = Cuántos tokens hacia atrás tienen en cuenta estas tres penalizaciones
cli-ask-dry-multiplier = Cuánto se frenan las palabras que continuarían un pasaje repetido (DRY); 0 lo desactiva
cli-ask-dry-base = Cuánto crece ese freno con la longitud del pasaje
cli-ask-dry-allowed-length = Longitud máxima, en tokens, de los pasajes que se pueden repetir sin freno
cli-ask-dry-last-n = En cuántos tokens hacia atrás se buscan pasajes repetidos
cli-ask-dry-breaker = Ningún pasaje repetido va más allá de este texto (se puede indicar varias veces)
cli-ask-mirostat = Elige las palabras por lo que sorprenden (Mirostat 2), en lugar de los demás muestreadores
cli-ask-mirostat-tau = Cuánto deben sorprender de media las palabras con Mirostat, en bits
cli-ask-mirostat-eta = Con qué rapidez se adapta Mirostat
cli-ask-logit-bias = Favorece un token o, por debajo de 0, lo evita: su número o su texto, «=» y un valor de -100 a 100 (se puede indicar varias veces)
cli-ask-grammar = Ciñe la respuesta a la gramática GBNF de este archivo
cli-ask-chat = Continúa la charla que tiene este código (basta con el principio) o, con «new», empieza una que se guarda
cli-ask-json-schema = Ciñe la respuesta a un JSON que cumpla el esquema JSON de este archivo
cli-ask-alternatives = Con --json, indica la probabilidad de cada token y este número de los más probables
cli-ask-seed = Punto de partida de los números aleatorios; con la misma semilla sale la misma respuesta
cli-ask-max-tokens = Longitud máxima de la respuesta, en tokens
cli-ask-stop = Termina la respuesta al llegar a este texto (se puede indicar varias veces)
cli-ask-context = Tokens que caben en el contexto
cli-ask-threads = Hilos de cálculo
cli-ask-gpu-layers = Capas en la GPU; si no se indica, todas las que quepan
cli-ask-kv-type = Cómo se comprime la caché KV: q8_0 ocupa la mitad de memoria que f16 y q4_0, la cuarta parte
cli-ask-flash-attention = Flash attention, que gasta menos memoria; con «auto» se usa si el dispositivo la admite
cli-ask-no-mmap = Carga los pesos en la memoria en vez de mapear el archivo
cli-ask-mlock = Mantiene los pesos en la memoria aunque otros programas la pidan
cli-ask-force = Carga el modelo aunque no baste la memoria: los pesos se leen del disco una y otra vez, que es lento
cli-force = { $error } Con --force se carga de todos modos: { $what }.
cli-ask-plain = Continúa el texto tal cual, sin la plantilla de chat del modelo: para modelos que no se entrenaron para conversar
cli-ask-show-thinking = Muestra por la salida de errores lo que piensa el modelo antes de responder
cli-ask-json = Muestra la respuesta entera como un objeto JSON, con sus cifras
cli-ask-encoding = En qué codificación llega la entrada estándar, por ejemplo windows-1251; si no se indica, se averigua
cli-ask-prompt = La pregunta. Lo que llega por la entrada estándar va delante; con «-», o sin pregunta, es todo lo que se envía

cli-bench-about = Mide a qué velocidad lee y escribe un modelo
cli-bench-model = Un archivo GGUF, o el nombre (o parte) de un modelo de la biblioteca
cli-bench-prompt-tokens = Tokens de cada texto de entrada
cli-bench-reply-tokens = Tokens de cada respuesta
cli-bench-repetitions = Cuántas veces se mide; antes se hace una más, de calentamiento
cli-bench-threads = Hilos de cálculo
cli-bench-force = Carga el modelo aunque no baste la memoria: los pesos se leen del disco una y otra vez, que es lento
cli-bench-json = Muestra un objeto JSON con las cifras de cada repetición

cli-chats-about = Lista, busca, exporta, importa y elimina las charlas de este equipo
cli-chats-list-about = Lista las charlas, empezando por la última usada
cli-chats-list-archived = Lista solo las archivadas
cli-chats-list-limit = Como mucho este número
cli-chats-list-json = Muestra una lista JSON
cli-chats-show-about = Muestra una charla en Markdown
cli-chats-show-chat = El código de la charla, o el principio del código
cli-chats-show-json = Muestra la charla entera, con todas sus ramas, en JSON
cli-chats-search-about = Busca en los títulos y mensajes de todas las charlas
cli-chats-search-words = Palabras que buscar, en cualquier orden
cli-chats-search-limit = Como mucho este número de resultados
cli-chats-search-json = Muestra una lista JSON
cli-chats-export-about = Escribe charlas en Markdown, JSON o JSONL
cli-chats-export-chats = Los códigos de las charlas
cli-chats-export-all = Todas las charlas, también las archivadas
cli-chats-export-format = markdown es para leer, json lo conserva todo y jsonl sigue el formato de OpenAI
cli-chats-export-output = Archivo de destino, o carpeta para guardar un archivo por charla; si no se indica o es «-», la salida estándar
cli-chats-export-force = Reemplaza los archivos que ya existan
cli-chats-import-about = Importa charlas de Charla, ChatGPT, Open WebUI, LM Studio o JSONL de ShareGPT y OpenAI
cli-chats-import-paths = Archivos, archivos zip o carpetas, y «-» para la entrada estándar; entran todos o ninguno
cli-standard-input = entrada estándar
cli-chats-import-json = Muestra el informe en JSON
cli-chats-delete-about = Mueve una charla a la papelera
cli-chats-delete-chat = El código de la charla, o el principio del código
cli-chats-bin-about = Lista lo que hay en la papelera
cli-chats-bin-json = Muestra una lista JSON
cli-chats-restore-about = Saca algo de la papelera
cli-chats-restore-entry = El código de la entrada de la papelera, o el de la charla eliminada
cli-chats-backups-about = Lista las copias de seguridad de todas las charlas
cli-chats-backups-json = Muestra una lista JSON
cli-chats-restore-backup-about = Vuelve al estado de una copia de seguridad; el actual se guarda antes en otra
cli-chats-restore-backup-name = El nombre de la copia, tal como lo muestra «charla chats backups»

cli-doctor-about = Muestra qué ofrece este equipo, dónde está cada cosa y qué falla
cli-doctor-json = Muestra el informe en JSON

cli-models-download-about = Descarga un modelo; la misma orden, repetida, sigue donde se quedó
cli-models-download-name = Un nombre del catálogo, propietario/repositorio del Hub (seguido, si quieres, de :Q4_K_M o /archivo.gguf), también como hf.co/propietario/repositorio o con su dirección, o la dirección de un archivo .gguf
cli-models-download-folder = La carpeta de modelos donde se guarda
cli-models-download-limit-rate = Bytes por segundo como máximo: 800k, 2.5M
cli-models-download-quiet = No muestra el avance
cli-models-download-json = Muestra al final un objeto JSON: path, size_bytes, sha256 y files

cli-engine-about = El motor: una solicitud JSON por línea en la entrada estándar

cli-empty-prompt = La pregunta está vacía. Escríbela después de «ask», o pon «-» y envíala por la entrada estándar.
cli-no-input = No se puede leer la entrada estándar
cli-input-no-text = Lo que ha llegado por la entrada estándar no es texto, así que un modelo no puede leerlo. Si es texto en otra codificación, indícala con --encoding.
cli-no-prompt = No hay ninguna pregunta. Escríbela después de «ask», entre comillas, o envíala por la entrada estándar.
note-encoding = La entrada estándar no es UTF-8 y se ha leído como { $encoding }. Si no es así, indica su codificación con --encoding.
note-input-silent = No ha llegado nada por la entrada estándar, así que se hace la pregunta sin ella. Con «</dev/null» no se espera nada.
note-input-awaited = Esperando a que termine la entrada estándar. Con «</dev/null» se hace la pregunta sin ella.
cli-file-unreadable = No se puede leer «{ $file }»: { $reason }. Comprueba la ruta y que sea texto UTF-8.
cli-output = No se puede escribir la respuesta en la salida estándar
cli-output-refused = No se puede escribir en la salida estándar: { $reason }. Libera espacio o envíala a otro sitio.

usage-heading = Uso:
usage-commands = Órdenes:
usage-arguments = Argumentos:
usage-options = Opciones:
usage-options-placeholder = [OPCIONES]
usage-command-placeholder = <ORDEN>
usage-command-optional-placeholder = [ORDEN]
usage-default = [por defecto:{" "}
usage-possible-values = [valores posibles:{" "}
usage-help = «{ $command } --help» lo explica.
usage-unknown-option = «{ $argument }» no es ninguna opción de «{ $command }».
usage-unknown-command = «{ $argument }» no es ninguna orden de «{ $command }».
usage-extra = En «{ $command }» sobra «{ $argument }».
usage-extra-word = En «{ $command }» sobra «{ $argument }». Escribe toda la pregunta entre comillas.
usage-bad-value = «{ $value }» no vale para { $argument }.
usage-no-value = { $argument } necesita un valor.
usage-takes-no-value = { $argument } no lleva ningún valor, y se ha indicado «{ $value }».
usage-twice = { $argument } se puede indicar una sola vez.
usage-conflict = { $argument } no se puede usar junto con { $other }.
usage-missing = Falta { $argument }.
usage-not-utf8 = «{ $argument }» no es texto UTF-8.
usage-other = «{ $command }» no se puede usar así.
usage-did-you-mean = ¿Querías decir «{ $suggestion }»?
usage-dashes = Si no es una opción, pon «--» delante.
usage-allowed = Se admite: { $allowed }.

cli-client-ended = El hilo que se comunica con el motor ha terminado. Avísanos, por favor.
cli-no-such-file = «{ $file }» no es ni una orden ni un archivo. «charla --help» muestra las órdenes.
cli-no-window = Esta versión de Charla no tiene ventana. «charla ask» funciona; «charla --help» muestra las órdenes.

bench-warm-up = Calentando…
bench-progress = Midiendo, { $number } de { $all }…
bench-model = Modelo
bench-threads = Hilos
bench-context = Contexto
bench-prompt = Entrada
bench-reply = Respuesta
bench-prompt-speed = Lectura, tokens/s
bench-reply-speed = Escritura, tokens/s
bench-first-token = Primer token, ms
bench-tokens =
    { $tokens ->
        [one] { $tokens } token
       *[other] { $tokens } tokens
    }
bench-range = { $median } (de { $least } a { $most })
bench-nothing = muy pocos tokens para medir
bench-ended-early = El modelo acabó por su cuenta { $ended } de { $all } respuestas antes de llegar a esa longitud.

doctor-config = ajustes
doctor-data = datos
doctor-cache = caché
doctor-cpu-has = El procesador tiene { $features }
doctor-engine-uses = El motor usa { $features }
doctor-memory = Memoria: { $free } libres de { $total }
doctor-devices = El motor puede calcular en
doctor-folders = Carpetas
doctor-free = ({ $free } libres)
doctor-not-made-yet = (aún sin crear)
doctor-models-found = Modelos
doctor-all-well = Todo está en orden.
doctor-problems = Qué falla
doctor-engine-silent = El motor ha arrancado, pero no responde. Define CHARLA_LOG=1 e inténtalo de nuevo para ver qué dice.
doctor-not-writable = No se puede escribir en «{ $path }» ({ $reason }). Dale permiso de escritura o pon otra carpeta en CHARLA_HOME.
doctor-little-space = Queda poco espacio para «{ $path }»: { $free }. Libera un poco o pon en CHARLA_HOME una carpeta de otro disco.
cli-window-failed = No se ha podido abrir la ventana: { $reason }. Sin pantalla, «charla ask» sigue funcionando.
cli-no-screen = No hay pantalla en la que abrir una ventana: ni DISPLAY ni WAYLAND_DISPLAY están definidas. «charla ask» funciona sin ella.
note-chat = La charla es «{ $code }»; «charla ask --chat { $code }» la continúa.
doctor-models-there = { $count ->
    [one] { $count } modelo
   *[other] { $count } modelos
}

cli-models-about = Ver, describir, añadir, descargar y quitar los modelos de este equipo
cli-models-list-about = Ver los modelos que Charla puede usar
cli-models-list-all = También los que no sirven para charlar
cli-models-list-json = Imprimir un array JSON
cli-models-info-about = Decir qué es un modelo y cuánto ocupa
cli-models-info-model = Un archivo, un nombre o parte de uno
cli-models-info-json = Imprimir la cabecera entera en JSON
cli-models-info-template = Imprimir solo la plantilla de chat
cli-models-info-metadata = Imprimir todos los campos y todos los tensores
cli-models-add-about = Buscar modelos también en esta carpeta o usar este archivo donde está
cli-models-add-path = La carpeta o el archivo
cli-models-remove-about = Llevar a la papelera un modelo de Charla o dejar de mirar en una carpeta
cli-models-remove-model = Un nombre o parte de uno, un archivo o una carpeta añadida
cli-models-remove-yes = Hacerlo, no solo decir qué se haría
