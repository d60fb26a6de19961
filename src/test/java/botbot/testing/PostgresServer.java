package botbot.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A real PostgreSQL on the loopback interface which a test may stop, kill, freeze and start again
 * on the same port with the same data. User {@code postgres}, no password.
 */
public final class PostgresServer extends TestServer {

  private PostgresServer(Path home) {
    super(home, "postgres", "INT");
  }

  /** The server whose files are in {@code home}, running or not. */
  static PostgresServer at(Path home) {
    return new PostgresServer(home);
  }

  /** Starts a throw-away server with settings of {@code postgresql.conf}, say {@code "a=b"}. */
  public static PostgresServer launch(String... settings) {
    List<String> hasty = new ArrayList<>(List.of("fsync=off", "full_page_writes=off"));
    hasty.addAll(List.of(settings));
    return create(Homes.temporary("postgres"), Ports.free(), hasty.toArray(String[]::new)).start();
  }

  static PostgresServer create(Path home, int port, String... settings) {
    List<String> lines = new ArrayList<>();
    lines.addAll(List.of("port=" + port, "listen_addresses='127.0.0.1'"));
    lines.addAll(List.of("unix_socket_directories=''", "timezone='UTC'", "max_connections=300"));
    lines.addAll(List.of(settings));
    settle(home, port);
    try {
      Files.write(home.resolve("settings.conf"), lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new PostgresServer(home);
  }

  /**
   * A standby of this one, which runs on and is followed by way of a port. It is not started yet.
   *
   * @param way a port that leads here
   */
  public PostgresServer standby(int way, String... settings) {
    Path copy = Homes.temporary("standby");
    List<String> lines = new ArrayList<>(List.of(settings));
    lines.add("primary_conninfo='host=127.0.0.1 port=" + way + " user=postgres'");
    PostgresServer standby = create(copy, Ports.free(), lines.toArray(String[]::new));
    try (Connection connection = DriverManager.getConnection(jdbcUrl(), "postgres", "");
        Statement statement = connection.createStatement()) {
      statement.execute("select pg_backup_start('standby', true)");
      copy(data(), standby.data());
      ResultSet stopped = statement.executeQuery("select labelfile from pg_backup_stop(false)");
      stopped.next();
      Files.writeString(standby.data().resolve("backup_label"), stopped.getString(1));
      Files.createFile(standby.data().resolve("standby.signal"));
    } catch (SQLException | IOException e) {
      throw new IllegalStateException(e);
    }
    return standby;
  }

  /** Makes a standby a server of its own. */
  public void promote() {
    query("select pg_promote()");
  }

  /** A copy of the files of this server, which must not be running. */
  public Path copyOfFiles() {
    Path copy = Homes.temporary("copy");
    copy(data(), copy.resolve("data"));
    return copy;
  }

  /** Puts a copy in the place of the files of this server, which must not be running. */
  public void putBack(Path copy) {
    Homes.delete(data());
    copy(copy.resolve("data"), data());
  }

  private static void copy(Path from, Path to) {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        if (path.endsWith("postmaster.pid") || !Files.exists(path)) {
          continue;
        }
        copyFile(path, to.resolve(from.relativize(path)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copyFile(Path from, Path to) throws IOException {
    try {
      Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
    } catch (NoSuchFileException goneMeanwhile) {
      // of a server that runs: what it deletes during a backup is not needed from it
    }
  }

  /** Starts it on its port, with a new cluster the first time, and waits until it answers. */
  public PostgresServer start() {
    if (!Files.exists(data().resolve("PG_VERSION"))) {
      initialise();
    }
    try {
      Files.copy(
          home.resolve("settings.conf"),
          data().resolve("postgresql.conf"),
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    process.start(
        asServerUser(PostgresBinaries.program("postgres"), "-D", data().toString()), Map.of());
    Awaitility.await("PostgreSQL to answer")
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptions()
        .until(() -> query("select 1").equals(Optional.of("1")));
    return this;
  }

  @Override
  void stopOrphan() {
    super.stopOrphan();
    try {
      // of no meaning any more, and PostgreSQL would not start if its number lived on elsewhere
      Files.deleteIfExists(data().resolve("postmaster.pid"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first column of the first row as a text, on a connection of its own. */
  public Optional<String> query(String sql) {
    try (Connection connection = DriverManager.getConnection(jdbcUrl(), "postgres", "");
        Statement statement = connection.createStatement()) {
      if (!statement.execute(sql)) {
        return Optional.empty();
      }
      ResultSet rows = statement.getResultSet();
      return rows.next() ? Optional.ofNullable(rows.getString(1)) : Optional.empty();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** All it has logged so far. */
  public String log() {
    try {
      return Files.readString(process.log());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The address as {@code quarkus.datasource.jdbc.url} takes it. */
  public String jdbcUrl() {
    return "jdbc:postgresql://127.0.0.1:" + port() + "/postgres";
  }

  private Path data() {
    return home.resolve("data");
  }

  private void initialise() {
    List<String> command =
        asServerUser(
            PostgresBinaries.program("initdb"),
            "--auth=trust",
            "--username=postgres",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "--pgdata=" + data());
    try {
      Process initdb =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(home.resolve("initdb.log").toFile())
              .start();
      if (initdb.waitFor() != 0) {
        throw new IllegalStateException(
            "initdb failed: " + Files.readString(home.resolve("initdb.log")));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while PostgreSQL was set up", e);
    }
  }

  // PostgreSQL refuses to run as root; in a user namespace of its own it is nobody's user.
  static List<String> asServerUser(String... command) {
    List<String> all = new ArrayList<>();
    if (System.getProperty("user.name").equals("root")) {
      all.addAll(List.of("unshare", "-U"));
    }
    all.addAll(List.of(command));
    return all;
  }
}
