/**
 * Conversation store and installation store of Slack's Bolt.
 *
 * @packageDocumentation
 */
import type { Installation, InstallationQuery, InstallationStore } from "@slack/oauth";
import type { Connection } from "../client.js";
import { ConflictError, ConnectionError, NotFoundError } from "../errors.js";
import { KeyedStore, LONGEST, type StoreOptions } from "../keyed.js";

export type { StoreOptions } from "../keyed.js";

/** What Bolt's `conversationContext` asks for. */
export interface ConversationStore<T> {
  set(conversationId: string, value: T, expiresAt?: number): Promise<void>;
  /** Rejects where there is none, or none any more, as Bolt wants it. */
  get(conversationId: string): Promise<T>;
}

type Installed = Installation<"v1" | "v2", boolean>;
type Query = InstallationQuery<boolean>;

/**
 * `new App({ convoStore: conversationStore({ url, key }) })`. A conversation lives for a year after
 * its last use, or until `expiresAt`. Where it could not be read, `set` rejects until it could.
 */
export function conversationStore<T>(
  connection: Connection,
  options?: StoreOptions,
): ConversationStore<T> {
  const store = new KeyedStore(connection, options);
  // Bolt goes on where a conversation cannot be read, as if there were none: to write would lose it
  const unread = new Set<string>();
  return {
    async get(id) {
      const found = await store.read<T>(id).catch((error: unknown) => {
        unread.add(id);
        throw error;
      });
      unread.delete(id);
      if (found === undefined) {
        throw new Error(`Conversation not found: ${id}`);
      }
      return found.value;
    },
    async set(id, value, expiresAt) {
      if (unread.has(id)) {
        const message = `${id} could not be read, so it is not overwritten: handle the event again.`;
        throw new ConnectionError(message, false);
      }
      const left = expiresAt === undefined ? undefined : expiresAt - Date.now();
      if (left !== undefined && left <= 0) {
        await store.delete(id);
      } else {
        await store.write(id, value, left);
      }
    },
  };
}

/**
 * `new App({ installationStore: installationStore({ url, key }) })`. Kept for ten years after the
 * last use. The tokens are as secret as the key of the service's client.
 */
export function installationStore(
  connection: Connection,
  options: Omit<StoreOptions, "userId"> = {},
): InstallationStore {
  const { prefix = "slack-installation:", ttlSeconds = LONGEST } = options;
  // with the prefix, so that of several apps in a team each has its own
  const owner = (key: string) => prefix + key.replace(/\/user\/[^/]*$/, "");
  const store = new KeyedStore(connection, { prefix, ttlSeconds, userId: owner });
  return {
    async storeInstallation(installation) {
      const key = keyOf(installation.enterprise?.id, installation.team?.id);
      await store.write(`${key}/user/${installation.user.id}`, installation.user);
      await store.write(key, installation);
    },
    async fetchInstallation(query: Query) {
      const key = keyOfQuery(query);
      const { userId } = query;
      const found = await store.read<Installed>(key);
      if (found === undefined) {
        throw new Error(`No installation data found for ${key}.`);
      }
      const installation = found.value;
      if (userId === undefined || installation.user.id === userId) {
        return installation;
      }
      const user = await store.read<Installed["user"]>(`${key}/user/${userId}`);
      // the bot is installed, but this user has given no token
      return { ...installation, user: user?.value ?? without(userId) };
    },
    async deleteInstallation(query: Query) {
      const key = keyOfQuery(query);
      const { sessions } = store.client;
      const { userId } = query;
      if (userId === undefined) {
        await sessions.deleteAll(owner(key));
        return;
      }
      await store.delete(`${key}/user/${userId}`);
      // the team's record has the token of whoever installed last
      const clear = [
        { op: "test" as const, path: "/data/user/id", value: userId },
        { op: "replace" as const, path: "/data/user", value: without(userId) },
      ];
      await sessions.jsonPatch(store.idOf(key), clear).catch((error: unknown) => {
        if (!(error instanceof ConflictError || error instanceof NotFoundError)) {
          throw error;
        }
      });
    },
  };
}

function without(id: string): Installed["user"] {
  return { id, token: undefined, scopes: undefined };
}

function keyOfQuery({ enterpriseId, teamId, isEnterpriseInstall }: Query): string {
  return keyOf(enterpriseId, isEnterpriseInstall ? undefined : teamId);
}

function keyOf(enterpriseId = "", teamId = ""): string {
  return `${enterpriseId}-${teamId}`;
}
