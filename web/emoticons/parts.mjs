// What the drawings of the pack are put together from. A field is 240 by 240; the sprout stands in its middle.

/** Colours: one dark line around everything, so that it stands out on light and dark rooms. */
export const ink = "#4a3a31";
export const cream = "#fff5dc";
export const shade = "#f4dfb4";
export const leafGreen = "#6cbf58";
export const leafLight = "#a3df8c";
export const pink = "#ff8fa3";
export const red = "#f2545b";
export const yellow = "#fee500";
export const orange = "#ff9f43";
export const blue = "#6ec3f4";
export const white = "#ffffff";

const line = `stroke="${ink}" stroke-width="5" stroke-linecap="round" stroke-linejoin="round"`;

/** A shape with the dark line around it. */
export const shape = (d, fill = "none", more = "") => `<path d="${d}" fill="${fill}" ${line} ${more}/>`;
export const stroke = (d, width = 5, colour = ink) =>
  `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`;
export const plain = (d, fill, more = "") => `<path d="${d}" fill="${fill}" ${more}/>`;
export const oval = (cx, cy, rx, ry, fill, more = "") =>
  `<ellipse cx="${cx}" cy="${cy}" rx="${rx}" ry="${ry}" fill="${fill}" ${more}/>`;
export const lined = (cx, cy, rx, ry, fill, more = "") => oval(cx, cy, rx, ry, fill, `${line} ${more}`);
export const move = (transform, ...what) => `<g transform="${transform}">${what.join("")}</g>`;
export const flip = (...what) => move("matrix(-1 0 0 1 240 0)", ...what);

/** The same on the left and, mirrored, on the right. */
const both = (what) => what + flip(what);

// --- the body -------------------------------------------------------------------------------------------------

export const ground = (rx = 56, cx = 120, cy = 217) => oval(cx, cy, rx, 7, "#000", 'opacity=".12"');

const gumdrop = "M120 80c42 0 70 33 70 72 0 36-30 56-70 56s-70-20-70-56c0-39 28-72 70-72Z";

/** The round body with its belly; `tint` makes it red with anger or blue with cold. */
export const body = (tint = cream, dark = shade) =>
  [
    shape(gumdrop, tint),
    plain("M57 170c9 24 34 36 63 36s54-12 63-36c-2 26-28 36-63 36s-61-10-63-36Z", dark),
    oval(96, 104, 15, 8, white, 'opacity=".75" transform="rotate(-32 96 104)"'),
  ].join("");

export const feet = lined(95, 207, 17, 10, shade) + lined(145, 207, 17, 10, shade);

/** An arm from the shoulder; it goes behind the body. */
export const arm = (d, tint = cream) => stroke(d, 27) + stroke(d, 17, tint);
/** A hand in front of the body. */
export const hand = (x, y, turn = 0, tint = cream) =>
  lined(x, y, 14, 11.5, tint, `transform="rotate(${turn} ${x} ${y})"`);

export const armsDown = arm("M66 158Q50 168 44 182") + arm("M174 158Q190 168 196 182");

// --- the two leaves, which show how it feels ------------------------------------------------------------------

const stem =
  stroke("M120 84C121 74 120 68 120 60", 10) + stroke("M120 84C121 74 120 68 120 60", 3.5, leafGreen);
const oneLeaf = (d, vein, fill = leafGreen) => shape(d, fill) + stroke(vein, 3.5, leafLight);

