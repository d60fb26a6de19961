package botbot.redis.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.redis.protocol.Host;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KnownHostsTest {

  private static final Host A = new Host("a", 1);
  private static final Host B = new Host("b", 1);
  private static final Host C = new Host("c", 1);
  private static final Host D = new Host("d", 1);

  private final KnownHosts hosts = new KnownHosts(List.of(A, B));

  @Test
  void whatTheNodesToldOfLastIsAskedToo() {
    hosts.learn(List.of(C));
    hosts.learn(List.of(B, D));
    assertEquals(Set.of(A, B, D), hosts.all());
    assertEquals(Set.of(A, B, D), Set.copyOf(hosts.inOrder()));
  }

  @Test
  void whatDoesNotAnswerComesLastAndTheLastAskedAtTheEnd() {
    hosts.learn(List.of(C, D));
    hosts.asked(B);
    hosts.asked(A);
    hosts.asked(C);
    hosts.answered(C);
    Set<Host> first = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      List<Host> order = hosts.inOrder();
      assertEquals(List.of(B, A), order.subList(2, 4));
      first.add(order.getFirst());
    }
    assertTrue(first.containsAll(Set.of(C, D)), first::toString);
  }
}
