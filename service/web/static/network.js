// Draws the network of the page so that one can search it, choose in it and look closer. Nothing is fetched:
// all that is drawn stands in the page, and the picture and tables beside it say the same.
"use strict";

const section = document.getElementById("explore");
const told = JSON.parse(section.dataset.network);
const canvas = document.getElementById("explore-canvas");
const search = document.getElementById("explore-search");
const part = document.getElementById("explore-part");
const found = document.getElementById("explore-found");
const details = document.getElementById("explore-details");
const SHAPES = { state: "diamond", A: "rectangle", B: "triangle" };
const FAINT = 0.15;
const STEP_PIXELS = 40;
const CLOSER = 1.25;
const CLOSEST = 1.5;

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function looks() {
  const filled = (node) => {
    if (node.data("kind") === "state") return colour("bridge");
    return { A: colour("deep"), B: colour("go"), "": colour("paper") }[node.data("letter")] ?? colour("amber");
  };
  const label = { label: "data(name)", color: colour("ink"), "text-outline-color": colour("paper") };
  return [
    {
      selector: "node",
      style: {
        ...label,
        shape: (node) => SHAPES[node.data("kind")] ?? SHAPES[node.data("letter")] ?? "ellipse",
        "background-color": filled,
        "border-color": colour("ink"),
        "border-width": 1.5,
        width: 20,
        height: 20,
        "font-family": getComputedStyle(document.body).fontFamily,
        "font-size": 13,
        "text-outline-width": 2,
        "text-valign": "bottom",
        "text-margin-y": 4,
      },
    },
    { selector: "edge", style: { width: 1.2, "line-color": colour("thread"), "curve-style": "haystack" } },
    { selector: ".faint", style: { opacity: FAINT } },
    { selector: ".near", style: { "line-color": colour("ask"), width: 2.5 } },
    { selector: ".chosen", style: { "border-color": colour("ask"), "border-width": 5, width: 28, height: 28 } },
  ];
}

const graph = cytoscape({
  container: canvas,
  elements: [
    ...told.nodes.map((node) => ({ data: node, position: { x: node.x, y: node.y } })),
    ...told.edges.map(([source, target]) => ({ data: { source, target } })),
  ],
  style: looks(),
  layout: { name: "preset", fit: true, padding: 30 },
  userZoomingEnabled: false,
  minZoom: 0.2,
  maxZoom: 4,
});

function byName(one, other) {
  return one.data("name").localeCompare(other.data("name"), document.documentElement.lang);
}

function button(node) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "explore-name";
  made.textContent = node.data("name");
  made.addEventListener("click", () => choose(node));
  return made;
}

function list(nodes) {
  return nodes.map((node) => {
    const item = document.createElement("li");
    item.append(button(node));
    return item;
  });
}

function choose(node) {
  const near = node.closedNeighborhood();
  graph.elements().removeClass("chosen near").addClass("faint");
  near.removeClass("faint");
  near.edges().addClass("near");
  node.addClass("chosen");
  show(near);
  tell(node);
}

function show(elements) {
  graph.fit(elements, STEP_PIXELS);
  if (graph.zoom() <= CLOSEST) return;
  graph.zoom(CLOSEST);
  graph.center(elements);
}

function kindOf(node) {
  if (node.data("kind") === "state") return section.dataset.broker;
  const community = part.querySelector(`option[value="community=${node.data("letter")}"]`);
  return community?.textContent ?? section.dataset.alone;
}

function tell(node) {
  const link = document.getElementById("explore-page");
  document.getElementById("explore-name").textContent = node.data("name");
  document.getElementById("explore-kind").textContent = kindOf(node);
  document.getElementById("explore-near").replaceChildren(...list(node.neighborhood("node").sort(byName).toArray()));
  link.hidden = !node.data("address");
  link.firstElementChild.href = node.data("address") ?? "";
  details.hidden = false;
}

function isWanted(node) {
  const [kind, value] = part.value.split("=");
  const text = search.value.trim().toLocaleLowerCase();
  if (text && !node.data("name").toLocaleLowerCase().includes(text)) return false;
  if (kind === "community") {
    return node.data("letter") === value || node.neighborhood(`node[letter = "${value}"]`).nonempty();
  }
  return kind !== "node" || node.closedNeighborhood(`node[id = "${value}"]`).nonempty();
}

function sift() {
  const wanted = graph.nodes().filter(isWanted);
  const isSifted = wanted.length < graph.nodes().length;
  graph.elements().removeClass("chosen near faint");
  if (isSifted) graph.elements().not(wanted.union(wanted.edgesWith(wanted))).addClass("faint");
  found.replaceChildren(...list(wanted.sort(byName).toArray()));
  document.getElementById("explore-none").hidden = wanted.nonempty();
  details.hidden = true;
  show(wanted.nonempty() ? wanted : graph.elements());
}

function zoom(factor) {
  const middle = { x: graph.width() / 2, y: graph.height() / 2 };
  graph.zoom({ level: graph.zoom() * factor, renderedPosition: middle });
}

function showAll() {
  search.value = "";
  part.value = "";
  sift();
}

const MOVES = {
  ArrowLeft: () => graph.panBy({ x: STEP_PIXELS, y: 0 }),
  ArrowRight: () => graph.panBy({ x: -STEP_PIXELS, y: 0 }),
  ArrowUp: () => graph.panBy({ x: 0, y: STEP_PIXELS }),
  ArrowDown: () => graph.panBy({ x: 0, y: -STEP_PIXELS }),
  "+": () => zoom(CLOSER),
  "-": () => zoom(1 / CLOSER),
};

section.hidden = false;
graph.resize();
sift();
graph.on("tap", "node", (event) => choose(event.target));
graph.on("tap", (event) => event.target === graph && sift());
search.addEventListener("input", sift);
part.addEventListener("change", sift);
document.getElementById("explore-closer").addEventListener("click", () => zoom(CLOSER));
document.getElementById("explore-farther").addEventListener("click", () => zoom(1 / CLOSER));
document.getElementById("explore-all").addEventListener("click", showAll);
canvas.addEventListener("keydown", (event) => {
  if (!(event.key in MOVES)) return;
  event.preventDefault();
  MOVES[event.key]();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => graph.style(looks()));
