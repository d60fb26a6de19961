import { Clients, Spaces, Users } from "./administration.js";
import { type ChangeEvent, type ChangeOptions, changes } from "./changes.js";
import { Documents } from "./documents.js";
import { type MirrorOptions, SettingsMirror } from "./mirror.js";
import { Preferences } from "./preferences.js";
import { type RateOptions, Rates } from "./rates.js";
import { Scratch } from "./scratch.js";
import { Sessions } from "./sessions.js";
import { Transport, type TransportOptions } from "./transport.js";
import type { Agent, AgentBody, CallOptions, Setting, SettingBody, Status } from "./types.js";

/** How the service is reached, and what becomes of rate checks while it is away. */
export interface BotBotOptions extends TransportOptions, RateOptions {}

/** A client of any types, or what one is made of. */
export type Connection = Pick<BotBot, "transport" | "settings" | "scratch" | "rates"> | BotBotOptions;

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
export class BotBot<S extends object = Record<string, unknown>, P extends object = Record<string, unknown>> {
  /** The door to the service. */
  readonly transport: Transport;
  /** Conversations. */
  readonly sessions: Sessions<S>;
  /** What users have chosen. */
  readonly preferences: Preferences<P>;
  /** Agents' configurations. */
  readonly agents: Documents<Agent, AgentBody>;
  /** Settings of all bots. */
  readonly settings: Settings;
  /** Temporary data. */
  readonly scratch: Scratch;
  /** Rate checks. */
  readonly rates: Rates;
  /** The rights of users. */
  readonly users: Users;
  /** Spaces. */
  readonly spaces: Spaces;
  /** Who may call. */
  readonly clients: Clients;

  constructor(options: BotBotOptions) {
    const transport = new Transport(options);
    this.transport = transport;
    this.sessions = new Sessions(transport);
    this.preferences = new Preferences(transport);
    this.agents = new Documents(transport, "/v1/agents", "/config", "ids");
    this.settings = new Settings(transport);
    this.scratch = new Scratch(transport);
    this.rates = new Rates(transport, options);
    this.users = new Users(transport);
    this.spaces = new Spaces(transport);
    this.clients = new Clients(transport);
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
