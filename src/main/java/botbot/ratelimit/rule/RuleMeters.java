package botbot.ratelimit.rule;

import botbot.space.Key;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;

/** The counts of one policy's decisions; its name is a label, since administrators choose it. */
public final class RuleMeters {

  private final Counter admitted;
  private final Counter denied;
  private final Counter shadowDenied;
  private final Counter local;
  private final Counter corrupted;

  public RuleMeters(MeterRegistry registry, Key policy) {
    admitted = counter(registry, policy, "admitted");
    denied = counter(registry, policy, "denied");
    shadowDenied = counter(registry, policy, "shadow-denied");
    local = counter(registry, policy, "local");
    corrupted = counter(registry, policy, "corrupted");
  }

  private static Counter counter(MeterRegistry registry, Key policy, String outcome) {
    return Counter.builder("botbot.rate.checks")
        .description(
            "Decisions of a policy; those taken without Redis are counted as local as well")
        .tag("space", policy.space().name())
        .tag("policy", policy.id())
        .tag("outcome", outcome)
        .register(registry);
  }

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
    return new Decisions(
        (long) admitted.count(), (long) denied.count(), (long) shadowDenied.count());
  }

  void corrupted() {
    corrupted.increment();
  }

  /** Takes the meters of a deleted policy away. */
  public void remove(MeterRegistry registry) {
    List.of(admitted, denied, shadowDenied, local, corrupted).forEach(registry::remove);
  }
}
