import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitepress";

const top = fileURLToPath(new URL("../../", import.meta.url));

/** Pages of the top, and their names in the site. */
const TOP = {
  "SECURITY.md": "threats.md",
  "CHANGELOG.md": "changelog.md",
  "ARCHITECTURE.md": "architecture.md",
  "CONTRIBUTING.md": "contributing.md",
};

/** The navigation is the list in index.md, as on a node. */
function sidebar() {
  const groups = [];
  for (const line of readFileSync(`${top}docs/index.md`, "utf8").split("\n")) {
    const group = line.match(/^## (.+)/);
    const entry = line.match(/^- \[([^\]]+)\]\(([^)#]+)\.md\)/);
    if (group) {
      groups.push({ text: group[1], items: [] });
    } else if (entry) {
      const file = entry[2].replace("../", "");
      const name = TOP[`${file}.md`]?.replace(".md", "") ?? file;
      groups.at(-1).items.push({ text: entry[1], link: `/${name}` });
    }
  }
  return groups;
}

/** Links to pages of the top lead to their names here; links to code have nowhere to lead. */
function links(md) {
  md.core.ruler.push("links", state => {
    for (const token of state.tokens.filter(each => each.type === "inline")) {
      let dropped = false;
      token.children = token.children.filter(child => {
        if (child.type === "link_close" && dropped) {
          dropped = false;
          return false;
        }
        const [path, anchor] = child.type === "link_open" ? child.attrGet("href").split("#") : [];
        const file = path?.replace(/^(\.\.\/)+/, "");
        if (TOP[file]) {
          child.attrSet("href", `/${TOP[file].replace(".md", "")}${anchor ? `#${anchor}` : ""}`);
        } else if (path?.startsWith("docs/")) {
          child.attrSet("href", child.attrGet("href").replace("docs/", "/"));
        } else if (path?.startsWith("../")) {
          dropped = true;
          return false;
        }
        return true;
      });
    }
  });
}

export default defineConfig({
  title: "Aetherkeep",
  description: "Sessions, caches, status, provider health, playback and token streams on Redis",
  srcDir: top,
  srcExclude: ["README.md", "*/**/README.md", "**/RATIONALE.md", "**/node_modules/**", "**/target/**", "examples/**"],
  rewrites: { "docs/:page": ":page", ...TOP },
  cacheDir: `${top}target/site-cache`,
  // A node is not there when the site is built.
  ignoreDeadLinks: "localhostLinks",
  markdown: { config: links },
  vite: {
    plugins: [{
      // Packages are installed in docs, and pages of the top are above it.
      name: "packages-of-docs",
      enforce: "pre",
      resolveId(source, importer) {
        return /^vue/.test(source) && importer?.startsWith(top) && !importer.includes("/docs/")
          ? this.resolve(source, `${top}docs/index.md`, { skipSelf: true })
          : null;
      },
    }],
  },
  themeConfig: {
    sidebar: sidebar(),
    search: { provider: "local" },
    outline: [2, 3],
  },
});
