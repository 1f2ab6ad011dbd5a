// What Swagger UI leaves out for those who hear a page or use a keyboard: names of its controls, one thing to press where it
// has a link within a button, and long texts that can be scrolled.
"use strict";

// The path of an operation is a link within the button that opens it. The button sets the address, so a text is enough.
const plainPaths = ({ React }) => ({
  wrapComponents: {
    DeepLink: () => ({ text }) => React.createElement("span", { className: "nostyle" }, React.createElement("span", null, text)),
  },
});

const NAMES = [
  ["#servers", () => "Server"],
  [".copy-to-clipboard button", () => "Copy"],
  [".close-modal", () => "Close"],
  [".parameters [data-param-name] :is(input, select, textarea)", (control) => control.closest("[data-param-name]").dataset.paramName],
  [".opblock-section-request-body .content-type", () => "Media type of the request"],
  [".body-param__text", () => "Request body"],
  [".response-control-media-type select, .responses-inner .content-type", () => "Media type of the response"],
  [".model-container button, .model-box button", (control) => control.textContent.trim() || "Show or hide"],
];

function complete() {
  for (const [controls, name] of NAMES) {
    for (const control of document.querySelectorAll(controls)) {
      if (!control.hasAttribute("aria-label")) control.setAttribute("aria-label", name(control));
    }
  }
  // A name that differs from what is written on the button cannot be spoken to it.
  for (const button of document.querySelectorAll(".modal-btn[aria-label]")) button.removeAttribute("aria-label");
  for (const text of document.querySelectorAll(".swagger-ui pre:not([tabindex])")) {
    if (text.scrollHeight > text.clientHeight || text.scrollWidth > text.clientWidth) text.tabIndex = 0;
  }
}

new MutationObserver(complete).observe(document.documentElement, { childList: true, subtree: true });
