package botbot.ratelimit;

import java.util.List;

/**
 * The rules that a tier and an endpoint are subject to, by name. There is one instance for each
 * pair while no policy changes, so that it can stand for the pair and its policies.
 */
final class Match {

  private final List<Rule> rules;

  Match(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  List<Rule> rules() {
    return rules;
  }

  boolean isEmpty() {
    return rules.isEmpty();
  }
}
