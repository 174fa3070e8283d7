# Chats on disk: what went wrong, to what, and what to do about it.

store-disk-full = The disk is full, so the chats in “{ $path }” cannot be saved. Free some space.
store-read-only = The chats in “{ $path }” cannot be saved: the file or its folder may not be written. Change its permissions.
store-busy = Another program holds “{ $path }”. Close it and try again.
store-newer = A newer Charla wrote the chats in “{ $path }”. Update Charla to read them.
store-damaged = The chats in “{ $path }” are damaged: { $reason }.
store-unusable = The chats in “{ $path }” cannot be used: { $reason }. Check the disk and the folder.
store-no-such-chat = There is no chat “{ $code }”. “charla chats list” shows those there are.
store-ambiguous = The codes of several chats begin with “{ $code }”. Write more of it.
store-internal = Charla made a mistake with the chats in “{ $path }”: { $reason }. Please report it.
store-other-window = Another window of Charla has the chats in “{ $path }” open. They can be read here, but what you write here is only kept in memory until you close the other window.
store-no-room = A backup of the chats needs { $needed }, and the disk of “{ $path }” has { $free } free. Free some space.
store-no-such-backup = There is no backup “{ $name }”. “charla chats backups” shows those there are.

# What became of the chats.
store-recovered-with-backup = The chats were damaged ({ $reason }). The damaged file is kept as “{ $damaged }”. The backup of { $backup } was restored, and { $chats ->
    [one] { $chats } newer chat
   *[other] { $chats } newer chats
} and { $messages ->
    [one] { $messages } newer message
   *[other] { $messages } newer messages
} were recovered from the damaged file; { $lost ->
    [0] nothing is known to be missing.
    [one] { $lost } message could not be read.
   *[other] { $lost } messages could not be read.
}
store-recovered-without-backup = The chats were damaged ({ $reason }), and there was no backup. The damaged file is kept as “{ $damaged }”. { $chats ->
    [one] { $chats } chat
   *[other] { $chats } chats
} and { $messages ->
    [one] { $messages } message
   *[other] { $messages } messages
} were recovered from it; { $lost ->
    [0] nothing is known to be missing.
    [one] { $lost } message could not be read.
   *[other] { $lost } messages could not be read.
}
store-was-empty-with-backup = The file of the chats was empty. It is kept as “{ $damaged }”. The backup of { $backup } was restored, and { $messages ->
    [0] nothing newer could be found.
    [one] { $messages } newer message was recovered.
   *[other] { $messages } newer messages were recovered.
}
store-was-empty-without-backup = The file of the chats was empty, and there was no backup. It is kept as “{ $damaged }”. { $messages ->
    [0] Nothing could be recovered.
    [one] { $messages } message was recovered.
   *[other] { $messages } messages were recovered.
}
store-restored = The backup of { $backup } was restored. What was there before is kept as the backup “{ $before }”.
store-not-shown = The chats in “{ $path }” cannot be shown now: { $reason }. They are left as they are.
store-may-be-old = The chats in “{ $path }” could not be read completely: the newest messages may be missing here. They are still on the disk.
store-not-taken-over = { $changes ->
    [one] { $changes } change made in memory could not be saved
   *[other] { $changes } changes made in memory could not be saved
}, because what it changed is no longer there.
