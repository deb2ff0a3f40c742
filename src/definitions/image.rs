//! Whose a container image is, by its name.
//!
//! Knows no registry: a name that could be the project's own is taken for its own.

/// Names without an owner on Docker Hub: only these exist there, so any other such name is built at home.
const OFFICIAL: &[&str] = &[
    "adminer",
    "aerospike",
    "alpine",
    "amazoncorretto",
    "amazonlinux",
    "arangodb",
    "archlinux",
    "bash",
    "buildpack-deps",
    "busybox",
    "caddy",
    "cassandra",
    "centos",
    "chronograf",
    "clickhouse",
    "composer",
    "consul",
    "couchbase",
    "couchdb",
    "crate",
    "debian",
    "docker",
    "drupal",
    "eclipse-mosquitto",
    "eclipse-temurin",
    "elasticsearch",
    "elixir",
    "emqx",
    "erlang",
    "fedora",
    "flink",
    "fluentd",
    "gcc",
    "ghost",
    "golang",
    "gradle",
    "grafana",
    "groovy",
    "haproxy",
    "haskell",
    "hello-world",
    "httpd",
    "influxdb",
    "jenkins",
    "jetty",
    "joomla",
    "julia",
    "kapacitor",
    "kibana",
    "kong",
    "logstash",
    "mailhog",
    "mariadb",
    "matomo",
    "maven",
    "mediawiki",
    "memcached",
    "mongo",
    "mongo-express",
    "mongodb",
    "mysql",
    "nats",
    "nats-streaming",
    "neo4j",
    "neurodebian",
    "nextcloud",
    "nginx",
    "node",
    "odoo",
    "open-liberty",
    "openjdk",
    "oraclelinux",
    "percona",
    "perl",
    "phpmyadmin",
    "plone",
    "postfixadmin",
    "postgis",
    "postgres",
    "postgresql",
    "pypy",
    "python",
    "rabbitmq",
    "rakudo-star",
    "redis",
    "redmine",
    "registry",
    "rethinkdb",
    "rockylinux",
    "ros",
    "ruby",
    "rust",
    "scratch",
    "solr",
    "sonarqube",
    "spark",
    "spiped",
    "storm",
    "swift",
    "telegraf",
    "tomcat",
    "traefik",
    "ubuntu",
    "unit",
    "varnish",
    "vault",
    "wordpress",
    "xwiki",
    "yourls",
    "zookeeper",
];
/// Languages: code of the project usually runs in these, mounted or as the base.
const RUNTIMES: &[&str] = &[
    "alpine",
    "amazoncorretto",
    "bash",
    "busybox",
    "debian",
    "eclipse-temurin",
    "elixir",
    "erlang",
    "golang",
    "gradle",
    "maven",
    "node",
    "openjdk",
    "perl",
    "pypy",
    "python",
    "ruby",
    "rust",
    "ubuntu",
];
/// Owners whose images are meant for others to run.
const PUBLISHERS: &[&str] = &[
    "amazon",
    "apache",
    "apachepulsar",
    "aquasec",
    "argoproj",
    "axllent",
    "azure-storage",
    "bitnami",
    "bitnamilegacy",
    "calico",
    "certbot",
    "cilium",
    "clickhouse",
    "cloud-builders",
    "cloudflare",
    "cloudsdktool",
    "cockroachdb",
    "confluentinc",
    "coredns",
    "curlimages",
    "datadog",
    "datadoghq",
    "dexidp",
    "dpage",
    "dragonflydb",
    "edoburu",
    "elastic",
    "elasticsearch",
    "envoyproxy",
    "flagsmith",
    "fluent",
    "fluxcd",
    "fsouza",
    "getmeili",
    "gitea",
    "google",
    "google-containers",
    "google.com",
    "gotenberg",
    "grafana",
    "hashicorp",
    "istio",
    "jaegertracing",
    "jwilder",
    "k8s-prow",
    "keycloak",
    "kiwigrid",
    "kong",
    "library",
    "linuxserver",
    "localstack",
    "maildev",
    "mailhog",
    "mattermost",
    "metabase",
    "metallb",
    "minio",
    "ml-pipeline",
    "mysql",
    "nats",
    "nginxinc",
    "open-telemetry",
    "openpolicyagent",
    "opensearchproject",
    "openshift4",
    "opentelemetry",
    "openzipkin",
    "oryd",
    "otel",
    "outofcoffee",
    "pgvector",
    "portainer",
    "postgis",
    "prom",
    "prometheus",
    "provectuslabs",
    "redis",
    "rediscommander",
    "renovate",
    "schickling",
    "selenium",
    "sigstore",
    "softwaremill",
    "sonatype",
    "stakater",
    "stoplight",
    "stripe",
    "temporalio",
    "timescale",
    "traefik",
    "unleashorg",
    "valkey",
    "valkey-io",
    "velero",
    "victoriametrics",
    "weaveworks",
    "wiremock",
    "wurstmeister",
    "zaproxy",
];
/// Registries from which anybody pulls.
const PUBLIC_HOSTS: &[&str] = &[
    "docker.elastic.co",
    "docker.io",
    "index.docker.io",
    "k8s.gcr.io",
    "lscr.io",
    "mcr.microsoft.com",
    "public.ecr.aws",
    "quay.io",
    "registry.k8s.io",
];

/// How sure a name of an owner that is not known must be to count as somebody else's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unknown {
    /// A compose file builds what is its own.
    TheirsUnlessBuilt,
    /// A manifest runs what was built elsewhere.
    Ours,
}

