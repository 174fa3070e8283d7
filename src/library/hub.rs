//! The Hugging Face Hub: searching for models, what files they have, and what their pages say.
//!
//! Everything that comes from there is a stranger's: names are checked before they become part
//! of an address or a path, sizes are limited, and text is freed of what would change how the
//! text around it is read. The functions are async, for tokio; dropping one gives it up.

mod card;
mod config;
mod error;
mod files;
mod http;
mod names;

#[cfg(test)]
mod tests;

use reqwest::header::HeaderMap;
use reqwest::{Method, Url};
use serde_json::Value;

pub use card::Card;
pub use config::{Config, Token};
pub use error::Error;
pub use files::{Item, RepoFile};
pub use names::{RepoId, clean};

use card::MAX_CARD_BYTES;
pub(in crate::library) use files::sha256_of;
use http::next_link;
pub(in crate::library) use http::{Answer, Ask, Chunk, Http, host_of, with};
pub(in crate::library) use names::{invalid, is_file_name, is_gguf, is_repo_path, is_revision};

/// The revision that is meant where none is named.
pub const MAIN: &str = "main";

/// Longest answer of the API that is read.
const MAX_JSON_BYTES: usize = 16 * 1024 * 1024;
/// Pages of a listing that are read; the Hub puts a thousand files on each.
const MAX_PAGES: usize = 50;

/// Asks the Hub. Clones share their connections.
#[derive(Debug, Clone)]
pub struct Hub {
    http: Http,
}

/// What a search is sorted by; the greatest comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// How often it was downloaded in the last month.
    #[default]
    Downloads,
    /// How many like it.
    Likes,
    /// When it was changed.
    Modified,
}

/// What to search for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// Words of the name; none for all.
    pub text: String,
    /// What comes first.
    pub sort: Sort,
    /// How many on a page, 100 at most.
    pub limit: u32,
}

/// Some of what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The repositories, in order.
    pub repositories: Vec<Repository>,
    /// What to pass to [`Hub::more`] for those after them.
    pub next: Option<Next>,
}

/// Where a search goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next(String);

/// Who may download.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// Everybody.
    Open,
    /// Whoever accepts the conditions.
    Automatic,
    /// Whoever the owner lets in.
    Manual,
}

/// A repository of models.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    /// Its name.
    pub id: RepoId,
    /// Downloads in the last month.
    pub downloads: u64,
    /// How many like it.
    pub likes: u64,
    /// When it was last changed.
    pub modified_unix_ms: Option<i64>,
    /// Its licence as the Hub writes it: "apache-2.0".
    pub licence: Option<String>,
    /// Who may download.
    pub gate: Gate,
    /// What it is for: "text-generation".
    pub pipeline: Option<String>,
    /// All its tags.
    pub tags: Vec<String>,
}

impl Hub {
    /// Makes ready to ask; nothing is sent yet.
    ///
    /// # Errors
    ///
    /// Where the HTTP library cannot be set up.
    pub fn new(config: Config) -> Result<Self, Error> {
        Ok(Self {
            http: Http::new(config)?,
        })
    }

    pub(in crate::library) fn with(http: Http) -> Self {
        Self { http }
    }

