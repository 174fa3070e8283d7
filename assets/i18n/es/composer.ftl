# El cuadro de escritura: adjuntos e instrucciones guardadas.

attach = Adjuntar archivos de texto
attach-pasted = Texto pegado
attach-size = { $chars ->
    [one] { $chars } carácter
   *[other] { $chars } caracteres
}, { $lines ->
    [one] { $lines } línea
   *[other] { $lines } líneas
}
attach-open = Abrir { $name }
attach-encoding = { $name } se ha leído como { $encoding }. Elige otra codificación si las letras no están bien.
attach-encoding-choose = Elige la que muestre bien las palabras:
attach-remove = Quitar { $name }
attach-inline = Pasar al mensaje
attach-inline-too-long = Es demasiado largo para la caja de texto. Se envía con el mensaje tal como está.
attach-done = Listo
attach-removed = Se ha quitado { $name }.
attach-put-back = Recuperar
attach-text = Texto de { $name }
attach-only-beginning = Aquí solo se ve el principio; el texto se envía entero.
attach-gone = { $name } ya no existe.
attach-unreadable = No se puede leer { $name } ({ $reason }).
attach-no-file = { $name } es una carpeta o no es un archivo normal; suelta archivos de texto, uno o varios a la vez.
attach-too-large = { $name } ocupa { $size }; se pueden adjuntar textos de hasta { $limit }.
attach-binary = { $name } no es un archivo de texto, así que un modelo no puede leerlo.
attach-empty = { $name } está vacío.
dialog-attach = Adjuntar archivos de texto

drop-model = Suelta para cargar este modelo
drop-chats = Suelta para importar estas charlas
drop-attach = { $files ->
    [one] Suelta para adjuntar este texto
   *[other] Suelta para adjuntar { $files } textos
}
drop-json = Suelta para adjuntarlo como texto o importar sus charlas
drop-any = Suelta archivos de texto para adjuntarlos o un modelo GGUF para cargarlo
unsure = { $files ->
    [one] { $name } puede contener charlas de Charla o de otro programa.
   *[other] Estos { $files } archivos pueden contener charlas de Charla o de otro programa.
}
unsure-import = Importar como charlas
unsure-attach = Adjuntar como texto

send-with = Enviar con
send-with-enter = Intro
send-with-ctrl-enter = { $key }+Intro
send-keys-enter = Intro envía, Mayús+Intro salta de línea
send-keys-ctrl-enter = { $key }+Intro envía, Intro salta de línea
empty-text-ctrl-enter = Todo lo que escribas se queda en este equipo. Ctrl+Intro (Cmd+Intro en un Mac) envía el mensaje; Intro salta de línea.
send-attaching = Leyendo los archivos de este mensaje…
send-waits = Aún se está escribiendo una respuesta. Este mensaje se enviará en cuanto termine; con Esc la detienes ya.

too-long-stop = Es más de lo que cabe en el contexto y no se puede enviar. Acórtalo.
too-long-choose = Es más de lo que cabe en el contexto y no se puede enviar. Acórtalo o elige:
too-long-longer = Un contexto de { $tokens }
too-long-new-chat = En una charla nueva
too-long-leave-out = Omitir los mensajes más antiguos
too-long-drop-oldest = Con este mensaje la charla ya no cabe en el contexto: se omitirán los mensajes más antiguos.
too-long-keep-ends = Con este mensaje la charla ya no cabe en el contexto: se omitirán mensajes intermedios.

prompts = Peticiones guardadas
prompts-choose = Elegir una petición…
prompts-choose-details = O escribe / en un mensaje vacío
prompts-save = Guardar este texto como petición…
prompts-manage = Gestionar peticiones…
prompts-keys = ↑ ↓ para elegir · Intro para usarla · Esc para cerrar
prompts-none = Aún no has guardado ninguna tuya: guarda un texto con el que empieces a menudo.
prompts-brought = Estas vienen con Charla. Escribe / en un mensaje vacío para usarlas; la que cambies pasa a ser tuya.
prompts-broken = No se entiende { $path } (línea { $reason }). No se muestran tus peticiones guardadas ni se escribe en el archivo hasta que se arregle.
prompts-refused = No se ha podido leer o escribir { $path } ({ $reason }).
prompt-new = Nueva petición
prompt-edit = Editar la petición
prompt-name = Nombre
prompt-text = Texto
prompt-place = El cursor se coloca donde pone { $place }.
prompt-save = Guardar
prompt-change = Editar { $name }
prompt-delete = Eliminar { $name }
prompt-deleted = Se ha eliminado { $name }.
prompt-no-name = Ponle un nombre primero.
prompt-no-text = Escribe algo primero.
prompt-taken = Ya hay otra petición con ese nombre.
prompt-summarise = Resumir
prompt-summarise-text = Resume este texto en cinco frases como mucho, sin omitir cifras ni nombres:
prompt-spanish = Traducir al español
prompt-spanish-text = Traduce este texto al español de España. Responde solo con la traducción:
prompt-english = Traducir al inglés
prompt-english-text = Traduce este texto a un inglés natural. Responde solo con la traducción:
prompt-explain = Explicar de forma sencilla
prompt-explain-text = Explica esto con palabras sencillas y un ejemplo de la vida cotidiana:
prompt-spelling = Corregir la ortografía
prompt-spelling-text = Corrige la ortografía y la gramática de este texto sin cambiar nada más. Después, enumera lo que has cambiado:
prompt-list = Continuar la lista
prompt-list-text = Continúa esta lista con diez elementos más del mismo tipo:
