# Los mensajes: cómo se ven y qué se puede hacer con ellos.

branch-suffix = (rama)
branch-title = { $title } (rama)

title-request = Escribe un título para nuestra conversación hasta aquí: pocas palabras, seis como mucho, en el idioma de la conversación. Responde solo con el título.
