package botbot.ratelimit.rule;

import java.util.List;

/**
 * The rules that a tier and an endpoint are subject to, by name. There is one instance for each
 * pair while no policy changes, so that it can stand for the pair and its policies.
 */
public final class Match {

  private final List<Rule> rules;

  public Match(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  public List<Rule> rules() {
    return rules;
  }

  public boolean isEmpty() {
    return rules.isEmpty();
  }
}
