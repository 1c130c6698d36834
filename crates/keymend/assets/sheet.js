// The sheet of recovery codes: print it, or copy the codes. Without this script the page says how to do it by hand.

const press = (selector, act) => {
  const button = document.querySelector(selector);
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", () => act(button));
};

press("[data-print]", () => print());
if (navigator.clipboard) {
  press("[data-copy]", async ({ dataset }) => {
    const codes = [...document.querySelectorAll(`#${dataset.copy} bdi`)].map((code) => code.textContent);
    await navigator.clipboard.writeText(codes.join("\n"));
    document.querySelector("#copied").textContent = dataset.copied;
  });
}
