//! The real window without a screen: input goes in, shapes come out, and the clock of the
//! thread says what each frame cost. What a graphics card would do is not counted.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::sleep;
use std::time::{Duration, Instant};

use charla::app::{App, Setup};
use charla::engine::Launch;
use charla::engine::fake::Script;
use charla::i18n::Language;
use charla::paths::Paths;
use charla::settings::{Settings, Theme, WindowState};
use eframe::App as _;
use egui::epaint::Shape;
use egui::text::CCursor;
use egui::{
    Context, Event, Galley, Key, Modifiers, MouseWheelSource, MouseWheelUnit, PointerButton, Pos2,
    RawInput, Rect, TouchPhase, Vec2, ViewportId, pos2,
};
use tempfile::TempDir;

use crate::{Outcome, data};

/// Longer than anything here should take.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a frame takes on a screen of 60 Hz.
pub(crate) const FRAME: Duration = Duration::from_nanos(16_666_667);

const SIZE: Vec2 = Vec2::new(1280.0, 820.0);

/// A text that was painted.
struct Text {
    galley: Arc<Galley>,
    at: Pos2,
    clip: Rect,
}

impl Text {
    /// Where the words begin, if they are in view.
    fn place(&self, words: &str) -> Option<Pos2> {
        let text = self.galley.text();
        let before = text.get(..text.find(words)?)?;
        let letter = CCursor::new(before.chars().count());
        let at = self.galley.pos_from_cursor(letter).center() + self.at.to_vec2();
        // A little into the word.
        let at = at + Vec2::new(4.0, 0.0);
        let window = Rect::from_min_size(Pos2::ZERO, SIZE);
        self.clip.intersect(window).contains(at).then_some(at)
    }
}

/// A window of the real program with a scripted engine and a home of its own.
pub(crate) struct Window {
    app: App,
    ctx: Context,
    frame: eframe::Frame,
    events: Vec<Event>,
    seconds: f64,
    texts: Vec<Text>,
    /// How long the window would sleep after the last frame.
    pub(crate) sleeps: Duration,
    /// Whether another thread has asked for a frame since the last one.
    woken: Arc<AtomicBool>,
    /// When the first one of these asked it to be painted.
    wanted: Arc<Mutex<Option<Instant>>>,
    _home: TempDir,
}

impl Window {
    /// Opens a window on a copy of the chats, without painting it.
    pub(crate) fn new(home: TempDir, script: Script) -> Outcome<Self> {
        let settings = Settings {
            language: Some(Language::En),
            theme: Theme::Light,
            ..Settings::default()
        };
        let setup = Setup {
            left: WindowState::default(),
            launch: Launch::Fake(script),
            paths: Paths::below(home.path()),
            settings,
            file: Some("/models/test.gguf".into()),
            settings_error: None,
            saves_settings: true,
        };
        let ctx = Context::default();
        let woken = Arc::new(AtomicBool::new(false));
        let wanted = Arc::new(Mutex::new(None));
        let (flag, time) = (Arc::clone(&woken), Arc::clone(&wanted));
        ctx.set_request_repaint_callback(move |info| {
            let at = Instant::now() + info.delay.min(PATIENCE);
            flag.store(true, Ordering::Relaxed);
            if let Ok(mut wanted) = time.lock() {
                *wanted = Some(wanted.map_or(at, |before: Instant| before.min(at)));
            }
        });
        Ok(Self {
            app: App::new(&ctx, setup)?,
            ctx,
            frame: eframe::Frame::_new_kittest(),
            events: Vec::new(),
            seconds: 0.0,
            texts: Vec::new(),
            sleeps: Duration::ZERO,
            woken,
            wanted,
            _home: home,
        })
    }

    /// Opens a window and waits until it has its chats and its model.
    pub(crate) fn open(script: Script) -> Outcome<Self> {
        let mut window = Self::new(data::home()?, script)?;
        window.wait_for(data::LONG_TITLE)?;
        window.settle()?;
        Ok(window)
    }

    /// Opens the chat of this title and waits until it shows this and has come to rest.
    /// Returns what each frame from the click on cost, up to the one that showed it.
    pub(crate) fn open_chat(&mut self, title: &str, shows: &str) -> Outcome<Vec<f64>> {
        self.click_text(title)?;
        let figures = self.frames_until(|window| window.shows_in_conversation(shows))?;
        self.settle()?;
        Ok(figures)
    }

    /// Paints one frame and returns the milliseconds of processor time it took.
    pub(crate) fn paint(&mut self) -> f64 {
        self.paint_after(FRAME)
    }

