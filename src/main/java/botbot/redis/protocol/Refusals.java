package botbot.redis.protocol;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * The commands that Redis refuses at present. One is over when the command was carried out again
 * and not refused for a while since: a user without the right to some keys is refused now and then.
 * One that nobody tries is over after a longer while, and told anew when it is tried.
 */
@Singleton
public final class Refusals {

  private static final Logger LOG = Logger.getLogger(Refusals.class);
  private static final Duration QUIET = Duration.ofSeconds(5);

  /** What nobody has tried for this long is not known to be refused any more. */
  private static final Duration UNTRIED = Duration.ofSeconds(30);

  private record Seen(Refusal refusal, long refusedAt, boolean doneSince) {}

  private final Map<String, Seen> seen = new ConcurrentHashMap<>();
  private final MeterRegistry meters;
  private final LongSupplier nanoTime;

  @Inject
  Refusals(MeterRegistry meters) {
    this(meters, System::nanoTime);
  }

  Refusals(MeterRegistry meters, LongSupplier nanoTime) {
    this.meters = meters;
    this.nanoTime = nanoTime;
    Gauge.builder("botbot.redis.refused.commands", this, all -> all.present().size())
        .description("Commands that Redis refuses at present")
        .register(meters);
  }

  /** What is refused now, by the name of the command. */
  public List<Refusal> present() {
    if (seen.isEmpty()) {
      return List.of();
    }
    seen.forEach(
        (command, one) -> {
          if (one.doneSince() && isQuiet(one, QUIET) && seen.remove(command, one)) {
            LOG.infof("Redis carries out %s again", command);
          } else if (isQuiet(one, UNTRIED) && seen.remove(command, one)) {
            LOG.infof("Redis was not asked for %s again since it refused", command);
          }
        });
    return seen.values().stream()
        .map(Seen::refusal)
        .sorted(Comparator.comparing(Refusal::command))
        .toList();
  }

  private boolean isQuiet(Seen one, Duration quiet) {
    return nanoTime.getAsLong() - one.refusedAt() >= quiet.toNanos();
  }

  /** Redis answered a command with this error. */
  public void refused(String command, RedisErrorReply reply) {
    // a full Redis is told of by its memory, and goes on serving what it holds
    if (reply.isRefusal() && !reply.isOutOfMemory()) {
      refused(Refusal.of(command, reply));
    }
  }

  /** The service cannot do this, and this is why. */
  public void refused(Refusal refusal) {
    String command = refusal.command();
    meters
        .counter("botbot.redis.refusals", "command", command, "reason", refusal.reason())
        .increment();
    Seen before = seen.put(command, new Seen(refusal, nanoTime.getAsLong(), false));
    if (before == null || !before.refusal().reason().equals(refusal.reason())) {
      LOG.warn(refusal.text());
    }
  }

  /** Redis carried a command out. */
  public void done(String command) {
    if (!seen.isEmpty()) {
      seen.computeIfPresent(command, (name, one) -> new Seen(one.refusal(), one.refusedAt(), true));
    }
  }
}
