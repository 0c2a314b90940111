// Put at the head of the findings' page: notes every error, then filters as a reader would and writes
// what went wrong into the document's `data-result` ("ok" if nothing did).
"use strict";
const faults = [];
addEventListener("error", (event) => faults.push("error: " + event.message));
addEventListener("unhandledrejection", (event) => faults.push("rejection: " + event.reason));

function expect(condition, text) {
  if (!condition) faults.push(text);
}

function shown() {
  return document.querySelectorAll("#claims tbody tr").length;
}

function choose(id, value) {
  const control = document.getElementById(id);
  control.focus();
  expect(document.activeElement === control, `the keyboard does not reach the filter ${id}`);
  control.value = value;
  expect(control.value === value, `the filter ${id} has no choice ${value}`);
  control.dispatchEvent(new Event("input", { bubbles: true }));
  return shown();
}

function checkFilters(whole) {
  for (const [id, value] of [["text", "heartbeat"], ["document", "001"], ["model", "coroutine"],
    ["finding", "refuted"], ["finding", "unexpected"]]) {
    const rows = choose(id, value);
    expect(rows > 0 && rows < whole, `${id} = ${value} shows ${rows} of ${whole} rows`);
    expect(document.getElementById("shown").textContent.startsWith(`${rows} of ${whole} `),
      "the number of rows shown is not said");
    expect(choose(id, "") === whole, `without the filter ${id} not all rows are back`);
  }
  expect(choose("text", "no such property") === 0, "words that are nowhere show rows");
  choose("text", "");
}

function checkUnexpected() {
  const cells = [...document.querySelectorAll("#claims .unexpected")];
  expect(cells.length > 0, "no unexpected finding is marked");
  for (const cell of cells) {
    const box = cell.getBoundingClientRect();
    expect(box.width > 10 && cell.textContent.endsWith(" !"), "an unexpected finding is not seen");
    expect(cell.parentElement.textContent.includes("expected "),
      "an unexpected finding is not explained");
  }
  expect(cells.some((cell) => cell.parentElement.textContent.includes("s1ca/")),
    "no unexpected finding has a token");
  expect(/[1-9][0-9]* unexpected/.test(document.getElementById("totals").textContent),
    "the unexpected findings are not counted");
  expect(/By evidence: .*profile [1-9].*schedule [1-9]|schedule [1-9].*profile [1-9]/.test(
    document.getElementById("totals").textContent), "the kinds of evidence are not counted");
}

function checkEvidence() {
  const count = () => document.querySelectorAll("#claims .more").length;
  const before = count(), control = document.getElementById("evidence");
  control.focus();
  expect(document.activeElement === control, "the keyboard does not reach the evidence");
  control.click();
  expect(count() > before, "the evidence is not shown");
  control.click();
  expect(count() === before, "the evidence does not go away");
}

function checkPlots() {
  const plots = new Map([...document.querySelectorAll("#plots figure")].map((figure) =>
    [figure.querySelector("figcaption").textContent, figure]));
  const speedup = plots.get("Speedup of 16 equal computations over cores: coroutine");
  expect(speedup && speedup.querySelectorAll("rect").length === 16, "no speedup for each of 16 cores");
  expect(speedup && [...speedup.querySelectorAll("text")].filter((t) => t.textContent === "1x").length === 16,
    "coroutines do not stay at the speed of one core");
  const width = (plot) => Number(plot.querySelector("rect:last-of-type").getAttribute("width"));
  const threads = plots.get("Speedup of 16 equal computations over cores: thread");
  expect(threads && width(threads) > 10 * width(speedup), "two models cannot be compared");
  const beats = plots.get("Longest gap of a 2 ms heartbeat beside other work: coroutine");
  expect(beats && [...beats.querySelectorAll("text")].some((t) => t.textContent === "computing 50 ms"),
    "no gap of the heartbeat beside a computation");
  expect(plots.has("Runs until the first that decides"), "no distribution of first failures");
}

addEventListener("load", () => {
  try {
    const whole = shown();
    expect(whole > 20, `only ${whole} properties are shown`);
    checkFilters(whole);
    checkUnexpected();
    checkEvidence();
    checkPlots();
    const links = [...document.querySelectorAll("#claims a")].map((a) => a.getAttribute("href"));
    document.body.dataset.links = links.join(" ");
    document.body.dataset.rows = whole;
    document.body.dataset.ground = getComputedStyle(document.body).backgroundColor;
    document.body.dataset.scheme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  } catch (error) {
    faults.push("exception: " + error.message);
  }
  document.body.dataset.result = faults.length ? faults.join("; ") : "ok";
});