/// The name of the image where it is somebody else's, without its tag.
pub(super) fn third_party(image: &str, unknown: Unknown) -> Option<&str> {
    let bare = untagged(image);
    if bare.is_empty() || bare.contains(['$', '{', '%', '<', '[']) {
        return None;
    }
    let mut segments: Vec<&str> = bare.split('/').collect();
    let has_host = segments.len() > 1 && segments.first().is_some_and(|host| is_host(host));
    let host = if has_host { Some(segments.remove(0)) } else { None };
    let is_public = host.is_none_or(|host| PUBLIC_HOSTS.contains(&host));
    let (owner, name) = match segments.as_slice() {
        [name] => (None, *name),
        [owner, .., name] => (Some(*owner), *name),
        [] => return None,
    };
    let theirs = match owner {
        None | Some("library") => {
            is_public && OFFICIAL.contains(&name) && !RUNTIMES.contains(&name)
        }
        // Pages are served there and no images: a chart of others, whose program it runs.
        Some(_) if host.is_some_and(|host| host.ends_with(".github.io")) => true,
        // No registry has it: it is built on the machine that runs it.
        Some("local" | "localhost") if host.is_none() => false,
        Some(owner) if PUBLISHERS.contains(&owner) => true,
        // A registry of one's own hands out what others publish under a longer name.
        Some(_) if host.is_some() && is_published(&segments) => true,
        Some(_) if host.is_some_and(|host| host != "docker.io" && is_public) => true,
        Some(_) => {
            unknown == Unknown::TheirsUnlessBuilt
                && (is_public || matches!(host, Some("ghcr.io" | "registry.gitlab.com")))
        }
    };
    theirs.then_some(bare)
}

/// Whether a publisher stands right before the name.
fn is_published(segments: &[&str]) -> bool {
    matches!(segments, [.., owner, _] if PUBLISHERS.contains(owner))
}

/// Whether an image is a system or a language that runs no program by itself: what is put into it runs.
pub(super) fn is_bare_system(image: &str) -> bool {
    OFFICIAL.contains(&untagged(image))
}

/// Registries and owners that hand out the images without an owner under a longer name.
const MIRRORS: &[&str] =
    &["docker.io/library/", "library/", "mirror.gcr.io/library/", "public.ecr.aws/docker/library/"];

/// Whether an image is a language or a system that asks its environment for nothing which a program is told.
pub(super) fn is_runtime(image: &str) -> bool {
    let bare = untagged(image);
    let plain = MIRRORS.iter().find_map(|mirror| bare.strip_prefix(mirror)).unwrap_or(bare);
    let is_known = RUNTIMES.contains(&plain) || plain == "scratch";
    (is_known || bare.starts_with("gcr.io/distroless/")) && !image.contains("onbuild")
}

/// Whether the name says in which registry it lies, and nothing of it is a variable.
pub(super) fn is_in_a_registry(image: &str) -> bool {
    let bare = untagged(image);
    let host = bare.split_once('/').map_or("", |(host, _)| host);
    is_host(host) && !host.starts_with("localhost") && !bare.contains(['$', '{', '%', '<', '['])
}

fn is_host(segment: &str) -> bool {
    segment.contains(['.', ':']) || segment == "localhost"
}

/// The name of an image without its tag and digest, which may be variables.
pub(super) fn untagged(image: &str) -> &str {
    let bare = image.split('@').next().unwrap_or(image);
    // A colon inside of `${TAG:-1}` is none of the name; neither is that of a registry's port.
    let outside = bare.split(['$', '{']).next().unwrap_or(bare);
    let is_tag = |at: &usize| !bare.get(*at..).is_some_and(|rest| rest.contains('/'));
    let tag = outside.rfind(':').filter(is_tag);
    bare.get(..tag.unwrap_or(bare.len())).unwrap_or(bare)
}

#[cfg(test)]
mod tests {
    use super::{OFFICIAL, PUBLIC_HOSTS, PUBLISHERS, RUNTIMES, Unknown, third_party};

    #[test]
    fn tables_are_sorted() {
        for table in [OFFICIAL, PUBLIC_HOSTS, PUBLISHERS, RUNTIMES] {
            assert!(table.is_sorted(), "{table:?}");
        }
    }

    #[test]
    fn images_of_others_are_told_from_our_own() {
        let compose = |image| third_party(image, Unknown::TheirsUnlessBuilt);
        assert_eq!(compose("postgres:18"), Some("postgres"));
        assert_eq!(compose("docker.io/library/redis:7@sha256:0"), Some("docker.io/library/redis"));
        assert_eq!(compose("dpage/pgadmin4"), Some("dpage/pgadmin4"));
        assert_eq!(
            compose("docker.elastic.co/kibana/kibana:${STACK_VERSION:-8}"),
            Some("docker.elastic.co/kibana/kibana")
        );
        for ours in [
            "backend:latest",
            "${IMAGE}:1",
            "registry.shop.internal:5000/web",
            "python:3.13",
            "localhost/web",
        ] {
            assert_eq!(compose(ours), None, "{ours}");
        }
        let mirrored = "registry.shop.internal/mirror/localstack/localstack";
        assert_eq!(third_party(&format!("{mirrored}:2.2.0"), Unknown::Ours), Some(mirrored));
        assert_eq!(third_party("shop/web:1", Unknown::Ours), None);
        assert_eq!(third_party("bitnami/kafka:3", Unknown::Ours), Some("bitnami/kafka"));
    }
}
