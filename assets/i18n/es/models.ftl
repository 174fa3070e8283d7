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
purpose-draft = Predice palabras para otro modelo
purpose-other = No sirve para charlar

models-list-empty = Todavía no hay modelos. Deja un archivo .gguf en «{ $folder }» o añade una carpeta con: charla models add CARPETA
models-added = A partir de ahora Charla mira en «{ $path }».
models-already-added = Charla ya mira en «{ $path }».
models-add-missing = No existe «{ $path }». Comprueba la ruta.
models-add-nothing = No hay ningún modelo en «{ $path }»: Charla busca archivos que acaben en .gguf.
models-not-listed = «{ $path }» no es uno de los modelos que Charla muestra, así que no hay nada que quitar.
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
models-info-types = Tensores
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
models-info-memory-draft = { $parts }, { $draft } para el modelo auxiliar
models-info-verdict = En este equipo
models-info-places = Dónde está
models-info-unknown = no lo dice
models-info-words = { $count } palabras

models-title = Modelos
models-back = Volver a la charla
models-back-list = Volver a los modelos
models-machine = { $memory } de memoria, { $free } libres
models-disk = { $free } libres en disco
models-search = Buscar modelos
models-order = Orden
models-by-name = Por nombre
models-by-use = Usados hace poco
models-by-size = Más pequeños primero
models-by-fit = Los que caben primero
models-shown = Mostrar
models-for-chats = Para charlar
models-all = Todos los archivos
models-nothing = Todavía no hay modelos en este equipo. Deja archivos .gguf en una de las carpetas de abajo o añade una carpeta.
models-no-match = Ningún modelo coincide.
models-context = { $tokens }k
models-no-template = sin plantilla
models-broken = No se puede usar
models-unknown-architecture = Necesita un Charla más nuevo
models-loaded = En uso
models-load = Cargar
models-talk = Charlar
models-more = Qué más se puede hacer con { $name }
models-favour = Añadir a favoritos
models-unfavour = Quitar de favoritos
models-open = Detalles
models-reveal = Mostrar en la carpeta
models-delete = Borrar…
models-delete-ask = { $count ->
    [one] Este archivo irá a la papelera, { $size }:
   *[other] Estos { $count } archivos irán a la papelera, { $size } en total:
}
models-delete-yes = Llevar a la papelera
models-delete-no = Conservar
models-tags = Etiquetas
models-tags-hint = código, pequeño, español
models-folders = Dónde busca Charla los modelos
models-count = { $count ->
    [one] { $count } modelo
   *[other] { $count } modelos
}
models-forget = Dejar de mirar en { $path }
models-add-folder = Añadir una carpeta…
models-others = Lo que han descargado otros programas
models-others-hint = LM Studio, Hugging Face, llama.cpp, Ollama, Jan y GPT4All. Sus archivos se usan donde están y no se tocan.
models-details-reading = Leyendo la cabecera del archivo…
models-check = Comprobar el archivo entero
models-checking = Comprobados { $done } de { $total }
models-check-stop = Parar
models-check-well = El archivo está entero y tal como se publicó. SHA-256: { $hash }
models-check-wrong = El archivo no está como se publicó: está dañado o alguien lo ha cambiado. Descárgalo de nuevo. SHA-256: { $hash }
models-check-unknown = El archivo se lee hasta el final. Nadie le ha dicho a Charla cómo debería ser; compáralo con la página de quien lo publica. SHA-256: { $hash }
models-check-unreadable = El archivo no se puede leer hasta el final: { $reason }. Revisa el disco o descárgalo de nuevo.
models-template = Plantilla de chat
models-fields = Todos los campos
models-tensors = Tensores
models-tensors-what = Nombre, forma, tipo
models-reveal-failed = No se puede mostrar la carpeta «{ $path }»: { $reason }. Ábrela en tu gestor de archivos.
models-marks-broken = Charla no entiende «{ $path }», así que no guarda favoritos ni etiquetas. Corrige el archivo o bórralo.
models-marks-not-saved = No se pueden guardar los favoritos y las etiquetas en «{ $path }»: { $reason }. Haz sitio o permite escribir ahí.
dialog-add-folder = ¿En qué carpeta hay modelos?
action-show-models = Modelos
action-show-models-hint = Ver, cargar y gestionar los modelos

