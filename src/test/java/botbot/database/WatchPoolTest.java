package botbot.database;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import botbot.testing.Backends;
import botbot.testing.PortProxy;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class WatchPoolTest {

  private static final String INSERT = "insert into watched values (1)";
  private static final String COUNT = "select count(*) from watched";

  @Inject WatchPool watch;

  @BeforeEach
  void table() {
    Backends.postgres().query("create table watched (n integer)");
  }

  @AfterEach
  void noTable() {
    Backends.postgres().query("drop table watched");
  }

  @Test
  void whatFailsIsUndoneAndWhatSucceedsIsNot() throws SQLException {
    assertThrows(
        IllegalStateException.class,
        () ->
            watch.inTransaction(
                connection -> {
                  execute(connection, INSERT);
                  throw new IllegalStateException("Redis is away");
                }));
    assertEquals(0, count());
    watch.inTransaction(connection -> execute(connection, INSERT));
    assertEquals(1, count());
    // the connection has gone back as it was
    watch.query(connection -> execute(connection, INSERT));
    assertEquals(2, count());
  }

  @Test
  void itTakesNoPartInTheTransactionOfItsCaller() throws SQLException {
    QuarkusTransaction.begin();
    watch.query(connection -> execute(connection, INSERT));
    QuarkusTransaction.rollback();
    assertEquals(1, count());
  }

  @Test
  void whereConnectionsWereEndedTheyAreSoonMadeAnew() throws SQLException {
    watch.query(connection -> execute(connection, INSERT));
    Backends.postgres()
        .query(
            "select count(pg_terminate_backend(pid, 1000)) from pg_stat_activity"
                + " where pid <> pg_backend_pid() and backend_type = 'client backend'");
    Awaitility.await("another connection")
        .atMost(Duration.ofSeconds(1))
        .pollInterval(Duration.ofMillis(10))
        .ignoreExceptions()
        .until(() -> count() == 1);
  }

  @Test
  void whilePostgresIsAwayEachAttemptFailsAtOnce() throws SQLException {
    try (PortProxy way = PortProxy.to(Backends.postgres().port());
        AgroalDataSource requests = requests(way.port(), Duration.ofSeconds(5))) {
      WatchPool pool = new WatchPool(requests);
      pool.query(connection -> execute(connection, INSERT));
      way.cut();
      for (int attempt = 0; attempt < 3; attempt++) {
        assertTimeout(
            Duration.ofMillis(500), () -> assertThrows(SQLException.class, () -> count(pool)));
      }
      way.restore();
      assertTimeout(Duration.ofMillis(500), () -> assertEquals(1, count(pool)));
      pool.close();
    }
  }

  @Test
  void whoFindsAllConnectionsInUseWaitsForOneOrForTheTimeout() throws Exception {
    Duration patience = Duration.ofSeconds(1);
    try (AgroalDataSource requests = requests(Backends.postgres().port(), patience);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      WatchPool pool = new WatchPool(requests);
      CountDownLatch all = new CountDownLatch(WatchPool.SIZE);
      CountDownLatch end = new CountDownLatch(1);
      List<Future<Integer>> holders =
          IntStream.range(0, WatchPool.SIZE)
              .mapToObj(
                  i ->
                      threads.submit(
                          () ->
                              pool.query(
                                  connection -> {
                                    all.countDown();
                                    await(end);
                                    return count(connection);
                                  })))
              .toList();
      await(all);
      Future<Integer> waits;
      try {
        assertThrows(SQLTransientConnectionException.class, () -> count(pool));
        waits = threads.submit(() -> count(pool));
      } finally {
        end.countDown();
      }
      for (Future<Integer> holder : holders) {
        assertEquals(0, holder.get());
      }
      assertEquals(0, waits.get());
      pool.close();
    }
  }

  private static AgroalDataSource requests(int port, Duration patience) throws SQLException {
    return AgroalDataSource.from(
        new AgroalDataSourceConfigurationSupplier()
            .connectionPoolConfiguration(
                pool ->
                    pool.maxSize(1)
                        .acquisitionTimeout(patience)
                        .exceptionSorter(new FatalFaults())
                        .connectionFactoryConfiguration(
                            connections ->
                                connections
                                    .jdbcUrl("jdbc:postgresql://127.0.0.1:" + port + "/postgres")
                                    .principal(new NamePrincipal("postgres")))));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private int count() throws SQLException {
    return count(watch);
  }

  private static int count(WatchPool pool) throws SQLException {
    return pool.query(WatchPoolTest::count);
  }

  private static int count(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(COUNT)) {
      row.next();
      return row.getInt(1);
    }
  }

  private static boolean execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.execute(sql);
    }
  }
}
