//! What a desktop program wants of a disk, and the standard library leaves to it.

mod hex;
mod lock;
mod private;
mod replace;
mod saver;
mod space;
mod stamp;

pub use hex::hex;
pub use lock::{Lock, open_lock};
pub use private::{make_private, make_tree_private, private_folder};
pub use replace::{
    create_with, folder_of, replace, replace_unsynced, replace_with, sync_folder, target, temporary,
};
pub use saver::{Queue, Saver, caught};
pub use space::free_bytes;
pub use stamp::Stamp;
