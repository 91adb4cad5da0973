//! A psql command.

use alloc::string::String;

use super::Connection;
use super::shell::push_word;

impl Connection {
    /// The connection as a command for a POSIX shell: `psql 'host=… sslmode=verify-full sslrootcert=system'`.
    ///
    /// A password stands before it as `PGPASSWORD=…`, never among the arguments, which every user of the machine can
    /// list. Without one, psql asks for it. psql 16 or newer is needed unless there is an `sslrootcert`.
    pub fn psql_command(&self, password: Option<&str>) -> String {
        let mut command = String::new();
        if let Some(password) = password {
            command.push_str("PGPASSWORD=");
            push_word(&mut command, password);
            command.push(' ');
        }
        command.push_str("psql ");
        push_word(&mut command, &self.libpq_keywords(None));
        command
    }
}

#[cfg(test)]
mod tests {
    use super::super::keywords::tests::parse;
    use super::super::odd::odd_texts;
    use super::super::shell::tests::words;
    use super::*;

    #[test]
    fn known_commands() {
        let connection = Connection::new("h.example", "o'neil@b.example");
        assert_eq!(
            connection.psql_command(Some("eyJ.a_b-c")),
            r"PGPASSWORD=eyJ.a_b-c psql 'host=h.example port=5432 user='\''o\'\''neil@b.example'\'' dbname=databricks_postgres sslmode=verify-full sslrootcert=system'"
        );
        assert_eq!(
            Connection::new("h.example", "u").psql_command(Some("a b")).split_once("psql").unwrap().0,
            "PGPASSWORD='a b' "
        );
    }

    #[test]
    fn what_is_written_reads_back() {
        for text in odd_texts() {
            let connection =
                Connection { host: text.clone(), database: text.clone(), ..Connection::new("", &text) };
            let words = words(&connection.psql_command(Some(&text)));
            let [password, psql, keywords] = words.as_slice() else { panic!("{words:?}") };
            assert_eq!((password.strip_prefix("PGPASSWORD="), psql.as_str()), (Some(text.as_str()), "psql"));
            let pairs = parse(keywords);
            for (at, keyword) in [(0, "host"), (2, "user"), (3, "dbname")] {
                assert_eq!(pairs[at], (keyword.to_owned(), text.clone()));
            }
            assert!(!connection.psql_command(None).starts_with("PGPASSWORD"));
        }
    }
}
