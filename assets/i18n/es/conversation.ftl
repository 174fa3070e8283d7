# Los mensajes: cómo se ven y qué se puede hacer con ellos.

alert-note = Nota
alert-tip = Consejo
alert-important = Importante
alert-warning = Aviso
alert-caution = Precaución
code = código
copy-code = Copiar el código
wrap-code = Ajustar líneas
unwrap-code = No ajustar
reasoning-took = Pensó durante { $seconds } s
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
branch-suffix = (rama)
branch-title = { $title } (rama)

title-request = Escribe un título para nuestra conversación hasta aquí: pocas palabras, seis como mucho, en el idioma de la conversación. Responde solo con el título.
