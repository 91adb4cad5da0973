//! Reading times: RFC 3339 in answers, HTTP dates and `Retry-After` in headers. No clock is read here.

use crate::text::{is_one_of, parse_number};

/// Longest `Retry-After` that is believed, in ms: one day.
pub const RETRY_AFTER_MAX: u64 = 86_400_000;

/// Reads an RFC 3339 time, as `expiration_time` and `expire_time` hold it, as ms since the Unix epoch.
///
/// A fraction may have any length; what lies below a millisecond is cut off. A space may stand for the `T`, and
/// letters may be lower-case (RFC 3339, section 5.6). A leap second, which is always 23:59:60 UTC, counts as the
/// second after it. Anything else, and any date that does not exist, gives `None`.
pub fn parse_rfc3339(text: &str) -> Option<i64> {
    let rest = &mut text.as_bytes();
    let year = digits(rest, 4)?;
    one_of(rest, b"-")?;
    let month = digits(rest, 2)?;
    one_of(rest, b"-")?;
    let day = digits(rest, 2)?;
    one_of(rest, b"Tt ")?;
    let (minute, second) = clock(rest)?;
    let mut millis = 0;
    if one_of(rest, b".").is_some() {
        millis = 100 * digits(rest, 1)?;
        for weight in [10, 1] {
            millis += weight * digits(rest, 1).unwrap_or(0);
        }
        while digits(rest, 1).is_some() {}
    }
    let sign = one_of(rest, b"Zz+-")?;
    let mut offset = 0;
    if let b'+' | b'-' = sign {
        offset = hours_and_minutes(rest)?;
        if sign == b'-' {
            offset = -offset;
        }
    }
    let seconds = seconds(year, month, day, minute - offset, second)?;
    if rest.is_empty() { Some(seconds * 1000 + millis) } else { None }
}

/// Reads an HTTP date (RFC 9110, section 5.6.7), as `Date` and `Retry-After` hold it, as ms since the Unix epoch.
///
/// The one form that servers may send is taken: `Sun, 06 Nov 1994 08:49:37 GMT`. The two that were obsolete by 1999 are
/// treated like no date at all. The name of the day is not held against the date.
pub fn parse_http_date(text: &str) -> Option<i64> {
    let rest = &mut text.trim_ascii().as_bytes();
    name(rest, b"SunMonTueWedThuFriSat")?;
    one_of(rest, b",")?;
    one_of(rest, b" ")?;
    let day = digits(rest, 2)?;
    one_of(rest, b" ")?;
    let month = name(rest, b"JanFebMarAprMayJunJulAugSepOctNovDec")?;
    one_of(rest, b" ")?;
    let year = digits(rest, 4)?;
    one_of(rest, b" ")?;
    let (minute, second) = clock(rest)?;
    if rest == b" GMT" { Some(seconds(year, month, day, minute, second)? * 1000) } else { None }
}

/// Reads `Retry-After` (RFC 9110, section 10.2.3) as a wait in ms, at most [`RETRY_AFTER_MAX`].
///
/// `now_http_date` is the `Date` of the same response as [`parse_http_date`] gives it: a wait until a date is measured
/// by the server's clock alone. `None` if the value is neither seconds nor a date, or a date with nothing to measure
/// it by; a date that is past is a wait of 0.
pub fn parse_retry_after(value: &str, now_http_date: Option<i64>) -> Option<u64> {
    let wait = match parse_number(value.trim_ascii()) {
        Some(seconds) => seconds * 1000,
        None => u64::try_from(parse_http_date(value)?.saturating_sub(now_http_date?)).unwrap_or(0),
    };
    Some(wait.min(RETRY_AFTER_MAX))
}

/// Takes exactly `count` digits from the front.
fn digits(rest: &mut &[u8], count: usize) -> Option<i64> {
    let (head, tail) = rest.split_at_checked(count)?;
    let mut number = 0;
    for digit in head {
        if !digit.is_ascii_digit() {
            return None;
        }
        number = number * 10 + i64::from(digit - b'0');
    }
    *rest = tail;
    Some(number)
}

/// Takes one of these bytes from the front.
fn one_of(rest: &mut &[u8], bytes: &[u8]) -> Option<u8> {
    let (first, tail) = rest.split_first()?;
    if !is_one_of(*first, bytes) {
        return None;
    }
    *rest = tail;
    Some(*first)
}

/// Takes one of these names of three letters from the front; the first of them is 1.
fn name(rest: &mut &[u8], names: &[u8]) -> Option<i64> {
    let (head, tail) = rest.split_at_checked(3)?;
    *rest = tail;
    let mut number = 0;
    for name in names.chunks_exact(3) {
        number += 1;
        if name == head {
            return Some(number);
        }
    }
    None
}

