//! Where the user keeps what programs can make again.

use std::ffi::OsString;
use std::path::PathBuf;

/// The folder for what keydrift keeps from run to run; `None` where the system names none.
pub(super) fn folder() -> Option<PathBuf> {
    let of = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    below(of, cfg!(target_os = "macos"), cfg!(windows))
}

/// The same, given the variables. A folder that is not named from the root on is none: so says the standard.
fn below(of: impl Fn(&str) -> Option<OsString>, mac: bool, windows: bool) -> Option<PathBuf> {
    let at = |name: &str| of(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = match (windows, mac) {
        (true, _) => at("LOCALAPPDATA"),
        (_, true) => at("HOME").map(|home| home.join("Library/Caches")),
        _ => at("HOME").map(|home| home.join(".cache")),
    };
    at("XDG_CACHE_HOME").or(home).map(|cache| cache.join("keydrift"))
}

#[cfg(all(test, unix))]
mod tests {
    use std::ffi::OsString;

    use super::below;

    #[test]
    fn the_folder_of_the_standard_comes_first() {
        let of = |xdg: &'static str| {
            let variable = move |name: &str| match name {
                "XDG_CACHE_HOME" => Some(OsString::from(xdg)),
                "HOME" => Some(OsString::from("/home/baker")),
                _ => None,
            };
            let folder = |mac| below(variable, mac, false).expect("a folder");
            [false, true].map(|mac| folder(mac).display().to_string())
        };
        assert_eq!(of("/var/cache/baker"), ["/var/cache/baker/keydrift"; 2]);
        let own = ["/home/baker/.cache/keydrift", "/home/baker/Library/Caches/keydrift"];
        assert_eq!(
            of("cache"),
            own,
            "a folder that is not named from the root on counts for nothing"
        );
        assert_eq!(below(|_| None, false, false), None);
    }
}
