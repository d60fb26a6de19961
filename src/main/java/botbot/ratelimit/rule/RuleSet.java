package botbot.ratelimit.rule;

import botbot.space.Space;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The policies of a space that are in force. */
public final class RuleSet {

  /** Pairs of tier and endpoint come from callers: so many are kept, others are matched anew. */
  private static final int MATCHES_KEPT = 10_000;

  private record Pair(String tier, String endpoint) {}

  private final Space space;
  private final List<Rule> rules;
  private final Map<Pair, Match> matches = new ConcurrentHashMap<>();

  public RuleSet(Space space, List<Rule> rules) {
    this.space = space;
    this.rules = rules.stream().sorted(Comparator.comparing(rule -> rule.policy().name())).toList();
  }

  public Space space() {
    return space;
  }

  /** All rules, those of policies that are not enabled too. */
  public List<Rule> rules() {
    return rules;
  }

  /**
   * All enabled rules that a tier and an endpoint match; {@link Check#NONE} matches {@code *} only.
   */
  public Match match(String tier, String endpoint) {
    Pair pair = new Pair(tier, endpoint);
    Match known = matches.get(pair);
    if (known != null) {
      return known;
    }
    Match found = new Match(rules.stream().filter(rule -> rule.matches(tier, endpoint)).toList());
    if (matches.size() >= MATCHES_KEPT) {
      return found;
    }
    Match first = matches.putIfAbsent(pair, found);
    return first == null ? found : first;
  }
}
