# Los mensajes: cómo se ven y qué se puede hacer con ellos.
