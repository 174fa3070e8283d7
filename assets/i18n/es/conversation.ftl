# Los mensajes: cómo se ven y qué se puede hacer con ellos.

alert-note = Nota
alert-tip = Consejo
alert-important = Importante
alert-warning = Aviso
alert-caution = Precaución
code = código
copy-code = Copiar el código
wrap-code = Ajustar líneas
unwrap-code = No ajustar líneas
unfold-lines = Mostrar las { $lines } líneas
fold-lines = Mostrar solo el principio

# Buscar palabras en la charla abierta.
find-name = Buscar en esta charla
find-count = { $number } de { $total }
find-none = Sin resultados
find-close = Cerrar la búsqueda
reasoning-took = Razonó durante { $seconds } s
copy-selection = Copiar
copy-markdown = Copiar como Markdown
select-message = Seleccionar este mensaje
select-chat = Seleccionar toda la charla
link-misleads = Este enlace lleva a otro sitio
link-misleads-text = Dice «{ $words }», pero lleva a { $target }
link-unknown = Este enlace no se puede abrir
link-unknown-text = Charla solo abre páginas web y direcciones de correo. Este enlace lleva a { $target }
link-open = Abrir de todos modos
link-copy = Copiar la dirección
branch-prefix = Rama:{" "}
branch-title = Rama: { $title }

title-request = Escribe un título corto para nuestra conversación hasta aquí, en su mismo idioma. Responde solo con el título.
title-begun = Título

branch = Ramificar
branch-hint = Empezar una charla aparte con los mensajes hasta aquí
regenerate-with = Regenerar de otra manera
again-temperature = Con otra temperatura
again-coldest = { $value } · siempre lo más probable
again-cold = { $value } · sobria
again-usual = { $value } · la habitual
again-hot = { $value } · atrevida
again-model = Con otro modelo
details = Detalles
detail-model = Modelo
detail-time = Escrito
detail-prompt = Tokens leídos
detail-cached = De ellos, recordados
detail-prompt-speed = Lectura
detail-first = Primera palabra tras
detail-generated = Tokens escritos
detail-speed = Escritura
detail-thought = Razonó durante
detail-drafted = Adelantados
detail-unknown = Desconocido en esta versión
detail-accepted = { $accepted } de { $drafted }
detail-seconds = { $seconds } s
toast-copied = Copiado
toast-renamed = Título cambiado
toast-archived = { $chats ->
        [one] Charla archivada
       *[other] { $chats } charlas archivadas
    }
toast-unarchived = { $chats ->
        [one] Charla desarchivada
       *[other] { $chats } charlas desarchivadas
    }
toast-moved = { $chats ->
        [one] Charla movida
       *[other] { $chats } charlas movidas
    } a «{ $folder }»
toast-moved-out = { $chats ->
        [one] Charla sacada
       *[other] { $chats } charlas sacadas
    } de la carpeta
import-counting = { $found ->
        [0] Leyendo los archivos…
        [one] { $found } charla encontrada…
       *[other] { $found } charlas encontradas…
    }
import-progress = { $done } de { $total ->
        [one] { $total } charla
       *[other] { $total } charlas
    }
import-rate = { $rate }/s
import-cancel = Detener la importación
import-stopping = Deteniendo la importación…
import-stopped = La importación se ha detenido.
import-added = { $count ->
        [0] Ninguna charla nueva.
        [one] { $count } charla nueva en la lista.
       *[other] { $count } charlas nuevas en la lista.
    }
import-added-archive = { $count ->
        [one] { $count } charla nueva entre las archivadas.
       *[other] { $count } charlas nuevas entre las archivadas.
    }
import-archived = { $count ->
        [one] Otra está archivada.
       *[other] Otras { $count } están archivadas.
    }
import-extended = { $count ->
        [one] { $count } charla que ya estaba tiene mensajes nuevos.
       *[other] { $count } charlas que ya estaban tienen mensajes nuevos.
    }
import-here = { $count ->
        [one] { $count } ya estaba.
       *[other] { $count } ya estaban.
    }
import-open = Abrir la primera
import-skipped = Lo que se ha omitido o cambiado ({ $count })
wait-for-import = Ya hay una importación en marcha. Espera a que termine.
