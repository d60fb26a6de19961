/**
 * Conversation store and installation store of Slack's Bolt.
 *
 * @packageDocumentation
 */
import type { Installation, InstallationQuery, InstallationStore } from "@slack/oauth";
import type { Connection } from "../client.js";
import { ConnectionError } from "../errors.js";
import { KeyedStore, type StoreOptions } from "../keyed.js";

export type { StoreOptions } from "../keyed.js";

/** What Bolt's `conversationContext` asks for. */
export interface ConversationStore<T> {
  set(conversationId: string, value: T, expiresAt?: number): Promise<void>;
  /** Rejects where there is none, or none any more, as Bolt wants it. */
  get(conversationId: string): Promise<T>;
}

type Installed = Installation<"v1" | "v2", boolean>;
type Query = InstallationQuery<boolean>;

const TEN_YEARS = 315_360_000;

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
  const owner = (key: string) => `slack:${key.replace(/\/user\/[^/]*$/, "")}`;
  const prefix = "slack-installation:";
  const store = new KeyedStore(connection, {
    prefix,
    ttlSeconds: TEN_YEARS,
    ...options,
    userId: owner,
  });
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
      const none = { id: userId, token: undefined, scopes: undefined };
      return { ...installation, user: user?.value ?? none };
    },
    async deleteInstallation(query: Query) {
      const key = keyOfQuery(query);
      if (query.userId === undefined) {
        await store.client.sessions.deleteAll(owner(key));
      } else {
        await store.delete(`${key}/user/${query.userId}`);
      }
    },
  };
}

function keyOfQuery({ enterpriseId, teamId, isEnterpriseInstall }: Query): string {
  return keyOf(enterpriseId, isEnterpriseInstall ? undefined : teamId);
}

function keyOf(enterpriseId = "", teamId = ""): string {
  return `${enterpriseId}-${teamId}`;
}
