# Qué falla entre este equipo y un servidor.
hub-offline = No se puede llegar a «{ $host }». { $mirror ->
        [yes] Comprueba la conexión a internet y, si los has definido, HF_ENDPOINT y el proxy.
       *[no] Comprueba la conexión a internet.
    }
hub-refused = «{ $host }» rechaza la conexión. { $mirror ->
        [yes] Inténtalo más tarde y, si los has definido, comprueba HF_ENDPOINT y el proxy.
       *[no] Inténtalo más tarde.
    }
hub-tls = No se ha podido establecer una conexión segura con «{ $host }» ({ $reason }). Comprueba la fecha de este equipo y si hay un proxy o una página de acceso de por medio.
hub-silent = «{ $host }» lleva { $seconds } s sin responder. Comprueba la conexión o inténtalo más tarde.
hub-broken = Se ha cortado la conexión con «{ $host }» ({ $reason }). Inténtalo de nuevo.
hub-cut-short = La respuesta de «{ $host }» ha terminado antes de tiempo. Inténtalo de nuevo.
hub-not-public = «{ $subject }» no existe o no es público. Revisa el nombre; si es privado, pon tu token de acceso en HF_TOKEN.
hub-token = «{ $host }» no acepta tu token de acceso. Pon uno válido en HF_TOKEN o quítalo.
hub-needs-token = Antes hay que aceptar las condiciones de { $page }. Acéptalas allí y pon tu token de acceso en HF_TOKEN.
hub-forbidden = Todavía no tienes acceso. Acepta las condiciones en { $page } y comprueba que tu token de acceso tenga permiso de lectura.
hub-not-found = No existe «{ $subject }». Revisa el nombre.
hub-busy-for =
    «{ $host }» no admite más solicitudes por ahora. Inténtalo dentro de { $seconds ->
        [one] { $seconds } segundo
       *[other] { $seconds } segundos
    }.
hub-busy = «{ $host }» no admite más solicitudes por ahora. Inténtalo dentro de unos minutos.
hub-server = «{ $host }» tiene un fallo propio (estado { $status }). Inténtalo más tarde.
hub-status = «{ $host }» no lo entrega (estado { $status }). Revisa la dirección.
hub-unexpected = «{ $host }» ha respondido con algo distinto de lo que se pedía. Si tu red tiene una página de acceso, entra antes en ella; { $mirror ->
        [yes] si no, revisa la dirección y, si lo has definido, HF_ENDPOINT.
       *[no] si no, inténtalo más tarde.
    }
hub-too-large = «{ $host }» ha respondido con más de { $limit } y la respuesta no se ha leído. { $mirror ->
        [yes] Revisa la dirección y, si lo has definido, HF_ENDPOINT.
       *[no] Inténtalo más tarde.
    }
hub-circles = «{ $host }» lleva de una dirección a otra sin fin. { $mirror ->
        [yes] Revisa la dirección y, si lo has definido, HF_ENDPOINT.
       *[no] Inténtalo más tarde.
    }
hub-unsafe-redirect = El servidor lleva a «{ $address }», que no es seguro. Busca otra fuente.
hub-name = «{ $name }» no es un nombre que se pueda usar. Un repositorio se escribe propietario/nombre y sus archivos terminan en .gguf.
hub-address = «{ $address }» no se puede usar. Escribe la dirección https:// de un archivo .gguf, o propietario/repositorio.
hub-setup = No se puede pedir nada a internet: { $reason }. Comprueba que los certificados de este sistema estén instalados.

# Descargas.
download-exists = «{ $path }» ya existe y es otro archivo. Muévelo o elimínalo antes.
download-busy = Otra instancia de Charla ya está descargando «{ $path }». Espera a que termine o detenla allí.
download-no-room = En «{ $path }» hacen falta { $needed } libres para esto y quedan { $free }. Libera espacio e inténtalo de nuevo; lo que ya ha llegado se conserva.
download-disk-full = El disco de «{ $path }» está lleno. Libera espacio e inténtalo de nuevo; lo que ya ha llegado se conserva.
download-wrong-hash = «{ $name }» ha llegado dañado y se ha eliminado: su SHA-256 no es correcto. Descárgalo de nuevo.
download-wrong-size = «{ $name }» debería ocupar { $expected } bytes y el servidor envía { $size }, así que se ha eliminado. Inténtalo más tarde.
download-changed = «{ $name }» ya no es el mismo archivo en el servidor. Cancela esta descarga y búscalo de nuevo.
download-incomplete = «{ $name }» tiene { $expected } archivos y solo están { $found }. Elige otro modelo.
download-disk = No se ha podido escribir «{ $path }»: { $reason }. Revisa la carpeta y el disco.
download-thread = Las descargas no funcionan: { $reason }. Vuelve a abrir Charla.

# `charla models download`.
models-connecting = { $name }: conectando…
models-received = { $name }: { $received } de { $total }
models-progress = { $name }: { $received } de { $total }, { $rate }/s, quedan { $remaining }
models-verifying = { $name }: comprobando { $received } de { $total }
models-waiting = { $error } Nuevo intento dentro de { $seconds } s.
models-interrupted = Detenido. Lo que ya ha llegado se conserva; la misma orden sigue desde ahí.
models-thread-ended = El hilo de las descargas ha terminado. Avísanos, por favor.
models-unknown = Ningún modelo del catálogo se llama «{ $name }». Escribe propietario/repositorio como en el Hub, o la dirección de un archivo .gguf.
models-not-on-hub = «{ $name }» no se descarga del Hub: lo trae script/bootstrap.
models-none-in-repo = «{ $repo }» no tiene modelos GGUF. Busca un repositorio cuyo nombre termine en GGUF.
models-several = «{ $repo }» tiene varios modelos. Elige uno: { $choices }
models-no-such-quantisation = «{ $repo }» no tiene ese modelo. Elige uno: { $choices }
