package botbot.operations.meter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RedisInfoTest {

  @Test
  void fieldsAreReadFromTheAnswerToInfo() {
    RedisInfo info =
        RedisInfo.parse(
            """
            # Memory\r
            used_memory:850\r
            maxmemory:1000\r
            # Replication\r
            role:master\r
            slave0:ip=10.0.0.2,port=6379,state=online,offset=42,lag=1\r
            slave1:ip=10.0.0.3,port=6379,state=online,offset=40,lag=3\r
            """);
    assertEquals(0.85, info.memoryShare());
    assertEquals(3, info.replicationLag());
    assertEquals("master", info.text("role"));
  }

  @Test
  void whatRedisDoesNotSayIsNotANumber() {
    assertTrue(Double.isNaN(RedisInfo.UNKNOWN.memoryShare()));
    assertTrue(Double.isNaN(RedisInfo.UNKNOWN.replicationLag()));
    assertTrue(Double.isNaN(RedisInfo.parse("used_memory:x").number("used_memory")));
    assertTrue(Double.isNaN(RedisInfo.parse("used_memory:5\nmaxmemory:0").memoryShare()));
  }
}
