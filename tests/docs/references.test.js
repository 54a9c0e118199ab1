// What the documents name is there.
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";
import { anchors, documents, inlineCode, root } from "./markdown.js";
import { run } from "./program.js";

const all = documents();
const kFolders = ["api", "cmake", "console", "docs", "src", "tests", "tools"];
const kLayers = ["base", "crypto", "core", "storage", "delivery", "http", "app", "cli"];
/** Whose words about commands, settings and paths are for users of the program. */
const manuals = all.filter(({ path }) => path === "README.md" || (path.startsWith("docs/") && !path.includes("decisions/")));
/** Whose words are those of the sources. */
const tours = all.filter(({ path }) => ["docs/architecture.md", "docs/life-of-a-request.md"].includes(path));

function expectNone(problems) {
  assert.deepEqual(problems, []);
}

test("links lead to files and headings that exist", () => {
  const problems = [];
  for (const { path, prose } of all) {
    for (const [, target] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const [file, anchor] = target.split("#");
      const found = file === "" ? path : normalize(join(dirname(path), file));
      if (!existsSync(join(root, found))) problems.push(`${path}: ${target}`);
      else if (anchor && !anchors(all.find((other) => other.path === found)?.prose ?? "").includes(anchor)) {
        problems.push(`${path}: ${target} (no such heading)`);
      }
    }
  }
  expectNone(problems);
});

test("files and folders that are named exist", () => {
  const problems = [];
  for (const { path, prose } of all) {
    for (const code of inlineCode(prose)) {
      const first = code.match(/^([a-z]+)\/[\w./-]+$/)?.[1];
      if (kFolders.includes(first) && !existsSync(join(root, code))) problems.push(`${path}: ${code}`);
      if (tours.some((tour) => tour.path === path) && kLayers.includes(first) && !existsSync(join(root, "src", code))) {
        problems.push(`${path}: src/${code}`);
      }
    }
  }
  expectNone(problems);
});

/** The subcommands that a help text lists. */
const listed = (help) => [...(help.split(/^Subcommands:$/m)[1] ?? "").matchAll(/^ {2}(\S+)/gm)].map((match) => match[1]);
const helps = new Map();
function helpOf(...words) {
  const key = words.join(" ");
  if (!helps.has(key)) helps.set(key, run([...words, "--help"]));
  return helps.get(key);
}

/** What is wrong with a command line that begins behind `dwarpal`. */
function problemOf(line) {
  const words = line.trim().split(/\s+/);
  const command = [];
  while (command.length < words.length && listed(helpOf(...command)).length > 0) {
    const word = words[command.length];
    if (!listed(helpOf(...command)).includes(word)) return `there is no "${word}"`;
    command.push(word);
  }
  for (const [option] of line.matchAll(/(?<=\s)--[a-z][a-z-]*/g)) {
    if (!helpOf(...command).includes(option)) return `${command.join(" ")} has no ${option}`;
  }
  return null;
}

test("commands and options that are named exist", () => {
  const problems = [];
  for (const { path, prose, blocks } of manuals) {
    const indented = prose.split("\n").filter((line) => line.startsWith("    "));
    const lines = [...inlineCode(prose), ...indented, ...blocks.flatMap((block) => block.text.split("\n"))];
    for (const line of lines) {
      // `dwarpal <noun> <verb>` is no command, and /etc/dwarpal no program.
      for (const [, rest] of line.matchAll(/(?:^|[\s(])dwarpal ([a-z-][^|)]*)/g)) {
        const problem = problemOf(rest);
        if (problem) problems.push(`${path}: dwarpal ${rest}: ${problem}`);
      }
    }
  }
  expectNone(problems);
});

test("the manual of the command line leaves no command out", () => {
  const manual = all.find(({ path }) => path === "docs/command-line.md").text;
  const commands = listed(helpOf()).flatMap((noun) => {
    const verbs = listed(helpOf(noun));
    return verbs.length === 0 ? [noun] : verbs.map((verb) => `${noun} ${verb}`);
  });
  expectNone(commands.filter((command) => !manual.includes(`dwarpal ${command}`)));
});

test("settings and variables that are named exist", () => {
  const settings = JSON.parse(run(["config", "reference", "--json"])).map(({ setting }) => setting);
  const variables = ["DWARPAL_CONFIG", ...settings.map((name) => `DWARPAL_${name.replace(".", "_").toUpperCase()}`)];
  const sections = new Set(settings.map((name) => name.split(".")[0]));
  const problems = [];
  for (const { path, prose, text } of manuals) {
    for (const code of inlineCode(prose)) {
      const section = code.match(/^([a-z]+)\.[a-z_]+$/)?.[1];
      if (sections.has(section) && !settings.includes(code)) problems.push(`${path}: ${code}`);
    }
    for (const [variable] of text.matchAll(/\bDWARPAL_[A-Z_]+\b(?!<)/g)) {
      if (!variable.endsWith("_") && !variables.includes(variable)) problems.push(`${path}: ${variable}`);
    }
  }
  expectNone(problems);
});

test("HTTP paths that are named are in the OpenAPI document", () => {
  const document = readFileSync(join(root, "api/openapi.yaml"), "utf8");
  const paths = new Set([...document.matchAll(/^ {2}(\/\S*):$/gm)].map((match) => match[1]));
  const problems = [];
  for (const { path, text } of manuals.filter((manual) => manual.path !== "docs/api.md")) {
    for (const [named] of text.matchAll(/(?<![\w/])\/(?:iam\/v1|health|console)\/[a-z]+(?:[/-][a-z]+)*/g)) {
      if (!paths.has(named)) problems.push(`${path}: ${named}`);
    }
  }
  expectNone(problems);
});

test("classes and functions that are named are in the sources", () => {
  const sources = readdirSync(join(root, "src"), { recursive: true })
    .filter((file) => /(?<!_test)\.[ch]pp$/.test(file))
    .map((file) => readFileSync(join(root, "src", file), "utf8"));
  const has = (source, pattern) => new RegExp(pattern).test(source);
  const problems = [];
  for (const { path, prose } of tours) {
    for (const code of inlineCode(prose)) {
      const [, type, member] = code.match(/^([A-Z]\w+)::(\w+)$/) ?? [];
      const name = code.match(/^(?:[A-Z][a-z]+\w*|[a-z]+(?:_[a-z]+)+)$/)?.[0];
      const found = member
        ? sources.some((source) => has(source, `\\b(?:class|struct) ${type}\\b`) && has(source, `\\b${member}\\b`))
        : !name || sources.some((source) => has(source, `\\b${name}\\b`));
      if (!found) problems.push(`${path}: ${code}`);
    }
  }
  expectNone(problems);
});