export const leaves = {
  happy: stem + both(oneLeaf("M120 62C110 34 82 24 62 36 70 62 98 74 120 62Z", "M108 57C98 48 88 43 78 42")),
  up: stem + both(oneLeaf("M120 62C98 52 90 26 100 6 120 18 128 42 120 62Z", "M116 50C111 40 107 30 105 21")),
  droop: stem + both(oneLeaf("M120 61C96 50 70 58 58 84 82 92 110 84 120 61Z", "M108 66C96 68 84 73 74 79")),
  low: stem + both(oneLeaf("M120 60C100 40 70 44 56 62 76 78 104 78 120 60Z", "M106 61C94 58 82 59 73 62")),
  bent:
    stem +
    oneLeaf("M120 62C110 34 82 24 62 36 70 62 98 74 120 62Z", "M108 57C98 48 88 43 78 42") +
    flip(oneLeaf("M120 61C96 50 70 58 58 84 82 92 110 84 120 61Z", "M108 66C96 68 84 73 74 79")),
  heart:
    stroke("M120 84V60", 10) +
    stroke("M120 84V60", 3.5, leafGreen) +
    shape("M120 66C84 44 76 8 100 6c12-1 20 10 20 18 0-8 8-19 20-18 24 2 16 38-20 60Z", pink) +
    stroke("M93 20C90 27 94 36 99 42", 4, "#ffd0d8"),
  flame:
    stem +
    both(
      oneLeaf(
        "M120 62C92 58 80 34 92 4 100 16 104 18 110 14 124 28 128 46 120 62Z",
        "M115 52C108 44 104 36 103 28",
        orange,
      ),
    ),
  wilted:
    stem +
    both(
      oneLeaf("M120 60C102 52 84 66 82 92 100 92 116 82 120 60Z", "M112 68C104 73 97 79 93 86", "#a9b35a"),
    ),
};

// --- the face ----------------------------------------------------------------------------------------------------

export const cheeks = (opacity = 0.8) => both(oval(76, 158, 11, 7, pink, `opacity="${opacity}"`));

const dot = (x) => oval(x, 140, 7, 8, ink) + oval(x + 2.5, 137, 2.4, 2.6, white);
const shine = (x, r = 15) =>
  oval(x, 138, r, r + 1, ink) +
  oval(x + 5, 132, r / 2.7, r / 2.6, white) +
  oval(x - 5, 144, r / 5, r / 5, white);

export const eyes = {
  dots: dot(97) + dot(143),
  happy: both(stroke("M86 143Q97 128 108 143", 6)),
  closed: both(stroke("M86 138Q97 149 108 138", 6)),
  shine: shine(95) + shine(145),
  wink: dot(97) + stroke("M132 143Q143 129 154 143", 6),
  wide: both(lined(96, 136, 15, 16, white) + oval(97, 137, 5, 5.5, ink)),
  tight: both(stroke("M87 130 105 139 87 149", 6)),
  flat: both(stroke("M87 141H107", 6)),
  half: both(
    lined(96, 139, 13, 13, white) + oval(96, 143, 6, 7, ink) + shape("M82 139a14 14 0 0 1 28 0Z", shade),
  ),
  away: dot(89) + dot(135),
  up: move("translate(4 -6)", dot(97), dot(143)),
  hearts: both(
    plain("M96 156c-22-13-24-33-10-34 6 0 10 5 10 9 0-4 4-9 10-9 14 1 12 21-10 34Z", red) +
      oval(88, 130, 3, 4, "#ffc2c9"),
  ),
  dizzy: both(stroke("M97 140c-2-3 3-5 5-2 3 5-4 10-9 7-7-4-5-15 3-17 9-2 16 6 14 14", 4.5)),
};

export const brows = {
  angry: both(stroke("M80 118 106 128", 6)),
  sad: both(stroke("M80 126Q90 117 103 117", 5)),
  brave: both(stroke("M82 120 104 125", 6)),
};

