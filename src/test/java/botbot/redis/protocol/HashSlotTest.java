package botbot.redis.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import botbot.testing.RedisServer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HashSlotTest {

  @Test
  void isWhatRedisSays() {
    String alphabet = "{}ab:-";
    Random random = new Random(1);
    try (RedisServer redis = RedisServer.launch("cluster-enabled yes")) {
      for (int i = 0; i < 300; i++) {
        StringBuilder key = new StringBuilder();
        for (int length = random.nextInt(1, 12); length > 0; length--) {
          key.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        assertEquals(
            redis.command("CLUSTER", "KEYSLOT", key.toString()),
            (long) HashSlot.of(key.toString()),
            key::toString);
      }
    }
  }

  @Test
  void isThatOfTheHashTag() {
    assertEquals(HashSlot.of("user-1"), HashSlot.of("rate:{user-1}:chat:60000:s"));
  }
}
