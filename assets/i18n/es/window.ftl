# La ventana.

action-new-chat = Nueva charla
action-stop = Detener
action-open-file = Abrir un modelo…
action-toggle-chats = Charlas
action-toggle-settings = Ajustes
action-find = Buscar en las charlas
action-undo = Deshacer

dialog-open-model = Abrir un modelo
dialog-models = Modelos GGUF
dialog-export = Dónde guardar las charlas
dialog-import = Charlas que importar
dialog-chats = Charlas
exported = { $chats ->
        [one] Se ha exportado { $chats } charla
       *[other] Se han exportado { $chats } charlas
    } a «{ $path }».

chats-empty = Aquí aparecerán tus charlas.
day-today = Hoy
day-yesterday = Ayer

language = Idioma
language-system = Sistema
theme = Colores
theme-system = Sistema
theme-light = Claros
theme-dark = Oscuros
motion = Animaciones
motion-system = Sistema
motion-on = Sí
motion-off = No
preferences = Preferencias
preferences-hint = Idioma, colores, tamaño, movimiento, títulos y la tecla que envía
zoom = Tamaño
zoom-percent = { $percent } %

titles = Títulos
titles-model = Del modelo
titles-model-hint = En segundo plano, tras las primeras respuestas
titles-dropped = Lo último que propuso, «{ $said }», no era un título, así que la charla conserva sus primeras palabras.
titles-words = Primeras palabras

model = Modelo
models = Modelos
models-reading = Leyendo las carpetas de modelos…
models-none = Aún no hay modelos en las carpetas.
choose-model = Elige un modelo
not-loaded = sin cargar
load-anyway = { $error } Si lo cargas de todos modos, { $what }.
load-failed-kept = { $error } «{ $model }» sigue respondiendo.
load-failed-short = No se ha cargado «{ $model }».
load-back = Volver a { $model }
asleep = en reposo
asleep-hint = { $model } ha liberado su memoria. Un mensaje lo despierta.
loading = Cargando, { $percent } %
left-seconds = quedan unos { $seconds } s
left-minutes = quedan unos { $minutes } min
cancel-load = Detener la carga
speed = { $speed } tokens/s
context-used = Contexto { $used } de { $room }

composer-name = Mensaje
composer-hint = Escribe un mensaje…
composer-hint-no-model = Elige un modelo para escribirle.
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
finish-unknown = Terminó por un motivo que esta versión de Charla no conoce ({ $name }).
role-unknown = { $name }, de una versión más nueva de Charla
finish-empty = El modelo no ha escrito nada.
finish-empty-stopped = Un texto de parada ha terminado la respuesta antes de la primera palabra.
finish-empty-without-template = El modelo no ha escrito nada. No trae plantilla de chat y puede que no se entrenara para conversar.
finish-thoughts-only = El modelo ha terminado tras pensar, sin dar una respuesta.
waiting-model = Cargando el modelo…
waiting-prefill = Leyendo { $done } de { $total } tokens
waiting-first = Pensando…
to-end = Ir al final

empty-title = ¿De qué charlamos?
empty-text = Todo lo que escribas se queda en este equipo. Intro envía el mensaje; Mayús+Intro salta de línea.
empty-loading-text = El modelo se está cargando. Ya puedes escribir: tu mensaje tendrá respuesta en cuanto esté listo.
empty-choose = Elige un modelo
empty-choose-text = Un modelo es un archivo GGUF. Elige uno arriba, suéltalo en esta ventana o ábrelo desde el disco.
empty-begin-with = Empezar con { $name }
empty-begin-text = Hay un modelo en este equipo. Empieza con él o abre otro desde el disco.
empty-welcome = Te damos la bienvenida a Charla
empty-welcome-text = Elige un modelo con el que conversar. Se descarga una sola vez y, a partir de ahí, todo se queda en este equipo.
empty-more-models = Todos los modelos recomendados
empty-more-able = Este modelo es pequeño: ver otros más capaces
empty-no-model-text = Charla conversa con modelos GGUF de tu propio disco. Abre uno o suéltalo en esta ventana.
empty-failed = No se ha podido cargar el modelo
empty-failed-text = Elige otro arriba o ábrelo desde el disco.

