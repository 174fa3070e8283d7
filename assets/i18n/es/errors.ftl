# Qué ha fallado, dónde y qué se puede hacer.

fault-file-missing = «{ $path }» ya no está en su sitio. Elige otro modelo o devuelve el archivo a su carpeta.
fault-file-unreadable = No se puede leer «{ $path }»: { $reason }. Comprueba que es un archivo y que tienes permiso para abrirlo.
fault-path-not-utf8 = El nombre de «{ $path }» o de alguna de sus carpetas no es texto UTF-8. Cámbialo.
fault-load-failed = llama.cpp no ha podido cargar «{ $path }»: { $reason }. Vuelve a descargar el archivo o elige otro modelo.
fault-context-failed = No se ha podido crear un contexto de { $context } tokens ({ $reason }). Elige un contexto más corto o una caché KV de tipo f16 y vuelve a cargar el modelo.
fault-not-enough-memory = Hacen falta { $needed } de memoria en { $device } ({ $weights } para los pesos, { $kv } para { $context } tokens de contexto y { $compute } para el cálculo), pero solo se pueden usar { $free }. { $advice }
fit-context = Cabe un contexto de { $context } tokens con una caché KV de tipo { $type }.
fit-contexts = Cabe un contexto de { $context } tokens con una caché KV de tipo { $type }, o uno de { $more } con el tipo { $packed }.
fit-layers = Pon solo { $layers ->
        [one] { $layers } capa
       *[other] { $layers } capas
    } en la GPU.
fit-layers-or-context = Pon solo { $layers ->
        [one] { $layers } capa
       *[other] { $layers } capas
    } en la GPU o elige un contexto de { $context } tokens con una caché KV de tipo { $type }.
fit-nothing = Cierra otros programas o elige un modelo más pequeño.
forced-weights = leerá los pesos del disco una y otra vez y puede ir muy lento; si la memoria se agota, el motor se cierra y tus charlas no se pierden
forced-context = el equipo puede quedarse casi parado mientras pasa memoria al disco, o el motor se cierra por falta de memoria; tus charlas no se pierden
fault-needs-flash-attention = Una caché KV de tipo { $type } necesita flash attention, que está desactivada. Actívala o pon el tipo f16.
no-reason = llama.cpp no dice por qué
fault-no-model = No hay ningún modelo cargado. Elige uno primero.
fault-prompt-too-long = La conversación ocupa { $prompt } tokens y en el contexto caben { $context }. Empieza una charla nueva, acorta el mensaje o amplía el contexto.
fault-prompt-too-long-for-model = La conversación ocupa { $prompt } tokens y a este modelo le caben como mucho { $context }. Empieza una charla nueva, acorta el mensaje o elige un modelo con más contexto.
fault-template = La plantilla de chat del modelo ha rechazado la conversación: { $reason }. Puede que otro modelo la acepte.
fault-template-drops-words = La plantilla de chat del modelo omite lo que escribes, así que el modelo nunca lo vería. No se ha enviado nada; elige otro modelo u otro archivo de este.
fault-decode = llama.cpp no ha podido calcular la respuesta: { $reason }. Inténtalo de nuevo; si se repite, carga el modelo con un contexto más corto.
fault-grammar-invalid = La gramática que debía seguir la respuesta no se puede usar: { $reason }. Corrígela o pregunta sin ella.
fault-schema-invalid = El esquema JSON que debía seguir la respuesta no se puede usar: { $reason }. Corrígelo o pregunta sin él.
fault-load-cancelled = Se ha detenido la carga. Elige un modelo cuando quieras.
fault-bad-request = El motor no ha entendido una solicitud: { $reason }. Reinicia Charla y, si se repite, avísanos, por favor.
fault-no-engine = Esta versión de Charla no incluye el motor. Instala una compilada con la opción «llama».

