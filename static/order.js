// Puts things in order without leaving the page. Without this file each move is a page of its own.
for (const order of document.querySelectorAll("[data-order]")) {
  const list = order.querySelector("ol");
  const told = order.querySelector("[role=status]");
  const sent = document.querySelectorAll("input[name=option]");

  const number = () => {
    [...list.children].forEach((item, n, all) => {
      const where = `Now ${n + 1} of ${all.length}`;
      item.querySelector("b").textContent = n + 1;
      sent[n].value = item.dataset.number;
      for (const button of item.querySelectorAll("button")) {
        button.disabled = n === (button.name === "up" ? 0 : all.length - 1);
        const label = button.getAttribute("aria-label").replace(/Now \d+ of \d+$/, where);
        button.setAttribute("aria-label", label);
      }
    });
  };

  order.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = event.submitter;
    const item = button.closest("li");
    if (button.name === "up") item.previousElementSibling.before(item);
    else item.nextElementSibling.after(item);
    number();
    (button.disabled ? item.querySelector("button:enabled") : button).focus();
    const place = item.querySelector("b").textContent;
    told.textContent = `${item.querySelector("form > span").textContent}: now ${place} of ${list.children.length}`;
  });
}
