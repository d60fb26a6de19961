package botbot.testing;

import static botbot.testing.Soon.soon;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import botbot.testing.Authority.Issued;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests of a server that speaks TLS: a certificate of it, what is mounted into the service, and
 * what the service says of a fault.
 */
public abstract class TlsFaults {

  protected static Authority authority;
  protected static Authority stranger;

  @TempDir private Path mounted;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final String server;
  private final String address;
  private final String[] names;
  protected Issued certificate;
  protected Path trusted;
  protected Path password;

  /**
   * @param server as the status names it
   * @param address how its address begins
   * @param names for which its certificate is
   */
  protected TlsFaults(String server, String address, String... names) {
    this.server = server;
    this.address = address;
    this.names = names;
  }

  @BeforeAll
  static void found() {
    authority = new Authority();
    stranger = new Authority();
  }

  @AfterAll
  static void closeAuthorities() {
    stranger.close();
    authority.close();
  }

  @BeforeEach
  void mount() throws IOException {
    certificate = authority.issue(names);
    trusted = Files.copy(authority.certificate(), mounted.resolve("ca.crt"));
    password = Files.writeString(mounted.resolve("password"), "first\n");
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
  }

  /** Has it closed at the end of the test. */
  protected <T extends AutoCloseable> T open(T opened) {
    open.add(opened);
    return opened;
  }

  protected ServiceInstance service(String name, Map<String, String> environment) {
    return open(ServiceInstance.launch(name, environment));
  }

  /** Said where administrators look, once in the log, and without a secret or an address. */
  protected void named(ServiceInstance service, String words) {
    Api api = service.api();
    soon()
        .until(
            () -> {
              String cause = api.get("/v1/status").json().at("/" + server + "/cause").asText();
              assertEquals(words, cause);
              return api.get("/q/health/well").expect(503).body().contains(words);
            });
    soon().until(() -> !told(service, words).isEmpty());
    List<String> lines = told(service, words);
    assertEquals(1, lines.size(), service::log);
    String well = api.get("/q/health/well").body();
    for (String text : List.of(lines.getFirst(), well)) {
      assertFalse(text.contains("127.0.0.1") || text.contains(address), text);
      assertFalse(text.contains("first") || text.contains("second"), text);
    }
  }

  /** The lines of the log that do so; not those of alerts, which quote the cause as well. */
  protected abstract List<String> told(ServiceInstance service, String words);
}
