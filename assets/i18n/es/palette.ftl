# La paleta de comandos, los atajos y los nombres de las acciones.

action-new-chat-hint = Empieza con una página en blanco
action-find-hint = Palabras de títulos y mensajes
action-previous-chat = Charla anterior
action-previous-chat-hint = La de encima en la lista
action-next-chat = Charla siguiente
action-next-chat-hint = La de debajo en la lista
action-rename-chat = Cambiar el nombre de la charla
action-rename-chat-hint = Le da otro nombre
action-export-chat = Exportar la charla…
action-export-chat-hint = La guarda en un archivo Markdown
action-delete-chat = Eliminar la charla
action-delete-chat-hint = A la papelera; se puede deshacer
action-undo-hint = Recupera lo último que has eliminado
action-stop-hint = Detiene la respuesta que se está escribiendo
action-regenerate = Regenerar la última respuesta
action-regenerate-hint = Escribe otra versión
action-continue = Continuar la última respuesta
action-continue-hint = Desde donde se cortó
action-previous-version = Versión anterior
action-previous-version-hint = Del último mensaje que tiene varias
action-next-version = Versión siguiente
action-next-version-hint = Del último mensaje que tiene varias
action-copy-reply = Copiar la última respuesta
action-copy-reply-hint = Tal como se escribió, en Markdown
action-edit-last = Editar mi último mensaje
action-edit-last-hint = Y vuelve a pedir la respuesta
action-to-start = Ir al principio de la charla
action-to-start-hint = A su primer mensaje
action-to-end = Ir al final de la charla
action-to-end-hint = A su último mensaje
action-find-in-chat = Buscar en esta charla
action-find-in-chat-hint = Palabras de la charla abierta
action-find-next = Resultado siguiente
action-find-next-hint = Las mismas palabras, más abajo
action-find-previous = Resultado anterior
action-find-previous-hint = Las mismas palabras, más arriba
action-palette = Paleta de órdenes
action-palette-hint = Todo, por su nombre
action-focus-composer = Escribir un mensaje
action-focus-composer-hint = Lleva el cursor al cuadro de mensaje
action-next-region = Parte siguiente de la ventana
action-next-region-hint = Barra, charlas, conversación, mensaje, ajustes
action-previous-region = Parte anterior de la ventana
action-previous-region-hint = Lo mismo en sentido contrario
action-toggle-chats-hint = Muestra u oculta la lista de charlas
action-toggle-settings-hint = Muestra u oculta la temperatura, top-p, los preajustes, las instrucciones y lo demás de las respuestas
action-toggle-theme = Colores claros u oscuros
action-toggle-theme-hint = Cambia de unos a otros
action-switch-language = Español o inglés
action-switch-language-hint = Switch to English
action-zoom-in = Texto más grande
action-zoom-in-hint = Y todo lo demás
action-zoom-out = Texto más pequeño
action-zoom-out-hint = Y todo lo demás
action-zoom-reset = Tamaño original
action-zoom-reset-hint = Del texto y de todo lo demás
action-open-file-hint = Un archivo GGUF de tu disco
action-reload-model = Volver a cargar el modelo
action-reload-model-hint = Con los ajustes actuales
action-import = Importar charlas…
action-import-hint = De ChatGPT, LM Studio, Open WebUI o Charla
action-export-all = Exportar todas las charlas…
action-export-all-hint = En un solo archivo JSON
action-show-archive = Charlas archivadas
action-show-archive-hint = Las que has guardado aparte
action-show-bin = Papelera
action-show-bin-hint = Lo que has eliminado
action-show-backups = Copias de seguridad
action-show-backups-hint = Copias de todas las charlas
action-shortcuts = Atajos de teclado
action-shortcuts-hint = Todos en una página

actions-chat = Charlas
actions-reply = Respuestas
actions-window = Ventana
actions-files = Modelos y archivos
actions-help = Ayuda

no-chat-open = Abre antes una charla.
no-chats = Aún no hay charlas.
nothing-to-undo = No hay nada que deshacer.
nothing-to-stop = No se está escribiendo ninguna respuesta.
no-reply = Esta charla aún no tiene respuestas.
reply-is-whole = La última respuesta está completa.
no-message = Esta charla aún no tiene mensajes tuyos.
no-versions = Ningún mensaje tiene otra versión.
no-more-versions = No hay más versiones.
model-is-loading = El modelo se está cargando.
model-is-loaded = Ya es el modelo en uso.

palette-hint = Escribe una orden, una charla o un modelo…
palette-results = Resultados
palette-recent = Recientes
palette-commands = Órdenes
palette-chats = Charlas
palette-messages = En los mensajes
palette-search = Buscar «{ $words }» en todos los mensajes
palette-archived = archivada
palette-signs = > órdenes   # charlas   @ modelos
palette-nothing = No hay nada con ese nombre.
palette-nothing-next = Prueba con menos letras o borra el signo para buscar en todo.
palette-no-model = En tus carpetas no hay ningún modelo con ese nombre.
palette-no-model-next = { $keys } abre un archivo de modelo de tu disco.
close = Cerrar
copied = Copiado.
announce-begins = Empieza la respuesta.
announce-ended = Respuesta de { $words ->
        [one] { $words } palabra
       *[other] { $words } palabras
    }: { $begins }
announce-stopped = Respuesta detenida tras { $words ->
        [one] { $words } palabra
       *[other] { $words } palabras
    }.
announce-interrupted = La respuesta se ha interrumpido tras { $words ->
        [one] { $words } palabra
       *[other] { $words } palabras
    }.
announce-failed = La respuesta se ha interrumpido. { $why }
palette-presets = Preajustes
palette-personas = Personalidades
palette-preset = Responder con estos valores
palette-persona = Usar estas instrucciones