    /// Paints one frame so long after the last.
    pub(crate) fn paint_after(&mut self, pause: Duration) -> f64 {
        self.seconds += pause.as_secs_f64();
        let mut input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, SIZE)),
            max_texture_side: Some(8192),
            time: Some(self.seconds),
            events: std::mem::take(&mut self.events),
            ..RawInput::default()
        };
        if let Some(viewport) = input.viewports.get_mut(&ViewportId::ROOT) {
            viewport.native_pixels_per_point = Some(1.0);
            viewport.focused = Some(true);
        }
        self.woken.store(false, Ordering::Relaxed);
        if let Ok(mut wanted) = self.wanted.lock() {
            *wanted = None;
        }
        let (app, frame) = (&mut self.app, &mut self.frame);
        let begun = processor_time();
        let mut output = self.ctx.run_ui(input, |ui| {
            app.logic(ui.ctx(), frame);
            app.ui(ui, frame);
        });
        let laid_out = spent_since(begun);
        let shapes = std::mem::take(&mut output.shapes);
        self.texts.clear();
        for shape in &shapes {
            collect(&shape.shape, shape.clip_rect, &mut self.texts);
        }
        let root = output.viewport_output.get(&ViewportId::ROOT);
        self.sleeps = root.map_or(Duration::MAX, |it| it.repaint_delay);
        let begun = processor_time();
        let primitives = self.ctx.tessellate(shapes, output.pixels_per_point);
        let tessellated = spent_since(begun);
        drop(primitives);
        output.drop_without_applying_deltas();
        (laid_out + tessellated).as_secs_f64() * 1000.0
    }

    /// Lets other threads work, paints, and so on until something is so.
    pub(crate) fn frames_until(
        &mut self,
        mut is_so: impl FnMut(&Self) -> bool,
    ) -> Outcome<Vec<f64>> {
        let begun = Instant::now();
        let mut figures = Vec::new();
        loop {
            figures.push(self.paint());
            if is_so(self) {
                return Ok(figures);
            }
            if begun.elapsed() > PATIENCE {
                return Err("what the window was to show never came".into());
            }
            sleep(Duration::from_millis(5));
        }
    }

    pub(crate) fn wait_for(&mut self, text: &str) -> Outcome<()> {
        match self.frames_until(|window| window.shows(text)) {
            Ok(_) => Ok(()),
            Err(_) => Err(format!("“{text}” never came").into()),
        }
    }

    /// Paints until the window would sleep for a while.
    pub(crate) fn settle(&mut self) -> Outcome<()> {
        let mut quiet = 0;
        self.frames_until(|window| {
            let sleeps = window.sleeps > Duration::from_secs(1) && !window.is_woken();
            quiet = if sleeps { quiet + 1 } else { 0 };
            quiet > 20
        })
        .map_err(|_| "the window never came to rest")?;
        Ok(())
    }

    /// Paints when the window would on a screen of 60 Hz, for so long. Returns what each frame cost.
    pub(crate) fn live(&mut self, span: Duration) -> Vec<f64> {
        let end = Instant::now() + span;
        let mut figures = Vec::new();
        let mut last = Instant::now();
        loop {
            let now = Instant::now();
            if now >= end {
                return figures;
            }
            let wanted = self.wanted.lock().ok().and_then(|it| *it);
            let own = last.checked_add(self.sleeps);
            let next = [wanted, own].into_iter().flatten().min();
            let next = next.map(|next| next.max(last + FRAME));
            if next.is_some_and(|next| next <= now) {
                figures.push(self.paint_after(now - last));
                last = now;
            } else {
                sleep(Duration::from_millis(2));
            }
        }
    }

    /// Whether another thread has asked for a frame since the last one.
    pub(crate) fn is_woken(&self) -> bool {
        self.woken.load(Ordering::Relaxed)
    }

    /// What asked for the last frames.
    pub(crate) fn causes(&self) -> String {
        let causes = self.ctx.repaint_causes();
        let causes: Vec<_> = causes.iter().map(ToString::to_string).collect();
        causes.join(", ")
    }

    /// Whether these words are in view.
    pub(crate) fn shows(&self, words: &str) -> bool {
        self.places(words).next().is_some()
    }

    /// Whether the conversation shows these words.
    pub(crate) fn shows_in_conversation(&self, words: &str) -> bool {
        self.places(words).any(|(at, _)| CONVERSATION.contains(at))
    }

    /// Where the left panel shows these words and more.
    pub(crate) fn find_on_the_left(&self, words: &str) -> Option<Pos2> {
        let mut found = self.places(words);
        let is_there = |at: Pos2, text: &str| at.x < CONVERSATION.left() && text != words;
        found
            .find(|(at, text)| is_there(*at, text))
            .map(|(at, _)| at)
    }

    /// Where these words are, and the texts they are a part of.
    fn places<'a>(&'a self, words: &'a str) -> impl Iterator<Item = (Pos2, &'a str)> {
        let texts = self.texts.iter();
        texts.filter_map(move |it| Some((it.place(words)?, it.galley.text())))
    }

    /// All that the conversation shows and where, to tell one view from another.
    pub(crate) fn conversation(&self) -> String {
        let mut lines = Vec::new();
        for text in &self.texts {
            let rect = text.galley.rect.translate(text.at.to_vec2());
            let seen = rect.intersect(text.clip).intersect(CONVERSATION);
            if seen.is_positive() {
                let start: String = text.galley.text().chars().take(80).collect();
                lines.push(format!("{} {start}", rect.top()));
            }
        }
        lines.join("\n")
    }

    pub(crate) fn click_text(&mut self, words: &str) -> Outcome<()> {
        let at = self.places(words).next().map(|(at, _)| at);
        self.click(at.ok_or_else(|| format!("“{words}” is not in view"))?);
        Ok(())
    }

    /// Clicks with the next frames; the last of them is not painted yet.
    pub(crate) fn click(&mut self, at: Pos2) {
        self.point(at);
        self.paint();
        self.button(at, true);
        self.paint();
        self.button(at, false);
    }

    pub(crate) fn point(&mut self, at: Pos2) {
        self.events.push(Event::PointerMoved(at));
    }

    pub(crate) fn button(&mut self, pos: Pos2, pressed: bool) {
        self.events.push(Event::PointerButton {
            pos,
            button: PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        });
    }

    /// Turns the wheel above the conversation; upwards where `y` is positive.
    pub(crate) fn wheel(&mut self, unit: MouseWheelUnit, y: f32) {
        self.events.push(Event::MouseWheel {
            unit,
            delta: Vec2::new(0.0, y),
            phase: TouchPhase::Move,
            source: MouseWheelSource::Unknown,
            modifiers: Modifiers::NONE,
        });
    }

    pub(crate) fn key(&mut self, key: Key, modifiers: Modifiers) {
        for pressed in [true, false] {
            self.events.push(Event::Key {
                key,
                physical_key: None,
                pressed,
                repeat: false,
                modifiers,
            });
        }
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.events.push(Event::Text(text.into()));
    }

    /// Sends what is typed in the composer.
    pub(crate) fn say(&mut self, text: &str) -> Outcome<Vec<f64>> {
        self.click_text("Write a message")?;
        self.paint();
        self.text(text);
        self.paint();
        self.key(Key::Enter, Modifiers::NONE);
        let shown = self.frames_until(|window| window.shows_in_conversation(text));
        shown.map_err(|_| format!("“{text}” was sent and never shown").into())
    }
}

