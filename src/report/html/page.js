// Shows what fits the fields of the form. Without it the page shows everything.
"use strict";
(() => {
  const form = document.querySelector("form");
  const findings = Array.from(document.querySelectorAll("main article"), (element) => ({
    element,
    text: element.textContent.toLowerCase(),
    environments: element.dataset.environments.split("\n"),
  }));
  const sections = Array.from(document.querySelectorAll("main section"));
  const keys = Array.from(document.querySelectorAll("#keys tbody tr"), (element) => ({
    element,
    text: element.textContent.toLowerCase(),
  }));
  const told = document.querySelector("output");

  function update() {
    const asked = new FormData(form);
    const severities = asked.getAll("severity");
    const [rule, environment, confidence] = ["rule", "environment", "confidence"].map((name) => asked.get(name));
    const words = asked.get("text").toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { element, text, environments } of findings) {
      const fits =
        severities.includes(element.dataset.severity) &&
        (!rule || element.dataset.rule === rule) &&
        (!confidence || element.dataset.confidence === confidence) &&
        (!environment || environments.includes(environment)) &&
        words.every((word) => text.includes(word));
      element.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    for (const section of sections) {
      const left = section.querySelectorAll("article:not([hidden])").length;
      section.hidden = left === 0;
      section.querySelector("h2 .number").textContent = left;
    }
    for (const { element, text } of keys) {
      element.hidden = !words.every((word) => text.includes(word));
    }
    told.textContent = shown + " of " + findings.length + " shown";
  }

  form.addEventListener("input", update);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = findings.length + keys.length === 0;
  update();
})();
