/** The line under the header that says the sandbox is out of reach. */
export function createBanner(element) {
  return {
    show(text) {
      element.textContent = text;
      element.hidden = false;
    },
    hide() {
      element.hidden = true;
    },
  };
}
