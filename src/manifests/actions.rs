//! Actions of workflows that build images, by what their inputs are called.

/// An action that builds an image: what its inputs for names, folder and Dockerfile are called.
pub(super) struct Action {
    pub(super) uses: &'static str,
    pub(super) names: &'static [&'static str],
    pub(super) context: &'static [&'static str],
    pub(super) dockerfile: &'static [&'static str],
}

pub(super) const ACTIONS: &[Action] = &[
    Action {
        uses: "depot/build-push-action",
        names: &["tags"],
        context: &["context"],
        dockerfile: &["file"],
    },
    Action {
        uses: "docker/build-push-action",
        names: &["tags", "repository"],
        context: &["context", "path"],
        dockerfile: &["file", "dockerfile"],
    },
    Action {
        uses: "elgohr/Publish-Docker-Github-Action",
        names: &["name"],
        context: &["context", "workdir"],
        dockerfile: &["dockerfile"],
    },
    Action {
        uses: "int128/kaniko-action",
        names: &["tags"],
        context: &["context"],
        dockerfile: &["file"],
    },
    Action {
        uses: "mr-smithers-excellent/docker-build-push",
        names: &["image"],
        context: &["directory"],
        dockerfile: &["dockerfile"],
    },
    Action {
        uses: "redhat-actions/buildah-build",
        names: &["image"],
        context: &["context"],
        dockerfile: &["containerfiles", "dockerfiles"],
    },
    Action {
        uses: "useblacksmith/build-push-action",
        names: &["tags"],
        context: &["context"],
        dockerfile: &["file"],
    },
];

/// The input for arguments of the build, one a line.
pub(super) const GIVEN: &str = "build-args";
/// Inputs for arguments that are written in other ways: such builds are not known whole.
pub(super) const OF_OTHERS: &[&str] =
    &["build-args-from-env", "buildArgs", "buildargs", "extra-args", "secret-files"];

/// Any other action that builds: the names that such inputs usually have.
pub(super) const OTHER: Action = Action {
    uses: "",
    names: &[
        "tags",
        "tag",
        "image",
        "images",
        "image-name",
        "image_name",
        "docker-image",
        "docker-image-name",
        "repository",
    ],
    context: &[
        "context",
        "build-context",
        "build_context",
        "context-path",
        "docker-context",
        "directory",
        "path",
    ],
    dockerfile: &["file", "dockerfile", "dockerfile-path", "dockerfile_path", "docker-file"],
};
