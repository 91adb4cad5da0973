//! All autoscaling endpoints: projects hold branches, which hold endpoints, each listed page by page.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use crate::answer;
use crate::classify::Hop;
use crate::error::Error;
use crate::fields::check_segment;
use crate::http::{Response, percent_encode};
use crate::instance::check;
use crate::json::Value;
use crate::text::{concat, split, split_once};

/// What is listed so far, and the way to the rest.
#[derive(Debug)]
pub struct Listing {
    /// The endpoints, each with a name and a state.
    pub endpoints: Vec<Value>,
    /// Paths of the pages to come, the next one last.
    paths: Vec<String>,
}

impl Default for Listing {
    fn default() -> Self {
        Self { endpoints: Vec::new(), paths: vec!["/api/2.0/postgres/projects?page_size=100".to_owned()] }
    }
}

impl Listing {
    /// The path of the next page, if there is one.
    pub fn next(&self) -> Option<&str> {
        self.paths.last().map(String::as_str)
    }

    /// Takes the next page; an absent list is an empty one.
    pub fn take(&mut self, response: &Response) -> Result<(), Error> {
        let path = self.paths.pop().unwrap_or_default();
        let (list, _) = split_once(&path, "?").unwrap_or((&path, ""));
        let (member, inner) = match split(list, "/").last() {
            Some(&"projects") => ("projects", "/branches?page_size=100"),
            Some(&"branches") => ("branches", "/endpoints?page_size=100"),
            _ => ("endpoints", ""),
        };
        let mut body = answer::object(response, Hop::Api)?;
        let mut items = match body.take(member) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(items)) => items,
            Some(_) => return Err(odd("has a list that is no array")),
        };
        let token = body.text("next_page_token").unwrap_or_default();
        if !token.is_empty() {
            self.paths.push(concat(&[list, "?page_size=100&page_token=", &percent_encode(token)]));
        }
        if inner.is_empty() {
            for endpoint in &items {
                check(endpoint)?;
            }
            self.endpoints.append(&mut items);
        }
        for parent in items.iter().rev() {
            let name = parent.text("name").unwrap_or_default();
            for part in split(name, "/") {
                check_segment("name", part).map_err(|_| odd("lists a `name` that is no path"))?;
            }
            self.paths.push(concat(&["/api/2.0/postgres/", name, inner]));
        }
        Ok(())
    }
}

fn odd(what: &str) -> Error {
    answer::odd(Hop::Api, what)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;

    fn take(listing: &mut Listing, body: &str) -> Result<(), Error> {
        listing.take(&Response { status: 200, body: body.into(), ..Response::default() })
    }

    #[test]
    fn lists_are_followed_down_to_the_endpoints() {
        let mut listing = Listing::default();
        let endpoint = |name: &str| {
            ["{\"endpoints\":[{\"name\":\"", name, "\",\"status\":{\"current_state\":\"IDLE\"}}]}"].concat()
        };
        for (path, body) in [
            (
                "projects?page_size=100",
                r#"{"projects":[{"name":"projects/a"},{"name":"projects/b"}],"next_page_token":"p/2"}"#,
            ),
            ("projects/a/branches?page_size=100", r#"{"branches":[{"name":"projects/a/branches/x"}]}"#),
            ("projects/a/branches/x/endpoints?page_size=100", &endpoint("e-1")),
            ("projects/b/branches?page_size=100", "{}"),
            (
                "projects?page_size=100&page_token=p%2F2",
                r#"{"projects":[{"name":"projects/c"}],"next_page_token":""}"#,
            ),
            ("projects/c/branches?page_size=100", r#"{"branches":[{"name":"projects/c/branches/x"}]}"#),
            ("projects/c/branches/x/endpoints?page_size=100", &endpoint("e-2")),
        ] {
            assert_eq!(listing.next(), Some(["/api/2.0/postgres/", path].concat().as_str()));
            take(&mut listing, body).unwrap();
        }
        assert_eq!(listing.next(), None);
        let names: Vec<_> = listing.endpoints.iter().filter_map(|one| one.text("name")).collect();
        assert_eq!(names, ["e-1", "e-2"]);
    }

    #[test]
    fn odd_lists_are_errors() {
        for body in [
            "",
            "[]",
            r#"{"projects":"x"}"#,
            r#"{"projects":[null]}"#,
            r#"{"projects":[{"name":"projects/.."}]}"#,
            r#"{"projects":[{"name":"projects//x"}]}"#,
            r#"{"projects":[{"name":"projects/x?y"}]}"#,
        ] {
            let error = take(&mut Listing::default(), body).expect_err(body);
            assert_eq!(error.code, Code::UnexpectedResponse, "{body}");
        }
    }
}
