//! How the window is left, for the next time: noted in each frame, written by a thread of its
//! own when it has changed. And the way back: a window is never put where no screen is.

use std::time::{Duration, Instant};

use eframe::CreationContext;
use egui::{Context, Pos2, Rect, Vec2, ViewportBuilder, pos2};

use super::state::{Keeping, State};
use super::theme;
use super::views::Views;
use crate::settings::{Place, WindowSaver, WindowState};

/// The size of the first window.
const FIRST_SIZE: Vec2 = Vec2::new(1280.0, 820.0);

/// A place that lasts this long is one that the user has chosen. On its way to fill the screen,
/// a window has that size for a frame before the system says that it is maximised.
const SETTLES: Duration = Duration::from_millis(500);

/// How much of the strip at the top of a window must be on a screen for a hand to take hold of
/// it, in pixels.
const GRIP: Vec2 = Vec2::new(120.0, 16.0);
const STRIP: f32 = 32.0;

/// Notes how the window is.
pub(super) struct Remember {
    /// `None` where nothing can be written: nothing is remembered then.
    saver: Option<WindowSaver>,
    said: WindowState,
    places: Places,
    /// The zoom of the last frame, as bits.
    zoom: Option<u32>,
}

/// Where the window has been while it did not fill the screen.
#[derive(Debug, Default)]
struct Places {
    settled: Option<Place>,
    latest: Option<(Place, Instant)>,
}

impl Remember {
    /// Goes on from how the window was left.
    pub(super) fn new(saver: Option<WindowSaver>, left: WindowState) -> Self {
        Self {
            saver,
            places: Places {
                settled: left.place,
                latest: None,
            },
            said: left,
            zoom: None,
        }
    }

    /// Notes how the window is now; what has changed is written soon.
    pub(super) fn note(&mut self, ctx: &Context, state: &State, views: &Views) {
        let is_maximized = self.look(ctx);
        // Where the chats are another window's, what is in view here is nowhere the next time.
        let has_chats = matches!(state.keeping, Keeping::Kept | Keeping::Unsaved(_));
        let (chat, reading) = match has_chats {
            true => (state.current.or(state.wanted), views.reading(state)),
            false => (self.said.chat, self.said.reading),
        };
        let now = WindowState {
            place: self.places.get(),
            is_maximized: is_maximized.unwrap_or(self.said.is_maximized),
            hides_chats: !state.shows_chats,
            hides_settings: !state.shows_settings,
            open_folders: views.open_folders(),
            chat,
            reading,
        };
        if now != self.said {
            if let Some(saver) = &self.saver {
                saver.save(&now);
            }
            self.said = now;
        }
    }

    /// Looks where the window is. Returns whether it fills the screen, where that is known.
    fn look(&mut self, ctx: &Context) -> Option<bool> {
        let zoom = ctx.zoom_factor();
        // In the frame in which the zoom changes, sizes are still in the points from before.
        let has_zoomed = self.zoom.replace(zoom.to_bits()) != Some(zoom.to_bits());
        ctx.input(|input| {
            let window = input.viewport();
            let is_hidden = window.minimized == Some(true) || window.fullscreen == Some(true);
            if is_hidden || has_zoomed {
                return None;
            }
            let inside = window.inner_rect?;
            let is_maximized = window.maximized.unwrap_or(false);
            let rounded = |x: f32, y: f32| [(x * zoom).round(), (y * zoom).round()];
            let place = Place {
                corner: window.outer_rect.map(|it| rounded(it.left(), it.top())),
                size: rounded(inside.width(), inside.height()),
            };
            self.places.note(place, is_maximized, Instant::now());
            Some(is_maximized)
        })
    }
}

impl Places {
    fn note(&mut self, place: Place, is_maximized: bool, now: Instant) {
        let has_settled = |since: Instant| now.saturating_duration_since(since) >= SETTLES;
        match self.latest {
            Some((latest, _)) if latest == place && !is_maximized => return,
            Some((latest, since)) if has_settled(since) || self.settled.is_none() => {
                self.settled = Some(latest);
            }
            _ => {}
        }
        self.latest = (!is_maximized).then_some((place, now));
    }

    fn get(&self) -> Option<Place> {
        self.latest.map(|(place, _)| place).or(self.settled)
    }
}

/// A window as it was left.
pub(super) fn builder(left: &WindowState) -> ViewportBuilder {
    let size = left.place.map_or(FIRST_SIZE, |place| {
        Vec2::from(place.size).max(theme::LEAST_WINDOW)
    });
    let builder = ViewportBuilder::default()
        .with_inner_size(size)
        .with_min_inner_size(theme::LEAST_WINDOW)
        .with_maximized(left.is_maximized);
    match left.place.and_then(|place| place.corner) {
        Some(corner) => builder.with_position(Pos2::from(corner)),
        None => builder,
    }
}

