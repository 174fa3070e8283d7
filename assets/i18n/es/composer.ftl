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
attach-remove = Quitar { $name }
attach-inline = Pasar al mensaje
attach-done = Listo
attach-removed = { $name } se ha quitado.
attach-put-back = Recuperar
attach-text = Texto de { $name }
attach-only-beginning = Aquí se ve solo el principio; se envía entero.
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
unsure-import = Importar charlas
unsure-attach = Adjuntar como texto

send-with = Enviar con
send-with-enter = Intro
send-with-ctrl-enter = { $key }+Intro
send-keys-enter = Intro envía, Mayús+Intro salta de línea
send-keys-ctrl-enter = { $key }+Intro envía, Intro salta de línea
send-waits = La respuesta aún se está escribiendo. Podrás enviar esto cuando termine, o párala con Esc.

too-long-stop = Esto no cabe en el contexto y se rechazará. Acórtalo, empieza otra charla o elige un contexto mayor.
too-long-drop-oldest = Esto no cabe en el contexto: se dejarán fuera los mensajes más antiguos.
too-long-keep-ends = Esto no cabe en el contexto: se dejarán fuera mensajes del medio.
