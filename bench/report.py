"""What was measured, for people (lines, a table in Markdown), for programs (JSON), and as a picture (SVG)."""
import dataclasses
import html
import json
import pathlib
import platform
import subprocess


def machine():
    """What the figures were measured on."""
    words = pathlib.Path("/proc/cpuinfo").read_text().split("model name", 1)[-1].splitlines()[0].strip("\t :")
    openssl = subprocess.run(["openssl", "version"], capture_output=True, text=True, check=True).stdout.split()[1]
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False).stdout.strip()
    return {"cpu": words, "kernel": platform.release(), "openssl": openssl, "commit": commit}


def number(value):
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"


def line_of(row):
    target = ""
    if row.target is not None:
        target = f"{'≤' if row.at_most else '≥'} {number(row.target)} {'reached' if row.reached else 'NOT REACHED'}"
    return f"{row.work:<48} {number(row.value):>9} {row.unit:<26} {target:<20} {row.beside}"


def markdown_of(row):
    """A row of the table of docs/performance.md."""
    target = ""
    if row.target is not None:
        target = f"{'≤' if row.at_most else '≥'} {number(row.target)}{'' if row.reached else ', **not reached**'}"
    return f"| {row.work} | {number(row.value)} {row.unit} | {target} | {row.beside} |"


def write_markdown(path, rows):
    lines = ["| work | figure | to reach | |", "| --- | --- | --- | --- |", *map(markdown_of, rows)]
    path.write_text("\n".join(lines) + "\n")


def write_json(path, rows):
    figures = [dataclasses.asdict(row) | {"reached": row.reached} for row in rows]
    path.write_text(json.dumps({"machine": machine(), "rows": figures}, indent=1, ensure_ascii=False) + "\n")


HEIGHT, LEFT, WIDTH = 26, 400, 360


def write_svg(path, rows):
    """Each row with a target as a bar: how far it is on the good side of the target, which is the line in the middle."""
    rows = [row for row in rows if row.target is not None and row.value > 0]
    bars = []
    for index, row in enumerate(rows):
        ratio = row.target / row.value if row.at_most else row.value / row.target
        top = 40 + index * HEIGHT
        length = WIDTH / 2 * min(ratio, 2)
        colour = "#2a7f62" if row.reached else "#b3472f"
        bars.append(f'<text x="{LEFT - 8}" y="{top + 15}" text-anchor="end">{html.escape(row.work)}</text>'
                    f'<rect x="{LEFT}" y="{top}" width="{length:.0f}" height="18" fill="{colour}"/>'
                    f'<text x="{LEFT + length + 6:.0f}" y="{top + 15}">{number(row.value)} {html.escape(row.unit)}</text>')
    bottom = 40 + len(rows) * HEIGHT
    middle = LEFT + WIDTH / 2
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="1010" height="{bottom + 20}" font-family="sans-serif" font-size="13">'
        f'<rect width="100%" height="100%" fill="white"/><text x="{middle}" y="24" text-anchor="middle">target</text>'
        + "".join(bars) + f'<line x1="{middle}" x2="{middle}" y1="30" y2="{bottom}" stroke="black"/></svg>\n')
