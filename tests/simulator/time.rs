//! Time in a simulated world: what is true, and what the process is told of it.

use std::time::{Duration, UNIX_EPOCH};

use lakebase_credentials::clock::{Clock, Now};

/// 2027-01-15, by the workspace's clock, when a world begins.
const EPOCH: u64 = 1_800_000_000_000;

/// The clocks of one world, which move only when they are told to.
#[derive(Default)]
pub(crate) struct Time {
    /// The process's monotonic clock, in ms. It stands still while the machine sleeps.
    pub(crate) elapsed: u64,
    slept: u64,
    /// By how much the process's wall clock is wrong, in ms.
    pub(crate) wall_error: i64,
    clock: Clock,
}

impl Time {
    pub(crate) fn new(wall_error: i64) -> Self {
        Self { wall_error, ..Self::default() }
    }

    /// True time since the world began, in ms.
    pub(crate) fn truth(&self) -> u64 {
        self.elapsed + self.slept
    }

    pub(crate) fn sleep(&mut self, ms: u64) {
        self.slept += ms;
    }

    /// The moment as the shell reads it.
    pub(crate) fn now(&mut self) -> Now {
        #[allow(clippy::cast_precision_loss)]
        let (monotonic, wall) =
            (self.elapsed as f64, (EPOCH + self.truth()).wrapping_add_signed(self.wall_error) as f64);
        self.clock.read(monotonic, wall)
    }
}

fn moment(truth: i64) -> std::time::SystemTime {
    UNIX_EPOCH + Duration::from_millis(EPOCH.saturating_add_signed(truth))
}

/// A moment of true time (ms since the world began) as the workspace writes it in answers.
pub(crate) fn rfc3339(truth: i64) -> String {
    humantime::format_rfc3339_millis(moment(truth)).to_string()
}

/// The same as it stands in headers.
pub(crate) fn http_date(truth: i64) -> String {
    httpdate::fmt_http_date(moment(truth))
}
