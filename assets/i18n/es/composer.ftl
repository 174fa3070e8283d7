# El cuadro de escritura: adjuntos e instrucciones guardadas.
