//! All autoscaling endpoints: projects hold branches, which hold endpoints, each listed page by page.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use crate::answer;
use crate::classify::Hop;
use crate::error::Error;
use crate::fields::{NAME_MAX, check_segment};
use crate::http::{Response, percent_encode};
use crate::instance::check;
use crate::json::Value;
use crate::text::{concat, split};

/// Requests at the most: a list of lists that takes more never ends.
const REQUESTS: u32 = 10_000;
/// Text of all answers at the most, in bytes: what is read of it must fit into the module's memory.
const TEXT_MAX: usize = 32 * 1024 * 1024;
/// Longest token of a page, in bytes: it becomes part of a URL.
const TOKEN_MAX: usize = 4096;
/// What a project settles for its endpoints, and is told with each.
const OF_PROJECT: [&str; 2] = ["pg_version", "enable_pg_native_login"];

/// What is listed so far, and the way to the rest.
#[derive(Debug)]
pub struct Listing {
    endpoints: Vec<Value>,
    /// The pages to come, the next one last.
    pages: Vec<Page>,
    requests: u32,
    text: usize,
}

#[derive(Debug)]
struct Page {
    /// The list's path, below the API's.
    list: String,
    /// The token of the page; empty for the first.
    token: String,
    /// Those members of [`OF_PROJECT`] that the project has.
    settled: Vec<(String, Value)>,
}

impl Default for Listing {
    fn default() -> Self {
        let first = Page { list: "projects".to_owned(), token: String::new(), settled: Vec::new() };
        Self { endpoints: Vec::new(), pages: vec![first], requests: 0, text: 0 }
    }
}

impl Listing {
    /// The path of the next page, if there is one.
    pub fn next(&self) -> Option<String> {
        let Page { list, token, .. } = self.pages.last()?;
        let path = concat(&["/api/2.0/postgres/", list, "?page_size=100"]);
        Some(if token.is_empty() { path } else { concat(&[&path, "&page_token=", &percent_encode(token)]) })
    }

    /// The endpoints, each with a name and a state.
    pub fn finish(&mut self) -> Vec<Value> {
        core::mem::take(&mut self.endpoints)
    }

    /// Takes the next page; an absent list is an empty one.
    pub fn take(&mut self, response: &Response) -> Result<(), Error> {
        let Some(Page { list, token, settled }) = self.pages.pop() else { return Ok(()) };
        self.requests += 1;
        self.text += response.body.len();
        if self.requests == REQUESTS || self.text > TEXT_MAX {
            return Err(odd("lists more than any workspace has"));
        }
        let member = last(&list);
        let mut body = answer::object(response, Hop::Api)?;
        let mut items = match body.take(member) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(items)) => items,
            Some(_) => return Err(odd("has a list that is no array")),
        };
        let next = body.text("next_page_token").unwrap_or_default();
        if !next.is_empty() {
            if next == token || next.len() > TOKEN_MAX {
                return Err(odd("names no page that could be the next"));
            }
            self.pages.push(Page { list: list.clone(), token: next.to_owned(), settled: settled.clone() });
        }
        if member == "endpoints" {
            for mut endpoint in items {
                check(&endpoint)?;
                settle(&mut endpoint, &settled);
                self.endpoints.push(endpoint);
            }
            return Ok(());
        }
        items.reverse();
        for parent in items {
            let name = check_path(parent.text("name").unwrap_or_default())?;
            let (inner, settled) = match member {
                "projects" => ("/branches", settled_by(&parent)),
                _ => ("/endpoints", settled.clone()),
            };
            self.pages.push(Page { list: concat(&[name, inner]), token: String::new(), settled });
        }
        Ok(())
    }

    /// Leaves the next page out, with all that would follow it, because its project or branch has been deleted since it
    /// was listed; `false` if that cannot be the reason why there is no such list.
    pub fn skip(&mut self) -> bool {
        let gone = self.pages.last().is_some_and(|page| page.list != "projects");
        if gone {
            self.pages.pop();
        }
        gone
    }
}

fn last(list: &str) -> &str {
    split(list, "/").last().copied().unwrap_or_default()
}

/// What becomes a part of a path.
fn check_path(name: &str) -> Result<&str, Error> {
    let plain = |part: &&str| check_segment("name", part).is_ok();
    if name.len() <= NAME_MAX && split(name, "/").iter().all(plain) {
        Ok(name)
    } else {
        Err(odd("lists a `name` that is no path"))
    }
}