settings-title = Cómo responde
settings-next-reply = Los cambios valdrán a partir de la próxima respuesta.
reset = Volver al valor predeterminado
range = De { $low } a { $high }.
temperature = Temperatura
temperature-hint = Más alta, más variada; a 0 elige siempre la palabra más probable.
top-p = Palabras probables · top-p
top-p-hint = Solo se elige entre las palabras más probables que juntas suman el { $percent } %.
top-k = Número de palabras · top-k
top-k-hint = Se elige entre este número de palabras como mucho. Con 0, entre todas.
min-p = Poco probables · min-p
min-p-hint = Descarta las palabras mucho menos probables que la más probable.
repeat-penalty = Penalización por repetición
repeat-penalty-hint = Por encima de 1, las palabras recién usadas son menos probables.
group-length = Longitud y final
max-tokens = Longitud máxima
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
reload = Volver a cargar
reload-why = Estos ajustes valdrán cuando se vuelva a cargar el modelo.
reload-none = Está cargado con estos.
unload = Sacar de la memoria
unload-hint = El próximo mensaje vuelve a cargarlo.

composer-tokens = { $tokens } de { $context } tokens
composer-tokens-over = más de { $tokens } de { $context } tokens
reasoning = Razonamiento
reasoning-now = Razonando…
overflow = Cuando la charla ya no quepa
overflow-stop = Detenerse y avisar
overflow-drop-oldest = Omitir los mensajes más antiguos
overflow-keep-ends = Omitir los mensajes intermedios

shelf-more = Archivo, papelera y más
shelf-archive = Charlas archivadas
shelf-bin = Papelera
shelf-backups = Copias de seguridad
shelf-back = Volver a las charlas
import = Importar charlas…
export-all = Exportar todas las charlas
export-markdown = Markdown
export-markdown-hint = Para leer: la rama visible
export-json = JSON
export-json-hint = Todo, para volver a importarlo
export-jsonl = JSONL
export-jsonl-hint = Para entrenar: una por línea
cancel = Cancelar
menu-back = Atrás

day-week = Últimos 7 días
day-month = Últimos 30 días
heading-month = { $month } de { $year }
date-full = { $day } de { $month } de { $year }, { $clock }
month-name = { $month ->
        [1] enero
        [2] febrero
        [3] marzo
        [4] abril
        [5] mayo
        [6] junio
        [7] julio
        [8] agosto
        [9] septiembre
        [10] octubre
        [11] noviembre
       *[12] diciembre
    }
date-day = { $day } { $month ->
        [1] ene
        [2] feb
        [3] mar
        [4] abr
        [5] may
        [6] jun
        [7] jul
        [8] ago
        [9] sep
        [10] oct
        [11] nov
       *[12] dic
    }
date-year = { $day } { $month ->
        [1] ene
        [2] feb
        [3] mar
        [4] abr
        [5] may
        [6] jun
        [7] jul
        [8] ago
        [9] sep
        [10] oct
        [11] nov
       *[12] dic
    } { $year }
span-always = Siempre
span-week = Últimos 7 días
span-month = Últimos 30 días
span-year = Este año

chats-pinned = Fijadas
chats-folders = Carpetas
chat-more = Opciones de «{ $name }»
chat-name = Nombre de la charla
chat-rename = Cambiar el nombre
chat-pin = Fijar
chat-unpin = Dejar de fijar
chat-move = Mover a una carpeta
chat-archive = Archivar
chat-unarchive = Desarchivar
chat-export = Exportar
chat-delete = Eliminar
several-count = { $chats ->
        [one] { $chats } charla seleccionada
       *[other] { $chats } charlas seleccionadas
    }
several-end = Anular la selección
archive-empty = Las charlas que archives se guardan aquí, sin estorbar.
folder-name = Nombre de la carpeta
folder-none = Sin carpeta
folder-new = Nueva carpeta…
folder-make = Crear la carpeta
folder-empty = Aún no hay charlas.
folder-older = Buscar charlas anteriores
folder-delete = Eliminar la carpeta
folder-delete-hint = Las charlas se conservan.
folder-delete-all = Eliminar carpeta y charlas
folder-delete-all-hint = Todo va a la papelera.

