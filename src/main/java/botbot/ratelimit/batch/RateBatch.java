package botbot.ratelimit.batch;

import botbot.ratelimit.batch.BatchEntry.Sum;
import botbot.ratelimit.counter.Algorithm;
import botbot.ratelimit.counter.LogReading;
import botbot.ratelimit.counter.Reading;
import botbot.ratelimit.counter.WindowReading;
import botbot.ratelimit.rule.Policy;
import botbot.ratelimit.rule.Rule;
import botbot.ratelimit.rule.Verdict;
import botbot.redis.RedisDoor;
import botbot.redis.Script;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Entries that travel together, in the words of {@code rate_check.lua}. */
final class RateBatch {

  private static final Script SCRIPT = Script.named("rate_check");

  /** What Redis answered: its time, and unless it was too late what the rules say. */
  record Reply(long now, boolean late, List<List<Verdict>> verdicts, List<Repair> repairs) {}

  /** A counter that starts afresh: it was not sound, or is of a time that is yet to come. */
  record Repair(Rule rule, String key, boolean ofLater) {}

  private final List<BatchEntry> entries;
  private final IdentityHashMap<Rule, Integer> rules = new IdentityHashMap<>();
  private final Map<String, Integer> keys = new LinkedHashMap<>();
  private final Buffer policies = Buffer.buffer();
  private final Buffer phases = Buffer.buffer();
  private final Buffer checks = Buffer.buffer();

  RateBatch(List<BatchEntry> entries) {
    this.entries = entries;
    entries.forEach(this::describe);
  }

  List<BatchEntry> entries() {
    return entries;
  }

  /** Runs, unless it is past {@code latest} by the clock of Redis by then. */
  Future<Reply> run(RedisDoor door, long latest) {
    return door.eval(SCRIPT, keys(), argument(latest, 0))
        .map(reply -> reply(Objects.requireNonNull(reply)));
  }

  /** One of its keys, which in a cluster are all of one hash slot. */
  String key() {
    return entries.getFirst().keys().getFirst();
  }

  List<String> keys() {
    return List.copyOf(keys.keySet());
  }

  /** What the script is told, to run as if it were {@code now}; 0 for the time it is. */
  Buffer argument(long latest, long now) {
    return Buffer.buffer(24 + policies.length() + phases.length() + checks.length())
        .appendLong(latest)
        .appendLong(now)
        .appendUnsignedShort(rules.size())
        .appendBuffer(policies)
        .appendBuffer(phases)
        .appendBuffer(checks);
  }

  private void describe(BatchEntry entry) {
    checks.appendByte(entry.kind().code());
    checks.appendInt((int) entry.cost());
    checks.appendUnsignedShort(entry.questions());
    for (int i = 0; i < entry.questions(); i++) {
      Rule rule = entry.rules().get(i);
      String key = entry.keys().get(i);
      checks.appendUnsignedShort(position(rule));
      checks.appendUnsignedShort(position(key, rule));
    }
    BatchEntry.Addition addition = entry.addition();
    if (addition != null) {
      checks.appendUnsignedShort(position(addition.marker(), entry.rules().getFirst()));
      checks.appendUnsignedShort(addition.sums().size());
      for (Sum sum : addition.sums()) {
        appendSixBytes(checks, sum.name());
        appendSixBytes(checks, sum.atMs());
        appendSixBytes(checks, sum.units());
      }
    }
  }

  private int position(Rule rule) {
    Integer known = rules.get(rule);
    if (known != null) {
      return known;
    }
    rules.put(rule, rules.size() + 1);
    Policy policy = rule.policy();
    policies.appendUnsignedByte((short) (policy.algorithm() == Algorithm.EXACT ? 1 : 0));
    policies.appendUnsignedInt(policy.limit());
    appendSixBytes(policies, policy.windowMs());
    policies.appendUnsignedShort((int) rule.limit().unitMs());
    policies.appendUnsignedByte((short) (rule.enforced() ? 1 : 0));
    return rules.size();
  }

  private int position(String key, Rule rule) {
    Integer known = keys.get(key);
    if (known != null) {
      return known;
    }
    keys.put(key, keys.size() + 1);
    appendSixBytes(phases, rule.phase(key));
    return keys.size();
  }

  private static void appendSixBytes(Buffer buffer, long number) {
    buffer.appendUnsignedShort((int) (number >>> 32) & 0xFFFF).appendInt((int) number);
  }

  Reply reply(Response response) {
    Numbers numbers = new Numbers(response.toBuffer());
    long now = numbers.time();
    if (!numbers.hasNext()) {
      return new Reply(now, true, List.of(), List.of());
    }
    List<List<Verdict>> all = new ArrayList<>(entries.size());
    for (BatchEntry entry : entries) {
      List<Verdict> verdicts = new ArrayList<>(entry.questions());
      for (Rule rule : entry.rules()) {
        boolean refused = numbers.flag();
        verdicts.add(new Verdict(rule, numbers.reading(rule, entry.wanted()), refused));
      }
      all.add(verdicts);
    }
    return new Reply(now, false, all, repairs(numbers));
  }

  private List<Repair> repairs(Numbers numbers) {
    if (!numbers.hasNext()) {
      return List.of();
    }
    List<Repair> questions = new ArrayList<>();
    for (BatchEntry entry : entries) {
      for (int i = 0; i < entry.questions(); i++) {
        questions.add(new Repair(entry.rules().get(i), entry.keys().get(i), false));
      }
    }
    List<Repair> repairs = new ArrayList<>();
    while (numbers.hasNext()) {
      int question = numbers.question();
      Repair repair = questions.get(Math.abs(question) - 1);
      repairs.add(new Repair(repair.rule(), repair.key(), question < 0));
    }
    return repairs;
  }

  /** The reply's numbers, as they come. */
  private static final class Numbers {
    private final Buffer packed;
    private int position;

    Numbers(Buffer packed) {
      this.packed = packed;
    }

    boolean hasNext() {
      return position < packed.length();
    }

    long time() {
      return packed.getLong(moved(8));
    }

    boolean flag() {
      return packed.getByte(moved(1)) == 1;
    }

    int question() {
      return packed.getInt(moved(4));
    }

    Reading reading(Rule rule, long wanted) {
      return switch (rule.policy().algorithm()) {
        case SLIDING_WINDOW -> new WindowReading(rule.limit(), sixBytes(), sixBytes(), sixBytes());
        case EXACT ->
            new LogReading(rule.limit(), sixBytes(), sixBytes(), wanted, sixBytes(), sixBytes());
      };
    }

    private long sixBytes() {
      int at = moved(6);
      return (long) packed.getUnsignedShort(at) << 32 | packed.getUnsignedInt(at + 2);
    }

    /** The position, which then is so many bytes further on. */
    private int moved(int bytes) {
      int at = position;
      position += bytes;
      return at;
    }
  }
}