fn settled_by(project: &Value) -> Vec<(String, Value)> {
    let mut settled = Vec::new();
    for name in OF_PROJECT {
        let found = project.get("status").and_then(|status| status.get(name));
        if let Some(value @ (Value::Number(_) | Value::Bool(_))) = found {
            settled.push((name.to_owned(), value.clone()));
        }
    }
    settled
}

/// What the endpoint says itself goes before.
fn settle(endpoint: &mut Value, settled: &[(String, Value)]) {
    for (name, value) in settled {
        if endpoint.get(name).is_none()
            && let Value::Object(members) = endpoint
        {
            members.push((name.clone(), value.clone()));
        }
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

    fn names(listing: &mut Listing) -> Vec<String> {
        listing.finish().iter().filter_map(|one| one.text("name")).map(ToOwned::to_owned).collect()
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
            assert_eq!(listing.next(), Some(["/api/2.0/postgres/", path].concat()));
            take(&mut listing, body).unwrap();
        }
        assert_eq!(listing.next(), None);
        assert_eq!(names(&mut listing), ["e-1", "e-2"]);
    }

    #[test]
    fn an_endpoint_is_told_with_what_its_project_settles() {
        let table = [
            (r#"{"pg_version":17,"enable_pg_native_login":false,"owner":"x"}"#, "", Some(17.0), Some(false)),
            (r#"{"pg_version":17}"#, r#","pg_version":16"#, Some(16.0), None),
            (r#"{"pg_version":{"a":1},"enable_pg_native_login":"yes"}"#, "", None, None),
        ];
        for (status, own, version, native_login) in table {
            let mut listing = Listing::default();
            let projects = [r#"{"projects":[{"name":"projects/a","status":"#, status, "}]}"].concat();
            let endpoints = [r#"{"endpoints":[{"name":"e","state":"IDLE""#, own, "}]}"].concat();
            for body in [&projects, r#"{"branches":[{"name":"projects/a/branches/x"}]}"#, &endpoints] {
                take(&mut listing, body).unwrap();
            }
            let endpoint = listing.finish().remove(0);
            assert_eq!(endpoint.get("pg_version").and_then(Value::as_number), version);
            assert_eq!(endpoint.get("enable_pg_native_login"), native_login.map(Value::Bool).as_ref());
            assert_eq!(endpoint.get("owner"), None);
        }
    }

    #[test]
    fn what_is_deleted_meanwhile_is_left_out() {
        let mut listing = Listing::default();
        assert!(!listing.skip(), "a workspace without projects is another matter");
        take(&mut listing, r#"{"projects":[{"name":"projects/a"},{"name":"projects/b"}]}"#).unwrap();
        assert!(listing.skip());
        assert_eq!(listing.next().as_deref(), Some("/api/2.0/postgres/projects/b/branches?page_size=100"));
        assert!(listing.skip());
        assert_eq!(listing.next(), None);
    }

    #[test]
    fn odd_lists_are_errors() {
        let long = [r#"{"projects":[{"name":"projects"#, &"/a".repeat(300), r#""}]}"#].concat();
        for body in [
            "",
            "[]",
            r#"{"projects":"x"}"#,
            r#"{"projects":[null]}"#,
            r#"{"projects":[{"name":"projects/.."}]}"#,
            r#"{"projects":[{"name":"projects//x"}]}"#,
            r#"{"projects":[{"name":"projects/x?y"}]}"#,
            &long,
        ] {
            let error = take(&mut Listing::default(), body).expect_err(body);
            assert_eq!(error.code, Code::UnexpectedResponse, "{body}");
        }
    }

    #[test]
    fn a_list_without_end_is_an_error() {
        let mut listing = Listing::default();
        take(&mut listing, r#"{"next_page_token":"t"}"#).unwrap();
        assert!(take(&mut listing, r#"{"next_page_token":"t"}"#).is_err(), "the same page for ever");
        let long = [r#"{"next_page_token":""#, &"t".repeat(4_097), r#""}"#].concat();
        assert!(take(&mut Listing::default(), &long).is_err(), "no part of a URL");

        let mut listing = Listing::default();
        let pages = (0..).take_while(|i| {
            take(&mut listing, &[r#"{"next_page_token":""#, &i.to_string(), r#""}"#].concat()).is_ok()
        });
        assert_eq!(pages.count(), 9_999, "a new page for ever");

        let padding = [r#"{"padding":""#, &"x".repeat(4_000_000), r#"","next_page_token":""#].concat();
        let mut listing = Listing::default();
        let pages =
            (0..).take_while(|i| take(&mut listing, &[&padding, &i.to_string(), r#""}"#].concat()).is_ok());
        assert_eq!(pages.count(), 8, "more than fits");
    }
}
