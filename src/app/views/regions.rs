//! The parts of the window between which F6 moves the keyboard, as in most programs.

use egui::{Context, FocusDirection, Id, Rect, Ui};

use crate::app::state::State;

/// A part of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Region {
    Bar,
    Chats,
    Conversation,
    Composer,
    Settings,
}

impl Region {
    /// The message of what it is called.
    fn name(self) -> &'static str {
        match self {
            Self::Bar => "region-bar",
            Self::Chats => "region-chats",
            Self::Conversation => "region-conversation",
            Self::Composer => "region-composer",
            Self::Settings => "region-settings",
        }
    }
}

/// The order in which the keyboard goes through them.
const ORDER: [Region; 5] = [
    Region::Bar,
    Region::Chats,
    Region::Conversation,
    Region::Composer,
    Region::Settings,
];

/// Where they are, and which of them is to have the keyboard.
#[derive(Default)]
pub(super) struct Regions {
    drawn: Vec<(Region, Rect)>,
    wanted: Option<Region>,
}

impl Regions {
    /// Before anything is drawn.
    pub(super) fn begin(&mut self) {
        self.drawn.clear();
    }

    /// A region begins here. Where it is to have the keyboard, its first control gets it.
    pub(super) fn enter(&mut self, ui: &Ui, state: &State, region: Region) {
        // Only a listening screen reader is given a node to name.
        ui.ctx().accesskit_node_builder(ui.unique_id(), |node| {
            node.set_label(state.i18n.get(region.name()));
        });
        self.drawn.push((region, ui.max_rect()));
        if self.wanted.take_if(|wanted| *wanted == region).is_none() {
            return;
        }
        let start = Id::unique(("region", region as u8));
        let layer = ui.layer_id();
        // As if what stands before the first control had the keyboard, and Tab were pressed.
        ui.memory_mut(|memory| {
            memory.request_focus(start);
            memory.move_focus(FocusDirection::Next);
            memory.interested_in_focus(start, layer);
        });
    }

    /// Moves the keyboard to the region after the one that has it, or to the one before.
    pub(super) fn step(&mut self, ctx: &Context, is_forward: bool) -> Option<Region> {
        let is_shown = |region: &Region| self.drawn.iter().any(|(it, _)| it == region);
        let order: Vec<Region> = ORDER.into_iter().filter(is_shown).collect();
        let current = self.current(ctx);
        let current = current.and_then(|current| order.iter().position(|it| *it == current));
        let next = match (current, is_forward) {
            (Some(index), true) => (index + 1) % order.len(),
            (Some(index), false) => (index + order.len() - 1) % order.len(),
            (None, true) => 0,
            (None, false) => order.len().checked_sub(1)?,
        };
        let next = order.get(next).copied();
        // The composer knows which of its controls is meant.
        self.wanted = next.filter(|region| *region != Region::Composer);
        next
    }

    /// The one whose control has the keyboard; of two, the one that lies above.
    fn current(&self, ctx: &Context) -> Option<Region> {
        let focused = ctx.memory(egui::Memory::focused)?;
        let at = ctx.read_response(focused)?.rect.center();
        let mut regions = self.drawn.iter().rev();
        regions.find(|(_, rect)| rect.contains(at)).map(|it| it.0)
    }
}
