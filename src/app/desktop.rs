//! What the desktop says about looks: colours, contrast and motion. On Linux the XDG
//! portal knows it; elsewhere the window itself knows the colours, and the rest is not
//! asked for.

use egui::ThemePreference;

use super::theme::Look;
use crate::settings::{Motion, Settings, Theme};

/// What the desktop asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::app) struct Desktop {
    /// Dark or light; `None` where it has no wish, or does not say.
    pub(in crate::app) is_dark: Option<bool>,
    /// Whether lines and hints should stand out more.
    pub(in crate::app) wants_contrast: bool,
    /// Whether nothing should move that need not.
    pub(in crate::app) wants_stillness: bool,
}

/// The look of the window: what the user has set, or else what the desktop asks for.
pub(in crate::app) fn look(settings: &Settings, desktop: Desktop) -> Look {
    Look {
        theme: match (settings.theme, desktop.is_dark) {
            (Theme::Light, _) | (Theme::System, Some(false)) => ThemePreference::Light,
            (Theme::Dark, _) | (Theme::System, Some(true)) => ThemePreference::Dark,
            (Theme::System, None) => ThemePreference::System,
        },
        is_still: match settings.motion {
            Motion::System => desktop.wants_stillness,
            Motion::On => false,
            Motion::Off => true,
        },
        is_stark: desktop.wants_contrast,
        zoom_percent: u16::try_from(settings.zoom_percent()).unwrap_or(100),
    }
}

/// Reports what the desktop asks for, now and whenever it changes. Where there is nobody to
/// ask, nothing happens.
#[cfg(target_os = "linux")]
pub(in crate::app) fn follow(report: impl Fn(Desktop) + Send + 'static) {
    let _ = std::thread::Builder::new()
        .name("desktop".into())
        .spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            if let Ok(runtime) = runtime {
                // It ends where there is no bus or no portal, and when either goes away.
                let _ = runtime.block_on(portal::listen(report));
            }
        });
}

#[cfg(not(target_os = "linux"))]
pub(in crate::app) fn follow(_: impl Fn(Desktop) + Send + 'static) {}

#[cfg(target_os = "linux")]
mod portal {
    //! The Settings portal of XDG.

    use ashpd::desktop::settings::{
        APPEARANCE_NAMESPACE, COLOR_SCHEME_KEY, CONTRAST_KEY, REDUCED_MOTION_KEY, Settings,
    };
    use ashpd::zvariant::Value;
    use futures_util::StreamExt as _;

    use super::Desktop;

    const GNOME: &str = "org.gnome.desktop.interface";

    pub(super) async fn listen(report: impl Fn(Desktop)) -> ashpd::Result<()> {
        let settings = Settings::new().await?;
        // Before the first look, so that no change is missed in between.
        let mut changes = std::pin::pin!(settings.receive_setting_changed().await?);
        let mut asks = Asks::default();
        for (namespace, values) in settings.read_all(&[APPEARANCE_NAMESPACE, GNOME]).await? {
            for (key, value) in values {
                asks.take(&namespace, &key, &value);
            }
        }
        let mut told = Desktop::default();
        loop {
            let desktop = asks.desktop();
            if desktop != told {
                report(desktop);
                told = desktop;
            }
            let Some(change) = changes.next().await else {
                return Ok(());
            };
            asks.take(change.namespace(), change.key(), change.value());
        }
    }

    /// What has been said so far; two of it mean the same.
    #[derive(Debug, Default)]
    pub(super) struct Asks {
        scheme: u32,
        contrast: u32,
        reduced_motion: u32,
        has_no_animations: bool,
    }

    impl Asks {
        pub(super) fn take(&mut self, namespace: &str, key: &str, value: &Value<'_>) {
            let number = match value {
                Value::U32(number) => Some(*number),
                _ => None,
            };
            match (namespace, key) {
                (APPEARANCE_NAMESPACE, COLOR_SCHEME_KEY) => {
                    self.scheme = number.unwrap_or_default();
                }
                (APPEARANCE_NAMESPACE, CONTRAST_KEY) => {
                    self.contrast = number.unwrap_or_default();
                }
                (APPEARANCE_NAMESPACE, REDUCED_MOTION_KEY) => {
                    self.reduced_motion = number.unwrap_or_default();
                }
                (GNOME, "enable-animations") => {
                    self.has_no_animations = *value == Value::Bool(false);
                }
                _ => {}
            }
        }

        pub(super) fn desktop(&self) -> Desktop {
            Desktop {
                is_dark: match self.scheme {
                    1 => Some(true),
                    2 => Some(false),
                    _ => None,
                },
                wants_contrast: self.contrast == 1,
                wants_stillness: self.reduced_motion == 1 || self.has_no_animations,
            }
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn what_the_portal_says_is_understood() {
            let mut asks = Asks::default();
            assert_eq!(asks.desktop(), Desktop::default());
            asks.take(APPEARANCE_NAMESPACE, COLOR_SCHEME_KEY, &Value::U32(1));
            asks.take(APPEARANCE_NAMESPACE, CONTRAST_KEY, &Value::U32(1));
            asks.take(GNOME, "enable-animations", &Value::Bool(false));
            asks.take("org.example", COLOR_SCHEME_KEY, &Value::U32(2));
            let dark = Desktop {
                is_dark: Some(true),
                wants_contrast: true,
                wants_stillness: true,
            };
            assert_eq!(asks.desktop(), dark);
            asks.take(APPEARANCE_NAMESPACE, COLOR_SCHEME_KEY, &Value::U32(2));
            assert_eq!(asks.desktop().is_dark, Some(false));
            asks.take(GNOME, "enable-animations", &Value::Bool(true));
            assert!(!asks.desktop().wants_stillness);
            asks.take(APPEARANCE_NAMESPACE, REDUCED_MOTION_KEY, &Value::U32(1));
            assert!(asks.desktop().wants_stillness);
            asks.take(APPEARANCE_NAMESPACE, COLOR_SCHEME_KEY, &Value::from("pink"));
            assert_eq!(asks.desktop().is_dark, None, "nothing that is known");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_user_has_set_comes_before_what_the_desktop_asks_for() {
        let desktop = Desktop {
            is_dark: Some(true),
            wants_contrast: true,
            wants_stillness: true,
        };
        let mut settings = Settings::default();
        let followed = look(&settings, desktop);
        assert_eq!(followed.theme, ThemePreference::Dark);
        assert!(followed.is_still && followed.is_stark);
        settings.theme = Theme::Light;
        settings.motion = Motion::On;
        settings.zoom_percent = Some(9_999);
        let own = look(&settings, desktop);
        assert_eq!(own.theme, ThemePreference::Light);
        assert!(!own.is_still);
        assert_eq!(own.zoom_percent, 200);
        settings.motion = Motion::Off;
        assert!(look(&settings, Desktop::default()).is_still);
        settings.theme = Theme::System;
        let unknown = look(&settings, Desktop::default());
        assert_eq!(unknown.theme, ThemePreference::System);
    }
}
