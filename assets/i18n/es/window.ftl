# La ventana.

action-new-chat = Nueva charla
action-stop = Detener
action-open-file = Abrir un modelo…
action-toggle-chats = Charlas
action-toggle-settings = Ajustes

dialog-open-model = Abrir un modelo
dialog-models = Modelos GGUF

chats-empty = Aquí aparecerán tus charlas.
day-today = Hoy
day-yesterday = Ayer
day-earlier = Antes

language = Idioma
language-system = El del sistema
theme = Colores
theme-system = Los del sistema
theme-light = Claros
theme-dark = Oscuros

model = Modelo
models = Modelos
models-reading = Leyendo las carpetas de modelos…
models-none = Aún no hay modelos en las carpetas.
choose-model = Elige un modelo
not-loaded = sin cargar
asleep = en reposo
asleep-hint = { $model } ha liberado su memoria. Un mensaje lo despierta.
loading = Cargando, { $percent } %
cancel-load = Detener la carga
speed = { $speed } tokens/s
context-used = Contexto { $used } de { $room }

composer-name = Mensaje
composer-hint = Escribe un mensaje…
composer-summary = Temp. { $temperature }   top-p { $topp }
send = Enviar
send-empty = Escribe algo primero.
send-no-model = Elige un modelo primero.
dismiss = Cerrar el aviso

copy = Copiar
reply-cost = { $tokens ->
        [one] { $tokens } token
       *[other] { $tokens } tokens
    } · { $speed }/s
reply-tokens = { $tokens ->
        [one] { $tokens } token
       *[other] { $tokens } tokens
    }
finish-length = Ha llegado a la longitud máxima que permites.
finish-cancelled = La has detenido.
finish-context-full = El contexto está lleno.
finish-interrupted = Se ha interrumpido.
waiting-model = Cargando el modelo…
waiting-prefill = Leyendo { $done } de { $total } tokens
waiting-first = Pensando…
to-end = Ir al final

empty-title = ¿De qué charlamos?
empty-text = Todo lo que escribas se queda en este equipo. Intro envía el mensaje; Mayús+Intro salta de línea.
empty-loading-text = El modelo se está cargando. Ya puedes escribir: tu mensaje tendrá respuesta en cuanto esté listo.
empty-choose = Elige un modelo
empty-choose-text = Un modelo es un archivo GGUF. Elige uno arriba, suéltalo en esta ventana o ábrelo desde el disco.
empty-no-model = Falta un modelo
empty-no-model-text = Charla conversa con modelos GGUF de tu propio disco. Abre uno o suéltalo en esta ventana.
empty-failed = No se ha podido cargar el modelo
empty-failed-text = Elige otro arriba o ábrelo desde el disco.

settings-title = Cómo responde
settings-next-reply = Los cambios valdrán a partir de la próxima respuesta.
reset = Volver al valor predeterminado
range = De { $low } a { $high }.
temperature = Temperatura
temperature-hint = Más alta, más variada; a 0 elige siempre la palabra más probable.
top-p = Top-p
top-p-hint = Solo se elige entre las palabras más probables que juntas suman el { $percent } %.
group-samplers = Otros muestreadores
top-k = Top-k
top-k-hint = Se elige como mucho entre este número de palabras. 0 son todas.
min-p = Min-p
min-p-hint = Descarta las palabras mucho menos probables que la primera.
repeat-penalty = Penalización por repetir
repeat-penalty-hint = Por encima de 1, las palabras recién usadas son menos probables.
group-length = Longitud y semilla
max-tokens = Respuesta más larga
max-tokens-hint = En tokens. Un token es una palabra o parte de ella.
seed = Semilla
seed-hint = Con la misma semilla, la misma pregunta recibe la misma respuesta.
group-context = Contexto y memoria
context-length = Longitud del contexto
context-length-hint = Cuántos tokens de la charla ve el modelo. Cuantos más, más memoria.
group-where = Dónde se ejecuta
threads = Hilos
threads-hint = Lo más rápido suele ser uno por núcleo.
gpu-layers = Capas en la GPU
gpu-layers-hint = Todas las que quepan, salvo que fijes un número. Con 0 solo trabaja la CPU.
placement = { $device }: { $layers ->
        [one] { $layers } capa
       *[other] { $layers } capas
    }, { $size }
automatic = auto
no-limit = sin límite
random = al azar
reload = Cargar de nuevo
reload-why = Estos ajustes valdrán cuando se vuelva a cargar el modelo.

composer-tokens = { $tokens } de { $context } tokens
reasoning = Razonamiento
reasoning-now = Razonando…
overflow = Cuando la charla ya no quepa
overflow-stop = Parar y avisarme
overflow-drop-oldest = Omitir los mensajes más antiguos
overflow-keep-ends = Omitir los del medio
