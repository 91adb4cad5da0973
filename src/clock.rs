//! Elapsed time, from a monotonic clock that may stop in sleep and a wall clock that may jump.

/// A moment, as the core sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Now {
    /// Monotonic time, in ms from an arbitrary start. Deadlines are kept in it.
    pub elapsed: u64,
    /// How much longer the wall clock says it was, in ms: the machine slept, or its clock was set forward. Never falls.
    pub leap: u64,
    /// The wall clock, in ms since the Unix epoch. Shown, and trusted only where nothing better is known.
    pub wall: i64,
}

/// A difference between the clocks that is no rounding and no slewing, in ms.
const LEAP: f64 = 2_000.0;

/// Joins the two clocks of a platform.
#[derive(Debug, Default)]
pub struct Clock {
    /// Wall minus elapsed, as it was when they were last set against each other.
    offset: Option<f64>,
    /// The monotonic clock at the last look.
    monotonic: f64,
    elapsed: f64,
    leap: f64,
}

impl Clock {
    /// Reads the moment from the platform's monotonic and wall clock, both in ms.
    ///
    /// Two hours of sleep that the monotonic clock missed become a leap; a wall clock set back becomes nothing. Where
    /// the wall clock has to be the monotonic one, time goes on from where it was set back to.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    pub fn read(&mut self, monotonic: f64, wall: f64) -> Now {
        self.elapsed += (monotonic - self.monotonic).max(0.0);
        self.monotonic = monotonic;
        let offset = wall - self.elapsed;
        let drift = offset - self.offset.unwrap_or(offset);
        if drift.abs() > LEAP || self.offset.is_none() {
            self.leap += drift.max(0.0);
            self.offset = Some(offset);
        }
        Now { elapsed: self.elapsed as u64, leap: self.leap as u64, wall: wall as i64 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sleep_is_seen_and_a_clock_set_back_is_not() {
        let mut clock = Clock::default();
        assert_eq!(clock.read(10.0, 1e12).leap, 0);
        assert_eq!(clock.read(1010.4, 1e12 + 1001.0).leap, 0);
        assert_eq!(clock.read(2010.0, 1e12 + 7_202_000.0).leap, 7_200_000);
        let back = clock.read(3010.0, 1e12);
        assert_eq!((back.elapsed, back.leap), (3010, 7_200_000));
        assert_eq!(clock.read(2.0, 1e12).elapsed, 3010, "it never runs back");
        // A million quick reads do not add up to a leap.
        let leap = (0..1_000_000)
            .map(|i| clock.read(4000.0 + f64::from(i) / 10.0, 1e12 + f64::from(i / 10)))
            .last()
            .unwrap()
            .leap;
        assert_eq!(leap, 7_200_000);
    }

    #[test]
    fn time_goes_on_when_the_only_clock_is_set_back() {
        let mut clock = Clock::default();
        let begin = clock.read(1e12, 1e12).elapsed;
        assert_eq!(clock.read(1e12 + 5_000.0, 1e12 + 5_000.0).elapsed, begin + 5_000);
        assert_eq!(clock.read(1e12 - 7_200_000.0, 1e12 - 7_200_000.0).elapsed, begin + 5_000);
        let later = clock.read(1e12 - 7_140_000.0, 1e12 - 7_140_000.0);
        assert_eq!((later.elapsed, later.leap), (begin + 65_000, 0));
    }
}
