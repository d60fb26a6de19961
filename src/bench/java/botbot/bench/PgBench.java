package botbot.bench;

import botbot.testing.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One statement after the other, prepared, as fast as PostgreSQL takes them. */
record PgBench(Path script, int port, int connections) implements Side {

  private static final Pattern PRINTED =
      Pattern.compile(
          "transactions actually processed: (\\d+).*tps = ([\\d.]+) \\(without", Pattern.DOTALL);

  static void need() {
    Tool.need("pgbench", "apt-get install postgresql-contrib");
  }

  /** Upserts of one row with a session of 1 KiB, among as many as the other sides write. */
  static PgBench upserts(PostgresServer postgres, int connections) {
    postgres.query(
        "create table bench_upserts (id text primary key, version bigint not null, data text not null)");
    String sql =
        """
        \\set id random(1, %d)
        insert into bench_upserts values ('s' || :id, 1, '%s') on conflict (id)
          do update set version = bench_upserts.version + 1, data = excluded.data;
        """
            .formatted(Sessions.COUNT, Sessions.BODY);
    try {
      Path script = Files.createTempFile(Path.of("target"), "upsert", ".sql");
      script.toFile().deleteOnExit();
      return new PgBench(Files.writeString(script, sql), postgres.port(), connections);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Run run(int seconds) {
    String text =
        Tool.output(
            "pgbench",
            "-n",
            "-M",
            "prepared",
            "-c",
            "" + connections,
            "-T",
            "" + seconds,
            "-f",
            script.toString(),
            "-h",
            "127.0.0.1",
            "-p",
            "" + port,
            "-U",
            "postgres",
            "postgres");
    Matcher found = PRINTED.matcher(text);
    if (!found.find()) {
      throw new IllegalStateException(text);
    }
    // its connections have ended, and with them the processes that served them
    return new Run(Double.parseDouble(found.group(2)), Double.NaN, Double.NaN, Double.NaN);
  }
}
