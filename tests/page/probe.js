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
  press("t");
  expect(document.getElementById("time").getAttribute("aria-pressed") === "true",
    "virtual time is not switched on");
  press("t");
}

addEventListener("load", () => {
  try {
    expect(document.querySelectorAll(".run").length >= 1, "no run is shown");
    checkSteps();
    checkGuilty();
    checkZoom();
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    document.body.dataset.scheme = dark ? "dark" : "light";
    document.body.dataset.ground = getComputedStyle(document.body).backgroundColor;
  } catch (error) {
    faults.push("exception: " + error.message);
  }
  document.body.dataset.opened = Math.round(performance.now());
  document.body.dataset.result = faults.length ? faults.join("; ") : "ok";
});
