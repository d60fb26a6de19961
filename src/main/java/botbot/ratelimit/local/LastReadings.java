package botbot.ratelimit.local;

import botbot.ratelimit.counter.Reading;
import botbot.ratelimit.rule.Verdict;
import botbot.space.Key;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What Redis said last of the counters of a subject, for who counts on when Redis goes away. Of
 * subjects that share a place only the one that was asked for last is remembered, so that it costs
 * next to nothing.
 */
@Singleton
public final class LastReadings {

  private static final int PLACES = 1 << 14;

  /** What is older may have been given back or started afresh by way of another instance. */
  private static final long OLDEST_MS = 10_000;

  /** A reading, and when it was right by the clock of Redis. */
  record Last(Reading reading, long atMs) {}

  private record Said(Key subject, List<Verdict> verdicts, long atMs) {}

  private final AtomicReferenceArray<@Nullable Said> places = new AtomicReferenceArray<>(PLACES);

  public void remember(Key subject, List<Verdict> verdicts, long now) {
    places.setRelease(place(subject), new Said(subject, verdicts, now));
  }

  /** The subject starts afresh. */
  public void forget(Key subject) {
    places.setRelease(place(subject), null);
  }

  /** The last of a counter, unless it was too long ago. */
  Optional<Last> find(Key subject, String key, long now) {
    Said said = places.getAcquire(place(subject));
    if (said == null || !said.subject().equals(subject) || now - said.atMs() > OLDEST_MS) {
      return Optional.empty();
    }
    return said.verdicts().stream()
        .filter(verdict -> verdict.rule().key(subject).equals(key))
        .map(verdict -> new Last(verdict.reading(), said.atMs()))
        .findFirst();
  }

  private static int place(Key subject) {
    int hash = subject.hashCode();
    return (hash ^ (hash >>> 15)) & (PLACES - 1);
  }
}
