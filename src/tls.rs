//! Whether a driver's TLS setting verifies the server. A token goes as a cleartext password, so anything less gives
//! it to whoever answers.

/// What a user wrote as a driver's TLS setting (`ssl`, `tls`), as the platform read it.
///
/// [`require_verified`] says whether the wish may stand. What a driver is then given is the adapter's to write out in
/// full: drivers differ in what `true`, an empty object or nothing at all means, and some of them then verify nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsSetting<'a> {
    /// Not given, or `undefined`.
    Absent,
    /// `true` or `false`.
    Bool(bool),
    /// A string: one of libpq's `sslmode` values, or `no-verify`, which node-postgres knows.
    Word(&'a str),
    /// An object of options as Node's `tls.connect` takes them.
    Options(TlsOptions<'a>),
    /// Anything else: `null`, a number, a function, an array.
    Other,
}

/// The options that decide whether a handshake verifies. Certificates, keys and versions are left to the driver.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TlsOptions<'a> {
    /// `rejectUnauthorized`: `None` if not there or `undefined`, `Some(false)` for every value but `true`, since
    /// runtimes disagree on values that are merely false.
    pub reject_unauthorized: Option<bool>,
    /// Whether there is a `checkServerIdentity`, whatever it does: it takes the place of the check of the name.
    pub has_custom_identity_check: bool,
    /// `servername` (Node) or `serverName` (Bun), the empty string too.
    pub server_name: Option<&'a str>,
    /// Whether there is a `socket`, `session`, `pskCallback` or `secureContext`, or a `host`, `port` or `path`: they
    /// lead the handshake elsewhere, or past the check of the certificate. A resumed session is not checked again.
    pub has_handshake_override: bool,
}

/// Says whether the token may go to `host` under this setting; if not, why. What to do is the hint of [`crate::Code::InsecureTls`].
///
/// A reason completes a sentence that begins with the setting's name.
pub fn require_verified(setting: TlsSetting, host: &str) -> Result<(), &'static str> {
    match setting {
        TlsSetting::Absent | TlsSetting::Bool(true) => Ok(()),
        TlsSetting::Bool(false) => Err("is false, which sends the token unencrypted"),
        TlsSetting::Word(word) => require_verified_word(word),
        TlsSetting::Options(options) => require_verified_options(options, host),
        TlsSetting::Other => Err("must be true, \"verify-full\" or an object of options"),
    }
}

fn require_verified_word(word: &str) -> Result<(), &'static str> {
    Err(match word {
        "verify-full" => return Ok(()),
        "disable" | "allow" | "prefer" => "is a mode that may send the token unencrypted",
        "require" | "no-verify" => "is a mode that takes any certificate",
        "verify-ca" => "is a mode that does not check the host name",
        _ => "is no TLS mode",
    })
}

fn require_verified_options(options: TlsOptions, host: &str) -> Result<(), &'static str> {
    if options.reject_unauthorized == Some(false) {
        Err("has a `rejectUnauthorized` that is not true, which takes any certificate")
    } else if options.has_custom_identity_check {
        Err("has a `checkServerIdentity`, which takes the place of the check of the host name")
    } else if options.server_name.is_some_and(|name| name.is_empty() || !name.eq_ignore_ascii_case(host)) {
        Err("has a server name other than the host, so another server's certificate would pass")
    } else if options.has_handshake_override {
        Err(
            "has `socket`, `session`, `pskCallback`, `secureContext`, `host`, `port` or `path`, with which another \
             server could answer",
        )
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: &str = "instance-1.database.example";

    fn options(change: impl FnOnce(&mut TlsOptions<'static>)) -> TlsSetting<'static> {
        let mut options = TlsOptions::default();
        change(&mut options);
        TlsSetting::Options(options)
    }

    #[test]
    fn what_verifies_passes() {
        for setting in [
            TlsSetting::Absent,
            TlsSetting::Bool(true),
            TlsSetting::Word("verify-full"),
            options(|_| ()),
            options(|options| options.reject_unauthorized = Some(true)),
            options(|options| options.server_name = Some(HOST)),
            options(|options| options.server_name = Some("Instance-1.Database.Example")),
        ] {
            assert_eq!(require_verified(setting, HOST), Ok(()), "{setting:?}");
        }
    }

    #[test]
    fn what_does_not_verify_is_refused_with_a_reason() {
        let table = [
            (TlsSetting::Bool(false), "is false"),
            (TlsSetting::Word("disable"), "unencrypted"),
            (TlsSetting::Word("allow"), "unencrypted"),
            (TlsSetting::Word("prefer"), "unencrypted"),
            (TlsSetting::Word("require"), "any certificate"),
            (TlsSetting::Word("no-verify"), "any certificate"),
            (TlsSetting::Word("verify-ca"), "does not check the host name"),
            (TlsSetting::Word("Verify-Full"), "no TLS mode"),
            (TlsSetting::Other, "must be true"),
            (options(|options| options.reject_unauthorized = Some(false)), "`rejectUnauthorized`"),
            (options(|options| options.has_custom_identity_check = true), "`checkServerIdentity`"),
            (options(|options| options.server_name = Some("evil.example")), "server name"),
            (options(|options| options.has_handshake_override = true), "`socket`"),
        ];
        for (setting, reason) in table {
            let error = require_verified(setting, HOST).expect_err(reason);
            assert!(error.contains(reason), "{error}");
        }
    }

    #[test]
    fn no_other_word_or_name_passes() {
        for word in [
            "",
            " ",
            "true",
            "false",
            "on",
            "system",
            "verify-full ",
            "verify_full",
            "VERIFY-FULL",
            "verify-full\0",
        ] {
            assert!(require_verified(TlsSetting::Word(word), HOST).is_err(), "{word:?}");
        }
        for name in
            ["", " ", "*", "instance-1", "instance-1.database.example.", "xinstance-1.database.example"]
        {
            assert!(
                require_verified(options(|options| options.server_name = Some(name)), HOST).is_err(),
                "{name:?}"
            );
        }
    }

    #[test]
    fn one_bad_option_is_enough() {
        for bits in 1..16_u8 {
            let setting = TlsSetting::Options(TlsOptions {
                reject_unauthorized: Some(bits & 1 == 0),
                has_custom_identity_check: bits & 2 > 0,
                server_name: (bits & 4 > 0).then_some("evil.example"),
                has_handshake_override: bits & 8 > 0,
            });
            assert!(require_verified(setting, HOST).is_err(), "{setting:?}");
        }
    }
}
