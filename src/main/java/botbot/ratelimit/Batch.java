package botbot.ratelimit;

import botbot.ratelimit.Ledger.Sum;
import botbot.redis.RedisDoor;
import botbot.redis.Script;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Entries that travel together, in the words of {@code rate_check.lua}. */
final class Batch {

  private static final Script SCRIPT = Script.named("rate_check");

  /** What Redis answered: its time, and unless it was too late what the rules say. */
  record Reply(long now, boolean late, List<List<Verdict>> verdicts, List<Repair> repairs) {}

  /** A counter that was not sound and starts afresh. */
  record Repair(Rule rule, String key) {}

  private final List<Entry> entries;

  Batch(List<Entry> entries) {
    this.entries = entries;
  }

  List<Entry> entries() {
    return entries;
  }

  /** Runs, unless it is past {@code latest} by the clock of Redis by then. */
  Future<Reply> run(RedisDoor door, long latest) {
    return run(door, latest, 0);
  }

  /** Runs as if it were {@code now}; 0 for the time it is. */
  Future<Reply> run(RedisDoor door, long latest, long now) {
    return door.eval(SCRIPT, keys(), arguments(latest, now)).map(this::reply);
  }

  List<String> keys() {
    List<String> keys = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      keys.addAll(entry.keys());
    }
    return keys;
  }

  List<String> arguments(long latest, long now) {
    Map<Rule, String> positions = new IdentityHashMap<>();
    List<String> policies = new ArrayList<>();
    List<String> questions = new ArrayList<>(5 * entries.size());
    for (Entry entry : entries) {
      questions.add(entry.kind().code());
      questions.add(Long.toString(entry.cost()));
      questions.add(Integer.toString(entry.questions()));
      for (int i = 0; i < entry.questions(); i++) {
        Rule rule = entry.rules().get(i);
        String position = positions.get(rule);
        if (position == null) {
          position = Integer.toString(positions.size() + 1);
          positions.put(rule, position);
          rule.describe(policies);
        }
        questions.add(position);
        questions.add(Long.toString(rule.phase(entry.keys().get(i))));
      }
      if (entry.kind().adds()) {
        describe(entry.sums(), questions);
      }
    }
    List<String> all = new ArrayList<>(3 + policies.size() + questions.size());
    all.add(Long.toString(latest));
    all.add(Long.toString(now));
    all.add(Integer.toString(positions.size()));
    all.addAll(policies);
    all.addAll(questions);
    return all;
  }

  private static void describe(List<Sum> sums, List<String> arguments) {
    arguments.add(Integer.toString(sums.size()));
    for (Sum sum : sums) {
      arguments.add(sum.name());
      arguments.add(Long.toString(sum.atMs()));
      arguments.add(Long.toString(sum.units()));
    }
  }

  Reply reply(Response response) {
    long now = response.get(0).toLong();
    if (response.size() == 1) {
      return new Reply(now, true, List.of(), List.of());
    }
    Numbers numbers = new Numbers(response);
    List<List<Verdict>> all = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      List<Verdict> verdicts = new ArrayList<>(entry.questions());
      for (Rule rule : entry.rules()) {
        boolean refused = numbers.next() == 1;
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
    for (Entry entry : entries) {
      for (int i = 0; i < entry.questions(); i++) {
        questions.add(new Repair(entry.rules().get(i), entry.keys().get(i)));
      }
    }
    List<Repair> repairs = new ArrayList<>();
    while (numbers.hasNext()) {
      repairs.add(questions.get((int) numbers.next() - 1));
    }
    return repairs;
  }

  /** The reply's numbers after the time. */
  private static final class Numbers {
    private final Response response;
    private int position = 1;

    Numbers(Response response) {
      this.response = response;
    }

    boolean hasNext() {
      return position < response.size();
    }

    long next() {
      return response.get(position++).toLong();
    }

    Reading reading(Rule rule, long wanted) {
      return switch (rule.policy().algorithm()) {
        case SLIDING_WINDOW -> new WindowReading(rule.limit(), next(), next(), next());
        case EXACT -> new LogReading(rule.limit(), next(), next(), wanted, next(), next());
      };
    }
  }
}
