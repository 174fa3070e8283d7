//! How much memory of the machine is free for a model: the engine refuses a load by it, and
//! the window and the command line say by it what would fit.

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

/// Caps what is taken as free memory of the machine, for those whose container has a limit
/// that it does not tell.
const LIMIT_VARIABLE: &str = "CHARLA_MEMORY_LIMIT_BYTES";

/// Memory of the machine, in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MainMemory {
    /// All that this process could ever have.
    pub total_bytes: u64,
    /// What can be had now; what only holds a copy of a file is counted in, for it is given
    /// up when another needs it.
    pub free_bytes: u64,
}

impl MainMemory {
    /// Asks the system, the limit of this process's control group and
    /// `CHARLA_MEMORY_LIMIT_BYTES`. `None` where none of them says anything.
    #[must_use]
    pub fn look() -> Option<Self> {
        let limit = std::env::var(LIMIT_VARIABLE).ok();
        Self::within(told(), limit.and_then(|it| it.trim().parse().ok()))
    }

    fn within(told: Option<Self>, limit_bytes: Option<u64>) -> Option<Self> {
        let Some(limit_bytes) = limit_bytes else {
            return told;
        };
        let told = told.unwrap_or(Self {
            total_bytes: limit_bytes,
            free_bytes: limit_bytes,
        });
        Some(Self {
            total_bytes: told.total_bytes.min(limit_bytes),
            free_bytes: told.free_bytes.min(limit_bytes),
        })
    }
}

fn told() -> Option<MainMemory> {
    let mut system = System::new().ok()?;
    system.refresh_memory();
    let (total, available) = (system.total_memory(), system.available_memory());
    let (limit, left) = allowed(&mut system).unwrap_or((u64::MAX, u64::MAX));
    (available > 0).then(|| MainMemory {
        total_bytes: total.min(limit),
        free_bytes: available.min(left),
    })
}

/// The limit of this process's control group, and what it leaves, if it has one.
fn allowed(system: &mut System) -> Option<(u64, u64)> {
    let this = Pid::from_u32(std::process::id());
    let kind = ProcessRefreshKind::nothing();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[this]), false, kind);
    let of_process = system
        .process(this)
        .and_then(sysinfo::Process::cgroup_limits);
    let limits = of_process.or_else(|| system.cgroup_limits())?;
    // The free memory it tells counts copies of files as used.
    let left = limits.total_memory.saturating_sub(limits.rss);
    Some((limits.total_memory, left))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_says_what_is_free() {
        let memory = MainMemory::look().unwrap();
        assert!(memory.free_bytes > 100_000_000, "{memory:?}");
        assert!(memory.free_bytes <= memory.total_bytes, "{memory:?}");
    }

    #[test]
    fn a_limit_counts_where_it_is_less() {
        let of = |total_bytes, free_bytes| MainMemory {
            total_bytes,
            free_bytes,
        };
        let told = Some(of(16, 9));
        assert_eq!(MainMemory::within(told, None), told);
        assert_eq!(MainMemory::within(told, Some(20)), told);
        assert_eq!(MainMemory::within(told, Some(12)), Some(of(12, 9)));
        assert_eq!(MainMemory::within(told, Some(4)), Some(of(4, 4)));
        assert_eq!(MainMemory::within(None, Some(4)), Some(of(4, 4)));
        assert_eq!(MainMemory::within(None, None), None);
    }
}
