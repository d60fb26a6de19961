/** An event of a `text/event-stream`. */
export interface ServerEvent {
  id: string | undefined;
  event: string;
  data: string;
}

/**
 * The events of a stream as the service writes it: lines end with a line feed, `retry` tells
 * nothing that is not known. One that the end cuts short is none. Each read goes through `wait`.
 */
export async function* events(
  body: ReadableStream<Uint8Array>,
  wait: <T>(read: Promise<T>) => Promise<T>,
): AsyncGenerator<ServerEvent, void, undefined> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await wait(reader.read());
      if (done) {
        return;
      }
      const blocks = (rest + decoder.decode(value, { stream: true })).split(/\r?\n\r?\n/);
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        yield eventOf(block);
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined); // it may have ended with an error already
  }
}

function eventOf(block: string): ServerEvent {
  const event: ServerEvent = { id: undefined, event: "message", data: "" };
  for (const [, name, value = ""] of block.matchAll(/(?:^|\n)(id|event|data): ?([^\r\n]*)/g)) {
    if (name === "data") {
      event.data += (event.data && "\n") + value;
    } else {
      event[name as "id" | "event"] = value;
    }
  }
  return event;
}
