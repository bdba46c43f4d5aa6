/**
 * What another program shares comes as a form that is posted to /share
 * (Web Share Target). No page is there to take it, so that the worker keeps it
 * until the page has asked for which room it is (src/share/shared.ts).
 */

const cacheName = "shared";
const path = "/shared";

export function isShare(request: Request): boolean {
  return request.method === "POST" && new URL(request.url).pathname === "/share";
}

/** Keeps what is shared, in place of anything that was there, and leads to the page. */
export async function takeShare(request: Request): Promise<Response> {
  const form = await request.formData();
  await caches.delete(cacheName);
  const cache = await caches.open(cacheName);
  const files = form.getAll("files").filter((part) => part instanceof File);
  await Promise.all(
    files.map((file, i) =>
      cache.put(
        `${path}/${i}`,
        new Response(file, {
          headers: { "Content-Type": file.type, "X-Name": encodeURIComponent(file.name) },
        }),
      ),
    ),
  );
  const words = ["title", "text", "url"].map((name) => form.get(name)).filter((w) => typeof w === "string");
  await cache.put(path, Response.json({ words, files: files.length }));
  return Response.redirect("/share", 303);
}
