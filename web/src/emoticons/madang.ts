/** The emoticons of the project's own pack, in the order of the panel, with the names of what they say. */
export const madang = {
  hello: "emoticon.hello",
  love: "emoticon.love",
  laugh: "emoticon.laugh",
  ok: "emoticon.ok",
  thanks: "emoticon.thanks",
  hug: "emoticon.hug",
  best: "emoticon.best",
  fighting: "emoticon.fighting",
  congrats: "emoticon.congrats",
  victory: "emoticon.victory",
  kiss: "emoticon.kiss",
  cry: "emoticon.cry",
  angry: "emoticon.angry",
  surprised: "emoticon.surprised",
  shy: "emoticon.shy",
  please: "emoticon.please",
  sorry: "emoticon.sorry",
  no: "emoticon.no",
  think: "emoticon.think",
  idea: "emoticon.idea",
  cool: "emoticon.cool",
  music: "emoticon.music",
  "on-my-way": "emoticon.on-my-way",
  waiting: "emoticon.waiting",
  busy: "emoticon.busy",
  tired: "emoticon.tired",
  sick: "emoticon.sick",
  eat: "emoticon.eat",
  coffee: "emoticon.coffee",
  "good-night": "emoticon.good-night",
  birthday: "emoticon.birthday",
  bye: "emoticon.bye",
  peek: "emoticon.peek",
  rain: "emoticon.rain",
  cold: "emoticon.cold",
  news: "emoticon.news",
  magpie: "emoticon.magpie",
  friends: "emoticon.friends",
} as const;

export type EmoticonName = (typeof madang)[keyof typeof madang];

/** The name of an emoticon that is ours. */
export function emoticonName(emoticon: { pack: string; id: string } | undefined): EmoticonName | undefined {
  if (emoticon?.pack !== "madang" || !Object.hasOwn(madang, emoticon.id)) return undefined;
  return madang[emoticon.id as keyof typeof madang];
}

/** Where its drawing lies. */
export function emoticonPath(id: string): string {
  return `/emoticons/madang/${id}.svg`;
}
