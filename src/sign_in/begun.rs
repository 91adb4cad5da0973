//! Sign-ins that were begun: what only the browser that began them knows.

use alloc::string::String;
use alloc::vec::Vec;

use super::base64_url;
use crate::fields::{NAME_MAX, check_header};
use crate::json::{self, ObjectText, Value, array_text};
use crate::secret::Secret;
use crate::text::number;

/// How long a sign-in may take, in ms.
const LIFETIME: u64 = 600_000;
/// How many may be under way at once, in all tabs that share a storage.
const MOST: usize = 8;

/// A sign-in that was begun.
#[derive(Clone, Debug)]
pub struct Pending {
    /// `state` of the authorization request.
    pub state: Secret,
    /// `code_verifier` (RFC 7636, section 4.1).
    pub verifier: Secret,
    /// In ms since the Unix epoch.
    begun: i64,
}

impl Pending {
    /// From 64 bytes of a cryptographic source; `None` if they are no random ones. `wall` is the time, in ms since the
    /// Unix epoch.
    pub fn new(random: &[u8], wall: i64) -> Option<Self> {
        let random = random.get(..64)?;
        if random.iter().all(|byte| Some(byte) == random.first()) {
            return None;
        }
        let (state, verifier) = random.split_at_checked(32)?;
        let secret = |bytes| Secret::new(base64_url(bytes));
        Some(Self { state: secret(state), verifier: secret(verifier), begun: wall })
    }

    /// Whether it was begun too long ago. A clock that was set back counts as well.
    pub fn is_over(&self, wall: i64) -> bool {
        wall.abs_diff(self.begun) > LIFETIME
    }

    fn text(&self) -> String {
        let mut object = ObjectText::new();
        object.put_text("state", self.state.expose());
        object.put_text("verifier", self.verifier.expose());
        object.put("begun", &number(self.begun.unsigned_abs()));
        object.finish()
    }

    fn read(value: &Value) -> Option<Self> {
        let secret =
            |name: &'static str| check_header(name, value.text(name)?, NAME_MAX).ok().map(Secret::new);
        #[allow(clippy::cast_possible_truncation)]
        let begun = value.get("begun")?.as_number()? as i64;
        Some(Self { state: secret("state")?, verifier: secret("verifier")?, begun })
    }
}

/// The sign-ins that are under way, as they are stored: each tab that shares the storage may have begun one.
#[derive(Clone, Debug, Default)]
pub struct Begun(Vec<Pending>);

impl Begun {
    /// Reads what was stored; what is none of ours counts as nothing.
    pub fn parse(stored: &str) -> Self {
        match json::parse(stored) {
            Some(Value::Array(items)) => Self(items.iter().filter_map(Pending::read).collect()),
            _ => Self::default(),
        }
    }

    /// Adds one. Those that are over go, and beyond the most the oldest.
    pub fn add(&mut self, pending: Pending, wall: i64) {
        self.0.retain(|other| !other.is_over(wall));
        let surplus = (self.0.len() + 1).saturating_sub(MOST);
        self.0.drain(..surplus);
        self.0.push(pending);
    }

    /// Takes out the one with this `state`, which is compared without an early exit.
    pub fn take(&mut self, state: &str) -> Option<Pending> {
        let at = self.0.iter().position(|pending| pending.state.is(state))?;
        Some(self.0.remove(at))
    }

    /// The text to store; `None` if there is nothing to.
    pub fn text(&self) -> Option<String> {
        let items: Vec<String> = self.0.iter().map(Pending::text).collect();
        (!items.is_empty()).then(|| array_text(&items))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    const WALL: i64 = 1_790_000_000_123;

    pub(in super::super) fn pending(wall: i64) -> Pending {
        let random: Vec<u8> = (0..64).collect();
        Pending::new(&random, wall).unwrap()
    }

    #[test]
    fn state_and_verifier_are_random_and_long() {
        let random: Vec<u8> = (0..=255).collect();
        let pending = Pending::new(&random, 5).unwrap();
        assert_eq!(pending.state.expose(), "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");
        assert_eq!(pending.verifier.expose(), "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8");
        for bad in [&[0; 64][..], &[255; 64], &random[..63], &[]] {
            assert!(Pending::new(bad, 0).is_none());
        }
        assert!(!format!("{pending:?}").contains("AAEC"));
    }

    #[test]
    fn what_is_stored_reads_back_and_is_taken_once() {
        let mut begun = Begun::default();
        assert_eq!(begun.text(), None);
        begun.add(pending(WALL), WALL);
        let mut back = Begun::parse(&begun.text().unwrap());
        assert!(back.take("").is_none() && back.take("AAEC").is_none());
        let state = pending(WALL).state;
        let taken = back.take(state.expose()).unwrap();
        assert_eq!(taken.verifier, pending(WALL).verifier);
        for (later, over) in
            [(0, false), (600_000, false), (600_001, true), (-600_001, true), (-5_000, false)]
        {
            assert_eq!(taken.is_over(WALL + later), over, "{later}");
        }
        assert!(back.take(state.expose()).is_none());
        assert_eq!(back.text(), None);
    }

    #[test]
    fn each_tab_may_begin_one_and_old_ones_go() {
        let mut begun = Begun::default();
        for tab in 0..12_u8 {
            let random: Vec<u8> = (tab..tab + 64).collect();
            begun.add(Pending::new(&random, WALL).unwrap(), WALL);
        }
        assert_eq!(begun.0.len(), MOST);
        let newest: Vec<u8> = (11..75).collect();
        let newest = Pending::new(&newest, WALL).unwrap().state;
        assert!(begun.clone().take(newest.expose()).is_some());
        begun.add(pending(WALL + 700_000), WALL + 700_000);
        assert_eq!(begun.0.len(), 1);
    }

    #[test]
    fn what_is_none_of_ours_counts_as_nothing() {
        for bad in [
            "",
            "null",
            "{}",
            "[7]",
            r#"[{"state":"a","verifier":"b"}]"#,
            r#"[{"state":"a b","verifier":"b","begun":1}]"#,
            r#"[{"state":"a","verifier":7,"begun":1}]"#,
        ] {
            assert_eq!(Begun::parse(bad).text(), None, "{bad}");
        }
    }
}
