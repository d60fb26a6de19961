import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";

/** What the proxy does with a request instead of passing it on, or after that. */
export type Fault = (
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  pass: () => void,
) => void | Promise<void>;

/** Between the client and the real service: counts what passes, and does what a test tells it. */
export class Proxy {
  /** Requests that came, as "METHOD path". */
  readonly came: string[] = [];
  readonly heads: IncomingHttpHeaders[] = [];
  fault: Fault | undefined;
  readonly #server: Server;

  private constructor(private readonly target: string) {
    this.#server = createServer((incoming, outgoing) => {
      this.came.push(`${incoming.method} ${incoming.url}`);
      this.heads.push(incoming.headers);
      const pass = () => this.#pass(incoming, outgoing);
      void (this.fault ?? ((_in, _out, go) => go()))(incoming, outgoing, pass);
    });
  }

  static async before(target: string): Promise<Proxy> {
    const proxy = new Proxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  reset(): void {
    this.came.length = 0;
    this.fault = undefined;
  }

  /** A fault for the next so many requests, then none. */
  next(times: number, fault: Fault): void {
    let left = times;
    this.fault = (incoming, outgoing, pass) =>
      left-- > 0 ? fault(incoming, outgoing, pass) : pass();
  }

  cut(): void {
    this.#server.closeAllConnections();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #pass(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { method, headers } = incoming;
    const onward = request(this.target + incoming.url, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      outgoing.flushHeaders();
      answer.on("error", () => outgoing.destroy());
      answer.pipe(outgoing);
    });
    outgoing.on("close", () => onward.destroy());
    onward.on("error", () => outgoing.destroy());
    incoming.pipe(onward);
  }
}

/** Passes the request on, and breaks the connection instead of answering. */
export function losesTheAnswer(target: string): Fault {
  return async (incoming, outgoing) => {
    const body: Buffer[] = [];
    for await (const part of incoming) {
      body.push(part as Buffer);
    }
    const { method, headers } = incoming;
    const onward = request(target + incoming.url, { method, headers }, (answer) => {
      answer.resume().on("end", () => outgoing.destroy());
    });
    onward.end(Buffer.concat(body));
  };
}

/** Answers by itself. */
export function answers(status: number, headers: Record<string, string>, text: string): Fault {
  return (incoming, outgoing) => {
    incoming.resume();
    outgoing.writeHead(status, headers).end(text);
  };
}

/** Takes the request, and never answers. */
export const neverAnswers: Fault = (incoming) => {
  incoming.resume();
};
