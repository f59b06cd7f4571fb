/**
 * Watches every page of a test, and says in the end what none of them may do: write an error to the console, throw,
 * break the Content-Security-Policy, or ask any host but the grid's nodes for anything.
 *
 * Losing a node makes the browser itself write of connections that failed. A test in which that happens says so by
 * expectConnectionLoss(); nothing else is ever passed over.
 */
import type { BrowserContext, ConsoleMessage } from "@playwright/test";

const CONNECTION_LOSS =
  /^(Failed to load resource: net::ERR_(CONNECTION|INTERNET|EMPTY|SOCKET|NETWORK|FAILED)|WebSocket connection to '[^']+' failed)/;
const INNER_SCHEMES = ["data:", "blob:", "about:"];

export class Guard {
  readonly complaints: string[] = [];
  private connectionsMayFail = false;

  /** `hosts`, with their ports: whom pages may ask. */
  constructor(private readonly hosts: Set<string>) {}

  expectConnectionLoss(): void {
    this.connectionsMayFail = true;
  }

  allow(host: string): void {
    this.hosts.add(host);
  }

  async watch(context: BrowserContext): Promise<void> {
    await context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        console.error(`breaks the policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
      });
    });
    context.on("console", (message) => this.heard(message));
    context.on("weberror", (error) => this.complaints.push(`thrown: ${String(error.error().stack)}`));
    context.on("request", (request) => this.asked(request.url()));
    context.on("page", (page) => page.on("websocket", (socket) => this.asked(socket.url())));
  }

  private heard(message: ConsoleMessage): void {
    if (message.type() !== "error" && message.type() !== "warning") return;
    if (this.connectionsMayFail && CONNECTION_LOSS.test(message.text())) return;
    this.complaints.push(`console, ${message.type()}: ${message.text()} (${message.location().url})`);
  }

  private asked(url: string): void {
    if (INNER_SCHEMES.some((scheme) => url.startsWith(scheme))) return;
    if (!this.hosts.has(new URL(url).host)) this.complaints.push(`asked a foreign host: ${url}`);
  }
}