search-clear = Borrar la búsqueda
search-none = No se ha encontrado nada. Prueba con menos palabras o con el principio de una.
search-none-filtered = No se ha encontrado nada. Prueba con menos palabras o con menos filtros.
filters = Filtros
filter-span = Cuándo
filter-folder = Carpeta
filter-any = Cualquiera
who-you = Tú
who-model = El modelo
who-system = Instrucciones
who-title = Título

bin-hint = Lo que elimines se conserva aquí durante { $days ->
        [one] { $days } día
       *[other] { $days } días
    }.
bin-hint-ever = Lo que elimines se conserva aquí hasta que vacíes la papelera.
bin-empty = La papelera está vacía.
bin-all-chats = Eliminar todas las charlas…
bin-ask-all-chats = ¿Mover todas las charlas a la papelera?
bin-yes-all-chats = Mover
bin-everything = Todas las charlas
bin-clear = Vaciar la papelera
bin-ask-all = ¿Eliminar para siempre todo lo que hay en la papelera?
bin-yes-all = Eliminar todo
bin-ask = ¿Eliminar para siempre?
bin-yes = Eliminar
bin-restore = Restaurar
bin-destroy = Eliminar para siempre
bin-nameless = Sin texto
bin-chat = Charla · { $messages ->
        [one] { $messages } mensaje
       *[other] { $messages } mensajes
    }
bin-chats = { $chats ->
        [one] { $chats } charla
       *[other] { $chats } charlas
    } · { $messages ->
        [one] { $messages } mensaje
       *[other] { $messages } mensajes
    }
bin-message = Mensaje
bin-branch = { $messages ->
        [one] { $messages } mensaje seguido
       *[other] { $messages } mensajes seguidos
    }
bin-folder = Carpeta · { $chats ->
        [one] { $chats } charla
       *[other] { $chats } charlas
    }
bin-unknown = Borrado por una versión más nueva de Charla

backups-hint = Charla hace una al día y guarda las siete últimas.
backups-empty = Aún no hay copias de seguridad. Charla hace una al día y guarda las siete últimas.
backup-ask = ¿Restaurar esta copia? Las charlas tal como están ahora también se guardan en una copia.
backup-yes = Restaurar esta

edit = Editar
edit-name = Texto del mensaje
edit-send = Guardar y enviar
edit-save = Guardar
edit-keys = { $keys } para guardar, Esc para salir
regenerate = Regenerar
continue = Continuar
delete = Eliminar
delete-message = Este mensaje
delete-message-hint = Lo que sigue se conserva.
delete-branch = Este y los que siguen
menu-delete-message = Eliminar este mensaje
menu-delete-branch = Eliminar este y lo que sigue
version-before = Versión anterior
version-after = Versión siguiente
version = { $number }/{ $total }
version-spoken = Versión { $number } de { $total }
edited = editado
wait-for-reply = Espera a que termine la respuesta que se está escribiendo.

undone-chat = Charla eliminada
undone-chats = { $chats ->
        [one] { $chats } charla eliminada
       *[other] { $chats } charlas eliminadas
    }
undone-all = Todas las charlas eliminadas
undone-message = Mensaje eliminado
undone-branch = Mensajes eliminados
undone-folder = Carpeta eliminada

keeping-memory = Tus charlas no se están guardando
keeping-memory-text = Lo que escribas ahora solo está en la memoria: se perderá al cerrar Charla.
keeping-unsaved = Los últimos cambios no se han guardado
keeping-unsaved-text = Lo último que has escrito solo está en la memoria hasta que se pueda guardar.
close-unsaved = Lo que has escrito no está guardado. Expórtalo o vuelve a intentar guardarlo arriba; si cierras la ventana otra vez, se perderá.
keeping-retry = Volver a intentarlo

region-bar = Modelo y contexto
region-chats = Charlas
region-conversation = Conversación
region-composer = Escribir
region-settings = Ajustes
scroll-bar = Barra de desplazamiento
no-dialog = El sistema no ha abierto ninguna ventana para elegir archivos. Instala zenity o xdg-desktop-portal, o suelta el archivo sobre esta ventana.
