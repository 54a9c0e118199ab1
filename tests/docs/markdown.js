// Reads the documents of the repository.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = resolve(fileURLToPath(import.meta.url), "../../..");

/** All Markdown files of the repository, as {path, text, blocks, prose}. */
export function documents() {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], { cwd: root });
  return String(listed).split("\n").filter(Boolean).sort().map(read);
}

/** `blocks`: the fenced blocks, each with its info string, text and line; `prose`: the text without them, line by line. */
function read(path) {
  const text = readFileSync(join(root, path), "utf8");
  const blocks = [];
  const prose = [];
  let open = null;
  text.split("\n").forEach((line, index) => {
    const fence = line.match(/^(`{3,})(.*)$/);
    if (open && fence?.[1] === open.fence && fence[2] === "") {
      blocks.push({ info: open.info, line: open.line, text: open.lines.join("\n") + "\n" });
      open = null;
    } else if (open) {
      open.lines.push(line);
    } else if (fence) {
      open = { fence: fence[1], info: fence[2].trim(), line: index + 1, lines: [] };
    }
    prose.push(open || fence ? "" : line);
  });
  if (open) throw new Error(`${path}:${open.line}: the block has no end`);
  return { path, text, blocks, prose: prose.join("\n") };
}

/** What stands between backticks, also over the end of a line. */
export function inlineCode(prose) {
  return [...prose.matchAll(/(?<!`)`([^`]+)`(?!`)/g)].map((match) => match[1].replace(/\s+/g, " "));
}

/** The anchors of a document's headings, as a forge makes them. */
export function anchors(prose) {
  const seen = new Map();
  return [...prose.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) => {
    const slug = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replace(/\s/g, "-");
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
}
