package botbot.redis.topology;

import botbot.redis.protocol.Host;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The hosts to ask: those that are configured, and those that the nodes themselves have told of
 * last. Safe for use by several threads.
 */
@Singleton
final class KnownHosts {

  private final List<Host> named;

  /** When those were asked that have not answered since, by {@link System#nanoTime}. */
  private final Map<Host, Long> askedAt = new ConcurrentHashMap<>();

  private volatile List<Host> learned = List.of();

  @Inject
  KnownHosts(RedisClients clients) {
    this(clients.named());
  }

  KnownHosts(List<Host> named) {
    this.named = named;
  }

  /** Nodes have told of these, themselves among them. */
  void learn(Collection<Host> nodes) {
    learned = List.copyOf(nodes);
    askedAt.keySet().retainAll(all());
  }

  /** It is about to be asked: until it answers it is as good as one that does not. */
  void asked(Host host) {
    askedAt.put(host, System.nanoTime());
  }

  void answered(Host host) {
    askedAt.remove(host);
  }

  Set<Host> all() {
    Set<Host> all = new LinkedHashSet<>(named);
    all.addAll(learned);
    return all;
  }

  /** In any order, but those that did not answer come last, the last asked at the end. */
  List<Host> inOrder() {
    List<Host> order = new ArrayList<>(all());
    Collections.shuffle(order);
    Map<Host, Long> silent = Map.copyOf(askedAt);
    long now = System.nanoTime();
    order.sort(
        Comparator.comparingLong(
            host -> {
              Long asked = silent.get(host);
              return asked == null ? Long.MIN_VALUE : asked - now;
            }));
    return order;
  }
}
