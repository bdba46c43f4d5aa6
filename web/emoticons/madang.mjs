// The pack: a sprout of the yard, whose two leaves show how it feels, and its neighbour the magpie.
import {
  anger, arm, armsDown, asking, bang, blue, body, brows, cheeks, confetti, cream, drop, eyes, feet, flip, ground, hand,
  heart, ink, leafGreen, leaves, letterZ, lined, lines, mouths, move, note, orange, oval, pink, plain, puff, red, shade,
  shape, spark, stroke, white, yellow,
} from "./parts.mjs"; // prettier-ignore

/** The sprout as it stands there. */
const sprout = ({ leaf = leaves.happy, eye = eyes.dots, mouth = mouths.smile, arms = armsDown, blush = 0.8, tint, dark } = {}) =>
  [ground(), arms, feet, body(tint, dark), leaf, cheeks(blush), eye, mouth]; // prettier-ignore

const armUpRight = arm("M176 150Q200 140 206 108");
const armUpLeft = flip(armUpRight);
const armLeft = arm("M66 158Q50 168 44 182");
const armRight = flip(armLeft);

/** A cup, seen from the side; its middle is at 0, 0. */
const cup = (x, y, fill = white) =>
  move(
    `translate(${x} ${y})`,
    shape("M22-8C40-12 40 18 20 14", "none"),
    shape("M-24-20H24L20 20Q18 26 10 26H-10Q-18 26-20 20Z", fill),
    shape("M-24-20Q0-12 24-20Q0-27-24-20Z", "#7a4a2b"),
  );

/** The magpie: black and white with a blue wing and a long tail. */
const magpie = (beak = "M0 0") =>
  [
    shape("M176 176C200 188 216 196 230 214 206 214 184 208 164 196Z", "#2f3e66"),
    shape("M58 122C58 88 84 66 114 68 146 70 172 96 184 130 194 160 172 194 128 196 88 198 58 168 58 122Z", "#2b2b33"),
    plain("M72 156C84 142 112 140 128 152 138 168 132 188 120 193 96 192 78 178 72 156Z", white),
    shape("M124 120C150 116 178 132 186 158 170 176 138 172 124 150 118 140 118 128 124 120Z", "#4d7fd1"),
    stroke("M136 134C148 138 160 148 166 160", 4, "#9cc2f5"),
    lined(92, 112, 13, 14, white),
    oval(90, 113, 6.5, 7.5, ink),
    oval(92.500, 110, 2.4, 2.6, white),
    oval(112, 134, 9, 6, pink, 'opacity=".85"'),
    shape("M62 116C48 112 36 116 28 124 38 132 52 134 64 130Z", orange),
    beak,
    lines("M104 196 100 214M100 214H90M100 214 108 216M134 196 132 214M132 214H122M132 214 140 216"),
  ]; // prettier-ignore

