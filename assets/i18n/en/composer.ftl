# The box to write in: attachments, saved prompts.

attach = Attach text files
attach-pasted = Pasted text
attach-size = { $chars ->
    [one] { $chars } character
   *[other] { $chars } characters
}, { $lines ->
    [one] { $lines } line
   *[other] { $lines } lines
}
attach-open = Open { $name }
attach-encoding = { $name } was read as { $encoding }. Choose another encoding if its letters are wrong.
attach-encoding-choose = Choose the one that shows the words right:
attach-remove = Remove { $name }
attach-inline = Put into the text
attach-inline-too-long = Too long to be written on in the box. It goes with the message as it is.
attach-done = Done
attach-removed = { $name } was removed.
attach-put-back = Put it back
attach-text = Text of { $name }
attach-only-beginning = Only the beginning is shown here; all of it is sent.
attach-gone = { $name } does not exist any more.
attach-unreadable = { $name } could not be read ({ $reason }).
attach-no-file = { $name } is a folder or no ordinary file; drop text files one by one or several at once.
attach-too-large = { $name } has { $size }; texts up to { $limit } can be attached.
attach-binary = { $name } is not a text file, so a model cannot read it.
attach-empty = { $name } is empty.
dialog-attach = Attach text files

drop-model = Drop it to load this model
drop-chats = Drop it to bring these chats in
drop-attach = { $files ->
    [one] Drop it to attach this text
   *[other] Drop them to attach { $files } texts
}
drop-json = Drop it to attach it as text or to bring in its chats
drop-any = Drop text files to attach them, a GGUF model to load it
unsure = { $files ->
    [one] { $name } may hold chats of Charla or of another program.
   *[other] These { $files } files may hold chats of Charla or of another program.
}
unsure-import = Import as chats
unsure-attach = Attach as text

send-with = Send with
send-with-enter = Enter
send-with-ctrl-enter = { $key }+Enter
send-keys-enter = Enter sends, Shift+Enter is a new line
send-keys-ctrl-enter = { $key }+Enter sends, Enter is a new line
empty-text-ctrl-enter = Everything you write stays on this machine. Press Ctrl+Enter (Cmd+Enter on a Mac) to send, Enter for a new line.
send-attaching = Reading the files for this message…
send-waits = A reply is still being written. This goes as soon as it has ended; Esc stops it now.

too-long-stop = This is more than the context holds, so it cannot be sent. Shorten it.
too-long-choose = This is more than the context holds, so it cannot be sent. Shorten it, or choose:
too-long-longer = A context of { $tokens }
too-long-new-chat = In a new chat
too-long-leave-out = Leave out the oldest messages
too-long-drop-oldest = This is more than the context holds: the oldest messages will be left out.
too-long-keep-ends = This is more than the context holds: messages in the middle will be left out.

prompts = Saved prompts
prompts-choose = Choose a prompt…
prompts-choose-details = Or type / in an empty message
prompts-save = Save this text as a prompt…
prompts-manage = Manage prompts…
prompts-keys = ↑ ↓ choose · Enter takes it · Esc closes
prompts-none = You have saved none of your own yet: save a text that you often begin with.
prompts-brought = These come with Charla. Type / in an empty message to use any; what you change becomes your own.
prompts-broken = { $path } cannot be understood (line { $reason }). Your saved prompts are not shown, and nothing is written to it until it is mended.
prompts-refused = { $path } could not be read or written ({ $reason }).
prompt-new = New prompt
prompt-edit = Change the prompt
prompt-name = Name
prompt-text = Text
prompt-place = The cursor goes to where { $place } stands.
prompt-save = Save
prompt-change = Change { $name }
prompt-delete = Delete { $name }
prompt-deleted = { $name } was deleted.
prompt-no-name = Give it a name first.
prompt-no-text = Write something first.
prompt-taken = Another prompt has this name.
prompt-summarise = Summarise
prompt-summarise-text = Summarise this text in five sentences at most, without leaving out figures or names:
prompt-spanish = Translate into Spanish
prompt-spanish-text = Translate this text into Spanish as it is spoken in Spain. Answer with the translation only:
prompt-english = Translate into English
prompt-english-text = Translate this text into natural English. Answer with the translation only:
prompt-explain = Explain simply
prompt-explain-text = Explain this in simple words, with an example from everyday life:
prompt-spelling = Correct spelling
prompt-spelling-text = Correct the spelling and grammar of this text and change nothing else. Then list what you changed:
prompt-list = Continue the list
prompt-list-text = Continue this list with ten more items of the same kind:
