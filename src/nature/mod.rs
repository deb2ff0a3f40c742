//! What the name of a key tells of its purpose: a credential, an endpoint, a limit, a switch.
//!
//! Knows words only. A value can speak against it: see `shape`.

pub mod registry;
pub mod sdk;
pub mod shape;

use crate::model::key::fold;

/// Words of a name, in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nature {
    words: Vec<String>,
}

const CREDENTIAL: &str = "\
    apikey auth cert certificate credential credentials dsn jwt key passphrase passwd password \
    pem private pwd salt secret secrets signature token";
/// Where a deployment is, what it talks to and what it is called: different in each environment by nature.
const PLACE: &str = "\
    account addr address arn author branch broker brokers bucket callback channel client cluster \
    cname commit contact cookie cors database db dbname dir directory dn domain email endpoint \
    endpoints env environment file folder from gateway group hash host hostname hosts iam id ids \
    image index instance ip issuer label location mail name namespace network node nodes org \
    organization origin origins path port prefix profile project queue realm region registry \
    release repo repository revision role root schema sender server servers sha site socket sqs \
    stage stream subnet subscription suffix tag tenant tier title topic uri url urls user username \
    uuid version vpc webhook zone";
/// How large a deployment is: different between stages on purpose, equal within a group.
const SIZE: &str = "\
    autoscaling cpu cpus instances memory nodes partitions processes ram replicas replication \
    scale scaling shards storage threads workers";
const OPERATIONAL: &str = "\
    age attempts backoff batch buffer burst cache capacity chunk concurrency cooldown count days \
    deadline debounce delay depth expires expiry expiration factor grace hours idle interval \
    jitter keepalive lease lifetime limit limits max maximum min minimum minutes ms overflow \
    page percent percentage period pool queue quota rate ratio recycle retention retries retry \
    rollout seconds secs size sleep threshold throttle timeout timeouts tries ttl wait window";
/// Which environment it is: `IS_PRODUCTION`.
const STAGES: &str = "live prod production staging";
const SWITCH: &str = "\
    allow allowed disable disabled enable enabled feature features ff flag flags rollout toggle \
    use";
/// Behavior that stages do not share on purpose.
const DEVELOPMENT: &str = "\
    debug debugger dev development dry dummy echo fake insecure level local log logging mock \
    profiler profiling reload sample sampling sandbox seed ssl test testing tests tls trace \
    traces tracing verbose verbosity verify";

/// Whether a table, words with spaces between, lists a word.
fn lists(table: &str, word: &str) -> bool {
    table.split_ascii_whitespace().any(|listed| listed == word)
}

impl Nature {
    /// What `name` tells.
    pub fn of(name: &str) -> Self {
        Self { words: fold(name).split('_').map(str::to_owned).collect() }
    }

    fn has(&self, table: &str) -> bool {
        self.words.iter().any(|word| lists(table, word))
    }

    fn last(&self) -> &str {
        self.words.last().map_or("", String::as_str)
    }

    /// Lets somebody in: set outside the tree as often as not.
    pub fn is_credential(&self) -> bool {
        let switch = self.has(SWITCH) || self.has(OPERATIONAL);
        self.has(CREDENTIAL) && !switch
    }

    /// Says where or who: expected to differ.
    pub fn is_place(&self) -> bool {
        if self.has(OPERATIONAL) && !lists(PLACE, self.last()) {
            return false;
        }
        if self.has(SWITCH) {
            return false;
        }
        self.has(PLACE) || lists(STAGES, self.last())
    }

    /// Names something to talk to.
    pub fn is_endpoint(&self) -> bool {
        let table = "url urls uri host hostname endpoint addr address dsn server";
        lists(table, self.last())
    }

    /// Names something that code needs as a text: where something is, or what lets it in.
    pub fn names_text(&self) -> bool {
        self.is_endpoint() || self.is_place() || self.is_credential()
    }

    /// Says how large.
    pub fn is_size(&self) -> bool {
        self.has(SIZE)
    }

    /// Says how much at most: follows the size of a deployment as often as not.
    pub fn is_scale(&self) -> bool {
        let table = "batch buffer capacity concurrency count limit limits max maximum min minimum \
            quota rate size throttle";
        self.has(table) && !self.has("attempts pool retries retry timeout tries")
    }

    /// Says how long, how often, how many, or whether at all.
    pub fn is_operational(&self) -> bool {
        self.has(OPERATIONAL) || self.is_switch()
    }

    /// Switches something on or off.
    pub fn is_switch(&self) -> bool {
        self.has(SWITCH)
    }

    /// Helps to develop: stages differ in it on purpose.
    pub fn is_development(&self) -> bool {
        self.has(DEVELOPMENT)
    }

    /// Looks like a flag that somebody put in to take out again: `FEATURE_X`, `ENABLE_X`, `X_ENABLED`.
    pub fn is_flag(&self) -> bool {
        self.has("disable disabled enable enabled feature features ff flag flags toggle")
            && !self.is_list_of_flags()
    }

    /// Is called like many flags and nothing else: `FEATURES`, `feature_flags`.
    fn is_list_of_flags(&self) -> bool {
        let table = "feature features flag flags toggle toggles";
        self.last().ends_with('s') && self.words.iter().all(|word| lists(table, word))
    }

    /// Says how many of all get something: `CHECKOUT_ROLLOUT_PERCENT`.
    pub fn is_share(&self) -> bool {
        self.has("percent percentage pct rollout")
    }

    /// Says so with certainty, of a number: `SEARCH_ROLLOUT`.
    pub fn is_rollout(&self) -> bool {
        self.has("rollout")
    }

    /// Says how often something happens by chance: `SAMPLE_RATE`, `RETRY_JITTER`.
    pub fn is_chance(&self) -> bool {
        let table = "chance chaos drop error failure fault faults jitter loss probability rate ratio \
            retry sample sampling";
        self.has(table)
    }

    /// Says how much, how long or how often at most: `MAX_BUCKETS`, `RETRY_DELAY`.
    pub fn is_amount(&self) -> bool {
        let table = "age attempts backoff count days delay hours interval length limit max maximum min \
            minimum minutes ms retries seconds secs size sleep threshold timeout ttl wait";
        self.has(table)
    }

    /// Names one of several versions of a behavior: `CHECKOUT_VARIANT`, `SEARCH_EXPERIMENT`; not one of several programs:
    /// `SERVICE_VARIANT`, `BUILD_VARIANT`.
    pub fn is_variant(&self) -> bool {
        let table = "treatment treatments variant variants";
        let program = "app application build device image package platform product service";
        let of_program =
            self.words.windows(2).any(|pair| lists(program, &pair[0]) && lists(table, &pair[1]));
        self.has(table) && !of_program
            || self.is_experiment()
            || self.is_release()
            || self.is_flag()
    }

    /// Turns something off in an emergency: `CHECKOUT_KILL_SWITCH`, `MAINTENANCE_MODE`.
    pub fn is_kill_switch(&self) -> bool {
        let text = self.words.join("_");
        self.has("kill killswitch emergency maintenance panic breaker")
            || ["circuit_break", "read_only", "failsafe", "fail_safe"]
                .iter()
                .any(|words| text.contains(words))
    }

    /// Turns something off where it is set: `DISABLE_SEARCH`, `SKIP_MAILS`, `IMPORTS_DISABLED`.
    pub fn turns_off(&self) -> bool {
        let opens = |word: &String| lists("bypass no skip suppress without", word);
        self.has("disable disabled disables") || self.words.first().is_some_and(opens)
    }

    /// Compares variants: `CHECKOUT_EXPERIMENT`, `ab-test-banner`.
    pub fn is_experiment(&self) -> bool {
        let text = format!("_{}_", self.words.join("_"));
        self.has("experiment experiments")
            || text.contains("_ab_test_")
            || text.contains("_ab_testing_")
    }