    /// Whom it asks.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.http.config
    }

    /// The page of a repository, for a person to open.
    #[must_use]
    pub fn page(&self, repo: &RepoId) -> String {
        self.config().address(&repo.to_string()).into()
    }

    /// Searches for repositories with GGUF files.
    ///
    /// # Errors
    ///
    /// Where the Hub cannot be reached or gives no answer that makes sense.
    pub async fn search(&self, query: &Query) -> Result<Page, Error> {
        self.found(self.search_address(query)).await
    }

    fn search_address(&self, query: &Query) -> Url {
        let sort = match query.sort {
            Sort::Downloads => "downloads",
            Sort::Likes => "likes",
            Sort::Modified => "lastModified",
        };
        let mut url = self.config().address("api/models");
        let limit = query.limit.clamp(1, 100).to_string();
        let mut pairs = url.query_pairs_mut();
        if !query.text.trim().is_empty() {
            pairs.append_pair("search", query.text.trim());
        }
        pairs
            .append_pair("filter", "gguf")
            .append_pair("sort", sort)
            .append_pair("direction", "-1")
            .append_pair("limit", &limit)
            .append_pair("full", "true");
        drop(pairs);
        url
    }

    /// Goes on with a search.
    ///
    /// # Errors
    ///
    /// As [`Self::search`].
    pub async fn more(&self, next: &Next) -> Result<Page, Error> {
        let mut url = self.config().address("api/models");
        url.set_query(Some(&next.0));
        self.found(url).await
    }

    async fn found(&self, url: Url) -> Result<Page, Error> {
        let host = host_of(&url);
        let (value, next) = self.json(url, &host, &host).await?;
        let Value::Array(values) = value else {
            return Err(Error::Unexpected { host });
        };
        Ok(Page {
            repositories: values.iter().filter_map(repository).collect(),
            next: next.map(Next),
        })
    }

    /// The models of a repository, the smallest first. What is no GGUF file is left out.
    ///
    /// # Errors
    ///
    /// Where the Hub cannot be reached, has no such repository, or does not show it.
    pub async fn files(&self, repo: &RepoId, revision: &str) -> Result<Vec<Item>, Error> {
        if !is_revision(revision) {
            return Err(invalid(revision));
        }
        let id = repo.to_string();
        let page = self.page(repo);
        // A branch may have a slash in its name, which is not one of the path.
        let mut url = self.config().address(&format!("api/models/{id}/tree"));
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.push(revision);
        }
        let first = url.clone();
        url.query_pairs_mut().append_pair("recursive", "true");
        let mut files = Vec::new();
        for _ in 0..MAX_PAGES {
            let host = host_of(&url);
            let (value, next) = self.json(url, &id, &page).await?;
            let Value::Array(values) = value else {
                return Err(Error::Unexpected { host });
            };
            files.extend(files::parse(&values));
            let Some(next) = next else { break };
            url = first.clone();
            url.set_query(Some(&next));
        }
        Ok(files::group(files))
    }

    /// What the page of a repository says; at most 512 KiB of it.
    ///
    /// # Errors
    ///
    /// Where the Hub cannot be reached, or there is no page.
    pub async fn card(&self, repo: &RepoId, revision: &str) -> Result<Card, Error> {
        let url = self.file_address(repo, revision, "README.md")?;
        let page = self.page(repo);
        let answer = self.get(url, &repo.to_string(), &page).await?;
        let (bytes, is_cut) = answer.read(MAX_CARD_BYTES).await?;
        Ok(card::parse(&bytes, is_cut))
    }

    /// Where a file of a repository is to be had.
    pub(in crate::library) fn file_address(
        &self,
        repo: &RepoId,
        revision: &str,
        path: &str,
    ) -> Result<Url, Error> {
        file_address(self.config(), repo, revision, path)
    }

    /// A page of JSON, and the query of the page after it. Only the query: a mirror may name
    /// the server that it mirrors.
    async fn json(
        &self,
        url: Url,
        subject: &str,
        page: &str,
    ) -> Result<(Value, Option<String>), Error> {
        let base = url.clone();
        let answer = self.get(url, subject, page).await?;
        let link = answer.header("link");
        let next = link
            .as_deref()
            .and_then(next_link)
            .and_then(|it| Some(base.join(it).ok()?.query()?.to_owned()));
        Ok((answer.json(MAX_JSON_BYTES).await?, next))
    }

    async fn get(&self, url: Url, subject: &str, page: &str) -> Result<Answer, Error> {
        let ask = Ask {
            method: Method::GET,
            url,
            subject,
            page,
            headers: HeaderMap::new(),
        };
        self.http.send(ask).await
    }
}

/// Where a file of a repository is to be had.
pub(in crate::library) fn file_address(
    config: &Config,
    repo: &RepoId,
    revision: &str,
    path: &str,
) -> Result<Url, Error> {
    if !is_revision(revision) {
        return Err(invalid(revision));
    }
    if !is_repo_path(path) {
        return Err(invalid(path));
    }
    let mut url = config.address(&format!("{repo}/resolve"));
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.push(revision).extend(path.split('/'));
    }
    Ok(url)
}

/// One repository of an answer; `None` where not even its name makes sense.
fn repository(value: &Value) -> Option<Repository> {
    let id = value["id"].as_str().or(value["modelId"].as_str())?;
    let text = |value: &Value| value.as_str().map(clean).filter(|it| !it.is_empty());
    let tags: Vec<String> = value["tags"]
        .as_array()
        .map(|tags| tags.iter().filter_map(text).collect())
        .unwrap_or_default();
    let licence = tags.iter().find_map(|it| it.strip_prefix("license:"));
    let modified = value["lastModified"].as_str();
    let modified = modified.and_then(|it| it.parse::<jiff::Timestamp>().ok());
    Some(Repository {
        id: RepoId::new(id).ok()?,
        downloads: value["downloads"].as_u64().unwrap_or(0),
        likes: value["likes"].as_u64().unwrap_or(0),
        modified_unix_ms: modified.map(jiff::Timestamp::as_millisecond),
        licence: licence.map(str::to_owned),
        gate: match &value["gated"] {
            Value::String(how) if how == "manual" => Gate::Manual,
            Value::String(how) if how != "false" => Gate::Automatic,
            Value::Bool(true) => Gate::Automatic,
            _ => Gate::Open,
        },
        pipeline: text(&value["pipeline_tag"]),
        tags,
    })
}
