import { segment } from "./ids.js";
import { Caller } from "./resources.js";
import type {
  CallOptions,
  Client,
  ClientToCreate,
  ClientWithKey,
  Erased,
  ListOptions,
  Space,
  UserExport,
} from "./types.js";

/** The rights of users. */
export class Users extends Caller {
  /** Everything that is kept of a user, with all sessions. */
  async export(userId: string, options?: CallOptions): Promise<UserExport> {
    const path = `/v1/users/${segment(userId)}`;
    const bounded = this.transport.bound(options);
    let whole: UserExport | undefined;
    let cursor: string | undefined;
    do {
      const call = { method: "GET", path, query: { cursor } };
      const { nextCursor, ...part }: UserExport = await this.transport.body(call, bounded);
      whole = { ...part, sessions: [...(whole?.sessions ?? []), ...part.sessions] };
      cursor = nextCursor;
    } while (cursor !== undefined);
    return whole;
  }

  /**
   * Erases a user: sessions, preferences, rate counters. Answers how much there was: nothing if the
   * answer to a first attempt was lost.
   */
  async erase(userId: string, options?: CallOptions): Promise<Erased> {
    const call = { method: "DELETE", path: `/v1/users/${segment(userId)}` };
    return this.transport.body(call, options);
  }
}

/** Worlds of their own. For keys of every space. */
export class Spaces extends Caller {
  /** All of them. */
  list(options?: ListOptions): AsyncGenerator<Space, void, undefined> {
    return this.pages("/v1/spaces", options);
  }

  /**
   * Erases a space with all that is in it, within minutes; answers whether there was one.
   *
   * @throws ConflictError while clients belong to it
   */
  async erase(name: string, options?: CallOptions): Promise<boolean> {
    return this.removed(`/v1/spaces/${segment(name)}`, options);
  }
}

/** Who may call the service. Role admin. */
export class Clients extends Caller {
  /** All of them, without their keys. */
  list(options?: ListOptions): AsyncGenerator<Client, void, undefined> {
    return this.pages("/v1/clients", options);
  }

  /** Makes a client; its key is shown this once, so a call that broke off is not repeated. */
  async create(client: ClientToCreate, options?: CallOptions): Promise<ClientWithKey> {
    const call = { method: "POST", path: "/v1/clients", body: client, once: true };
    return this.transport.body(call, options);
  }

  /** Gives a client another key; the old one works on for `graceSeconds`. */
  async rotate(
    name: string,
    graceSeconds?: number,
    options?: CallOptions,
  ): Promise<ClientWithKey> {
    const path = `/v1/clients/${segment(name)}/rotate`;
    const call = { method: "POST", path, body: { graceSeconds }, once: true };
    return this.transport.body(call, options);
  }

  /** Revokes a client; answers whether there was one. */
  async delete(name: string, options?: CallOptions): Promise<boolean> {
    return this.removed(`/v1/clients/${segment(name)}`, options);
  }
}
