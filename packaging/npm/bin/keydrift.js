#!/usr/bin/env node
// Starts the program of the package for this platform, and ends as it does.
"use strict";

const { spawnSync } = require("node:child_process");

const { platform, arch } = process;
const program = platform === "win32" ? "keydrift.exe" : "keydrift";

// The report of Node names the C library of glibc only.
function libcs() {
  if (platform !== "linux") return [""];
  const isGlibc = Boolean(process.report?.getReport().header.glibcVersionRuntime);
  return isGlibc ? ["", "-musl"] : ["-musl", ""];
}

function find() {
  for (const libc of libcs()) {
    try {
      return require.resolve(`keydrift-${platform}-${arch}${libc}/bin/${program}`);
    } catch {
      // The next one may be there.
    }
  }
  return null;
}

const path = find();
if (path === null) {
  console.error(`keydrift: there is no program for ${platform} ${arch}; were optional dependencies left out?`);
  process.exit(2);
}
const { status, signal, error } = spawnSync(path, process.argv.slice(2), { stdio: "inherit" });
if (error) {
  console.error(`keydrift: cannot start ${path}: ${error.message}`);
  process.exit(2);
}
if (signal) process.kill(process.pid, signal);
process.exit(status ?? 2);
