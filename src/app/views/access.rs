//! Mends what egui tells a screen reader, after each frame: a scroll bar has no name there,
//! the icons are letters that no voice knows, and the window is called nothing.

use std::ops::RangeInclusive;

use egui::accesskit::{Node, Role, TreeUpdate};
use egui::{Context, FullOutput, Plugin};

use crate::i18n::I18n;

/// What the window is called, in every language.
const WINDOW: &str = "Charla";

/// Lucide's icons are in Unicode's private use area.
const PRIVATE_USE: RangeInclusive<char> = '\u{e000}'..='\u{f8ff}';

/// Goes over what is on its way to the screen reader, if one listens.
#[derive(Debug, Default)]
struct Names {
    /// What each scroll bar is called.
    scroll_bar: String,
}

/// Says what nameless things are called from now on, in the window's language.
pub(super) fn name(ctx: &Context, i18n: &I18n) {
    let names = ctx.plugin_or_default::<Names>();
    names.lock().scroll_bar = i18n.get("scroll-bar");
}

impl Plugin for Names {
    fn debug_name(&self) -> &'static str {
        "names"
    }

    fn output_hook(&mut self, _: &Context, output: &mut FullOutput) {
        if let Some(tree) = &mut output.platform_output.accesskit_update {
            self.mend(tree);
        }
    }
}

impl Names {
    fn mend(&self, tree: &mut TreeUpdate) {
        let root = tree.tree.as_ref().map(|tree| tree.root);
        for (id, node) in &mut tree.nodes {
            if Some(*id) == root {
                node.set_label(WINDOW);
            }
            match node.role() {
                Role::ScrollBar if node.label().is_none_or(str::is_empty) => {
                    node.set_label(self.scroll_bar.as_str());
                }
                Role::Label if is_icon(node) => node.set_hidden(),
                _ => {}
            }
        }
    }
}

/// Whether there is nothing but an icon to say.
fn is_icon(node: &Node) -> bool {
    let text = node.value().or(node.label()).unwrap_or_default();
    !text.is_empty() && text.chars().all(|letter| PRIVATE_USE.contains(&letter))
}

#[cfg(test)]
mod tests {
    use egui::accesskit::{NodeId, TreeId, TreeInfo};

    use super::*;

    #[test]
    fn what_egui_leaves_nameless_gets_a_name() {
        let mut icon = Node::new(Role::Label);
        icon.set_value("\u{e151}");
        let mut words = Node::new(Role::Label);
        words.set_value("Search");
        let mut named = Node::new(Role::ScrollBar);
        named.set_label("Code");
        let nodes = [
            Node::new(Role::Window),
            Node::new(Role::ScrollBar),
            named,
            icon,
            words,
        ];
        let mut tree = TreeUpdate {
            nodes: (0..).map(NodeId).zip(nodes).collect(),
            tree: Some(TreeInfo::new(NodeId(0))),
            tree_id: TreeId::ROOT,
            focus: NodeId(0),
        };
        let mending = Names {
            scroll_bar: "Scroll bar".to_owned(),
        };
        mending.mend(&mut tree);
        let label = |index: usize| tree.nodes[index].1.label();
        assert_eq!(label(0), Some(WINDOW));
        assert_eq!(label(1), Some("Scroll bar"));
        assert_eq!(label(2), Some("Code"));
        assert!(tree.nodes[3].1.is_hidden());
        assert!(!tree.nodes[4].1.is_hidden());
    }
}
