// Makes npm packages of the archives of a release: pack.mjs FOLDER DESTINATION
// One package for each platform holds the program and says for whom it is; `keydrift` asks for all of them as optional
// dependencies, of which npm installs the one that fits, and starts its program. No script runs on installation.

import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const PLATFORMS = {
  "x86_64-unknown-linux-gnu": { os: "linux", cpu: "x64", libc: "glibc" },
  "aarch64-unknown-linux-gnu": { os: "linux", cpu: "arm64", libc: "glibc" },
  "x86_64-unknown-linux-musl": { os: "linux", cpu: "x64", libc: "musl" },
  "aarch64-unknown-linux-musl": { os: "linux", cpu: "arm64", libc: "musl" },
  "x86_64-apple-darwin": { os: "darwin", cpu: "x64" },
  "aarch64-apple-darwin": { os: "darwin", cpu: "arm64" },
  "x86_64-pc-windows-msvc": { os: "win32", cpu: "x64" },
};

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "../..");
const [folder, destination] = process.argv.slice(2).map((path) => resolve(path));
if (!folder || !destination) {
  console.error("pack.mjs FOLDER DESTINATION");
  process.exit(2);
}
const version = /^version = "(.*)"/m.exec(readFileSync(join(root, "Cargo.toml"), "utf8"))[1];
const shared = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
const stage = mkdtempSync(join(tmpdir(), "keydrift-npm-"));
mkdirSync(destination, { recursive: true });

function pack(name, fields, fill) {
  const place = join(stage, name);
  mkdirSync(join(place, "bin"), { recursive: true });
  fill(place);
  for (const licence of ["LICENSE-APACHE", "LICENSE-MIT"]) cpSync(join(root, licence), join(place, licence));
  const { description, license, keywords, engines } = shared;
  const manifest = { name, version, description, license, keywords, engines, ...fields };
  writeFileSync(join(place, "package.json"), JSON.stringify(manifest, null, 2) + "\n");
  const windows = process.platform === "win32";
  execFileSync(windows ? "npm.cmd" : "npm", ["pack", "--silent", "--pack-destination", destination], {
    cwd: place,
    shell: windows,
  });
}

const made = [];
for (const archive of readdirSync(folder).sort()) {
  const target = /^keydrift-(.+)\.tar\.gz$/.exec(archive)?.[1];
  const platform = PLATFORMS[target];
  if (!platform) continue;
  const name = "keydrift-" + [platform.os, platform.cpu, platform.libc === "musl" && "musl"].filter(Boolean).join("-");
  const program = platform.os === "win32" ? "keydrift.exe" : "keydrift";
  const only = Object.entries(platform).map(([key, value]) => [key, [value]]);
  pack(name, { ...Object.fromEntries(only), preferUnplugged: true }, (place) => {
    execFileSync("tar", ["-xzf", join(folder, archive), "-C", place]);
    const unpacked = join(place, `keydrift-${target}`);
    cpSync(join(unpacked, program), join(place, "bin", program));
    chmodSync(join(place, "bin", program), 0o755);
    rmSync(unpacked, { recursive: true });
  });
  made.push(name);
}
if (made.length === 0) {
  console.error(`no archives in ${folder}`);
  process.exit(1);
}
const optionalDependencies = Object.fromEntries(made.map((name) => [name, version]));
pack("keydrift", { bin: shared.bin, optionalDependencies }, (place) => {
  cpSync(join(here, "bin/keydrift.js"), join(place, "bin/keydrift.js"));
  if (existsSync(join(root, "README.md"))) cpSync(join(root, "README.md"), join(place, "README.md"));
});
rmSync(stage, { recursive: true });
