/**
 * A reverse proxy as people put before a grid: TLS outside, plain HTTP to the first node that can be reached. It hands
 * the Host on and says X-Forwarded-Proto, and knows nothing else of Buzzer.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import type { Server } from "node:https";
import { request as httpRequest } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { connect } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";

export class TlsProxy {
  private readonly sockets = new Set<Duplex>();

  private constructor(
    private readonly server: Server,
    private readonly ports: readonly number[],
  ) {}

  static async start(ports: readonly number[]): Promise<TlsProxy> {
    const server = createServer(certificate());
    const proxy = new TlsProxy(server, ports);
    server.on("connection", (socket: Socket) => proxy.keep(socket));
    server.on("request", (request, response) => void proxy.hand(request, response));
    server.on("upgrade", (request: IncomingMessage, socket: Duplex) => void proxy.join(request, socket));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get host(): string {
    return `localhost:${String((this.server.address() as AddressInfo).port)}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async hand(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const port = await this.reach();
    const headers = { ...request.headers, "x-forwarded-proto": "https" };
    const onward = httpRequest({
      host: "127.0.0.1",
      port,
      method: request.method,
      path: request.url,
      headers,
    });
    onward.on("response", (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  }

  /** An upgrade: its head as it came, then bytes both ways until one side ends. */
  private async join(request: IncomingMessage, client: Duplex): Promise<void> {
    this.keep(client);
    const node = connect(await this.reach(), "127.0.0.1");
    this.keep(node);
    const head = [`GET ${request.url ?? "/"} HTTP/1.1`];
    for (let at = 0; at + 1 < request.rawHeaders.length; at += 2) {
      head.push(request.rawHeaders.slice(at, at + 2).join(": "));
    }
    node.write([...head, "X-Forwarded-Proto: https", "", ""].join("\r\n"));
    client.pipe(node).pipe(client);
    client.on("close", () => node.destroy());
    node.on("close", () => client.destroy());
  }

  /** The port of the first node that can be reached; if there is none, that of the first. */
  private async reach(): Promise<number> {
    const [first = 0] = this.ports;
    for (const port of this.ports) {
      const reached = await new Promise<boolean>((resolve) => {
        const trying = connect(port, "127.0.0.1");
        trying.on("connect", () => resolve(true));
        trying.on("error", () => resolve(false));
        trying.on("connect", () => trying.destroy());
      });
      if (reached) return port;
    }
    return first;
  }

  private keep(socket: Duplex): void {
    this.sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.sockets.delete(socket));
  }
}

function certificate(): { key: Buffer; cert: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), "buzzer-tls-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const words = [
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:prime256v1",
    "-nodes",
    "-days",
    "2",
  ];
  words.push(
    "-subj",
    "/CN=localhost",
    "-addext",
    "subjectAltName=DNS:localhost",
    "-keyout",
    key,
    "-out",
    cert,
  );
  execFileSync("openssl", words, { stdio: "ignore" });
  const made = { key: readFileSync(key), cert: readFileSync(cert) };
  rmSync(folder, { recursive: true });
  return made;
}
