// What keeps somebody from using a page, by the rules of WCAG 2.2 that a program can judge.
() => {
  const faults = [];
  const all = (query) => [...document.querySelectorAll(query)];
  const seen = (element) => element.checkVisibility({checkVisibilityCSS: true}) && element.getClientRects().length > 0;
  const words = (ids) => (ids || "").split(/\s+/).filter(Boolean).map((id) => document.getElementById(id)?.textContent || "").join(" ");
  const named = (element) => (
    words(element.getAttribute("aria-labelledby")) || element.getAttribute("aria-label")
    || [...(element.labels || [])].map((label) => label.textContent).join(" ") || element.title
    || (element.matches("button, a, summary") ? element.textContent + [...element.querySelectorAll("img")].map((image) => image.alt).join(" ") : "")
  ).trim();
  const tell = (what, element) => faults.push(`${what}: ${element.outerHTML.slice(0, 120)}`);

  if (!document.documentElement.lang) faults.push("the page has no language");
  if (!document.title.trim()) faults.push("the page has no title");
  for (const query of ["main", "h1"]) {
    if (all(query).filter(seen).length !== 1) faults.push(`there is not one ${query}`);
  }
  let level = 0;
  for (const heading of all("h1, h2, h3, h4").filter(seen)) {
    const own = Number(heading.tagName[1]);
    if (own > level + 1) tell("a level of headings is skipped", heading);
    level = own;
  }
  for (const element of all("button, a[href], summary, select, textarea, input:not([type=hidden]), iframe, [role=textbox], [role=button], dialog[open]")) {
    if (seen(element) && !named(element)) tell("it has no name", element);
  }
  for (const image of all("img")) if (!image.hasAttribute("alt")) tell("it has no text", image);
  for (const table of all("table").filter(seen)) if (!table.querySelector("th")) tell("a table without headings", table);
  const ids = all("[id]").map((element) => element.id);
  for (const id of new Set(ids.filter((each, place) => ids.indexOf(each) !== place))) faults.push(`two elements are ${id}`);
  for (const element of all("[tabindex]")) if (element.tabIndex > 0) tell("it jumps the queue of the Tab key", element);
  for (const element of all("a[href], button").filter(seen)) {
    const box = element.getBoundingClientRect();
    if (box.height < 20 || box.width < 20) tell("it is hard to hit", element);
  }
  if (document.documentElement.scrollWidth > innerWidth) faults.push("the page is wider than the window");

  const colour = (text) => {
    const [r, g, b, a = 1] = (text.match(/[\d.]+/g) || []).map(Number);
    return {r, g, b, a: text === "transparent" ? 0 : a};
  };
  const over = (top, below) => Object.fromEntries(["r", "g", "b"].map((each) => [each, top[each] * top.a + below[each] * (1 - top.a)]));
  const shade = ({r, g, b}) => {
    const [x, y, z] = [r, g, b].map((each) => (each /= 255) <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (element) => {
    const layers = [];
    for (let each = element; each; each = each.parentElement) {
      const style = getComputedStyle(each);
      if (style.backgroundImage !== "none") return null;
      const layer = colour(style.backgroundColor);
      if (layer.a > 0) layers.push(layer);
      if (layer.a === 1) break;
    }
    return layers.reverse().reduce((below, top) => over(top, below), {r: 255, g: 255, b: 255});
  };
  const told = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !seen(element) || element.closest("script, style, option, .cm-cursorLayer")) continue;
    const behind = ground(element);
    if (!behind) continue;
    const style = getComputedStyle(element);
    const [light, dark] = [shade(over(colour(style.color), behind)), shade(behind)].sort((a, b) => b - a);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const ratio = (light + 0.05) / (dark + 0.05);
    const what = `contrast ${ratio.toFixed(2)} of ${style.color} in ${element.tagName}.${element.className}`;
    if (ratio < (large ? 3 : 4.5) && !told.has(what)) faults.push(what);
    told.add(what);
  }
  return faults;
}
