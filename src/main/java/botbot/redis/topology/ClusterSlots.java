package botbot.redis.topology;

import jakarta.inject.Singleton;
import java.util.function.Consumer;

/** What is known of the hash slots of a cluster, for those who route by it and who look it up. */
@Singleton
public final class ClusterSlots {

  private volatile SlotMap map = SlotMap.UNKNOWN;
  private volatile Runnable lookUp = () -> {};
  private Consumer<SlotMap> known = told -> {};
  private Consumer<String> unknown = cause -> {};

  /** As far as it is known now. Answers at once. */
  public SlotMap map() {
    return map;
  }

  /** A node has told of them, though not of all perhaps. */
  synchronized void learn(SlotMap told) {
    map = told.over(map);
    known.accept(map);
  }

  /** None of the nodes tells, and this is why. */
  synchronized void unknown(String cause) {
    unknown.accept(cause);
  }

  /** Who is told of each answer, of the last one there was, and of why there is none. */
  public synchronized void listen(Consumer<SlotMap> ofAnswers, Consumer<String> ofFailures) {
    known = ofAnswers;
    unknown = ofFailures;
    if (map != SlotMap.UNKNOWN) {
      known.accept(map);
    }
  }

  /** How they are looked up again soon. */
  void onOutdated(Runnable lookUp) {
    this.lookUp = lookUp;
  }

  /** Has them looked up again soon, for whoever has reason to think that they have changed. */
  public void outdated() {
    lookUp.run();
  }
}