export const mouths = {
  smile: stroke("M108 156Q120 168 132 156", 5.5),
  cat: stroke("M104 155Q112 165 120 156 128 165 136 155", 5),
  open:
    shape("M99 153H141C141 176 132 186 120 186S99 176 99 153Z", "#7d3138") +
    plain("M107 177C111 171 129 171 133 177 130 183 126 185 120 185S110 183 107 177Z", "#ff7d86"),
  small: shape("M110 155H130C130 166 126 170 120 170S110 166 110 155Z", "#7d3138"),
  oh: lined(120, 164, 8, 10, "#7d3138"),
  frown: stroke("M107 167Q120 154 133 167", 5.5),
  wave: stroke("M102 162Q108 155 114 162T126 162 138 161", 5),
  pout: stroke("M112 163Q120 157 128 163", 5.5),
  kiss: stroke("M117 154Q127 156 119 161 128 163 117 168", 5),
  line: stroke("M110 161H130", 5.5),
  cry: shape("M104 170C104 156 112 152 120 152S136 156 136 170C128 164 112 164 104 170Z", "#7d3138"),
  teeth:
    shape("M102 154Q120 160 138 154 138 172 120 172 102 172 102 154Z", white) +
    stroke("M120 158V171M105 163Q120 167 135 163", 3),
};

// --- things around it -------------------------------------------------------------------------------------------

export const heart = (x, y, size = 1, fill = red) =>
  move(
    `translate(${x} ${y}) scale(${size})`,
    shape("M0 14C-22 0-22-18-10-18-4-18 0-13 0-10 0-13 4-18 10-18 22-18 22 0 0 14Z", fill),
    oval(-9, -10, 3, 4, white, 'opacity=".7"'),
  );
export const drop = (x, y, size = 1, turn = 0) =>
  move(
    `translate(${x} ${y}) rotate(${turn}) scale(${size})`,
    shape("M0-14C7-4 10 1 10 6A10 10 0 0 1-10 6C-10 1-7-4 0-14Z", blue),
    stroke("M-4 7Q-3 11 1 11", 3, white),
  );
export const spark = (x, y, size = 1, fill = yellow) =>
  move(
    `translate(${x} ${y}) scale(${size})`,
    shape("M0-16C2-5 5-2 16 0 5 2 2 5 0 16-2 5-5 2-16 0-5-2-2-5 0-16Z", fill),
  );
export const note = (x, y, size = 1, fill = ink) =>
  move(
    `translate(${x} ${y}) scale(${size})`,
    stroke("M6 14V-18L24-22V8", 5, fill),
    oval(0, 15, 7.5, 6, fill),
    oval(18, 9, 7.5, 6, fill),
  );
export const puff = (x, y, size = 1) =>
  move(
    `translate(${x} ${y}) scale(${size})`,
    shape("M-16 10A10 10 0 0 1-14-8 13 13 0 0 1 11-10 10 10 0 0 1 16 10Z", white),
  );
export const letterZ = (x, y, size = 1) =>
  move(
    `translate(${x} ${y}) scale(${size})`,
    stroke("M-9-10H9L-9 10H9", 12),
    stroke("M-9-10H9L-9 10H9", 5, white),
  );
export const bang = (x, y, size = 1, fill = red) =>
  move(`translate(${x} ${y}) scale(${size})`, shape("M-6-26H6L3 4H-3Z", fill), lined(0, 17, 4.5, 4.5, fill));
export const asking = (x, y, size = 1, fill = blue) =>
  move(
    `translate(${x} ${y}) scale(${size})`,
    stroke("M-11-12C-11-28 13-28 12-11 11-1 0-1 0 9", 15),
    stroke("M-11-12C-11-28 13-28 12-11 11-1 0-1 0 9", 6.5, fill),
    lined(0, 26, 4.5, 4.5, fill),
  );
export const anger = (x, y, size = 1) =>
  move(
    `translate(${x} ${y}) scale(${size})`,
    stroke("M-5-16V-5H-16M5-16V-5H16M-5 16V5H-16M5 16V5H16", 11),
    stroke("M-5-16V-5H-16M5-16V-5H16M-5 16V5H-16M5 16V5H16", 5, red),
  );
export const lines = (...ds) => ds.map((d) => stroke(d, 5)).join("");
export const confetti = (...all) =>
  all
    .map(
      ([x, y, turn, fill]) =>
        `<rect x="${x - 5}" y="${y - 3.5}" width="10" height="7" rx="2" fill="${fill}" stroke="${ink}" stroke-width="3" transform="rotate(${turn} ${x} ${y})"/>`,
    )
    .join("");
