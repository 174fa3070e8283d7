# El panel de ajustes: muestreo, preajustes, personas.

scope = Estos ajustes valen para
scope-all = Todas las charlas
scope-chat = Esta charla
scope-chat-none = Esta charla no tiene valores propios. Los que pongas aquí mandan sobre los de todas.
scope-chat-some = { $count ->
        [one] { $count } valor propio de esta charla. Manda sobre el de todas las charlas.
       *[other] { $count } valores propios de esta charla. Mandan sobre los de todas las charlas.
    }
scope-all-none = Valen en las charlas que no tienen valores propios.
scope-all-some = { $count ->
        [one] { $count } valor propio de esta charla. Manda sobre estos.
       *[other] { $count } valores propios de esta charla. Mandan sobre estos.
    }
scope-reset = Volver a los de todas las charlas
only-here = Solo en esta charla: { $value } en lugar de { $other }
only-here-text = Solo en esta charla
reset-to-all = Volver al valor de todas las charlas
recommended = Recomendado por el modelo.
recommended-value = El modelo recomienda { $value }.
values-set = { $count ->
        [one] { $count } cambio
       *[other] { $count } cambios
    }
drawing = Cómo quedan con todos los valores las probabilidades de un ejemplo. Las palabras huecas quedan fuera.
drawing-xtc = Cómo deja las probabilidades de un ejemplo cuando actúa
on = sí
off = no
none = ninguno
save = Guardar
replace = Reemplazar
duplicate = Duplicar
copy-of = { $name } (copia)
panel-reset = { $count ->
        [one] Un valor restablecido.
       *[other] { $count } valores restablecidos.
    }
panel-deleted = Se ha eliminado «{ $name }».

preset = Preajuste
preset-precise = Preciso
preset-balanced = Equilibrado
preset-creative = Creativo
preset-code = Código
preset-none = Los valores del modelo
preset-none-hint = Los suyos o los de Charla
preset-none-chat = Como en todas las charlas
preset-none-chat-hint = Sin valores propios
preset-unchanged = Los del preajuste, sin cambios.
preset-own-values = Valores propios
preset-own-values-hint = «Guardar como preajuste» los conserva.
preset-modified = modificado
preset-more = Más opciones de preajustes
preset-save = Guardar los cambios
preset-save-as = Guardar como preajuste…
preset-back = Descartar
preset-name = Nombre del preajuste
preset-with-system = Con las instrucciones
preset-of-model = Usarlo de entrada con este modelo
preset-import = Importar un preajuste…
preset-export = Exportar…
preset-chosen = Se ha aplicado el preajuste «{ $name }».
preset-taken-off = Se aplican los valores del modelo.
preset-taken-off-chat = Esta charla vuelve a seguir a todas.
preset-imported = El preajuste «{ $name }» ya está en la lista.
preset-exported = El preajuste está en { $path }.
preset-broken = «{ $path }» no es un preajuste que Charla entienda, así que se queda como está: { $reason }
preset-unreadable = No se ha podido leer «{ $path }»: { $reason }
preset-unwritable = No se ha podido escribir «{ $path }»: { $reason }
dialog-import-preset = Importar un preajuste
dialog-export-preset = Dónde guardar el preajuste
dialog-presets = Preajustes

group-system = Instrucciones
system-of-chat = Valen para toda esta charla.
system-of-new = Las charlas nuevas empiezan con ellas. Las que ya hay conservan las suyas.
system-show-chat = Ver las de esta charla
system-text = Texto
system-placeholder = Qué papel hace el modelo, en qué idioma responde, con qué tono…
system-clear = Quitar las instrucciones
system-cleared = Se han quitado las instrucciones.
system-next-reply = Los cambios valdrán a partir de la próxima respuesta.
persona = Personalidad
persona-none = Ninguna
persona-own = Texto propio
persona-more = Más opciones de personalidades
persona-save-as = Guardar como personalidad…
persona-name = Nombre de la personalidad
persona-with-preset = Con el preajuste «{ $name }»
persona-delete-hint = Las charlas conservan su copia.
persona-chosen = Se ha aplicado la personalidad «{ $name }».
personas-none = Escribe unas instrucciones y guárdalas con un nombre.

group-variety = Variedad · top-k, min-p
group-variety-hint = Entre qué palabras se puede elegir. Se ve en el dibujo de arriba.
top-n-sigma = Alejadas · top-n-sigma
top-n-sigma-hint = Descarta las palabras que quedan muy por detrás de la más probable, según lo repartidas que estén todas. Con 0 no actúa.
typical-p = Palabras típicas · typical-p
typical-p-hint = Prefiere palabras tan sorprendentes como cabe esperar. Con 1 no actúa.
dynamic-range = Temp. dinámica · range
dynamic-range-hint = Cuánto sube la temperatura cuando el modelo duda y baja cuando está seguro. Con 0 no actúa.
dynamic-exponent = Curva dinámica · exponent
dynamic-exponent-hint = Por encima de 1, hace falta más duda para que suba la temperatura.

