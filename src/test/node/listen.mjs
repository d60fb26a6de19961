// Prints one line of JSON for each change: node listen.mjs <url of the stream> <api key>
import { EventSource } from 'eventsource';

const [url, key] = process.argv.slice(2);
const source = new EventSource(url, {
  fetch: (input, init) =>
    fetch(input, { ...init, headers: { ...init.headers, Authorization: `Bearer ${key}` } }),
});
source.addEventListener('open', () => console.log(JSON.stringify({ open: true })));
for (const kind of ['agent', 'setting', 'rate-policy']) {
  source.addEventListener(kind, (event) =>
    console.log(JSON.stringify({ id: event.lastEventId, kind, data: JSON.parse(event.data) })),
  );
}