export const drawings = {
  hello: [
    sprout({ mouth: mouths.open, arms: armLeft + armUpRight }),
    lines("M216 78Q224 84 224 94M226 66Q238 76 238 92"),
  ],

  bye: [
    move(
      "rotate(-6 120 200)",
      sprout({ leaf: leaves.bent, eye: eyes.happy, mouth: mouths.smile, arms: armLeft + armUpRight }),
    ),
    move(
      "rotate(-6 120 200)",
      shape(
        "M200 92C208 80 222 82 228 70 236 76 240 86 236 94 242 100 240 112 232 116 222 112 212 116 206 108Z",
        white,
      ),
      stroke("M214 100Q222 96 226 86", 3.5, "#c9d3df"),
    ),
    lines("M26 120Q18 128 20 140M12 110Q2 124 6 142"),
  ],

  love: [
    sprout({ leaf: leaves.heart, eye: eyes.hearts, mouth: mouths.open, arms: "" }),
    hand(66, 174, -30),
    hand(174, 174, 30),
    heart(38, 92, 0.9),
    heart(204, 72, 1.1),
    heart(212, 128, 0.6, pink),
    heart(26, 140, 0.55, pink),
  ],

  laugh: [
    move(
      "rotate(7 120 200)",
      sprout({ eye: eyes.tight, mouth: mouths.open, arms: "" }),
      hand(92, 190, -20),
      hand(152, 188, 20),
    ),
    drop(50, 118, 0.85, 60),
    drop(202, 136, 0.85, -50),
    lines("M34 82 46 92M52 62 58 76M196 66 188 78M214 88 202 96"),
  ],

  cry: [
    sprout({ leaf: leaves.droop, eye: "", mouth: mouths.cry, arms: armsDown }),
    plain("M84 142H106V206H84ZM134 142H156V206H134Z", blue, 'opacity=".9"'),
    stroke("M84 144V205M106 144V205M134 144V205M156 144V205", 4),
    stroke("M92 150V190M148 156V198", 3.5, white),
    flip(stroke("M84 142Q95 132 107 142", 6)),
    stroke("M84 142Q95 132 107 142", 6),
    brows.sad,
    shape(
      "M64 210Q72 198 88 203 96 196 106 204 116 198 124 204 136 196 146 203 164 198 176 210 176 222 120 222T64 210Z",
      blue,
    ),
    stroke("M84 212H104M136 213H150", 3.5, white),
  ],

  angry: [
    sprout({
      leaf: leaves.flame,
      eye: eyes.dots,
      mouth: mouths.teeth,
      tint: "#ffc9b8",
      dark: "#f7a894",
      arms: "",
    }),
    brows.angry,
    hand(58, 184, 20, "#ffc9b8"),
    hand(182, 184, -20, "#ffc9b8"),
    anger(186, 92, 1),
    puff(34, 112, 0.9),
    puff(212, 132, 0.75),
  ],

  surprised: [
    sprout({ leaf: leaves.up, eye: eyes.wide, mouth: mouths.oh, arms: armUpLeft + armUpRight }),
    bang(52, 62, 1),
    bang(190, 62, 1),
  ],

  "good-night": [
    shape("M206 26A34 34 0 1 0 226 76 28 28 0 0 1 206 26Z", yellow),
    ground(70),
    shape("M44 158C44 108 82 84 120 84S196 108 196 158V206H44Z", cream),
    oval(92, 110, 14, 7, white, 'opacity=".75" transform="rotate(-30 92 110)"'),
    shape(
      "M70 108C72 76 98 56 126 58 160 60 180 78 204 118 190 112 178 112 168 106 140 90 100 90 70 108Z",
      "#7aa7e8",
    ),
    stroke("M82 92Q96 76 112 70M112 86Q126 74 142 70M146 88Q156 82 164 82", 4, "#bcd6fa"),
    lined(206, 122, 11, 11, white),
    cheeks(),
    eyes.closed,
    mouths.small,
    shape("M34 176Q58 162 82 174T130 174 178 174 206 176V212Q206 220 196 220H44Q34 220 34 212Z", "#8fd3a8"),
    stroke("M52 196H74M96 196H118M140 196H162M182 196H190", 5, "#c9f0d5"),
    hand(76, 176),
    hand(164, 176),
    letterZ(44, 88, 0.75),
    letterZ(24, 58, 0.95),
  ],

  thanks: [
    ground(60),
    feet,
    move(
      "rotate(16 120 206) translate(0 6) scale(1 .97)",
      armLeft,
      body(),
      leaves.low,
      cheeks(),
      eyes.closed,
      mouths.smile,
      hand(112, 182, 10),
      hand(134, 182, -10),
    ),
    spark(46, 84, 0.9),
    spark(28, 126, 0.55),
    heart(206, 58, 0.8, pink),
  ],

  sorry: [
    ground(66),
    move("translate(0 30) scale(1 .86)", body(), leaves.droop, cheeks(0.5), eyes.tight, mouths.wave),
    hand(86, 204, 20),
    hand(154, 204, -20),
    brows.sad && "",
    drop(198, 108, 1, -20),
    drop(42, 122, 0.8, 20),
    lines("M26 166V184M16 172V180M214 166V184M224 172V180"),
  ],

  ok: [
    ground(),
    arm("M66 146C20 118 40 26 112 22"),
    flip(arm("M66 146C20 118 40 26 112 22")),
    feet,
    body(),
    move("translate(0 8) scale(1 .92)", leaves.happy),
    cheeks(),
    eyes.happy,
    mouths.open,
  ],

  no: [
    sprout({ leaf: leaves.low, eye: eyes.flat, mouth: mouths.pout, arms: "", blush: 0.5 }),
    brows.angry && "",
    arm("M58 176 Q108 196 150 152"),
    arm("M182 176 Q132 196 90 152"),
    lines("M26 96 40 104M20 122H36M214 96 200 104M220 122H204"),
  ],

  best: [
    sprout({ eye: eyes.wink, mouth: mouths.open, arms: armLeft }),
    move(
      "translate(4 6)",
      shape(
        "M168 144C166 136 172 128 176 120 180 110 176 94 186 92 200 90 202 108 198 124H214C226 124 226 136 222 140 228 144 228 152 220 156 224 162 220 168 214 170 214 178 208 180 200 180H184C174 178 170 160 168 144Z",
        cream,
      ),
      lines("M204 140H218M204 156H216M202 169H210"),
    ),
    spark(206, 62, 0.9),
    spark(38, 96, 0.8),
    spark(226, 88, 0.5),
  ],

  fighting: [
    sprout({ leaf: leaves.up, eye: eyes.shine, mouth: mouths.open, arms: armLeft }),
    brows.brave,
    shape(
      "M58 112C80 92 160 92 182 112 184 118 185 124 184 126 160 106 80 106 56 126 55 122 56 116 58 112Z",
      red,
    ),
    oval(120, 104, 6, 6, white),
    shape("M184 116C198 112 212 118 222 132 210 132 196 130 186 126Z", red),
    move("translate(0 4)", arm("M178 166Q208 160 204 124")),
    lined(204, 116, 18, 17, cream),
    lines("M194 110V118M203 107V117M212 110V118"),
    lines("M176 82 184 92M204 74V88M232 84 224 94"),
  ],

  congrats: [
    sprout({ leaf: "", eye: eyes.happy, mouth: mouths.open, arms: armUpLeft + armUpRight }),
    shape("M88 92 120 16 152 92C142 84 98 84 88 92Z", "#b98cf0"),
    stroke("M104 58 136 66M96 78 144 82M113 36 127 42", 5, yellow),
    spark(120, 14, 0.9),
    confetti(
      [40, 60, 20, yellow],
      [64, 36, -30, blue],
      [28, 96, 50, pink],
      [192, 44, 30, leafGreen],
      [214, 72, -20, orange],
      [176, 22, 60, pink],
      [222, 40, 10, yellow],
      [76, 70, 70, leafGreen],
      [168, 66, -40, blue],
    ),
  ],

  birthday: [
    sprout({ eye: eyes.happy, mouth: mouths.smile, arms: "" }),
    move(
      "translate(0 -2)",
      shape("M62 182H178V214Q178 222 170 222H70Q62 222 62 214Z", "#ffd9a0"),
      shape(
        "M58 184Q58 172 70 172H170Q182 172 182 184 182 194 172 192 164 204 154 192 144 206 132 192 120 206 108 192 96 204 86 192 76 202 68 192 58 194 58 184Z",
        white,
      ),
      ...[84, 120, 156].map(
        (x) =>
          shape(`M${x - 4} 172V150H${x + 4}V172Z`, x === 120 ? pink : blue) +
          shape(`M${x} 132C${x + 8} 140 ${x + 6} 149 ${x} 149S${x - 8} 140 ${x} 132Z`, yellow),
      ),
    ),
    hand(58, 204, 10),
    hand(182, 204, -10),
  ],

  eat: [
    sprout({ eye: eyes.happy, mouth: "", arms: "" }),
    lined(120, 162, 15, 9, "#7d3138"),
    shape("M66 184H174C174 208 154 222 120 222S66 208 66 184Z", "#5b8fd6"),
    shape("M74 184C78 166 98 162 104 168 110 160 132 160 138 168 146 162 164 168 166 184Z", white),
    stroke("M82 198Q120 208 158 198", 4, "#a9cdf6"),
    hand(64, 198, 30),
    lines("M186 118 138 170M198 126 146 172"),
    hand(184, 140, -40),
    cheeks(),
  ],

  coffee: [
    sprout({ leaf: leaves.low, eye: eyes.closed, mouth: mouths.smile, arms: "" }),
    cup(120, 194),
    hand(92, 198, 20),
    hand(150, 200, -20),
    stroke("M106 150Q98 140 106 130T106 112", 0.1),
    move(
      "translate(70 -68)",
      stroke("M106 134Q97 124 106 114T106 96M130 140Q121 130 130 120T130 102", 11),
      stroke("M106 134Q97 124 106 114T106 96M130 140Q121 130 130 120T130 102", 5, white),
    ),
  ],

  busy: [
    sprout({ leaf: leaves.bent, eye: eyes.dots, mouth: mouths.wave, arms: "" }),
    brows.sad,
    drop(190, 96, 0.9, -20),
    drop(206, 122, 0.65, -20),
    shape("M66 174Q66 166 74 166H166Q174 166 174 174V214H66Z", "#c9d3df"),
    oval(120, 190, 8, 8, white),
    shape("M46 214H194Q196 224 186 224H54Q44 224 46 214Z", "#aab8c6"),
    hand(66, 204, 0),
    hand(174, 204, 0),
    lines("M34 176 46 182M30 196H44M206 176 194 182M210 196H196"),
  ],

  tired: [
    ground(92, 120, 214),
    shape(
      "M20 204C20 186 44 186 58 166 72 142 96 132 120 132S168 142 182 166C196 186 220 186 220 204 220 216 200 216 180 214 140 218 100 218 60 214 40 216 20 216 20 204Z",
      cream,
    ),
    plain(
      "M30 206C60 202 180 202 210 206 212 214 190 213 180 212 140 216 100 216 60 212 48 213 28 214 30 206Z",
      shade,
    ),
    move("translate(0 52)", leaves.wilted),
    move("translate(0 38)", cheeks(0.5)),
    move("translate(0 36)", eyes.flat),
    move("translate(0 30)", mouths.wave),
    puff(196, 122, 0.8),
    lines("M56 118Q48 126 56 134T56 150"),
  ],

  think: [
    sprout({ leaf: leaves.bent, eye: eyes.up, mouth: mouths.line, arms: armLeft }),
    hand(146, 182, -30),
    asking(204, 70, 1.05),
    lined(184, 112, 5, 5, white),
    lined(174, 126, 3.5, 3.5, white),
  ],

  idea: [
    sprout({ leaf: "", eye: eyes.shine, mouth: mouths.open, arms: armLeft + armUpRight }),
    shape(
      "M108 70V58C94 50 88 38 88 28 88 10 104 0 120 0S152 10 152 28C152 38 146 50 132 58V70Z".replace(
        "0 120 0",
        "4 120 4",
      ),
      yellow,
    ),
    shape("M106 64H134V74Q134 80 126 80H114Q106 80 106 74Z", "#c9d3df"),
    stroke("M112 40 118 48 122 38 128 46", 4),
    lines("M64 20 76 26M58 48H72M176 20 164 26M182 48H168"),
  ],

  shy: [
    move(
      "rotate(-5 120 206)",
      sprout({ leaf: leaves.low, eye: "", mouth: mouths.cat, arms: "", blush: 1 }),
      stroke("M74 150 70 158M82 150 78 158M162 150 158 158M170 150 166 158", 3.5, red),
      arm("M60 172Q66 152 96 141"),
      arm("M180 172Q174 152 144 141"),
    ),
    heart(204, 82, 0.7, pink),
    lines("M34 118Q28 126 34 134M206 118Q214 126 208 136"),
  ],

  victory: [
    sprout({ leaf: leaves.heart, eye: eyes.wink, mouth: mouths.smile, arms: armLeft }),
    move(
      "translate(-6 6)",
      shape(
        "M176 166C170 150 178 138 190 134 192 120 196 106 206 104 214 104 216 114 210 128 218 118 228 114 232 122 234 132 222 140 214 146 216 162 208 176 194 178 184 178 178 174 176 166Z",
        cream,
      ),
      lines("M210 128 204 138M192 148Q202 144 210 150M194 162Q202 160 208 164"),
    ),
    heart(210, 78, 1.05),
    heart(230, 46, 0.5, pink),
    spark(40, 92, 0.7),
  ],

  hug: [
    ground(),
    arm("M70 146Q34 140 14 116"),
    flip(arm("M70 146Q34 140 14 116")),
    feet,
    body(),
    leaves.happy,
    cheeks(),
    eyes.happy,
    mouths.open,
    heart(42, 78, 0.8, pink),
    heart(200, 74, 0.95),
  ],

  "on-my-way": [
    move(
      "translate(12 0) rotate(10 120 200)",
      arm("M68 160Q46 156 34 170"),
      arm("M172 152Q200 156 206 138"),
      stroke("M96 204 74 216", 24),
      stroke("M96 204 74 216", 14, shade),
      stroke("M148 202 172 208", 24),
      stroke("M148 202 172 208", 14, shade),
      body(),
      move("rotate(-24 120 70)", leaves.low),
      cheeks(),
      eyes.dots,
      mouths.open,
    ),
    puff(32, 208, 1),
    puff(12, 190, 0.6),
    lines("M8 110H36M2 136H26M14 160H34"),
  ],

  waiting: [
    move(
      "translate(-18 0)",
      sprout({ leaf: leaves.bent, eye: eyes.half, mouth: mouths.pout, arms: "" }),
      hand(84, 180, 10),
      hand(150, 182, -10),
    ),
    move(
      "translate(196 172)",
      shape("M-26-46H26M-26 46H26"),
      shape("M-20-44H20C20-20 4-10 4 0 4 10 20 20 20 44H-20C-20 20-4 10-4 0-4-10-20-20-20-44Z", white),
      plain("M-14-26H14C10-14 3-8 0-2-3-8-10-14-14-26ZM-16 42C-12 28-4 28 0 22 4 28 12 28 16 42Z", orange),
      stroke("M0-2V22", 3, orange),
      stroke("M-26-46H26M-26 46H26", 8),
    ),
  ],

  rain: [
    move("translate(-12 10)", sprout({ leaf: "", eye: eyes.dots, mouth: mouths.pout, arms: armLeft })),
    shape(
      "M18 92C20 40 70 14 120 14S220 40 222 92C206 80 188 80 170 92 154 80 136 80 120 92 104 80 86 80 70 92 52 80 34 80 18 92Z",
      "#f47c7c",
    ),
    stroke("M70 90C72 60 92 30 120 16M170 90C168 60 148 30 120 16", 4),
    stroke("M120 16V8", 6),
    stroke("M168 96V186", 7),
    hand(168, 166),
    drop(28, 126, 0.6),
    drop(14, 168, 0.6),
    drop(220, 122, 0.6),
    drop(212, 168, 0.6),
    drop(34, 196, 0.5),
  ],

  music: [
    move(
      "rotate(-7 120 206)",
      sprout({ eye: eyes.happy, mouth: mouths.open, arms: armUpLeft + armRight }),
      shape(
        "M52 142C48 96 80 74 120 74S192 96 188 142L180 140C182 104 156 84 120 84S58 104 60 140Z",
        "#5b6b86",
      ),
      shape("M44 132Q58 126 64 138V162Q58 172 46 166 38 160 38 148 38 136 44 132Z", red),
      flip(shape("M44 132Q58 126 64 138V162Q58 172 46 166 38 160 38 148 38 136 44 132Z", red)),
    ),
    note(200, 62, 1),
    note(22, 52, 0.8),
    note(214, 132, 0.65),
  ],

  sick: [
    sprout({
      leaf: leaves.wilted,
      eye: eyes.dizzy,
      mouth: mouths.wave,
      arms: "",
      tint: "#fdeccb",
      dark: "#efd8a8",
      blush: 1,
    }),
    shape("M84 104Q120 88 156 104 160 118 152 122 120 112 88 122 80 118 84 104Z", "#bfe3fb"),
    lines("M104 103V116M120 100V114M136 103V116"),
    move(
      "rotate(24 146 164)",
      shape("M134 158H186Q194 158 194 164.500T186 171H134Z", white),
      plain("M160 162H190V168H160Z", red),
    ),
    hand(70, 184, 10),
    hand(170, 196, -10),
    stroke("M44 96Q36 88 44 80T44 64M64 82Q56 74 64 66T64 50", 5),
  ],

  kiss: [
    move("rotate(6 120 206)", sprout({ eye: eyes.closed, mouth: mouths.kiss, arms: armsDown })),
    heart(196, 126, 0.7),
    heart(212, 92, 0.95),
    heart(206, 54, 0.6, pink),
  ],

  peek: [
    `<clipPath id="above"><path d="M0 0H240V226H0Z"/></clipPath><g clip-path="url(#above)">`,
    move("translate(0 52)", body(), leaves.up, cheeks(), eyes.shine),
    "</g>",
    shape("M6 214Q30 202 60 212T120 212 180 212 234 214V224Q234 236 222 236H18Q6 236 6 224Z", leafGreen),
    stroke("M26 226 30 218M62 228 66 220M100 226 102 219M146 228 150 220M206 226 210 218", 4, "#a3df8c"),
    hand(64, 210, 0),
    hand(176, 210, 0),
  ],

  cold: [
    sprout({
      leaf: leaves.droop,
      eye: eyes.tight,
      mouth: mouths.wave,
      arms: "",
      tint: "#d6ecfb",
      dark: "#b4d7f0",
    }),
    hand(88, 184, -20, "#d6ecfb"),
    hand(152, 184, 20, "#d6ecfb"),
    lines(
      "M32 132Q24 140 32 148T32 164M208 132Q216 140 208 148T208 164M18 138Q12 146 18 154M222 138Q228 146 222 154",
    ),
    ...[
      [40, 62],
      [200, 58],
      [212, 100],
    ].map(
      ([x, y]) =>
        stroke(
          `M${x - 11} ${y}H${x + 11}M${x - 6} ${y - 10}L${x + 6} ${y + 10}M${x + 6} ${y - 10}L${x - 6} ${y + 10}`,
          9,
        ) +
        stroke(
          `M${x - 11} ${y}H${x + 11}M${x - 6} ${y - 10}L${x + 6} ${y + 10}M${x + 6} ${y - 10}L${x - 6} ${y + 10}`,
          4,
          white,
        ),
    ),
  ],

  cool: [
    sprout({ eye: "", mouth: mouths.cat, arms: armLeft + arm("M174 164Q204 172 190 192 182 200 170 194") }),
    shape("M70 128H112Q116 128 116 134C116 152 108 158 94 158S70 152 70 134Q70 128 70 128Z", "#2f3540"),
    flip(shape("M70 128H112Q116 128 116 134C116 152 108 158 94 158S70 152 70 134Q70 128 70 128Z", "#2f3540")),
    stroke("M112 132H128M70 132 56 128M170 132 184 128", 6),
    stroke("M80 136 92 150M148 136 160 150", 4, "#7d8899"),
    spark(200, 88, 0.9),
    spark(36, 92, 0.6),
  ],

  please: [
    sprout({
      leaf: leaves.droop,
      eye: [
        lined(93, 140, 18, 19, ink),
        flip(lined(93, 140, 18, 19, ink)),
        oval(99, 132, 7, 8, white),
        oval(153, 132, 7, 8, white),
        oval(87, 149, 4, 4, white),
        oval(141, 149, 4, 4, white),
        stroke("M82 152Q93 160 104 152M136 152Q147 160 158 152", 3.5, blue),
      ].join(""),
      mouth: stroke("M112 170Q120 164 128 170", 5),
      arms: "",
    }),
    brows.sad,
    hand(108, 194, 70),
    hand(132, 194, -70),
    spark(204, 94, 0.7),
    spark(34, 104, 0.7),
  ],

  news: [
    ground(64, 124, 218),
    ...magpie(),
    move(
      "translate(24 132) rotate(-8)",
      shape("M-20-4H30V32H-20Z", white),
      lines("M-20-4 5 16 30-4"),
      heart(5, 22, 0.35),
    ),
    lines("M36 76 46 86M60 52 66 66M92 42V56"),
  ],

  friends: [
    move("translate(-20 62) scale(.74)", ...sprout({ eye: eyes.happy, mouth: mouths.open, arms: armLeft })),
    move("translate(82 76) scale(.67)", ...magpie()),
    heart(136, 64, 0.8),
    spark(40, 64, 0.6),
    spark(208, 74, 0.6),
  ],

  magpie: [ground(64, 124, 218), ...magpie(), note(214, 70, 0.9), note(30, 74, 0.7)],
};
