package botbot.change;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.space.Space;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ListenerTest {

  private static final Duration HEARTBEAT = Duration.ofSeconds(15);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final AtomicInteger cuts = new AtomicInteger();
  private final Listener listener =
      new Listener(Space.DEFAULT, 10, HEARTBEAT, 0, cuts::incrementAndGet);

  @Test
  void theFirstCommentComesAtOnceAndTheNextAfterTheHeartbeat() {
    CompletableFuture<List<Change>> first = listener.next();
    listener.heartbeat(0);
    assertEquals(List.of(), first.join());

    CompletableFuture<List<Change>> second = listener.next();
    listener.heartbeat(HEARTBEAT.toNanos() - 1);
    assertFalse(second.isDone());
    listener.heartbeat(HEARTBEAT.toNanos());
    assertEquals(List.of(), second.join());
  }

  @Test
  void eachRecentChangeIsSentOnce() {
    Recent recent = new Recent(10, changes(11, 13));
    CompletableFuture<List<Change>> first = listener.next();
    assertEquals(OptionalLong.empty(), listener.serve(recent));
    assertEquals(changes(11, 13), first.join());

    CompletableFuture<List<Change>> second = listener.next();
    listener.serve(recent);
    assertFalse(second.isDone());
    listener.serve(recent.plus(changes(14, 14)));
    assertEquals(changes(14, 14), second.join());
  }

  @Test
  void whoIsBehindWhatIsRecentReadsFromPostgresqlAndGoesOnFromThere() {
    Recent recent = new Recent(20, changes(21, 22));
    CompletableFuture<List<Change>> replayed = listener.next();
    assertEquals(OptionalLong.of(10), listener.serve(recent));
    assertEquals(OptionalLong.empty(), listener.serve(recent), "one read at a time");
    listener.endReading(changes(11, 21), 21);
    assertEquals(changes(11, 21), replayed.join());

    CompletableFuture<List<Change>> live = listener.next();
    listener.serve(recent);
    assertEquals(changes(22, 22), live.join());
  }

  @Test
  void aReadThatFailsIsTriedAgain() {
    listener.next();
    Recent recent = new Recent(20, List.of());
    assertEquals(OptionalLong.of(10), listener.serve(recent));
    listener.endReading(List.of(), 10);
    assertEquals(OptionalLong.of(10), listener.serve(recent));
  }

  @Test
  void changesInOtherSpacesAreNotSentAndNotReadAgain() {
    Space other = new Space("other");
    Change elsewhere = new Change(21, other, ChangeKind.AGENT, "a", 1, false);
    CompletableFuture<List<Change>> wanted = listener.next();
    listener.serve(new Recent(10, List.of(elsewhere)));
    assertFalse(wanted.isDone());
    assertEquals(OptionalLong.empty(), listener.serve(new Recent(21, List.of())));
    listener.serve(new Recent(21, changes(22, 22)));
    assertEquals(changes(22, 22), wanted.join());
  }

  @Test
  void whoTakesNothingForLongerThanThePatienceIsCut() {
    listener.sent(0);
    listener.cutIfStalled(PATIENCE.toNanos(), PATIENCE);
    assertEquals(0, cuts.get());
    listener.cutIfStalled(PATIENCE.toNanos() + 1, PATIENCE);
    assertEquals(1, cuts.get());
  }

  @Test
  void whoTakesWhatIsSentIsNeverCut() {
    listener.sent(0);
    listener.taken();
    listener.cutIfStalled(Long.MAX_VALUE, PATIENCE);
    assertEquals(0, cuts.get());
  }

  @Test
  void onlyTheLatestChangesAreKept() {
    Recent recent =
        new Recent(0, changes(1, Recent.KEPT)).plus(changes(Recent.KEPT + 1, Recent.KEPT + 3));
    assertEquals(Recent.KEPT, recent.changes().size());
    assertTrue(recent.after(2).isEmpty());
    assertEquals(Recent.KEPT, recent.after(3).orElseThrow().size());
  }

  private static List<Change> changes(long from, long to) {
    return LongStream.rangeClosed(from, to)
        .mapToObj(
            revision -> new Change(revision, Space.DEFAULT, ChangeKind.AGENT, "a", revision, false))
        .toList();
  }
}