/// The middle of the conversation, in which the pointer rests while it scrolls.
pub(crate) const MIDDLE: Pos2 = pos2(620.0, 380.0);

/// Where the conversation is, the bar above it and the composer left out.
const CONVERSATION: Rect = Rect {
    min: pos2(264.0, 60.0),
    max: pos2(980.0, 700.0),
};

fn collect(shape: &Shape, clip: Rect, texts: &mut Vec<Text>) {
    match shape {
        Shape::Text(text) => texts.push(Text {
            galley: Arc::clone(&text.galley),
            at: text.pos,
            clip,
        }),
        Shape::Vec(shapes) => {
            for shape in shapes {
                collect(shape, clip, texts);
            }
        }
        _ => {}
    }
}

/// Time that processors have spent on this thread since its clock stood there.
pub(crate) fn spent_since(begun: Duration) -> Duration {
    processor_time().saturating_sub(begun)
}

/// Time that processors have spent on this thread; time on the clock where the system
/// does not count that.
#[cfg(unix)]
pub(crate) fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(
        time.tv_sec.cast_unsigned(),
        u32::try_from(time.tv_nsec).unwrap_or_default(),
    )
}

#[cfg(not(unix))]
pub(crate) fn processor_time() -> Duration {
    use std::sync::OnceLock;
    static BEGUN: OnceLock<Instant> = OnceLock::new();
    BEGUN.get_or_init(Instant::now).elapsed()
}
