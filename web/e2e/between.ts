import { type IncomingMessage, type Server as HttpServer, createServer, request } from "node:http";
import { type AddressInfo, type Socket, connect } from "node:net";

/** Stands between a browser and a server, and gives other answers to some paths. */
export class Between {
  readonly url: string;
  /** Scripts in place of the server's, by path. */
  readonly scripts = new Map<string, string>();
  readonly #http: HttpServer;
  readonly #sockets = new Set<Socket>();

  private constructor(http: HttpServer, target: URL) {
    this.#http = http;
    this.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    http.on("request", (from, to) => {
      const script = this.scripts.get(from.url ?? "");
      if (script !== undefined) {
        to.writeHead(200, { "Content-Type": "text/javascript; charset=utf-8", "Cache-Control": "no-cache" });
        to.end(script);
        return;
      }
      const { method, headers, url: path } = from;
      const onward = request(
        { host: target.hostname, port: target.port, method, headers, path },
        (answer) => {
          to.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(to);
        },
      );
      onward.on("error", () => to.destroy());
      from.pipe(onward);
    });
    http.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
    http.on("upgrade", (from: IncomingMessage, socket: Socket, head: Buffer) => {
      const onward = connect(Number(target.port), target.hostname, () => {
        const lines = [`${from.method} ${from.url} HTTP/1.1`];
        for (let i = 0; i < from.rawHeaders.length; i += 2)
          lines.push(`${from.rawHeaders[i]}: ${from.rawHeaders[i + 1]}`);
        onward.write(`${lines.join("\r\n")}\r\n\r\n`);
        onward.write(head);
        socket.pipe(onward).pipe(socket);
      });
      for (const end of [socket, onward]) {
        end.on("error", () => {
          socket.destroy();
          onward.destroy();
        });
      }
    });
  }

  static async start(target: string): Promise<Between> {
    const http = createServer();
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    return new Between(http, new URL(target));
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#http.close(resolve));
  }
}
