//! Where a setting's text comes from, and what to say when it cannot be read.

use figment::{
    Figment,
    providers::{Format, Toml},
    value::{Dict, Value},
};
use std::{
    collections::BTreeMap,
    ffi::OsString,
    fmt, fs,
    path::{Path, PathBuf},
    str::FromStr,
};

const PREFIX: &str = "OUTLAY_";

/// A setting that cannot be used: which, and what would do.
#[derive(Debug)]
pub struct BadSetting(String);

impl fmt::Display for BadSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl std::error::Error for BadSetting {}

/// What the command line sets: the TOML file to read, and settings by key.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    pub config: Option<PathBuf>,
    pub settings: BTreeMap<String, String>,
}

/// The text of each setting in each place, first place first.
pub struct Layers {
    flags: BTreeMap<String, String>,
    env: BTreeMap<String, String>,
    file: BTreeMap<String, String>,
    path: PathBuf,
    data_dir: PathBuf,
}

impl Layers {
    pub fn gather(flags: Flags, env: impl Iterator<Item = (OsString, OsString)>) -> Result<Self, BadSetting> {
        let mut env = environment(env)?;
        let given = flags.config.or_else(|| env.remove("config").map(PathBuf::from));
        let data_dir = flags.settings.get("data_dir").or_else(|| env.get("data_dir")).map(PathBuf::from);
        let data_dir = data_dir.or_else(default_data_dir).ok_or_else(|| {
            BadSetting(
                "OUTLAY_DATA_DIR: no home directory is known here; set the directory in which Outlay keeps its data".to_owned(),
            )
        })?;
        let beside = data_dir.join("outlay.toml");
        let path = given.or_else(|| beside.exists().then_some(beside));
        let file = path.as_deref().map(read_file).transpose()?.unwrap_or_default();
        let data_dir = match file.get("data_dir") {
            Some(dir) if !flags.settings.contains_key("data_dir") && !env.contains_key("data_dir") => PathBuf::from(dir),
            _ => data_dir,
        };
        Ok(Self { flags: flags.settings, env, file, path: path.unwrap_or_default(), data_dir })
    }

    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    fn find(&self, key: &str) -> Option<&str> {
        [&self.flags, &self.env, &self.file].into_iter().find_map(|layer| layer.get(key)).map(String::as_str)
    }

    /// The error that names the setting where it was set.
    pub fn bad(&self, key: &str, allowed: &str) -> BadSetting {
        let name = if self.flags.contains_key(key) {
            format!("--{}", key.replace('_', "-"))
        } else if self.env.contains_key(key) {
            format!("{PREFIX}{}", key.to_ascii_uppercase())
        } else {
            format!("{key} in {}", self.path.display())
        };
        BadSetting(format!("{name}: use {allowed}"))
    }

    /// The value, or `None` where nothing (or nothing but blanks) is set.
    pub fn read<T>(&self, key: &str, allowed: &str, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, BadSetting> {
        match self.find(key).map(str::trim).filter(|text| !text.is_empty()) {
            None => Ok(None),
            Some(text) => parse(text).map(Some).ok_or_else(|| self.bad(key, allowed)),
        }
    }

    pub fn parse<T: FromStr>(&self, key: &str, allowed: &str) -> Result<Option<T>, BadSetting> {
        self.read(key, allowed, |text| text.parse().ok())
    }

    pub fn number<T: FromStr + PartialOrd + fmt::Display>(&self, key: &str, default: T, least: T) -> Result<T, BadSetting> {
        let allowed = format!("a whole number, {least} or more");
        let number = self.read(key, &allowed, |text| text.parse().ok().filter(|n: &T| *n >= least))?;
        Ok(number.unwrap_or(default))
    }

    pub fn list<T: FromStr>(&self, key: &str, allowed: &str) -> Result<Vec<T>, BadSetting> {
        let list = self.read(key, allowed, |text| text.split(',').map(|item| item.trim().parse().ok()).collect())?;
        Ok(list.unwrap_or_default())
    }

    /// A line for each name that is no setting.
    pub fn unknown(&self, known: &[&str]) -> Vec<String> {
        let strange = |key: &&String| !known.contains(&key.as_str());
        let env = self.env.keys().filter(strange).map(|key| format!("{PREFIX}{}", key.to_ascii_uppercase()));
        let file = self.file.keys().filter(strange).map(|key| format!("{key} in {}", self.path.display()));
        let flags = self.flags.keys().filter(strange).map(|key| format!("--set {key}"));
        env.chain(file).chain(flags).map(|name| format!("{name} is not a setting of Outlay and is ignored")).collect()
    }
}

/// `OUTLAY_ADDR=…` as `addr`; `OUTLAY_STORE_FILE=…` as the content of that file under `store`.
fn environment(env: impl Iterator<Item = (OsString, OsString)>) -> Result<BTreeMap<String, String>, BadSetting> {
    let mut out = BTreeMap::new();
    let mut files = Vec::new();
    for (name, value) in env {
        let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)) else { continue };
        let value = value.into_string().map_err(|_| BadSetting(format!("{name}: use UTF-8 text")))?;
        let key = name[PREFIX.len()..].to_ascii_lowercase();
        match key.strip_suffix("_file") {
            Some(key) => files.push((name.to_owned(), key.to_owned(), value)),
            None => {
                out.insert(key, value);
            }
        }
    }
    for (name, key, path) in files {
        let content = fs::read_to_string(&path).map_err(|e| BadSetting(format!("{name}: {path} cannot be read: {e}")))?;
        if out.insert(key.clone(), content.trim_end_matches(['\r', '\n']).to_owned()).is_some() {
            return Err(BadSetting(format!("{name}: use either this or {PREFIX}{}, not both", key.to_ascii_uppercase())));
        }
    }
    Ok(out)
}

