//! What the person at the terminal sees: one line as a step begins, its time when it ends.

use std::fmt::Display;
use std::time::{Duration, Instant};

/// Runs one step and says how long it took.
///
/// The first line is complete when the step begins, because the step's own output follows it.
pub(crate) fn step<T>(title: impl Display, run: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    println!("==> {title}");
    let started = Instant::now();
    let result = run();
    let outcome = if result.is_ok() { "done" } else { "FAILED" };
    println!("    {outcome} in {}", elapsed(started.elapsed()));
    result
}

/// A line that belongs to the step under way.
pub(crate) fn note(text: impl Display) {
    println!("    {text}");
}

/// Seconds while they read well, then minutes.
pub(crate) fn elapsed(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 120.0 { format!("{seconds:.1} s") } else { format!("{:.1} min", seconds / 60.0) }
}

/// A size as the budget counts it: 1 KB is 1,000 bytes.
pub(crate) fn kilobytes(bytes: u64) -> String {
    format!("{}.{:02} KB", bytes / 1000, bytes % 1000 / 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_in_seconds_until_they_are_long() {
        assert_eq!(elapsed(Duration::from_millis(1_260)), "1.3 s");
        assert_eq!(elapsed(Duration::from_secs(150)), "2.5 min");
    }

    #[test]
    fn sizes_keep_two_decimals() {
        assert_eq!(kilobytes(40_000), "40.00 KB");
        assert_eq!(kilobytes(12_345), "12.34 KB");
        assert_eq!(kilobytes(7), "0.00 KB");
    }
}
