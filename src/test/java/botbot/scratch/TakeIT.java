package botbot.scratch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import botbot.testing.Answer;
import botbot.testing.Frozen;
import botbot.testing.PostgresServer;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A value is given to exactly one caller, over two instances and whatever Redis does. */
class TakeIT {

  private static final int CALLERS = 100;

  @Test
  void ofAHundredCallersOneGetsTheValueWithRedisUpKilledAndFrozen() throws Exception {
    try (PostgresServer postgres = PostgresServer.launch();
        RedisServer redis = RedisServer.launch();
        ServiceInstance one = ServiceInstance.launch("take-one", postgres, redis);
        ServiceInstance other = ServiceInstance.launch("take-other", postgres, redis)) {
      oneOfAHundredGetsIt("up", one, other);
      try (Frozen frozen = redis.freeze()) {
        oneOfAHundredGetsIt("frozen", one, other);
      }
      redis.kill();
      oneOfAHundredGetsIt("down", one, other);
    }
  }

  private static void oneOfAHundredGetsIt(String key, ServiceInstance... instances)
      throws Exception {
    for (int round = 0; round < 3; round++) {
      String path = "/v1/scratch/take/" + key + round;
      instances[0].api().put(path, "{\"n\":" + round + "}").expect(201);
      List<Callable<Answer>> calls =
          IntStream.range(0, CALLERS)
              .<Callable<Answer>>mapToObj(
                  n -> () -> instances[n % instances.length].api().post(path + "/take", ""))
              .toList();
      List<Answer> answers = new ArrayList<>();
      try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
        for (Future<Answer> answer : callers.invokeAll(calls)) {
          answers.add(answer.get().expect(200, 404));
        }
      }
      List<Answer> winners = answers.stream().filter(a -> a.status() == 200).toList();
      assertEquals(1, winners.size());
      assertEquals("{\"n\":" + round + "}", winners.getFirst().body());
    }
  }
}