/// Brings a window back that lies where no screen is any more, before it is shown.
pub(super) fn bring_back(creation: &CreationContext<'_>, left: &WindowState) {
    let (Some(window), Some(place)) = (creation.winit_window(), left.place) else {
        return;
    };
    let Some(corner) = place.corner else {
        return;
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "pixels of screens"
    )]
    let (scale, screens): (f32, Vec<Rect>) = {
        let screens = window.available_monitors().map(|screen| {
            let (at, size) = (screen.position(), screen.size());
            let size = Vec2::new(size.width as f32, size.height as f32);
            Rect::from_min_size(pos2(at.x as f32, at.y as f32), size)
        });
        (window.scale_factor() as f32, screens.collect())
    };
    let corner = Pos2::from(corner.map(|it| it * scale));
    let size = Vec2::from(place.size.map(|it| it * scale));
    let Some((screen, at)) = back_on(Rect::from_min_size(corner, size), &screens) else {
        return;
    };
    if let Some(screen) = window.available_monitors().nth(screen) {
        let mut corner = screen.position();
        #[expect(clippy::cast_possible_truncation, reason = "pixels of screens")]
        {
            (corner.x, corner.y) = (at.x as i32, at.y as i32);
        }
        window.set_outer_position(corner);
    }
}

/// The screen to put a window on that nobody could reach, and where; `None` where it is within
/// reach.
fn back_on(window: Rect, screens: &[Rect]) -> Option<(usize, Pos2)> {
    let strip = Rect::from_min_size(window.min, Vec2::new(window.width(), STRIP));
    let is_in_reach = |screen: &Rect| {
        let seen = strip.intersect(*screen).size();
        seen.x >= GRIP.x.min(window.width()) && seen.y >= GRIP.y
    };
    if screens.iter().any(is_in_reach) {
        return None;
    }
    let distance = |screen: &Rect| screen.distance_sq_to_pos(window.center());
    let nearest = screens.iter().enumerate();
    let (number, screen) =
        nearest.min_by(|one, other| distance(one.1).total_cmp(&distance(other.1)))?;
    // The title that the system puts above it is not counted in its size.
    let last = screen.max - window.size() - Vec2::new(0.0, STRIP);
    Some((number, window.min.min(last).max(screen.min)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(width: f32) -> Place {
        Place {
            corner: Some([40.0, 30.0]),
            size: [width, 600.0],
        }
    }

    #[test]
    fn a_window_on_its_way_to_fill_the_screen_keeps_the_place_from_before() {
        let begun = Instant::now();
        let at = |ms| begun + Duration::from_millis(ms);
        let mut places = Places::default();
        places.note(place(800.0), false, at(0));
        places.note(place(900.0), false, at(10_000));
        places.note(place(1920.0), false, at(20_000));
        places.note(place(1920.0), true, at(20_016));
        places.note(place(1920.0), true, at(30_000));
        assert_eq!(places.get(), Some(place(900.0)));
        places.note(place(1000.0), false, at(40_000));
        assert_eq!(
            places.get(),
            Some(place(1000.0)),
            "and then has its own again"
        );
        places.note(place(1920.0), true, at(50_000));
        assert_eq!(places.get(), Some(place(1000.0)));
    }

    #[test]
    fn a_window_is_put_where_a_screen_is() {
        let left = Rect::from_min_size(pos2(-1920.0, 0.0), Vec2::new(1920.0, 1080.0));
        let main = Rect::from_min_size(pos2(0.0, 0.0), Vec2::new(1400.0, 900.0));
        let window = |x, y| Rect::from_min_size(pos2(x, y), Vec2::new(1000.0, 700.0));
        let both = [main, left];
        assert_eq!(back_on(window(-1500.0, 100.0), &both), None);
        assert_eq!(
            back_on(window(1200.0, 500.0), &both),
            None,
            "a part is enough"
        );
        let gone = back_on(window(-1500.0, 100.0), &[main]);
        assert_eq!(gone, Some((0, pos2(0.0, 100.0))));
        assert_eq!(
            back_on(window(9000.0, 9000.0), &both),
            Some((0, pos2(400.0, 168.0))),
            "with its title"
        );
        let above = back_on(window(100.0, -400.0), &both);
        assert_eq!(
            above,
            Some((0, pos2(100.0, 0.0))),
            "its title cannot be reached"
        );
        let large = Rect::from_min_size(pos2(5000.0, 0.0), Vec2::new(3000.0, 2000.0));
        assert_eq!(back_on(large, &[main]), Some((0, pos2(0.0, 0.0))));
        assert_eq!(back_on(window(9000.0, 0.0), &[]), None, "nothing is known");
    }
}
