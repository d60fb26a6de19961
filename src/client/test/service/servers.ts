import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { readFileSync } from "node:fs";

const ROOT = new URL("../../../../", import.meta.url).pathname;

/** Where the servers of a test are. */
export interface Place {
  url: string;
  key: string;
  redis: string;
}

/** PostgreSQL, Redis and the packaged service, in a process that ends with this one. */
export class Servers {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  place: Place = { url: "", key: "", redis: "" };

  private constructor(name: string) {
    const classpath = readFileSync(`${ROOT}target/client-classpath`, "utf8").trim();
    this.#process = spawn(
      readFileSync(`${ROOT}target/client-java`, "utf8").trim(),
      ["-cp", `target/test-classes:${classpath}`, "src/client/test/service/Servers.java", name],
      { cwd: ROOT, stdio: ["pipe", "pipe", "inherit"] },
    );
    if (this.#process.stdout === null) {
      throw new Error("no output of the servers");
    }
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  static async launch(name: string): Promise<Servers> {
    const servers = new Servers(name);
    for (let line = ""; !line.startsWith("{"); ) {
      line = await servers.#line();
      if (line.startsWith("{")) {
        servers.place = JSON.parse(line) as Place;
      }
    }
    return servers;
  }

  kill = () => this.#command("kill");
  start = () => this.#command("start");
  stopPostgres = () => this.#command("stop postgres");
  startPostgres = () => this.#command("start postgres");
  killRedis = () => this.#command("kill redis");
  startRedis = () => this.#command("start redis");

  /** Runs one statement, in one line, behind the service's back. */
  sql = (statement: string) => this.#command(`sql ${statement}`);

  async close(): Promise<void> {
    const ended = once(this.#process, "exit");
    this.#process.stdin?.end();
    await ended;
  }

  async #command(command: string): Promise<void> {
    this.#process.stdin?.write(`${command}\n`);
    while ((await this.#line()) !== "done");
  }

  async #line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done === true) {
      throw new Error("the servers have ended: see their errors above");
    }
    return value;
  }
}
