package botbot.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** A PgBouncer in transaction mode before a PostgreSQL, where the machine has one. */
public final class PgBouncer extends TestServer {

  private static final List<Path> PLACES =
      List.of(Path.of("/usr/sbin/pgbouncer"), Path.of("/usr/bin/pgbouncer"));

  private PgBouncer(Path home) {
    super(home, "pgbouncer", "INT");
  }

  /** Whether this machine has one. */
  public static boolean isInstalled() {
    return PLACES.stream().anyMatch(Files::isExecutable);
  }

  /** Starts one that shares few connections among many clients. */
  public static PgBouncer launch(PostgresServer postgres) {
    PgBouncer bouncer = new PgBouncer(Homes.temporary("pgbouncer"));
    int port = Ports.free();
    settle(bouncer.home, port);
    List<String> lines =
        List.of(
            "[databases]",
            // any user becomes this one, whom PostgreSQL trusts on this machine
            "* = host=127.0.0.1 user=postgres port=" + postgres.port(),
            "[pgbouncer]",
            "listen_addr = 127.0.0.1",
            "listen_port = " + port,
            "unix_socket_dir =",
            "auth_type = any",
            "pool_mode = transaction",
            "default_pool_size = 4",
            "max_client_conn = 200");
    try {
      Path file = Files.write(bouncer.home.resolve("pgbouncer.ini"), lines);
      String program = PLACES.stream().filter(Files::isExecutable).findFirst().orElseThrow() + "";
      bouncer.process.start(PostgresServer.asServerUser(program, file.toString()), Map.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Awaitility.await("PgBouncer to answer")
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptions()
        .until(
            () -> {
              try (Connection connection =
                  DriverManager.getConnection(bouncer.jdbcUrl(), "postgres", "")) {
                return connection.isValid(1);
              }
            });
    return bouncer;
  }

  /** The address as {@code quarkus.datasource.jdbc.url} takes it. */
  public String jdbcUrl() {
    return "jdbc:postgresql://127.0.0.1:" + port() + "/postgres";
  }
}
