# Los mensajes: cómo se ven y qué se puede hacer con ellos.

branch-suffix = (rama)
branch-title = { $title } (rama)
