import type { Page } from "playwright-core";
import type { Server } from "./server";

/** A picture of hills and a sun, each number another one, as a browser draws it. */
export async function picture(page: Page, n: number, width = 1600, height = 1200): Promise<Buffer> {
  const url = await page.evaluate(
    ([seed, w, h]) => {
      const canvas = document.createElement("canvas");
      canvas.width = w;
      canvas.height = h;
      const draw = canvas.getContext("2d");
      if (draw === null) throw new Error("no canvas");
      const hue = (seed * 47) % 360;
      const sky = draw.createLinearGradient(0, 0, 0, h);
      sky.addColorStop(0, `hsl(${hue} 70% 62%)`);
      sky.addColorStop(1, `hsl(${(hue + 50) % 360} 80% 86%)`);
      draw.fillStyle = sky;
      draw.fillRect(0, 0, w, h);
      draw.fillStyle = "rgb(255 250 220 / 90%)";
      draw.beginPath();
      draw.arc(w * (0.2 + ((seed * 37) % 60) / 100), h * 0.32, h * 0.11, 0, 7);
      draw.fill();
      for (let i = 0; i < 3; i++) {
        draw.fillStyle = `hsl(${(hue + 120) % 360} ${30 + i * 8}% ${52 - i * 14}%)`;
        draw.beginPath();
        draw.moveTo(0, h);
        for (let x = 0; x <= w; x += w / 40)
          draw.lineTo(x, h * (0.55 + i * 0.14 + 0.07 * Math.sin((x / w) * (4 + i) + seed * (i + 1))));
        draw.lineTo(w, h);
        draw.fill();
      }
      return canvas.toDataURL("image/jpeg", 0.85);
    },
    [n, width, height] as const,
  );
  return Buffer.from(url.slice(url.indexOf(",") + 1), "base64");
}

/** Uploads a file for somebody; answers its id. */
export async function upload(
  server: Server,
  token: string,
  metadata: Record<string, string>,
  bytes: Buffer,
): Promise<string> {
  const answer = await fetch(`${server.url}/v1/media/uploads`, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${token}`,
      "Tus-Resumable": "1.0.0",
      "Upload-Length": String(bytes.length),
      "Upload-Metadata": Object.entries(metadata)
        .map(([key, value]) => `${key} ${Buffer.from(value).toString("base64")}`)
        .join(","),
      "Content-Type": "application/offset+octet-stream",
    },
    body: new Uint8Array(bytes),
  });
  if (answer.status !== 201) throw new Error(`upload: ${answer.status} ${await answer.text()}`);
  return (answer.headers.get("Location") ?? "").split("/").at(-1) ?? "";
}
