// The commands and settings in the documents, run.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { documents, root } from "./markdown.js";
import { binary, environment, run, startSandbox } from "./program.js";

/** A directory that looks like this repository after `make run`, to whoever reads in the documents what to type there. */
function makeDirectory(context) {
  const directory = mkdtempSync(join(tmpdir(), "dwarpal-docs-"));
  context.after(() => rmSync(directory, { recursive: true }));
  mkdirSync(join(directory, "build/release"), { recursive: true });
  symlinkSync(binary, join(directory, "build/release/dwarpal"));
  symlinkSync(join(root, "tests"), join(directory, "tests"));
  return directory;
}

const marked = (document, info) => document.blocks.filter((block) => block.info === info);

for (const document of documents()) {
  const shell = marked(document, "sh test");
  if (shell.length > 0) {
    test(`the commands in ${document.path} work, one after the other`, async (context) => {
      const directory = makeDirectory(context);
      const sandbox = await startSandbox(directory);
      const script = shell.map(({ line, text }) => `echo "--- ${document.path}:${line}"\n${text}`).join("\n");
      const commands = script.replaceAll("http://127.0.0.1:8080", sandbox.baseUrl);
      const { status, stdout, stderr } = spawnSync("bash", ["-euo", "pipefail", "-c", commands], {
        cwd: directory,
        env: environment,
        stdio: ["ignore", "pipe", "pipe"],
        encoding: "utf8",
        timeout: 120_000,
      });
      assert.equal(await sandbox.stop(), 0, "the sandbox stops cleanly");
      assert.equal(status, 0, `the last block that was begun failed:\n${stdout}\n${stderr}`);
    });
  }
  for (const { line, text } of marked(document, "toml test")) {
    test(`the settings at ${document.path}:${line} are good`, (context) => {
      const directory = makeDirectory(context);
      const file = join(directory, "dwarpal.toml");
      writeFileSync(file, text.replaceAll("/etc/dwarpal", directory));
      writeFileSync(join(directory, "master.key"), randomBytes(32).toString("base64"), { mode: 0o600 });
      run(["config", "check", "--config", file]);
    });
  }
}
