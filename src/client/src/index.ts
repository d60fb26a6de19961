/**
 * The client of BotBot State.
 *
 * @packageDocumentation
 */
export { Clients, Spaces, Users } from "./administration.js";
export type { Change, ChangeEvent, ChangeOptions } from "./changes.js";
export { BotBot, type BotBotOptions, connect, type Connection, Settings } from "./client.js";
export { Documents, type Version } from "./documents.js";
export * from "./errors.js";
export { type Copy, type MirrorOptions, type MirrorState, SettingsMirror } from "./mirror.js";
export { Preferences } from "./preferences.js";
export { type CheckOptions, RatePolicies, Rates, type RateOptions } from "./rates.js";
export type { Caller, Resources, UpdateOptions } from "./resources.js";
export { Scratch, type ScratchOptions } from "./scratch.js";
export { Sessions } from "./sessions.js";
export type { Call, Fields, Transport, TransportOptions } from "./transport.js";
export * from "./types.js";
