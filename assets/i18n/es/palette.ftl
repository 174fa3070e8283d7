# La paleta de órdenes, los atajos y los nombres de las acciones.
