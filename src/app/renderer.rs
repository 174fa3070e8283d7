//! What paints the window: wgpu on a graphics processor; without one OpenGL in software,
//! which takes a fifth of the time that Vulkan in software takes for the same picture. That
//! time is taken from the cores that compute the tokens.

use std::sync::Arc;

use eframe::wgpu::{Adapter, DeviceType, PowerPreference};
use eframe::{NativeOptions, Renderer, egui_wgpu};

/// Ways to paint, the best first. The next one is tried where one [is not to be had](is_missing).
pub(super) const WAYS: [Way; 3] = [Way::GraphicsProcessor, Way::OpenGl, Way::Anything];

/// A way to paint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    GraphicsProcessor,
    OpenGl,
    /// What wgpu finds, in software too.
    Anything,
}

impl Way {
    /// Sets the options to paint in this way.
    pub(super) fn set(self, options: &mut NativeOptions) {
        // There are no gradients to smooth, and without a graphics processor it costs.
        options.dithering = false;
        options.renderer = match self {
            Self::GraphicsProcessor | Self::Anything => Renderer::Wgpu,
            Self::OpenGl => Renderer::Glow,
        };
        if self == Self::GraphicsProcessor
            && let egui_wgpu::WgpuSetup::CreateNew(new) = &mut options.wgpu_options.wgpu_setup
        {
            let preference = PowerPreference::from_env().unwrap_or(PowerPreference::LowPower);
            new.native_adapter_selector = Some(Arc::new(move |adapters, surface| {
                let paints = |adapter: &&Adapter| {
                    surface.is_none_or(|surface| adapter.is_surface_supported(surface))
                };
                adapters
                    .iter()
                    .filter(paints)
                    .filter_map(|it| Some((rank(it.get_info().device_type, preference)?, it)))
                    .min_by_key(|(rank, _)| *rank)
                    .map(|(_, adapter)| adapter.clone())
                    .ok_or_else(|| "no graphics processor".to_owned())
            }));
        }
    }
}

/// The lower, the better; `None` for what paints in software. The thrifty one is enough for
/// a window of text, and leaves the strong one to the model.
fn rank(device: DeviceType, preference: PowerPreference) -> Option<u8> {
    let (integrated, discrete) = match preference {
        PowerPreference::HighPerformance => (1, 0),
        PowerPreference::LowPower | PowerPreference::None => (0, 1),
    };
    match device {
        DeviceType::IntegratedGpu => Some(integrated),
        DeviceType::DiscreteGpu => Some(discrete),
        DeviceType::VirtualGpu => Some(2),
        DeviceType::Other => Some(3),
        DeviceType::Cpu => None,
    }
}

/// Whether a window was not opened because there is nothing to paint it in this way.
pub(super) fn is_missing(error: &eframe::Error) -> bool {
    matches!(
        error,
        eframe::Error::Wgpu(_)
            | eframe::Error::Glutin(_)
            | eframe::Error::NoGlutinConfigs(..)
            | eframe::Error::OpenGL(_)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thrifty_processor_paints_unless_asked_otherwise() {
        use DeviceType::{Cpu, DiscreteGpu, IntegratedGpu, Other, VirtualGpu};
        let best = |preference, devices: &[DeviceType]| {
            devices
                .iter()
                .filter_map(|device| Some((rank(*device, preference)?, *device)))
                .min_by_key(|(rank, _)| *rank)
                .map(|(_, device)| device)
        };
        let low = PowerPreference::LowPower;
        let all = [Cpu, Other, VirtualGpu, DiscreteGpu, IntegratedGpu];
        assert_eq!(best(low, &all), Some(IntegratedGpu));
        assert_eq!(
            best(PowerPreference::HighPerformance, &all),
            Some(DiscreteGpu)
        );
        assert_eq!(best(low, &[Cpu, Other, DiscreteGpu]), Some(DiscreteGpu));
        assert_eq!(best(low, &[Cpu, Other]), Some(Other));
        assert_eq!(best(low, &[Cpu]), None);
    }

    #[test]
    fn only_one_way_asks_for_a_graphics_processor() {
        let options = WAYS.map(|way| {
            let mut options = NativeOptions::default();
            way.set(&mut options);
            options
        });
        let selects = |options: &NativeOptions| match &options.wgpu_options.wgpu_setup {
            egui_wgpu::WgpuSetup::CreateNew(new) => new.native_adapter_selector.is_some(),
            egui_wgpu::WgpuSetup::Existing(_) => false,
        };
        assert_eq!(options.each_ref().map(selects), [true, false, false]);
        let paints = options.map(|options| options.renderer);
        assert_eq!(paints, [Renderer::Wgpu, Renderer::Glow, Renderer::Wgpu]);
    }
}
