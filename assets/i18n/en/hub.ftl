# What goes wrong between this machine and a server.
hub-offline = “{ $host }” cannot be reached. { $mirror ->
        [yes] Check the connection to the internet, and HF_ENDPOINT and the proxy if you have set them.
       *[no] Check the connection to the internet.
    }
hub-refused = “{ $host }” refuses connections. { $mirror ->
        [yes] Try again later, and check HF_ENDPOINT and the proxy if you have set them.
       *[no] Try again later.
    }
hub-tls = No safe connection to “{ $host }” could be made ({ $reason }). Check the date of this machine, and whether a proxy or a login page stands in between.
hub-silent = “{ $host }” has not answered for { $seconds } s. Check the connection, or try again later.
hub-broken = The connection to “{ $host }” broke off ({ $reason }). Try again.
hub-cut-short = The answer of “{ $host }” ended too early. Try again.
hub-not-public = “{ $subject }” does not exist or is not public. Check the name; if it is private, set HF_TOKEN to your access token.
hub-token = “{ $host }” does not accept your access token. Set HF_TOKEN to a valid one, or unset it.
hub-needs-token = The conditions at { $page } have to be accepted first. Accept them there, and set HF_TOKEN to your access token.
hub-forbidden = You have no access yet. Accept the conditions at { $page }, and check that your access token may read it.
hub-not-found = There is no “{ $subject }”. Check the name.
hub-busy-for =
    “{ $host }” takes no more requests for now. Try again in { $seconds ->
        [one] { $seconds } second
       *[other] { $seconds } seconds
    }.
hub-busy = “{ $host }” takes no more requests for now. Try again in a few minutes.
hub-server = “{ $host }” has a fault of its own (status { $status }). Try again later.
hub-status = “{ $host }” does not give it out (status { $status }). Check the address.
hub-unexpected = “{ $host }” answered with something other than what was asked for. If your network has a login page, log in there first; { $mirror ->
        [yes] otherwise check the address, and HF_ENDPOINT if you have set it.
       *[no] otherwise try again later.
    }
hub-too-large = “{ $host }” answered with more than { $limit }, so the answer was not read. { $mirror ->
        [yes] Check the address, and HF_ENDPOINT if you have set it.
       *[no] Try again later.
    }
hub-circles = “{ $host }” leads from one address to the next without end. { $mirror ->
        [yes] Check the address, and HF_ENDPOINT if you have set it.
       *[no] Try again later.
    }
hub-unsafe-redirect = The server leads to “{ $address }”, which is not safe to follow. Look for another source.
hub-name = “{ $name }” is not a name that can be used. A repository is written owner/name, and its files end in .gguf.
hub-address = “{ $address }” cannot be used. Write the https:// address of a .gguf file, or owner/repository.
hub-setup = Nothing can be asked of the internet: { $reason }. Check that the certificates of this system are installed.

# Downloads.
download-exists = “{ $path }” is there already and is another file. Move or delete it first.
download-busy = Another Charla is already downloading “{ $path }”. Wait for it, or stop it there.
download-no-room = “{ $path }” needs { $needed } of free space for this, and { $free } are free. Free some space and try again; what has arrived is kept.
download-disk-full = The disk of “{ $path }” is full. Free some space and try again; what has arrived is kept.
download-wrong-hash = “{ $name }” arrived damaged and was deleted: its SHA-256 is wrong. Download it again.
download-wrong-size = “{ $name }” should have { $expected } bytes and the server sends { $size }, so it was deleted. Try again later.
download-changed = “{ $name }” is no longer the same file on the server. Cancel this download and look it up again.
download-incomplete = “{ $name }” has { $expected } files and only { $found } of them are there. Choose another model.
download-disk = “{ $path }” could not be written: { $reason }. Check the folder and the disk.
download-thread = Downloads do not work: { $reason }. Start Charla again.

# `charla models download`.
models-connecting = { $name }: connecting…
models-received = { $name }: { $received } of { $total }
models-progress = { $name }: { $received } of { $total }, { $rate }/s, { $remaining } left
models-verifying = { $name }: checking { $received } of { $total }
models-waiting = { $error } Trying again in { $seconds } s.
models-interrupted = Stopped. What has arrived is kept; the same command goes on from there.
models-thread-ended = The thread of the downloads has ended. Please report this.
models-unknown = No model of the catalogue is called “{ $name }”. Write owner/repository as on the Hub, or the address of a .gguf file.
models-not-on-hub = “{ $name }” is not downloaded from the Hub: script/bootstrap brings it.
models-none-in-repo = “{ $repo }” has no GGUF models. Look for a repository whose name ends in GGUF.
models-several = “{ $repo }” has several models. Choose one: { $choices }
models-no-such-quantisation = “{ $repo }” has no such model. Choose one: { $choices }
