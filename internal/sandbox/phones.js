// The phone page: asks for the messages every second and shows them. Without a
// number it shows the last message of each phone; a click on a number shows
// all messages of that phone.
const { secret, empty, none, lost } = document.body.dataset;
const phone = document.querySelector("#phone");
const status = document.querySelector("#status");
const messages = document.querySelector("#messages");
const time = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "medium" });
let shown = "";

phone.value = new URLSearchParams(location.search).get("phone") ?? "";

function item(message) {
  const li = document.createElement("li");
  const number = document.createElement("button");
  number.type = "button";
  number.textContent = message.phone;
  number.addEventListener("click", () => {
    phone.value = message.phone;
    refresh();
  });
  const at = document.createElement("time");
  at.dateTime = message.at;
  at.textContent = time.format(new Date(message.at));
  const text = document.createElement("p");
  // A code stands out, and one click selects it.
  for (const part of message.text.split(/(\b\d{6}\b)/)) {
    if (/^\d{6}$/.test(part)) {
      const code = document.createElement("strong");
      code.textContent = part;
      text.append(code);
    } else {
      text.append(part);
    }
  }
  li.append(number, at, text);
  return li;
}

async function refresh() {
  const query = new URLSearchParams();
  const number = phone.value.replace(/[^\d+]/g, "");
  if (number) query.set("phone", number);
  try {
    const headers = secret ? { Authorization: `Bearer ${secret}` } : {};
    const answer = await fetch(`/sandbox/v1/sms?${query}`, { headers });
    if (!answer.ok) throw new Error(answer.statusText);
    const body = await answer.text();
    if (body !== shown) {
      shown = body;
      const list = JSON.parse(body).messages;
      if (number) list.reverse();
      messages.replaceChildren(...list.map(item));
    }
    status.textContent = messages.children.length > 0 ? "" : number ? none : empty;
  } catch {
    status.textContent = lost;
  }
}

phone.addEventListener("input", refresh);
setInterval(() => {
  if (!document.hidden) refresh();
}, 1000);
refresh();
