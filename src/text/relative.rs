//! Paths inside one root, as texts. Looks at no disk.

/// The folder that a path lies in; empty for the root.
pub fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The folders that a path lies in, the nearest first and the root last.
pub fn folders_around(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder(path)), |path| (!path.is_empty()).then(|| folder(path)))
}

/// What an archive of a chart ends in, within the path of a file that was taken out of it.
const INSIDE: &str = ".tgz/";

/// Whether a path lies in a packed chart: `charts/db-12.1.0.tgz/values.yaml`. Nobody here writes what is in there.
pub fn is_packed(path: &str) -> bool {
    path.contains(INSIDE)
}

/// Whether `folder` is `above` or lies under it; all lie under the root.
pub fn is_within(folder: &str, above: &str) -> bool {
    above.is_empty()
        || folder.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The path that `written` means in `folder`, with its `.` and `..` taken away; `None` outside the root.
pub fn joined(folder: &str, written: &str) -> Option<String> {
    if written.starts_with(['/', '~']) {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in written.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::{folders_around, joined};

    #[test]
    fn folders_go_up_to_the_root() {
        let around = |path| folders_around(path).collect::<Vec<_>>();
        assert_eq!(around("shop/src/main.rs"), ["shop/src", "shop", ""]);
        assert_eq!(around("main.rs"), [""]);
    }

    #[test]
    fn paths_are_joined_inside_the_root() {
        assert_eq!(joined("deploy/web", "../common.env").as_deref(), Some("deploy/common.env"));
        assert_eq!(joined("", "./.env").as_deref(), Some(".env"));
        assert_eq!(joined("deploy", "../../x.env"), None);
        assert_eq!(joined("deploy", "/etc/x.env"), None);
    }
}
