/**
 * Provider of OpenFeature, for servers: flags are settings of the service.
 *
 * @packageDocumentation
 */
import type {
  AnyProviderEvent,
  ErrorCode,
  EventHandler,
  JsonValue,
  Provider,
  ProviderEventEmitter,
  ResolutionDetails,
} from "@openfeature/server-sdk";
import { connect, type Connection } from "../client.js";
import type { MirrorOptions, SettingsMirror } from "../mirror.js";

/**
 * `OpenFeature.setProviderAndWait(new BotBotProvider({ url, key }, { bootstrap }))`. Flags are read
 * from a mirror in this process: none costs a call, and all outlive an outage.
 */
export class BotBotProvider implements Provider {
  readonly metadata = { name: "botbot-state" } as const;
  readonly runsOn = "server";
  readonly events: ProviderEventEmitter<AnyProviderEvent>;
  readonly #emitter = new Emitter();
  /** The settings behind the flags. */
  readonly mirror: SettingsMirror;

  constructor(connection: Connection, options: MirrorOptions = {}) {
    this.events = this.#emitter;
    let wasLive = false;
    this.mirror = connect(connection).settings.mirror({
      ...options,
      onChange: (keys) => {
        options.onChange?.(keys);
        this.#emitter.emit("PROVIDER_CONFIGURATION_CHANGED", { flagsChanged: keys });
      },
      onState: (state) => {
        options.onState?.(state);
        if (state === "stale") {
          this.#stale();
        } else if (wasLive) {
          this.#emitter.emit("PROVIDER_READY");
        }
        wasLive = true;
      },
    });
  }

  async initialize(): Promise<void> {
    await this.mirror.start();
    // the SDK takes a provider that has started for ready: told again, after it has done so
    setTimeout(() => this.mirror.state === "stale" && this.#stale());
  }

  async onClose(): Promise<void> {
    this.mirror.close();
  }

  async resolveBooleanEvaluation(key: string, otherwise: boolean) {
    return this.#resolve(key, otherwise, (value) => typeof value === "boolean");
  }

  async resolveStringEvaluation(key: string, otherwise: string) {
    return this.#resolve(key, otherwise, (value) => typeof value === "string");
  }

  async resolveNumberEvaluation(key: string, otherwise: number) {
    return this.#resolve(key, otherwise, (value) => typeof value === "number");
  }

  async resolveObjectEvaluation<T extends JsonValue>(key: string, otherwise: T) {
    return this.#resolve(key, otherwise, (value) => value !== null && typeof value === "object");
  }

  #stale(): void {
    this.#emitter.emit("PROVIDER_STALE", { message: "The service is away." });
  }

  #resolve<T extends JsonValue>(
    key: string,
    otherwise: T,
    fits: (value: unknown) => boolean,
  ): ResolutionDetails<T> {
    const value = this.mirror.get(key);
    if (value === undefined) {
      return failed(otherwise, "FLAG_NOT_FOUND", `There is no setting ${key}.`);
    }
    if (!fits(value)) {
      return failed(otherwise, "TYPE_MISMATCH", `The setting ${key} is of another type.`);
    }
    const reason = this.mirror.state === "live" ? "STATIC" : "STALE";
    return { value: value as T, reason, variant: String(this.mirror.version(key)) };
  }
}

function failed<T>(value: T, code: `${ErrorCode}`, errorMessage: string): ResolutionDetails<T> {
  return { value, reason: "ERROR", errorCode: code as ErrorCode, errorMessage };
}

type Handler = EventHandler<AnyProviderEvent>;

/** The SDK's own would be a dependency at run time. */
class Emitter implements ProviderEventEmitter<AnyProviderEvent> {
  readonly #handlers = new Map<AnyProviderEvent, Set<Handler>>();

  emit(event: AnyProviderEvent | `${AnyProviderEvent}`, context?: object): void {
    for (const handler of this.getHandlers(event as AnyProviderEvent)) {
      void handler(context as Parameters<Handler>[0]);
    }
  }

  addHandler(event: AnyProviderEvent, handler: Handler): void {
    this.#handlers.set(event, (this.#handlers.get(event) ?? new Set()).add(handler));
  }

  removeHandler(event: AnyProviderEvent, handler: Handler): void {
    this.#handlers.get(event)?.delete(handler);
  }

  removeAllHandlers(event?: AnyProviderEvent): void {
    if (event === undefined) {
      this.#handlers.clear();
    } else {
      this.#handlers.delete(event);
    }
  }

  getHandlers(event: AnyProviderEvent): Handler[] {
    return [...(this.#handlers.get(event) ?? [])];
  }

  setLogger(): this {
    return this;
  }
}
