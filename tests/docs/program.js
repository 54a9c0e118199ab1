// Runs the program that the documents are about.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { root } from "./markdown.js";

export const binary = resolve(root, process.env.DOCS_BINARY ?? "build/release/dwarpal");

/** Settings of whoever runs the tests are not the documents' business. */
export const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith("DWARPAL_")),
);

export function run(words, options = {}) {
  return execFileSync(binary, words, { encoding: "utf8", env: environment, stdio: ["ignore", "pipe", "pipe"], ...options });
}

/** A furnished sandbox in `directory`, on a free port, whose data lies where that of a sandbox lies by default. */
export async function startSandbox(directory) {
  const service = spawn(binary, ["serve", "--listen", "127.0.0.1:0"], {
    cwd: directory,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  service.stderr.on("data", (bytes) => (log += bytes));
  const ended = once(service, "exit");
  const ready = once(createInterface(service.stdout), "line");
  const baseUrl = await Promise.race([
    ready.then(([line]) => line),
    ended.then(([code]) => Promise.reject(new Error(`the sandbox ended with ${code}:\n${log}`))),
  ]);
  return {
    baseUrl,
    /** Its exit code after a clean stop. */
    stop: async () => {
      service.kill("SIGTERM");
      return (await ended)[0];
    },
  };
}