/// Takes `hh:mm` from the front, as minutes.
fn hours_and_minutes(rest: &mut &[u8]) -> Option<i64> {
    let hours = digits(rest, 2)?;
    one_of(rest, b":")?;
    let minutes = digits(rest, 2)?;
    if hours < 24 && minutes < 60 { Some(hours * 60 + minutes) } else { None }
}

/// Takes `hh:mm:ss` from the front, as minutes and seconds; the second may be 60.
fn clock(rest: &mut &[u8]) -> Option<(i64, i64)> {
    let minutes = hours_and_minutes(rest)?;
    one_of(rest, b":")?;
    let seconds = digits(rest, 2)?;
    if seconds <= 60 { Some((minutes, seconds)) } else { None }
}

/// Seconds since the Unix epoch of a date, a minute of its day (below 0 or above 1439 after an offset was taken off)
/// and a second.
fn seconds(year: i64, month: i64, day: i64, minute: i64, second: i64) -> Option<i64> {
    let leap_year = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 if leap_year => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if day < 1 || day > last || second == 60 && minute.rem_euclid(1440) != 1439 {
        return None;
    }
    Some((days_from_civil(year, month, day) * 1440 + minute) * 60 + second)
}

/// Days since 1970-01-01 of a date in the Gregorian calendar. Years begin in March here, so that the leap day ends one,
/// and are counted from 400 years before the first, so that none is negative.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month > 2 { year + 400 } else { year + 399 };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + of_year - 719_468 - 146_097
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc3339_times_are_read() {
        // Expected values from GNU date and from RFC 3339, section 5.8.
        let table = [
            ("1970-01-01T00:00:00Z", 0),
            ("1985-04-12T23:20:50.52Z", 482_196_050_520),
            ("1996-12-19T16:39:57-08:00", 851_042_397_000),
            ("1996-12-20t00:39:57z", 851_042_397_000),
            ("1996-12-20 00:39:57Z", 851_042_397_000),
            ("1990-12-31T23:59:60Z", 662_688_000_000),
            ("1990-12-31T15:59:60-08:00", 662_688_000_000),
            ("1990-12-31T23:59:60.5Z", 662_688_000_500),
            ("1937-01-01T12:00:27.87+00:20", -1_041_337_172_130),
            ("2025-08-24T20:00:00Z", 1_756_065_600_000),
            ("2025-08-24T20:00:00-00:00", 1_756_065_600_000),
            ("2025-08-24T20:00:00.9Z", 1_756_065_600_900),
            ("2025-08-24T20:00:00.98Z", 1_756_065_600_980),
            ("2025-08-24T20:00:00.987Z", 1_756_065_600_987),
            ("2025-08-24T20:00:00.987654321987654321987654321Z", 1_756_065_600_987),
            ("2025-08-24T20:00:00.000999Z", 1_756_065_600_000),
            ("2000-02-29T00:00:00Z", 951_782_400_000),
            ("2024-02-29T23:59:59+23:59", 1_709_164_859_000),
            ("0000-01-01T00:00:00Z", -62_167_219_200_000),
            ("0001-01-01T00:00:00Z", -62_135_596_800_000),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
            ("9999-12-31T23:59:59-23:59", 253_402_387_139_000),
        ];
        for (text, expected) in table {
            assert_eq!(parse_rfc3339(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_rfc3339_time_is_refused() {
        #[rustfmt::skip]
        let table = [
            "", "Z", "2025", "2025-08-24", "2025-08-24T20:00:00", "2025-08-24T20:00Z", "2025-08-24T20:00:00.Z",
            "2025-08-24T20:00:00,5Z", "2025-08-24T20:00:00.5", "2025-08-24T20:00:00+0200", "2025-08-24T20:00:00+02",
            "2025-08-24T20:00:00+24:00", "2025-08-24T20:00:00+02:60", "2025-08-24T24:00:00Z", "2025-08-24T20:60:00Z",
            "2025-08-24T20:00:61Z", "2025-08-24T20:00:60Z", "2025-08-24T23:59:60+01:00", "2025-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z", "2025-04-31T00:00:00Z", "2025-00-10T00:00:00Z", "2025-13-10T00:00:00Z",
            "2025-01-00T00:00:00Z", "2025-01-32T00:00:00Z", " 2025-08-24T20:00:00Z", "2025-08-24T20:00:00Z ",
            "2025-08-24T20:00:00ZZ", "+2025-08-24T20:00:00Z", "-025-08-24T20:00:00Z", "12025-08-24T20:00:00Z",
            "2025-8-24T20:00:00Z", "2025/08/24T20:00:00Z", "2025-08-24T20:00:00 Z", "2025-08-24T20:00:00\u{2212}02:00",
            "\u{662}\u{660}\u{662}\u{665}-08-24T20:00:00Z", "1756065600", "2025-08-24T2\u{0}:00:00Z", "2025-W34-7T20:00:00Z",
        ];
        for text in table {
            assert_eq!(parse_rfc3339(text), None, "{text}");
        }
    }

    #[test]
    fn every_day_of_four_centuries_follows_the_one_before() {
        // A count by hand, with nothing of the arithmetic under test.
        let mut expected = -86_400_000;
        for year in 1970..2370 {
            for month in 1..=12 {
                let days = match month {
                    2 if year % 400 == 0 || year % 4 == 0 && year % 100 != 0 => 29,
                    2 => 28,
                    4 | 6 | 9 | 11 => 30,
                    _ => 31,
                };
                for day in 1..=31 {
                    let read = parse_rfc3339(&format!("{year}-{month:02}-{day:02}T00:00:00Z"));
                    if day <= days {
                        expected += 86_400_000;
                    }
                    assert_eq!(read, (day <= days).then_some(expected), "{year}-{month}-{day}");
                }
            }
        }
    }

    #[test]
    fn http_dates_are_read() {
        let table = [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777_000),
            (" Sun, 06 Nov 1994 08:49:37 GMT ", 784_111_777_000),
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Tue, 29 Feb 2000 00:00:00 GMT", 951_782_400_000),
            ("Mon, 31 Dec 1990 23:59:60 GMT", 662_688_000_000),
            ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799_000),
        ];
        for (text, expected) in table {
            assert_eq!(parse_http_date(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_http_date_is_refused() {
        #[rustfmt::skip]
        let table = [
            "", "120", "GMT", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 06 Nov 1994 08:49:37 gmt",
            "Sun, 06 Nov 1994 08:49:37 GMT x", "Sun, 06 Nov 1994 8:49:37 GMT", "Sun, 06 Nov 1994 08:49 GMT",
            "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:49:60 GMT", "Sun, 31 Nov 1994 08:49:37 GMT",
            "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 29 Feb 1994 08:49:37 GMT", "Sun, 006 Nov 1994 08:49:37 GMT",
            "Sun, 06 nov 1994 08:49:37 GMT", "Sun, 06 Nov 994 08:49:37 GMT", "Sun, 06 Nov 01994 08:49:37 GMT",
            "06 Nov 1994 08:49:37 GMT", "Xxx, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37.5 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 nNo 1994 08:49:37 GMT",
            "1994-11-06T08:49:37Z", "\u{0}", "Sun, \u{664} Nov 1994 08:49:37 GMT",
        ];
        for text in table {
            assert_eq!(parse_http_date(text), None, "{text}");
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_measured_by_the_responses_own() {
        let date = Some(784_111_777_000);
        let table = [
            ("0", None, Some(0)),
            ("120", None, Some(120_000)),
            (" 7\t", None, Some(7_000)),
            ("86400", None, Some(RETRY_AFTER_MAX)),
            ("86401", None, Some(RETRY_AFTER_MAX)),
            ("18446744073709551616000", None, Some(RETRY_AFTER_MAX)),
            ("18446744073709551615", None, Some(RETRY_AFTER_MAX)),
            ("Sun, 06 Nov 1994 08:50:07 GMT", date, Some(30_000)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", date, Some(0)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", date, Some(0)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", date, Some(RETRY_AFTER_MAX)),
            ("Sun, 06 Nov 1994 08:50:07 GMT", None, None),
            ("Sun, 06 Nov 1994 08:50:07 GMT", Some(i64::MIN), Some(RETRY_AFTER_MAX)),
            ("Sun, 06 Nov 1994 08:50:07 GMT", Some(i64::MAX), Some(0)),
            ("", date, None),
            ("-1", date, None),
            ("+1", date, None),
            ("1.5", date, None),
            ("1e3", date, None),
            ("soon", date, None),
            ("120, 120", date, None),
        ];
        for (value, now, expected) in table {
            assert_eq!(parse_retry_after(value, now), expected, "{value}");
        }
    }

    #[test]
    fn no_text_panics_and_no_change_of_one_byte_moves_a_time_by_chance() {
        let seeds = ["2025-08-24T20:00:00.123+02:00", "Sun, 06 Nov 1994 08:49:37 GMT", "86400"];
        for seed in seeds {
            for at in 0..seed.len() {
                for byte in 0..=127 {
                    let mut bytes = seed.as_bytes().to_vec();
                    bytes[at] = byte;
                    let text = String::from_utf8(bytes).unwrap();
                    // A letter or sign where a digit stood is never read as one.
                    if seed.as_bytes()[at].is_ascii_digit() && byte.is_ascii_alphabetic() {
                        assert_eq!(parse_rfc3339(&text), None, "{text}");
                        assert_eq!(parse_http_date(&text), None, "{text}");
                        assert_eq!(parse_retry_after(&text, Some(0)), None, "{text}");
                    }
                    for end in 0..=text.len() {
                        let cut = text.get(..end).unwrap();
                        let _ = (
                            parse_rfc3339(cut),
                            parse_http_date(cut),
                            parse_retry_after(cut, Some(i64::MAX / 2)),
                        );
                    }
                }
            }
        }
    }
}