group-surprises = Sorpresas · XTC
group-surprises-hint = Descarta a veces las palabras obvias, para una prosa más viva.
xtc-probability = Frecuencia · probability
xtc-probability-hint = Con 0, nunca; con 1, en cada palabra.
xtc-threshold = Qué es obvio · threshold
xtc-threshold-hint = Se pueden descartar las palabras con al menos esta probabilidad; la menos probable de ellas se queda.

group-repetition = Repetición · penalties, DRY
group-repetition-hint = Lo que evita que una respuesta dé vueltas a lo mismo.
frequency-penalty = Penalización por frecuencia
frequency-penalty-hint = Cuantas más veces ha salido una palabra, menos probable es.
presence-penalty = Penalización por presencia
presence-penalty-hint = Las palabras que ya han salido son menos probables; ayuda a cambiar de tema.
repeat-last-n = Alcance · last n
repeat-last-n-hint = Cuántos tokens hacia atrás tienen en cuenta las tres penalizaciones. Con 0 no actúan.
dry-multiplier = Pasajes · DRY multiplier
dry-multiplier-hint = Frena los pasajes enteros que ya se han dicho. Con 0 no actúa; lo habitual es 0,8.
dry-base = Aumento · DRY base
dry-base-hint = Con qué rapidez crece la fuerza según la longitud del pasaje.
dry-allowed = Pasajes libres · DRY
dry-allowed-hint = Repetir pasajes de hasta este número de tokens no tiene penalización.
dry-last-n = Alcance de pasajes · DRY
dry-last-n-hint = En cuántos tokens hacia atrás busca DRY los pasajes. Con 0 no actúa.
dry-breakers = Cortes de pasajes · DRY
dry-breakers-hint = Ningún pasaje atraviesa estos textos. Uno por línea; \n es un salto de línea.

group-mirostat = Sorpresa constante · Mirostat
mirostat = Mantenerla · Mirostat 2
mirostat-hint = Mantiene constante la sorpresa de la respuesta. La temperatura sigue contando; los demás muestreadores no actúan.
mirostat-tau = Sorpresa · tau
mirostat-tau-hint = Cuanto más baja, más cerca de lo obvio.
mirostat-eta = Corrección · eta
mirostat-eta-hint = Con qué rapidez se corrige.

stop = Textos de parada · stop
stop-hint = La respuesta acaba donde aparezca uno. Uno por línea; \n es un salto de línea.

group-format = Formato · JSON, GBNF
group-format-hint = Obliga a cada respuesta a seguir un formato al pie de la letra.
json-schema = Esquema JSON
json-schema-hint = La respuesta es JSON que cumple este esquema.
grammar = Gramática · GBNF
grammar-hint = La respuesta sigue esta gramática, en el GBNF de llama.cpp.
format-both = Solo puede valer uno de los dos: el esquema o la gramática.
grammar-refused = El motor la rechazaría: { $reason }
logit-bias = Peso de palabras · logit bias
logit-bias-hint = −100 prohíbe una palabra y 100 la impone. #123 es el token con ese número.
logit-bias-add = Añadir una palabra
logit-bias-word = palabra
logit-bias-text = Palabra { $number }
logit-bias-value = Peso de la palabra { $number }
logit-bias-remove = Quitar la palabra { $number }

kv-type = Compresión de la caché KV · KV type
kv-type-hint = Lo que el modelo recuerda de la charla. Comprimida ocupa menos y necesita flash attention.
kv-automatic = auto (F16)
kv-f16 = F16, entera
kv-q8 = Q8, la mitad
kv-q4 = Q4, la cuarta parte
flash = Flash attention
flash-hint = Más rápida y con menos memoria, si el modelo la admite.
flash-auto = Si se puede
mmap = Mapear el archivo · mmap
mmap-hint = Carga más rápido y comparte memoria con otros programas.
mlock = Fijar en la memoria · mlock
mlock-hint = El sistema nunca saca el modelo de la memoria.
group-ahead = Adelantarse · speculative decoding
speculation = Adelantar palabras
speculation-hint = Respuestas más rápidas, con las mismas palabras.
draft-model = Modelo auxiliar
draft-model-hint = Un modelo pequeño de la misma familia, que se adelanta a este.
draft-choose = Elegir un archivo…
draft-none = Sin modelo auxiliar
dialog-draft = Elegir un modelo auxiliar
group-memory = Memoria y disco
unload-after = Minutos hasta el reposo
unload-after-hint = Pasado ese tiempo sin trabajo, el modelo libera su memoria. Con 0, nunca.
state-limit = Disco para charlas leídas, en GB
state-limit-hint = Evita que el modelo lea otra vez una charla cuando vuelves a ella. Con 0, no se guarda nada.
bin-days = Días en la papelera
bin-days-hint = Pasado ese tiempo, lo eliminado se pierde para siempre. Con 0, nunca.
