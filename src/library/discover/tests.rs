//! Folders made by hand.

use super::*;
use gguf::Builder;

pub(in crate::library) fn write(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, bytes).unwrap();
    path
}

/// A model that is like no other of another name.
pub(in crate::library) fn model(name: &str) -> Vec<u8> {
    Builder::model().text("general.name", name).bytes()
}

fn tree(folder: &Path) -> Root {
    Root {
        origin: Origin::Added,
        path: folder.to_owned(),
        layout: sources::Layout::Tree,
    }
}

fn found(folders: &[&Path]) -> Listing {
    let roots: Vec<Root> = folders.iter().map(|folder| tree(folder)).collect();
    scan(&roots, None, &AtomicBool::new(false))
}

fn names(listing: &Listing) -> Vec<&str> {
    let entries = listing.entries.iter();
    entries.map(|entry| entry.name.as_str()).collect()
}

#[test]
fn models_are_found_and_sorted() {
    let folder = tempfile::tempdir().unwrap();
    let projector = Builder::empty()
        .text("general.architecture", "clip")
        .bytes();
    let zebra = model("zebra");
    let files: [(&str, &[u8]); 12] = [
        ("zebra-1B-Q4_K_M.gguf", &zebra),
        ("Org/Repo/Apple_2B.GGUF", &model("apple")),
        ("broken.gguf", b"what?"),
        ("1/2/3/4/5/6/7/8/9/10/11/12/deep.gguf", &model("deep")),
        ("1/2/3/4/5/6/7/8/9/10/11/12/13/too-deep.gguf", &model("d")),
        ("half.gguf.part", &zebra),
        ("incomplete-half.gguf", &zebra),
        ("mmproj-vision-f16.gguf", &projector),
        ("._apple.gguf", &zebra),
        (".hidden/model.gguf", &zebra),
        (".download.x.gguf", &zebra),
        ("notes.txt", b""),
    ];
    for (name, bytes) in files {
        write(folder.path(), name, bytes);
    }
    let missing = folder.path().join("no such folder");
    let listing = found(&[folder.path(), &missing, folder.path()]);
    assert_eq!(
        names(&listing),
        ["Apple 2B", "Broken", "Deep", "Mmproj Vision", "Zebra 1B"]
    );
    let [_, broken, _, projector, last] = listing.entries.as_slice() else {
        unreachable!();
    };
    assert!(matches!(broken.problem, Some(Error::NotGguf { .. })));
    assert!(!projector.is_for_chats() && broken.is_for_chats());
    assert!(last.problem.is_none());
    assert_eq!(last.quantisation, "Q4_K_M");
    assert_eq!(last.context_length, Some(2048));
    assert_eq!(last.parameters, 5123);
    assert_eq!(last.size_bytes, zebra.len() as u64);
    assert_eq!(last.maker.as_deref(), Some("Ada & Co."));

    let looked: Vec<_> = listing
        .folders
        .iter()
        .map(|it| (it.models, it.exists, it.problem.is_some()))
        .collect();
    assert_eq!(
        looked,
        [(5, true, false), (0, false, false), (0, true, false)]
    );
}

#[test]
fn the_same_content_is_one_model_in_two_places() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let first = write(one.path(), "first.gguf", &model("same"));
    let second = write(other.path(), "deep/second.gguf", &model("same"));
    write(other.path(), "third.gguf", &model("another"));
    let listing = found(&[one.path(), other.path()]);
    assert_eq!(names(&listing), ["First", "Third"]);
    let places: Vec<_> = listing.entries[0]
        .places
        .iter()
        .map(|it| &it.path)
        .collect();
    assert_eq!(places, [&first, &second]);
    assert_eq!(listing.entries[0].path, first);
    assert_eq!(listing.folders[1].models, 2);
}

#[test]
fn parts_are_one_model_and_a_missing_one_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let part = |number: u16| {
        let part = match number {
            0 => Builder::model(),
            _ => Builder::empty().tensor("output.weight", &[256, 2], 12),
        };
        part.short("split.no", number)
            .short("split.count", 3)
            .bytes()
    };
    let sizes: u64 = (0..3).map(|number| part(number).len() as u64).sum();
    for number in 0..3 {
        let name = format!("big-0000{}-of-00003.gguf", number + 1);
        write(folder.path(), &name, &part(number));
    }
    let listing = found(&[folder.path()]);
    assert_eq!(names(&listing), ["Big"]);
    let [big] = listing.entries.as_slice() else {
        unreachable!()
    };
    assert_eq!((big.size_bytes, big.parameters), (sizes, 5123 + 2 * 512));
    let header = big.header.as_ref().unwrap();
    assert_eq!(header.weight_bytes, 256 * 12 * 2 + 3 * 576 + 12);

    let check = |listing: &Listing, expected: &str| {
        let [entry] = listing.entries.as_slice() else {
            panic!("{listing:?}")
        };
        let problem = entry.problem.as_ref().unwrap().to_string();
        assert!(problem.contains(expected), "{problem}");
    };
    let third = folder.path().join("big-00003-of-00003.gguf");
    fs::write(&third, part(1)).unwrap();
    check(&found(&[folder.path()]), "big-00003-of-00003.gguf: damaged");
    fs::remove_file(&third).unwrap();
    check(
        &found(&[folder.path()]),
        "big-00003-of-00003.gguf is missing",
    );
    let renamed = tempfile::tempdir().unwrap();
    write(renamed.path(), "mine.gguf", &part(0));
    check(&found(&[renamed.path()]), "first of 3 parts, renamed");
}

