/** An event of a `text/event-stream`. */
export interface ServerEvent {
  id: string | undefined;
  event: string;
  data: string;
}

/**
 * The events of a stream, as the HTML standard reads them. One that the end cuts short is none.
 */
export async function* events(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<ServerEvent, void, undefined> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
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
  for (const line of block.split(/\r?\n/)) {
    const colon = line.indexOf(":");
    const value = line.slice(colon + 1).replace(/^ /, "");
    switch (line.slice(0, colon)) {
      case "id":
        event.id = value;
        break;
      case "event":
        event.event = value;
        break;
      case "data":
        event.data += (event.data && "\n") + value;
        break;
    }
  }
  return event;
}
