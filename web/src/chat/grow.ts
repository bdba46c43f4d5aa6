/** Browsers that cannot size a text area by its content (`field-sizing`) are helped by measuring it. */
const needed = typeof CSS !== "undefined" && !CSS.supports("field-sizing", "content");

/** Makes the text area as high as what is written in it; its style bounds it. */
export function grow(area: HTMLTextAreaElement): void {
  if (!needed) return;
  area.style.height = "auto";
  const { borderTopWidth, borderBottomWidth } = getComputedStyle(area);
  const borders = Number.parseFloat(borderTopWidth) + Number.parseFloat(borderBottomWidth);
  area.style.height = `${area.scrollHeight + borders}px`;
}
