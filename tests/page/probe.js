// Put at the head of a page under test: notes every error, then uses the page as a reader would and
// writes what went wrong into the document's `data-result` ("ok" if nothing did).
"use strict";
const faults = [];
addEventListener("error", (event) => faults.push("error: " + event.message));
addEventListener("unhandledrejection", (event) => faults.push("rejection: " + event.reason));

function expect(condition, text) {
  if (!condition) faults.push(text);
}

function press(key, shiftKey = false) {
  const target = document.activeElement || document.body;
  target.dispatchEvent(new KeyboardEvent("keydown", { key, shiftKey, bubbles: true, cancelable: true }));
}

function chart() {
  return document.querySelector(".run.active svg");
}

function at() {
  return Number(chart().dataset.at);
}

function markerX() {
  return Number(chart().querySelector(".marker").getAttribute("x1"));
}

function checkSteps() {
  press("Home");
  expect(at() === 0, "Home does not go to the first step");
  const first = markerX();
  press("ArrowRight");
  expect(at() === 1, "the right arrow does not go to the next step");
  expect(markerX() > first, "the marker does not move to the right");
  press("ArrowLeft");
  expect(at() === 0 && markerX() === first, "the left arrow does not go back");
  press("End");
  expect(at() > 1, "End does not go to the last step");
  press("ArrowRight");
  expect(at() === Number(chart().dataset.at), "the marker leaves the run");
  document.getElementById("previous").click();
  expect(at() >= 0, "the button has no effect");
}

function checkGuilty() {
  press("0");
  const circles = [...chart().querySelectorAll(".guilty")];
  expect(circles.length >= Number(document.documentElement.dataset.guilty || 2),
    `only ${circles.length} guilty steps are marked`);
  const box = chart().getBoundingClientRect();
  for (const circle of circles) {
    const place = circle.getBoundingClientRect();
    expect(place.width > 4 && place.left >= box.left - 12 && place.right <= box.right + 12,
      "a guilty step cannot be seen");
  }
  press("Home");
  press("g");
  expect(document.querySelector(".run.active tr.current") !== null, "no task is the current one");
  expect(document.querySelector(".run.active .source b") !== null, "the source line is not shown");
}

function checkZoom() {
  press("0");
  const before = chart().querySelector("text.soft").textContent;
  press("+");
  press("+");
  press("-");
  press("0");
  expect(chart().querySelector("text.soft").textContent === before, "zooming out does not restore");
}

function axisText() {
  return [...chart().querySelectorAll("text.soft")].slice(0, 2).map((text) => text.textContent);
}

/* Over virtual time, steps of one time stand at one place, and time never goes back. */
function checkTime() {
  const data = JSON.parse(document.getElementById("data").textContent);
  const views = [...document.querySelectorAll(".run")];
  const run = data.runs[views.indexOf(document.querySelector(".run.active"))];
  const middle = () => [...chart().querySelectorAll("rect[rx]:not(.hold)")].map((mark) =>
    Number(mark.getAttribute("x")) + Number(mark.getAttribute("width")) / 2);
  press("0");
  const bySteps = axisText();
  expect(bySteps.every((text) => /^(step [0-9]+|the end)$/.test(text)),
    `the axis of steps reads ${bySteps}`);
  press("t");
  expect(document.getElementById("time").getAttribute("aria-pressed") === "true",
    "virtual time is not switched on");
  const wanted = [run.clock[0], run.clock[run.clock.length - 1]].map((ns) =>
    (ns / 1e6).toFixed(3) + " ms");
  expect(axisText().join() === wanted.join(), `the axis of time reads ${axisText()}, not ${wanted}`);
  const places = middle();
  if (places.length === run.clock.length) {
    const low = run.clock[0], span = run.clock[run.clock.length - 1] - low;
    const left = Math.min(...places), room = Math.max(...places) - left;
    expect(places.every((x, i) => i === 0 || x >= places[i - 1] - 0.5), "time goes back on the axis");
    expect(!span || places.every((x, i) =>
      Math.abs(x - left - ((run.clock[i] - low) / span) * room) < 1), "steps are not at their times");
    document.body.dataset.span = span;
  }
  press("End");
  expect(Math.abs(markerX() - middle().at(-1)) < 1 || places.length !== run.clock.length,
    "the marker is not at the last step's time");
  press("t");
  expect(axisText().join() === bySteps.join(), "the axis of steps does not come back");
}

/* The shrunk run and the one it came from, next to each other, each with keys of its own. */
function checkBeside() {
  const views = [...document.querySelectorAll(".run")];
  document.body.dataset.runs = views.length;
  if (views.length < 2) {
    expect(!document.getElementById("beside"), "one run has a second one beside it");
    return;
  }
  expect(views[0].querySelector("h2").textContent.startsWith("shrunk") &&
    views[1].querySelector("h2").textContent.includes("as it was found"), "the runs are not named");
  const [a, b] = views.map((view) => view.getBoundingClientRect());
  expect(Math.abs(a.top - b.top) < 2 && a.right <= b.left + 1, "the runs do not stand side by side");
  expect(b.right <= innerWidth + 1, "the second run is out of the window");
  for (const view of views) {
    expect(view.querySelector(".guilty") !== null, "a run's guilty steps are not shown");
    expect(view.querySelector(".command").textContent.includes(" replay "), "a run has no command");
  }
  const first = Number(views[0].querySelector("svg").dataset.at);
  views[1].focus();
  expect(views[1].classList.contains("active"), "the keyboard does not reach the second run");
  press("Home");
  press("ArrowRight");
  expect(at() === 1 && Number(views[0].querySelector("svg").dataset.at) === first,
    "the keys move the other run");
  press("s");
  const [above, below] = views.map((view) => view.getBoundingClientRect());
  expect(above.bottom <= below.top + 1, "the runs cannot be put below each other");
  press("s");
  views[0].focus();
}

addEventListener("load", () => {
  try {
    expect(document.querySelectorAll(".run").length >= 1, "no run is shown");
    checkSteps();
    checkGuilty();
    checkZoom();
    checkTime();
    checkBeside();
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    document.body.dataset.scheme = dark ? "dark" : "light";
    document.body.dataset.ground = getComputedStyle(document.body).backgroundColor;
  } catch (error) {
    faults.push("exception: " + error.message);
  }
  document.body.dataset.opened = Math.round(performance.now());
  document.body.dataset.result = faults.length ? faults.join("; ") : "ok";
});
