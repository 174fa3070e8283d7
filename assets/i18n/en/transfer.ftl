# Chats taken out and brought in.

transfer-missing = “{ $path }” is not there. Check the path.
transfer-unreadable = “{ $path }” cannot be read: { $reason }.
transfer-empty = “{ $path }” is empty.
transfer-unknown = “{ $path }” holds no conversations that Charla knows how to read. It reads its own JSON, the exports of ChatGPT, of Open WebUI and of llama.cpp’s web page, LM Studio’s conversation files, and ShareGPT and OpenAI JSONL.
transfer-broken = “{ $path }” is damaged at line { $line }, column { $column }: what stands there is not the JSON that was expected. Export it again.
transfer-cut-off = “{ $path }” ends in the middle. Copy or export it again.
transfer-not-utf8 = “{ $path }” is not UTF-8 text from line { $line } on. Convert it first.
transfer-too-deep = “{ $path }” has too many brackets within brackets at line { $line } to be a conversation.
transfer-too-large = “{ $path }” holds a conversation of more than { $limit }, which is more than Charla takes in.
transfer-newer = A newer Charla wrote “{ $path }” (version { $version } of the format). Update Charla to read it.
transfer-nothing-in-folder = There are no conversations in the folder “{ $path }”.
transfer-nothing-in-zip = There are no conversations in the archive “{ $path }”.
transfer-broken-zip = The archive “{ $path }” cannot be read: { $reason }. Download it again.

transfer-exists = “{ $path }” is there already. Choose another name, or replace it with --force.
transfer-not-written = “{ $path }” cannot be written: { $reason }.
transfer-output = The chats cannot be written: { $reason }.

transfer-report =
    { $added ->
        [0] No new chats
        [one] { $added } new chat
       *[other] { $added } new chats
    }{ $extended ->
        [0] {""}
        [one] {", "}{ $extended } got new messages
       *[other] {", "}{ $extended } got new messages
    }{ $here ->
        [0] {""}
        [one] {", "}{ $here } was here already
       *[other] {", "}{ $here } were here already
    }{ $messages ->
        [0] {""}
        [one] {"; "}{ $messages } new message in all
       *[other] {"; "}{ $messages } new messages in all
    }.
transfer-skipped-in = { $what } ({ $names })
transfer-in-bin =
    { $count ->
        [one] { $count } chat is in the bin and stays there
       *[other] { $count } chats are in the bin and stay there
    }
transfer-empty-chat =
    { $count ->
        [one] { $count } conversation without a message was left out
       *[other] { $count } conversations without a message were left out
    }
transfer-no-conversation =
    { $count ->
        [one] { $count } item is no conversation and was left out
       *[other] { $count } items are no conversations and were left out
    }
transfer-no-text =
    { $count ->
        [one] { $count } message without text was left out
       *[other] { $count } messages without text were left out
    }
transfer-attachment =
    { $count ->
        [one] { $count } image or other attachment was left out
       *[other] { $count } images or other attachments were left out
    }
transfer-tool =
    { $count ->
        [one] { $count } tool call or tool result was left out
       *[other] { $count } tool calls and tool results were left out
    }
transfer-hidden =
    { $count ->
        [one] { $count } message that the other program did not show was left out
       *[other] { $count } messages that the other program did not show were left out
    }
transfer-no-place =
    { $count ->
        [one] { $count } message follows none that could be found and begins a branch of its own
       *[other] { $count } messages follow none that could be found and begin branches of their own
    }
transfer-nul =
    { $count ->
        [one] { $count } text had NUL characters, which were replaced
       *[other] { $count } texts had NUL characters, which were replaced
    }
transfer-unknown-part =
    { $count ->
        [one] { $count } detail that this version of Charla does not know was left out
       *[other] { $count } details that this version of Charla does not know were left out
    }

chats-deleted = “{ $name }” is in the bin now. “charla chats restore { $code }” brings it back.
chats-restored = “{ $name }” is back.
chats-exported =
    { $count ->
        [one] { $count } chat is in “{ $path }” now.
       *[other] { $count } chats are in “{ $path }” now.
    }
chats-no-such-entry = Nothing in the bin is called “{ $code }”. “charla chats bin” shows what there is, each with its code.
chats-kind-chats =
    { $count ->
        [one] Chat
       *[other] { $count } chats
    }
chats-kind-message = Message
chats-kind-branch =
    { $count ->
        [one] { $count } message
       *[other] { $count } messages
    }
chats-kind-folder =
    { $count ->
        [0] Folder
        [one] Folder with { $count } chat
       *[other] Folder with { $count } chats
    }
chats-kind-unknown = Deleted by a newer Charla
transfer-cancelled = It was stopped.
