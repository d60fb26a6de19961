package botbot.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/** A listener of server-sent events, which keeps all it is told. */
public final class EventStream implements AutoCloseable {

  /** One event; what it does not have is an empty text. */
  public record Event(String id, String name, String data) {}

  private final List<Event> events = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger heartbeats = new AtomicInteger();
  private final HttpResponse<InputStream> response;
  private volatile boolean ended;

  private EventStream(HttpResponse<InputStream> response) {
    this.response = response;
    Thread.ofVirtual().start(this::read);
  }

  /**
   * Opens a stream, as the administrator unless the headers say otherwise, and awaits a heartbeat.
   */
  public static EventStream open(Api api, String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(api.uri(path))
            .header("Authorization", "Bearer " + Backends.ADMIN_KEY)
            .header("Accept", "text/event-stream");
    Api.SPACE.ifPresent(name -> request.setHeader("Botbot-Space", name));
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    try {
      HttpResponse<InputStream> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      if (response.statusCode() != 200) {
        throw new AssertionError(
            response.statusCode()
                + new String(response.body().readAllBytes(), StandardCharsets.UTF_8));
      }
      Document.committed().check("GET", path, response.statusCode(), response.headers(), "");
      EventStream stream = new EventStream(response);
      Awaitility.await("the first heartbeat")
          .pollInterval(Duration.ofMillis(5))
          .until(() -> stream.heartbeats.get() > 0);
      return stream;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a stream was opened", e);
    }
  }

  /** Everything told so far. */
  public List<Event> events() {
    return new ArrayList<>(events);
  }

  /** The answer's header, or an empty text. */
  public String header(String name) {
    return response.headers().firstValue(name).orElse("");
  }

  /** Whether the service has ended the stream. */
  public boolean ended() {
    return ended;
  }

  /** Waits until that many events have come. */
  public List<Event> await(int count, Duration atMost) {
    Awaitility.await(count + " events")
        .atMost(atMost)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> events.size() >= count);
    return events();
  }

  @Override
  public void close() {
    try {
      response.body().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read() {
    String id = "";
    String name = "";
    String data = "";
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int colon = line.indexOf(':');
        String field = colon < 0 ? line : line.substring(0, colon);
        String value = colon < 0 ? "" : line.substring(colon + 1).stripLeading();
        switch (field) {
          case "" -> {
            if (colon < 0 && name.equals("heartbeat")) {
              heartbeats.incrementAndGet();
              name = "";
              data = "";
            } else if (!data.isEmpty()) {
              events.add(new Event(id, name, data));
              name = "";
              data = "";
            }
          }
          case "id" -> id = value;
          case "event" -> name = value;
          case "data" -> data += value;
          default -> {}
        }
      }
    } catch (IOException closed) {
      // by either side: what has been read stands
    }
    ended = true;
  }
}
