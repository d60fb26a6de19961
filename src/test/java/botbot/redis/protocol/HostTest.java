package botbot.redis.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import org.junit.jupiter.api.Test;

class HostTest {

  @Test
  void isReadFromAConnectionString() {
    assertEquals(new Host("cache", 6379), Host.of(URI.create("redis://cache")));
    assertEquals(new Host("cache", 7000), Host.of(URI.create("rediss://u:p@cache:7000/2")));
    assertEquals(new Host("::1", 6380), Host.of(URI.create("redis://[::1]:6380")));
  }

  @Test
  void isAddressedLikeAnother() {
    URI other = URI.create("rediss://u:p%40q@cache:7000/2?client=x");
    assertEquals("rediss://u:p%40q@10.0.0.1:1", new Host("10.0.0.1", 1).like(other));
    assertEquals("rediss://u:p%40q@[::1]:1/2?client=x", new Host("::1", 1).wholly(other));
    assertEquals("redis://node:1", new Host("node", 1).like(URI.create("redis://cache")));
  }
}
