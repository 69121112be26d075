// What somebody types in stays in sight when the panel becomes lower, and no field is cut by the head that stands above it.

const PARTS = ":is(.field, .fault, .fold, h2, .cols)";

/** Show a part of the form whole, if there is room, with a whole field below the head. */
export function shows(panel, part) {
  part.scrollIntoView({ block: "nearest" });
  if (!panel.scrollTop) return;
  const edge = panel.querySelector(".formhead").getBoundingClientRect().bottom;
  const { top: own } = part.getBoundingClientRect();
  const cut = [...panel.querySelectorAll(`.formparts ${PARTS}`)].map((one) => one.getBoundingClientRect()).filter(({ top, bottom }) => top < edge && bottom > edge && bottom <= own);
  panel.scrollTop += Math.max(0, ...cut.map(({ bottom }) => bottom - edge));
}

/** Begin; gives what ends it. */
export function staysInSight(panel) {
  const look = () => {
    const now = document.activeElement;
    if (!panel.contains(now) || !now.matches("input, textarea, select")) return;
    shows(panel, now);
  };
  const sized = new ResizeObserver(look);
  sized.observe(panel);
  return () => sized.disconnect();
}
