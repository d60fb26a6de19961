package botbot.redis.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.redis.protocol.RedisErrorReply.Redirection;
import io.vertx.redis.client.impl.types.ErrorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisErrorReplyTest {

  private static RedisErrorReply reply(String text) {
    return assertInstanceOf(RedisErrorReply.class, RedisErrorReply.of(ErrorType.create(text)));
  }

  @Test
  void whoHasASlotThatMovedIsRead() {
    Host asked = new Host("node-1", 7000);
    Redirection moved = reply("MOVED 3999 127.0.0.1:6381").redirection();
    assertFalse(moved.isMoving());
    assertEquals(new Host("127.0.0.1", 6381), moved.host(asked));
    assertEquals(
        new Host("2001:db8::1", 6381),
        reply("MOVED 3999 2001:db8::1:6381").redirection().host(asked));
    Redirection moving = reply("ASK 3999 :6382").redirection();
    assertTrue(moving.isMoving());
    assertEquals(new Host("node-1", 6382), moving.host(asked));
  }

  @ParameterizedTest
  @ValueSource(strings = {"MOVED 3999 127.0.0.1:6381", "ASK 3999 :6382", "TRYAGAIN Multiple keys"})
  void whatTellsOfASlotThatMovesIsNoRefusal(String text) {
    assertFalse(reply(text).isRefusal());
  }

  @Test
  void aSlotThatNobodyServesIsNoServerThatCannotServe() {
    RedisErrorReply unserved = reply("CLUSTERDOWN Hash slot not served");
    assertTrue(unserved.isUnservedSlot());
    assertFalse(unserved.cannotServe());
    assertFalse(unserved.isRefusal());
    RedisErrorReply down = reply("CLUSTERDOWN The cluster is down");
    assertFalse(down.isUnservedSlot());
    assertTrue(down.cannotServe());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ERR MOVED", "NOPERM this user has no permissions", "MOVED 3999 nobody"})
  void nothingElseLeadsElsewhere(String text) {
    assertNull(reply(text).redirection());
  }
}
