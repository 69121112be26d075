// What somebody types in stays in sight when the panel becomes lower, and no field is cut by the head that stands above it.

const PARTS = ":is(.field, .fault, .fold, h2, .cols)";

/** Begin; gives what ends it. */
export function staysInSight(panel) {
  const look = () => {
    const now = document.activeElement;
    if (!panel.contains(now) || !now.matches("input, textarea, select")) return;
    now.scrollIntoView({ block: "nearest" });
    if (!panel.scrollTop) return;
    const edge = panel.querySelector(".formhead").getBoundingClientRect().bottom;
    const cut = [...panel.querySelectorAll(`.formparts ${PARTS}`)].map((one) => one.getBoundingClientRect()).filter(({ top, bottom }) => top < edge && bottom > edge && !(now.getBoundingClientRect().top < bottom));
    panel.scrollTop += Math.max(0, ...cut.map(({ bottom }) => bottom - edge));
  };
  const sized = new ResizeObserver(look);
  sized.observe(panel);
  return () => sized.disconnect();
}