engine-spawn = No se ha podido arrancar el motor: { $reason }. Comprueba que el programa de Charla sigue donde se instaló.
engine-ended-loading = El motor se ha caído mientras cargaba «{ $path }»: { $words } Vuelve a descargar el archivo o elige otro modelo.
engine-signal = Algo ha detenido el motor (señal { $signal }) { $during }.
engine-exit = El motor se ha cerrado solo (código { $code }) { $during }: { $words }
fault-not-for-chat = «{ $path }» es un modelo de embeddings: lee texto, pero no escribe. Elige un modelo de chat.
fault-prompt-too-large = La conversación ocupa { $size }, más de los { $limit } que admite el motor. Acorta el mensaje o empieza una charla nueva.
engine-crashed = El motor se ha caído (señal { $signal }) { $during }: { $words }
engine-out-of-memory = Se ha agotado la memoria { $during }. Cierra otros programas, elige un contexto más corto o un modelo más pequeño.
engine-unresponsive = El motor no ha respondido { $during }, así que Charla lo ha detenido.
engine-other-version = El motor del disco es de la versión { $theirs }, pero esta ventana es de la { $ours }. Cierra Charla y vuelve a abrirla.
engine-garbled = El motor ha enviado algo que Charla no entiende: { $reason }.

during-start = mientras arrancaba
during-load = mientras se cargaba «{ $path }»
during-reply = a mitad de una respuesta
during-idle = mientras estaba en reposo

settings-broken = Los ajustes de «{ $path }» no se entienden ({ $reason }), así que se usan los predeterminados. Tu archivo se conserva como «{ $kept }».
settings-unknown = Esta versión de Charla no conoce algunos ajustes de «{ $path }»: { $names }. No hacen nada y se quedan en el archivo como están; los demás valen.
settings-unreadable = No se pueden leer los ajustes de «{ $path }» ({ $reason }), así que se usan los predeterminados. Comprueba que tienes permiso para abrir el archivo.
settings-unwritable = No se pueden guardar los ajustes en «{ $path }»: { $reason }. Valdrán hasta que cierres Charla.

choose-nothing = Todavía no hay ningún modelo. Pon un archivo GGUF en «{ $folder }» o indica cuál usar.
note-no-template = Este modelo no trae plantilla de chat, así que se usa ChatML. Puede que responda peor.
note-empty-reply = El modelo no ha escrito nada. Pregunta con otras palabras o prueba con otra semilla.
note-empty-stopped = Un texto de parada ha terminado la respuesta antes de la primera palabra.
note-empty-without-template = El modelo no ha escrito nada. No trae plantilla de chat y puede que no se entrenara para conversar: con «charla ask --plain» continúa tu texto.
note-thoughts-only = El modelo ha terminado tras pensar, sin dar una respuesta. Con «--show-thinking» se ve lo que pensó.
note-thoughts-cut = La respuesta ha terminado en mitad de lo que pensaba el modelo, porque no quedaba sitio. Permite más tokens (-n) o un contexto más largo (--context).

notice-context-beyond-training = El contexto admite { $context } tokens, pero este modelo se entrenó para { $trained }. Puede que pierda el hilo; si pasa, elige un contexto más corto.
notice-not-locked = El sistema no permite fijar el modelo en la memoria, así que puede sacarlo de ella si falta espacio. Sube el límite (ulimit -l) o desactiva la opción.
notice-states-off = No se puede guardar en «{ $folder }» lo que el modelo ya ha leído ({ $reason }), así que volverá a leer las charlas cuando reinicies Charla. Comprueba que se puede escribir en la carpeta y que queda espacio en el disco.
notice-draft-vocabulary = «{ $path }» no puede adelantar palabras para este modelo porque usa otro vocabulario. El modelo funciona sin ese archivo; elige uno más pequeño de la misma familia.
notice-draft-not-loaded = No se ha podido cargar el modelo auxiliar «{ $path }» ({ $reason }). El modelo principal funciona sin él.
notice-draft-no-room = No hay memoria para el modelo auxiliar «{ $path }» junto al principal (faltan { $short }). El modelo principal funciona sin él.
notice-left-out =
    { $turns ->
        [one] La charla ya no cabe en el contexto, así que en esta respuesta se ha omitido el mensaje más antiguo ({ $tokens } tokens).
       *[other] La charla ya no cabe en el contexto, así que en esta respuesta se han omitido { $turns } mensajes anteriores ({ $tokens } tokens).
    }