    /// Takes something away step by step: `USE_LEGACY_CART`.
    pub fn is_sunset(&self) -> bool {
        self.has("deprecated legacy sunset")
    }

    /// Says who may do something: `USER_CAN_EXPORT`, `PERMISSION_REFUND`.
    pub fn is_permission(&self) -> bool {
        self.has("entitlement entitlements permission permissions")
    }

    /// Brings something new, by the words of its name: `FEATURE_NEW_CART`, `cart-v2-rollout`.
    pub fn is_release(&self) -> bool {
        let words = "beta feature features ff flag flags preview rollout toggle";
        self.has(words) || self.words.first().is_some_and(|word| word == "new")
    }

    /// A log level: `LOG_LEVEL`, `logging.level`, `RUST_LOG`.
    pub fn is_log_level(&self) -> bool {
        let text = self.words.join("_");
        text == "rust_log"
            || text == "loglevel"
            || text.ends_with("_loglevel")
            || (self.last() == "level" && (self.has("log logging logger console")))
    }

    /// Switches debugging on: `DEBUG`, `APP_DEBUG`, `debug.sql`.
    pub fn is_debug_switch(&self) -> bool {
        let negative = self.has("no disable disabled hide skip");
        let narrow = "level port host path file url key token name";
        self.has("debug verbose") && !negative && !lists(narrow, self.last())
    }

    /// Writes what should stay private to a log: `LOG_REQUEST_BODIES`, `LOG_SENSITIVE_DATA`.
    pub fn is_indiscreet(&self) -> bool {
        let what = "bodies body message messages payload payloads pii secrets sensitive";
        let negative = self.has("no disable mask masked redact redacted hide");
        self.has("log logging dump print trace") && self.has(what) && !negative
    }

    /// Says that it is for an environment before production: `environments.development.log_level`, `DEV_DEBUG`.
    pub fn is_for_an_earlier_stage(&self) -> bool {
        self.has("dev development local qa sandbox stage staging test testing uat")
    }

    /// Names a production environment: `production`, `prod-eu`, `live`.
    pub fn is_production(&self) -> bool {
        let other = "pre non not test staging stage dev preprod nonprod";
        self.has("prod production prd live") && !self.has(other)
    }
}

#[cfg(test)]
mod tests {
    use super::Nature;

    #[test]
    fn names_tell_their_purpose() {
        for name in ["DB_PASSWORD", "SECRET_KEY", "stripe.api_key", "GH_CLIENT_SECRET"] {
            assert!(Nature::of(name).is_credential(), "{name}");
        }
        for name in ["TOKEN_TTL", "KEY_CACHE_SIZE", "AUTH_ENABLED", "PAYMENT_TIMEOUT"] {
            assert!(!Nature::of(name).is_credential(), "{name}");
        }
        for name in [
            "DATABASE_URL",
            "API_HOST",
            "S3_BUCKET",
            "AWS_REGION",
            "APP_ENV",
            "PORT",
            "IS_PRODUCTION",
        ] {
            assert!(Nature::of(name).is_place(), "{name}");
        }
        for name in ["DB_POOL_SIZE", "database.timeout", "HTTP_RETRIES", "USER_CACHE_TTL"] {
            let nature = Nature::of(name);
            assert!(!nature.is_place() && nature.is_operational(), "{name}");
        }
        for name in ["ENABLE_CHECKOUT", "FEATURE_NEW_CART", "billing.enabled"] {
            assert!(Nature::of(name).is_flag(), "{name}");
        }
        for name in ["production", "prod-eu", "live", "prod_us"] {
            assert!(Nature::of(name).is_production(), "{name}");
        }
        for name in ["preprod", "pre-production", "non-prod", "staging", "product-test"] {
            assert!(!Nature::of(name).is_production(), "{name}");
        }
    }
}
