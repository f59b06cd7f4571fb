/**
 * A WebSocket to a node from the tests themselves, without a browser (Node 18 has none of its own): text messages
 * only, whole and unfragmented as the node sends them. Nothing of a browser's politeness: no Origin, no cookies.
 *
 * Errors: open() rejects when the node does not upgrade; `closed` is called at the end, whoever wished it.
 */
import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import type { Socket } from "node:net";

const TEXT = 0x1;
const CLOSE = 0x8;
const PING = 0x9;
const PONG = 0xa;

export class Wire {
  private bytes: Buffer = Buffer.alloc(0);
  private upgraded = false;

  private constructor(
    private readonly socket: Socket,
    private readonly told: (message: string) => void,
  ) {}

  static open(port: number, told: (message: string) => void, closed: () => void): Promise<Wire> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, "127.0.0.1");
      const wire = new Wire(socket, told);
      socket.setNoDelay(true);
      socket.on("connect", () =>
        socket.write(
          [
            "GET /ws HTTP/1.1",
            `Host: 127.0.0.1:${String(port)}`,
            "Upgrade: websocket",
            "Connection: Upgrade",
            `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Protocol: buzzer.v1.json",
            "\r\n",
          ].join("\r\n"),
        ),
      );
      socket.on("error", reject);
      socket.on("close", () => {
        reject(new Error(`node at ${String(port)} closed the connection`));
        closed();
      });
      socket.on("data", (bytes) => {
        try {
          wire.take(bytes);
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
          socket.destroy();
          return;
        }
        if (wire.upgraded) resolve(wire);
      });
    });
  }

  send(message: string): void {
    this.write(TEXT, Buffer.from(message));
  }

  close(): void {
    this.socket.destroy();
  }

  private take(bytes: Buffer): void {
    this.bytes = this.bytes.length === 0 ? bytes : Buffer.concat([this.bytes, bytes]);
    if (!this.upgraded) {
      const end = this.bytes.indexOf("\r\n\r\n");
      if (end < 0) return;
      const head = this.bytes.subarray(0, end).toString();
      if (!head.startsWith("HTTP/1.1 101 ")) throw new Error(`no upgrade: ${head}`);
      this.bytes = this.bytes.subarray(end + 4);
      this.upgraded = true;
    }
    while (this.takeFrame());
  }

  /** False: there is not a whole one yet. */
  private takeFrame(): boolean {
    if (this.bytes.length < 2) return false;
    const kind = this.bytes.readUInt8(0) & 0x0f;
    let length = this.bytes.readUInt8(1) & 0x7f;
    let begin = 2;
    if (length === 126) {
      if (this.bytes.length < 4) return false;
      length = this.bytes.readUInt16BE(2);
      begin = 4;
    } else if (length === 127) {
      if (this.bytes.length < 10) return false;
      length = Number(this.bytes.readBigUInt64BE(2));
      begin = 10;
    }
    if (this.bytes.length < begin + length) return false;
    const body = this.bytes.subarray(begin, begin + length);
    this.bytes = this.bytes.subarray(begin + length);
    if (kind === TEXT) this.told(body.toString());
    if (kind === PING) this.write(PONG, body);
    if (kind === CLOSE) this.socket.end();
    return true;
  }

  private write(kind: number, body: Buffer): void {
    const head =
      body.length < 126
        ? Buffer.from([0x80 | kind, 0x80 | body.length])
        : Buffer.from([0x80 | kind, 0x80 | 126, body.length >> 8, body.length & 0xff]);
    const mask = randomBytes(4);
    const masked = Buffer.from(body.map((byte, at) => byte ^ mask.readUInt8(at % 4)));
    this.socket.write(Buffer.concat([head, mask, masked]));
  }
}
