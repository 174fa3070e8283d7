//! What Ollama has downloaded: manifests in `manifests/<host>/<namespace>/<model>/<tag>` name
//! the files in `blobs`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::Named;

const MODEL_LAYER: &str = "application/vnd.ollama.image.model";
/// A manifest lists a handful of layers.
const MAX_MANIFEST_BYTES: u64 = 1 << 20;
/// Host, namespace, model, tag.
const DEPTH: usize = 4;

#[derive(Deserialize)]
struct Manifest {
    #[serde(default)]
    layers: Vec<Layer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Layer {
    media_type: String,
    digest: String,
}

pub(super) fn named(root: &Path) -> io::Result<Vec<Named>> {
    // Asked first: a folder that may not be read is said to be so.
    fs::read_dir(root)?;
    let mut found = Vec::new();
    read_below(root, &root.join("manifests"), &mut Vec::new(), &mut found);
    Ok(found)
}

fn read_below(root: &Path, folder: &Path, names: &mut Vec<String>, found: &mut Vec<Named>) {
    let Ok(listing) = fs::read_dir(folder) else {
        return;
    };
    let mut items: Vec<PathBuf> = listing.filter_map(|it| Some(it.ok()?.path())).collect();
    items.sort_unstable();
    for item in items {
        names.push(super::super::names::file_name(&item));
        if names.len() < DEPTH {
            read_below(root, &item, names, found);
        } else {
            found.extend(of_manifest(root, &item, names));
        }
        names.pop();
    }
}

fn of_manifest(root: &Path, path: &Path, names: &[String]) -> Option<Named> {
    let [_, namespace, model, tag] = names else {
        return None;
    };
    if fs::metadata(path).ok()?.len() > MAX_MANIFEST_BYTES {
        return None;
    }
    let manifest: Manifest = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
    let layer = manifest
        .layers
        .into_iter()
        .find(|layer| layer.media_type == MODEL_LAYER)?;
    let hash = layer.digest.strip_prefix("sha256:")?;
    // Nothing but a hash may become a part of a path.
    if hash.len() != 64 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let name = match tag.as_str() {
        "latest" => model.clone(),
        tag => format!("{model} {tag}"),
    };
    Some(Named {
        path: root.join("blobs").join(format!("sha256-{hash}")),
        name,
        maker: (namespace != "library").then(|| namespace.clone()),
    })
}
