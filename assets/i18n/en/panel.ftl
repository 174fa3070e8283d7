# The settings panel: samplers, presets, personas.
