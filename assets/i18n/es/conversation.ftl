# Los mensajes: cómo se ven y qué se puede hacer con ellos.

branch-suffix = (rama)
branch-title = { $title } (rama)

title-request = Escribe un título para nuestra conversación hasta aquí: pocas palabras, seis como mucho, en el idioma de la conversación. Responde solo con el título.

toast-copied = Copiado
toast-renamed = Título cambiado
toast-archived = { $chats ->
        [one] Charla archivada
       *[other] { $chats } charlas archivadas
    }
toast-unarchived = { $chats ->
        [one] Charla sacada del archivo
       *[other] { $chats } charlas sacadas del archivo
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
import-cancelled = Importación detenida. { $report }
wait-for-import = Ya hay una importación en marcha.
