package botbot.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The servers and faults on which all other tests stand. */
class ServersTest {
  @Test
  void redisComesBackEmptyOnTheSamePort() {
    try (RedisServer redis = RedisServer.launch()) {
      assertEquals("OK", redis.command("SET", "a", "1"));
      redis.kill();
      assertFalse(redis.isRunning());
      assertThrows(UncheckedIOException.class, () -> redis.command("PING"));
      redis.start();
      assertNull(redis.command("GET", "a"));
    }
  }

  @Test
  void redisComesBackWithASnapshotOrItsAppendOnlyFileOrALimit() {
    try (RedisServer redis = RedisServer.launch()) {
      redis.command("SET", "a", "1");
      Path snapshot = redis.snapshot();
      redis.command("SET", "a", "2");
      redis.kill();
      redis.startFrom(snapshot);
      assertEquals("1", redis.command("GET", "a"));
      redis.stop();

      redis.configure("appendonly yes", "appendfsync always", "maxmemory 20mb").start();
      redis.command("SET", "a", "3");
      redis.kill();
      redis.start();
      assertEquals("3", redis.command("GET", "a"));
      assertTrue(redis.command("CONFIG", "GET", "maxmemory").toString().contains("20971520"));
    }
  }

  @Test
  void aFrozenRedisGoesOnWhenItThaws() {
    try (RedisServer redis = RedisServer.launch();
        PortProxy proxy = PortProxy.to(redis.port())) {
      redis.command("SET", "a", "1");
      try (Frozen frozen = redis.freeze()) {
        assertTrue(redis.isRunning());
      }
      assertEquals("1", RespClient.call(proxy.port(), "GET", "a"));
      proxy.cut();
      assertThrows(UncheckedIOException.class, () -> RespClient.call(proxy.port(), "GET", "a"));
      proxy.restore();
      assertEquals("1", RespClient.call(proxy.port(), "GET", "a"));
    }
  }

  @Test
  void aWayThatIsCutCanBeRestoredAtOnce() {
    try (RedisServer redis = RedisServer.launch();
        PortProxy proxy = PortProxy.to(redis.port())) {
      for (int time = 0; time < 2_000; time++) {
        proxy.cut();
        proxy.restore();
      }
      assertEquals("PONG", RespClient.call(proxy.port(), "PING"));
    }
  }

  @Test
  void postgresKeepsItsDataOverKillFreezeAndStop() {
    try (PostgresServer postgres = PostgresServer.launch()) {
      postgres.query("create table t as select 42 as answer");
      postgres.kill();
      assertFalse(postgres.isRunning());
      postgres.start();
      try (Frozen frozen = postgres.freeze()) {
        assertTrue(postgres.isRunning());
      }
      assertEquals(Optional.of("42"), postgres.query("select answer from t"));
      postgres.stop();
      postgres.start();
      assertEquals(Optional.of("42"), postgres.query("select answer from t"));
    }
  }
}