models-tab-here = En este equipo · { $count }
models-tab-recommended = Recomendados
models-coming = ↓ { $percent } %
models-see-recommended = Ver modelos recomendados

catalog-all = Todos
catalog-chat = Conversación
catalog-code = Código
catalog-reasoning = Razonamiento
catalog-spanish = Español
catalog-embedding = Vectores
catalog-for-you = Para este equipo
catalog-others = Más modelos
catalog-quick = Rápido
catalog-balanced = Equilibrado
catalog-able = El más capaz
catalog-here = En este equipo
catalog-checked = Elegidos por Charla. Tamaños y licencias tal como se publicaron el { $day }; los archivos vienen de huggingface.co.
models-tab-hub-short = Hub
models-tab-hub = Buscar en el Hub
rough-gpu = Cabría en la GPU
rough-well = Cabría
rough-tight = Justo: con poco contexto o cerrando otros programas
rough-never = No cabría
hub-search = Buscar modelos en Hugging Face
hub-find = Buscar
hub-by-downloads = Más descargados
hub-by-likes = Más valorados
hub-by-change = Cambiados hace poco
hub-popular = Más populares
hub-recent = Recién cambiados
hub-what-for = O busca por nombre: «qwen3 8b», «gemma», «coder». Esta lista viene de huggingface.co. Lo que buscas y descargas se pide allí; nada más sale de este equipo.
hub-searching = Buscando…
hub-nothing = No se ha encontrado nada. Prueba con menos palabras o con otras.
hub-more = Mostrar más
hub-choose = Elegir
hub-downloads = { $count } descargas
hub-likes = { $count } me gusta
hub-page = Abrir su página
hub-open = Abierto a todos
hub-gated = Solo tras aceptar sus condiciones en su página
hub-gated-by-hand = Solo para quien admita su dueño; pídelo en su página
hub-files-reading = Pidiendo sus archivos…
hub-no-files = En este repositorio no hay archivos GGUF.
hub-parts = { $count } archivos
hub-download = Descargar
hub-incomplete = Le faltan partes
hub-no-room = No hay sitio en el disco: hay que liberar { $short }
hub-card-cut = La página sigue; ábrela para leer el resto.
hub-done = { $name } está descargado y comprobado.
hub-progress = Descarga de { $name }
hub-received = { $received } de { $total }
hub-rate = { $rate }/s
hub-pause = Pausar
hub-resume = Seguir
hub-retry = Intentarlo de nuevo
hub-now = Intentarlo ya
hub-cancel = Cancelar
hub-forget = Listo
hub-queued = Espera su turno
hub-connecting = Conectando…
hub-checked-at-end = Se comprueba al terminar
hub-verifying = Comprobando…
hub-paused = En pausa: se conserva lo descargado
hub-waiting = { $reason } Seguirá sola.
hub-in-place = Comprobado y listo
hub-left = { $count ->
    [one] Ha quedado una descarga a medias. Puedes reanudarla en «Modelos».
   *[other] Han quedado { $count } descargas a medias. Puedes reanudarlas en «Modelos».
}

models-own = Ajustes de este modelo
models-own-set = Propios
models-own-preset = Preajuste con el que empieza
models-own-hint = Valen solo para este modelo, a partir de la próxima vez que se cargue.
as-for-all = Como en todos ({ $value })
model-has-none = El modelo en uso no tiene ajustes propios.
model-has-own = El modelo en uso tiene ajustes propios, que mandan sobre estos.
model-own-show = Ajustes de este modelo
hub-downloading = Descargas
hub-at-once = { $count ->
    [one] De una en una
   *[other] { $count } a la vez
}
hub-no-limit = sin límite de velocidad
hub-limit = { $rate }/s como máximo
models-in-lines = Ver como lista
models-in-cards = Ver como tarjetas

models-kills-engine = Ha bloqueado el motor dos veces
models-kills-engine-why = El motor se ha cerrado las dos últimas veces que se cargó este modelo. Puede que el archivo esté dañado, que sea para otra versión de llama.cpp o que los ajustes con los que se carga no sirvan para él.
models-insist = Cargar de todos modos
models-force-what = Si lo cargas de todos modos, { $what }.
model-kills-engine = «{ $model }» ha bloqueado el motor dos veces y por eso no se carga. Elige otro modelo; si quieres cargarlo de todos modos, hazlo en su página, en «Modelos».
