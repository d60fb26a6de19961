package botbot.ratelimit.rule;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.ObjLongConsumer;

/**
 * The counts of one policy's decisions. They are no meters of the registry: there may be ten
 * thousand policies, and a meter takes half a kilobyte.
 */
public final class RuleMeters {

  private final LongAdder admitted = new LongAdder();
  private final LongAdder denied = new LongAdder();
  private final LongAdder shadowDenied = new LongAdder();
  private final LongAdder local = new LongAdder();
  private final LongAdder corrupted = new LongAdder();

  /** Counts what one rule said to a check that charges. */
  public void decided(Verdict verdict, boolean allowed, Source source) {
    if (verdict.denies()) {
      denied.increment();
    } else if (verdict.refused()) {
      shadowDenied.increment();
    } else if (allowed) {
      admitted.increment();
    }
    if (source == Source.LOCAL) {
      local.increment();
    }
  }

  /** What was decided since the meters were made. */
  public Decisions decisions() {
    return new Decisions(admitted.sum(), denied.sum(), shadowDenied.sum());
  }

  void corrupted() {
    corrupted.increment();
  }

  /** All counts, by the name of the outcome. */
  public void forEach(ObjLongConsumer<String> counts) {
    counts.accept("admitted", admitted.sum());
    counts.accept("denied", denied.sum());
    counts.accept("shadow-denied", shadowDenied.sum());
    counts.accept("local", local.sum());
    counts.accept("corrupted", corrupted.sum());
  }
}
