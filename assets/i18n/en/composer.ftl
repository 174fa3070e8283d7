# The box to write in: attachments, saved prompts.
