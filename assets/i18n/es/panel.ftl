# El panel de ajustes: muestreo, preajustes, personalidades.