/// A TOML file as keys; `[limit] body = 1` and `limit_body = 1` are the same.
fn read_file(path: &Path) -> Result<BTreeMap<String, String>, BadSetting> {
    let bad = |cause: String| BadSetting(format!("{}: {cause}", path.display()));
    let text = fs::read_to_string(path).map_err(|e| bad(format!("cannot be read: {e}")))?;
    let dict: Dict = Figment::from(Toml::string(&text)).extract().map_err(|e| bad(e.to_string()))?;
    let mut out = BTreeMap::new();
    flatten("", dict, &mut out);
    Ok(out)
}

fn flatten(prefix: &str, dict: Dict, out: &mut BTreeMap<String, String>) {
    for (key, value) in dict {
        let key = if prefix.is_empty() { key } else { format!("{prefix}_{key}") };
        match value {
            Value::Dict(_, inner) => flatten(&key, inner, out),
            Value::Array(_, items) => {
                out.insert(key, items.into_iter().map(text).collect::<Vec<_>>().join(","));
            }
            value => {
                out.insert(key, text(value));
            }
        }
    }
}

fn text(value: Value) -> String {
    match value {
        Value::String(_, text) => text,
        Value::Bool(_, flag) => flag.to_string(),
        Value::Num(_, number) => number
            .to_i128()
            .map(|n| n.to_string())
            .or_else(|| number.to_u128().map(|n| n.to_string()))
            .or_else(|| number.to_f64().map(|n| n.to_string()))
            .unwrap_or_default(),
        _ => String::new(),
    }
}

/// The platform's data directory (XDG Base Directory Specification; Apple's file system guide).
fn default_data_dir() -> Option<PathBuf> {
    let path = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let data = if cfg!(target_os = "macos") {
        path("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        path("XDG_DATA_HOME").or_else(|| path("HOME").map(|home| home.join(".local/share")))
    };
    data.map(|data| data.join("outlay"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vars(pairs: &[(&str, &str)]) -> Vec<(OsString, OsString)> {
        pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
    }

    #[test]
    fn flags_win_over_environment_over_file() {
        let dir = tempfile::tempdir().expect("directory");
        let toml =
            "addr = \"1.1.1.1:1\"\nlog = \"warn\"\ntrusted_proxies = [\"::1\", \"10.0.0.0/8\"]\nodd = 1\n[limit]\nbody = 2048\n";
        fs::write(dir.path().join("outlay.toml"), toml).expect("file");
        let data_dir = dir.path().to_str().expect("path");
        let env =
            vars(&[("OUTLAY_DATA_DIR", data_dir), ("OUTLAY_ADDR", "2.2.2.2:2"), ("OUTLAY_LOG", "debug"), ("OUTLAY_TYPO", "1")]);
        let flags = Flags { settings: [("addr".to_owned(), "3.3.3.3:3".to_owned())].into(), config: None };
        let layers = Layers::gather(flags, env.into_iter()).expect("layers");
        assert_eq!(layers.find("addr"), Some("3.3.3.3:3"));
        assert_eq!(layers.find("log"), Some("debug"));
        assert_eq!(layers.find("trusted_proxies"), Some("::1,10.0.0.0/8"));
        assert_eq!(layers.number("limit_body", 1_u32, 1).expect("number"), 2048);
        let strange = layers.unknown(&["addr", "log", "data_dir", "trusted_proxies", "limit_body"]);
        assert_eq!(strange.len(), 2);
        assert!(strange[0].contains("OUTLAY_TYPO") && strange[1].contains("odd"), "{strange:?}");
        assert!(layers.bad("addr", "x").to_string().starts_with("--addr"));
        assert!(layers.bad("limit_body", "x").to_string().contains("outlay.toml"));
    }

    #[test]
    fn a_secret_may_stand_in_a_file() {
        let dir = tempfile::tempdir().expect("directory");
        let file = dir.path().join("uri");
        fs::write(&file, "mongodb://x\n").expect("file");
        let file = file.to_str().expect("path");
        let env = environment(vars(&[("OUTLAY_STORE_FILE", file)]).into_iter()).expect("environment");
        assert_eq!(env.get("store").map(String::as_str), Some("mongodb://x"));
        let both = environment(vars(&[("OUTLAY_STORE_FILE", file), ("OUTLAY_STORE", "sqlite")]).into_iter());
        assert!(both.expect_err("refused").to_string().contains("not both"));
    }
}
