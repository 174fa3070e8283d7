# Chats en disco: qué ha fallado, dónde y qué se puede hacer.

store-disk-full = El disco está lleno y no se pueden guardar las charlas de «{ $path }». Libera algo de espacio.
store-read-only = No se pueden guardar las charlas de «{ $path }»: no hay permiso para escribir en el archivo o en su carpeta. Cambia los permisos.
store-busy = Otro programa tiene ocupado «{ $path }». Ciérralo e inténtalo de nuevo.
store-newer = Una versión más nueva de Charla escribió las charlas de «{ $path }». Actualiza Charla para leerlas.
store-damaged = Las charlas de «{ $path }» están dañadas: { $reason }.
store-unusable = No se pueden usar las charlas de «{ $path }»: { $reason }. Revisa el disco y la carpeta.
store-no-such-chat = No hay ninguna charla «{ $code }». «charla chats list» muestra las que hay.
store-ambiguous = Hay varias charlas cuyo código empieza por «{ $code }». Escribe más caracteres del código.
store-internal = Charla ha tenido un error interno con las charlas de «{ $path }»: { $reason }. Avísanos, por favor.
store-other-window = Otra ventana de Charla tiene abiertas las charlas de «{ $path }». Aquí puedes leerlas, pero lo que escribas solo se queda en la memoria hasta que cierres la otra ventana.
store-no-room = Una copia de seguridad de las charlas necesita { $needed } y en el disco de «{ $path }» quedan { $free } libres. Libera algo de espacio.
store-no-such-backup = No hay ninguna copia de seguridad «{ $name }». «charla chats backups» muestra las que hay.

# Qué ha pasado con las charlas.
store-recovered-with-backup = Las charlas estaban dañadas ({ $reason }). El archivo dañado se conserva como «{ $damaged }». Se ha restaurado la copia de seguridad del { $backup } y del archivo dañado se han recuperado además { $chats ->
    [one] { $chats } charla
   *[other] { $chats } charlas
} y { $messages ->
    [one] { $messages } mensaje
   *[other] { $messages } mensajes
} más recientes; { $lost ->
    [0] que se sepa, no falta nada.
    [one] no se ha podido leer { $lost } mensaje.
   *[other] no se han podido leer { $lost } mensajes.
}
store-recovered-without-backup = Las charlas estaban dañadas ({ $reason }) y no había ninguna copia de seguridad. El archivo dañado se conserva como «{ $damaged }». De él se han recuperado { $chats ->
    [one] { $chats } charla
   *[other] { $chats } charlas
} y { $messages ->
    [one] { $messages } mensaje
   *[other] { $messages } mensajes
}; { $lost ->
    [0] que se sepa, no falta nada.
    [one] no se ha podido leer { $lost } mensaje.
   *[other] no se han podido leer { $lost } mensajes.
}
store-was-empty-with-backup = El archivo de las charlas estaba vacío. Se conserva como «{ $damaged }». Se ha restaurado la copia de seguridad del { $backup } y { $messages ->
    [0] no se ha encontrado nada más reciente.
    [one] se ha recuperado { $messages } mensaje más reciente.
   *[other] se han recuperado { $messages } mensajes más recientes.
}
store-was-empty-without-backup = El archivo de las charlas estaba vacío y no había ninguna copia de seguridad. Se conserva como «{ $damaged }». { $messages ->
    [0] No se ha podido recuperar nada.
    [one] Se ha recuperado { $messages } mensaje.
   *[other] Se han recuperado { $messages } mensajes.
}
store-restored = Se ha restaurado la copia de seguridad del { $backup }. Lo que había antes se conserva como la copia de seguridad «{ $before }».
store-not-shown = Las charlas de «{ $path }» no se pueden mostrar ahora: { $reason }. Se quedan como están.
store-may-be-old = Las charlas de «{ $path }» no se han podido leer del todo: aquí pueden faltar los mensajes más recientes. Siguen estando en el disco.
store-not-taken-over = { $changes ->
    [one] No se ha podido guardar { $changes } cambio hecho en la memoria
   *[other] No se han podido guardar { $changes } cambios hechos en la memoria
}, porque ya no existe lo que se había cambiado.
