package botbot.redis.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisSecretsTest {

  @ParameterizedTest
  @CsvSource({
    "redis://cache:6379, redis://:p%2F%40%3A@cache:6379",
    "rediss://bot@cache:6379/2?client=x, rediss://bot:p%2F%40%3A@cache:6379/2?client=x",
    "rediss://bot:old@cache, rediss://bot:p%2F%40%3A@cache",
    "rediss://:old@cache, rediss://:p%2F%40%3A@cache",
    "rediss://cache/0?x=a@b, rediss://:p%2F%40%3A@cache/0?x=a@b",
    "unix:///tmp/redis.sock, unix:///tmp/redis.sock"
  })
  void thePasswordOfTheFileStandsInTheUrl(String url, String expected) {
    assertEquals(expected, RedisSecrets.withPassword(url, "p/@:"));
  }
}
