package botbot.ratelimit.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.ratelimit.batch.BatchEntry.Sum;
import botbot.ratelimit.counter.Algorithm;
import java.util.List;
import org.junit.jupiter.api.Test;

class LedgerTest {

  private static final long START = 10_000;

  private static long units(List<Sum> sums) {
    return sums.stream().mapToLong(Sum::units).sum();
  }

  @Test
  void aLogIsToldInFewSumsThatEndNoEarlier() {
    Ledger ledger = Ledger.of(Algorithm.EXACT, 1_000, 0);
    for (int i = 0; i < 500; i++) {
      ledger.charge(START + i, 2);
    }
    List<Sum> sums = ledger.sums(START + 600);
    assertTrue(sums.size() <= 2 * 65, sums::toString);
    assertEquals(1_000, units(sums));
    assertEquals(START + 499, sums.getLast().atMs());
  }

  @Test
  void aWindowIsOneSumWhateverItsPhase() {
    Ledger ledger = Ledger.of(Algorithm.SLIDING_WINDOW, 1_000, 300);
    for (int i = 0; i < 1_000; i++) {
      ledger.charge(START + 700 + i, 1);
    }
    assertEquals(
        List.of(new Sum(23, START + 1_699, 0), new Sum(22, START + 1_699, 1_000)),
        ledger.sums(START + 1_699));
  }

  @Test
  void aRefundTakesTheNewestFirstAndOwesTheRest() {
    Ledger ledger = Ledger.of(Algorithm.SLIDING_WINDOW, 1_000, 0);
    ledger.charge(START, 5);
    ledger.charge(START + 1_000, 2);
    ledger.refund(START + 1_000, 4);
    assertEquals(3, units(ledger.sums(START + 1_000)));
    ledger.refund(START + 1_000, 4);
    assertEquals(-1, units(ledger.sums(START + 1_000)));
  }

  @Test
  void whatIsOutOfSightIsForgotten() {
    Ledger ledger = Ledger.of(Algorithm.SLIDING_WINDOW, 1_000, 0);
    ledger.charge(START, 5);
    assertEquals(5, units(ledger.sums(START + 1_999)));
    assertEquals(List.of(), ledger.sums(START + 2_000));
  }
}
