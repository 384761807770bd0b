// Makes what service/web/static carries: the style sheet from either side, and scripts of others as they come.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compile } from "sass";
import rtlcss from "rtlcss";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const carried = (name) => here(`../static/${name}`);
const OURS = "/*! Homologue, Apache-2.0. With GOV.UK Frontend, MIT, (c) Crown Copyright: see NOTICES.md */\n";
// What rtlcss cannot know: a tick stays a tick, and arrows that are drawn or cut out point where reading goes on.
const FROM_THE_RIGHT =
  ".govuk-checkboxes__label::after{transform:rotate(-45deg);border-width:0 0 5px 5px}" +
  ".govuk-checkboxes--small .govuk-checkboxes__label::after{border-width:0 0 3px 3px}" +
  ".govuk-details:not([open])>.govuk-details__summary::before{clip-path:polygon(100% 0,0 50%,100% 100%)}" +
  ".govuk-pagination__icon{transform:scaleX(-1)}\n";

const made = compile(here("style/homologue.scss"), { style: "compressed", loadPaths: [here("node_modules")] });
const sheet = made.css.replace(/^\uFEFF/, "");
writeFileSync(carried("homologue.css"), `${OURS}${sheet}\n`);
writeFileSync(carried("homologue.rtl.css"), `${OURS}${rtlcss.process(sheet)}${FROM_THE_RIGHT}`);

const carries = ["homologue.css", "homologue.rtl.css"];
mkdirSync(carried("others"), { recursive: true });
for (const path of ["htmx.org/dist/htmx.min.js", "cytoscape/dist/cytoscape.min.js"]) {
  const name = `others/${path.split("/").pop()}`;
  copyFileSync(here(`node_modules/${path}`), carried(name));
  carries.push(name);
}

// What is carried is said with its hash; a test holds the one against the other.
let notices = readFileSync(carried("NOTICES.md"), "utf8");
for (const name of carries) {
  const content = readFileSync(carried(name));
  const hash = createHash("sha256").update(content).digest("hex");
  notices = notices.replace(new RegExp(`^    [0-9a-f]{64}  ${name.replaceAll(".", "\\.")}$`, "m"), `    ${hash}  ${name}`);
  console.log(`${name}: ${content.length} bytes`);
}
writeFileSync(carried("NOTICES.md"), notices);