#[test]
fn what_was_read_before_is_known_until_it_changes() {
    let folder = tempfile::tempdir().unwrap();
    let cache = tempfile::tempdir().unwrap();
    let index = cache.path().join("deep/models.json");
    let look = || {
        scan(
            &[tree(folder.path())],
            Some(&index),
            &AtomicBool::new(false),
        )
    };
    let path = write(folder.path(), "m.gguf", &model("one"));
    write(folder.path(), "gone.gguf", &model("gone"));
    assert_eq!(names(&look()), ["Gone", "M"]);
    let noted = fs::read_to_string(&index).unwrap();
    assert!(noted.contains("gone.gguf"));

    // What is noted is believed: the name in it is the one that is shown.
    fs::write(&index, noted.replace("Ada & Co.", "Grace")).unwrap();
    assert_eq!(look().entries[1].maker.as_deref(), Some("Grace"));
    fs::write(&path, model("two!")).unwrap();
    let listing = look();
    assert_eq!(listing.entries[1].maker.as_deref(), Some("Ada & Co."));
    assert_eq!(
        listing.entries[1].header.as_ref().unwrap().name.as_deref(),
        Some("two!")
    );

    // What is gone is forgotten, and notes that make no sense are made again.
    fs::remove_file(folder.path().join("gone.gguf")).unwrap();
    assert_eq!(names(&look()), ["M"]);
    assert!(!fs::read_to_string(&index).unwrap().contains("gone.gguf"));
    for rubbish in ["", "{", "{\"version\":99,\"models\":[]}"] {
        fs::write(&index, rubbish).unwrap();
        assert_eq!(names(&look()), ["M"]);
        assert!(fs::read_to_string(&index).unwrap().contains("m.gguf"));
    }
}

#[test]
fn a_search_that_is_stopped_forgets_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let index = folder.path().join("models.json");
    write(folder.path(), "m.gguf", &model("one"));
    let look = |stop| scan(&[tree(folder.path())], Some(&index), &AtomicBool::new(stop));
    assert_eq!(names(&look(false)), ["M"]);
    assert!(look(true).entries.is_empty());
    assert!(fs::read_to_string(&index).unwrap().contains("m.gguf"));
}

#[test]
fn an_opened_file_is_a_model_though_it_is_in_no_folder() {
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let inside = write(folder.path(), "inside-Q8_0.gguf", &model("inside"));
    let opened = write(elsewhere.path(), "opened-Q8_0.gguf", &model("opened"));
    let scan_with = |path: &Path| {
        let roots = [tree(folder.path()), Root::opened(path.to_owned())];
        scan(&roots, None, &AtomicBool::new(false))
    };
    let listing = scan_with(&opened);
    assert_eq!(names(&listing), ["Inside", "Opened"]);
    assert_eq!(listing.entries[1].places[0].origin, Origin::Opened);
    assert_eq!(listing.folders.len(), 1, "it is no folder to look into");

    let listing = scan_with(&inside);
    assert_eq!(names(&listing), ["Inside"]);
    assert_eq!(listing.entries[0].places.len(), 1);
}

#[cfg(unix)]
#[test]
fn links_are_followed_once() {
    use std::os::unix::fs::symlink;

    let folder = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    write(elsewhere.path(), "linked.gguf", &model("linked"));
    write(elsewhere.path(), "blob", &model("blob"));
    symlink(folder.path(), elsewhere.path().join("back")).unwrap();
    symlink(elsewhere.path(), folder.path().join("models")).unwrap();
    symlink(elsewhere.path(), folder.path().join("again")).unwrap();
    // As in the Hub's cache: the blob has no ending, the link does.
    symlink(
        elsewhere.path().join("blob"),
        folder.path().join("cached.gguf"),
    )
    .unwrap();
    symlink("/dev/zero", folder.path().join("zero.gguf")).unwrap();
    symlink("nowhere", folder.path().join("broken.gguf")).unwrap();

    let listing = found(&[folder.path()]);
    assert_eq!(names(&listing), ["Cached", "Linked"]);
    assert!(listing.entries.iter().all(|entry| entry.places.len() == 1));
}
