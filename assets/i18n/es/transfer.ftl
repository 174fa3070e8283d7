# Chats que salen y que entran.

transfer-missing = No se encuentra «{ $path }». Comprueba la ruta.
transfer-unreadable = No se puede leer «{ $path }»: { $reason }.
transfer-empty = «{ $path }» está vacío.
transfer-unknown = En «{ $path }» no hay conversaciones que Charla sepa leer. Lee su propio JSON, las exportaciones de ChatGPT, de Open WebUI y de la página web de llama.cpp, los archivos de conversación de LM Studio y el JSONL de ShareGPT y de OpenAI.
transfer-broken = «{ $path }» está dañado en la línea { $line }, columna { $column }: lo que hay ahí no es el JSON que se esperaba. Vuelve a exportarlo.
transfer-cut-off = «{ $path }» se corta a la mitad. Vuelve a copiarlo o a exportarlo.
transfer-not-utf8 = «{ $path }» no es texto UTF-8 a partir de la línea { $line }. Conviértelo antes.
transfer-too-deep = «{ $path }» tiene demasiados corchetes anidados en la línea { $line } para ser una conversación.
transfer-too-large = «{ $path }» tiene una conversación de más de { $limit }, que es lo máximo que admite Charla.
transfer-newer = Una versión más nueva de Charla escribió «{ $path }» (versión { $version } del formato). Actualiza Charla para leerlo.
transfer-nothing-in-folder = No hay conversaciones en la carpeta «{ $path }».
transfer-nothing-in-zip = No hay conversaciones en el archivo comprimido «{ $path }».
transfer-broken-zip = No se puede leer el archivo comprimido «{ $path }»: { $reason }. Vuelve a descargarlo.

transfer-exists = «{ $path }» ya existe. Elige otro nombre o reemplázalo con --force.
transfer-not-written = No se puede escribir «{ $path }»: { $reason }.
transfer-output = No se pueden escribir las charlas: { $reason }.

transfer-report =
    { $added ->
        [0] Ninguna charla nueva
        [one] { $added } charla nueva
       *[other] { $added } charlas nuevas
    }{ $extended ->
        [0] {""}
        [one] {", "}{ $extended } con mensajes nuevos
       *[other] {", "}{ $extended } con mensajes nuevos
    }{ $here ->
        [0] {""}
        [one] {", "}{ $here } que ya estaba
       *[other] {", "}{ $here } que ya estaban
    }{ $messages ->
        [0] {""}
        [one] {"; "}{ $messages } mensaje nuevo en total
       *[other] {"; "}{ $messages } mensajes nuevos en total
    }.
transfer-skipped-in = { $what } ({ $names })
transfer-in-bin =
    { $count ->
        [one] { $count } charla está en la papelera y ahí se queda
       *[other] { $count } charlas están en la papelera y ahí se quedan
    }
transfer-empty-chat =
    { $count ->
        [one] Se ha omitido { $count } conversación sin mensajes
       *[other] Se han omitido { $count } conversaciones sin mensajes
    }
transfer-no-conversation =
    { $count ->
        [one] Se ha omitido { $count } elemento que no es una conversación
       *[other] Se han omitido { $count } elementos que no son conversaciones
    }
transfer-no-text =
    { $count ->
        [one] Se ha omitido { $count } mensaje sin texto
       *[other] Se han omitido { $count } mensajes sin texto
    }
transfer-attachment =
    { $count ->
        [one] Se ha omitido { $count } imagen u otro adjunto
       *[other] Se han omitido { $count } imágenes u otros adjuntos
    }
transfer-tool =
    { $count ->
        [one] Se ha omitido { $count } llamada o respuesta de una herramienta
       *[other] Se han omitido { $count } llamadas y respuestas de herramientas
    }
transfer-hidden =
    { $count ->
        [one] Se ha omitido { $count } mensaje que el otro programa no mostraba
       *[other] Se han omitido { $count } mensajes que el otro programa no mostraba
    }
transfer-no-place =
    { $count ->
        [one] { $count } mensaje no continúa ninguno de los encontrados y abre una rama propia
       *[other] { $count } mensajes no continúan ninguno de los encontrados y abren ramas propias
    }
transfer-nul =
    { $count ->
        [one] { $count } texto tenía caracteres NUL, que se han sustituido
       *[other] { $count } textos tenían caracteres NUL, que se han sustituido
    }
transfer-unknown-part =
    { $count ->
        [one] Se ha omitido { $count } dato que esta versión de Charla no conoce
       *[other] Se han omitido { $count } datos que esta versión de Charla no conoce
    }

chats-deleted = «{ $name }» está ahora en la papelera. «charla chats restore { $code }» la recupera.
chats-restored = Se ha recuperado «{ $name }».
chats-exported =
    { $count ->
        [one] { $count } charla exportada a «{ $path }».
       *[other] { $count } charlas exportadas a «{ $path }».
    }
chats-no-such-entry = En la papelera no hay nada con el código «{ $code }». «charla chats bin» muestra lo que hay, con sus códigos.
chats-kind-chats =
    { $count ->
        [one] Charla
       *[other] { $count } charlas
    }
chats-kind-message = Mensaje
chats-kind-branch =
    { $count ->
        [one] { $count } mensaje
       *[other] { $count } mensajes
    }
chats-kind-folder =
    { $count ->
        [0] Carpeta
        [one] Carpeta con { $count } charla
       *[other] Carpeta con { $count } charlas
    }
chats-kind-unknown = Borrado por una versión más nueva de Charla
transfer-cancelled = Se ha detenido.
