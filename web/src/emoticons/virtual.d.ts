declare module "virtual:emoji/*" {
  const data: import("./emoji-data").EmojiData;
  export default data;
}
