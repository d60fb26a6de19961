import { Clients, Spaces, Users } from "./administration.js";
import { type ChangeEvent, type ChangeOptions, changes } from "./changes.js";
import { Documents } from "./documents.js";
import { type MirrorOptions, SettingsMirror } from "./mirror.js";
import { Preferences } from "./preferences.js";
import { type RateOptions, Rates } from "./rates.js";
import { Caller } from "./resources.js";
import { Scratch } from "./scratch.js";
import { Sessions } from "./sessions.js";
import { Transport, type TransportOptions } from "./transport.js";
import type { Agent, AgentBody, CallOptions, Setting, SettingBody, Status } from "./types.js";

/** How the service is reached, and what becomes of rate checks while it is away. */
export interface BotBotOptions extends TransportOptions, RateOptions {}

/** A client of any types, or what one is made of. */
export type Connection =
  | BotBotOptions
  | (Omit<BotBot, "sessions" | "preferences"> & {
      // of these, what is so whatever the types
      readonly sessions: Pick<Sessions<never>, "transport" | "deleteAll">;
      readonly preferences: Pick<Preferences<never>, "transport">;
    });

/** Settings, which may be mirrored. */
export class Settings extends Documents<Setting, SettingBody> {
  constructor(transport: Transport) {
    super(transport, "/v1/settings", "", "keys");
  }

  /** A copy of them in this process that outlives outages; `start()` it. */
  mirror(options?: MirrorOptions): SettingsMirror {
    return new SettingsMirror(this, options);
  }
}

/**
 * The client of a BotBot State service: one for a process. `S` is the type of your sessions' data,
 * `P` that of your users' preferences.
 */
export class BotBot<
  S extends object = Record<string, unknown>,
  P extends object = Record<string, unknown>,
> extends Caller {
  /** Conversations. */
  readonly sessions = new Sessions<S>(this.transport);
  /** What users have chosen. */
  readonly preferences = new Preferences<P>(this.transport);
  /** Agents' configurations. */
  readonly agents = new Documents<Agent, AgentBody>(this.transport, "/v1/agents", "/config", "ids");
  /** Settings of all bots. */
  readonly settings = new Settings(this.transport);
  /** Temporary data. */
  readonly scratch = new Scratch(this.transport);
  /** Rate checks. */
  readonly rates: Rates;
  /** The rights of users. */
  readonly users = new Users(this.transport);
  /** Spaces. */
  readonly spaces = new Spaces(this.transport);
  /** Who may call. */
  readonly clients = new Clients(this.transport);

  constructor(options: BotBotOptions) {
    super(new Transport(options));
    this.rates = new Rates(this.transport, options);
  }

  /** Listens for changes of agents, settings and rate policies. */
  changes(options?: ChangeOptions): AsyncGenerator<ChangeEvent, void, undefined> {
    return changes(this.transport, options);
  }

  /** The state of the service. Role admin. */
  status(options?: CallOptions): Promise<Status> {
    return this.transport.body({ method: "GET", path: "/v1/status" }, options);
  }
}

/** The client itself, or one made of the options. */
export function connect<S extends object = Record<string, unknown>>(
  connection: Connection,
): BotBot<S> {
  return "transport" in connection ? (connection as BotBot<S>) : new BotBot<S>(connection);
}
